"""The witness: signs what continues what it has seen, and nothing else, whatever happens to its process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import structlog

from api.checkpoint_keys import ed25519_verify, new_key, signed_note, verifier_of
from api.settings import SettingsError
from api.witness import MOST_BYTES, Witness, WitnessState, begin_state, witness_app
from domain.ledger.checkpoints import Checkpoint, read_checkpoint
from domain.ledger.note_keys import SignatureType, SignerKey
from domain.ledger.proofs import consistency_proof
from domain.ledger.tree import Frontier, leaf_hash
from domain.ledger.witnessing import AddCheckpoint
from tests.domain.ledger.naive import NaiveNodes

LEDGER = new_key("daicho.example/012131")
KEY = new_key("witness.example", SignatureType.COSIGNATURE)
LEAVES = [bytes([at]) * 32 for at in range(100)]
FORGED = [*LEAVES[:2], b"x" * 32, *LEAVES[3:]]
TIME = 1_775_000_000


def note(size: int, leaves: Sequence[bytes] = LEAVES, key: SignerKey = LEDGER) -> bytes:
    root = Frontier().extend([leaf_hash(each) for each in leaves[:size]]).frontier.root
    return signed_note(Checkpoint(key.name, size, root).body(), key)


def request(old: int, size: int, leaves: Sequence[bytes] = LEAVES, key: SignerKey = LEDGER) -> bytes:
    proof = consistency_proof(old, size, NaiveNodes(leaves)) if old <= size else []
    return AddCheckpoint(old, tuple(proof), note(size, leaves, key)).to_bytes()


@dataclass
class Running:
    """A witness over HTTP, with its state in a file."""

    file: Path

    def __post_init__(self) -> None:
        if not self.file.exists():
            begin_state(self.file)
        self.state = WitnessState(self.file)
        witness = Witness(KEY, [verifier_of(LEDGER)], self.state, lambda: TIME)
        self.app = witness_app(witness, structlog.wrap_logger(None, processors=[_drop]))

    def stop(self) -> None:
        os.close(self.state._lock)

    def ask(self, *bodies: bytes) -> list[httpx.Response]:
        """Several at once."""

        async def work() -> list[httpx.Response]:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://w") as client:
                return await asyncio.gather(*(client.post("/add-checkpoint", content=body) for body in bodies))

        return asyncio.run(work())

    def status(self, body: bytes) -> int:
        return self.ask(body)[0].status_code


def _drop(*_event: object) -> str:
    raise structlog.DropEvent


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running(tmp_path / "state.json")


def test_what_continues_is_signed_with_the_time(running: Running) -> None:
    for old, size in ((0, 3), (3, 10), (10, 10), (10, 64)):
        (answer,) = running.ask(request(old, size))
        assert answer.status_code == 200
        signed = read_checkpoint(note(size) + answer.content, verifier_of(LEDGER), ed25519_verify, [verifier_of(KEY)])
        assert signed.seen_by == ((verifier_of(KEY), TIME),)


@pytest.mark.holds("C-07")
def test_a_rewritten_history_is_not_signed_whatever_it_says_of_itself(running: Running) -> None:
    assert running.status(request(0, 10)) == 200
    for old, size, status in ((10, 20, 422), (10, 10, 409), (0, 20, 409), (0, 10, 409), (10, 9, 400), (9, 10, 409)):
        (answer,) = running.ask(request(old, size, FORGED))
        assert answer.status_code == status
        if status == 409:
            assert (answer.text, answer.headers["content-type"]) == ("10\n", "text/x.tlog.size")
    assert running.status(request(10, 20)) == 200


def test_who_is_not_known_is_not_signed(running: Running) -> None:
    assert running.status(request(0, 3, key=new_key("other.example/012131"))) == 404
    assert running.status(request(0, 3, key=new_key(LEDGER.name))) == 403
    assert running.status(request(0, 3)) == 200


MALFORMED = {
    "nothing": b"",
    "no checkpoint": b"old 0\n\n",
    "no old size": b"\n\n" + note(3),
    "a size with zeros": request(0, 3).replace(b"old 0", b"old 00"),
    "a proof that is no hash": b"old 0\nnot base64\n\n" + note(3),
    "too many hashes": b"old 1\n" + b"A" * 43 + b"=\n" * 64 + b"\n" + note(3),
    "not UTF-8": b"old \xff\n\n" + note(3),
    "too long": b"old 0\n\n" + b"x" * MOST_BYTES,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_request_is_refused(running: Running, body: bytes) -> None:
    assert running.status(body) == 400
    assert running.status(request(0, 3)) == 200


@pytest.mark.holds("C-08")
def test_forged_proofs_are_refused(running: Running) -> None:
    assert running.status(request(0, 10)) == 200
    proof = consistency_proof(10, 64, NaiveNodes(LEAVES))
    for bent in ([], proof[1:], proof[:-1], [*proof, proof[0]], proof[::-1], [b"x" * 32, *proof[1:]]):
        assert running.status(AddCheckpoint(10, tuple(bent), note(64)).to_bytes()) == 422
    assert running.status(AddCheckpoint(10, tuple(proof), note(64)).to_bytes()) == 200


def test_a_first_checkpoint_needs_no_proof_and_takes_none(running: Running) -> None:
    assert running.status(AddCheckpoint(0, (b"x" * 32,), note(3)).to_bytes()) == 422
    assert running.status(request(0, 3)) == 200


def test_of_two_that_come_at_once_one_is_signed(running: Running) -> None:
    assert running.status(request(0, 10)) == 200
    answers = running.ask(request(10, 20), request(10, 30), request(10, 40))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


@pytest.mark.holds("C-07")
def test_what_it_has_seen_outlives_its_process(running: Running) -> None:
    assert running.status(request(0, 10)) == 200
    running.stop()
    again = Running(running.file)
    assert again.status(request(10, 20, FORGED)) == 422
    assert again.status(request(10, 20)) == 200


@pytest.mark.holds("C-05")
@pytest.mark.parametrize("call", ["fsync", "open", "replace"])
def test_what_is_not_on_disk_is_not_signed(running: Running, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    assert running.status(request(0, 10)) == 200

    def fail(*_arguments: object, **_named: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(*((Path, "replace") if call == "replace" else (os, call)), fail)
        with pytest.raises(OSError, match="Input/output"):
            running.ask(request(10, 20))
    running.stop()
    assert Running(running.file).status(request(10, 30)) == 200


def test_a_state_that_is_lost_or_in_use_is_not_replaced(running: Running, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="another witness"):
        WitnessState(running.file)
    with pytest.raises(SettingsError, match="no state can be begun"):
        begin_state(running.file)
    with pytest.raises(SettingsError, match="must not go on"):
        WitnessState(tmp_path / "none.json")
    (tmp_path / "bent.json").write_text('{"daicho.example/012131": "nothing"}')
    with pytest.raises(SettingsError, match="must not go on"):
        WitnessState(tmp_path / "bent.json")
