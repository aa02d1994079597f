"""What an entry holds: everything of the standard, no value, and one line whatever a client sends (C-12 to C-14)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from authz.policy import Policy
from tests.serving import NOON, Answer, Service
from tests.village import ABSENT_NUMBER, CODE, EVERYONE, NUMBERS, household_number, number_of
from tests.wire import head, raw

FIELDS = (
    *("position", "id", "recorded_at", "municipality_code", "request_id", "kind"),
    *("caller", "staff_number", "department", "place", "purpose", "terminal", "application", "strength", "grants"),
    *("operation", "document", "path", "file", "groups", "searched_by", "result_count", "code"),
    *("policy_hash", "number_accessed", "requester"),
)
"""The fields of 標準仕様書1.0 10.2 and of whoever replays a policy; `document` is the hash that stands for the text."""

ME = "{ me { displayName } }"
ONE = f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName individualNumber }} }}'


def added(service: Service, *asked: Any) -> list[dict[str, Any]]:
    """The entries that a request leaves; what is asked is an answer, or the arguments of `ask`."""
    before = len(service.ledger())
    answer = service.ask(*asked) if isinstance(asked[0], str) else asked[0]()
    assert isinstance(answer, Answer)
    return service.ledger()[before:]


# Every entry.


@pytest.mark.holds("M08", "C-14")
def test_an_entry_of_a_read_says_who_looked_at_whom_from_where_for_what_and_by_which_rule(
    shared_service: Service,
) -> None:
    (entry,) = added(shared_service, "tax-clerk", f"query Look {ONE}")
    (grant,) = shared_service.execute("SELECT id FROM grants WHERE staff_number = 'DEMO-1002'")
    policy = Policy.load()
    assert len(entry.pop("document")) == 64
    assert {name: entry[name] for name in entry if name not in {"id", "request_id", "position", "searched_by"}} == {
        "recorded_at": NOON.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "municipality_code": CODE,
        "kind": "SEARCH",
        "caller": "tax-clerk",
        "staff_number": "DEMO-1002",
        "department": "財政部市民税課",
        "place": "本庁舎2階 市民税課",
        "purpose": "local_tax",
        "terminal": "DEMO-T02",
        "application": "daicho-demonstration",
        "strength": "demonstration",
        "grants": [str(grant["id"])],
        "operation": "Look",
        "path": "Query.resident",
        "file": "F1",
        "groups": [
            {
                "facts": [],
                "subjects": [number_of(1)],
                "items": {
                    "full_name": {"outcome": "SHOWN", "rule": "transfer"},
                    "individual_number": {"outcome": "SHOWN", "rule": "number-affairs"},
                },
            }
        ],
        "result_count": 1,
        "code": None,
        "policy_hash": policy.hash,
        "number_accessed": True,
        "requester": None,
    }


@pytest.mark.holds("M08")
def test_every_entry_is_canonical_complete_and_in_its_place(service: Service) -> None:
    for caller in ("register-desk", "tax-clerk", "election-clerk", "reviewer", "contractor", "stranger"):
        for query in (
            ME,
            ONE,
            f"{{ residents(where: {{{EVERYONE}}}) {{ nodes {{ household {{ members {{ fullName }} }} }} }} }}",
            "{ x }",
        ):
            service.ask(caller, query)
    rows = service.execute("SELECT position, id, entry FROM ledger_entries ORDER BY position")
    for at, row in enumerate(rows):
        entry = json.loads(row["entry"])
        canonical = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        assert row["entry"] == canonical
        assert sorted(entry) == sorted(FIELDS)
        assert (entry["position"], row["position"], entry["id"]) == (at, at, str(row["id"]))
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", entry["id"])


@pytest.mark.holds("M08")
def test_an_event_follows_each_entry_and_says_all_but_whom_it_was_about(service: Service) -> None:
    query = (
        f"{{ residents(where: {{{EVERYONE}}})"
        f" {{ nodes {{ fullName individualNumber household {{ members {{ fullName }} }} }} }} }}"
    )
    entries = added(service, "election-clerk", query)
    events = [line for line in service.log if line["event"] == "access"][-len(entries) :]
    for entry, event in zip(entries, events, strict=True):
        assert event["entry"] == entry["id"]
        for name in ("position", "request_id", "staff_number", "department", "purpose", "path", "number_accessed"):
            assert event[name] == entry[name]
        decided = [
            item["outcome"] for group in entry["groups"] for item in group["items"].values() for _ in group["subjects"]
        ]
        assert event["outcomes"] == {outcome: decided.count(outcome) for outcome in set(decided)}
        assert event["duration_ms"] > 0
    told = json.dumps(events, ensure_ascii=False)
    assert [number for number in map(number_of, range(1, 10)) if number in told] == []
    assert "DEMO-1004" in told


# Everything that happens has its entry (C-14).

HAPPENINGS: dict[str, tuple[str, str, tuple[str, str, str | None, int | None, bool]]] = {
    "a look at nobody": (
        "tax-clerk",
        f'{{ resident(by: {{individualNumber: "{ABSENT_NUMBER}"}}) {{ id }} }}',
        ("SEARCH", "Query.resident", None, 0, True),
    ),
    "an empty search": (
        "tax-clerk",
        '{ residents(where: {fullName: "不在", dateOfBirth: "1950"}) { nodes { id } } }',
        ("SEARCH", "Query.residents", None, 0, False),
    ),
    "a masked look": ("election-clerk", ONE, ("SEARCH", "Query.resident", None, 1, False)),
    "a look that is not open": (
        "reviewer",
        '{ resident(by: {id: "bm9ib2R5"}) { id } }',
        ("READ", "Query.resident", None, 0, False),
    ),
    "a refused search": (
        "election-clerk",
        f'{{ resident(by: {{individualNumber: "{NUMBERS[0]}"}}) {{ id }} }}',
        ("REFUSAL", "Query.resident", "SEARCH_NOT_PERMITTED", 0, True),
    ),
    "a wrong number": (
        "tax-clerk",
        '{ resident(by: {individualNumber: "123456789012"}) { id } }',
        ("REFUSAL", "Query.resident", "INVALID_INPUT", 0, True),
    ),
    "a document that is none": ("tax-clerk", "{", ("REFUSAL", "Query", "VALIDATION_FAILED", 0, False)),
    "a document that does not fit": ("tax-clerk", "{ x }", ("REFUSAL", "Query", "VALIDATION_FAILED", 0, False)),
    "too much": (
        "tax-clerk",
        "{ me { " + "displayName " * 999 + "} }",
        ("REFUSAL", "Query", "LIMIT_EXCEEDED", 0, False),
    ),
    "who am I": ("tax-clerk", ME, ("READ", "Query.me", None, 0, False)),
    "a household": (
        "tax-clerk",
        f'{{ household(by: {{householdNumber: "{household_number(1)}"}}) {{ id }} }}',
        ("SEARCH", "Query.household", None, 1, False),
    ),
}


@pytest.mark.holds("C-14", "M08")
@pytest.mark.parametrize("happening", HAPPENINGS)
def test_what_happens_has_its_entry(shared_service: Service, happening: str) -> None:
    caller, query, expected = HAPPENINGS[happening]
    (entry,) = added(shared_service, caller, query)
    names = ("kind", "path", "code", "result_count", "number_accessed")
    assert tuple(entry[name] for name in names) == expected
    assert entry["caller"] == caller


@pytest.mark.holds("C-14")
@pytest.mark.parametrize(
    ("caller", "purpose", "code"),
    [
        ("tax-clerk", "", "PURPOSE_REQUIRED"),
        ("tax-clerk", "resident_register", "PURPOSE_NOT_GRANTED"),
        ("tax-clerk", "no such purpose", "PURPOSE_NOT_GRANTED"),
        ("stranger", "local_tax", "PURPOSE_NOT_GRANTED"),
    ],
)
def test_who_is_not_let_in_is_recorded(shared_service: Service, caller: str, purpose: str, code: str) -> None:
    (entry,) = added(shared_service, lambda: shared_service.ask(caller, ONE, purpose=purpose))
    assert (entry["kind"], entry["code"], entry["caller"]) == ("REFUSAL", code, caller)
    assert (entry["purpose"], entry["path"], entry["grants"]) == (purpose or None, None, [])


@pytest.mark.holds("C-14")
def test_two_purposes_at_once_are_refused_and_recorded(wire: Service) -> None:
    headers = [*wire.headers("tax-clerk").items(), ("Daicho-Purpose", "local_tax")]
    body = json.dumps({"query": ME}).encode()
    before = len(wire.ledger())
    response = wire.run(wire.client.post("/graphql", content=body, headers=headers))
    assert response.status_code == 400
    (entry,) = wire.ledger()[before:]
    assert (entry["kind"], entry["code"], entry["caller"]) == ("REFUSAL", "BAD_REQUEST", "tax-clerk")


# Whatever a client sends stands in one encoded line (C-12).

NAMES = {
    "ten digits": ("query Look1234567890" + ONE, "Look1234567890", None),
    "ten digits apart": ("query Look12345_67890" + ONE, "Look12345_67890", None),
    "nine digits": ("query Look123456789" + ONE, "Look123456789", "Look123456789"),
    "long": (f"query {'L' * 250}{ONE}", "L" * 250, "L" * 199 + "…"),
    "very long": (f"query {'L' * 10_000}{ONE}", "L" * 10_000, None),
    "a line break": ("query Look" + ONE, 'Look\n{"position":0}', None),
    "an escape": ("query Look" + ONE, "Look\x1b[2J", None),
    "the other direction": ("query Look" + ONE, "Look\u202ekooL", None),
    "100 kB": ("query Look" + ONE, "L" * 60_000, None),
}


@pytest.mark.holds("C-12")
@pytest.mark.parametrize("name", NAMES)
def test_an_operation_name_is_one_encoded_text_or_none(shared_service: Service, name: str) -> None:
    query, sent, kept = NAMES[name]
    body = json.dumps({"query": query, "operationName": sent}).encode()
    headers = shared_service.headers("tax-clerk")
    (entry,) = added(shared_service, lambda: shared_service.send("POST", "/graphql", body, headers))
    assert entry["operation"] == kept
    for hostile in ("1234567890", "12345_67890", "\x1b", "\u202e"):
        assert hostile not in json.dumps(entry, ensure_ascii=False)


HEADERS = {
    "user-agent": "x\u202e" + "1" * 8_000,
    "x-forwarded-user": "register-desk",
    "x-forwarded-for": "192.0.2.1",
    "referer": f"http://a/?{ABSENT_NUMBER}",
    "x-request-id": '"},{"position":0',
    "cookie": "number=" + ABSENT_NUMBER,
}
BODY = json.dumps({"query": ONE}).encode()


def added_over(wire: Service, **headers: str) -> list[dict[str, Any]]:
    """The entries that a request with these headers leaves, sent as the bytes they are in UTF-8."""
    before = len(wire.ledger())
    raw(wire, head(wire, "tax-clerk", len(BODY), **headers) + BODY)
    return wire.ledger()[before:]


@pytest.mark.holds("C-12", "A-22")
def test_no_header_but_the_token_and_the_purpose_reaches_an_entry(wire: Service) -> None:
    (plain,), (with_headers,) = added_over(wire), added_over(wire, **HEADERS)
    for varying in ("id", "position", "request_id"):
        del plain[varying], with_headers[varying]
    assert plain == with_headers
    assert ABSENT_NUMBER not in wire.everything_written()


@pytest.mark.holds("C-12")
@pytest.mark.parametrize(
    ("purpose", "kept"),
    [
        ("local_tax\u202e", "local_tax\\u{00e2}\\u{0080}\\u{00ae}"),
        ("purpose" * 4_000, "purpose" * 9 + "…"),
        (ABSENT_NUMBER, None),
        ("1234-5678-9018", None),
        ('{"kind":"READ"}', "{\\u{0022}kind\\u{0022}\\u{003a}\\u{0022}READ\\u{0022}}"),
        ("=1+1", "\\u{003d}1\\u{002b}1"),
    ],
)
def test_a_purpose_that_is_none_is_one_encoded_text(wire: Service, purpose: str, kept: str | None) -> None:
    (entry,) = added_over(wire, **{"daicho-purpose": purpose})
    assert (entry["code"], entry["purpose"]) == ("PURPOSE_NOT_GRANTED", kept)
    assert wire.log[-1]["purpose"] == kept
