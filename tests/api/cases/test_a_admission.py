"""Who is let in: today's grant for her own department, a registered terminal, and a municipality that is held here."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.app import opened
from persistence.register_writing import Register, Taking, write_register
from tests.api.cases.actors import TOMORROW, YESTERDAY, Seat, register_statements, seated, told
from tests.serving import NOON, Answer, Service, serve
from tests.village import CODE, EVERYONE, NUMBERS, TODAY, household_number, households, number_of, residents

ASK = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName individualNumber } }"
TAX = Seat("財政部市民税課", "local_tax")
OTHER_MUNICIPALITY = "011002"


def purposes_told(answer: Answer) -> list[dict[str, str]]:
    """The caller's own purposes, as a refusal lists them."""
    listed: list[dict[str, str]] = answer.json["errors"][0]["extensions"]["purposes"]
    return listed


def assert_kept_out(service: Service, answer: Answer, code: str) -> None:
    """403, no data, and the ledger tells who was kept out."""
    assert (answer.status, answer.codes) == (403, [code])
    assert "data" not in answer.json
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["code"], entry["groups"]) == ("REFUSAL", code, [])
    assert not any(number in answer.content.decode() for number in NUMBERS)


@pytest.mark.holds("M05", "M07")
@pytest.mark.parametrize(
    "seat",
    [
        replace(TAX, starts_on=TOMORROW),
        replace(TAX, ends_on=YESTERDAY),
        replace(TAX, granted_to="財政部資産税課"),
        replace(TAX, granted_to="市民生活部住民課"),
        replace(TAX, purpose="resident_register"),
        replace(TAX, purpose="long_term_care"),
        replace(TAX, department="財政部 市民税課"),
        replace(TAX, department="市長"),
        replace(TAX, department="選挙管理委員会", granted_to="選挙管理委員会"),
    ],
    ids=lambda seat: f"{seat.department} {seat.purpose} {seat.granted_to} {seat.starts_on} {seat.ends_on}",
)
def test_a_grant_of_another_day_or_department_or_beyond_the_policy_lets_nobody_in(
    service: Service, monkeypatch: pytest.MonkeyPatch, seat: Seat
) -> None:
    caller = seated(service, monkeypatch, seat)
    with register_statements() as asked:
        answer = service.ask(caller, ASK, {"n": number_of(1)})

    assert_kept_out(service, answer, "PURPOSE_NOT_GRANTED")
    assert purposes_told(answer) == []
    assert asked == []


@pytest.mark.holds("M07")
@pytest.mark.parametrize(
    "seat",
    [replace(TAX, starts_on=TODAY), replace(TAX, ends_on=TODAY), replace(TAX, starts_on=TODAY, ends_on=TODAY)],
    ids=["from today", "until today", "today only"],
)
def test_a_grant_holds_on_its_first_day_and_on_its_last(
    service: Service, monkeypatch: pytest.MonkeyPatch, seat: Seat
) -> None:
    caller = seated(service, monkeypatch, seat)

    answer = service.ask(caller, ASK, {"n": number_of(1)})

    assert answer.data["resident"]["individualNumber"] == NUMBERS[0]
    grant = service.execute("SELECT id FROM grants WHERE staff_number = $1", f"S-{caller}")[0]["id"]
    assert service.ledger()[-1]["grants"] == [str(grant)]


@pytest.mark.holds("M05", "M07")
def test_a_grant_that_was_ended_lets_nobody_in(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = seated(service, monkeypatch, TAX)
    service.execute("UPDATE grants SET ended_at = $1, ended_by = 'S-1' WHERE staff_number = $2", NOON, f"S-{caller}")

    assert_kept_out(service, service.ask(caller, ASK, {"n": number_of(1)}), "PURPOSE_NOT_GRANTED")


@pytest.mark.holds("M05", "M03")
def test_who_names_no_purpose_or_another_is_told_her_own_and_nobody_elses(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = seated(service, monkeypatch, Seat("福祉部介護福祉課", "elderly_welfare"))
    service.execute("UPDATE grants SET staff_number = 'DEMO-1003' WHERE staff_number = $1", f"S-{both}")
    own = [
        {"code": "long_term_care", "name": "介護保険関連事務"},
        {"code": "elderly_welfare", "name": "老人福祉関連事務"},
    ]

    for purpose, code in (("", "PURPOSE_REQUIRED"), ("local_tax", "PURPOSE_NOT_GRANTED"), ("x", "PURPOSE_NOT_GRANTED")):
        answer = service.ask("care-clerk", ASK, {"n": number_of(1)}, purpose=purpose)
        assert_kept_out(service, answer, code)
        assert purposes_told(answer) == own
        assert answer.json["errors"][0]["extensions"]["messageJa"]


@pytest.mark.holds("M05")
@pytest.mark.parametrize("purpose", ["LOCAL_TAX", "local_tax,election", "local_tax;", "%", "local-tax", "地方税"])
def test_a_purpose_is_named_exactly_or_not_at_all(service: Service, purpose: str) -> None:
    headers = service.headers("tax-clerk") | {"daicho-purpose": purpose}
    body = json.dumps({"query": ASK, "variables": {"n": number_of(1)}}).encode()

    answer = service.send("POST", "/graphql", body, {name: value.encode() for name, value in headers.items()})  # type: ignore[misc] # bytes, so that any character goes

    assert_kept_out(service, answer, "PURPOSE_NOT_GRANTED")


@pytest.mark.holds("M06")
def test_an_unregistered_terminal_is_refused_whatever_its_user_may(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = seated(service, monkeypatch, replace(TAX, is_registered=False))

    answer = service.ask(caller, ASK, {"n": number_of(1)})

    assert_kept_out(service, answer, "TERMINAL_NOT_REGISTERED")
    assert "purposes" not in answer.json["errors"][0]["extensions"]
    assert service.ledger()[-1]["terminal"] == f"T-{caller}"


@pytest.mark.holds("M06")
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "ended"),
    [(TOMORROW, None, False), (TODAY - timedelta(days=9), YESTERDAY, False), (YESTERDAY, None, True)],
)
def test_a_terminal_counts_for_its_days_only(service: Service, starts_on: Any, ends_on: Any, ended: bool) -> None:
    change = "UPDATE terminals SET starts_on = $1, ends_on = $2, ended_at = $3 WHERE terminal = 'DEMO-T02'"
    service.execute(change, starts_on, ends_on, NOON if ended else None)

    assert_kept_out(service, service.ask("tax-clerk", ASK, {"n": number_of(1)}), "TERMINAL_NOT_REGISTERED")
    assert service.ask("election-clerk", ASK, {"n": number_of(1)}).status == 200


@pytest.mark.holds("M05")
def test_a_caller_of_another_municipality_is_refused_like_a_bad_token(service: Service) -> None:
    with ExitStack() as stack:
        elsewhere = serve(service.url, stack, municipalities=(OTHER_MUNICIPALITY,))
        with register_statements() as asked:
            foreign = elsewhere.ask("tax-clerk", ASK, {"n": number_of(1)})
            bad = elsewhere.ask("tax-clerk", ASK, {"n": number_of(1)}, authorization="Bearer nonsense")

    assert (foreign.status, foreign.codes) == (401, ["UNAUTHENTICATED"])
    assert told(foreign) == told(bad)
    assert asked == []
    written = service.execute("SELECT kind, municipality_code FROM ledger_entries ORDER BY recorded_at, position")
    assert [row["kind"] for row in written if row["municipality_code"] == OTHER_MUNICIPALITY] == ["SIGN_IN"] * 2


@pytest.mark.holds("A-03")
def test_the_register_of_another_municipality_is_not_there_by_number_search_id_or_edge(service: Service) -> None:
    neighbours(service)
    home = "household { members { fullName } }"
    everybody = (
        f"{{ residents(where: {{{EVERYONE}, includeClosed: true}}, first: 100) {{ nodes {{ fullName {home} }} }} }}"
    )
    seal = service.material.sealer.node_id
    for caller in ("register-desk", "tax-clerk"):
        assert "隣町" not in service.ask(caller, everybody).content.decode()
        answer = service.ask(caller, ASK, {"n": number_of(1)})
        assert answer.data["resident"]["fullName"] == "架空　太郎"
        for kind, number in (("Resident", number_of(1)), ("Household", household_number(1))):
            node = "query ($id: ID!) { node(id: $id) { id } }"
            theirs, ours = seal(kind, OTHER_MUNICIPALITY, number), seal(kind, CODE, number)
            assert service.ask(caller, node, {"id": theirs}).data == {"node": None}
            assert service.ask(caller, node, {"id": ours}).data == {"node": {"id": ours}}
    found = service.ask("register-desk", '{ residents(where: {fullName: "隣町"}) { nodes { id } } }')
    assert found.data == {"residents": {"nodes": []}}


def neighbours(service: Service) -> None:
    """Write another municipality's register into the same tables: the same numbers, other people."""
    named = "UPDATE residents SET full_name = '隣町　花子' WHERE municipality_code = $1"
    found_by = "UPDATE search_keys SET key = '隣町花子' || key WHERE municipality_code = $1"

    settings = replace(service.settings, municipalities=(CODE, OTHER_MUNICIPALITY))

    async def write() -> None:
        async with opened(settings, service.material) as services:
            taking = Taking(OTHER_MUNICIPALITY, services.vaults.of(OTHER_MUNICIPALITY), NOON)
            await write_register(services.database, taking, Register(residents(), households()))

    service.run(write())
    service.execute(named, OTHER_MUNICIPALITY)
    service.execute(found_by, OTHER_MUNICIPALITY)
