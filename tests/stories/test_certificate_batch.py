"""`daicho certificates batch` in real processes: a list becomes signed documents, whatever ends it on its way."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.printing.demonstration_keys import demonstration_signing
from tests.commands import NewDaicho, Running
from tests.logins import migrated
from tests.postgres import NewDatabase
from tests.printing.signatures import verified
from tests.stories.batches import PROTECTED, Batch, households, query
from tests.stories.registers import Registry

pytestmark = pytest.mark.holds("S1-05")

NewBatch = Callable[[], Batch]
LINES = 7
MOMENTS = (
    ("persistence.certificates:keep", 2),  # its number is drawn and it is printed, but nothing is committed
    ("api.cli.batch_run:BatchRun._deliver", 2),  # issued, and nothing else
    ("os:replace", 1),  # its file is written, under another name
    ("persistence.handovers:Handovers.use", 2),  # its file is there, and its link not used up
    ("api.cli.batch_run:Batches.end", 1),  # all lines are done
)
"""Where a run is killed, at the how manieth time it comes there."""
WAITING = (
    "SELECT 1 FROM handovers JOIN issuances USING (municipality_code, id) WHERE sealed IS NOT NULL AND printer = $1"
)


@pytest.fixture(scope="module")
def counter(demonstration: Running) -> Running:
    """The demonstration, where who runs the commands may issue."""
    who = ("--staff-number", f"os:{getpass.getuser()}", "--department", "コマンド操作")
    demonstration.command("grants", "add", *who, "--purpose", "resident_register").must_be_done()
    return demonstration


@pytest.fixture
def new_batch(counter: Running, tmp_path: Path, request: pytest.FixtureRequest) -> NewBatch:
    """A batch with a folder and serials of its own."""
    return lambda: Batch(counter, tmp_path, f"{abs(hash(request.node.name)) % 10**8:08d}")


def whose(entry: dict[str, Any]) -> set[str]:
    """Of whom an entry of the ledger is."""
    return {number for group in entry["groups"] for number in group["subjects"]}


def assert_whole(batch: Batch, lines: list[int]) -> None:
    """Each of these lines is in the book once, in their order and with no number left out, and so is each file."""
    book = batch.book()
    assert [row["batch_line"] for row in book] == lines
    for day in {row["issued_on"] for row in book}:
        serials = [row["serial"] for row in book if row["issued_on"] == day]
        assert serials == list(range(1, len(serials) + 1))
    numbers = [f"{r['issued_on']:%Y%m%d} {r['city']} {r['terminal']} {r['printer']} {r['serial']:03d}" for r in book]
    assert batch.files() == sorted(f"{number}.pdf" for number in numbers)
    signing = demonstration_signing(batch.running.daicho.home)
    assert all(verified((batch.out / name).read_bytes(), signing).bottom_line for name in batch.files())
    told = [(one["kind"], one["path"], whose(one)) for one in batch.entries()]
    assert told == [("ISSUE", "daicho certificates batch", set(row["subjects"])) for row in book]


def test_a_list_becomes_signed_files_and_entries_of_book_and_ledger_in_its_order(new_batch: NewBatch) -> None:
    batch = new_batch()
    batch.list(households(batch.running, LINES))

    done = batch.run()

    assert done.lines[0].endswith("issued before 0, refused 0"), done.out
    assert done.lines[1].endswith("不交付 0件")
    assert f"{LINES} / {LINES}" in done.err
    assert_whole(batch, list(range(1, LINES + 1)))
    for name in batch.files():
        file = batch.out / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not query(batch.running, WAITING, batch.printer)


def test_killed_at_any_moment_and_run_again_it_neither_repeats_nor_skips_a_number_and_loses_no_file(
    new_batch: NewBatch,
) -> None:
    batch = new_batch()
    batch.list(households(batch.running, LINES))

    for moment, nth in MOMENTS:
        assert batch.struck(moment, nth) == -signal.SIGKILL, moment
        book = [row["batch_line"] for row in batch.book()]
        assert book == list(range(1, len(book) + 1)), moment
    assert batch.run().status == 0

    assert_whole(batch, list(range(1, LINES + 1)))


def test_run_again_a_batch_that_is_done_issues_nothing_and_under_another_name_everything_anew(
    new_batch: NewBatch,
) -> None:
    batch = new_batch()
    batch.list(households(batch.running, 2))
    assert batch.run().status == 0

    assert "issued 0 (0.0/s), issued before 2, refused 0" in batch.run().lines
    assert_whole(batch, [1, 2])

    assert batch.run("--name", "the second time").status == 0
    assert_whole(batch, [1, 2, 1, 2])


def test_refused_lines_are_told_by_line_and_code_alone_and_tried_again_by_the_next_run(new_batch: NewBatch) -> None:
    batch, (guarded,) = new_batch(), query(new_batch().running, PROTECTED)
    good, other = households(batch.running, 2)
    secret = "見本　秘密"
    wrong = [{"subjects": [secret]}, {**good, "kind": secret}, {**good, "copies": 2}, "no JSON", {**good, "extra": 1}]
    herself = {"requester": {"kind": "PERSON"}, "identityVerification": "INDIVIDUAL_NUMBER_CARD"}
    batch.list([good, {"subjects": [guarded[0]], **herself}, *wrong, other])

    for _ in range(2):
        done = batch.run()

        assert done.status == 3
        rejects = [json.loads(line) for line in batch.rejects.read_text().splitlines()]
        assert [(one["line"], one["code"]) for one in rejects] == [
            *((2, "PROTECTED"), (3, "INVALID_VALUE"), (4, "INVALID_INPUT"), (5, "INVALID_VALUE")),
            *((6, "INVALID_INPUT"), (7, "INVALID_INPUT")),
        ]
        assert secret not in done.out + done.err + batch.rejects.read_text() + str(batch.running.ledger())
        assert_whole(batch, [1, 8])
    refusals = [one for one in batch.running.ledger() if one["kind"] == "REFUSAL" and guarded[0] in str(one["groups"])]
    assert [one["path"] for one in refusals] == ["daicho certificates batch"] * 2


def test_a_document_that_is_in_another_folder_is_missed_and_never_printed_again(
    new_batch: NewBatch, tmp_path: Path
) -> None:
    batch = new_batch()
    batch.list(households(batch.running, 1))
    assert batch.run().status == 0
    (file,) = batch.out.iterdir()
    file.rename(tmp_path / "elsewhere.pdf")

    assert batch.run().status == 3
    assert json.loads(batch.rejects.read_text()) == {"line": 1, "code": "NOT_FOUND"}
    assert (len(batch.book()), batch.files()) == (1, [])


def test_two_runs_into_one_folder_at_once_are_refused_and_so_is_a_folder_that_is_none(new_batch: NewBatch) -> None:
    batch = new_batch()
    batch.list(households(batch.running, 1))
    batch.out.mkdir()
    held = os.open(batch.out, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)

    english, japanese = batch.run().refusal

    os.close(held)
    assert "Another batch writes" in english
    assert "書き込み中" in japanese
    assert batch.book() == []
    batch.out.rmdir()
    batch.out.symlink_to(batch.folder / "nowhere")
    assert "cannot be written" in batch.run().refusal[0]


def test_who_has_no_grant_for_the_register_issues_nothing(
    new_database: NewDatabase, new_daicho: NewDaicho, tmp_path: Path
) -> None:
    registry = Registry.empty(new_database(migrated), new_daicho, tmp_path)
    path = registry.file([{"subjects": ["0000000019"]}])

    done = registry.daicho.command("certificates", "batch", str(path), "--out", str(tmp_path / "out"))

    assert "resident_register" in done.refusal[0]
    assert registry.entries()[-1]["code"] == "PURPOSE_NOT_GRANTED"


def test_a_command_that_is_not_understood_ends_with_two(new_daicho: NewDaicho, tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.touch()
    assert new_daicho().command("certificates", "batch", str(path)).status == 2
    assert new_daicho().command("certificates", "batch", str(tmp_path / "none"), "--out", str(tmp_path)).status == 2
