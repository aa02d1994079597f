"""The logins' URLs: read or refused as a whole, made where they are missing, never printed; checked before work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from persistence.home import StartRefused
from persistence.login_checks import check_logins
from persistence.logins import Login, Logins
from tests.logins import logins_at, migrated
from tests.persistence.registers import kept, query
from tests.postgres import Databases
from tests.village import CODE

OWNER = "postgresql://owner:secret-word@db.example:6432/register?sslmode=require&user=other&password=hidden-word"


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    """A database with its logins."""
    with kept(databases, migrated) as made:
        yield made


def test_each_login_is_made_with_a_name_and_a_password_of_its_own_to_the_owners_database() -> None:
    made = Logins().completed(OWNER, [CODE])

    assert [made.name(CODE, login) for login in Login] == [f"daicho_{CODE}_{login}" for login in Login]
    assert len({made.password(CODE, login) for login in Login}) == len(Login)
    for login in Login:
        assert made.url(CODE, login).endswith("@db.example:6432/register?sslmode=require")
        assert len(made.password(CODE, login) or "") > 40


def test_a_login_that_is_there_stays_as_it_is() -> None:
    given = Logins({CODE: {Login.READER: "postgresql://mine:p%40ss@pooler:6432/x"}})
    made = given.completed(OWNER, [CODE, "012050"])

    assert made.url(CODE, Login.READER) == given.url(CODE, Login.READER)
    assert (made.name(CODE, Login.READER), made.password(CODE, Login.READER)) == ("mine", "p@ss")
    assert not given.are_complete([CODE])
    assert made.are_complete([CODE, "012050"])
    assert made.completed(OWNER, [CODE]) == made


def test_logins_that_are_written_are_read_again_and_move_with_their_server() -> None:
    made = Logins.parse(Logins().completed(OWNER, [CODE]).written())
    moved = made.moved_to("postgresql://x:y@/daicho?host=%2Frun%2Fother&port=5432")

    assert made.are_complete([CODE])
    assert moved.url(CODE, Login.LEDGER).endswith("@/daicho?host=%2Frun%2Fother&port=5432")
    assert moved.password(CODE, Login.LEDGER) == made.password(CODE, Login.LEDGER)


@pytest.mark.parametrize(
    "content",
    [
        b"secret-word",
        b"[]",
        b'{"012131": "secret-word"}',
        b'{"012131": {"owner": "postgresql://secret-word@db/x"}}',
        b'{"012131": {"reader": "postgresql://db/secret-word"}}',
        json.dumps({CODE: dict.fromkeys(Login, "postgresql://secret-word@db/x")}).encode(),
    ],
)
def test_what_gives_not_each_login_a_user_of_its_own_is_refused_without_being_shown(content: bytes) -> None:
    with pytest.raises(ValueError, match="of its own") as refused:
        Logins.parse(content)
    assert "secret-word" not in f"{refused.value!r}{refused.value.__cause__!r}"


def test_logins_do_not_print() -> None:
    made = Logins().completed(OWNER, [CODE])
    assert not [login for login in Login if (made.password(CODE, login) or "") in f"{made} {made!r}"]


def is_refused(logins: Logins) -> str:
    """The start is refused; what is said in English."""
    with pytest.raises(StartRefused) as refused:
        asyncio.run(check_logins(logins, [CODE], quiet=True))
    assert "daicho migrate" in refused.value.message_ja
    return str(refused.value)


def test_the_logins_that_migrate_makes_are_as_they_must_be(url: str) -> None:
    asyncio.run(check_logins(logins_at(url), [CODE], quiet=True))


def test_a_login_that_reaches_further_than_it_should_stops_the_start(url: str) -> None:
    logins = logins_at(url)
    owner_as_reader = Logins({CODE: {**logins.urls[CODE], Login.READER: url}})
    said = is_refused(owner_as_reader)
    assert "SELECT ON individual_numbers, SELECT ON pending_numbers, row level security" in said

    reader = logins.name(CODE, Login.READER)
    for table in ("individual_numbers", "pending_numbers"):
        query(url, f"GRANT SELECT ON {table} TO {reader}")
        assert is_refused(logins).startswith(f"The login {reader} is not as it must be: SELECT ON {table}.")
        query(url, f"REVOKE SELECT ON {table} FROM {reader}")  # noqa: S608 - our names


@pytest.mark.holds("D-03")
@pytest.mark.parametrize(
    ("login", "name", "value", "needed"),
    [
        (Login.READER, "log_error_verbosity", "verbose", "terse"),
        (Login.LEDGER, "synchronous_commit", "off", "on"),
        (Login.WRITER, "statement_timeout", "0", "700ms"),
    ],
)
def test_a_login_without_its_settings_stops_the_start(
    url: str, login: Login, name: str, value: str, needed: str
) -> None:
    role = logins_at(url).name(CODE, login)
    query(url, f"ALTER ROLE {role} SET {name} = '{value}'")
    try:
        assert f"{role} is not as it must be: {name} = {needed}." in is_refused(logins_at(url))
    finally:
        migrated(url)


def test_a_login_with_another_password_stops_the_start_without_telling_it(url: str) -> None:
    others = logins_at(url).completed(url, [CODE])
    wrong = Logins({CODE: {**others.urls[CODE], Login.LOADER: Logins().completed(url, [CODE]).url(CODE, Login.LOADER)}})
    said = is_refused(wrong)
    assert "InvalidPasswordError" in said
    assert (wrong.password(CODE, Login.LOADER) or "") not in said
