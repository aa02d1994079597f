"""The limit of bulk at the desk: beyond it nothing is loaded, and no way of asking goes round it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from authz.callers import Identity
from authz.decisions import Decisions
from authz.desk import Visit
from authz.volume import AGAIN_AFTER, Volume, Volumes
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.ports import Search
from domain.search_terms import Term
from domain.volume import Bounds, Tally
from tests.authz.visits import ALL, NOON, Street, an_identity, asked, done
from tests.village import number_of

FEW = Bounds(records=3, searches=2)


def a_street(decisions: Decisions, bounds: Bounds = FEW) -> Street:
    """A street on which one person may be shown so many records."""
    return Street(decisions, volume=Volume(bounds, lambda: NOON))


def search(visit: Visit, limit: int) -> int:
    """How many residents a search for all shows."""
    shown, _ = done(visit.residents(asked("full_name", field="Query.residents"), ALL, Search((), False, None, limit)))
    return len(shown)


def refusal_of(visit: Visit, limit: int) -> Refusal:
    """How a search is refused."""
    with pytest.raises(Refusal) as refused:
        search(visit, limit)
    return refused.value


@pytest.mark.holds("A-12", "M11")
def test_a_page_that_could_show_more_than_is_left_is_refused_before_the_store_is_asked(remembered: Decisions) -> None:
    street = a_street(remembered)

    refusal = refusal_of(street.visit("local_tax"), 4)

    assert (refusal.code, refusal.extensions) == (Code.EXTRACTION_REQUIRED, {"limit": 3})
    assert street.questions == []


@pytest.mark.holds("A-12", "M11")
def test_the_records_of_all_visits_of_a_person_count_together(remembered: Decisions) -> None:
    street = a_street(remembered)
    assert search(street.visit("local_tax"), 2) == 2

    visit = street.visit("local_tax")
    assert refusal_of(visit, 2).code is Code.EXTRACTION_REQUIRED

    (entry,) = visit.entries()
    assert (entry.kind, entry.code, entry.groups) == (Kind.REFUSAL, "EXTRACTION_REQUIRED", ())
    assert street.questions == ["searched"]


@pytest.mark.holds("A-12")
def test_one_search_too_many_is_refused_before_the_store_is_asked(remembered: Decisions) -> None:
    street = a_street(remembered, Bounds(records=100, searches=2))
    by = Term("addressee_number", number_of(1))
    for _ in range(2):
        done(street.visit("local_tax").resident(asked("full_name"), by))

    with pytest.raises(Refusal) as refused:
        done(street.visit("local_tax").resident(asked("full_name"), by))

    assert (refused.value.code, refused.value.extensions) == (Code.EXTRACTION_REQUIRED, {"limit": 2})
    assert len(street.questions) == 2


@pytest.mark.holds("A-12")
def test_an_edge_that_would_lead_past_the_limit_shows_nobody(remembered: Decisions) -> None:
    street = a_street(remembered, Bounds(records=2, searches=9))
    visit = street.visit("resident_register")
    one = done(visit.resident(asked("household"), Term("addressee_number", number_of(1))))
    assert one is not None
    (home,) = done(visit.households_of(asked("members", field="Resident.household"), [one], [(0,)]))
    assert home is not None

    with pytest.raises(Refusal) as refused:
        done(visit.members_of(asked("full_name", field="Household.members"), [home], [(0,)]))

    assert refused.value.code is Code.EXTRACTION_REQUIRED
    assert visit.runs[-1].shown == ()
    assert street.questions == ["matching", "numbered"]


def test_a_household_with_more_members_than_are_left_is_loaded_and_shown_to_nobody(remembered: Decisions) -> None:
    street = a_street(remembered, Bounds(records=3, searches=9))
    visit = street.visit("resident_register")
    one = done(visit.resident(asked("household"), Term("addressee_number", number_of(1))))
    assert one is not None
    (home,) = done(visit.households_of(asked("members", field="Resident.household"), [one], [(0,)]))
    assert home is not None

    with pytest.raises(Refusal):
        done(visit.members_of(asked("full_name", field="Household.members"), [home], [(0,)]))

    assert "living_in" in street.questions
    entry = visit.entries()[-1]
    assert (entry.kind, entry.groups, entry.result_count) == (Kind.REFUSAL, (), 0)


def test_an_empty_answer_costs_no_record(remembered: Decisions) -> None:
    street = a_street(remembered, Bounds(records=1, searches=9))
    nobody = Term("addressee_number", number_of(99))
    for _ in range(5):
        assert done(street.visit("local_tax").resident(asked("full_name"), nobody)) is None


# Whose hour it is.


class Ledger:
    """What the ledger says of people; `asked_for` whom it was asked."""

    def __init__(self, **told: Sequence[Tally]) -> None:
        self.told = told
        self.asked_for: list[tuple[str, str, datetime]] = []

    async def volume(self, code: str, staff_number: str, since: datetime) -> Sequence[Tally]:
        """What it says."""
        self.asked_for.append((code, staff_number, since))
        return self.told.get(staff_number, ())


class Clock:
    """A clock that is set by hand."""

    at = NOON

    def __call__(self) -> datetime:
        return self.at


def somebody(staff_number: str = "S7", **given: str) -> Identity:
    """A person, by her staff number."""
    return an_identity("財政部市民税課", staff_number=staff_number, **given)


def room(volumes: Volumes, who: Identity) -> int:
    """How many records she may still be shown, of ten."""
    volume = done(volumes.of(who))
    return sum(1 for wanted in range(1, 11) if _has_room(volume, wanted))


def _has_room(volume: Volume, records: int) -> bool:
    try:
        volume.require_room(records)
    except Refusal:
        return False
    return True


TEN = Bounds(10, 10)


@pytest.mark.holds("A-12")
def test_whoever_is_met_for_the_first_time_brings_what_the_ledger_says_of_her_last_hour() -> None:
    ledger = Ledger(S7=[Tally(NOON - timedelta(minutes=30), records=7)])
    volumes = Volumes(TEN, ledger.volume, Clock())

    assert (room(volumes, somebody()), room(volumes, somebody("S8"))) == (3, 10)
    assert ledger.asked_for[0] == ("012131", "S7", NOON - timedelta(hours=1))


def test_another_purpose_token_or_terminal_is_the_same_person_and_another_municipality_is_not() -> None:
    volumes = Volumes(TEN, Ledger().volume, Clock())
    done(volumes.of(somebody())).show(4)

    assert room(volumes, somebody(subject="another", terminal="T9", application="other")) == 6
    assert room(volumes, replace(somebody(), municipality_code="131016")) == 10


def test_what_other_processes_have_shown_her_is_learnt_after_some_minutes_and_nothing_counted_twice() -> None:
    clock, ledger = Clock(), Ledger()
    volumes = Volumes(TEN, ledger.volume, clock)
    done(volumes.of(somebody())).show(2)
    ledger.told = {"S7": [Tally(NOON, records=6)]}

    assert room(volumes, somebody()) == 8
    clock.at = NOON + AGAIN_AFTER
    assert room(volumes, somebody()) == 4


def test_who_falls_out_of_memory_is_asked_for_again() -> None:
    ledger = Ledger()
    volumes = Volumes(TEN, ledger.volume, Clock(), remembered=2)

    for staff_number in ("S1", "S2", "S3", "S3", "S1"):
        done(volumes.of(somebody(staff_number)))

    assert [who for _, who, _ in ledger.asked_for] == ["S1", "S2", "S3", "S1"]
