"""The logins under which the service works: their names, their URLs, and what each of its connections must have.

For each municipality there are five. Each signs in by itself, and nothing changes its role or its session afterwards:
through a pooler in transaction mode the next client would inherit that.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

PASSWORD_BYTES: Final = 32


class Login(StrEnum):
    """Who connects; what each may do stands in `persistence.roles`."""

    READER = "reader"
    """Reads the register, and has no right to the vault."""
    NUMBER_READER = "number_reader"
    """Reads the register and the vault."""
    WRITER = "writer"
    """Makes changes, and their ledger entries with them."""
    LEDGER = "ledger"
    """Adds to the ledger, and reads it."""
    LOADER = "loader"
    """Copies whole registers in, and reads nothing."""


# Every statement here goes by key. Else a table that is small today (support measures) is read whole for each row,
# which made the facts of a list of 100 three times as dear; and what looks dear would be compiled first.
_BY_KEY: Final = {"enable_seqscan": "off", "jit": "off"}
# A change holds the ledger's head at its end, for which others wait at most a second. On Citus only statement_timeout
# reaches the workers.
_WITHIN_A_SECOND: Final = {
    "lock_timeout": "600ms",
    "statement_timeout": "700ms",
    "idle_in_transaction_session_timeout": "800ms",
}
_SAFE_ON_DISK: Final = {"synchronous_commit": "on"}

SETTINGS: Mapping[Login, Mapping[str, str]] = {
    Login.READER: {**_BY_KEY, "statement_timeout": "5s"},
    Login.NUMBER_READER: {**_BY_KEY, "statement_timeout": "5s"},
    Login.WRITER: {**_BY_KEY, **_WITHIN_A_SECOND, **_SAFE_ON_DISK},
    Login.LEDGER: {**_WITHIN_A_SECOND, **_SAFE_ON_DISK},
    # Whole registers are copied; nobody waits.
    Login.LOADER: {**_BY_KEY, **_SAFE_ON_DISK, "statement_timeout": "0"},
}
"""They belong to the role in the database: behind a pooler, which drops what a client asks for, they hold too."""


@dataclass(frozen=True, slots=True)
class Logins:
    """The URL of each login, by municipality. They hold passwords and never print."""

    urls: Mapping[str, Mapping[Login, str]] = field(repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        names = [self.name(code, login) for code, urls in self.urls.items() for login in urls]
        if "" in names or len(set(names)) != len(names):
            raise ValueError("each login needs a user of its own")

    @classmethod
    def parse(cls, content: bytes) -> Logins:
        """Read `{"012131": {"reader": "postgresql://…", …}}`. Raises `ValueError`, which shows none of it."""
        try:
            urls = json.loads(content)
            return cls({code: {Login(name): str(url) for name, url in each.items()} for code, each in urls.items()})
        except (ValueError, AttributeError):
            raise ValueError("not an object of municipalities with a URL of its own user for each login") from None

    def written(self) -> bytes:
        """What `parse` reads."""
        return json.dumps(self.urls, indent=1).encode()

    def url(self, municipality_code: str, login: Login) -> str:
        """Where a login of a municipality signs in, and as whom. Raises `KeyError`."""
        return self.urls[municipality_code][login]

    def name(self, municipality_code: str, login: Login) -> str:
        """The name of the login in the database."""
        return unquote(urlsplit(self.url(municipality_code, login)).username or "")

    def password(self, municipality_code: str, login: Login) -> str | None:
        """Its password, or None where it signs in otherwise."""
        password = urlsplit(self.url(municipality_code, login)).password
        return None if password is None else unquote(password)

    def are_complete(self, municipality_codes: Iterable[str]) -> bool:
        """Whether each of these municipalities has every login."""
        return all(self.urls.get(code, {}).keys() >= set(Login) for code in municipality_codes)

    def only(self, municipality_codes: Iterable[str]) -> Logins:
        """Those of these municipalities."""
        return Logins({code: self.urls[code] for code in municipality_codes})

    def completed(self, owner_url: str, municipality_codes: Iterable[str]) -> Logins:
        """With what these municipalities lack: logins to the owner's database, with new passwords."""
        made = {code: _made(owner_url, code) | dict(self.urls.get(code, {})) for code in municipality_codes}
        return Logins({**self.urls, **made})

    def moved_to(self, url: str) -> Logins:
        """The same logins, where this URL leads."""
        return Logins(
            {
                code: {login: url_as(url, self.name(code, login), self.password(code, login) or "") for login in each}
                for code, each in self.urls.items()
            }
        )


def _made(owner_url: str, code: str) -> dict[Login, str]:
    return {
        login: url_as(owner_url, f"daicho_{code}_{login}", secrets.token_urlsafe(PASSWORD_BYTES)) for login in Login
    }


def url_as(url: str, name: str, password: str) -> str:
    """The same database for another user."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    options = [(key, value) for key, value in parse_qsl(parts.query) if key not in {"user", "password", "passfile"}]
    user = f"{quote(name, safe='')}:{quote(password, safe='')}"
    return parts._replace(netloc=f"{user}@{host}", query=urlencode(options)).geturl()
