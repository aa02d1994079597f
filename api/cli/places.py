"""Where a command works: its settings, and the home that they lead to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from api.development_issuer import DevelopmentIssuer
from api.settings import Settings, SettingsError, read_settings, read_store
from persistence.home import default_home, ensure_home

_DEMONSTRATION = "demonstration"
"""The file that marks a home as one of a demonstration, so that other commands beside `serve --demo` know."""
_ITS_HOME = (
    "this DAICHO_HOME holds a demonstration: start it with --demo, or name another home",
    "この DAICHO_HOME はデモ用です。--demo で起動するか、別のホームを指定してください",
)
_NO_DEMONSTRATION = (
    "there is no demonstration in this DAICHO_HOME (daicho serve --demo)",
    "この DAICHO_HOME にデモはありません（daicho serve --demo）",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Settings, and the home that they lead to."""

    settings: Settings
    home: Path
    demo: bool


def home(chosen: Path | None = None) -> Path:
    """The home that was chosen, else the settings'; made if it is new. Raises `SettingsError`, `StartRefused`."""
    return ensure_home(chosen or read_store(os.environ).home or default_home())


def place(chosen: Path | None = None) -> Place:
    """Where a command works beside the service. Raises `SettingsError`, `StartRefused`."""
    at = home(chosen)
    demo = is_demonstration(at)
    return Place(read_settings(os.environ, demo=demo, signs_in=False), at, demo)


def place_to_serve(*, demo: bool) -> Place:
    """Where the service works. A demonstration's home serves nothing else. Raises `SettingsError`, `StartRefused`."""
    settings = read_settings(os.environ, demo=demo)
    at = home()
    if is_demonstration(at) and not demo:
        raise SettingsError(*_ITS_HOME)
    return Place(settings, at, demo)


def mark_as_demonstration(at: Place) -> None:
    """From now on, commands in this home are the demonstration's."""
    (at.home / _DEMONSTRATION).touch(mode=0o600)


def demonstration_issuer() -> DevelopmentIssuer:
    """What gives tokens for the demonstration in this home. Raises `SettingsError` where there is none."""
    at = place()
    if not at.demo:
        raise SettingsError(*_NO_DEMONSTRATION)
    return issuer_in(at.home)


def issuer_in(home: Path) -> DevelopmentIssuer:
    """The development issuer with the key of this home. Raises `SettingsError`."""
    try:
        return DevelopmentIssuer(home, demo=True, loopback=True)
    except ValueError as error:
        raise SettingsError(str(error), "デモ用の署名鍵（issuer.json）に問題があります") from error


def is_demonstration(home: Path) -> bool:
    """Whether this home is one of a demonstration."""
    return (home / _DEMONSTRATION).exists()
