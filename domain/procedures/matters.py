"""個別事項 and the states of cards: what other offices tell the register, entered without a second person.

住基法第7条第9号から第11号の2まで; 重点項目評価書 Ⅰ (住民票個別事項の管理, カードの交付状況).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain import record_rules
from domain.cards import CardKind, CardState, text_of
from domain.change_reasons import ChangeReason
from domain.findings import Finding
from domain.life_events import LifeEvent, Revised
from domain.notifications import Notice, Situation, told
from domain.procedures.records import OfOneRecord
from domain.residents import ResidentRecord
from domain.values.texts import require_line


class IndividualMatter(StrEnum):
    """The six kinds of 個別事項."""

    ELECTORAL_ROLL = "ELECTORAL_ROLL"
    NATIONAL_HEALTH_INSURANCE = "NATIONAL_HEALTH_INSURANCE"
    LATE_STAGE_ELDERLY_CARE = "LATE_STAGE_ELDERLY_CARE"
    LONG_TERM_CARE_INSURANCE = "LONG_TERM_CARE_INSURANCE"
    NATIONAL_PENSION = "NATIONAL_PENSION"
    CHILD_ALLOWANCE = "CHILD_ALLOWANCE"

    @property
    def item(self) -> str:
        """The item of the record that says it."""
        return (
            "electoral_roll_registration"
            if self is IndividualMatter.ELECTORAL_ROLL
            else f"{self.value.lower()}_eligibility"
        )

    @property
    def japanese(self) -> str:
        """How 個別事項情報 (item 27) lists it."""
        return _JAPANESE[self]


_JAPANESE = {
    IndividualMatter.ELECTORAL_ROLL: "選挙人名簿",
    IndividualMatter.NATIONAL_HEALTH_INSURANCE: "国民健康保険",
    IndividualMatter.LATE_STAGE_ELDERLY_CARE: "後期高齢者医療",
    IndividualMatter.LONG_TERM_CARE_INSURANCE: "介護保険",
    IndividualMatter.NATIONAL_PENSION: "国民年金",
    IndividualMatter.CHILD_ALLOWANCE: "児童手当",
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RecordMatter(OfOneRecord):
    """Record what a programme tells of a resident: registration or eligibility (個別事項)."""

    procedure: ClassVar[str] = "recordMatter"

    matter: IndividualMatter = told("個別事項", "which of the six")
    text: str | None = told("内容", "what the record says, one line; none where it ends", default=None)

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """No foreign resident is on the electoral roll (住基法第30条の45). Raises `InvalidValue`."""
        if self.text is not None:
            require_line("text", self.text)
        yield from record_rules.items_of_the_record(record, {self.matter.item: "matter"})

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The item, and the list of those that she has."""
        others = tuple(one for one in record.individual_matters if one != self.matter.japanese)
        has = others if self.text is None else (*others, self.matter.japanese)
        yield Revised(
            reason=ChangeReason.EX_OFFICIO_REVISION,
            **self.filing.reported(f"個別事項（{self.matter.japanese}）", situation.today),
            revised={self.matter.item: self.text, "individual_matters": has},
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RecordCardState(OfOneRecord):
    """Record how far a card has come: applied for, issued, delivered, suspended, revoked (カードの状態)."""

    procedure: ClassVar[str] = "recordCardState"
    of_closed_records: ClassVar[bool] = True

    card: CardKind = told("カードの種類", "which card")
    state: CardState = told("カードの状態", "the state that it comes into")

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only as one state may follow another."""
        yield from record_rules.card_may_come_into(record, self.card, self.state)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The state and its day."""
        yield Revised(
            reason=ChangeReason.EX_OFFICIO_REVISION,
            **self.filing.reported("カードの運用状況", situation.today),
            revised={self.card.item: text_of(self.state, self.filing.changed_on)},
        )


NOTICES: tuple[type[Notice], ...] = (RecordMatter, RecordCardState)
