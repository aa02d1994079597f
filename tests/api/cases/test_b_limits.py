"""What one request may ask for; everything beyond is refused before it is looked up (B-01 to B-03, B-13, B-14)."""

from __future__ import annotations

import json

import pytest

from tests.api.cases.actors import register_statements
from tests.serving import Answer, Service
from tests.village import EVERYONE, number_of

ONE = f'resident(by: {{addresseeNumber: "{number_of(1)}"}})'
NEXT_DOOR = (
    "household { members { household { members { household { members { household { householdNumber } } } } } } }"
)


def doubling(levels: int, leaf: str) -> str:
    """A document in which each fragment spreads the next one twice."""
    steps = (f"fragment f{i} on Query {{...f{i + 1} ...f{i + 1}}}" for i in range(levels))
    return f"{{...f0}} {' '.join(steps)} fragment f{levels} on Query {{{leaf}}}"


BEYOND = {
    "2^20 nested fragments": (doubling(20, "me{displayName}"), "fields"),
    "16 aliases": ("{" + " ".join(f"a{i}: me {{ displayName }}" for i in range(16)) + "}", "aliases"),
    "51 directives": ("{ me { displayName " + "@include(if: true) " * 51 + "} }", "directives"),
    "1001 tokens": ("{ me { " + "displayName " * 1001 + "} }", "tokens"),
    "depth 9": (f"{{ {ONE} {{ {NEXT_DOOR} }} }}", "depth"),
    "1000 fields": (doubling(9, "me { displayName }"), "fields"),
    "500 operations": ("query { me { displayName } } " * 500, "tokens"),
    "two operations": ("query A { me { displayName } } query B { me { displayName } }", "operations"),
    "101 comments": ("# a remark\n" * 101 + "{ me { displayName } }", "comments"),
    "65 selections in one another": ("{" + "... {" * 65 + "me { displayName }" + "}" * 66, "nesting"),
    "17 kB of text": ("# " + "x" * 17_000 + "\n{ me { displayName } }", "query"),
    "two introspections": ("{ a: __schema { description } b: __schema { description } }", "introspections"),
}


@pytest.mark.holds("B-01", "B-02", "B-04", "C-14")
@pytest.mark.parametrize("beyond", BEYOND)
def test_a_document_beyond_a_limit_is_refused_unexecuted_and_recorded(shared_service: Service, beyond: str) -> None:
    query, limit = BEYOND[beyond]
    before = len(shared_service.ledger())
    with register_statements() as statements:
        answer = shared_service.ask("tax-clerk", query)
    assert (answer.status, answer.codes) == (400, ["LIMIT_EXCEEDED"])
    assert answer.json["errors"][0]["extensions"]["names"] == [limit]
    assert "data" not in answer.json
    assert statements == []
    assert [(entry["kind"], entry["code"]) for entry in shared_service.ledger()[before:]] == [
        ("REFUSAL", "LIMIT_EXCEEDED")
    ]


@pytest.mark.holds("B-01", "B-02")
def test_a_document_at_the_limits_is_served(shared_service: Service) -> None:
    aliases = "{" + " ".join(f"a{i}: me {{ displayName }}" for i in range(15)) + "}"
    deep = f"{{ {ONE} {{ {NEXT_DOOR.replace('household { householdNumber }', 'fullName')} }} }}"
    for query in (aliases, deep, doubling(7, "me { displayName }")):
        assert shared_service.ask("tax-clerk", query).data


@pytest.mark.holds("B-03")
@pytest.mark.parametrize("size", [10**9, 101, 0, -1, None, True, "100", 1.5, [100]])
def test_a_page_size_outside_1_to_100_is_refused(shared_service: Service, size: object) -> None:
    query = f"query ($n: Int!) {{ residents(where: {{{EVERYONE}}}, first: $n) {{ nodes {{ id }} }} }}"
    with register_statements() as statements:
        as_variable = shared_service.ask("tax-clerk", query, {"n": size})
        as_literal = shared_service.ask("tax-clerk", query.replace("($n: Int!)", "").replace("$n", json.dumps(size)))
    for answer in (as_variable, as_literal):
        assert answer.status == 400
        assert answer.codes[0] in {"INVALID_INPUT", "VALIDATION_FAILED"}
    assert statements == []


@pytest.mark.holds("B-03")
def test_a_default_of_null_for_the_page_size_does_not_lift_the_limit(shared_service: Service) -> None:
    answer = shared_service.ask(
        "tax-clerk", f"query ($n: Int = null) {{ residents(where: {{{EVERYONE}}}, first: $n) {{ nodes {{ id }} }} }}"
    )
    assert (answer.status, answer.codes) == (400, ["INVALID_INPUT"])


@pytest.mark.holds("B-03")
@pytest.mark.parametrize(
    "query",
    [
        "{ residents(where: {}, first: 100) { nodes { household { members { household { members { id } } } } } } }",
        "{ residents(where: {}, first: 100) { nodes { ...home } edges { node { ...home } } } }"
        " fragment home on Resident { household { members { id } } }",
        "{"
        + " ".join(f"p{i}: residents(where: {{}}, first: 100) {{ edges {{ node {{ id }} }} }}" for i in range(15))
        + "}",
    ],
)
def test_lists_within_lists_and_beside_lists_share_one_budget(shared_service: Service, query: str) -> None:
    with register_statements() as statements:
        answer = shared_service.ask("tax-clerk", query)
    assert (answer.status, answer.codes) == (400, ["LIMIT_EXCEEDED"])
    assert answer.json["errors"][0]["extensions"]["names"] == ["objects"]
    assert statements == []


@pytest.mark.holds("B-13")
@pytest.mark.parametrize("count", [400, 1000])
def test_a_thousand_errors_are_answered_by_five_at_most(shared_service: Service, count: int) -> None:
    answer = shared_service.ask("tax-clerk", "{" + " ".join(f"nobody{i}" for i in range(count)) + "}")
    assert answer.status == 400
    assert 1 <= len(answer.json["errors"]) <= 5
    assert len(answer.content) < 10_000


@pytest.mark.holds("B-13")
def test_errors_of_a_hundred_records_are_answered_by_five_at_most(shared_service: Service) -> None:
    query = "{" + " ".join(
        f'r{i}: residents(where: {{sex: MALE, dateOfBirth: "x"}}) {{ nodes {{ id }} }}' for i in range(15)
    )
    answer = shared_service.ask("tax-clerk", query + "}")
    assert len(answer.json["errors"]) <= 5
    assert len(answer.content) < 10_000


HOSTILE = {
    "combining marks": "か" + "\u3099" * 4_000,
    "ideographs with selectors": "葛\U000e0100" * 2_000,
    "zero width joiners": "\U0001f469\u200d" * 2_000,
    "a regular expression": "(a+)+$" * 20,
    "wildcards": "%_%_%_%",
    "a backslash": "\\",
    "another statement": "'; DROP TABLE residents; --",
    "the last character": "\U0010ffff",
    "no character": "\uffff",
    "a line break": "見本\n{}",
    "an escape": "\x1b[31m見本",
    "the other direction": "\u202e本見",
    "a byte order mark": "\ufeff見本",
    "ligatures that unfold": "\ufdfa" * 190,
    "100 kana marks": "ー" * 100,
    "spaces": "\u3000 \u2003",
}


def search(service: Service, item: str, text: str) -> Answer:
    query = f"query ($t: String) {{ residents(where: {{{item}: $t}}) {{ nodes {{ fullName }} }} }}"
    return service.ask("register-desk", query, {"t": text})


@pytest.mark.holds("B-14")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_search_text_finds_nobody_and_breaks_nothing(shared_service: Service, text: str) -> None:
    for item in ("fullName", "nameKana", "currentAddress"):
        answer = search(shared_service, item, text)
        if answer.codes:
            assert answer.codes == ["INVALID_INPUT"]
            assert answer.json["errors"][0]["extensions"]["names"] == [item]
        else:
            assert answer.data == {"residents": {"nodes": []}}
        assert len(answer.content) < 1_000
    if len(text) > 5:
        assert text[:200] not in shared_service.everything_written()
    assert shared_service.ask("register-desk", "{ residents(where: {}) { nodes { fullName } } }").data["residents"][
        "nodes"
    ]
