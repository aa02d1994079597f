"""`daicho serve` without --demo: a database and an issuer of the city's own, who may do what added by commands."""

from __future__ import annotations

import getpass
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from authz.desk import JAPAN
from tests.commands import Daicho, Running, as_on_this_server, folder_for_homes
from tests.postgres import Databases
from tests.serving import Answer, with_village
from tests.stories.issuer import SmallIssuer, small_issuer
from tests.village import CODE, NUMBERS, number_of

ME = "{ me { displayName purpose { code } } }"
ASK = "query($n: String!) { resident(by: {addresseeNumber: $n}) { individualNumber } }"
CLERK = ("--staff-number", "S-1001", "--department", "財政部市民税課", "--purpose", "local_tax")
ENDED_WITHIN_SECONDS = 5.0
"""About a second by design; more here, because two cores may be busy with something else."""


@dataclass(frozen=True)
class City:
    """A city's service with its issuer."""

    running: Running
    issuer: SmallIssuer

    def ask(self, query: str = ME, purpose: str = "local_tax", *, n: str = "", **claims: object) -> Answer:
        """Ask with a new token of the issuer."""
        return self.running.ask_with(self.issuer.token(**claims), purpose, query, {"n": n} if n else None)


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[City]:
    """A service on a database with the village, and a terminal registered by command."""
    url = databases.create(with_village)
    with folder_for_homes() as folder, small_issuer() as issuer:
        key = folder / "ledger.key"
        key.touch(mode=0o600)
        key.write_bytes(b"k" * 32)
        settings = {"DAICHO_MUNICIPALITIES": CODE, "DAICHO_LEDGER_KEY_FILE": str(key)}
        settings |= as_on_this_server(folder / "home", url)  # which tell it nothing of the owner
        with Daicho(folder / "home", {**settings, **issuer.settings}).serving() as running:
            running.command("terminals", "add", "--terminal", "T-01", "--place", "本庁舎2階").must_be_done()
            yield City(running, issuer)
    databases.drop(url)


def day(offset: int) -> str:
    return (datetime.now(JAPAN) + timedelta(days=offset)).date().isoformat()


@pytest.mark.holds("M05", "M07")
def test_a_grant_by_command_lets_a_person_in_and_its_end_stops_her_at_once(city: City) -> None:
    before = city.ask()
    (grant,) = city.running.command("grants", "add", *CLERK, "--from", day(-1), "--until", day(7)).lines
    time.sleep(1.1)  # what is registered for a person is remembered for a second
    granted = city.ask(ASK, n=number_of(1))
    city.running.command("grants", "end", grant).must_be_done()
    until = time.monotonic() + ENDED_WITHIN_SECONDS
    while (after := city.ask(ASK, n=number_of(1))).status == 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert (before.status, before.codes) == (403, ["PURPOSE_NOT_GRANTED"])
    assert granted.data["resident"]["individualNumber"] == NUMBERS[0]
    assert (after.status, after.codes) == (403, ["PURPOSE_NOT_GRANTED"])
    assert NUMBERS[0] not in after.content.decode()


@pytest.mark.parametrize(("first", "last"), [(1, 7), (-7, -1)])
def test_a_grant_counts_on_its_days_only(city: City, first: int, last: int) -> None:
    who = ("--staff-number", f"S-{first}{last}", "--department", "財政部市民税課", "--purpose", "local_tax")
    city.running.command("grants", "add", *who, "--from", day(first), "--until", day(last)).must_be_done()
    answer = city.ask(staff_number=f"S-{first}{last}")
    assert (answer.status, answer.codes) == (403, ["PURPOSE_NOT_GRANTED"])


@pytest.mark.holds("C-14", "M06")
def test_a_terminal_that_is_not_registered_is_refused_and_recorded(city: City) -> None:
    answer = city.ask(terminal="T-99")
    assert (answer.status, answer.codes) == (403, ["TERMINAL_NOT_REGISTERED"])
    refused = [one for one in city.running.ledger() if one["code"] == "TERMINAL_NOT_REGISTERED"]
    assert [(one["terminal"], one["staff_number"]) for one in refused] == [("T-99", "S-1001")]


@pytest.mark.parametrize(
    "changes",
    [{"aud": "urn:another:service"}, {"exp": 1}, {"municipality_code": "011002"}, {"iss": "http://127.0.0.1:1"}],
)
def test_a_token_that_is_not_for_this_register_is_no_token(city: City, changes: dict[str, object]) -> None:
    answer = city.ask(ME, "local_tax", n="", **changes)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])


def test_a_person_is_shown_less_where_her_grant_switches_a_class_off(city: City) -> None:
    who = ("--staff-number", "S-2002", "--department", "財政部市民税課", "--purpose", "local_tax")
    city.running.command("grants", "add", *who, "--switch-off", "number").must_be_done()
    answer = city.ask(ASK, n=number_of(1), staff_number="S-2002")
    assert answer.data["resident"]["individualNumber"] == "************"


def test_there_are_no_tokens_and_no_callers_to_choose_from(city: City) -> None:
    assert "no demonstration" in city.running.command("token", "--as", "tax-clerk").refusal[0]
    for path in ("callers", "examples"):
        assert city.running.get(f"/demo/{path}").status_code == 404


def test_the_start_of_the_service_is_in_the_ledger(city: City) -> None:
    starts = [one for one in city.running.ledger() if one["path"] == "daicho serve"]
    assert [(one["kind"], one["staff_number"]) for one in starts] == [("JOB", f"os:{getpass.getuser()}")]
