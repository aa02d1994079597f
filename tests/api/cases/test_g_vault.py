"""The vault behind the service: numbers moved or spoilt in the store, keys rotated beside it, and what a look costs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from authz.disclosure import MASK
from persistence.database import Database, Statement
from persistence.rotation import Rotation
from tests.persistence.registers import opened
from tests.serving import Service
from tests.village import ABSENT_NUMBER, CODE, NUMBERS, number_of

BY_NUMBER = "query ($n: String!) { resident(by: {individualNumber: $n}) { addresseeNumber } }"
READ = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName individualNumber } }"
MOVED = """UPDATE individual_numbers SET ciphertext = (SELECT ciphertext FROM individual_numbers
    WHERE addressee_number = $1 AND number_version = 1) WHERE addressee_number = $2"""
CLOSED = 8
"""The villager who died: his record is closed, and nothing protects it."""


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements on the register and the vault meanwhile; who may come in is remembered for a second."""
    sent: list[str] = []
    fetch = Database.fetch

    async def watched(database: Database, statement: Statement, values: Any) -> Any:
        if not any(table in statement.text for table in ("grants", "terminals")):
            sent.append(statement.text)
        return await fetch(database, statement, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "fetch", watched)
        yield sent


def rotate(service: Service) -> None:
    """Rotate the keys as another process would."""

    async def work() -> None:
        async with opened(service.url) as store:
            rotation = Rotation(store.database, store.vaults, CODE)
            await rotation.begin()
            assert [batch.damaged async for batch in rotation.batches(3)]
            assert await rotation.finish()

    asyncio.run(work())


@pytest.mark.holds("G-01")
def test_a_number_copied_to_another_row_is_shown_to_nobody_and_leaves_no_trace(service: Service) -> None:
    service.execute(MOVED, number_of(1), number_of(3))

    answer = service.ask("tax-clerk", READ, {"n": number_of(3)})

    assert answer.codes == ["INTERNAL"]
    assert answer.json["data"] == {"resident": None}
    assert not any(number in answer.content.decode() + service.everything_written() for number in NUMBERS)
    entry = service.ledger()[-1]
    assert (entry["code"], entry["number_accessed"], entry["groups"]) == ("INTERNAL", False, [])
    (told,) = [line for line in service.log if line["event"] == "internal"]
    assert "VaultError" in str(told["error"])
    masked = service.ask("election-clerk", READ, {"n": number_of(3)})
    assert masked.data["resident"]["individualNumber"] == MASK
    assert service.ask("tax-clerk", READ, {"n": number_of(1)}).data["resident"]["individualNumber"] == NUMBERS[0]


@pytest.mark.holds("G-04")
def test_keys_rotated_beside_the_service_are_noticed_by_no_caller(service: Service) -> None:
    for _ in range(2):
        rotate(service)
        found = service.ask("tax-clerk", BY_NUMBER, {"n": NUMBERS[0]})
        assert found.data["resident"] == {"addresseeNumber": number_of(1)}
        rotate(service)
        read = service.ask("tax-clerk", READ, {"n": number_of(1)})
        assert read.data["resident"]["individualNumber"] == NUMBERS[0]
    assert [line for line in service.log if line["event"] == "internal"] == []


@pytest.mark.holds("G-02")
def test_a_service_whose_keys_were_encrypted_anew_answers_no_number_that_it_cannot_read(service: Service) -> None:
    """Keys that come after it are not for it: it is to be started again with the new key file."""
    rotate(service)
    service.execute("UPDATE keysets SET keyset = 'no keyset'::bytea")

    answer = service.ask("tax-clerk", READ, {"n": number_of(1)})

    assert answer.codes == ["INTERNAL"]
    assert NUMBERS[0] not in answer.content.decode() + service.everything_written()
    assert service.ask("election-clerk", READ, {"n": number_of(1)}).data["resident"]["individualNumber"] == MASK


@pytest.mark.holds("A-14", "A-15")
@pytest.mark.parametrize("caller", ["election-clerk", "contractor", "reviewer"])
def test_who_may_not_search_by_the_number_is_refused_before_the_store_is_asked(service: Service, caller: str) -> None:
    with statements() as sent:
        for number in (NUMBERS[0], NUMBERS[3], ABSENT_NUMBER):
            assert service.ask(caller, BY_NUMBER, {"n": number}).codes == ["SEARCH_NOT_PERMITTED"]
    assert sent == []


@pytest.mark.holds("A-14")
def test_a_search_by_number_is_the_same_work_whoever_there_is(service: Service) -> None:
    sent: dict[str, list[str]] = {}
    for number in (NUMBERS[0], NUMBERS[3], ABSENT_NUMBER):
        with statements() as sent[number]:
            service.ask("tax-clerk", BY_NUMBER, {"n": number})
    assert sent[NUMBERS[0]] == sent[NUMBERS[3]] == sent[ABSENT_NUMBER]
    the_search, the_generation = sent[ABSENT_NUMBER]
    assert "individual_numbers" in the_search
    assert "keysets" in the_generation


@pytest.mark.holds("A-26", "M02", "S1-04")
@pytest.mark.parametrize("caller", ["register-desk", "tax-clerk", "care-clerk"])
def test_the_number_of_a_closed_record_follows_the_rule_of_a_live_one(service: Service, caller: str) -> None:
    told = []
    for nth in (1, CLOSED):
        answer = service.ask(caller, READ, {"n": number_of(nth)}, **{"daicho-disclosures": "all"})
        (one,) = [one for one in answer.disclosures if one["item"] == "individualNumber"]
        told.append((one["outcome"], one["rule"], one["legalBasis"]))
        assert answer.data["resident"]["individualNumber"] == (NUMBERS[nth - 1] if one["outcome"] == "SHOWN" else MASK)
    live, closed = told
    assert live == closed


@pytest.mark.holds("A-26", "A-14")
def test_the_number_of_a_closed_record_is_as_little_searched_by_as_that_of_a_live_one(service: Service) -> None:
    answers = []
    for nth in (1, CLOSED):
        answer = service.ask("election-clerk", BY_NUMBER, {"n": NUMBERS[nth - 1]})
        (error,) = answer.json["errors"]
        del error["extensions"]["requestId"]
        answers.append((answer.status, answer.json["data"], error))
        assert service.ledger()[-1]["code"] == "SEARCH_NOT_PERMITTED"
    assert answers[0] == answers[1]
    read = service.ask("election-clerk", READ, {"n": number_of(CLOSED)})  # whose purpose opens no closed record
    assert read.data["resident"] is None
    assert NUMBERS[CLOSED - 1] not in service.everything_written()
