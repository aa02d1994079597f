"""A-12: many searches or many records by one person within an hour, however she asks, need an extraction request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from tests.api.cases.actors import register_statements
from tests.serving import NOON, Answer, Clocked, Service, serve
from tests.village import EVERYONE, number_of

RECORDS, SEARCHES = 12, 8
PAGE = f"{{ residents(where: {{{EVERYONE}}}, first: 5) {{ nodes {{ fullName }} }} }}"
ONE = f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName }} }}'
HOME = f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ household {{ members {{ fullName }} }} }} }}'


@pytest.fixture
def bounded(clocked: Clocked) -> Iterator[Clocked]:
    """The village, of which one person may be shown twelve records an hour, in eight searches."""
    with ExitStack() as stack:
        clocked.service = restarted(clocked.service, stack)
        yield clocked


def restarted(service: Service, stack: ExitStack) -> Service:
    """Another process on the same store."""
    bounds: dict[str, Any] = {"records_per_hour": RECORDS, "searches_per_hour": SEARCHES}
    return serve(service.url, stack, keys=service.material, **bounds)


def used_up(service: Service) -> None:
    """The tax clerk has been shown ten records of her twelve."""
    for _ in range(2):
        assert len(service.ask("tax-clerk", PAGE).data["residents"]["nodes"]) == 5


def refused(answer: Answer) -> dict[str, Any]:
    """The refusal, if it is the one of bulk."""
    assert answer.codes == ["EXTRACTION_REQUIRED"], answer.json
    assert not (answer.json["data"] or {}).get("residents")
    told: dict[str, Any] = answer.json["errors"][0]
    return told


@pytest.mark.holds("A-12", "M11")
def test_records_beyond_the_hours_are_refused_before_the_store_is_asked_and_recorded(bounded: Clocked) -> None:
    service = bounded.service
    used_up(service)

    with register_statements() as asked:
        told = refused(service.ask("tax-clerk", PAGE))

    assert asked == []
    assert told["extensions"]["limit"] == RECORDS
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["code"], entry["groups"]) == ("REFUSAL", "EXTRACTION_REQUIRED", [])


@pytest.mark.holds("A-12")
def test_the_alarm_names_who_it_was_and_nobody_who_was_looked_at(bounded: Clocked) -> None:
    service = bounded.service
    used_up(service)
    service.ask("tax-clerk", PAGE)

    (alarm,) = [line for line in service.log if line["event"] == "bulk_refused"]
    entry = service.ledger()[-1]
    assert (alarm["level"], alarm["entry"], alarm["staff_number"]) == ("warning", entry["id"], entry["staff_number"])
    assert not any(number_of(nth) in str(alarm) or "架空" in str(alarm) for nth in range(1, 10))
    assert 'daicho_ledger_entries_total{code="EXTRACTION_REQUIRED"' in service.send("GET", "/metrics").content.decode()


@pytest.mark.holds("A-12")
def test_searches_beyond_the_hours_are_refused_whether_they_find_anybody_or_not(bounded: Clocked) -> None:
    service = bounded.service
    nobody = f'{{ resident(by: {{addresseeNumber: "{number_of(90)}"}}) {{ fullName }} }}'
    for _ in range(SEARCHES):
        assert service.ask("register-desk", nobody).data["resident"] is None

    answers = [service.ask("register-desk", query) for query in (nobody, ONE)]

    assert {tuple(answer.codes) for answer in answers} == {("EXTRACTION_REQUIRED",)}
    assert answers[0].json["errors"][0]["extensions"]["limit"] == SEARCHES


@pytest.mark.holds("A-12")
@pytest.mark.parametrize("query", [PAGE, HOME, "{ changes(first: 5) { nodes { addresseeNumber } } }"])
def test_no_way_of_asking_goes_round_it(bounded: Clocked, query: str) -> None:
    service = bounded.service
    for _ in range(2):
        service.ask("register-desk", PAGE)
    service.ask("register-desk", ONE)

    answer = service.ask("register-desk", query)

    assert set(answer.codes) == {"EXTRACTION_REQUIRED"}
    assert "members" not in answer.content.decode()


@pytest.mark.holds("A-12")
def test_a_restart_forgets_nothing(bounded: Clocked) -> None:
    used_up(bounded.service)

    with ExitStack() as stack:
        service = restarted(bounded.service, stack)
        refused(service.ask("tax-clerk", PAGE))
        assert service.ask("tax-clerk", ONE).data["resident"]


@pytest.mark.holds("A-12")
def test_another_person_is_not_hindered(
    bounded: Clocked,
) -> None:
    service = bounded.service
    used_up(service)

    assert service.ask("care-clerk", PAGE).data["residents"]["nodes"]
    refused(service.ask("tax-clerk", PAGE))


@pytest.mark.holds("A-12")
def test_after_an_hour_she_may_be_shown_records_again(bounded: Clocked) -> None:
    service = bounded.service
    used_up(service)
    bounded.at = NOON + timedelta(minutes=30)
    refused(service.ask("tax-clerk", PAGE))

    bounded.at = NOON + timedelta(minutes=62)

    assert len(service.ask("tax-clerk", PAGE).data["residents"]["nodes"]) == 5


@pytest.mark.holds("A-12")
def test_several_pages_in_one_request_count_as_so_many(bounded: Clocked) -> None:
    three = " ".join(f"p{at}: residents(where: {{{EVERYONE}}}, first: 5) {{ nodes {{ fullName }} }}" for at in range(3))

    answer = bounded.service.ask("tax-clerk", f"{{ {three} }}")

    assert answer.codes == ["EXTRACTION_REQUIRED"]
