"""What is measured side by side does the same work: the builds answer the bench's questions alike."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from authz.policy import Policy
from tests.bench.measuring import Cell
from tests.bench.obvious import build_obvious
from tests.bench.operations import HERE, HOUSEHOLD, LIST, RESIDENT, SEARCH
from tests.bench.report import compare, goals
from tests.bench.servers import BUILDS
from tests.bench.unsafe import build_unsafe
from tests.serving import NOON, Service
from tests.village import HIDING_PLACE, household_number, number_of

QUESTIONS = {
    "a resident": (RESIDENT, {"by": {"addresseeNumber": number_of(1)}}),
    "a protected resident": (RESIDENT, {"by": {"addresseeNumber": number_of(4)}}),
    "a household": (HOUSEHOLD, {"by": {"householdNumber": household_number(1)}}),
    "a list": (LIST, {"where": {"nameKana": "カクウ", **HERE}}),
    "a search": (SEARCH, {"where": {"fullName": "架空", **HERE}}),
}


def obvious(service: Service) -> Starlette:
    """The obvious build on the village."""
    issuer = service.material.development_issuer
    assert issuer is not None
    return build_obvious(service.url, service.material, Policy.load(), issuer, lambda: NOON)


def unsafe(service: Service) -> Starlette:
    """What protects nothing, on the village."""
    return build_unsafe(service.material.logins, service.material.number_key, service.material.sealer)


def ask(service: Service, app: Starlette, caller: str, question: str) -> Any:
    """The data of another build's answer."""
    document, variables = QUESTIONS[question]

    async def work() -> Any:
        transport = httpx.ASGITransport(app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as client:
            body = {"query": document, "variables": variables}
            sent = await client.post("http://daicho.test/graphql", json=body, headers=service.headers(caller))
        return without_cursors(sent.json()["data"])

    return service.run(work())


def ask_daicho(service: Service, caller: str, question: str) -> Any:
    """The data of daicho's answer."""
    return without_cursors(service.ask(caller, *QUESTIONS[question]).data)


def without_cursors(data: Any) -> Any:
    """The data without what every build seals in its own way."""
    page = next(iter(data.values())).get("pageInfo")
    if page:
        assert page.pop("endCursor")
    return data


@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk", "register-desk"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_obvious_build_answers_as_daicho_does(service: Service, caller: str, question: str) -> None:
    assert ask(service, obvious(service), caller, question) == ask_daicho(service, caller, question)


@pytest.mark.parametrize("question", ["a resident", "a household", "a search"])
def test_what_protects_nothing_shows_all_that_the_register_office_sees(service: Service, question: str) -> None:
    assert ask(service, unsafe(service), "stranger", question) == ask_daicho(service, "register-desk", question)


def test_what_protects_nothing_shows_a_hiding_place_and_records_nothing(service: Service) -> None:
    before = service.ledger()
    assert HIDING_PLACE in str(ask(service, unsafe(service), "stranger", "a list"))
    assert service.ledger() == before


def test_a_share_is_what_daicho_takes_more_than_its_parts_without_protection() -> None:
    seconds = {"obvious": 100.0, "daicho": 1.0, "unsafe": 0.75}
    cells = [Cell(one, "list 100 × 15", 16, [0.1] * 100, seconds[one], seconds[one], 0.0) for one in BUILDS]
    (compared,) = compare(cells)
    assert (compared.times_obvious, compared.share_of_cpu) == (100.0, 0.25)
    assert compared.share_of_throughput == pytest.approx(0.25)
    assert list(goals([compared]).values()) == [True, False]
