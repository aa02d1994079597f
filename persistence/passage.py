"""Passage for one account through folders that are closed to everybody else, by access control lists (Linux)."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path

from persistence.home import StartRefused

# Linux, acl(5) and linux/posix_acl_xattr.h: a version, then (tag, permission, id) sorted by tag and id.
ACL_ATTRIBUTE = "system.posix_acl_access"
ACL_VERSION = struct.pack("<I", 2)
ACL_ENTRY = struct.Struct("<HHI")
ACL_OWNER, ACL_USER, ACL_GROUP, ACL_MASK, ACL_OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
ACL_NO_ID = 0xFFFFFFFF
MAY_ENTER = 0o1

Access = dict[tuple[int, int], int]


def let_through(folder: Path, uid: int) -> None:
    """Let one account pass through a folder and its parents, where not everybody may: it may enter, and not list them.

    Written as an entry in the folder's access control list, so that nobody else gains. Raises StartRefused where the
    file system has none.
    """
    closed = [each for each in (folder, *folder.parents) if not each.stat().st_mode & MAY_ENTER]
    for each in closed:
        try:
            os.setxattr(each, ACL_ATTRIBUTE, _entered_by(uid, _access(each)))
        except OSError as error:
            raise StartRefused(
                f"The server's account (uid {uid}) cannot pass through {each} ({error.strerror}). "
                "Name a folder in DAICHO_HOME that it can reach, such as /var/lib/daicho.",
                f"サーバーのアカウント（uid {uid}）は {each} を通過できません（{error.strerror}）。"
                "/var/lib/daicho など、到達できるフォルダーを DAICHO_HOME に指定してください。",
            ) from None


def _access(folder: Path) -> dict[tuple[int, int], int]:
    """A folder's access control list: (tag, id) to permission; from its mode when it has none of its own."""
    try:
        raw = os.getxattr(folder, ACL_ATTRIBUTE).removeprefix(ACL_VERSION)
    except OSError:
        mode = folder.stat().st_mode
        bits = {ACL_OWNER: mode >> 6 & 7, ACL_GROUP: mode >> 3 & 7, ACL_OTHER: mode & 7}
        return {(tag, ACL_NO_ID): permission for tag, permission in bits.items()}
    return {(tag, number): permission for tag, permission, number in ACL_ENTRY.iter_unpack(raw)}


def _entered_by(uid: int, access: Mapping[tuple[int, int], int]) -> bytes:
    """An access control list to which one account's right to enter is added, and nothing else becomes effective."""
    unmasked = {(ACL_OWNER, ACL_NO_ID), (ACL_OTHER, ACL_NO_ID)}
    mask = access.get((ACL_MASK, ACL_NO_ID), 7)
    entries = {key: value if key in unmasked else value & mask for key, value in access.items()}
    entries[ACL_USER, uid] = entries.get((ACL_USER, uid), 0) | MAY_ENTER
    entries[ACL_MASK, ACL_NO_ID] = 0
    for key, permission in list(entries.items()):
        if key not in unmasked:
            entries[ACL_MASK, ACL_NO_ID] |= permission
    return ACL_VERSION + b"".join(ACL_ENTRY.pack(tag, entries[tag, number], number) for tag, number in sorted(entries))
