"""The disk fails under an append, at each call that PostgreSQL makes: no number leaves, and a restart works (C-05)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from persistence import embedded
from tests.api.cases.test_c_gate import ASK, SHOWN, positions
from tests.failing_disks import failing
from tests.persistence.conftest import passable_folder
from tests.serving import Answer, Service, serve, with_village
from tests.village import NUMBERS

CALLS = [(call, "EIO") for call in ("fsync", "fdatasync", "write", "pwrite64", "pwritev", "openat", "renameat")]
CALLS += [("pwrite64", "ENOSPC"), ("fdatasync", "ENOSPC")]
IN_EVERY_COMMIT = {"pwrite64", "fdatasync"}
"""How the log of writes reaches the disk; the other calls come with some commits only."""
WRITER = "SELECT pid FROM pg_stat_activity WHERE application_name = 'daicho ledger' AND backend_type = 'client backend'"
REFUSED = {"LEDGER_UNAVAILABLE", "STORE_UNAVAILABLE"}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose server holds the village, and is stopped."""
    with passable_folder() as folder:
        server = embedded.start(folder / "home")
        with_village(server.url)
        server.stop()
        yield folder / "home"


@pytest.mark.holds("C-05")
@pytest.mark.parametrize(("call", "error"), CALLS)
def test_an_append_whose_disk_fails_lets_no_number_out_and_leaves_no_gap(home: Path, call: str, error: str) -> None:
    with ExitStack() as stack:
        server = embedded.start(home)
        stack.callback(server.stop)
        service = serve(server.url, stack)
        assert service.ask("tax-clerk", ASK).data == SHOWN
        with failing(service.execute(WRITER)[0]["pid"], call, error) as noted:
            answer = service.ask("tax-clerk", ASK)
            failed = "INJECTED" in noted.read_text("utf-8")
        assert failed or call not in IN_EVERY_COMMIT
        assert_gated(service, answer, failed=failed)
        wait_until_it_serves(service)
        (head,) = service.execute("SELECT size FROM ledger_heads")
        assert positions(service) == list(range(head["size"]))
        stack.close()


def assert_gated(service: Service, answer: Answer, *, failed: bool) -> None:
    """What failed was refused without a number; what was answered is in the ledger."""
    if answer.status == 200:
        wait_until_it_serves(service)
        assert answer.headers["daicho-request-id"] in {entry["request_id"] for entry in service.ledger()}
        return
    assert failed
    assert (answer.status, set(answer.codes) <= REFUSED) == (503, True)
    assert not [number for number in NUMBERS if number in answer.content.decode()]


def wait_until_it_serves(service: Service) -> None:
    """By itself: PostgreSQL starts itself anew after such an error, and the service finds it again."""
    until = time.monotonic() + 30
    while service.ask("tax-clerk", ASK).status != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.holds("C-05")
def test_a_start_after_such_a_failure_finds_everything_that_was_answered(home: Path) -> None:
    with ExitStack() as stack:
        server = embedded.start(home)
        service = serve(server.url, stack)
        answered = service.ask("tax-clerk", ASK).headers["daicho-request-id"]
        with failing(service.execute(WRITER)[0]["pid"], "fdatasync", "EIO"):
            assert service.ask("tax-clerk", ASK).status == 503
        wait_until_it_serves(service)
        server.stop()
        assert embedded.running(home) is None
        again = embedded.start(home)
        stack.callback(again.stop)
        wait_until_it_serves(service)
        assert answered in {entry["request_id"] for entry in service.ledger()}
        stack.close()
