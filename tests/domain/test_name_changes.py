"""旧氏 and 通称: entry, change and removal (標準仕様書1.0 1.1.7)."""

from __future__ import annotations

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.notifications import Notice, Situation
from domain.procedures.names import (
    ChangeFormerSurname,
    EnterAlias,
    EnterFormerSurname,
    RemoveAlias,
    RemoveFormerSurname,
)
from domain.residents import ResidentRecord
from tests.domain.people import a_foreign_record, addressee
from tests.domain.situations import a_filing, a_resident, a_situation, after, codes, reasons

CITY = "北海道苫小牧市"
WITH_FORMER_SURNAME = a_resident(1, former_surname="旧見本", former_surname_reading="キュウミホン")
JAPANESE, FOREIGN = a_resident(1), a_foreign_record()
ENTER = EnterFormerSurname(
    filing=a_filing(), resident=addressee(1), former_surname="旧見本", former_surname_reading="キュウミホン"
)
CHANGE = ChangeFormerSurname(filing=a_filing(), resident=addressee(1), former_surname="別見本")
REMOVE = RemoveFormerSurname(filing=a_filing(), resident=addressee(1))
ENTER_ALIAS = EnterAlias(filing=a_filing("2026-04-01"), resident=addressee(1), alias="架空　譲", municipality=CITY)
REMOVE_ALIAS = RemoveAlias(filing=a_filing(), resident=addressee(1), municipality=CITY)
ENTERED = "架空　譲（令和8年4月1日 北海道苫小牧市 記載）"
REMOVED = "架空　譲（令和8年4月1日 北海道苫小牧市 記載、令和8年4月10日 北海道苫小牧市 削除）"


def standing(situation: Situation) -> ResidentRecord:
    """The first person's record."""
    record = situation.record_of(addressee(1))
    assert record is not None
    return record


@pytest.mark.holds("S1-02")
def test_former_surname_entry() -> None:
    record = standing(after(a_situation(JAPANESE), ENTER))

    assert reasons(ENTER.proposed(a_situation(JAPANESE)).changes) == [ChangeReason.FORMER_SURNAME_ENTRY]
    assert (record.former_surname, record.former_surname_reading) == ("旧見本", "キュウミホン")
    assert record.full_name == JAPANESE.full_name


@pytest.mark.holds("S1-02")
def test_former_surname_change_takes_the_reading_of_the_one_before_away() -> None:
    record = standing(after(a_situation(WITH_FORMER_SURNAME), CHANGE))

    assert reasons(CHANGE.proposed(a_situation(WITH_FORMER_SURNAME)).changes) == [ChangeReason.FORMER_SURNAME_CHANGE]
    assert (record.former_surname, record.former_surname_reading) == ("別見本", None)


@pytest.mark.holds("S1-02")
def test_former_surname_removal() -> None:
    record = standing(after(a_situation(WITH_FORMER_SURNAME), REMOVE))

    assert reasons(REMOVE.proposed(a_situation(WITH_FORMER_SURNAME)).changes) == [ChangeReason.FORMER_SURNAME_REMOVAL]
    assert (record.former_surname, record.former_surname_reading) == (None, None)


@pytest.mark.holds("S1-02")
def test_alias_entry_keeps_its_day_and_municipality() -> None:
    situation = a_situation(FOREIGN)

    assert reasons(ENTER_ALIAS.proposed(situation).changes) == [ChangeReason.ALIAS_ENTRY]
    assert standing(after(situation, ENTER_ALIAS)).alias_history == (ENTERED,)


@pytest.mark.holds("S1-02")
def test_alias_removal_keeps_the_alias_in_its_history() -> None:
    situation = after(a_situation(FOREIGN), ENTER_ALIAS)

    assert reasons(REMOVE_ALIAS.proposed(situation).changes) == [ChangeReason.ALIAS_REMOVAL]
    assert standing(after(situation, REMOVE_ALIAS)).alias_history == (REMOVED,)


def test_an_alias_follows_the_one_that_was_removed() -> None:
    situation = after(after(after(a_situation(FOREIGN), ENTER_ALIAS), REMOVE_ALIAS), ENTER_ALIAS)

    assert standing(situation).alias_history == (REMOVED, ENTERED)


def test_an_alias_that_was_imported_without_its_day_can_be_removed() -> None:
    situation = after(a_situation(a_foreign_record(alias_history=("架空　譲",))), REMOVE_ALIAS)

    assert standing(situation).alias_history == ("架空　譲（令和8年4月10日 北海道苫小牧市 削除）",)


@pytest.mark.parametrize(
    ("notice", "record", "code"),
    [
        (ENTER, WITH_FORMER_SURNAME, "FORMER_SURNAME_STANDS"),
        (CHANGE, JAPANESE, "NO_FORMER_SURNAME"),
        (REMOVE, JAPANESE, "NO_FORMER_SURNAME"),
        (ENTER, FOREIGN, "JAPANESE_RESIDENTS_ONLY"),
        (ENTER_ALIAS, JAPANESE, "FOREIGN_RESIDENTS_ONLY"),
        (ENTER_ALIAS, a_foreign_record(alias_history=("架空　譲",)), "ALIAS_STANDS"),
        (REMOVE_ALIAS, FOREIGN, "NO_ALIAS"),
        (REMOVE_ALIAS, a_foreign_record(alias_history=(REMOVED,)), "NO_ALIAS"),
    ],
)
def test_a_name_that_cannot_be_entered_changed_or_removed_is_an_error(
    notice: Notice, record: ResidentRecord, code: str
) -> None:
    proposal = notice.proposed(a_situation(record))

    assert codes(proposal) == [code]
    assert proposal.changes == ()


@pytest.mark.parametrize("text", ["", " 旧見本", "旧\x00見本", "旧" * 201])
def test_a_name_is_one_readable_line_and_else_names_the_input(text: str) -> None:
    notices: list[tuple[Notice, ResidentRecord, str]] = [
        (EnterFormerSurname(filing=a_filing(), resident=addressee(1), former_surname=text), JAPANESE, "former_surname"),
        (EnterAlias(filing=a_filing(), resident=addressee(1), alias=text, municipality=CITY), FOREIGN, "alias"),
        (EnterAlias(filing=a_filing(), resident=addressee(1), alias="架", municipality=text), FOREIGN, "municipality"),
    ]
    for notice, record, kind in notices:
        with pytest.raises(InvalidValue) as caught:
            notice.proposed(a_situation(record))
        assert caught.value.kind == kind


def test_the_reading_of_a_former_surname_is_in_katakana() -> None:
    notice = EnterFormerSurname(
        filing=a_filing(), resident=addressee(1), former_surname="旧見本", former_surname_reading="きゅう"
    )
    with pytest.raises(InvalidValue) as caught:
        notice.proposed(a_situation(JAPANESE))
    assert caught.value.kind == "former_surname_reading"
