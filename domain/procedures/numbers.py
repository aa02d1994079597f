"""住民票コード and 個人番号: their entry and change (標準仕様書1.0 4.3, 4.4; 住基法第30条の3, 第30条の4; 番号法第7条).

A municipality never makes an Individual Number: it comes from J-LIS. A new Resident Record Code comes out of the pool.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain import event_rules, record_rules
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.life_events import CodeChanged, LifeEvent, NumberChanged
from domain.notifications import Newcomer, Notice, Situation, Wanted, told
from domain.procedures.records import OfOneRecord
from domain.residents import ResidentRecord
from domain.values.identifiers import IndividualNumber, ResidentRecordCode


class CodeGround(StrEnum):
    """Why a Resident Record Code is entered: 変更請求 (住基法第30条の4), or 職権記載 (第30条の3)."""

    REQUEST = "REQUEST"
    EX_OFFICIO = "EX_OFFICIO"

    @property
    def japanese(self) -> str:
        """The word for it."""
        return "変更請求" if self is CodeGround.REQUEST else "職権記載"


class NumberGround(StrEnum):
    """Why an Individual Number is another: 変更請求, 職権による変更 (番号法第7条第2項), a mistake (令第12条第3項)."""

    REQUEST = "REQUEST"
    EX_OFFICIO = "EX_OFFICIO"
    CORRECTION = "CORRECTION"

    @property
    def japanese(self) -> str:
        """What was handed in, in a word."""
        return _NUMBER_GROUNDS[self][1]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeResidentRecordCode(OfOneRecord):
    """Give a resident a new Resident Record Code out of the pool, or the one she had elsewhere (住民票コードの変更)."""

    procedure: ClassVar[str] = "changeResidentRecordCode"

    ground: CodeGround = told("事由", "why", default=CodeGround.REQUEST)
    resident_record_code: ResidentRecordCode | None = told(
        "住民票コード",
        "the code that was last recorded for her (住基法第30条の3第1項), only ex officio; else a new one is drawn",
        default=None,
    )

    def wanted(self) -> Wanted:
        """Her record, a code, and whose the code is already."""
        if self.resident_record_code is None:
            return Wanted(residents=(self.resident,), new_codes=1)
        whose = Newcomer(resident_record_code=self.resident_record_code.value)
        return Wanted(residents=(self.resident,), match=(whose,))

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Nobody else's. Raises `InvalidValue` where a code comes with a request: the resident does not choose hers."""
        if self.resident_record_code is not None and self.ground is CodeGround.REQUEST:
            raise InvalidValue("resident_record_code", "is drawn, not chosen", "変更請求では指定できません")
        yield from event_rules.taken(situation, self.resident, "resident_record_code", "resident_record_code")

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The code that she has from now on."""
        is_request = self.ground is CodeGround.REQUEST
        reason = (
            ChangeReason.RESIDENT_RECORD_CODE_CHANGE_REQUEST
            if is_request
            else ChangeReason.RESIDENT_RECORD_CODE_EX_OFFICIO_ENTRY
        )
        yield CodeChanged(
            reason=reason,
            **self.filing.reported("住民票コード変更請求" if is_request else "職権", situation.today),
            resident_record_code=self.resident_record_code or situation.new_codes[0],
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _OfNumber(OfOneRecord):
    """What J-LIS notified of somebody's Individual Number."""

    individual_number: IndividualNumber = told("個人番号", "Individual Number, as J-LIS notified it")

    def wanted(self) -> Wanted:
        """Her record, and whose the number is or was."""
        return Wanted(residents=(self.resident,), match=(Newcomer(individual_number=self.individual_number.value),))

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Nobody else's, now or before (番号法第8条第2項)."""
        yield from event_rules.taken(situation, self.resident, "individual_number", "individual_number")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EnterIndividualNumber(_OfNumber):
    """Enter the Individual Number that J-LIS designated (個人番号の職権記載)."""

    procedure: ClassVar[str] = "enterIndividualNumber"

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """There is none yet."""
        yield from _OfNumber.findings(self, situation, record)
        yield from record_rules.no_number_yet(record)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """Her number."""
        yield NumberChanged(
            reason=ChangeReason.INDIVIDUAL_NUMBER_EX_OFFICIO_ENTRY,
            **self.filing.reported("個人番号の通知", situation.today),
            individual_number=self.individual_number,
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeIndividualNumber(_OfNumber):
    """Change an Individual Number that may be misused, or that was entered wrongly (個人番号の変更)."""

    procedure: ClassVar[str] = "changeIndividualNumber"

    ground: NumberGround = told("事由", "why")

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """There is one. Raises `InvalidValue` where it is the one that the record has."""
        yield from _OfNumber.findings(self, situation, record)
        yield from record_rules.number_stands(record)
        if record.individual_number == self.individual_number:
            raise InvalidValue("individual_number", "is the one that she has", "現在の個人番号と同じです")

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """Her new number."""
        reason, handed_in = _NUMBER_GROUNDS[self.ground]
        yield NumberChanged(
            reason=reason,
            **self.filing.reported(handed_in, situation.today),
            individual_number=self.individual_number,
        )


_NUMBER_GROUNDS = {
    NumberGround.REQUEST: (ChangeReason.INDIVIDUAL_NUMBER_CHANGE_REQUEST, "個人番号変更請求"),
    NumberGround.EX_OFFICIO: (ChangeReason.INDIVIDUAL_NUMBER_EX_OFFICIO_REVISION, "職権"),
    NumberGround.CORRECTION: (ChangeReason.INDIVIDUAL_NUMBER_EX_OFFICIO_REVISION, "個人番号の誤記"),
}

NOTICES: tuple[type[Notice], ...] = (ChangeResidentRecordCode, EnterIndividualNumber, ChangeIndividualNumber)
