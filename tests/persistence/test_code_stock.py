"""The stock of unused Resident Record Codes: no code comes in twice, and none that anybody has or had."""

from __future__ import annotations

from itertools import count, islice
from uuid import UUID

import pytest

from domain.errors import Code, Refusal
from domain.values.check_digits import number_check_digit
from domain.values.identifiers import ResidentRecordCode
from persistence.code_stock import CodeStock
from tests.ledger_builders import entry
from tests.persistence.registers import NOON, ask, query, write_village
from tests.postgres import NewDatabase
from tests.village import CODE, CODES

pytestmark = pytest.mark.holds("S1-11")

_BODIES = (f"77{serial:08}" for serial in count())
SPARE = tuple(islice((ResidentRecordCode(body + number_check_digit(body)) for body in _BODIES), 5))
IN_USE = ResidentRecordCode(CODES[0])


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """The village, with an empty stock."""
    return new_database(write_village)


def add(url: str, *codes: ResidentRecordCode, at: int = 1) -> int:
    """Add codes to the stock."""
    told = entry(id=str(UUID(int=at)), municipality_code=CODE)
    return ask(url, lambda store: CodeStock(store.database, 3).add(CODE, codes, NOON, told))


def free(url: str) -> int:
    """How many are left."""
    return ask(url, lambda store: CodeStock(store.database, 3).free(CODE))


def test_codes_are_added_once_and_those_that_somebody_has_are_passed_over(url: str) -> None:
    assert add(url, *SPARE[:2], IN_USE) == 2
    assert add(url, *SPARE, at=2) == 3
    assert free(url) == 5
    assert query(url, "SELECT count(*) FROM code_pool WHERE code = $1", CODES[0]) == [(0,)]


def test_the_stock_is_low_when_fewer_are_left_than_are_wanted(url: str) -> None:
    def is_low() -> bool:
        return ask(url, lambda store: CodeStock(store.database, 3).is_low(CODE))

    add(url, *SPARE[:2])
    assert is_low()
    add(url, SPARE[2], at=2)
    assert not is_low()


def test_a_code_that_is_kept_for_a_notification_is_not_left_and_one_drawn_in_vain_is(url: str) -> None:
    add(url, *SPARE)
    notification, never_handed_in = UUID(int=7), UUID(int=8)
    query(
        url,
        """INSERT INTO notifications (municipality_code, id, procedure, state, made_at, made_by, department, terminal,
        changes, versions, findings, acknowledged)
        VALUES ($1, $2, 'moveIn', 'PROVISIONAL', $3, 'S-1', 'd', 'T-1', '[]', '{}', '[]', '{}')""",
        CODE,
        notification,
        NOON,
    )
    for code, kept_for in zip(SPARE, (notification, never_handed_in), strict=False):
        query(url, "UPDATE code_pool SET notification_id = $2 WHERE code = $1", code.value, kept_for)

    assert free(url) == 4


def test_the_codes_and_their_ledger_entry_come_together_or_not_at_all(url: str) -> None:
    assert add(url, SPARE[0]) == 1
    with pytest.raises(Refusal) as refused:
        add(url, SPARE[1])  # an entry with the same id

    assert refused.value.code is Code.LEDGER_UNAVAILABLE
    assert SPARE[1].value not in repr(refused.value.__dict__)
    assert free(url) == 1
