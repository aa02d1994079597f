"""A statement in the hands of who lives with her, or acts for her by law: it must not tell who at home is protected."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from api.graphql.schema import SCHEMA
from domain.ledger.statements import EDGES, LISTS, OF_NOBODY_PROTECTED, PROTECTING_PATHS
from tests.api.cases.actors import Seat, seated
from tests.api.changing import a_key
from tests.api.issuing import DESK, HISTORY, ONE, VOID, a_request, fetch, issue, one_copy
from tests.api.protecting import application, restriction
from tests.api.test_inspections import OTHERS, inspect
from tests.api.test_verification_page import codes
from tests.architecture.test_resolvers import OPERATIONS
from tests.serving import Clocked, Service
from tests.village import HOME_1, NUMBERS, household_number, number_of

__all__ = ["codes"]  # a fixture

AT_HOME = (1, 2, 3, 8)
"""Husband, wife, child, and a closed record that still names their household."""
COURT = {"kind": "OFFICIAL_REQUESTER", "organ": "札幌地方裁判所", "officialTitle": "書記官", "name": "見本　書記"}
STATED = {"targetName": "架空　太郎", "targetAddress": "北海道苫小牧市旭町4丁目5番6号", "legalBasis": "民事訴訟法"}
OFFICIAL = a_request(
    requester={"purposeOfUse": "訴訟手続", "client": None, **COURT, **STATED}, identityVerification="OFFICIAL_DOCUMENT"
)
WHOLE = {"kind": "RESIDENT_RECORD_COPY", "wholeHousehold": True}
ASKED = """fullName currentAddress previousAddress individualNumber householdNumber restricted
    household { householdNumber householder { fullName sex } members { fullName currentAddress
        household { members { sex } } } }"""
HIS = f"{ASKED} registeredDomicile history {{ nodes {{ fullName currentAddress historyNumber }} }}"
OFFICES = {
    DESK: HIS,
    "tax-clerk": ASKED,
    "election-clerk": ASKED,
    "publicity": "fullName currentAddress",
}
STATEMENT = """query S($number: String!, $day: String!) {
    accessStatement(addresseeNumber: $number, from: $day, to: $day) { hidden csv html
        rows { at act department place purpose legalBasis items numberAccessed } } }"""


def everything_asked(service: Service, publicity: str) -> None:
    """Every way there is to ask for one of them, whatever is answered."""
    for caller, asked in OFFICES.items():
        name = publicity if caller == "publicity" else caller
        for document in documents(asked):
            service.ask(name, document)
            service.ask(name, document, **{"daicho-strict": "true"})
        for nth in AT_HOME:
            found = service.ask(name, f'{{ resident(by: {{addresseeNumber: "{number_of(nth)}"}}) {{ id }} }}').json
            if (found.get("data") or {}).get("resident"):
                node = f"query N($id: ID!) {{ node(id: $id) {{ ... on Resident {{ {asked} }} }} }}"
                service.ask(name, node, {"id": found["data"]["resident"]["id"]})
    for told in (a_request(), a_request(2), a_request(**WHOLE), OFFICIAL):
        key = a_key()
        for _ in range(2):
            issue(service, told, key=key)
    for nth in AT_HOME:
        service.ask(DESK, HISTORY, {"n": number_of(nth)})
    inspect(service)
    inspect(service, ground="RESEARCH", inspector=OTHERS, isFoundAppropriate=True)


def documents(asked: str) -> list[str]:
    """By number, by search, by household, and as a follower of changes."""
    where = (
        'nameKana: "カクウ", dateOfBirth: "1950"',
        f'nameKana: "カクウ", currentAddress: "{HOME_1}"',
        f'householdNumber: "{household_number(1)}"',
    )
    return [
        *(f'{{ resident(by: {{addresseeNumber: "{number_of(nth)}"}}) {{ {asked} }} }}' for nth in AT_HOME),
        *(f'{{ resident(by: {{individualNumber: "{NUMBERS[nth - 1]}"}}) {{ {asked} }} }}' for nth in AT_HOME),
        *(f"{{ residents(where: {{{one}}}) {{ nodes {{ {asked} }} }} }}" for one in where),
        f'{{ household(by: {{householdNumber: "{household_number(1)}"}}) {{ members {{ {asked} }} }} }}',
        "{ changes(first: 20) { nodes { version { fullName } } } }",
    ]


def told_on(clocked: Clocked) -> dict[int, str]:
    """What each of them is told of the day that it is, without the day itself."""
    japan = clocked.at + timedelta(hours=9)
    found = {}
    for nth in AT_HOME:
        answer = clocked.service.ask(
            "reviewer", STATEMENT, {"number": number_of(nth), "day": japan.date().isoformat()}
        ).data["accessStatement"]
        text = json.dumps(answer, ensure_ascii=False).replace(japan.date().isoformat(), "DAY")
        found[nth] = text.replace(f"{japan.year}年{japan.month}月{japan.day}日", "DAY").replace(
            f"（{'月火水木金土日'[japan.weekday()]}）", ""
        )
    return found


PROTECTING: dict[str, Callable[[Service], object]] = {
    "the wife applies for support": lambda service: application(service, DESK, 2),
    "the husband himself applies": lambda service: application(service, DESK, 1),
    "the wife applies with the child": lambda service: application(
        service, DESK, 2, joining=[{"addresseeNumber": number_of(3)}]
    ),
    "the wife's certificates are restricted": lambda service: restriction(service, DESK, 2, process="CERTIFICATE"),
}


def told_before_and_after(
    clocked: Clocked, patch: pytest.MonkeyPatch, protect: Callable[[Service], object]
) -> tuple[dict[int, str], dict[int, str]]:
    """What they are told of the same accesses on two days, between which somebody is protected."""
    publicity = seated(clocked.service, patch, Seat("総合政策部秘書広報課", "public_relations"))
    everything_asked(clocked.service, publicity)
    before = told_on(clocked)
    clocked.at += timedelta(days=7)
    protect(clocked.service)
    everything_asked(clocked.service, publicity)
    return before, told_on(clocked)


@pytest.mark.holds("C-20", "A-01", "A-21", "M08")
@pytest.mark.parametrize("protect", PROTECTING.values(), ids=PROTECTING.keys())
def test_for_the_same_accesses_everybody_at_home_is_told_the_same_whoever_of_them_is_protected(
    clocked: Clocked, monkeypatch: pytest.MonkeyPatch, protect: Callable[[Service], object]
) -> None:
    before, after = told_before_and_after(clocked, monkeypatch, protect)
    assert after == before
    assert all("支援措置" not in one and "財政部市民税課" in one for one in before.values())
    assert [json.loads(one)["hidden"] for one in before.values()] == [2, 0, 0, 0]


@pytest.mark.holds("C-20", "A-01")
def test_whose_own_record_is_restricted_is_found_less_and_nobody_else_at_home_is_told_otherwise(
    clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = told_before_and_after(clocked, monkeypatch, lambda service: restriction(service, DESK, 2))
    hers_before, hers_after = before.pop(2), after.pop(2)
    assert after == before
    assert len(json.loads(hers_after)["rows"]) < len(json.loads(hers_before)["rows"])


@pytest.mark.holds("C-20")
def test_a_paper_for_an_organ_of_the_state_leaves_no_trace_but_its_count_whatever_is_done_with_it(
    clocked: Clocked, codes: list[str]
) -> None:
    service = clocked.service
    copy = one_copy(service, OFFICIAL, key="k" * 20)
    one_copy(service, OFFICIAL, key="k" * 20)
    id_ = copy["issuance"]["id"]
    assert service.ask(DESK, ONE, {"id": id_}).data["issuance"]
    assert fetch(service, copy).status == 200
    assert service.send("GET", f"/verify/{codes[0]}").status == 200
    assert service.ask(DESK, VOID, {"id": id_, "reason": "汚損", "key": a_key()}).data
    issue(service, OFFICIAL | {"requester": OFFICIAL["requester"] | {"targetName": "違う　名前"}})
    told = json.loads(told_on(clocked)[1])
    assert (told["rows"], told["hidden"]) == ([], 3)


@pytest.mark.holds("C-20")
def test_her_own_paper_and_who_looked_it_up_or_verified_it_is_told(service: Service, codes: list[str]) -> None:
    copy = one_copy(service)
    service.ask(DESK, ONE, {"id": copy["issuance"]["id"]})
    service.send("GET", f"/verify/{codes[0]}")
    day = {"number": number_of(1), "day": "2026-11-23"}
    rows = service.ask("reviewer", STATEMENT, day).data["accessStatement"]["rows"]
    assert [row["act"][:6] for row in rows] == ["証明書などの", "記録を見まし", "証明書が本物"]
    assert [row["department"] for row in rows] == ["市民生活部住民課", "市民生活部住民課", None]


@pytest.mark.holds("C-20", "A-01")
def test_every_path_that_a_statement_treats_apart_is_one_of_the_schema() -> None:
    of_links = {"Handover.fetch"}
    paths = EDGES | LISTS | OF_NOBODY_PROTECTED - of_links | PROTECTING_PATHS
    fields = {f"{name}.{field}" for name, kind in SCHEMA.type_map.items() for field in getattr(kind, "fields", {})}
    assert paths <= fields


@pytest.mark.holds("C-20", "A-01")
def test_no_way_to_a_record_can_be_added_without_saying_whether_a_statement_tells_it() -> None:
    of_households, of_notifications = {"Resident.household"}, {"ProposedChange.before", "ProposedChange.after"}
    ways = {name for name in OPERATIONS if not name.startswith("Query.")}
    assert ways == EDGES | {"Change.version"} | of_households | of_notifications
