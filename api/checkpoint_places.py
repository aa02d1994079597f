"""The places outside the database that take a ledger's checkpoints: files, syslog, witnesses.

    file:///var/lib/daicho/checkpoints.jsonl     a line a checkpoint, only ever added to, on disk before it counts
    syslog:                                      the local syslog (or syslog:/path of its socket)
    https://witness.example#name+id+key          a C2SP witness; with its public key, only its own signature counts

What a place does not take, it is offered again in the next round, with what is newest then.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol
from urllib.parse import unquote, urldefrag, urlsplit

import httpx

from api.checkpoint_keys import ed25519_verify, verifier_key
from domain.errors import InvalidValue
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.note_keys import VerifierKey
from domain.ledger.notes import open_note, parse_note
from domain.ledger.witnessing import AddCheckpoint, Verdict

SECONDS: Final = 10.0
"""So long a place is waited for."""
LOCAL_SYSLOG: Final = "/dev/log"
_NOTICE: Final = b"<133>daicho: "
"""Facility local0, severity notice (RFC 3164)."""
_MOST_BYTES: Final = 100_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class NotTaken(Exception):
    """A place did not take a checkpoint: `reason` in a few words, `is_contradiction` when it knows another history.

    `knows` is the size of what it took from somebody else: another process of ours, or another history.
    """

    def __init__(self, reason: str, *, is_contradiction: bool = False, knows: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_contradiction = is_contradiction
        self.knows = knows


@dataclass(frozen=True, slots=True)
class Offer:
    """A signed checkpoint, the size that this place took last, and how to prove that it continues another size."""

    checkpoint: Checkpoint
    note: bytes
    last_taken: int
    proof_from: Callable[[int], Awaitable[list[bytes]]]


class Outside(Protocol):
    """A place outside the database."""

    @property
    def name(self) -> str:
        """What it is called in logs and in the database; holds no secret."""
        ...

    async def take(self, offer: Offer) -> str:
        """Give it a checkpoint; the witness's signature lines, or nothing. Raises `NotTaken`."""
        ...


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file that is only ever added to. It may be moved away at any time (rotation): the next line makes a new one.

    It is written by a thread of its own: a disk that does not answer (a network's) must keep nobody else waiting.
    """

    path: Path
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its path."""
        return self.path.as_uri()

    async def take(self, offer: Offer) -> str:
        """Add a line, and wait until it is on disk. Raises `NotTaken`."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, _append, self.path, _line(offer.note))
        except OSError as error:
            raise NotTaken(type(error).__name__) from None
        return ""


@dataclass(frozen=True, slots=True)
class SyslogPlace:
    """The local syslog, which sends it on to wherever the municipality's logs go."""

    socket_path: str = LOCAL_SYSLOG

    @property
    def name(self) -> str:
        """Its socket."""
        return f"syslog:{self.socket_path}"

    async def take(self, offer: Offer) -> str:
        """Send it as one message. Raises `NotTaken` where nobody listens."""
        try:
            await asyncio.to_thread(_send, self.socket_path, _NOTICE + _line(offer.note).rstrip(b"\n"))
        except OSError as error:
            raise NotTaken(type(error).__name__) from None
        return ""


class _Answer(NamedTuple):
    status_code: int
    content: bytes


@dataclass(frozen=True, slots=True)
class WitnessPlace:
    """A witness: takes only what continues what it took before."""

    url: str
    key: VerifierKey | None = None
    transport: httpx.AsyncBaseTransport | None = None

    @property
    def name(self) -> str:
        """Its address."""
        return self.url

    async def take(self, offer: Offer) -> str:
        """Ask for its signature; where it says which size it knows, once more from there. Raises `NotTaken`."""
        asked = offer.last_taken
        answer = await self._ask(offer, asked)
        if answer.status_code == Verdict.OTHER_SIZE:
            known = _other_size(answer, asked)
            if known <= offer.checkpoint.size:
                asked, answer = known, await self._ask(offer, known)
        if answer.status_code == Verdict.OTHER_SIZE:
            raise NotTaken("it took another meanwhile", knows=_other_size(answer, asked))
        if answer.status_code != httpx.codes.OK:
            contradicts = answer.status_code == Verdict.NO_CONTINUATION
            raise NotTaken(f"status {answer.status_code}", is_contradiction=contradicts)
        return self._cosignatures(offer, answer.content)

    async def _ask(self, offer: Offer, old_size: int) -> _Answer:
        proof = await offer.proof_from(old_size)
        body = AddCheckpoint(old_size, tuple(proof), offer.note).to_bytes()
        try:
            async with (
                httpx.AsyncClient(transport=self.transport, trust_env=False, timeout=SECONDS) as client,
                client.stream("POST", f"{self.url}/add-checkpoint", content=body) as answer,
            ):
                return _Answer(answer.status_code, await _bounded(answer))
        except httpx.HTTPError as error:
            raise NotTaken(type(error).__name__) from None

    def _cosignatures(self, offer: Offer, answered: bytes) -> str:
        """The witness's signature lines, of its known key alone where that is given."""
        try:
            lines = answered.decode()
            note = offer.note + lines.encode()
            text = parse_note(note).text
            if self.key is not None and self.key not in open_note(note, (self.key,), ed25519_verify).signers:
                raise NotTaken("not its signature")
        except (UnicodeDecodeError, InvalidValue):
            raise NotTaken("no signature") from None
        if text != offer.checkpoint.body() or not lines:
            raise NotTaken("no signature")
        return lines


def place_at(address: str) -> Outside:
    """The place that an address means. Raises `ValueError`, without the address, for one that means none."""
    bare, key = urldefrag(address)
    parts = urlsplit(bare)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.startswith("/"):
        return FilePlace(Path(unquote(parts.path)))
    if parts.scheme == "syslog" and not parts.netloc:
        return SyslogPlace(parts.path or LOCAL_SYSLOG)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if is_safe and parts.hostname and parts.username is None and not parts.query:
        return WitnessPlace(bare.rstrip("/"), verifier_key(key) if key else None)
    raise ValueError("each place is file:///…, syslog: or https://…")


def checkpoints_in(content: bytes) -> list[bytes]:
    """The signed checkpoints in a file: those of a `FilePlace`, without the lines that were cut off; or one, as a note.

    What holds no whole line is given as it is, for who opens it to refuse.
    """
    return _notes_in(content) or [content]


def cut_off_in(content: bytes) -> int:
    """How many lines of a `FilePlace` are no whole checkpoint."""
    notes = _notes_in(content)
    return len([line for line in content.splitlines() if line]) - len(notes) if notes else 0


def _notes_in(content: bytes) -> list[bytes]:
    return [note for line in content.splitlines() if (note := _note_in(line))]


def _note_in(line: bytes) -> bytes | None:
    try:
        note = json.loads(line)["checkpoint"]
    except (ValueError, KeyError, TypeError):
        return None
    return note.encode() if isinstance(note, str) else None


def _line(note: bytes) -> bytes:
    return json.dumps({"checkpoint": note.decode()}, ensure_ascii=False).encode() + b"\n"


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end = os.fstat(descriptor).st_size
        if end and os.pread(descriptor, 1, end - 1) != b"\n":  # somebody's last line was cut off by a crash
            line = b"\n" + line
        if os.write(descriptor, line) != len(line):
            raise OSError("not written whole")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)  # each time: the file may be new, or the last time have failed here


def sync_folder(folder: Path) -> None:
    """Return when the names of the files in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _send(socket_path: str, message: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.settimeout(SECONDS)
        sender.sendto(message, socket_path)


async def _bounded(answer: httpx.Response) -> bytes:
    content = b""
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > _MOST_BYTES:
            raise NotTaken("its answer is too long")
    return content


def _other_size(answer: _Answer, asked: int) -> int:
    """The size that the witness knows. One that only says what it was asked has another root for it."""
    text = answer.content.strip()
    known = int(text) if text.isdigit() and len(text) < 20 else None  # noqa: PLR2004 - digits of 2^63
    if known is None or known == asked:
        raise NotTaken("it knows another history", is_contradiction=True)
    return known
