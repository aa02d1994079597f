"""The attack cases again in a city: of 20,000, or of as many as DAICHO_TEST_CITY says (170,000 takes some minutes)."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pytest

from api import app as application
from api.app import opened
from api.cli.system_caller import user_name
from api.demonstration.loading import grant_purposes, let_callers_in
from tests.api.cases.actors import told
from tests.api.cases.test_c_disks import fill
from tests.api.cases.test_c_gate import is_withheld
from tests.persistence.plans import write_city
from tests.postgres import Databases, execute
from tests.serving import NOON, Answer, Service, _material, _settings, serve
from tests.village import ABSENT_NUMBER

RESIDENTS = int(os.environ.get("DAICHO_TEST_CITY", "20000"))
WITHOUT_NUMBER, WITH_NUMBER = "election-clerk", "care-clerk"
MOST = 60
"""Of so many protected people everything is tried."""

BY_NUMBER = "query One($by: ResidentKey!) { resident(by: $by) { addresseeNumber fullName } }"
WHERE_IS_SHE = """
query Where($by: ResidentKey!) {
  resident(by: $by) {
    addresseeNumber currentAddress buildingLine previousAddress householdNumber household { members { fullName } }
  }
}
"""
FIND = """
query Find($where: ResidentFilter!, $after: String) {
  residents(where: $where, first: 100, after: $after) {
    nodes { addresseeNumber fullName currentAddress }
    pageInfo { endCursor hasNextPage }
  }
}
"""
HOME = "query Home($by: HouseholdKey!) { household(by: $by) { householdNumber members { fullName } } }"
PROTECTED = """
SELECT DISTINCT r.addressee_number, r.full_name, r.date_of_birth, r.current_address, r.household_number
FROM residents r JOIN support_measures s USING (municipality_code, household_number)
WHERE NOT r.is_closed AND NOT s.is_closed AND s.starts_on <= $1 AND s.ends_on >= $1
  AND r.addressee_number NOT IN (SELECT addressee_number FROM releases)
ORDER BY 1 LIMIT $2
"""
ONE_NUMBER = (
    "SELECT addressee_number FROM residents WHERE number_version IS NOT NULL AND NOT is_closed ORDER BY 1 LIMIT 1"
)
BEGINNINGS = """
SELECT left(key, 3) FROM search_keys JOIN residents USING (municipality_code, addressee_number)
WHERE kind = 'name_kana' AND NOT is_past AND NOT is_closed
GROUP BY 1 HAVING count(*) BETWEEN 150 AND 400 ORDER BY 1 LIMIT 1
"""


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[Service]:
    """daicho with a city."""
    url = databases.create()
    write_city(url, RESIDENTS)
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(application, "now", lambda: NOON)
        asyncio.run(_let_in(url, Path(home)))
        yield serve(url, stack)
    databases.drop(url)


async def _let_in(url: str, home: Path) -> None:
    async with opened(_settings(home), _material(url, home)) as services:
        await let_callers_in(services, user_name())
        await grant_purposes(services)


def protected(city: Service) -> list[dict[str, Any]]:
    """Protected people and those who live with them, whose records nobody has released."""
    found = city.execute(PROTECTED, NOON.date(), MOST)
    assert len(found) >= min(MOST, RESIDENTS // 1000)
    return [dict(row) for row in found]


def find(city: Service, caller: str, where: dict[str, Any], after: str | None = None) -> Answer:
    """A search."""
    return city.ask(caller, FIND, {"where": where, "after": after})


@pytest.mark.holds("A-04", "A-05", "A-08", "A-09", "M12")
def test_who_may_not_search_by_the_number_is_answered_alike_whether_anybody_has_it(city: Service) -> None:
    ((somebody,),) = city.execute(ONE_NUMBER)
    shown = city.ask(
        WITH_NUMBER,
        "query N($by: ResidentKey!) { resident(by: $by) { individualNumber } }",
        {"by": {"addresseeNumber": somebody}},
    )
    number = shown.data["resident"]["individualNumber"]

    answers = [
        city.ask(WITHOUT_NUMBER, BY_NUMBER, {"by": {"individualNumber": one}}) for one in (number, ABSENT_NUMBER)
    ]
    assert [answer.codes for answer in answers] == [["SEARCH_NOT_PERMITTED"]] * 2
    assert told(answers[0]) == told(answers[1])
    found = [find(city, WITHOUT_NUMBER, {"individualNumber": one}) for one in (number, ABSENT_NUMBER)]
    assert told(found[0]) == told(found[1])
    pieces = [find(city, WITH_NUMBER, {"individualNumber": one}) for one in (number[:6], number[:11] + "?")]
    assert {code for piece in pieces for code in piece.codes} <= {"INVALID_INPUT", "INVALID_VALUE"}
    assert all(piece.codes for piece in pieces)
    assert number not in city.everything_written()


@pytest.mark.holds("A-07", "A-06")
def test_a_cursor_shows_nothing_and_serves_nobody_but_who_was_given_it(city: Service) -> None:
    ((beginning,),) = city.execute(BEGINNINGS)
    where = {"nameKana": beginning, "currentAddress": "北海道"}
    page = find(city, "tax-clerk", where).data["residents"]
    cursor = page["pageInfo"]["endCursor"]

    assert page["pageInfo"]["hasNextPage"]
    assert len(page["nodes"]) == 100
    assert page["nodes"][-1]["addresseeNumber"] not in cursor
    assert not re.search(r"\d{10}", cursor)
    following = find(city, "tax-clerk", where, cursor).data["residents"]["nodes"]
    assert following
    assert page["nodes"][-1]["addresseeNumber"] < following[0]["addresseeNumber"]
    assert find(city, WITH_NUMBER, where, cursor).codes == ["INVALID_CURSOR"]
    assert find(city, "tax-clerk", where | {"currentAddress": "北海道苫小牧市"}, cursor).codes == ["INVALID_CURSOR"]


@pytest.mark.holds("A-28", "A-08", "A-09")
@pytest.mark.parametrize("caller", ["tax-clerk", WITH_NUMBER, WITHOUT_NUMBER])
def test_nobody_in_the_city_finds_where_a_protected_person_lives(city: Service, caller: str) -> None:
    for one in protected(city):
        named = {"fullName": one["full_name"]}
        aimed = [
            named | {"currentAddress": one["current_address"]},
            named | {"householdNumber": one["household_number"]},
            {"dateOfBirth": one["date_of_birth"], "currentAddress": one["current_address"], "includeClosed": True},
            {"dateOfBirth": one["date_of_birth"], "currentAddress": one["current_address"], "includePast": True},
        ]
        for where in aimed:
            nodes = find(city, caller, where).data["residents"]["nodes"]
            assert one["addressee_number"] not in {node["addresseeNumber"] for node in nodes}
        answer = city.ask(caller, WHERE_IS_SHE, {"by": {"addresseeNumber": one["addressee_number"]}})
        record = answer.data["resident"]
        assert record is None or set(record.values()) == {one["addressee_number"], None}
        assert one["current_address"] not in answer.content.decode()
        home = city.ask(caller, HOME, {"by": {"householdNumber": one["household_number"]}})
        nowhere = city.ask(caller, HOME, {"by": {"householdNumber": "0000000000"}})
        assert home.json["data"] == nowhere.json["data"] or home.codes == nowhere.codes == []
        assert one["household_number"] not in home.content.decode()


@pytest.mark.holds("C-04")
def test_a_full_disk_of_the_ledger_discloses_nobody_of_the_city(city: Service, tablespace: str) -> None:
    ((somebody,),) = city.execute(ONE_NUMBER)
    asking = (BY_NUMBER, {"by": {"addresseeNumber": somebody}})
    name = city.ask(WITH_NUMBER, *asking).data["resident"]["fullName"]
    asyncio.run(execute(city.url, f"ALTER TABLE ledger_entries SET TABLESPACE {tablespace}"))
    try:
        fill(city.url, tablespace)
        for _ in range(100):  # what is left in the last page
            answer = city.ask(WITH_NUMBER, *asking)
            if answer.status != 200:
                break
        assert is_withheld(answer)
        assert name not in answer.content.decode()
        assert quote(name) not in json.dumps(city.log)
    finally:
        asyncio.run(
            execute(city.url, "DROP TABLE IF EXISTS filling", "ALTER TABLE ledger_entries SET TABLESPACE pg_default")
        )
    assert city.ask(WITH_NUMBER, *asking).data["resident"]["fullName"] == name
    assert [entry["position"] for entry in city.ledger()] == list(range(len(city.ledger())))
