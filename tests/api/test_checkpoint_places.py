"""The places outside the database: what counts as taken is on disk, sent, or signed by the witness; nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.checkpoint_keys import (
    ed25519_sign,
    ledger_keys,
    new_key,
    own_ledger_keys,
    read_keys,
    signed_note,
    verifier_of,
    write_keys,
)
from api.checkpoint_places import (
    FilePlace,
    NotTaken,
    Offer,
    Outside,
    SyslogPlace,
    WitnessPlace,
    checkpoints_in,
    cut_off_in,
    place_at,
)
from api.settings import SettingsError
from domain.errors import InvalidValue
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.note_keys import SignatureType
from domain.ledger.notes import cosign
from domain.ledger.tree import Frontier

KEY = new_key("daicho.example/012131")
WITNESS = new_key("witness.example", SignatureType.COSIGNATURE)


def offer(size: int = 3, last_taken: int = 0) -> Offer:
    root = Frontier().extend([bytes([at]) * 32 for at in range(size)]).frontier.root
    checkpoint = Checkpoint(KEY.name, size, root)

    async def no_proof(_: int) -> list[bytes]:
        return []

    return Offer(checkpoint, signed_note(checkpoint.body(), KEY), last_taken, no_proof)


def take(place: Outside, *offers: Offer) -> list[str]:
    async def work() -> list[str]:
        return [await place.take(one) for one in offers]

    return asyncio.run(work())


def test_a_file_is_only_added_to_a_line_a_checkpoint(tmp_path: Path) -> None:
    file = tmp_path / "checkpoints.jsonl"
    assert take(FilePlace(file), offer(3), offer(5)) == ["", ""]
    assert [json.loads(line)["checkpoint"].encode() for line in file.read_bytes().splitlines()] == [
        offer(3).note,
        offer(5).note,
    ]
    assert checkpoints_in(file.read_bytes()) == [offer(3).note, offer(5).note]
    assert checkpoints_in(offer(3).note) == [offer(3).note]


@pytest.mark.holds("C-05", "C-11")
def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "checkpoints.jsonl"
    take(FilePlace(file), offer(3))
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole[:cut])
        take(FilePlace(file), offer(5))
        assert checkpoints_in(file.read_bytes())[-1] == offer(5).note


@pytest.mark.holds("C-05")
@pytest.mark.parametrize("torn", [b'{"checkpoint": "daicho', b"\0" * 40, b'{"other": 1}', b"\xff"])
def test_what_was_cut_off_is_counted_and_is_no_checkpoint(tmp_path: Path, torn: bytes) -> None:
    file = tmp_path / "checkpoints.jsonl"
    file.write_bytes(torn)
    assert checkpoints_in(torn) == [torn]  # for who opens it to refuse
    take(FilePlace(file), offer(3), offer(5))
    assert checkpoints_in(file.read_bytes()) == [offer(3).note, offer(5).note]
    assert cut_off_in(file.read_bytes()) == 1
    assert cut_off_in(offer(3).note) == 0


@pytest.mark.holds("C-11")
def test_a_file_that_was_moved_away_is_begun_anew_and_the_two_are_one_chain(tmp_path: Path) -> None:
    file, old = tmp_path / "checkpoints.jsonl", tmp_path / "checkpoints.jsonl.1"
    take(FilePlace(file), offer(3))
    file.rename(old)
    take(FilePlace(file), offer(5))
    assert checkpoints_in(old.read_bytes() + file.read_bytes()) == [offer(3).note, offer(5).note]


@pytest.mark.holds("C-04", "C-05")
@pytest.mark.parametrize("path", ["/dev/full", "/nowhere/at/all", "/"])
def test_what_cannot_be_written_was_not_taken(path: str) -> None:
    with pytest.raises(NotTaken):
        take(FilePlace(Path(path)), offer())


@pytest.mark.holds("C-05")
@pytest.mark.parametrize("call", ["write", "fsync", "open", "pread"])
def test_a_failing_disk_takes_nothing_and_later_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "checkpoints.jsonl"
    take(FilePlace(file), offer(3))

    def fail(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(NotTaken):
            take(FilePlace(file), offer(5))
    take(FilePlace(file), offer(5))
    assert checkpoints_in(file.read_bytes())[-1] == offer(5).note


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "log"))
        yield log


def test_syslog_gets_one_message_without_a_line_break(tmp_path: Path, listening: socket.socket) -> None:
    assert take(SyslogPlace(str(tmp_path / "log")), offer()) == [""]
    message = listening.recv(10_000)
    assert message.startswith(b"<133>daicho: {")
    assert b"\n" not in message
    assert checkpoints_in(message.removeprefix(b"<133>daicho: ")) == [offer().note]


def test_where_no_syslog_listens_nothing_was_taken(tmp_path: Path) -> None:
    with pytest.raises(NotTaken):
        take(SyslogPlace(str(tmp_path / "none")), offer())


def witness(*answers: httpx.Response, key: bool = True) -> tuple[WitnessPlace, list[bytes]]:
    """A place whose witness gives these answers, and what it was asked."""
    asked, left = list[bytes](), iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/add-checkpoint"
        asked.append(request.content)
        return next(left)

    known = verifier_of(WITNESS) if key else None
    return WitnessPlace("https://witness.example", known, httpx.MockTransport(answer)), asked


def line(size: int = 3) -> str:
    return cosign(offer(size).checkpoint.body(), WITNESS, 1_775_000_000, ed25519_sign).line()


def test_a_witness_s_signature_is_kept() -> None:
    place, asked = witness(httpx.Response(200, text=line()))
    assert take(place, offer()) == [line()]
    assert asked == [b"old 0\n\n" + offer().note]


def test_a_witness_that_knows_another_size_is_asked_once_more_from_there() -> None:
    place, asked = witness(httpx.Response(409, text="2\n"), httpx.Response(200, text=line()))
    assert take(place, offer()) == [line()]
    assert [body.splitlines()[0] for body in asked] == [b"old 0", b"old 2"]


REFUSALS = {
    "it knows more than it is offered": ([httpx.Response(409, text="4\n")], False),
    "it knows another root": ([httpx.Response(409, text="0\n")], True),
    "it says nothing of what it knows": ([httpx.Response(409, text="x")], True),
    "the ledger was rewritten": ([httpx.Response(422)], True),
    "it knows the same size by another root": ([httpx.Response(409, text="3\n")] * 2, True),
    "it takes from two at once": ([httpx.Response(409, text="1\n"), httpx.Response(409, text="2\n")], False),
    "it goes on and on": ([httpx.Response(200, content=b"x" * 200_000)], False),
    "it does not know the ledger": ([httpx.Response(404)], False),
    "it is out of order": ([httpx.Response(500)], False),
    "it signs nothing": ([httpx.Response(200, text="")], False),
    "it signs something else": ([httpx.Response(200, text=line(2))], False),
    "it adds to the text": ([httpx.Response(200, text="\nmore\n\n" + line())], False),
    "it is no text": ([httpx.Response(200, content=b"\xff")], False),
}


@pytest.mark.holds("C-07", "C-08")
@pytest.mark.parametrize(("answers", "is_contradiction"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_not_the_witness_s_signature_was_not_taken(
    answers: list[httpx.Response], is_contradiction: bool
) -> None:
    place, _ = witness(*answers)
    with pytest.raises(NotTaken) as refused:
        take(place, offer())
    assert refused.value.is_contradiction is is_contradiction


def test_a_witness_that_cannot_be_reached_took_nothing() -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    with pytest.raises(NotTaken, match="ConnectError"):
        take(WitnessPlace("https://witness.example", None, httpx.MockTransport(fail)), offer())


def test_addresses_lead_to_places() -> None:
    assert place_at("file:///var/lib/a%20b") == FilePlace(Path("/var/lib/a b"))
    assert place_at("syslog:") == SyslogPlace("/dev/log")
    assert place_at("syslog:/run/log") == SyslogPlace("/run/log")
    key = verifier_of(WITNESS)
    assert place_at(f"https://witness.example/w/#{key}") == WitnessPlace("https://witness.example/w", key)
    assert place_at("http://127.0.0.1:8040") == WitnessPlace("http://127.0.0.1:8040")


@pytest.mark.parametrize(
    "address", ["", "/var/lib/x", "file:x", "file://host/x", "http://witness.example", "https://a:b@w", "https://w#key"]
)
def test_what_is_no_place_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises((ValueError, InvalidValue)) as refused:
        place_at(address)
    assert address == "" or address not in str(refused.value)


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    made = own_ledger_keys(file, ["012131", "011002"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert own_ledger_keys(file, ["012131", "011002"]) == made == ledger_keys(file, ["012131", "011002"])
    assert {key.name for key in made.values()} == {f"specimen.daicho.example/{code}" for code in made}
    with pytest.raises(SettingsError, match="never overwritten"):
        write_keys(file, [KEY])
    assert str(file.read_text().split("+")[-1].strip()) not in repr(made)


def test_a_file_without_the_right_key_is_refused_by_the_setting_s_name(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    write_keys(file, [KEY])
    with pytest.raises(SettingsError, match="DAICHO_CHECKPOINT_KEY_FILE: needs one key for 999999"):
        ledger_keys(file, ["999999"])
    with pytest.raises(SettingsError, match="holds no such key"):
        read_keys(file, "--key-file", SignatureType.COSIGNATURE)
    file.write_text("PRIVATE+KEY+hidden-word\n")
    with pytest.raises(SettingsError) as refused:
        ledger_keys(file, ["012131"])
    assert "hidden-word" not in str(refused.value)
