"""職権記載, 職権修正, 職権消除, 軽微な修正, 誤記修正, 改製 and 再製 (標準仕様書1.0 4.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.life_events import Corrected, EnteredExOfficio
from domain.notifications import Notice, Situation
from domain.procedures.corrections import (
    CorrectClericalError,
    DeleteExOfficio,
    EnterExOfficio,
    MinorRevision,
    Remake,
    Restore,
    ReviseExOfficio,
)
from domain.procedures.entering import Entrant
from domain.procedures.names import EnterFormerSurname
from domain.procedures.revising import BlankItem, NamesAndAddresses, RevisedItems
from domain.residents import IDENTIFIERS, ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import HOUSEHOLDER
from tests.domain.people import a_foreign_record, addressee
from tests.domain.situations import (
    a_family,
    a_filing,
    a_resident,
    a_situation,
    after,
    code,
    codes,
    events_of,
    on,
    reasons,
)

NEW_NAME, NEW_ADDRESS = Name("架空　新"), Address("北海道苫小牧市新町1丁目2番3号")
OF_A_CHANGE = {
    *("change_record", "change_reason", "changed_on", "notified_on", "notification_reason"),
    *("processed_on", "processed_at_time", "terminal_id", "staff_number"),
}


def standing(situation: Situation, nth: int = 1) -> ResidentRecord:
    """The record of the nth person."""
    record = situation.record_of(addressee(nth))
    assert record is not None
    return record


def revision(whole_household: bool = False, **items: Any) -> ReviseExOfficio:
    """The first person's record says otherwise."""
    return ReviseExOfficio(
        filing=a_filing(), resident=addressee(1), items=RevisedItems(**items), whole_household=whole_household
    )


def correction(notification: str | None = None, **items: Any) -> CorrectClericalError:
    """What should have been written on the first person's record."""
    return CorrectClericalError(
        filing=a_filing(), resident=addressee(1), items=RevisedItems(**items), notification=notification
    )


def of_one(kind: type[DeleteExOfficio] | type[Remake] | type[Restore]) -> Notice:
    """About the first person."""
    return kind(filing=a_filing("2026-04-01"), resident=addressee(1))


def ex_officio_entry(**said: Any) -> EnterExOfficio:
    """Somebody lives here who never notified it."""
    entrant = Entrant(
        full_name=NEW_NAME,
        date_of_birth=RegisterDate("1990-01-01"),
        relationship_to_householder=HOUSEHOLDER,
        resident_record_code=code(60),
        registered_domicile="北海道苫小牧市旭町4丁目",
        family_register_head="架空　新",
    )
    usual: dict[str, Any] = {"filing": a_filing("2026-04-01"), "current_address": NEW_ADDRESS, "members": (entrant,)}
    return EnterExOfficio(**{**usual, **said})


@pytest.mark.holds("S1-01")
@pytest.mark.parametrize("before", [None, Address("不明")])
def test_ex_officio_entry(before: Address | None) -> None:
    notice = ex_officio_entry(previous_address=before)
    proposal = notice.proposed(a_situation())
    record = standing(after(a_situation(), notice), 101)

    assert reasons(proposal.changes) == [ChangeReason.EX_OFFICIO_ENTRY]
    assert isinstance(proposal.changes[0].event, EnteredExOfficio)
    assert (record.current_address, record.previous_address) == (NEW_ADDRESS, before)
    assert record.became_resident_on == record.address_established_on == on("2026-04-01")
    assert (record.change_reason, record.notification_reason) == ("職権記載", "職権")


@pytest.mark.holds("S1-03")
def test_ex_officio_deletion() -> None:
    record = standing(after(a_situation(a_resident(1)), of_one(DeleteExOfficio)))

    assert (record.is_closed, record.change_reason, record.change_record) == (True, "職権消除", "消除")


@pytest.mark.holds("S1-02")
def test_ex_officio_revision_says_the_items_otherwise_and_nothing_else() -> None:
    before = a_resident(1, name_kana="カクウ")
    record = standing(after(a_situation(before), revision(full_name=NEW_NAME, blank=(BlankItem.NAME_KANA,))))
    differing = {name for name in IDENTIFIERS if getattr(record, name) != getattr(before, name)} - OF_A_CHANGE

    assert differing == {"full_name", "name_kana", "householder_name"}
    assert (record.change_reason, record.full_name, record.name_kana) == ("職権修正", NEW_NAME, None)


def test_the_others_follow_the_new_name_of_the_householder() -> None:
    situation = after(a_situation(*a_family("世帯主", "妻")), revision(full_name=NEW_NAME))

    assert standing(situation, 2).householder_name == NEW_NAME.text


def test_an_address_may_be_revised_for_everybody_in_the_household() -> None:
    people = a_family("世帯主", "妻", "子")
    situation = after(a_situation(*people), revision(whole_household=True, current_address=NEW_ADDRESS))

    assert {standing(situation, nth).current_address for nth in (1, 2, 3)} == {NEW_ADDRESS}
    assert standing(situation, 2).full_name == people[1].full_name


def test_an_address_revised_for_one_of_several_is_a_warning() -> None:
    proposal = revision(current_address=NEW_ADDRESS).proposed(a_situation(*a_family("世帯主", "妻")))

    assert codes(proposal) == ["ADDRESSES_DIFFER"]


@pytest.mark.holds("S1-02")
def test_minor_revision_is_of_names_and_addresses() -> None:
    notice = MinorRevision(
        filing=a_filing(), resident=addressee(1), items=NamesAndAddresses(current_address=NEW_ADDRESS)
    )
    record = standing(after(a_situation(a_resident(1)), notice))

    assert (record.change_reason, record.current_address) == ("軽微な修正", NEW_ADDRESS)
    assert not {"date_of_birth", "registered_domicile"} & set(NamesAndAddresses.__dataclass_fields__)


@pytest.mark.holds("S1-02")
def test_clerical_error_correction_leaves_what_was_wrong_in_the_history() -> None:
    situation = a_situation(a_resident(1, date_of_birth=RegisterDate("1950-03-30")))
    corrected = after(situation, correction(date_of_birth=RegisterDate("1950-03-31")))
    said = [str(one.record.date_of_birth.iso) for one in corrected.histories[addressee(1)].versions]

    assert reasons(correction(name_kana="カナ").proposed(situation).changes) == ["CLERICAL_ERROR_CORRECTION"]
    assert said == ["1950-03-30", "1950-03-31"]
    assert standing(corrected).change_reason == "誤記修正"


def test_a_correction_stands_behind_the_change_that_had_it_wrong_and_what_came_later_is_said_again() -> None:
    entry = EnterFormerSurname(filing=a_filing("2026-03-01"), resident=addressee(1), former_surname="誤")
    situation = after(after(a_situation(a_resident(1)), entry), revision(full_name=NEW_NAME))
    made = {"N1": ((addressee(1), 1),)}
    notice = correction("N1", former_surname="正")
    corrected = after(replace(situation, changes_of=made), notice)
    versions = corrected.histories[addressee(1)].versions

    event = events_of(notice.proposed(replace(situation, changes_of=made)), addressee(1))[0]
    assert isinstance(event, Corrected)
    assert event.of == 1
    assert [one.record.former_surname for one in versions] == [None, "誤", "誤", "正", "正"]
    assert versions[3].valid_from == date(2026, 3, 1)
    assert (standing(corrected).former_surname, standing(corrected).full_name) == ("正", NEW_NAME)


def test_a_correction_of_a_change_that_does_not_stand_is_an_error() -> None:
    proposal = correction("N9", former_surname="正").proposed(a_situation(a_resident(1)))

    assert codes(proposal) == ["NO_SUCH_CHANGE"]


@pytest.mark.holds("F-05")
def test_a_closed_record_can_be_corrected_and_not_revised() -> None:
    closed = a_resident(1, ceased_resident_on=on("2026-01-01"))
    situation = after(a_situation(closed), correction(ceased_resident_on=on("2026-01-02")))

    assert standing(situation).ceased_resident_on == on("2026-01-02")
    assert codes(revision(full_name=NEW_NAME).proposed(a_situation(closed))) == ["RECORD_CLOSED"]


def written_anew(kind: type[Remake] | type[Restore]) -> tuple[list[str], set[str], ResidentRecord]:
    """The reasons, what differs but for the change itself, and the side that was closed."""
    before = a_resident(1, former_surname="旧見本", individual_matters=("国民年金",))
    situation = a_situation(before)
    later = after(situation, of_one(kind))
    differing = {name for name in IDENTIFIERS if getattr(standing(later), name) != getattr(before, name)}
    closed = later.histories[addressee(1)].versions[1].record
    return reasons(of_one(kind).proposed(situation).changes), differing - OF_A_CHANGE, closed


def test_remake_deletion_and_remake_entry_leave_the_record_saying_the_same() -> None:
    made, differing, closed = written_anew(Remake)

    assert made == [ChangeReason.REMAKE_DELETION, ChangeReason.REMAKE_ENTRY]
    assert differing == set()
    assert (closed.is_closed, closed.change_reason) == (True, "改製（消除）")


def test_restoration_deletion_and_restoration_entry_leave_the_record_saying_the_same() -> None:
    made, differing, closed = written_anew(Restore)

    assert made == [ChangeReason.RESTORATION_DELETION, ChangeReason.RESTORATION_ENTRY]
    assert differing == set()
    assert (closed.is_closed, closed.change_reason) == (True, "再製（消除）")


@pytest.mark.parametrize(
    ("record", "items", "code"),
    [
        (a_foreign_record(), {"registered_domicile": "北海道"}, "NOT_ON_A_FOREIGN_RECORD"),
        (a_resident(1), {"status_of_residence": "永住者"}, "FOREIGN_RESIDENTS_ONLY"),
    ],
)
@pytest.mark.parametrize("make", [revision, correction])
def test_what_the_law_keeps_off_a_record_is_an_error(
    make: Any, record: ResidentRecord, items: dict[str, Any], code: str
) -> None:
    proposal = make(**items).proposed(a_situation(record))

    assert codes(proposal) == [code]
    assert proposal.findings[0].names == (f"items.{next(iter(items))}",)


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ({}, "items"),
        ({"name_kana": "カナ", "blank": (BlankItem.NAME_KANA,)}, "items.blank"),
        ({"ceased_resident_on": on("2026-01-01")}, "items.ceased_resident_on"),
        ({"foreign_resident_category": "特別永住者"}, "items.foreign_resident_category"),
        ({"name_kana": "\x00"}, "items.name_kana"),
        ({"seal_registration": "x" * 201}, "items.seal_registration"),
    ],
)
@pytest.mark.parametrize("make", [revision, correction])
def test_a_revision_that_is_none_names_the_input(make: Any, items: dict[str, Any], kind: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make(**items).proposed(a_situation(a_resident(1)))
    assert caught.value.kind == kind


def test_a_minor_revision_blanks_only_what_it_may_revise() -> None:
    items = NamesAndAddresses(blank=(BlankItem.ALIAS_HISTORY,))
    with pytest.raises(InvalidValue) as caught:
        MinorRevision(filing=a_filing(), resident=addressee(1), items=items).proposed(a_situation(a_resident(1)))
    assert caught.value.kind == "items.blank"
