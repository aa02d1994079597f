"""異動事由: the 37 reasons for which a record is entered, deleted or revised (標準仕様書1.0 1.2.2).

The standard publishes no codes for them, only these classes; a system's own codes map onto them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Effect(StrEnum):
    """異動区分: what a change does to the record, and so to the population."""

    ENTRY = "ENTRY"
    DELETION = "DELETION"
    REVISION = "REVISION"

    @property
    def japanese(self) -> str:
        """The standard's word for it."""
        return {"ENTRY": "記載", "DELETION": "消除", "REVISION": "修正"}[self.value]


class ChangeReason(StrEnum):
    """Why a record changed."""

    MOVE_IN_DOMESTIC = "MOVE_IN_DOMESTIC"
    MOVE_IN_FROM_ABROAD = "MOVE_IN_FROM_ABROAD"
    BIRTH = "BIRTH"
    EX_OFFICIO_ENTRY_NATURALIZATION = "EX_OFFICIO_ENTRY_NATURALIZATION"
    EX_OFFICIO_ENTRY_LOSS_OF_NATIONALITY = "EX_OFFICIO_ENTRY_LOSS_OF_NATIONALITY"
    EX_OFFICIO_ENTRY = "EX_OFFICIO_ENTRY"
    REMAKE_ENTRY = "REMAKE_ENTRY"
    RESTORATION_ENTRY = "RESTORATION_ENTRY"
    REVERSAL_INCREASE = "REVERSAL_INCREASE"

    MOVE_OUT_DOMESTIC = "MOVE_OUT_DOMESTIC"
    MOVE_OUT_ABROAD = "MOVE_OUT_ABROAD"
    DEATH = "DEATH"
    EX_OFFICIO_DELETION_NATURALIZATION = "EX_OFFICIO_DELETION_NATURALIZATION"
    EX_OFFICIO_DELETION_LOSS_OF_NATIONALITY = "EX_OFFICIO_DELETION_LOSS_OF_NATIONALITY"
    EX_OFFICIO_DELETION = "EX_OFFICIO_DELETION"
    REMAKE_DELETION = "REMAKE_DELETION"
    RESTORATION_DELETION = "RESTORATION_DELETION"
    REVERSAL_DECREASE = "REVERSAL_DECREASE"

    MOVE_WITHIN = "MOVE_WITHIN"
    MINOR_REVISION = "MINOR_REVISION"
    EX_OFFICIO_REVISION = "EX_OFFICIO_REVISION"
    CLERICAL_ERROR_CORRECTION = "CLERICAL_ERROR_CORRECTION"
    INDIVIDUAL_NUMBER_CHANGE_REQUEST = "INDIVIDUAL_NUMBER_CHANGE_REQUEST"
    INDIVIDUAL_NUMBER_EX_OFFICIO_REVISION = "INDIVIDUAL_NUMBER_EX_OFFICIO_REVISION"
    INDIVIDUAL_NUMBER_EX_OFFICIO_ENTRY = "INDIVIDUAL_NUMBER_EX_OFFICIO_ENTRY"
    RESIDENT_RECORD_CODE_CHANGE_REQUEST = "RESIDENT_RECORD_CODE_CHANGE_REQUEST"
    RESIDENT_RECORD_CODE_EX_OFFICIO_ENTRY = "RESIDENT_RECORD_CODE_EX_OFFICIO_ENTRY"
    HOUSEHOLD_SPLIT = "HOUSEHOLD_SPLIT"
    HOUSEHOLD_MERGER = "HOUSEHOLD_MERGER"
    HOUSEHOLD_CHANGE = "HOUSEHOLD_CHANGE"
    HOUSEHOLDER_CHANGE = "HOUSEHOLDER_CHANGE"
    FORMER_SURNAME_ENTRY = "FORMER_SURNAME_ENTRY"
    FORMER_SURNAME_CHANGE = "FORMER_SURNAME_CHANGE"
    FORMER_SURNAME_REMOVAL = "FORMER_SURNAME_REMOVAL"
    ALIAS_ENTRY = "ALIAS_ENTRY"
    ALIAS_REMOVAL = "ALIAS_REMOVAL"
    REVERSAL_REVISION = "REVERSAL_REVISION"

    @property
    def japanese(self) -> str:
        """The standard's word for it, as it stands in 異動事由 (item 38)."""
        return _JAPANESE[self]

    @property
    def effect(self) -> Effect:
        """What it does to the record."""
        return _EFFECTS[self]


_R: Final = ChangeReason

_JAPANESE: Final = {
    _R.MOVE_IN_DOMESTIC: "国内転入",
    _R.MOVE_IN_FROM_ABROAD: "国外転入等",
    _R.BIRTH: "出生",
    _R.EX_OFFICIO_ENTRY_NATURALIZATION: "職権記載（帰化等）",
    _R.EX_OFFICIO_ENTRY_LOSS_OF_NATIONALITY: "職権記載（国籍喪失）",
    _R.EX_OFFICIO_ENTRY: "職権記載",
    _R.REMAKE_ENTRY: "改製（記載）",
    _R.RESTORATION_ENTRY: "再製（記載）",
    _R.REVERSAL_INCREASE: "異動の取消し（増）",
    _R.MOVE_OUT_DOMESTIC: "国内転出",
    _R.MOVE_OUT_ABROAD: "国外転出",
    _R.DEATH: "死亡",
    _R.EX_OFFICIO_DELETION_NATURALIZATION: "職権消除（帰化等）",
    _R.EX_OFFICIO_DELETION_LOSS_OF_NATIONALITY: "職権消除（国籍喪失）",
    _R.EX_OFFICIO_DELETION: "職権消除",
    _R.REMAKE_DELETION: "改製（消除）",
    _R.RESTORATION_DELETION: "再製（消除）",
    _R.REVERSAL_DECREASE: "異動の取消し（減）",
    _R.MOVE_WITHIN: "転居",
    _R.MINOR_REVISION: "軽微な修正",
    _R.EX_OFFICIO_REVISION: "職権修正",
    _R.CLERICAL_ERROR_CORRECTION: "誤記修正",
    _R.INDIVIDUAL_NUMBER_CHANGE_REQUEST: "個人番号の変更請求",
    _R.INDIVIDUAL_NUMBER_EX_OFFICIO_REVISION: "個人番号の職権修正",
    _R.INDIVIDUAL_NUMBER_EX_OFFICIO_ENTRY: "個人番号の職権記載",
    _R.RESIDENT_RECORD_CODE_CHANGE_REQUEST: "住民票コードの変更請求",
    _R.RESIDENT_RECORD_CODE_EX_OFFICIO_ENTRY: "住民票コードの職権記載",
    _R.HOUSEHOLD_SPLIT: "世帯分離",
    _R.HOUSEHOLD_MERGER: "世帯合併",
    _R.HOUSEHOLD_CHANGE: "世帯変更",
    _R.HOUSEHOLDER_CHANGE: "世帯主変更",
    _R.FORMER_SURNAME_ENTRY: "旧氏の記載",
    _R.FORMER_SURNAME_CHANGE: "旧氏の変更",
    _R.FORMER_SURNAME_REMOVAL: "旧氏の削除",
    _R.ALIAS_ENTRY: "通称の記載",
    _R.ALIAS_REMOVAL: "通称の削除",
    _R.REVERSAL_REVISION: "異動の取消し（修正）",
}

_IN_ORDER: Final = tuple(ChangeReason)
_EFFECTS: Final = {
    reason: effect
    for effect, reasons in (
        (Effect.ENTRY, _IN_ORDER[: _IN_ORDER.index(_R.MOVE_OUT_DOMESTIC)]),
        (Effect.DELETION, _IN_ORDER[_IN_ORDER.index(_R.MOVE_OUT_DOMESTIC) : _IN_ORDER.index(_R.MOVE_WITHIN)]),
        (Effect.REVISION, _IN_ORDER[_IN_ORDER.index(_R.MOVE_WITHIN) :]),
    )
    for reason in reasons
}
