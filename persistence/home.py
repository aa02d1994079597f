"""The home folder (`DAICHO_HOME`): what daicho keeps on this machine lies here, for its own account only."""

from __future__ import annotations

import os
from pathlib import Path

from domain.errors import Code, Refusal

OTHERS_MAY_WRITE = 0o022


class StartRefused(Refusal):
    """This machine is not as daicho needs it, so it does not start; the text says what to do about it.

    The text names folders, accounts and settings of the machine, never anything from the register; `str()` gives it in
    English, `message_ja` in Japanese.
    """

    def __init__(self, english: str, japanese: str) -> None:
        super().__init__(Code.STORE_UNAVAILABLE, detail=(english, japanese))

    def __str__(self) -> str:
        return self.message


def runs_as_root() -> bool:
    """Whether this process is root, whom PostgreSQL refuses to run as."""
    return os.geteuid() == 0


def default_home() -> Path:
    """The home when nobody names one: `/var/lib/daicho` for root, `~/.local/share/daicho` for anybody else."""
    return Path("/var/lib/daicho") if runs_as_root() else Path("~/.local/share/daicho").expanduser()


def private_mode() -> int:
    """The mode of daicho's folders: 0700; as root 0711, because the server's own account must pass through them."""
    return 0o711 if runs_as_root() else 0o700


def ensure_home(home: Path) -> Path:
    """The home, made if it is new, with nobody else let in; its real absolute path.

    A folder that others may read is narrowed. Raises StartRefused when it cannot be made, belongs to another account,
    or holds files and others may write to it: what lies there may then be theirs.
    """
    found = home.expanduser().resolve()
    try:
        found.mkdir(mode=private_mode(), parents=True, exist_ok=True)
    except OSError as error:
        raise StartRefused(
            f"The home {found} cannot be made ({error.strerror}). Name another folder in DAICHO_HOME.",
            f"ホーム {found} を作成できません（{error.strerror}）。DAICHO_HOME に別のフォルダーを指定してください。",
        ) from None
    _refuse_what_others_hold(found)
    found.chmod(private_mode())
    return found


def _refuse_what_others_hold(home: Path) -> None:
    state = home.stat()
    if state.st_uid != os.geteuid():
        raise StartRefused(
            f"The home {home} belongs to another account (uid {state.st_uid}). Start daicho as that account.",
            f"ホーム {home} は別のアカウント（uid {state.st_uid}）のものです。そのアカウントで起動してください。",
        )
    if state.st_mode & OTHERS_MAY_WRITE and any(home.iterdir()):
        raise StartRefused(
            f"Others may write to the home {home}, where files lie. Check what they are, then: chmod 700 {home}",
            f"ホーム {home} に他のアカウントも書き込めます。中身を確認の上、chmod 700 {home} を実行してください。",
        )
