"""Letting a person in: a registered terminal, a granted purpose, today, and never more than the policy offers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from authz.admission import AdmissionRefused, admit, purposes_of, usable_grants
from authz.callers import Caller
from authz.decisions import Decisions
from authz.policy import Policy
from domain.access import Access, Grant, Period, Terminal
from domain.errors import Code
from tests.authz.policies import changed
from tests.authz.visits import an_identity, days

TODAY = date(2026, 11, 23)
SINCE = Period(date(2020, 4, 1))
TERMINAL = Terminal("T7", "本庁1階", SINCE)
REGISTER_OFFICE = "市民生活部住民課"
CLERK = an_identity(REGISTER_OFFICE)


def a_grant(purpose: str = "resident_register", **given: Any) -> Grant:
    """A grant to the clerk, that holds today unless a test says otherwise."""
    usual: dict[str, Any] = {
        "id": f"g-{purpose}",
        "staff_number": "S7",
        "department": REGISTER_OFFICE,
        "purpose": purpose,
        "period": SINCE,
    }
    return Grant(**(usual | given))


def let_in(
    decisions: Decisions, *grants: Grant, purpose: str | None = "resident_register", today: date = TODAY
) -> Caller:
    """The clerk, at her terminal, with these grants."""
    return admit(CLERK, purpose, Access(grants, (TERMINAL,)), decisions, today)


def refused(decisions: Decisions, *grants: Grant, purpose: str | None = "resident_register") -> AdmissionRefused:
    """Why the clerk is not let in."""
    with pytest.raises(AdmissionRefused) as told:
        let_in(decisions, *grants, purpose=purpose)
    return told.value


def test_a_clerk_with_a_grant_at_a_registered_terminal_is_let_in(remembered: Decisions) -> None:
    caller = let_in(remembered, a_grant(), a_grant("seal_registration"))
    assert (caller.identity, caller.place, caller.purpose) == (CLERK, "本庁1階", "resident_register")
    assert caller.grants == ("g-resident_register",)
    assert (caller.profile.department, caller.profile.switched_off) == (REGISTER_OFFICE, frozenset())
    assert caller.purposes == ("resident_register", "seal_registration")


# Terminals.


@pytest.mark.holds("M06")
@pytest.mark.parametrize(
    "terminals",
    [
        (),
        (Terminal("T8", "別の席", SINCE),),
        (Terminal("T7", "本庁1階", Period(date(2020, 4, 1), TODAY - days(1))),),
        (Terminal("T7", "本庁1階", Period(TODAY + days(1))),),
    ],
    ids=["none", "another", "ended", "not yet"],
)
def test_a_terminal_that_is_not_registered_today_is_refused_whatever_is_granted(
    remembered: Decisions, terminals: tuple[Terminal, ...]
) -> None:
    with pytest.raises(AdmissionRefused) as told:
        admit(CLERK, "resident_register", Access((a_grant(),), terminals), remembered, TODAY)
    assert (told.value.code, told.value.extensions) == (Code.TERMINAL_NOT_REGISTERED, {})


def test_a_terminal_stands_where_its_registration_of_today_says(remembered: Decisions) -> None:
    moved = TODAY - days(10)
    terminals = (
        Terminal("T7", "旧庁舎", Period(date(2020, 4, 1), moved)),
        Terminal("T7", "新庁舎", Period(moved + days(1))),
    )
    assert admit(CLERK, "resident_register", Access((a_grant(),), terminals), remembered, TODAY).place == "新庁舎"


# Purposes.


@pytest.mark.parametrize("purpose", [None, ""])
def test_a_request_without_a_purpose_is_told_which_it_may_name(remembered: Decisions, purpose: str | None) -> None:
    refusal = refused(remembered, a_grant("seal_registration"), a_grant(), purpose=purpose)
    assert refusal.code is Code.PURPOSE_REQUIRED
    assert refusal.extensions == {
        "purposes": [
            {"code": "resident_register", "name": "住民基本台帳関連事務"},
            {"code": "seal_registration", "name": "印鑑登録関連事務"},
        ]
    }


@pytest.mark.parametrize("purpose", ["seal_registration", "local_tax", "no_such_purpose", "resident_register "])
def test_a_purpose_that_is_not_granted_is_refused_with_those_that_are(remembered: Decisions, purpose: str) -> None:
    refusal = refused(remembered, a_grant(), purpose=purpose)
    assert refusal.code is Code.PURPOSE_NOT_GRANTED
    assert refusal.extensions["purposes"] == [{"code": "resident_register", "name": "住民基本台帳関連事務"}]


@pytest.mark.parametrize("purpose", [None, "resident_register"])
def test_somebody_without_a_grant_is_told_no_purpose(remembered: Decisions, purpose: str | None) -> None:
    assert refused(remembered, purpose=purpose).extensions == {"purposes": []}


def test_a_purpose_granted_twice_is_named_once(remembered: Decisions) -> None:
    grants = [a_grant("seal_registration"), a_grant(id="g-1"), a_grant(id="g-2")]
    assert [one.code for one in purposes_of(grants, remembered)] == ["resident_register", "seal_registration"]


# Grants.


@pytest.mark.holds("M07")
@pytest.mark.parametrize(
    ("days_from_start", "is_usable"), [(-1, False), (0, True), (15, True), (30, True), (31, False)]
)
def test_a_grant_works_from_its_first_day_to_its_last(
    remembered: Decisions, days_from_start: int, is_usable: bool
) -> None:
    start = date(2026, 4, 1)
    grant = a_grant(period=Period(start, start + days(30)))
    used = usable_grants(CLERK, Access((grant,)), remembered, start + days(days_from_start))
    assert used == ([grant] if is_usable else [])


@pytest.mark.holds("M07")
@pytest.mark.parametrize(
    "other",
    [{"staff_number": "S8"}, {"department": "財政部市民税課"}, {"department": "選挙管理委員会", "purpose": "election"}],
)
def test_a_grant_works_for_its_own_person_in_its_own_department_only(
    remembered: Decisions, other: dict[str, str]
) -> None:
    purpose = other.get("purpose", "resident_register")
    assert refused(remembered, a_grant(**other), purpose=purpose).code is Code.PURPOSE_NOT_GRANTED


@pytest.mark.holds("M07")
@pytest.mark.parametrize("purpose", ["local_tax", "election", "ledger_review", "operation", "no_such_purpose"])
def test_no_grant_widens_past_what_the_policy_offers_the_department(remembered: Decisions, purpose: str) -> None:
    refusal = refused(remembered, a_grant(purpose), purpose=purpose)
    assert (refusal.code, refusal.extensions) == (Code.PURPOSE_NOT_GRANTED, {"purposes": []})


def test_a_grant_stops_with_the_policy_that_offered_it() -> None:
    offered = '["resident_register", "seal_registration", "support_measures"]'
    later = Decisions(Policy(changed(offered, '["resident_register", "support_measures"]')))
    assert refused(later, a_grant("seal_registration"), purpose="seal_registration").extensions == {"purposes": []}
    assert let_in(later, a_grant()).purpose == "resident_register"


def test_what_is_listed_as_grantable_may_be_granted_and_is_nobodys_without_a_grant(remembered: Decisions) -> None:
    operator = an_identity("コマンド操作")
    grant = a_grant("ledger_review", department="コマンド操作")
    caller = admit(operator, "ledger_review", Access((grant,), (TERMINAL,)), remembered, TODAY)
    assert caller.purposes == ("ledger_review",)
    with pytest.raises(AdmissionRefused):
        admit(operator, "operation", Access((grant,), (TERMINAL,)), remembered, TODAY)


# Classes switched off.


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ([{"number"}], {"number"}),
        ([{"number", "code"}, {"code", "family_register"}], {"code"}),
        ([{"number"}, set()], set()),
        ([{"number", "base", "no_such_class"}], {"number"}),
    ],
    ids=["one grant", "what both close", "what one leaves open", "only what may be switched off"],
)
def test_a_class_stays_shut_when_every_grant_of_the_purpose_closes_it(
    remembered: Decisions, closed: list[set[str]], expected: set[str]
) -> None:
    grants = [a_grant(id=f"g-{at}", switched_off=frozenset(names)) for at, names in enumerate(closed)]
    caller = let_in(remembered, *grants)
    assert caller.profile.switched_off == expected
    assert caller.grants == tuple(grant.id for grant in grants)


def test_a_grant_of_another_purpose_or_another_time_opens_no_class(remembered: Decisions) -> None:
    caller = let_in(
        remembered,
        a_grant(switched_off=frozenset({"number"})),
        a_grant(id="g-old", period=Period(date(2020, 4, 1), date(2021, 3, 31))),
        a_grant("seal_registration"),
    )
    assert caller.profile.switched_off == {"number"}
