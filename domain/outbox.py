"""What counterparts must hear of a life event, and in which order: one rule a message, each with its source.

A message names the event and holds no value: what it says is read from the record when it leaves. Which municipality
is meant, too, is read from the record then: 前住所 (転入通知), 本籍 (附票), 転出予定先 (転出証明書情報).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from domain.change_reasons import ChangeReason
from domain.life_events import LifeEvent, MoveOutPlanned
from domain.residents import ResidentRecord
from domain.values.address_cuts import municipality_in


class Counterpart(StrEnum):
    """Who hears of it."""

    PREFECTURAL_SERVER = "PREFECTURAL_SERVER"
    JLIS = "JLIS"
    CARD_MANAGEMENT_SYSTEM = "CARD_MANAGEMENT_SYSTEM"
    FORMER_MUNICIPALITY = "FORMER_MUNICIPALITY"
    NEW_MUNICIPALITY = "NEW_MUNICIPALITY"
    DOMICILE_MUNICIPALITY = "DOMICILE_MUNICIPALITY"
    IMMIGRATION_SERVICES_AGENCY = "IMMIGRATION_SERVICES_AGENCY"

    @property
    def japanese(self) -> str:
        """The assessment's word for it."""
        return _COUNTERPARTS[self]


class MessageKind(StrEnum):
    """What they hear."""

    IDENTIFICATION_INFORMATION_UPDATE = "IDENTIFICATION_INFORMATION_UPDATE"
    NUMBER_GENERATION_REQUEST = "NUMBER_GENERATION_REQUEST"
    DELIVERY_INFORMATION = "DELIVERY_INFORMATION"
    CARD_STATUS_NOTICE = "CARD_STATUS_NOTICE"
    MOVE_IN_NOTICE = "MOVE_IN_NOTICE"
    MOVING_OUT_CERTIFICATE_INFORMATION = "MOVING_OUT_CERTIFICATE_INFORMATION"
    FAMILY_REGISTER_SUPPLEMENT_NOTICE = "FAMILY_REGISTER_SUPPLEMENT_NOTICE"
    IMMIGRATION_MUNICIPAL_NOTICE = "IMMIGRATION_MUNICIPAL_NOTICE"

    @property
    def japanese(self) -> str:
        """The standard's word for it."""
        return _KINDS[self]


_COUNTERPARTS = {
    Counterpart.PREFECTURAL_SERVER: "都道府県サーバ",
    Counterpart.JLIS: "地方公共団体情報システム機構",
    Counterpart.CARD_MANAGEMENT_SYSTEM: "個人番号カード管理システム",
    Counterpart.FORMER_MUNICIPALITY: "前住所地市区町村",
    Counterpart.NEW_MUNICIPALITY: "転出先市区町村",
    Counterpart.DOMICILE_MUNICIPALITY: "本籍地市区町村",
    Counterpart.IMMIGRATION_SERVICES_AGENCY: "出入国在留管理庁",
}

_KINDS = {
    MessageKind.IDENTIFICATION_INFORMATION_UPDATE: "本人確認情報更新",
    MessageKind.NUMBER_GENERATION_REQUEST: "個人番号生成要求",
    MessageKind.DELIVERY_INFORMATION: "送付先情報",
    MessageKind.CARD_STATUS_NOTICE: "個人番号カード運用状況",
    MessageKind.MOVE_IN_NOTICE: "転入通知情報",
    MessageKind.MOVING_OUT_CERTIFICATE_INFORMATION: "転出証明書情報",
    MessageKind.FAMILY_REGISTER_SUPPLEMENT_NOTICE: "戸籍附票記載事項通知情報",
    MessageKind.IMMIGRATION_MUNICIPAL_NOTICE: "市町村通知",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one counterpart."""

    counterpart: Counterpart
    kind: MessageKind


@dataclass(frozen=True, slots=True)
class _Happened:
    """An event, and the record before and after it."""

    event: LifeEvent
    before: ResidentRecord | None
    after: ResidentRecord

    @property
    def is_entry(self) -> bool:
        """住民票の記載: nobody stood there before, or a closed record."""
        return not self.after.is_closed and (self.before is None or self.before.is_closed)

    @property
    def is_deletion(self) -> bool:
        """住民票の消除. A planned move-out is none yet (標準仕様書1.0 1.1.5)."""
        return self.after.is_closed and self.before is not None and not self.before.is_closed

    def revised(self, *items: str) -> bool:
        """Whether one of these items says something else now than before."""
        before = self.before
        return before is not None and any(getattr(before, item) != getattr(self.after, item) for item in items)


ADDRESS = ("current_address", "building_line")
"""住所: 方書 is part of it in law, an item of its own here."""

IDENTIFICATION_ITEMS = (
    *("full_name", "name_reading", "former_surname", "former_surname_reading", "alias_history"),
    *("date_of_birth", "sex", *ADDRESS, "individual_number", "resident_record_code"),
)
"""本人確認情報: 住基法第7条第1号-第3号, 第7号（住所のみ）, 第8号の2, 第13号; 旧氏 and 通称 count as 氏名
(住基法施行令第30条の13, 第30条の16)."""

SUPPLEMENT_ITEMS = ("full_name", *ADDRESS, "address_established_on", "date_of_birth", "sex", "resident_record_code")
"""What of a resident record stands in the supplementary family register, too (住基法第17条)."""

IMMIGRATION_ITEMS = ("full_name", "date_of_birth", "sex", "nationality_or_region", *ADDRESS)
"""What the Immigration Services Agency hears of (入管法第61条の8の2, 住基法第30条の45)."""

SPECIAL_CASE_MOVE_OUT = "付記転出届"
"""届出事由 of somebody who moves with a card, without a moving-out certificate (住基法第24条の2第1項)."""

FROM_IMMIGRATION = "出入国在留管理庁長官通知"
"""届出事由 of what the agency itself told: it does not hear of that again (標準仕様書1.0 4.5.6)."""

_SAYS_THE_SAME = frozenset({ChangeReason.REMAKE_ENTRY, ChangeReason.REMAKE_DELETION})
_SAYS_THE_SAME |= {ChangeReason.RESTORATION_ENTRY, ChangeReason.RESTORATION_DELETION}


def messages_of(event: LifeEvent, before: ResidentRecord | None, after: ResidentRecord) -> tuple[Message, ...]:
    """What must be told of an event, in the order in which it must leave (標準仕様書1.0 7.1.1.1).

    `before` and `after` are the record as it stood before and stands now. 改製 and 再製 write a record anew and change
    nothing: nobody hears of them.
    """
    if event.reason in _SAYS_THE_SAME:
        return ()
    happened = _Happened(event, before, after)
    return tuple(message for message, is_told in _RULES if is_told(happened))


def _is_told_to_prefecture(happened: _Happened) -> bool:
    """住基法第30条の6: entry, deletion, or revision of 本人確認情報. A relationship is none of it."""
    return happened.is_entry or happened.is_deletion or happened.revised(*IDENTIFICATION_ITEMS)


def _needs_a_number(happened: _Happened) -> bool:
    """番号法第7条第1項, 第8条第1項: who has no Individual Number when her code is entered."""
    after = happened.after
    return happened.is_entry and after.individual_number is None and after.resident_record_code is not None


def _is_sent_a_number(happened: _Happened) -> bool:
    """標準仕様書1.0 7.1.1.4: who was given a number, or another one, is sent a notice of it."""
    return happened.revised("individual_number") and happened.after.individual_number is not None


def _changes_a_card(happened: _Happened) -> bool:
    """標準仕様書1.0 7.1.1.3; 番号法施行令第13条-第15条."""
    return happened.revised("individual_number_card_status")


def _came_from_another_municipality(happened: _Happened) -> bool:
    """住基法第9条第1項; 未届地 and 最終住民登録地 too (標準仕様書1.0 7.1.1.1)."""
    previous, reason = happened.after.previous_address, happened.event.reason
    if previous is None or reason not in (ChangeReason.MOVE_IN_DOMESTIC, ChangeReason.EX_OFFICIO_ENTRY):
        return False
    former, here = (municipality_in(one.text) for one in (previous, happened.after.current_address))
    return former is not None and not (here or "").endswith(former)


def _moves_with_a_card(happened: _Happened) -> bool:
    """住基法第24条の2第4項; 標準仕様書1.0 4.1.3.0.4: planned, with a card, so without a certificate."""
    event = happened.event
    stays_in_japan = isinstance(event, MoveOutPlanned) and event.reason is ChangeReason.MOVE_OUT_DOMESTIC
    return stays_in_japan and event.notification_reason == SPECIAL_CASE_MOVE_OUT


_LEAVE_NO_ADDRESS = (ChangeReason.MOVE_OUT_ABROAD, ChangeReason.EX_OFFICIO_DELETION, ChangeReason.REVERSAL_DECREASE)


def _stands_in_a_family_register(happened: _Happened) -> bool:
    """住基法第19条第1項: entry, another address or name, and moving abroad (標準仕様書1.0 7.1.1.1).

    Of who moves within Japan the new municipality tells; of the dead the family register knows by itself.
    """
    if happened.after.registered_domicile is None:
        return False
    if happened.is_deletion:
        return happened.event.reason in _LEAVE_NO_ADDRESS
    return happened.is_entry or happened.revised(*SUPPLEMENT_ITEMS)


def _is_told_to_immigration(happened: _Happened) -> bool:
    """入管法第61条の8の2; 標準仕様書1.0 4.5.7: a foreign resident's entry, deletion, and what identifies her."""
    if not happened.after.is_foreign or happened.event.notification_reason == FROM_IMMIGRATION:
        return False
    return happened.is_entry or happened.is_deletion or happened.revised(*IMMIGRATION_ITEMS)


_C, _K = Counterpart, MessageKind
_RULES: tuple[tuple[Message, Callable[[_Happened], bool]], ...] = (
    (Message(_C.PREFECTURAL_SERVER, _K.IDENTIFICATION_INFORMATION_UPDATE), _is_told_to_prefecture),
    (Message(_C.JLIS, _K.NUMBER_GENERATION_REQUEST), _needs_a_number),
    (Message(_C.CARD_MANAGEMENT_SYSTEM, _K.DELIVERY_INFORMATION), _is_sent_a_number),
    (Message(_C.CARD_MANAGEMENT_SYSTEM, _K.CARD_STATUS_NOTICE), _changes_a_card),
    (Message(_C.FORMER_MUNICIPALITY, _K.MOVE_IN_NOTICE), _came_from_another_municipality),
    (Message(_C.NEW_MUNICIPALITY, _K.MOVING_OUT_CERTIFICATE_INFORMATION), _moves_with_a_card),
    (Message(_C.DOMICILE_MUNICIPALITY, _K.FAMILY_REGISTER_SUPPLEMENT_NOTICE), _stands_in_a_family_register),
    (Message(_C.IMMIGRATION_SERVICES_AGENCY, _K.IMMIGRATION_MUNICIPAL_NOTICE), _is_told_to_immigration),
)
