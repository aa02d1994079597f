"""What a list costs: the same few statements for one resident and for a hundred, one commit, and no question to Oso."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import asyncpg
import pytest
from oso import Oso

from api import app as application
from api.app import opened
from api.cli.system_caller import user_name
from api.demonstration.city import build_city
from api.demonstration.loading import grant_purposes, let_callers_in
from persistence.register_writing import Register, Taking, write_register
from tests.logins import migrated
from tests.postgres import Databases
from tests.serving import NOON, Service, _material, _settings, serve
from tests.village import CODE, TODAY

FIFTEEN = """addresseeNumber householdNumber individualNumber fullName nameKana dateOfBirth sex currentAddress
  buildingLine relationshipToHouseholder householderName becameResidentOn addressEstablishedOn previousAddress
  individualMatters"""
MANY = 'nameKana: "カ", match: CONTAINS, currentAddress: "北海道"'
"""Conditions that more than a hundred residents meet."""
LIST = f"query ($n: Int!) {{ residents(where: {{{MANY}}}, first: $n) {{ nodes {{ {FIFTEEN} }} }} }}"
NESTED = LIST.replace("nodes { ", "nodes { household { householdNumber members { fullName sex } } ")
REGISTER = re.compile(r"\bFROM (residents|households)\b")
ACCESS = re.compile(r"\b(grants|terminals)\b")


@dataclass
class City:
    """A service with four hundred residents, and every statement that its connections sent."""

    service: Service
    sent: list[str]

    def cost(self, query: str, count: int) -> list[str]:
        """The statements of one request, sorted, without the look at the caller's grants (remembered for a second)."""
        self.sent.clear()
        answer = self.service.ask("tax-clerk", query, {"n": count})
        assert len(answer.data["residents"]["nodes"]) == count
        return sorted(statement for statement in self.sent if not ACCESS.search(statement))


def with_city(url: str) -> None:
    """Prepare a database: the demonstration with four hundred residents."""
    migrated(url)

    async def fill() -> None:
        home = Path(tempfile.mkdtemp())
        async with opened(_settings(home), _material(url, home)) as services:
            made = build_city(residents=400, today=TODAY)
            measures = [(UUID(int=at), measure) for at, measure in enumerate(made.support_measures)]
            taking = Taking(CODE, services.vaults.of(CODE), NOON)
            await write_register(services.database, taking, Register(made.residents, made.households, measures))
            await let_callers_in(services, user_name())
            await grant_purposes(services)

    asyncio.run(fill())


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[City]:
    """The city behind the service; what its connections send is counted by the driver itself."""
    url, sent = databases.create(with_city), list[str]()
    connect = asyncpg.Connection.__init__

    def counted(connection: asyncpg.Connection, *arguments: Any, **named: Any) -> None:
        connect(connection, *arguments, **named)
        connection.add_query_logger(lambda query: sent.append(query.query))

    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(application, "now", lambda: NOON)
        patch.setattr(asyncpg.Connection, "__init__", counted)
        found = City(serve(url, stack), sent)
        for query in (LIST, NESTED):  # so that what follows is warm
            found.cost(query, 100)
        yield found
    databases.drop(url)


@pytest.mark.parametrize(("query", "levels"), [(LIST, 1), (NESTED, 3)], ids=["a list", "with households and members"])
def test_a_hundred_residents_take_the_statements_of_one(city: City, query: str, levels: int) -> None:
    of_one, of_a_hundred = city.cost(query, 1), city.cost(query, 100)
    assert of_one == of_a_hundred
    assert len([statement for statement in of_one if REGISTER.search(statement)]) == levels
    assert of_one.count("COMMIT") == 1
    assert len(of_one) == levels + len(["BEGIN", "a position", "the entries", "what was searched by", "COMMIT"])


def test_each_level_leaves_one_entry_for_all_its_records(city: City) -> None:
    before = len(city.service.ledger())
    city.cost(NESTED, 100)
    entries = city.service.ledger()[before:]
    assert [entry["path"] for entry in entries] == ["Query.residents", "Resident.household", "Household.members"]
    assert sum(len(group["subjects"]) for group in entries[0]["groups"]) == 100


def test_oso_is_not_asked_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_question: object) -> NoReturn:
        raise AssertionError("Oso was asked")

    before = city.service.ask("tax-clerk", NESTED, {"n": 100})
    monkeypatch.setattr(Oso, "query_rule", asked)
    after = city.service.ask("tax-clerk", NESTED, {"n": 100})
    assert after.content == before.content
    assert [line for line in city.service.log if line["event"] == "policy_failure"] == []
