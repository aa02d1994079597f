"""A day at the demonstration city, as its people live it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from authz.desk import JAPAN
from tests.commands import Running

SATO = """query Sato { residents(where: {fullName: "佐藤", currentAddress: "苫小牧市"}, first: 3) { nodes {
  addresseeNumber fullName individualNumber electoralRollRegistration registeredDomicile
} } }"""
WHERE_IS_SHE = """query($by: ResidentKey!) { resident(by: $by) {
  fullName currentAddress previousAddress householdNumber household { members { fullName } }
} }"""
AT_ADDRESS = """query($at: String!, $name: String!) { residents(where: {currentAddress: $at, fullName: $name}) {
  nodes { addresseeNumber } } }"""
WHEREABOUTS = ("currentAddress", "previousAddress", "householdNumber", "household")


def looks_at(running: Running, number: str) -> list[dict[str, Any]]:
    """The entries in which a record was looked at, oldest first."""
    return [
        entry
        for entry in running.ledger()
        if entry["kind"] in {"READ", "SEARCH"} and any(number in group["subjects"] for group in entry["groups"])
    ]


@pytest.mark.holds("S1-04", "M01", "A-01", "C-01", "D-07")
def test_a_tax_clerk_and_an_election_clerk_ask_the_same_and_each_gets_her_own(demonstration: Running) -> None:
    # In the morning the tax clerk asks for three residents of one name, and reads their Individual Numbers.
    tax = demonstration.ask("tax-clerk", SATO)
    people = tax.data["residents"]["nodes"]
    numbers = [person["individualNumber"] for person in people]
    assert all(number.startswith("99") and len(number) == 12 for number in numbers)
    assert {person["electoralRollRegistration"] for person in people} == {None}

    # The election clerk asks the same: the same people, no number, and the electoral roll instead.
    election = demonstration.ask("election-clerk", SATO)
    assert [one["fullName"] for one in election.data["residents"]["nodes"]] == [one["fullName"] for one in people]
    assert {one["individualNumber"] for one in election.data["residents"]["nodes"]} == {"************"}
    assert election.outcome("electoralRollRegistration") is None
    assert not [number for number in numbers if number in election.content.decode()]

    # In the evening the reviewer reads what each of them saw, by which rule, and no value of it.
    first, second = looks_at(demonstration, people[0]["addresseeNumber"])[-2:]
    assert [entry["staff_number"] for entry in (first, second)] == ["DEMO-1002", "DEMO-1004"]
    assert [entry["number_accessed"] for entry in (first, second)] == [True, False]
    decided = [entry["groups"][0]["items"]["individual_number"] for entry in (first, second)]
    assert decided == [
        {"outcome": "SHOWN", "rule": "number-affairs"},
        {"outcome": "MASKED", "rule": "number-masked"},
    ]
    written = json.dumps([first, second], ensure_ascii=False) + demonstration.err
    assert not [text for text in (*numbers, people[0]["fullName"]) if text in written]


@pytest.mark.holds("A-28", "C-14")
def test_a_protected_person_is_hidden_from_every_department_until_she_is_released_to_one_for_a_week(
    demonstration: Running,
) -> None:
    by = demonstration.get("/demo/examples").json()["protected"]
    number = by["addresseeNumber"]

    # The register office, which protects her, knows where she lives.
    known = demonstration.ask("register-desk", WHERE_IS_SHE, {"by": by}).data["resident"]
    assert known["currentAddress"]

    # She goes from department to department: each finds her record, and nobody reads or finds where she lives.
    for clerk in ("tax-clerk", "care-clerk", "election-clerk"):
        finds_her_but_not_where_she_lives(demonstration, clerk, number, known)

    # She asks the tax department to write to her: the officer responsible releases her record to it, for a week.
    release = release_for_a_week(demonstration, number, "local_tax")
    released = demonstration.ask("tax-clerk", WHERE_IS_SHE, {"by": by})
    assert released.data["resident"]["currentAddress"] == known["currentAddress"]
    still = demonstration.ask("care-clerk", WHERE_IS_SHE, {"by": by})
    assert still.data["resident"]["currentAddress"] is None

    # The letter is written, the officer ends the release before its week is over, and she is hidden again.
    demonstration.command("releases", "end", release).must_be_done()
    again = demonstration.ask("tax-clerk", WHERE_IS_SHE, {"by": by})
    assert again.data["resident"]["currentAddress"] is None

    # Afterwards the ledger tells who looked at her record, who saw where she lives, and who opened it to whom.
    looks = [one for one in looks_at(demonstration, number) if one["path"] == "Query.resident"][-7:]
    assert [(one["staff_number"], address_of(one)) for one in looks] == [
        ("DEMO-1001", "SHOWN"),
        ("DEMO-1002", "WITHHELD"),
        ("DEMO-1003", "WITHHELD"),
        ("DEMO-1004", "WITHHELD"),
        ("DEMO-1002", "SHOWN"),
        ("DEMO-1003", "WITHHELD"),
        ("DEMO-1002", "WITHHELD"),
    ]
    (opened,) = [entry for entry in demonstration.ledger() if is_release(entry, release)]
    assert (opened["purpose"], opened["kind"]) == ("support_measures", "CHANGE")
    assert number in opened["groups"][0]["subjects"]


def finds_her_but_not_where_she_lives(demonstration: Running, clerk: str, number: str, known: dict[str, Any]) -> None:
    """One department's look: her name, and her whereabouts neither read nor found by searching."""
    hidden = demonstration.ask(clerk, WHERE_IS_SHE, {"by": {"addresseeNumber": number}})
    assert hidden.data["resident"] == {"fullName": known["fullName"], **dict.fromkeys(WHEREABOUTS)}
    assert {hidden.outcome(item) for item in WHEREABOUTS} == {"WITHHELD"}
    assert known["currentAddress"] not in hidden.content.decode()
    found = demonstration.ask(clerk, AT_ADDRESS, {"at": known["currentAddress"], "name": known["fullName"]})
    assert found.data == {"residents": {"nodes": []}}
    assert number not in found.content.decode()


def release_for_a_week(demonstration: Running, number: str, purpose: str) -> str:
    """The officer releases her record from today; gives the release's id."""
    week = (datetime.now(JAPAN) + timedelta(days=7)).date().isoformat()
    words = ("--addressee-number", number, "--purpose", purpose, "--until", week)
    (release,) = demonstration.command("releases", "add", *words).lines
    return release


def is_release(entry: dict[str, Any], release: str) -> bool:
    """Whether the entry is that of this release."""
    return entry["path"] == "daicho releases add" and any(release in group["subjects"] for group in entry["groups"])


def address_of(entry: dict[str, Any]) -> str:
    """What was decided of her address."""
    return str(entry["groups"][0]["items"]["current_address"]["outcome"])


@pytest.mark.holds("A-09", "A-18", "C-14", "M05")
@pytest.mark.parametrize("name", ["reviewer", "contractor"])
def test_who_opens_no_record_cannot_tell_a_resident_from_nobody(demonstration: Running, name: str) -> None:
    somebody = demonstration.ask("tax-clerk", SATO).data["residents"]["nodes"][0]["addresseeNumber"]
    by_number = "query($by: ResidentKey!) { resident(by: $by) { __typename id } }"
    met = demonstration.ask(name, by_number, {"by": {"addresseeNumber": somebody}})
    nobody = demonstration.ask(name, by_number, {"by": {"addresseeNumber": "9999999991"}})
    # A request id differs from request to request, wherever there is one.
    assert (met.status, scrubbed(met.json)) == (nobody.status, scrubbed(nobody.json))
    assert len(met.content) == len(nobody.content)
    entries = demonstration.command("ledger", "tail", "--json", "-n", "2").entries
    assert [(one["caller"], one["groups"]) for one in entries] == [(name, []), (name, [])]


def scrubbed(body: dict[str, Any]) -> dict[str, Any]:
    """The body without the request's id."""
    for error in body.get("errors", []):
        error["extensions"].pop("requestId")
    return body
