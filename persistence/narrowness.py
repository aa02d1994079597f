"""How narrow the embedded server must be: its rules for signing in, its socket's folder, its settings."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from persistence.home import StartRefused

SIGN_IN_RULE = "local all all scram-sha-256"
BACKUP_RULE = "local replication postgres scram-sha-256"
"""What `all` does not mean, and a backup needs: the superuser, with the same password, copying the whole cluster."""
SOCKET_MODE = 0o700

# Nothing that is acknowledged may be lost, the ledger above all; and no value may reach the server's log: an error's
# message can quote one, so statements' errors are not written at all (they reach daicho, which knows what to do).
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_min_messages": "log",
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length_on_error": "0",
    }
)


def doorways(sign_in_rules: Path, socket: Path) -> dict[str, str]:
    """The settings that say how the server is reached: by one socket, by the rules of one file, never by TCP.

    Given on the server's command line, where no configuration file and no ALTER SYSTEM overrides them.
    """
    return {
        "hba_file": str(sign_in_rules),
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": f"{SOCKET_MODE:04o}",
    }


def check_sign_in_rules(file: Path) -> None:
    """Raises StartRefused unless the only rule is that everybody shows a password (scram), over the socket.

    A home that was made before there were backups may do without the rule for them.
    """
    text = file.read_text("utf-8") if file.exists() else ""
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    if [" ".join(words) for words in lines if words] not in ([SIGN_IN_RULE], [SIGN_IN_RULE, BACKUP_RULE]):
        raise StartRefused(
            f"{file} must hold these rules and no other: {SIGN_IN_RULE} / {BACKUP_RULE}",
            f"{file} の規則は「{SIGN_IN_RULE}」と「{BACKUP_RULE}」だけにしてください。",
        )


def check_socket_folder(folder: Path, uid: int) -> None:
    """Raises StartRefused unless only the server's account (and root) can reach the sockets in the folder."""
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != uid or state.st_mode & 0o077:
        raise StartRefused(
            f"The socket folder {folder} is open to other accounts. It must belong to uid {uid} with mode 0700.",
            f"ソケットのフォルダー {folder} が開かれています。所有者を uid {uid}、モードを 0700 にしてください。",
        )


def check_settings(actual: Mapping[str, str], required: Mapping[str, str]) -> None:
    """Raises StartRefused, naming the settings, unless the running server has those that are required."""
    wrong = [f"{name} = '{value}'" for name, value in required.items() if actual.get(name) != value]
    if wrong:
        settings = ", ".join(wrong)
        raise StartRefused(
            f"The embedded PostgreSQL is not set as daicho requires. Set: {settings}",
            f"組み込みの PostgreSQL の設定が daicho の要件と異なります。次のように設定してください：{settings}",
        )
