"""Putting the demonstration into an empty store: the terminals and grants of its callers, then its city.

It never touches a register that is not its own: there, its callers would be let in to real records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from random import Random
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Text, bindparam, literal_column, select

from api.app import Services, new_id, now
from api.cli.errand import Errand
from api.cli.system_caller import ADMINISTER, DEPARTMENT
from api.demonstration.city import MUNICIPALITY, build_city
from api.demonstration.numbers import spare_codes
from api.development_issuer import DEMONSTRATION_CALLERS
from authz.callers import Caller
from authz.entries import Act, Request
from domain.certificates.certifiers import CertifierRole, Term
from domain.certificates.documents import Certifier
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import CertifiedItem, IdentityVerification, RequesterKind
from domain.ledger.entries import Kind
from domain.values.relationships import HOUSEHOLDER
from persistence.access import UNSEEN
from persistence.certifiers import Certifiers
from persistence.database import compiled
from persistence.home import StartRefused
from persistence.register_tables import RESIDENT_VERSIONS, RESIDENTS, SUPPORT_MEASURES
from persistence.register_writing import Register, Taking, write_register

CODE = MUNICIPALITY.value
FIRST_DAY = date(2020, 4, 1)
"""From when the demonstration's grants and terminals count."""

LIVES_THERE = "register-desk"
"""The caller who lives in the city."""

SPARE_CODES = 500
"""So many Resident Record Codes there are for newcomers."""

CERTIFIERS = (
    (CertifierRole.MAYOR, Certifier("北海道苫小牧市長", "見本　太郎"), (FIRST_DAY, None)),
    (
        CertifierRole.ACTING,
        Certifier("北海道苫小牧市長職務代理者　苫小牧市副市長", "例示　花子"),
        (date(2024, 8, 1), date(2024, 8, 16)),
    ),
)
"""Who certifies (認証者); both names are made up, as 見本 and 例示 say."""

_NO_DEMONSTRATION = (
    "The register holds residents who are not the demonstration's. Name another DAICHO_HOME or DAICHO_DATABASE_URL.",
    "台帳にデモ以外の住民が記録されています。別の DAICHO_HOME か DAICHO_DATABASE_URL を指定してください。",
)

_ANYBODY = compiled(
    select(RESIDENTS.c.addressee_number)
    .where(RESIDENTS.c.municipality_code == bindparam("municipality", type_=Text))
    .limit(literal_column("1"))
)
_PROTECTED = compiled(
    select(RESIDENTS.c.addressee_number)
    .join(
        SUPPORT_MEASURES,
        (SUPPORT_MEASURES.c.municipality_code == RESIDENTS.c.municipality_code)
        & (SUPPORT_MEASURES.c.addressee_number == RESIDENTS.c.addressee_number),
    )
    .where(
        RESIDENTS.c.municipality_code == bindparam("municipality", type_=Text),
        RESIDENTS.c.is_closed.is_(False),
        SUPPORT_MEASURES.c.starts_on <= bindparam("today", type_=Date),
        SUPPORT_MEASURES.c.ends_on >= bindparam("today", type_=Date),
    )
    .order_by(RESIDENTS.c.addressee_number.desc())
    .limit(literal_column("1"))
)

_FIRST, _SECOND = RESIDENT_VERSIONS.alias("first"), RESIDENT_VERSIONS.alias("second")
_MOVED = compiled(
    select(_FIRST.c.addressee_number)
    .join(
        _SECOND,
        (_SECOND.c.municipality_code == _FIRST.c.municipality_code)
        & (_SECOND.c.addressee_number == _FIRST.c.addressee_number),
    )
    .where(
        _FIRST.c.municipality_code == bindparam("municipality", type_=Text),
        _FIRST.c.history_number == literal_column("1"),
        _FIRST.c.valid_from <= bindparam("day", type_=Date),
        _SECOND.c.history_number == literal_column("2"),
        _SECOND.c.valid_from > bindparam("day", type_=Date),
        _SECOND.c.current_address != _FIRST.c.current_address,
    )
    .order_by(_FIRST.c.addressee_number)
    .limit(literal_column("1"))
)
_EXAMPLES = {"protected": _PROTECTED, "moved": _MOVED}
EXAMPLE_DAY = date(2020, 4, 1)
"""The day that the example of an earlier version asks about."""


async def has_city(services: Services) -> bool:
    """Whether the city has been loaded. Raises `StartRefused` where residents are not the demonstration's."""
    anybody = bool(await services.database.fetch(_ANYBODY, {"municipality": CODE}))
    if anybody and not await _knows_its_callers(services):
        raise StartRefused(*_NO_DEMONSTRATION)
    return anybody


async def let_callers_in(services: Services, user: str) -> None:
    """Register the terminals of the demonstration's callers, and what the user who runs it may do."""
    await _let_in(
        services, "terminals", [{"terminal": one.terminal, "place": one.place} for one in DEMONSTRATION_CALLERS]
    )
    await _let_in(services, "grants", [_grant(user, DEPARTMENT, one) for one in ("ledger_review", "support_measures")])


async def grant_purposes(services: Services, own_numbers: Mapping[str, str] = MappingProxyType({})) -> None:
    """Grant the demonstration's callers their purposes, each with her own addressee number where she lives there."""
    grants = [
        _grant(one.staff_number, one.department, purpose) | _own(own_numbers.get(one.name))
        for one in DEMONSTRATION_CALLERS
        for purpose in one.purposes
    ]
    await _let_in(services, "grants", grants)


def _own(number: str | None) -> dict[str, str]:
    return {} if number is None else {"own_number": number}


async def who_lives_there(services: Services) -> Mapping[str, str]:
    """One caller's own number: that of the resident whom examples are about, so that the ledger's analyses find her."""
    rows = await services.database.fetch(_MOVED, {"municipality": CODE, "day": EXAMPLE_DAY})
    return {LIVES_THERE: str(rows[0][0])} if rows else {}


async def stock_codes(services: Services) -> None:
    """Unused Resident Record Codes for those who will be entered first of all here, where there are none."""
    if not await services.codes.free(CODE):
        codes = spare_codes(Random(CODE), SPARE_CODES)  # noqa: S311 - nothing here is a secret: they are nobody's
        errand = _errand(services)
        entry = errand.entry(Act(Kind.CHANGE, "daicho codes add", len(codes)), await errand.caller())
        await services.codes.add(CODE, codes, now(), entry)


async def appoint_certifiers(services: Services) -> None:
    """Made-up people whose names certificates bear: a mayor, and who acted for the mayor once, where there are none."""
    certifiers, errand = Certifiers(services.database), _errand(services)
    if not await certifiers.listed(CODE):
        for role, certifier, period in CERTIFIERS:
            term = Term(new_id(now()), role, certifier, *period)
            entry = errand.entry(Act(Kind.CHANGE, "daicho certifiers add", subjects=(term.id,)), await errand.caller())
            await certifiers.add(CODE, term, entry)


async def examples(services: Services) -> Mapping[str, Mapping[str, object]]:
    """Values for the variables of GraphiQL's examples: who is protected; who has moved, may again, asks for a copy."""
    values = {"municipality": CODE, "today": services.desk.today(), "day": EXAMPLE_DAY}
    found = {name: await services.database.fetch(chosen, values) for name, chosen in _EXAMPLES.items()}
    numbers = {name: str(rows[0][0]) for name, rows in found.items() if rows}
    errand, subjects = _errand(services), tuple(numbers.values())
    await errand.record(Act(Kind.JOB, errand.name, len(subjects), subjects=subjects), await errand.caller())
    values_of: dict[str, Mapping[str, object]] = {name: {"addresseeNumber": number} for name, number in numbers.items()}
    if "moved" in numbers:
        values_of["mover"] = {**values_of["moved"], "relationshipToHouseholder": HOUSEHOLDER.text}
        values_of["certificate"] = _copy_for(numbers["moved"])
    return values_of


def _copy_for(addressee_number: str) -> Mapping[str, object]:
    """Somebody asks for a copy of her own record at the counter."""
    return {
        "kind": CertificateKind.RESIDENT_RECORD_COPY.value,
        "subjects": [addressee_number],
        "requester": {"kind": RequesterKind.PERSON.value},
        "identityVerification": IdentityVerification.INDIVIDUAL_NUMBER_CARD.value,
        "items": [CertifiedItem.REGISTERED_DOMICILE.value],
    }


async def load_city(services: Services, residents: int, progress: Callable[[int], None]) -> None:
    """Make the city and write it into the empty register; `progress` is told how many residents there are."""
    city = build_city(residents=residents, today=services.desk.today(), progress=progress)
    measures = [(UUID(new_id(now())), measure) for measure in city.support_measures]
    taking = Taking(CODE, services.vaults.of(CODE), now())
    await write_register(services.database, taking, Register(city.residents, city.households, measures, city.histories))
    errand = _errand(services)
    await errand.record(Act(Kind.JOB, errand.name, len(city.residents)), await errand.caller())


def _errand(services: Services) -> Errand:
    return Errand("daicho serve --demo", ADMINISTER, services, CODE, Request(new_id(now())))


async def _knows_its_callers(services: Services) -> bool:
    known = {row["terminal"] for row in await services.access.listed("terminals", CODE)}
    return any(one.terminal in known for one in DEMONSTRATION_CALLERS)


async def _let_in(services: Services, kind: str, wanted: Iterable[dict[str, Any]]) -> None:
    """Each of them once: one that was ended since stays ended."""
    errand = _errand(services)
    caller = await errand.caller()
    there = await services.access.listed(kind, CODE)
    for values in wanted:
        told = {name: value for name, value in values.items() if name not in UNSEEN}
        if not any(told.items() <= row.items() for row in there):
            await _register(errand, caller, kind, values)


async def _register(errand: Errand, caller: Caller, kind: str, values: Mapping[str, Any]) -> None:
    at = now()
    id_ = new_id(at)
    row = {
        "municipality_code": CODE,
        "id": UUID(id_),
        **values,
        "starts_on": FIRST_DAY,
        "ends_on": None,
        "recorded_at": at,
        "recorded_by": caller.identity.staff_number,
    }
    entry = errand.entry(Act(Kind.CHANGE, f"daicho {kind} add", subjects=(id_,)), caller)
    await errand.services.access.add(kind, row, entry)


def _grant(staff_number: str, department: str, purpose: str) -> dict[str, Any]:
    return {"staff_number": staff_number, "department": department, "purpose": purpose, "switched_off": []}
