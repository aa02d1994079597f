"""住民票コード and 個人番号: their entry and change (標準仕様書1.0 4.3, 4.4)."""

from __future__ import annotations

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.notifications import Notice, Situation
from domain.procedures.numbers import (
    ChangeIndividualNumber,
    ChangeResidentRecordCode,
    CodeGround,
    EnterIndividualNumber,
    NumberGround,
)
from domain.residents import ResidentRecord
from tests.domain.people import addressee
from tests.domain.situations import a_filing, a_match, a_resident, a_situation, after, code, codes, number, reasons

WITHOUT_NUMBER = a_resident(1, individual_number=None)
NEW = number(77)
ENTER = EnterIndividualNumber(filing=a_filing(), resident=addressee(1), individual_number=NEW)


def change(ground: NumberGround) -> ChangeIndividualNumber:
    """The first person gets another number."""
    return ChangeIndividualNumber(filing=a_filing(), resident=addressee(1), individual_number=NEW, ground=ground)


def another_code(**said: object) -> ChangeResidentRecordCode:
    """The first person gets another code."""
    return ChangeResidentRecordCode(filing=a_filing(), resident=addressee(1), **said)  # type: ignore[arg-type] # as said


def standing(situation: Situation) -> ResidentRecord:
    """The first person's record."""
    record = situation.record_of(addressee(1))
    assert record is not None
    return record


@pytest.mark.holds("S1-02")
def test_resident_record_code_change_request_draws_a_code_from_the_pool() -> None:
    situation = a_situation(a_resident(1))

    assert another_code().wanted().new_codes == 1
    assert reasons(another_code().proposed(situation).changes) == [ChangeReason.RESIDENT_RECORD_CODE_CHANGE_REQUEST]
    assert standing(after(situation, another_code())).resident_record_code == situation.new_codes[0]


@pytest.mark.holds("S1-02")
def test_resident_record_code_ex_officio_entry_takes_the_code_that_she_had_elsewhere() -> None:
    notice = another_code(ground=CodeGround.EX_OFFICIO, resident_record_code=code(50))
    situation = a_situation(a_resident(1))

    assert reasons(notice.proposed(situation).changes) == [ChangeReason.RESIDENT_RECORD_CODE_EX_OFFICIO_ENTRY]
    assert standing(after(situation, notice)).resident_record_code == code(50)
    assert [one.resident_record_code for one in notice.wanted().match] == [code(50).value]
    assert notice.wanted().new_codes == 0


def test_a_resident_does_not_choose_her_code() -> None:
    with pytest.raises(InvalidValue) as caught:
        another_code(resident_record_code=code(50)).proposed(a_situation(a_resident(1)))
    assert caught.value.kind == "resident_record_code"


@pytest.mark.holds("S1-02")
def test_individual_number_ex_officio_entry() -> None:
    situation = a_situation(WITHOUT_NUMBER)
    record = standing(after(situation, ENTER))

    assert reasons(ENTER.proposed(situation).changes) == [ChangeReason.INDIVIDUAL_NUMBER_EX_OFFICIO_ENTRY]
    assert (record.individual_number, record.change_reason) == (NEW, "個人番号の職権記載")


@pytest.mark.holds("S1-02")
def test_individual_number_change_request() -> None:
    situation = a_situation(a_resident(1))
    record = standing(after(situation, change(NumberGround.REQUEST)))

    assert (record.individual_number, record.change_reason) == (NEW, "個人番号の変更請求")


@pytest.mark.holds("S1-02")
@pytest.mark.parametrize("ground", [NumberGround.EX_OFFICIO, NumberGround.CORRECTION])
def test_individual_number_ex_officio_revision(ground: NumberGround) -> None:
    situation = a_situation(a_resident(1))
    proposal = change(ground).proposed(situation)

    assert reasons(proposal.changes) == [ChangeReason.INDIVIDUAL_NUMBER_EX_OFFICIO_REVISION]
    assert proposal.changes[0].event.notification_reason == ground.japanese


def test_a_number_is_entered_where_there_is_none_and_changed_where_there_is_one() -> None:
    assert codes(ENTER.proposed(a_situation(a_resident(1)))) == ["NUMBER_STANDS"]
    assert codes(change(NumberGround.REQUEST).proposed(a_situation(WITHOUT_NUMBER))) == ["NO_NUMBER"]


def test_a_number_is_changed_to_another_one() -> None:
    with pytest.raises(InvalidValue) as caught:
        change(NumberGround.REQUEST).proposed(a_situation(a_resident(1, individual_number=NEW)))
    assert caught.value.kind == "individual_number"


@pytest.mark.holds("A-10", "M13")
@pytest.mark.parametrize(
    ("notice", "record", "item"),
    [
        (ENTER, WITHOUT_NUMBER, "individual_number"),
        (change(NumberGround.REQUEST), a_resident(1), "individual_number"),
        (
            another_code(ground=CodeGround.EX_OFFICIO, resident_record_code=code(2)),
            a_resident(1),
            "resident_record_code",
        ),
    ],
)
@pytest.mark.parametrize("is_closed", [False, True])
def test_a_number_of_somebody_else_is_an_error_told_to_who_may_search_by_it(
    notice: Notice, record: ResidentRecord, item: str, is_closed: bool
) -> None:
    proposal = notice.proposed(a_situation(record, matches=(a_match(2, item, is_closed=is_closed),)))

    assert [one.check.told_by for one in proposal.errors] == [item]
    assert len(proposal.changes) == 1  # it is stored all the same, and the finding waits on it


def test_her_own_earlier_record_takes_no_number_from_her() -> None:
    situation = a_situation(WITHOUT_NUMBER, matches=(a_match(1, "individual_number"),))

    assert codes(ENTER.proposed(situation)) == []


def test_no_number_is_in_what_a_notice_prints() -> None:
    for notice in (ENTER, change(NumberGround.REQUEST), another_code(resident_record_code=code(2))):
        assert NEW.value not in f"{notice!r} {notice}"
        assert code(2).value not in f"{notice!r} {notice}"
