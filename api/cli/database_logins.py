"""The file that holds the logins of the database: written by `daicho migrate`, read by everything that serves."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from api.keys import put_secret, read_secret
from api.settings import SettingsError
from persistence.logins import Logins

NAME = "DAICHO_DATABASE_ROLES_FILE"


def read_logins(path: Path, municipality_codes: Iterable[str]) -> Logins:
    """The logins of these municipalities. Raises `SettingsError` when some are missing, or others may read the file."""
    logins = _read(path) if path.exists() else Logins()
    lacking = [code for code in municipality_codes if not logins.are_complete([code])]
    if lacking:
        codes = ", ".join(lacking)
        raise SettingsError(
            f"{NAME}: no logins for {codes} (daicho migrate)",
            f"{NAME}：{codes} のログインがありません（daicho migrate）",
        )
    return logins.only(municipality_codes)


def kept_logins(path: Path, owner_url: str, municipality_codes: Iterable[str]) -> Logins:
    """All logins of the file, after what these municipalities lack has been added to it. Raises `SettingsError`."""
    logins = _read(path) if path.exists() else Logins()
    completed = logins.completed(owner_url, municipality_codes)
    if completed != logins:
        put_secret(path, completed.written())
    return completed


def _read(path: Path) -> Logins:
    try:
        return Logins.parse(read_secret(path, NAME))
    except ValueError as error:
        raise SettingsError(f"{NAME}: {error}", f"{NAME}：内容に誤りがあります") from None
