"""Everything that can happen to a record, as past facts (異動).

Each is about one record. Its fields that bear the name of an item are what the record says from then on; so what a
record says is nothing but the fold of its events (`domain.life_histories`). What a counter does for a notification,
which may touch several records, is in `domain.procedures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.residents import IDENTIFIERS, ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.relationships import Relationship

_ITEMS = frozenset(IDENTIFIERS)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LifeEvent:
    """What every event tells: why, since when it is so, and when and by what the city heard of it.

    `changed_on` is 異動日, `notified_on` 届出日・戸籍届出通知日・申出日 (one item: 標準仕様書1.0 4.1.0.2),
    `notification_reason` what was handed in (転入届).
    """

    reason: ChangeReason
    changed_on: RegisterDate
    notified_on: RegisterDate
    notification_reason: str | None = None

    def items(self) -> dict[str, Any]:
        """What the record says from now on, by item."""
        own = {each.name: getattr(self, each.name) for each in fields(self) if each.name in _ITEMS}
        return own | {"change_reason": self.reason.japanese, "change_record": self.reason.effect.japanese}

    def applied_to(self, record: ResidentRecord | None) -> ResidentRecord:
        """The record after the event. Raises `InvalidValue` where there would be none such."""
        if record is None:
            raise InvalidValue("addressee_number", "has no record yet", "住民票がありません")
        return replace(record, **self.items())

    @property
    def holds_from(self) -> date:
        """The day from which the record says so."""
        return self.changed_on.earliest

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reason.value})"


# Entries (記載).


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entered(LifeEvent):
    """A record begins, or begins again under the same addressee number (再転入: 標準仕様書1.0 4.1.1.2)."""

    record: ResidentRecord

    def applied_to(self, record: ResidentRecord | None) -> ResidentRecord:
        """The record that was entered, whatever stood before."""
        return replace(self.record, **self.items())


class MovedIn(Entered):
    """転入, from within Japan or from abroad; also 法第30条の46転入 and 第30条の47届出."""

    __slots__ = ()


class Born(Entered):
    """出生."""

    __slots__ = ()


class EnteredExOfficio(Entered):
    """職権記載; also the entry side of 改製 and 再製."""

    __slots__ = ()


class BecameJapanese(Entered):
    """帰化 or 国籍取得, the Japanese side (標準仕様書1.0 4.5.3, 4.5.4)."""

    __slots__ = ()


class BecameForeign(Entered):
    """国籍喪失, the foreign side (標準仕様書1.0 4.5.5)."""

    __slots__ = ()


# Deletions (消除).


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ceased(LifeEvent):
    """A record is closed (除票) and stays."""

    ceased_resident_on: RegisterDate


class MovedOut(Ceased):
    """転出: the day of it has come."""

    __slots__ = ()


class Died(Ceased):
    """死亡."""

    __slots__ = ()


class DeletedExOfficio(Ceased):
    """職権消除, 失踪 among it; also the deletion side of 改製, 再製, 帰化, 国籍取得 and 国籍喪失."""

    __slots__ = ()


# Revisions (修正).


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MoveOutPlanned(LifeEvent):
    """転出届: she is a resident until the day comes (標準仕様書1.0 1.1.5)."""

    planned_move_out_address: Address | None

    @property
    def holds_from(self) -> date:
        """The day of the notification: what is planned is known from then on."""
        return min(self.notified_on.earliest, self.changed_on.earliest)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MoveOutConfirmed(LifeEvent):
    """転入通知の受理: where she went, said beside the plan and never instead of it (標準仕様書1.0 4.1.3.1.1)."""

    confirmed_move_out_address: Address


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Seated(LifeEvent):
    """Her place in a household changed: 世帯分離, 世帯合併, 世帯変更, 世帯主変更, or because somebody else left."""

    household_number: HouseholdNumber
    relationship_to_householder: Relationship | None
    householder_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MovedWithin(Seated):
    """転居. The address, and with it the place in a household; nothing else (重点項目評価書Ⅲ 論理チェック)."""

    current_address: Address
    building_line: str | None
    address_established_on: RegisterDate
    previous_address: Address | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FormerSurnameChanged(LifeEvent):
    """旧氏の記載, 変更 or 削除 (住基法施行令第30条の13, 第30条の14)."""

    former_surname: str | None
    former_surname_reading: str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AliasChanged(LifeEvent):
    """通称の記載 or 削除, with day and municipality of each (住基法施行令第30条の16)."""

    alias_history: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CodeChanged(LifeEvent):
    """住民票コードの変更請求 or 職権記載 (住基法第30条の3, 第30条の4)."""

    resident_record_code: ResidentRecordCode


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NumberChanged(LifeEvent):
    """個人番号の変更請求, 職権修正 or 職権記載 (番号法第7条; 番号法施行令第3条, 第4条)."""

    individual_number: IndividualNumber


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Revised(LifeEvent):
    """職権修正 or 軽微な修正, 個別事項 and the states of cards: whichever items were revised, by identifier."""

    revised: Mapping[str, Any] = field(default_factory=dict)

    def items(self) -> dict[str, Any]:
        """The items that were revised."""
        return LifeEvent.items(self) | dict(self.revised)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Corrected(Revised):
    """誤記修正: what the event with this number said wrongly; nothing is overwritten (標準仕様書1.0 4.2.3.3).

    Where `of` is `None`, the mistake is older than the events: in what was imported.
    """

    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reversed(LifeEvent):
    """異動の取消し: the event with this number is taken back, both stay in the history (標準仕様書1.0 4.6.0.1)."""

    of: int


KINDS: Mapping[str, type[LifeEvent]] = {
    kind.__name__: kind
    for kind in (
        *(MovedIn, Born, EnteredExOfficio, BecameJapanese, BecameForeign),
        *(MovedOut, Died, DeletedExOfficio),
        *(MoveOutPlanned, MoveOutConfirmed, Seated, MovedWithin, FormerSurnameChanged, AliasChanged),
        *(CodeChanged, NumberChanged, Revised, Corrected, Reversed),
    )
}
"""Every kind by its name, as the register keeps it."""
