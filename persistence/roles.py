"""The logins as roles of the database: what each may do, and that it sees the rows of one municipality only.

`daicho migrate` brings the database here with its owner's rights, again and again with the same outcome. Policies
compare with a constant and are bound to login roles: by the settings of a session they would cost a third of a small
read, and Citus takes no others.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from persistence.logins import SETTINGS, Login, Logins

_VERSIONS: Final = "alembic_version"
_REGISTER: Final = ("households", "residents", "support_measures")
_FOUND_BY: Final = ("search_keys", "search_bigrams")
_VAULT: Final = ("individual_numbers", "keysets")
_ACCESS: Final = ("grants", "terminals", "releases")
_LEDGER: Final = ("ledger_entries", "ledger_searches")
_PROOF: Final = ("ledger_nodes", "ledger_checkpoints", "ledger_takings", "ledger_deletions")
_HISTORY: Final = ("resident_versions", "life_events")
_ONLY_ADDED_TO: Final = (*_HISTORY, "idempotency_keys", "policies")
_READ: Final = (*_REGISTER, *_FOUND_BY, *_HISTORY, *_ACCESS, "restrictions")
_PAPERS: Final = ("issuances", "issuance_subjects", "issuance_batches", "certifiers", "extractions")
_ABOUT_CHANGES: Final = ("notifications", "idempotency_keys", "change_heads", "outbox", "code_pool", "job_runs")
_HEAD: Final = {"ledger_heads": "SELECT, INSERT, UPDATE (size)"}
_FRONTIER: Final = {"ledger_frontiers": "SELECT, INSERT, UPDATE (frontier)"}
_CHANGES: Final = {
    "notifications": "SELECT, INSERT, UPDATE (state, ended_at, ended_by)",
    "holds": "SELECT, INSERT, DELETE",
    "pending_numbers": "SELECT, INSERT, UPDATE (ciphertext, blind_index, key_id), DELETE",
    "change_heads": "SELECT, INSERT, UPDATE (size)",
    "outbox": "SELECT, INSERT, UPDATE (delivered_at)",
    "code_pool": "SELECT, INSERT, UPDATE (notification_id), DELETE",
    "number_heads": "SELECT, INSERT, UPDATE (last)",
    "restrictions": "SELECT, INSERT, UPDATE (released_until, released_by, lifted_at, lifted_by)",
    "job_runs": "SELECT, INSERT, UPDATE (ended_at, done, failed)",
    "issuances": "SELECT, INSERT, UPDATE (voided_at, voided_by, void_reason)",
    "issuance_subjects": "SELECT, INSERT",
    "issuance_heads": "SELECT, INSERT, UPDATE (last)",
    "issuance_batches": "SELECT, INSERT, UPDATE (ended_at)",
    "handovers": "SELECT, INSERT, UPDATE (sealed, told, used_at)",
    "certifiers": "SELECT, INSERT, UPDATE (ends_on)",
    "extractions": "SELECT, INSERT,"
    " UPDATE (state, decided_at, decided_by, done_at, done_by, witness, medium, records, digest)",
}


def _each(tables: tuple[str, ...], rights: str) -> dict[str, str]:
    return dict.fromkeys(tables, rights)


RIGHTS: Mapping[Login, Mapping[str, str]] = {
    Login.READER: _each((*_READ, *_ABOUT_CHANGES, *_PAPERS, "policies", _VERSIONS), "SELECT"),
    Login.NUMBER_READER: _each((*_READ, *_VAULT, "pending_numbers", "handovers"), "SELECT"),
    Login.WRITER: {
        **_each((*_REGISTER, *_VAULT), "SELECT, INSERT, UPDATE"),
        **_each(_FOUND_BY, "SELECT, INSERT, UPDATE, DELETE"),
        **_each(_ONLY_ADDED_TO, "SELECT, INSERT"),
        **_each(_ACCESS, "SELECT, INSERT, UPDATE (ended_at, ended_by)"),
        **_CHANGES,
        **_each(_LEDGER, "INSERT"),
        **_HEAD,
    },
    Login.LEDGER: {**_each((*_LEDGER, *_PROOF), "SELECT, INSERT"), **_HEAD, **_FRONTIER},
    Login.LOADER: _each((*_REGISTER, *_FOUND_BY, "resident_versions", "individual_numbers"), "INSERT"),
}
"""What each login may do with each table: nothing that is not named here."""
TABLES: Final = frozenset(table for rights in RIGHTS.values() for table in rights if table != _VERSIONS)
"""Those that hold rows of municipalities."""

QUIET: Mapping[str, str] = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
"""Else the server's log quotes values: in the DETAIL of an error, and in the statement that failed."""

NOT_ALLOWED: Final = "42501"
"""SQLSTATE: insufficient_privilege."""
_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = $1"
_WITHOUT_SECURITY = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND NOT relrowsecurity"
_POLICIES = """
SELECT tablename, policyname, roles::text[], qual FROM pg_policies
WHERE schemaname = 'public' AND permissive = 'PERMISSIVE' AND cmd = 'ALL' AND with_check = qual
"""


def place(connection: Connection, logins: Logins) -> None:
    """Make the logins that are not there, and give each its rights, within the caller's transaction.

    Raises what the driver raises, InsufficientPrivilege where the owner may not make logins.
    """
    for code, urls in logins.urls.items():
        for login in urls:
            _make(connection, login, logins.name(code, login), logins.password(code, login))
    _close_every_table(connection)
    for code in logins.urls:
        _let_in(connection, logins, code)


def _make(connection: Connection, login: Login, name: str, password: str | None) -> None:
    role = quoted(name)
    if connection.exec_driver_sql(_ROLE, (name,)).first() is None:
        connection.exec_driver_sql(f"CREATE ROLE {role}")
    secret = "" if password is None else f" PASSWORD '{scram_verifier(password)}'"
    connection.exec_driver_sql(f"ALTER ROLE {role} LOGIN NOINHERIT{secret}")
    for setting, value in SETTINGS[login].items():
        connection.exec_driver_sql(f"ALTER ROLE {role} SET {setting} = '{value}'")
    for setting, value in QUIET.items():
        _where_allowed(connection, f"ALTER ROLE {role} SET {setting} = '{value}'")
    _grant(connection, role, RIGHTS[login])


def _grant(connection: Connection, role: str, rights: Mapping[str, str]) -> None:
    database = connection.exec_driver_sql("SELECT current_database()").scalar_one()
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {quoted(database)} TO {role}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table, allowed in rights.items():
        connection.exec_driver_sql(f"GRANT {allowed} ON {table} TO {role}")


def _close_every_table(connection: Connection) -> None:
    """Where no policy lets a login in, a table has no rows for it. To alter one locks everybody out for a moment."""
    open_tables = set(connection.exec_driver_sql(_WITHOUT_SECURITY).scalars())
    for table in sorted(TABLES & open_tables):
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _let_in(connection: Connection, logins: Logins, code: str) -> None:
    """The policies of one municipality; those that are right are not touched, for the same reason."""
    there = {(table, name): (sorted(roles), qual) for table, name, roles, qual in connection.exec_driver_sql(_POLICIES)}
    policy = f"municipality_{code}"
    for table, names in _who_comes_to_tables(logins, code):
        if there.get((table, policy)) == (sorted(names), f"(municipality_code = '{code}'::text)"):
            continue
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS {policy} ON {table}")
        roles = ", ".join(map(quoted, names))
        only = f"(municipality_code = '{code}')"
        connection.exec_driver_sql(f"CREATE POLICY {policy} ON {table} TO {roles} USING {only} WITH CHECK {only}")


def _who_comes_to_tables(logins: Logins, code: str) -> Iterator[tuple[str, list[str]]]:
    for table in sorted(TABLES):
        names = [logins.name(code, login) for login in logins.urls[code] if table in RIGHTS[login]]
        if names:
            yield table, names


def _where_allowed(connection: Connection, statement: str) -> None:
    """What only a superuser may do; whether it holds is checked when the service starts."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_ALLOWED:
            raise


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def scram_verifier(password: str, iterations: int = 4096) -> str:
    """What PostgreSQL stores of a password (RFC 5803), made here: so no statement and no log of one ever holds it."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${iterations}:{encoded[0]}${encoded[1]}:{encoded[2]}"
