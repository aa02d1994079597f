"""What a notification proposes: before and after, change by change, decided by today's facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authz import proposals
from authz.disclosure import Disclosure
from authz.proposals import Proposed
from authz.runs import Asked, Spot
from domain.change_reasons import ChangeReason
from domain.life_events import Entered, MovedIn, Revised
from domain.notifications import Change, Maker, Notification, State
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber
from tests.authz.visits import NOON, Street, an_id, done
from tests.domain.situations import a_resident, a_situation, history_of
from tests.village import NUMBERS, TODAY, number_of

TARO, HIDDEN, NEW = (AddresseeNumber(number_of(nth)) for nth in (1, 4, 9))
DAY = RegisterDate.of(TODAY)
ITEMS = ("fullName", "full_name"), ("buildingLine", "building_line"), ("individualNumber", "individual_number")


def revised(line: str) -> Revised:
    """The building line is another one."""
    reason = ChangeReason.EX_OFFICIO_REVISION
    return Revised(reason=reason, changed_on=DAY, notified_on=DAY, revised={"building_line": line})


def a_notification(*changes: Change, state: State = State.PROVISIONAL) -> Notification:
    """One that proposes these changes."""
    made = Maker("S7", "市民生活部住民課", "T7", NOON)
    return Notification(an_id(99), "revise", state, made, changes, (), frozenset(), {})


def lines(
    street: Street, notification: Notification, purpose: str = "resident_register"
) -> list[tuple[object, object]]:
    """The building line before and after each change, as this purpose sees it; `-` where nothing may be opened."""
    changes = [Proposed(notification, at) for at in range(len(notification.changes))]
    places = [(at,) for at in range(len(changes))]
    visit, spot = street.visit(purpose), Spot(("notification", "changes", "*", "after"), ITEMS)
    before, after = (
        done(side(visit, Asked(f"ProposedChange.{side.__name__}", (spot,)), changes, places))
        for side in (proposals.before, proposals.after)
    )
    return [(_line(one), _line(other)) for one, other in zip(before, after, strict=True)]


def _line(disclosure: Disclosure | None) -> object:
    return disclosure.read("building_line") if disclosure else "-"


@pytest.fixture
def street(street: Street) -> Street:
    """The street with what the store knows of some of its records."""
    street.notifications.stands = a_situation(a_resident(1, building_line="1号"), a_resident(4), today=TODAY)
    return street


def test_each_change_of_a_provisional_notification_starts_where_the_one_before_it_ended(street: Street) -> None:
    notification = a_notification(Change(TARO, revised("2号")), Change(TARO, revised("3号")))
    assert lines(street, notification) == [("1号", "2号"), ("2号", "3号")]


def test_an_approved_notification_proposes_what_it_did_whatever_happened_since(street: Street) -> None:
    history = history_of(a_resident(1, building_line="1号"), revised("2号"), revised("3号"), revised("4号"))
    notification = a_notification(Change(TARO, revised("2号")), Change(TARO, revised("3号")), state=State.APPROVED)
    made = {notification.id: ((TARO, 1), (TARO, 2))}
    street.notifications.stands = a_situation(history, today=TODAY, changes_of=made)
    assert lines(street, notification) == [("1号", "2号"), ("2号", "3号")]


def test_what_was_withdrawn_proposes_nothing(street: Street) -> None:
    notification = a_notification(Change(TARO, revised("2号")), state=State.WITHDRAWN)
    assert lines(street, notification) == [("-", "-")]


def test_a_newcomer_has_nothing_before_and_is_seen_after(street: Street) -> None:
    record = replace(a_resident(9), building_line="9号")
    entered: Entered = MovedIn(reason=ChangeReason.MOVE_IN_DOMESTIC, changed_on=DAY, notified_on=DAY, record=record)
    assert lines(street, a_notification(Change(NEW, entered))) == [("-", "9号")]


@pytest.mark.parametrize(("purpose", "seen"), [("resident_register", "2号"), ("local_tax", None), ("election", None)])
def test_facts_of_today_decide_about_before_and_after_alike(street: Street, purpose: str, seen: str | None) -> None:
    ((_, after),) = lines(street, a_notification(Change(HIDDEN, revised("2号"))), purpose)
    assert after == seen


@pytest.mark.parametrize("purpose", ["support_measures", "ledger_review", "operation"])
def test_who_opens_no_record_is_proposed_none_and_the_store_is_not_asked(street: Street, purpose: str) -> None:
    assert lines(street, a_notification(Change(TARO, revised("2号"))), purpose) == [("-", "-")]
    assert (street.notifications.wanted, street.questions) == ([], [])


def test_who_may_not_open_a_record_that_is_there_is_not_shown_what_it_would_say(street: Street) -> None:
    street.residents.held = tuple(replace(one, facts=1) for one in street.residents.held)
    assert lines(street, a_notification(Change(TARO, revised("2号"))), "election") == [("-", "-")]


def test_what_may_not_be_shown_is_not_in_what_the_resolver_brings(street: Street) -> None:
    notification = a_notification(Change(TARO, revised("2号")))
    visit = street.visit("election")
    asked = Asked("ProposedChange.after", (Spot(("after",), ITEMS),))
    (after,) = done(proposals.after(visit, asked, [Proposed(notification, 0)], [()]))
    assert after
    assert after.read("individual_number") == "************"
    assert not set(map(str, after.row)) & {*NUMBERS, a_resident(1).individual_number.value}  # type: ignore[union-attr] # she has one
    (run,) = visit.runs
    assert not run.number_accessed
