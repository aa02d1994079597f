"""A tour of the service: one of each thing that it does with its store, for tests of what lies between the two."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID

from api.app import opened
from domain.ledger.entries import Kind
from domain.values.identifiers import IndividualNumber, ResidentRecordCode
from persistence.register_writing import Register, Taking, write_register
from tests.domain.people import a_household, a_record, addressee, member
from tests.ledger_builders import entry
from tests.serving import Service
from tests.village import ABSENT_NUMBER, CODE, EVERYONE, NUMBERS, number_of

BY_KEY = """query($n: String!) {
  resident(by: {addresseeNumber: $n}) { fullName individualNumber household { members { fullName } } } }"""
BY_NUMBER = "query($n: String!) { resident(by: {individualNumber: $n}) { fullName } }"
BY_NAME = f"{{ residents(where: {{{EVERYONE}}}, first: 50) {{ nodes {{ fullName individualNumber }} }} }}"
AT_ONCE = 12


def take_the_tour(service: Service) -> None:
    """Reads with and without the number, searches, a change, a copied record, the ledger; each as it should be."""
    shown = service.ask("tax-clerk", BY_KEY, {"n": number_of(1)}).data["resident"]
    assert (shown["fullName"], shown["individualNumber"]) == ("架空　太郎", NUMBERS[0])
    masked = service.ask("election-clerk", BY_KEY, {"n": number_of(1)}).data["resident"]
    assert (masked["fullName"], masked["individualNumber"]) == ("架空　太郎", "************")
    assert service.ask("tax-clerk", BY_NUMBER, {"n": NUMBERS[0]}).data["resident"] == {"fullName": "架空　太郎"}
    assert service.ask("tax-clerk", BY_NAME).data["residents"]["nodes"]
    with ThreadPoolExecutor(AT_ONCE) as askers:
        queries = [(BY_KEY, number_of(1)), (BY_NUMBER, NUMBERS[0])] * AT_ONCE
        answers = list(askers.map(lambda asked: service.ask("tax-clerk", asked[0], {"n": asked[1]}), queries))
    assert {answer.data["resident"]["fullName"] for answer in answers} == {"架空　太郎"}
    service.run(_change(service))
    assert service.run(_read_the_ledger(service)) == len(service.ledger()) > 2 * AT_ONCE


async def _change(service: Service) -> None:
    """A terminal is registered and ended, and somebody new is copied in."""
    at, id_ = datetime(2026, 11, 23, tzinfo=UTC), UUID(int=77)
    dated = {"starts_on": date(2026, 4, 1), "ends_on": None, "recorded_at": at, "recorded_by": "officer"}
    row = {"municipality_code": CODE, "id": id_, "terminal": "T-77", "place": "2階", **dated}
    async with opened(service.settings, service.material) as services:
        await services.access.add("terminals", row, entry(7_001, kind=Kind.CHANGE))
        assert await services.access.end("terminals", CODE, id_, (at, "chief"), entry(7_002, kind=Kind.CHANGE))
        await write_register(services.database, Taking(CODE, services.vaults.of(CODE), at), _somebody_new())


def _somebody_new() -> Register:
    home = a_household(member(77, None), serial=77)
    record = a_record(
        addressee_number=addressee(77),
        household_number=home.household_number,
        individual_number=IndividualNumber(ABSENT_NUMBER),
        resident_record_code=ResidentRecordCode("13579246809"),
    )
    return Register([record], [home])


async def _read_the_ledger(service: Service) -> int:
    async with opened(service.settings, service.material) as services:
        await services.ledger.check_writable(CODE)
        ours, *_ = await asyncio.gather(*(services.ledger.entries(CODE, last=None) for _ in range(3)))
        return len(ours)
