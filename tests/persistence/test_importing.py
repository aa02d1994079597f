"""What becomes of those who arrive: new, unchanged, or refused because somebody else has a number of theirs."""

from __future__ import annotations

import pytest
import tink

from domain.importing.lines import Arrival
from domain.importing.reasons import Fault
from domain.versions import Version
from persistence.holdings import Holdings
from persistence.importing import Outcome, Taken, _candidate
from persistence.register_writing import Taking
from persistence.vault import INDEX, NUMBER, TEMPLATES, Vault
from tests.domain.people import a_record, addressee
from tests.serving import NOON
from tests.village import CODE, CODES, NUMBERS

VAULT = Vault(*(tink.new_keyset_handle(TEMPLATES[name]) for name in (NUMBER, INDEX)))
TAKING = Taking(CODE, VAULT, NOON)
ARRIVAL = Arrival((Version(a_record()),))
MINE = (CODES[0], TAKING.vault.indexes_of(NUMBERS[0])[0])


def outcome(owner: str | None) -> Outcome:
    """What becomes of her where her code and number are held by this person, as far as anybody holds them."""
    owners = {} if owner is None else dict.fromkeys(MINE, owner)
    return _candidate(Holdings({}, {}, {}, owners, {}), TAKING, ARRIVAL).outcome


def test_whoever_brings_the_numbers_of_somebody_else_is_refused_for_each() -> None:
    refused = outcome(addressee(2).value)

    assert isinstance(refused, list)
    assert [(one.fault, one.item) for one in refused] == [
        (Fault.HELD_BY_ANOTHER, "resident_record_code"),
        (Fault.HELD_BY_ANOTHER, "individual_number"),
    ]


@pytest.mark.parametrize("owner", [None, addressee(1).value], ids=["nobody", "herself"])
def test_whose_numbers_are_nobodys_or_came_with_her_by_another_import_meanwhile_is_new(owner: str | None) -> None:
    assert outcome(owner) is Taken.NEW
