"""Changing at the desk: who may, once, by two persons, each in the ledger, and nothing told to who may not know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from authz.changing import Answered, Changing, Wish
from authz.desk import Visit
from authz.facts import ResidentFacts
from authz.runs import Asked
from domain.change_reasons import ChangeReason
from domain.errors import Code, InvalidValue, Refusal
from domain.findings import Check, Finding, Severity
from domain.ledger.entries import Kind
from domain.life_events import Revised
from domain.notifications import Change, Newcomer, Proposal, Situation, State, Wanted
from domain.procedures.matters import IndividualMatter, RecordMatter
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, IndividualNumber
from tests.authz.visits import Street, asked, done
from tests.domain.situations import a_filing, a_resident, a_situation
from tests.village import NUMBERS, TODAY, number_of

NOTIFY, APPROVE = Asked("Mutation.revise"), Asked("Mutation.approve")
TARO = AddresseeNumber(number_of(1))
WRONG = Check("WRONG", Severity.ERROR, "住基法第8条", "It is wrong.", "誤りです。")
ODD = Check("ODD", Severity.WARNING, "住基法第8条", "It is odd.", "確認してください。")
TAKEN = Check(
    "TAKEN", Severity.ERROR, "番号法第8条第2項", "Somebody has it.", "使用中です。", told_by="individual_number"
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Revise:
    """A notice that revises the building line, and finds what it is told to find."""

    procedure: ClassVar[str] = "revise"

    line: str = "見本荘102号"
    number: IndividualNumber | None = None
    findings: tuple[Finding, ...] = ()

    def wanted(self) -> Wanted:
        """Whoever has the number."""
        return Wanted((TARO,), match=(Newcomer(individual_number=self.number.value),) if self.number else ())

    def proposed(self, situation: Situation) -> Proposal:
        """The building line."""
        if not self.line:
            raise InvalidValue("line", "may not be blank", "空欄にできません")
        day = RegisterDate.of(situation.today)
        event = Revised(
            reason=ChangeReason.EX_OFFICIO_REVISION,
            changed_on=day,
            notified_on=day,
            revised={"building_line": self.line},
        )
        return Proposal((Change(TARO, event),), self.findings)


@pytest.fixture
def street(street: Street) -> Street:
    """The street, where the register knows one more of a record: all that a notice may ask."""
    street.notifications.stands = a_situation(a_resident(1), a_resident(4, home=2), today=TODAY, versions={TARO: 7})
    return street


def a_matter(matter: IndividualMatter = IndividualMatter.LONG_TERM_CARE_INSURANCE) -> RecordMatter:
    """That somebody is insured."""
    return RecordMatter(filing=a_filing(), resident=TARO, matter=matter, text="該当（第1号被保険者）")


def the_clerk(street: Street, **given: str) -> Visit:
    """Who hands in."""
    return street.visit("resident_register", **given)  # type: ignore[arg-type] # texts for texts


def notified(visit: Visit, notice: Revise | RecordMatter, key: str = "k-1", *seen: str) -> Answered:
    """What she is answered."""
    return done(Changing(visit).notify(NOTIFY, lambda: notice, Wish(key, frozenset(seen))))  # type: ignore[arg-type, return-value] # it is one


def provisional(street: Street, *findings: Finding, **given: str) -> str:
    """The id of one that was handed in."""
    answered = notified(the_clerk(street, **given), Revise(findings=findings))
    return str(answered.answer["notification"])


def approved(visit: Visit, id_: str, key: str = "k-2", *seen: str) -> Answered:
    """What the second person is answered."""
    return done(Changing(visit).approve(APPROVE, id_, Wish(key, frozenset(seen))))  # type: ignore[return-value] # what comes of it


def refused(visit: Visit, work: Iterator[None] | object, code: Code) -> Refusal:
    """The refusal of it; the run says so and nothing changed."""
    with pytest.raises(Refusal) as told:
        work()  # type: ignore[operator] # what is tried
    assert told.value.code is code
    assert (visit.runs[-1].kind, visit.runs[-1].code, visit.changed) == (Kind.REFUSAL, code, False)
    return told.value


# Handing in.


@pytest.mark.holds("M14")
def test_a_notification_waits_for_a_second_person_and_says_what_its_maker_saw(street: Street) -> None:
    answered = notified(the_clerk(street), Revise())

    (kept,) = street.notifications.kept.values()
    assert answered.answer["stored"]
    assert (kept.state, kept.made.staff_number, kept.versions) == (State.PROVISIONAL, "S7", {TARO: 7})
    assert street.notifications.done == ["submit"]


def test_its_entry_is_in_the_order_and_is_not_recorded_again(street: Street) -> None:
    visit = the_clerk(street)
    notified(visit, Revise())

    (entry,) = street.notifications.ledger
    assert (entry.kind, entry.path, entry.result_count, entry.file) == (Kind.CHANGE, "Mutation.revise", 1, "F1")
    assert [group.subjects for group in entry.groups] == [(TARO.value,)]
    assert visit.entries() == []
    assert visit.changed


@pytest.mark.parametrize("purpose", ["local_tax", "election", "long_term_care", "ledger_review", "support_measures"])
def test_who_may_not_notify_is_refused_before_the_store_is_asked(street: Street, purpose: str) -> None:
    visit = street.visit(purpose)
    refused(visit, lambda: notified(visit, Revise()), Code.NOT_PERMITTED)
    assert (street.notifications.wanted, street.notifications.done, street.questions) == ([], [], [])


def test_individual_matters_need_no_second_person_and_are_recorded_by_their_own_department(street: Street) -> None:
    answered = notified(street.visit("long_term_care"), a_matter())
    assert answered.answer["state"] == "APPROVED"
    assert street.notifications.done == ["perform"]

    visit = street.visit("long_term_care")
    refused(visit, lambda: notified(visit, a_matter(IndividualMatter.NATIONAL_PENSION)), Code.NOT_PERMITTED)


@pytest.mark.holds("M16")
def test_an_error_stops_it_and_is_told_as_data(street: Street) -> None:
    visit = the_clerk(street)
    answered = notified(visit, Revise(findings=(Finding(WRONG, ("line",)),)), "k-1", "WRONG")

    assert not answered.answer["stored"]
    assert [one["code"] for one in answered.answer["findings"]] == ["WRONG"]
    assert (street.notifications.kept, street.notifications.done) == ({}, ["keep_answer"])
    (entry,) = street.notifications.ledger
    assert (entry.kind, entry.code, visit.changed) == (Kind.REFUSAL, "WRONG", False)


@pytest.mark.holds("M13")
def test_a_warning_stops_it_until_its_code_is_acknowledged(street: Street) -> None:
    odd = Revise(findings=(Finding(ODD, ("line",)),))
    assert not notified(the_clerk(street), odd).answer["stored"]
    assert not notified(the_clerk(street), odd, "k-2", "WRONG").answer["stored"]
    assert notified(the_clerk(street), odd, "k-3", "ODD").answer["stored"]


def test_what_a_procedure_refuses_is_a_refusal_and_nothing_is_kept(street: Street) -> None:
    visit = the_clerk(street)
    refused(visit, lambda: notified(visit, Revise(line="")), Code.INVALID_VALUE)
    assert (street.notifications.kept, street.notifications.done) == ({}, [])


# a number that somebody has.


@pytest.mark.holds("A-10")
def test_who_may_not_search_by_a_number_is_answered_the_same_whether_somebody_has_it(street: Street) -> None:
    def handed_in(key: str, *findings: Finding) -> dict[str, object]:
        visit = street.visit("resident_register", ("number",))
        number = IndividualNumber(NUMBERS[0])
        answer = notified(visit, Revise(number=number, findings=findings), key).answer
        return {name: value for name, value in answer.items() if name not in ("entry", "notification")}

    assert handed_in("k-1") == handed_in("k-2", Finding(TAKEN, ("number",)))
    assert street.notifications.done == ["submit", "submit"]


@pytest.mark.holds("A-10")
def test_the_finding_waits_for_who_may_know_and_stops_the_approval(street: Street) -> None:
    maker = street.visit("resident_register", ("number",))
    id_ = str(notified(maker, Revise(findings=(Finding(TAKEN, ("number",)),))).answer["notification"])
    other = the_clerk(street, staff_number="S8")

    found = done(Changing(other).notification(Asked("Query.notification"), id_))
    assert [one["code"] for one in Changing(other).findings_of(found)] == ["TAKEN"]  # type: ignore[arg-type] # it is there
    assert Changing(maker).findings_of(found) == []  # type: ignore[arg-type] # it is there

    answered = approved(other, id_)
    assert not answered.answer["stored"]
    assert street.notifications.kept[id_].state is State.PROVISIONAL


@pytest.mark.holds("A-10")
def test_nobody_approves_from_whom_a_finding_might_be_kept(street: Street) -> None:
    id_ = provisional(street)
    for closed in ("number", "code", "residence_status"):
        visit = street.visit("resident_register", (closed,), staff_number="S8")
        refused(visit, lambda visit=visit: approved(visit, id_), Code.NOT_PERMITTED)


@pytest.mark.holds("A-10")
def test_looking_for_a_newcomers_number_is_recorded_as_a_search_by_it(street: Street) -> None:
    notified(the_clerk(street), Revise(number=IndividualNumber(NUMBERS[0])))
    (entry,) = street.notifications.ledger
    assert entry.number_accessed
    assert entry.searched_by.keys() == {"individual_number"}
    assert NUMBERS[0] not in str(entry)


# The second person.


@pytest.mark.holds("M14")
def test_nobody_approves_her_own_but_another_does(street: Street) -> None:
    id_ = provisional(street)
    own = the_clerk(street)
    refused(own, lambda: approved(own, id_), Code.NOT_PERMITTED)
    assert street.notifications.kept[id_].state is State.PROVISIONAL

    assert approved(the_clerk(street, staff_number="S8"), id_).answer["state"] == "APPROVED"
    assert (street.notifications.kept[id_].ended_by, street.notifications.done) == ("S8", ["submit", "approve"])


def test_what_is_approved_or_withdrawn_cannot_be_ended_again(street: Street) -> None:
    id_ = provisional(street)
    approved(the_clerk(street, staff_number="S8"), id_)
    other = the_clerk(street, staff_number="S9")
    refused(other, lambda: approved(other, id_), Code.NOTIFICATION_ENDED)


def test_its_maker_and_the_register_office_may_withdraw_it(street: Street) -> None:
    id_ = provisional(street)
    done(Changing(the_clerk(street)).withdraw(APPROVE, id_, Wish("k-9")))
    assert street.notifications.kept[id_].state is State.WITHDRAWN


@pytest.mark.holds("M14")
@pytest.mark.parametrize("purpose", ["local_tax", "long_term_care", "election", "support_measures"])
def test_for_everybody_else_a_notification_is_none_like_an_unknown_one(street: Street, purpose: str) -> None:
    id_, field = provisional(street), Asked("Query.notification")
    visit = street.visit(purpose, staff_number="S8")
    for asked_for in (id_, "00000000-0000-7000-8000-000000000000", "'", ""):
        assert done(Changing(visit).notification(field, asked_for)) is None
        refusal = refused(visit, lambda id_=asked_for: approved(visit, id_), Code.INVALID_INPUT)
        assert refusal.names == ("id",)
    page = done(Changing(visit).notifications(Asked("Query.notifications"), State.PROVISIONAL, 5, None))
    assert page == ([], False)
    assert not any(run.subjects for run in visit.runs)


# Once.


@pytest.mark.holds("F-01")
def test_the_same_key_does_it_once_and_answers_the_same(street: Street) -> None:
    first, again = the_clerk(street), the_clerk(street)
    answers = [notified(first, Revise()), notified(again, Revise())]

    assert answers[0].answer == answers[1].answer
    assert answers[0].notification == answers[1].notification
    assert (len(street.notifications.kept), len(street.notifications.ledger)) == (1, 1)
    (entry,) = again.entries()
    assert (entry.kind, [group.subjects for group in entry.groups]) == (Kind.READ, [(TARO.value,)])


@pytest.mark.holds("F-01")
def test_a_repeat_answers_as_it_was_even_after_the_approval(street: Street) -> None:
    id_ = provisional(street)
    approved(the_clerk(street, staff_number="S8"), id_)
    again = notified(the_clerk(street), Revise())
    assert again.answer["state"] == "PROVISIONAL"
    assert again.notification
    assert again.notification.state is State.PROVISIONAL


@pytest.mark.holds("F-02")
def test_the_same_key_with_anything_else_is_refused(street: Street) -> None:
    id_ = provisional(street)
    for changed in (Revise(line="見本荘103号"), Revise(number=IndividualNumber(NUMBERS[1]))):
        visit = the_clerk(street)
        refused(visit, lambda visit=visit, changed=changed: notified(visit, changed), Code.IDEMPOTENCY_KEY_REUSED)
    visit = the_clerk(street)
    refused(visit, lambda: notified(visit, Revise(), "k-1", "ODD"), Code.IDEMPOTENCY_KEY_REUSED)
    other = the_clerk(street, staff_number="S8")
    assert approved(other, id_, "k-1").answer["stored"], "another caller's keys are her own"


def test_neither_key_nor_request_is_kept_in_clear(street: Street) -> None:
    notified(the_clerk(street), Revise(number=IndividualNumber(NUMBERS[0])), "my key 1")
    assert "my key" not in str(street.notifications)
    assert NUMBERS[0] not in str((street.notifications.ledger, street.notifications._answers))


@pytest.mark.parametrize("key", ["", " ", "k\n", "k" * 101, "\u202ek"])
def test_a_key_is_a_short_readable_text(street: Street, key: str) -> None:
    visit = the_clerk(street)
    assert refused(visit, lambda: notified(visit, Revise(), key), Code.INVALID_VALUE).names == ("idempotencyKey",)


# Strict mode decides before the change.


def test_strict_mode_refuses_what_facts_would_withhold_before_anything_changes(street: Street) -> None:
    strict = street.visit("long_term_care")
    strict.refuse_hidden([(asked("current_address", field="ResidentVersion"), ResidentFacts)])
    protected = replace(a_matter(), resident=AddresseeNumber(number_of(4)))

    refusal = refused(strict, lambda: notified(strict, protected), Code.ITEMS_NOT_PERMITTED)
    assert refusal.extensions["items"] == [{"item": "currentAddress", "rule": "protected-whereabouts"}]
    assert street.notifications.done == []

    assert notified(strict, a_matter(), "k-2").answer["stored"]
