"""The database as a second wall, seen through the service: what it would hold back if all else failed."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest

from persistence.logins import Login
from tests.logins import OTHER_CITY, logins_at
from tests.persistence.lines import line_to
from tests.persistence.registers import query, write
from tests.postgres import NewDatabase
from tests.secrets_search import SecretsSearch
from tests.serving import Service, serve, with_village
from tests.tour import BY_KEY, BY_NAME, BY_NUMBER, take_the_tour
from tests.village import ABSENT_NUMBER, CODE, NUMBERS, number_of, village

WITHOUT_THE_NUMBER = BY_KEY.replace("individualNumber ", "")


@pytest.fixture
def walled(service: Service) -> Service:
    """A service whose number reader has lost its right to the vault: whoever is served now needs none."""
    name = logins_at(service.url).name(CODE, Login.NUMBER_READER)
    query(service.url, f"REVOKE ALL ON individual_numbers, keysets FROM {name}")
    return service


@pytest.mark.holds("M01", "A-04")
@pytest.mark.parametrize(("caller", "asked"), [("election-clerk", BY_KEY), ("tax-clerk", WITHOUT_THE_NUMBER)])
def test_who_sees_no_number_is_served_on_connections_that_cannot_read_the_vault(
    walled: Service, caller: str, asked: str
) -> None:
    answer = walled.ask(caller, asked, {"n": number_of(1)})

    assert answer.data["resident"]["fullName"] == "架空　太郎"
    assert answer.data["resident"].get("individualNumber", "************") == "************"
    assert NUMBERS[0] not in answer.content.decode()


@pytest.mark.holds("M01")
@pytest.mark.parametrize("asked", [BY_KEY, BY_NUMBER])
def test_a_number_is_read_and_searched_by_the_login_for_numbers_alone(walled: Service, asked: str) -> None:
    answer = walled.ask("tax-clerk", asked, {"n": NUMBERS[0] if asked is BY_NUMBER else number_of(1)})

    assert answer.codes == ["INTERNAL"]
    assert NUMBERS[0] not in answer.content.decode() + walled.everything_written()


def tour_of(url: str) -> None:
    """Start the service on this database and take the tour."""
    with ExitStack() as stack:
        take_the_tour(serve(url, stack))


@pytest.mark.holds("D-03")
def test_no_number_in_clear_passes_between_the_service_and_its_database(new_database: NewDatabase) -> None:
    url = new_database(with_village)

    async def story() -> bytes:
        async with line_to(url) as (over_the_line, line):
            await asyncio.to_thread(tour_of, over_the_line)
            return bytes(line.heard)

    heard = asyncio.run(story())
    search = SecretsSearch({"number": [*NUMBERS, ABSENT_NUMBER]})
    assert b"individual_numbers" in heard
    assert search.in_bytes(NUMBERS[0].encode())
    assert search.in_bytes(heard) == []


@pytest.mark.holds("M29")
def test_of_two_municipalities_in_one_database_neither_sees_the_other(service: Service) -> None:
    write(service.url, village(), OTHER_CITY)
    query(service.url, "UPDATE residents SET full_name = '他市　太郎' WHERE municipality_code = $1", OTHER_CITY)

    answers = [
        service.ask("tax-clerk", asked, {"n": n}) for asked, n in ((BY_KEY, number_of(1)), (BY_NUMBER, NUMBERS[0]))
    ]
    answers.append(service.ask("register-desk", BY_NAME))

    assert answers[0].data["resident"]["fullName"] == "架空　太郎"
    assert len(answers[2].data["residents"]["nodes"]) == len(
        {one["fullName"] for one in answers[2].data["residents"]["nodes"]}
    )
    assert "他市" not in "".join(answer.content.decode() for answer in answers)
