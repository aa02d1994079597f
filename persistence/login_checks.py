"""What the service makes sure of before it works under its logins: a wall that is not there is not found out later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import asyncpg

from persistence.home import StartRefused
from persistence.logins import SETTINGS, Login, Logins
from persistence.roles import QUIET

READ_THE_VAULT: Final = frozenset({Login.NUMBER_READER, Login.WRITER})
_REACH: Final = """
SELECT row_security_active('residents') AS sees_one_municipality,
       has_table_privilege('individual_numbers', 'SELECT') AS individual_numbers,
       has_table_privilege('pending_numbers', 'SELECT') AS pending_numbers
"""
_SEALED: Final = ("individual_numbers", "pending_numbers")


async def check_logins(logins: Logins, municipality_codes: Iterable[str], *, quiet: bool) -> None:
    """Sign in as each of them. Raises `StartRefused` where one reaches further, or waits longer, than it should.

    `quiet`: and where the server's log may quote values, which only a superuser can change.
    """
    for code in municipality_codes:
        for login in Login:
            await _check(logins, code, login, {**SETTINGS[login], **(QUIET if quiet else {})})


async def _check(logins: Logins, code: str, login: Login, settings: Mapping[str, str]) -> None:
    asked = ", ".join(f"current_setting('{name}') AS {name}" for name in settings)
    try:
        connection = await asyncpg.connect(logins.url(code, login), statement_cache_size=0)
        try:
            reach, actual = await connection.fetchrow(_REACH), await connection.fetchrow(f"SELECT {asked}")
        finally:
            connection.terminate()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _refused(logins.name(code, login), type(error).__name__) from None
    wrong = [f"{name} = {value}" for name, value in settings.items() if actual[name] != value]
    wrong += [f"SELECT ON {table}" for table in _SEALED if reach[table] != (login in READ_THE_VAULT)]
    if login is not Login.LOADER and not reach["sees_one_municipality"]:  # on Citus it passes the policies
        wrong.append("row level security")
    if wrong:
        raise _refused(logins.name(code, login), ", ".join(wrong))


def _refused(name: str, why: str) -> StartRefused:
    return StartRefused(
        f"The login {name} is not as it must be: {why}. Run: daicho migrate"
        " (a superuser sets: log_error_verbosity = 'terse', log_min_error_statement = 'panic')",
        f"ログイン {name} が要件を満たしていません：{why}。daicho migrate を実行してください（スーパーユーザーが"
        "設定するもの：log_error_verbosity = 'terse'、log_min_error_statement = 'panic'）。",
    )
