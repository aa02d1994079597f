"""A witness: a service of its own, on another machine and in other hands, that signs only what it can vouch for.

For each ledger it remembers the newest checkpoint that it signed, and signs another only if that continues it. So a
ledger that was rewritten, or shown differently to different people, gets no more signatures. It learns sizes and
hashes, never an entry. Its state counts as much as its key: with an older one it would sign what it must not.

Source: C2SP tlog-witness (https://c2sp.org/tlog-witness).
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.typing import FilteringBoundLogger

from api.checkpoint_keys import ed25519_sign, ed25519_verify
from api.settings import SettingsError
from domain.errors import InvalidValue
from domain.ledger.checkpoints import Checkpoint, parse_checkpoint
from domain.ledger.note_keys import SignerKey, VerifierKey
from domain.ledger.notes import cosign, parse_note
from domain.ledger.witnessing import Verdict, WitnessRefused, known_ledger, parse_request, require_witnessable

MOST_BYTES: Final = 64 * 1024
"""Of a request; one is a few hundred bytes long."""
_SIZE_TYPE: Final = "text/x.tlog.size"


class WitnessState:
    """The newest checkpoint of each ledger, in a file that one process uses at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._notes: dict[str, str] = json.loads(path.read_bytes())
            self._known = {origin: parse_checkpoint(parse_note(n.encode()).text) for origin, n in self._notes.items()}
        except BlockingIOError:
            raise SettingsError(
                "another witness uses this state file", "この状態ファイルは他の証人が使用中です"
            ) from None
        except (OSError, ValueError, AttributeError, InvalidValue):
            raise SettingsError(
                "the witness's state cannot be read; a witness that has lost it must not go on under its key",
                "証人の状態ファイルを読めません。状態を失った証人は同じ鍵で再開できません",
            ) from None

    def known(self, origin: str) -> Checkpoint | None:
        """What it signed last of this ledger."""
        return self._known.get(origin)

    def keep(self, checkpoint: Checkpoint, note: bytes) -> None:
        """Remember it, on disk when this returns."""
        notes = {**self._notes, checkpoint.origin: note.decode()}
        _replace(self._path, json.dumps(notes, ensure_ascii=False, indent=1).encode())
        self._notes, self._known = notes, {**self._known, checkpoint.origin: checkpoint}


def begin_state(path: Path) -> None:
    """The state of a witness that has seen nothing yet. Raises `SettingsError` where there is a file already."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        _replace(path, b"{}")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsError(f"no state can be begun: {why}", f"状態ファイルを作成できません（{why}）") from None


class Witness:
    """Looks at a checkpoint, remembers it, and signs: one after the other."""

    def __init__(
        self, key: SignerKey, ledgers: Sequence[VerifierKey], state: WitnessState, now: Callable[[], float]
    ) -> None:
        self._key = key
        self._ledgers = ledgers
        self._state = state
        self._now = now

    def add(self, body: bytes) -> str:
        """Its signature line for the checkpoint in a request. Raises `WitnessRefused`, `OSError`."""
        request = parse_request(body)
        checkpoint = known_ledger(request, self._ledgers, ed25519_verify)
        require_witnessable(request, checkpoint, self._state.known(checkpoint.origin))
        self._state.keep(checkpoint, request.note)
        return cosign(checkpoint.body(), self._key, int(self._now()), ed25519_sign).line()


def witness_app(witness: Witness, log: FilteringBoundLogger) -> Starlette:
    """`POST /add-checkpoint`."""
    one_at_a_time = asyncio.Lock()

    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=Verdict.MALFORMED)
        try:
            async with one_at_a_time:
                line = await asyncio.to_thread(witness.add, body)
        except WitnessRefused as refused:
            log.warning("checkpoint_refused", verdict=refused.verdict.name, size=refused.size)
            return _refusal(refused)
        log.info("checkpoint_witnessed")
        return Response(line, media_type="text/plain")

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


def _refusal(refused: WitnessRefused) -> Response:
    if refused.size is None:
        return Response(status_code=refused.verdict)
    return Response(f"{refused.size}\n", refused.verdict, headers={"Content-Type": _SIZE_TYPE})


async def _body(request: Request) -> bytes | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    return body


def _replace(path: Path, content: bytes) -> None:
    """The whole file or the old one, whatever happens."""
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
