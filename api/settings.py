"""The settings: everything the process is told from outside, read once, complete or refused.

All names begin with `DAICHO_`. A name that is not known, a value that is not right, or one that is missing stops the
process before it serves anybody, and the text says which.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from api.development_issuer import MUNICIPALITY_CODE
from api.sign_in import ALGORITHMS, ClaimNames, Issuer
from authz.policy import POLICY_FILE
from domain.errors import InvalidValue
from domain.values.identifiers import MunicipalityCode

PREFIX = "DAICHO_"
CLAIM_PREFIX = "DAICHO_OIDC_CLAIM_"
CLAIMS = ("subject", "display_name", "municipality_code", "department", "staff_number", "terminal", "strength")
KNOWN = frozenset(
    {
        "DAICHO_HOME",
        "DAICHO_DATABASE_URL",
        "DAICHO_DATABASE_ROLES_FILE",
        "DAICHO_PREPARED_STATEMENTS",
        "DAICHO_MUNICIPALITIES",
        "DAICHO_OIDC_ISSUER",
        "DAICHO_OIDC_AUDIENCE",
        "DAICHO_OIDC_ALGORITHMS",
        "DAICHO_OIDC_MUNICIPALITY",
        "DAICHO_CURSOR_KEY_FILE",
        "DAICHO_LEDGER_KEY_FILE",
        "DAICHO_KEY_FILE",
        "DAICHO_CHECKPOINT_KEY_FILE",
        "DAICHO_CHECKPOINT_TO",
        "DAICHO_CHECKPOINT_MINUTES",
        "DAICHO_LEDGER_YEARS",
        "DAICHO_ARCHIVE_DIR",
        "DAICHO_FONT_FILES",
        "DAICHO_SEAL_FILE",
        "DAICHO_SIGNING_KEY_FILE",
        "DAICHO_SIGNING_PASSWORD_FILE",
        "DAICHO_TIMESTAMP_URL",
        "DAICHO_PUBLIC_URL",
        "DAICHO_POLICY_FILE",
        "DAICHO_INTROSPECTION",
        "DAICHO_METRICS",
        "DAICHO_SEARCH_LIMIT",
        "DAICHO_RECORDS_PER_HOUR",
        "DAICHO_SEARCHES_PER_HOUR",
        "DAICHO_RELEASE_MINUTES",
        "DAICHO_LINK_MINUTES",
        "DAICHO_CODE_STOCK",
    }
    | {CLAIM_PREFIX + name.upper() for name in CLAIMS}
)

_DIGITS = 6

T = TypeVar("T")


class SettingsError(Exception):
    """A setting is unknown, missing or wrong; the text names it and never shows its value.

    `str()` gives it in English, `message_ja` in Japanese.
    """

    def __init__(self, english: str, japanese: str) -> None:
        super().__init__(english)
        self.message_ja = japanese


@dataclass(frozen=True, slots=True)
class Store:
    """Where the store is: `home` is None for the usual place of the account that runs daicho.

    `owner_url` is for migrations alone, and its password never prints; the service signs in as the `roles_file` says.
    Without either of them there is the embedded server.
    """

    home: Path | None
    owner_url: str | None = field(repr=False)
    roles_file: Path | None

    @property
    def is_embedded(self) -> bool:
        """Whether it runs under the home."""
        return self.owner_url is None and self.roles_file is None


@dataclass(frozen=True, slots=True)
class PrintingSettings:
    """What documents are printed, sealed and signed with, and where others verify them (`public_url`, no last /)."""

    font_files: tuple[Path, ...] = ()
    seal_file: Path | None = None
    signing_key_file: Path | None = None
    signing_password_file: Path | None = None
    timestamp_url: str | None = None
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """With what the ledger's checkpoints are signed, where they go, and after how many minutes without it stops."""

    key_file: Path | None = None
    places: tuple[str, ...] = ()
    minutes: int = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process is told."""

    store: Store
    prepared_statements: bool
    municipalities: tuple[str, ...]
    issuer: Issuer | None
    cursor_key_file: Path | None
    ledger_key_file: Path | None
    key_file: Path | None
    archive_dir: Path | None
    policy_file: Path
    introspection: bool
    metrics: bool
    search_limit: int
    records_per_hour: int
    searches_per_hour: int
    release_minutes: int
    link_minutes: int
    ledger_years: int
    code_stock: int
    printing: PrintingSettings = PrintingSettings()
    checkpoints: CheckpointSettings = CheckpointSettings()


def read_settings(environment: Mapping[str, str], *, demo: bool = False, signs_in: bool = True) -> Settings:
    """Read the settings; the demonstration has a value for each of them, a command signs nobody in.

    Raises `SettingsError`.
    """
    given = _given(environment)
    return Settings(
        store=read_store(environment),
        prepared_statements=_switch(given, "DAICHO_PREPARED_STATEMENTS", default=True),
        municipalities=_municipalities(given, demo=demo),
        issuer=_issuer(given) if signs_in and not demo else None,
        cursor_key_file=_path(given, "DAICHO_CURSOR_KEY_FILE"),
        ledger_key_file=_path(given, "DAICHO_LEDGER_KEY_FILE"),
        key_file=_path(given, "DAICHO_KEY_FILE"),
        archive_dir=_path(given, "DAICHO_ARCHIVE_DIR"),
        policy_file=_path(given, "DAICHO_POLICY_FILE") or POLICY_FILE,
        introspection=_switch(given, "DAICHO_INTROSPECTION", default=demo),
        metrics=_switch(given, "DAICHO_METRICS", default=True),
        search_limit=_count(given, "DAICHO_SEARCH_LIMIT", default=500),
        records_per_hour=_count(given, "DAICHO_RECORDS_PER_HOUR", default=3000),
        searches_per_hour=_count(given, "DAICHO_SEARCHES_PER_HOUR", default=600),
        release_minutes=_count(given, "DAICHO_RELEASE_MINUTES", default=60),
        link_minutes=_count(given, "DAICHO_LINK_MINUTES", default=10),
        ledger_years=_count(given, "DAICHO_LEDGER_YEARS", default=7),
        code_stock=_count(given, "DAICHO_CODE_STOCK", default=100),
        printing=_printing(given),
        checkpoints=_checkpoints(given),
    )


def read_store(environment: Mapping[str, str]) -> Store:
    """Home and database alone. Raises `SettingsError`."""
    given = _given(environment)
    return Store(_path(given, "DAICHO_HOME"), _database_url(given), _path(given, "DAICHO_DATABASE_ROLES_FILE"))


def read_municipalities(environment: Mapping[str, str], *, demo: bool = False) -> tuple[str, ...]:
    """The municipalities that are named, none when nothing is said. Raises `SettingsError`."""
    given = _given(environment)
    return _municipalities(given, demo=demo) if demo or given.get("DAICHO_MUNICIPALITIES") else ()


def _given(environment: Mapping[str, str]) -> dict[str, str]:
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    unknown = ", ".join(sorted(set(given) - KNOWN))
    if unknown:
        raise SettingsError(f"unknown setting: {unknown}", f"不明な設定です：{unknown}")
    return given


def _database_url(given: Mapping[str, str]) -> str | None:
    url = given.get("DAICHO_DATABASE_URL") or None
    if url is not None and not url.startswith(("postgresql://", "postgres://")):
        raise _wrong("DAICHO_DATABASE_URL", "begins with postgresql://", "postgresql:// で始めてください")
    return url


def _municipalities(given: Mapping[str, str], *, demo: bool) -> tuple[str, ...]:
    """The municipalities that this server holds; the first is the one that serves. The demonstration is of one city."""
    text = given.get("DAICHO_MUNICIPALITIES")
    if demo and text not in {None, "", MUNICIPALITY_CODE}:
        raise _wrong("DAICHO_MUNICIPALITIES", f"the demonstration is of {MUNICIPALITY_CODE}", "デモ用の市と異なります")
    codes = [MUNICIPALITY_CODE] if demo else _required(given, "DAICHO_MUNICIPALITIES").split(",")
    return _checked("DAICHO_MUNICIPALITIES", lambda: tuple(MunicipalityCode.parse(code).value for code in codes))


def _issuer(given: Mapping[str, str]) -> Issuer:
    url, audience = _required(given, "DAICHO_OIDC_ISSUER"), _required(given, "DAICHO_OIDC_AUDIENCE")
    algorithms = tuple((given.get("DAICHO_OIDC_ALGORITHMS") or ",".join(ALGORITHMS)).split(","))
    municipality = given.get("DAICHO_OIDC_MUNICIPALITY") or None
    named: dict[str, Any] = {name: given.get(CLAIM_PREFIX + name.upper()) for name in CLAIMS}
    claims = ClaimNames(**{name: claim for name, claim in named.items() if claim})
    return _checked("DAICHO_OIDC", lambda: Issuer(url, audience, algorithms, municipality, claims))


def _printing(given: Mapping[str, str]) -> PrintingSettings:
    files = [file for file in given.get("DAICHO_FONT_FILES", "").split(os.pathsep) if file]
    settings = PrintingSettings(
        font_files=tuple(Path(file).expanduser().absolute() for file in files),
        seal_file=_path(given, "DAICHO_SEAL_FILE"),
        signing_key_file=_path(given, "DAICHO_SIGNING_KEY_FILE"),
        signing_password_file=_path(given, "DAICHO_SIGNING_PASSWORD_FILE"),
        timestamp_url=_web_address(given, "DAICHO_TIMESTAMP_URL"),
        public_url=_web_address(given, "DAICHO_PUBLIC_URL"),
    )
    if (settings.signing_key_file is None) != (settings.timestamp_url is None):
        raise missing("DAICHO_SIGNING_KEY_FILE" if settings.signing_key_file is None else "DAICHO_TIMESTAMP_URL")
    return settings


def _checkpoints(given: Mapping[str, str]) -> CheckpointSettings:
    return CheckpointSettings(
        key_file=_path(given, "DAICHO_CHECKPOINT_KEY_FILE"),
        places=tuple(place for place in given.get("DAICHO_CHECKPOINT_TO", "").split(",") if place),
        minutes=_count(given, "DAICHO_CHECKPOINT_MINUTES", default=10),
    )


def _web_address(given: Mapping[str, str], name: str) -> str | None:
    url = given.get(name) or None
    if url is not None and not url.startswith(("https://", "http://")):
        raise _wrong(name, "begins with https:// or http://", "https:// または http:// で始めてください")
    return url.rstrip("/") if url else None


def _switch(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given.get(name) or ("on" if default else "off")
    if text not in {"on", "off"}:
        raise _wrong(name, "on or off", "on または off を指定してください")
    return text == "on"


def _count(given: Mapping[str, str], name: str, *, default: int) -> int:
    text = given.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text[:_DIGITS]) > 0 and len(text) <= _DIGITS):
        raise _wrong(name, "a number from 1 to 999999", "1から999999までの数を指定してください")
    return int(text)


def _path(given: Mapping[str, str], name: str) -> Path | None:
    return Path(given[name]).expanduser().absolute() if given.get(name) else None


def _required(given: Mapping[str, str], name: str) -> str:
    if not given.get(name):
        raise missing(name)
    return given[name]


def _checked(name: str, make: Callable[[], T]) -> T:
    try:
        return make()
    except InvalidValue as error:
        raise SettingsError(f"{name}: {error.message}", f"{name}：{error.message_ja}") from error
    except ValueError as error:
        raise _wrong(name, str(error), "値に誤りがあります") from error


def missing(name: str) -> SettingsError:
    """The error for a setting that must be given."""
    return SettingsError(f"missing setting: {name}", f"設定がありません：{name}")


def _wrong(name: str, english: str, japanese: str) -> SettingsError:
    return SettingsError(f"{name}: {english}", f"{name}：{japanese}")
