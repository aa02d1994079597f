"""The logins under which tests work: roles are the server's, so every database of it has the same, with one password.

new_database(migrated)             # the newest tables, and the logins of two municipalities
logins_at(url)                     # how the service signs in to the database that the owner's `url` names
url_of(url, Login.READER)          # one of them
"""

from __future__ import annotations

from pathlib import Path

from persistence.logins import Login, Logins, url_as
from persistence.migrating import migrate
from tests.village import CODE

OTHER_CITY = "011002"
PASSWORD = "a password of the tests"
CODES = (CODE, OTHER_CITY)


def logins_at(url: str, *codes: str) -> Logins:
    """The logins to this database."""
    return Logins(
        {code: {login: url_as(url, f"daicho_{code}_{login}", PASSWORD) for login in Login} for code in codes or CODES}
    )


def url_of(url: str, login: Login, code: str = CODE) -> str:
    """Where one of them signs in."""
    return logins_at(url).url(code, login)


def migrated(url: str) -> None:
    """Prepare a database: the newest tables, and the logins."""
    migrate(url, lambda: logins_at(url))


def roles_file(beside: Path, url: str) -> str:
    """A file with these logins beside a home, as DAICHO_DATABASE_ROLES_FILE names one."""
    file = beside.with_name(f"{beside.name}-roles.json")
    file.touch(mode=0o600)
    file.write_bytes(logins_at(url, CODE).written())
    return str(file)
