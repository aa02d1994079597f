"""`daicho ledger verify` and `check`: what anybody can verify who has a file, without a database and without a network.

What counts is a checkpoint from outside: one that was kept, or that a witness has. The ledger's public key tells that
it is the ledger's; without it, the checkpoint is taken on the word of who gives it, and the export's own count nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from api.checkpoint_keys import ed25519_verify, verifier_key
from api.checkpoint_places import checkpoints_in, cut_off_in
from api.cli.stopping import stopping_at_refusals
from api.settings import SettingsError
from domain.errors import InvalidValue
from domain.histories import JAPAN
from domain.ledger.checkpoints import Checkpoint, parse_checkpoint, read_checkpoint
from domain.ledger.deletions import Deletion, read_deletion
from domain.ledger.entry_proofs import parse_entry_proof
from domain.ledger.exports import parse_header
from domain.ledger.note_keys import VerifierKey
from domain.ledger.notes import parse_note
from domain.ledger.verification import Verified, verify_export

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
KEY = click.option("--key", "key_text", help="The ledger's public key (daicho ledger keys show). / 記録の公開鍵")
_WORD = (
    "No --key: the checkpoint's signature is not verified, you vouch for it.",
    "--key がないため、チェックポイントの署名は確認していません。",
)


@click.command()
@click.argument("export", type=FILE)
@click.option("--from", "files", required=True, multiple=True, type=FILE, help="From outside; repeat. / 外部保存分")
@click.option("--deletion", type=FILE, help="The signed record of what was deleted in time. / 署名付き削除記録")
@KEY
def verify(export: Path, files: tuple[Path, ...], deletion: Path | None, key_text: str | None) -> None:
    """Verify an exported ledger against checkpoints from outside / 出力した記録を検証します。

    Exits with 1 and names the first entry that is not what was recorded.
    """
    with stopping_at_refusals():
        key = verifier_key(key_text) if key_text else None
        trusted = [opened(note, key) for file in files for note in checkpoints_of(file)]
        record = _record_of(deletion, key)
        before = record.before if record else 0
        with export.open("rb") as lines:
            known = _reached(trusted, _first_in(export))
            found = verify_export(lines, known, lambda note: opened(note, key), deleted_before=before)
        if key is None:
            found = _on_your_word(found, known)
        _tell(found, record)


@click.command()
@click.argument("proof", type=FILE)
@KEY
def check(proof: Path, key_text: str | None) -> None:
    """Check the proof of one entry, and print the entry / 項目の証明を確認します。"""
    with stopping_at_refusals():
        key = verifier_key(key_text) if key_text else None
        found = parse_entry_proof(proof.read_bytes())
        checkpoint = opened(found.checkpoint, key)
        found.require(checkpoint)
        if key is None:
            _say_on_your_word()
        where = f"position / 位置 {found.position}, {checkpoint.origin}, {checkpoint.size} entries / 件"
        click.echo(f"recorded / 記録されています： {where}", err=True)
        click.echo(found.entry)


def checkpoints_of(file: Path) -> list[bytes]:
    """The signed checkpoints in a file; says how many of its lines were cut off, as a crash leaves them."""
    content = file.read_bytes()
    if count := cut_off_in(content):
        click.echo(f"{file.name}: lines cut off, not used / 途中で切れた行（不使用）： {count}", err=True)
    return checkpoints_in(content)


def opened(note: bytes, key: VerifierKey | None) -> Checkpoint:
    """A checkpoint, of the ledger whose key this is; without a key, whoever signed it. Raises `InvalidValue`."""
    if key is not None:
        return read_checkpoint(note, key, ed25519_verify).checkpoint
    return parse_checkpoint(parse_note(note).text)


def _record_of(file: Path | None, key: VerifierKey | None) -> Deletion | None:
    if file is None:
        return None
    if key is None:
        raise SettingsError("--deletion needs --key", "--deletion には --key が必要です")
    return read_deletion(file.read_bytes(), key, ed25519_verify)


def _first_in(export: Path) -> int:
    """Where an export begins; what is no export is told by who reads it."""
    with export.open("rb") as lines:
        try:
            return parse_header(lines.readline())[1].size
        except InvalidValue:
            return 0


def _reached(trusted: Sequence[Checkpoint], first: int) -> list[Checkpoint]:
    """Of many, those that this export reaches; if it begins after all of them, the newest, which says so."""
    return [one for one in trusted if one.size >= first] or sorted(trusted, key=lambda one: one.size)[-1:]


def _on_your_word(found: Verified, known: Sequence[Checkpoint]) -> Verified:
    """Nobody has verified the signatures of the export's own checkpoints: so only those from outside hold anything."""
    _say_on_your_word()
    held = max(one.size for one in known)
    return Verified(found.origin, found.first, found.size, found.root, held, found.deleted)


def _say_on_your_word() -> None:
    for said in _WORD:
        click.echo(said, err=True)


def _tell(found: Verified, record: Deletion | None) -> None:
    count = found.size - found.first
    click.echo(f"verified / 検証済み： {found.origin}, {count} entries / 件 ({found.first} … {found.size - 1})")
    if found.held < found.size:
        late = found.size - found.held
        click.echo(f"  held by no checkpoint yet / チェックポイント未作成： {late} (from / 位置 {found.held})")
    if found.deleted and record:
        day = datetime.fromtimestamp(record.deleted_at, JAPAN).date()
        click.echo(f"  recorded before {record.recorded_before}, deleted on {day}")
        click.echo(f"  {record.recorded_before} より前に記録され、{day} に削除")
        click.echo(f"  deleted in time / 保存期間満了により削除： {found.deleted}")
