"""What an answer tells beside its data: size, headers, the schema, its limits, and who it takes somebody for."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack

import pytest
from graphql import get_introspection_query, print_schema

from api.graphql.schema import SCHEMA
from persistence.register_tables import RESIDENTS
from tests.api.cases.actors import register_statements, told
from tests.serving import Answer, Service, serve
from tests.village import CODES, EVERYONE, HIDING_PLACE, NUMBERS, household_number, number_of

ASK = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName individualNumber currentAddress } }"
CALLERS = ("register-desk", "tax-clerk", "care-clerk", "election-clerk", "reviewer", "contractor")
FORGED = {
    "x-forwarded-user": "register-desk",
    "x-remote-user": "DEMO-1001",
    "remote-user": "DEMO-1001",
    "x-auth-request-user": "register-desk",
    "x-user": "register-desk",
    "x-staff-number": "DEMO-1001",
    "x-department": "register",
    "x-municipality-code": "011002",
    "x-terminal": "DEMO-T01",
    "x-forwarded-for": "203.0.113.9",
    "x-real-ip": "203.0.113.9",
    "forwarded": "for=203.0.113.9;by=203.0.113.9;host=evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-original-url": "/health/ready",
    "x-http-method-override": "GET",
    "daicho-caller": "register-desk",
    "daicho-department": "register",
    "daicho-staff-number": "DEMO-1001",
    "cookie": "session=register-desk; user=DEMO-1001",
    "proxy-authorization": "Bearer x",
}
RENUMBERED = """
UPDATE individual_numbers SET ciphertext = 'another', blind_index = ('another' || number_version)::bytea
WHERE addressee_number = $1
"""
"""Another number, as whoever may not read it could tell it from the first."""


def headers_of(answer: Answer) -> set[str]:
    """The names of an answer's headers."""
    return {name.lower() for name in answer.headers}


@pytest.mark.holds("A-13", "B-03")
def test_fifty_residents_under_fifty_aliases_are_one_request_too_many(service: Service) -> None:
    many = " ".join(f'a{at}: resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName }}' for at in range(50))
    service.ask("tax-clerk", "{ me { department } }")

    with register_statements() as asked:
        answers = [
            service.ask("tax-clerk", f"{{ {many} }}"),
            service.ask("tax-clerk", f"{{ ...F }} fragment F on Query {{ {many} }}"),
            service.ask("tax-clerk", f"{{ ... {{ {many} }} }}"),
        ]

    assert asked == []
    for answer in answers:
        assert (answer.status, answer.codes) == (400, ["LIMIT_EXCEEDED"])
        assert answer.json["errors"][0]["extensions"]["names"] == ["aliases"]
    assert service.ledger()[-1]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.holds("A-13", "B-03")
def test_the_limit_counts_residents_however_few_fields_they_hide_behind(service: Service) -> None:
    in_pages = " ".join(
        f"p{at}: residents(where: {{{EVERYONE}}}, first: $f) {{ nodes {{ ...P }} }}" for at in range(10)
    )
    pages = f"query ($f: Int!) {{ {in_pages} }} fragment P on Resident {{ household {{ members {{ id }} }} }}"
    few, many = service.ask("tax-clerk", pages, {"f": 5}), service.ask("tax-clerk", pages, {"f": 100})

    assert few.status == 200
    assert (many.status, many.codes) == (400, ["LIMIT_EXCEEDED"])
    assert many.json["errors"][0]["extensions"]["names"] == ["objects"]
    for first in (0, -1, 101, 10**9, None):
        answer = service.ask(
            "tax-clerk",
            f"query ($f: Int) {{ residents(where: {{{EVERYONE}}}, first: $f) {{ nodes {{ id }} }} }}",
            {"f": first},
        )
        assert (answer.status, answer.codes) == (400, ["INVALID_INPUT"]), first


@pytest.mark.holds("A-13", "S1-04")
def test_each_resident_asked_for_under_an_alias_is_an_entry_of_its_own(service: Service) -> None:
    asked = " ".join(
        f'a{nth}: resident(by: {{addresseeNumber: "{number_of(nth)}"}}) {{ fullName }}' for nth in range(1, 10)
    )
    before = len(service.ledger())

    service.ask("tax-clerk", f"{{ {asked} }}")

    entries = service.ledger()[before:]
    assert {one["path"] for one in entries} == {"Query.resident"}
    assert [one["groups"][0]["subjects"] for one in entries] == [[number_of(nth)] for nth in range(1, 10)]
    assert len({one["request_id"] for one in entries}) == 1


@pytest.mark.holds("A-15")
@pytest.mark.parametrize("caller", [*CALLERS, "stranger"])
def test_no_answer_may_be_kept_compared_or_compressed(service: Service, caller: str) -> None:
    asked = {"accept-encoding": "gzip, br", "if-none-match": "*", "if-modified-since": "Mon, 23 Nov 2026 03:00:00 GMT"}
    answers = [
        service.ask(caller, ASK, {"n": number_of(1)}, **asked),
        service.ask(caller, "{ nonsense }", **asked),
        service.ask(caller, ASK, {"n": number_of(1)}, **asked, authorization="Bearer x"),
        service.ask(caller, ASK, {"n": number_of(1)}, purpose="nonsense", **asked),
        service.send("GET", "/graphql", headers=asked),
        service.send("GET", "/nowhere", headers=asked),
    ]

    assert [answer.status for answer in answers[1:]] == [403 if caller == "stranger" else 400, 401, 403, 405, 404]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert not headers_of(answer) & {"etag", "last-modified", "expires", "age", "content-encoding", "set-cookie"}
        assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.holds("A-15", "A-09", "M01")
def test_an_answer_is_as_long_with_a_number_as_without_and_with_one_nobody_has(service: Service) -> None:
    before = told(service.ask("election-clerk", ASK, {"n": number_of(1)}))
    service.execute(RENUMBERED, number_of(1))
    other = told(service.ask("election-clerk", ASK, {"n": number_of(1)}))
    service.execute("DELETE FROM individual_numbers")

    assert before == other == told(service.ask("election-clerk", ASK, {"n": number_of(1)}))


@pytest.mark.holds("A-16")
@pytest.mark.parametrize("caller", CALLERS)
def test_where_introspection_is_off_nobody_is_told_the_schema_nor_corrected(service: Service, caller: str) -> None:
    with ExitStack() as stack:
        closed = serve(service.url, stack, keys=service.material, introspection=False)
        for document in (
            get_introspection_query(),
            "{ __schema { types { name } } }",
            '{ __type(name: "Resident") { fields { name } } }',
            '{ me { department } ...F } fragment F on Query { t: __type(name: "Query") { name } }',
        ):
            answer = closed.ask(caller, document)
            assert (answer.status, answer.codes) == (400, ["VALIDATION_FAILED"])
            assert "data" not in answer.json
        mistyped = closed.ask(caller, "{ residents(where: {fulName: 1}) { nodes { individualNumbr } } }")
        assert "did you mean" not in mistyped.content.decode().lower()
        assert "individualNumber" not in mistyped.content.decode()
        assert closed.ask(caller, "{ __typename me { __typename } }").status == 200


@pytest.mark.holds("A-16")
def test_introspection_says_the_same_to_everybody_and_holds_no_secret(service: Service) -> None:
    answers = [service.ask(caller, get_introspection_query()) for caller in CALLERS]

    assert len({str(told(answer)) for answer in answers}) == 1
    text = answers[0].content.decode()
    secrets = [
        *NUMBERS,
        *CODES,
        HIDING_PLACE,
        number_of(1),
        household_number(1),
        service.url,
        "_key",
        "municipality_code",
    ]
    assert [secret for secret in secrets if secret in text] == []
    assert re.search(r"\d{7}|password|token|postgres|localhost|127\.0", text) is None


@pytest.mark.holds("A-16")
def test_no_default_deprecation_or_directive_of_the_schema_says_more_than_it_must() -> None:
    written = print_schema(SCHEMA)

    defaults = dict(re.findall(r"(\w+): [\w!]+ = ([^,)\n]+)", written))
    assert {name: value for name, value in defaults.items() if value != "null"} == {
        "first": "20",
        "match": "STARTS_WITH",
        "includeVariants": "false",
        "includePast": "false",
        "includeClosed": "false",
        "state": "PROVISIONAL",
        "origin": "DOMESTIC",
        "notifier": "SELF",
        "hasProofOfAuthority": "false",
        "drawsCode": "false",
        "destination": "DOMESTIC",
        "withCard": "false",
        "wholeHousehold": "false",
        "ground": "REQUEST",
        "inOneList": "false",
        "withHistory": "false",
        "identityVerification": "NONE",
        "isFoundAppropriate": "false",
        "omitBuildingLine": "false",
        "delivery": "COUNTER",
        "copies": "1",
        "markedOfficial": "false",
        "specialMoveIn": "false",
        "isDisputeRepresentation": "false",
        "order": "BY_ADDRESS",
        "countedBy": "PROCESSED_ON",
        "validDays": "7",
    }
    assert "@deprecated" not in written
    assert {one.name for one in SCHEMA.directives} == {"skip", "include", "deprecated", "specifiedBy", "oneOf"}
    inside = {column.name for column in RESIDENTS.c} & set(SCHEMA.type_map["Resident"].fields)  # type: ignore[attr-defined] # an object type
    assert inside == {"sex"}


@pytest.mark.holds("A-18", "S1-04")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk"])
def test_who_asks_for_name_of_type_and_id_only_is_answered_and_has_accessed_no_number(
    service: Service, caller: str
) -> None:
    with register_statements() as asked:
        answer = service.ask(caller, f"{{ residents(where: {{{EVERYONE}}}) {{ nodes {{ __typename id }} }} }}")

    nodes = answer.data["residents"]["nodes"]
    assert {one["__typename"] for one in nodes} == {"Resident"}
    assert answer.disclosures == []
    assert not any("individual_numbers" in text for text in asked)
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["number_accessed"], entry["result_count"]) == ("SEARCH", False, len(nodes))
    assert all(group["items"] == {} for group in entry["groups"])
    assert sorted(number for group in entry["groups"] for number in group["subjects"]) == [
        number_of(nth) for nth in (1, 2, 3, 4, 5, 7, 9)
    ]


@pytest.mark.holds("A-22", "M05", "M06")
def test_headers_that_say_who_somebody_is_change_nothing(service: Service) -> None:
    plain = service.ask("election-clerk", ASK, {"n": number_of(1)})
    entry = service.ledger()[-1]

    for headers in (FORGED, *({name: value} for name, value in FORGED.items())):
        forged = service.ask("election-clerk", ASK, {"n": number_of(1)}, **headers)
        assert told(forged) == told(plain), headers
        own = {"id", "position", "request_id"}
        assert {**service.ledger()[-1], **{name: entry[name] for name in own}} == entry
    written = service.everything_written()
    assert [value for value in FORGED.values() if len(value) > 9 and value in written] == []


@pytest.mark.holds("A-22", "M05")
@pytest.mark.parametrize("name", ["x-forwarded-user", "remote-user", "cookie", "proxy-authorization"])
def test_no_header_stands_in_for_a_token(service: Service, name: str) -> None:
    headers = service.headers("tax-clerk", **{name: FORGED[name]})
    del headers["authorization"]

    answer = service.send("POST", "/graphql", json.dumps({"query": "{ me { department } }"}).encode(), headers)

    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["staff_number"], entry["caller"]) == ("SIGN_IN", None, None)


@pytest.mark.holds("A-01", "M01")
def test_the_mask_does_not_tell_whether_the_register_holds_a_number(service: Service) -> None:
    with_number = service.ask("election-clerk", ASK, {"n": number_of(1)}).content
    service.execute("DELETE FROM individual_numbers")

    assert service.ask("election-clerk", ASK, {"n": number_of(1)}).content == with_number
    assert service.ask("tax-clerk", ASK, {"n": number_of(1)}).data["resident"]["individualNumber"] is None


@pytest.mark.holds("A-08", "M02")
def test_a_page_says_the_same_whatever_numbers_its_residents_have(service: Service) -> None:
    page = (
        f"{{ residents(where: {{{EVERYONE}}}, first: 3)"
        f" {{ pageInfo {{ hasNextPage hasPreviousPage }} nodes {{ id individualNumber }} }} }}"
    )
    before = service.ask("election-clerk", page)
    service.execute("DELETE FROM individual_numbers WHERE addressee_number = $1", number_of(1))
    service.execute(RENUMBERED, number_of(2))

    assert told(service.ask("election-clerk", page)) == told(before)
