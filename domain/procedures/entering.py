"""Who is to be entered: what the form says of a person, and the record that comes of it.

For somebody who comes back the earlier record is where the new one starts, as far as it is still hers to bring; what
the form says wins (再転入者: 標準仕様書1.0 4.1.1.2, 1.1.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

from domain.errors import InvalidValue
from domain.notifications import Newcomer, told
from domain.residents import IDENTIFIERS, ONLY_OF_FOREIGNERS, ONLY_OF_JAPANESE, ResidentRecord, leaf
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, IndividualNumber, ResidentRecordCode
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex

CARRIED_ON_RETURN = (
    *("addressee_number", "individual_number", "resident_record_code", "full_name", "date_of_birth", "sex"),
    *("registered_domicile", "family_register_head", "residence_card_number", "foreign_resident_category"),
    *("status_of_residence", "period_of_stay", "period_of_stay_expires_on", "nationality_or_region", "alias_history"),
    *("integrated_addressee_number", "information_provision_code", "name_kana", "name_katakana_transcription"),
    *("name_reading", "former_surname", "former_surname_reading"),
)
"""What an earlier record says of the person herself; not where she lived, or what she was entitled to there."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entrant:
    """A person to be entered. What is not said of somebody who comes back is as her earlier record has it."""

    addressee_number: AddresseeNumber | None = told(
        "宛名番号（再転入者）", "addressee number of an earlier record, if she comes back", default=None
    )
    full_name: Name | None = told("氏名", "name", default=None)
    name_kana: str | None = told("氏名カナ", "name in kana, to search by", default=None)
    name_katakana_transcription: str | None = told("氏名のカタカナ表記", "name transcribed in katakana", default=None)
    name_reading: str | None = told("氏名の振り仮名", "certified reading of the name", default=None)
    former_surname: str | None = told("旧氏", "former surname", default=None)
    former_surname_reading: str | None = told("旧氏の振り仮名", "reading of the former surname", default=None)
    date_of_birth: RegisterDate | None = told("生年月日", "date of birth", default=None)
    sex: Sex | None = told("性別", "sex", default=None)
    relationship_to_householder: Relationship | None = told("続柄", "relationship to the householder", default=None)
    individual_number: IndividualNumber | None = told("個人番号", "Individual Number", default=None)
    resident_record_code: ResidentRecordCode | None = told("住民票コード", "Resident Record Code", default=None)
    draws_code: bool = told(
        "住民票コードの新規付番", "she never had a Resident Record Code: draw one from the pool", default=False
    )
    registered_domicile: str | None = told("本籍", "registered domicile", default=None)
    family_register_head: str | None = told("筆頭者", "head of the family register", default=None)
    foreign_resident_category: str | None = told("第30条の45区分", "category of Article 30-45", default=None)
    residence_card_number: str | None = told("在留カード等番号", "residence card number", default=None)
    status_of_residence: str | None = told("在留資格", "status of residence", default=None)
    period_of_stay: str | None = told("在留期間等", "period of stay", default=None)
    period_of_stay_expires_on: RegisterDate | None = told("在留期間の満了の日", "day the stay ends", default=None)
    nationality_or_region: str | None = told("国籍・地域", "nationality or region", default=None)
    alias_history: tuple[str, ...] = told("通称履歴", "aliases, each with its entry and removal", default=())

    def newcomer(self) -> Newcomer:
        """Her as she is looked for among earlier records (M13)."""
        return Newcomer(**{each.name: _shown(getattr(self, each.name)) for each in fields(Newcomer)})

    @property
    def takes_code(self) -> bool:
        """Whether a code is drawn: only for who never had one (住基法第30条の3)."""
        return self.draws_code and self.resident_record_code is None

    def items(self, earlier: ResidentRecord | None) -> dict[str, Any]:
        """What her record says of herself."""
        said = {name: getattr(self, name) for name in _SAID if getattr(self, name) not in (None, ())}
        return (_carried(earlier, said) if earlier else {}) | said

    def require(self, items: Mapping[str, Any]) -> None:
        """What no record comes without; and nobody is given a second code for life (住基法第30条の3).

        Raises `InvalidValue` naming the input.
        """
        if items.get("date_of_birth") is None:
            raise InvalidValue("date_of_birth", "may not be blank", "空欄にできません")
        if items.get("resident_record_code") is not None and self.draws_code:
            raise InvalidValue("draws_code", "she has a Resident Record Code", "住民票コードが既にあります")
        if items.get("resident_record_code") is None and not self.takes_code:
            raise InvalidValue(
                "resident_record_code",
                "say her code, or that she never had one",
                "住民票コードを入力するか、新規付番を指定してください",
            )


_SAID = tuple(each.name for each in fields(Entrant) if each.name in IDENTIFIERS)


def _carried(earlier: ResidentRecord, said: Mapping[str, Any]) -> dict[str, Any]:
    """What she brings; but nothing of a Japanese record to a foreign one, or the other way."""
    dropped: tuple[str, ...] = ()
    if said.get("foreign_resident_category"):
        dropped = ONLY_OF_JAPANESE
    elif said.get("registered_domicile"):
        dropped = (*ONLY_OF_FOREIGNERS, "foreign_resident_category")
    return {name: getattr(earlier, name) for name in CARRIED_ON_RETURN if name not in dropped}


def _shown(value: object) -> str | None:
    shown = leaf(value)
    return shown if isinstance(shown, str) else None


@contextmanager
def named(path: str) -> Iterator[None]:
    """Whatever is refused inside is refused under this path of the input."""
    try:
        yield
    except InvalidValue as error:
        raise InvalidValue(f"{path}.{error.kind}", error.reason, error.reason_ja) from error
