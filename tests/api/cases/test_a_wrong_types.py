"""A number in the wrong place or of the wrong type: refused, and repeated neither in the answer nor in what is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.cases.actors import register_statements, told
from tests.serving import Service
from tests.village import ABSENT_NUMBER, NUMBERS

N = NUMBERS[0]
SPELLINGS = (
    N,
    f"{N[:4]}-{N[4:8]}-{N[8:]}",
    f"{N[:4]}_{N[4:8]}_{N[8:]}",
    N.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
)
DOCUMENTS = {
    "an integer for a text": f"{{ resident(by: {{individualNumber: {N}}}) {{ fullName }} }}",
    "a float": f"{{ resident(by: {{individualNumber: {N}.0}}) {{ fullName }} }}",
    "a list": f'{{ resident(by: {{individualNumber: ["{N}"]}}) {{ fullName }} }}',
    "an object": f'{{ resident(by: {{individualNumber: {{eq: "{N}"}}}}) {{ fullName }} }}',
    "a text for an object": f'{{ resident(by: "{N}") {{ fullName }} }}',
    "no such argument": f'{{ resident(n: "{N}") {{ fullName }} }}',
    "no such key": f"{{ resident(by: {{n{N}: 1}}) {{ fullName }} }}",
    "no such field": f"{{ n{N} }}",
    "no such field of a resident": f"{{ residents(where: {{}}) {{ nodes {{ _{N} }} }} }}",
    "no such fragment": f"{{ residents(where: {{}}) {{ ...N{N} }} }}",
    "no such type": f"{{ residents(where: {{}}) {{ nodes {{ ... on N{N} {{ id }} }} }} }}",
    "no such directive": f"{{ me @n{N} {{ department }} }}",
    "no such variable": f"{{ resident(by: {{individualNumber: $n{N}}}) {{ fullName }} }}",
    "a variable of no type": f"query ($n: N{N}) {{ me {{ department }} }}",
    "a variable for nothing": f'query ($n: String = "{N}") {{ me {{ department }} }}',
    "a wrong default": f"query ($n: Boolean = {N}) {{ me @include(if: $n) {{ department }} }}",
    "an enum": f"{{ residents(where: {{sex: N{N}}}) {{ nodes {{ id }} }} }}",
    "a boolean": f"{{ residents(where: {{includeClosed: {N}}}) {{ nodes {{ id }} }} }}",
    "a page size": f"{{ residents(where: {{}}, first: {N}) {{ nodes {{ id }} }} }}",
    "two keys": f'{{ resident(by: {{individualNumber: "{N}", addresseeNumber: "{N}"}}) {{ fullName }} }}',
    "a key of null": f'{{ resident(by: {{individualNumber: null, addresseeNumber: "{N}"}}) {{ fullName }} }}',
    "grammar": f'{{ resident(by: {{individualNumber: "{N}" fullName',
    "grammar at the number": f"{{ resident(by: {N}{N}x) }}",
    "a text without an end": f'{{ resident(by: {{individualNumber: "{N}',
    "two operations": f"query A{N} {{ me {{ department }} }} query B {{ me {{ department }} }}",
    "another kind of number": f'{{ resident(by: {{addresseeNumber: "{N}"}}) {{ fullName }} }}',
    "a household's": f'{{ household(by: {{householdNumber: "{N}"}}) {{ householdNumber }} }}',
    "a birthday": f'{{ residents(where: {{dateOfBirth: "{N}"}}) {{ nodes {{ id }} }} }}',
    "a cursor": f'{{ residents(where: {{}}, after: "{N}") {{ nodes {{ id }} }} }}',
}
VALUES: tuple[tuple[str, Any], ...] = (
    ("$v: String!", int(N)),
    ("$v: String!", float(N)),
    ("$v: String!", [N]),
    ("$v: String!", {"eq": N}),
    ("$v: String!", {N: N}),
    ("$v: String!", True),
    ("$v: ResidentKey!", N),
    ("$v: ResidentKey!", {"individualNumber": int(N)}),
    ("$v: ResidentKey!", {"individualNumber": [N]}),
    ("$v: ResidentKey!", {"n" + N: "1"}),
    ("$v: ResidentKey!", {"individualNumber": N, "addresseeNumber": N}),
    ("$v: ResidentFilter!", {"sex": N}),
    ("$v: ResidentFilter!", {"dateOfBirth": int(N)}),
    ("$v: ResidentFilter!", {"includeClosed": N}),
    ("$v: ResidentFilter!", {N: N}),
    ("$v: ResidentFilter!", [N]),
    ("$v: Int!", N),
    ("$v: Int!", int(N)),
    ("$v: ID!", [N]),
)
USES = {
    "String!": "resident(by: {individualNumber: $v}) { fullName }",
    "ResidentKey!": "resident(by: $v) { fullName }",
    "ResidentFilter!": "residents(where: $v) { nodes { id } }",
    "Int!": "residents(where: {}, first: $v) { nodes { id } }",
    "ID!": "node(id: $v) { id }",
}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def assert_not_repeated(service: Service, errors: object) -> None:
    """In no spelling does the number stand in the errors, the ledger or the log."""
    kept = json.dumps(errors, ensure_ascii=False) + service.everything_written()
    assert [one for one in SPELLINGS if one in kept] == []


@pytest.mark.holds("A-17")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk"])
def test_a_number_in_a_wrong_document_is_not_repeated(service: Service, caller: str) -> None:
    for name, document in DOCUMENTS.items():
        answer = service.ask(caller, document)

        assert answer.codes, name
        assert 200 <= answer.status < 500
        assert_not_repeated(service, answer.json)


@pytest.mark.holds("A-17")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk"])
def test_a_number_in_a_variable_of_the_wrong_type_is_not_repeated_and_loads_nothing(
    service: Service, caller: str
) -> None:
    service.ask(caller, "{ me { department } }")
    with register_statements() as asked:
        for declared, value in VALUES:
            answer = service.ask(caller, f"query ({declared}) {{ {USES[declared.split(': ')[1]]} }}", {"v": value})

            assert (answer.status, answer.codes) == (400, ["INVALID_INPUT"]), (declared, type(value))
            assert "data" not in answer.json
            assert_not_repeated(service, answer.json)
    assert asked == []
    assert (service.ledger()[-1]["kind"], service.ledger()[-1]["code"]) == ("REFUSAL", "INVALID_INPUT")


@pytest.mark.holds("A-17")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_under_an_alias_is_not_repeated_in_an_error_or_kept(service: Service, spelling: str) -> None:
    alias = "a" + spelling.replace("-", "_") if spelling.isascii() else "a" + N
    answer = service.ask(
        "election-clerk", f'query Q{alias} {{ {alias}: resident(by: {{individualNumber: "{spelling}"}}) {{ id }} }}'
    )

    assert answer.codes == ["SEARCH_NOT_PERMITTED"]
    assert_not_repeated(service, answer.json["errors"])


@pytest.mark.holds("A-17", "A-09")
def test_a_wrong_type_is_answered_alike_for_an_existing_and_an_absent_number(service: Service) -> None:
    document = f"query ($v: String!) {{ {USES['String!']} }}"

    existing, absent = (service.ask("tax-clerk", document, {"v": int(number)}) for number in (N, ABSENT_NUMBER))

    assert told(existing) == told(absent)


@pytest.mark.holds("A-17")
@pytest.mark.parametrize("header", ["daicho-purpose", "daicho-strict", "daicho-disclosures", "accept", "authorization"])
def test_a_number_in_a_header_is_not_repeated(service: Service, header: str) -> None:
    value = f"Bearer {N}" if header == "authorization" else N

    answer = service.ask("tax-clerk", "{ me { department } }", **{header: value})

    assert 400 <= answer.status < 500
    assert_not_repeated(service, [answer.json, dict(answer.headers)])


@pytest.mark.holds("A-17")
@pytest.mark.parametrize(
    "body",
    [
        {"query": int(N)},
        {"query": "{ me { department } }", "variables": [N]},
        {"query": "{ me { department } }", "operationName": N},
        {"query": "{ me { department } }", "operationName": int(N)},
        {"query": "{ me { department } }", N: N},
        {"query": "{ me { department } }", "extensions": N},
        [N],
        N,
        int(N),
    ],
)
def test_a_number_in_a_body_that_is_no_request_is_not_repeated(service: Service, body: Any) -> None:
    answer = service.send("POST", "/graphql", json.dumps(body).encode(), service.headers("tax-clerk"))

    assert answer.status == 400
    assert_not_repeated(service, answer.json)
