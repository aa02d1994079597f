"""Writing whole records into an empty register: households, residents with their search keys, numbers, measures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from domain.households import Household
from domain.residents import IDENTIFIERS, ResidentRecord, shown
from domain.support_measures import SupportMeasure
from domain.values.dates import RegisterDate
from domain.values.search_keys import address_key, kana_key, name_key
from persistence.database import LOADING, Database
from persistence.register_tables import HOUSEHOLDS, INDIVIDUAL_NUMBERS, RESIDENTS, SUPPORT_MEASURES

COPY_SECONDS = 3_600.0
KEY_FORMS = {"full_name": name_key, "name_kana": kana_key, "current_address": address_key}


@dataclass(frozen=True, slots=True)
class Register:
    """What is written together: every resident's household is among the households."""

    residents: Iterable[ResidentRecord]
    households: Iterable[Household]
    measures: Iterable[tuple[UUID, SupportMeasure]] = ()


async def write_register(database: Database, municipality_code: str, register: Register) -> None:
    """Copy all of it in one transaction.

    Raises `Refusal`: INVALID_INPUT where a record is there already or does not fit, STORE_UNAVAILABLE.
    """
    households = list(register.households)
    orders = {
        member.addressee_number: at for household in households for at, member in enumerate(household.members, start=1)
    }
    residents = list(register.residents)
    whose = {record.addressee_number: record for record in residents}
    rows: Mapping[Table, Iterable[Mapping[str, Any]]] = {
        HOUSEHOLDS: map(_household, households),
        RESIDENTS: (_resident(record, orders.get(record.addressee_number, 0)) for record in residents),
        INDIVIDUAL_NUMBERS: (_number(record) for record in residents if record.individual_number is not None),
        SUPPORT_MEASURES: (_measure(id_, one, whose[one.addressee_number]) for id_, one in register.measures),
    }
    async with database.transaction(LOADING) as connection:
        for table, values in rows.items():
            names = table.c.keys()
            records = [[{"municipality_code": municipality_code, **row}.get(name) for name in names] for row in values]
            await connection.copy_records_to_table(table.name, records=records, columns=names, timeout=COPY_SECONDS)


def _household(household: Household) -> dict[str, Any]:
    head = household.householder
    return {
        "household_number": household.household_number.value,
        "householder_number": head.value if head else None,
    }


def _resident(record: ResidentRecord, order: int) -> dict[str, Any]:
    items = {name: shown(record, name) for name in IDENTIFIERS if name != "individual_number"}
    keys = {f"{name}_key": _key(form, items[name]) for name, form in KEY_FORMS.items()}
    return {
        **items,
        **keys,
        "date_texts": json.dumps(_date_texts(record), ensure_ascii=False),
        "is_closed": record.is_closed,
        "member_order": order,
    }


def _key(form: Any, text: object) -> str | None:
    return form(text) if text else None


def _date_texts(record: ResidentRecord) -> dict[str, str]:
    """What a date says beyond its ISO form (頃, 推定, 春), which would otherwise be lost (標準仕様書1.0 j80)."""
    dates = {name: getattr(record, name) for name in IDENTIFIERS}
    return {name: value.text for name, value in dates.items() if isinstance(value, RegisterDate) and value.text}


def _number(record: ResidentRecord) -> dict[str, Any]:
    return {
        "addressee_number": record.addressee_number.value,
        "individual_number": shown(record, "individual_number"),
    }


def _measure(id_: UUID, measure: SupportMeasure, record: ResidentRecord) -> dict[str, Any]:
    return {
        "household_number": record.household_number.value,
        "is_closed": record.is_closed,
        "id": id_,
        "addressee_number": measure.addressee_number.value,
        "kind": measure.kind.value,
        "starts_on": measure.starts_on,
        "ends_on": measure.ends_on,
    }
