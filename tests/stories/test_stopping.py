"""Stopping and starting again: in order, by a signal, or not at all."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them
import pytest

from api.cli.server import GRACE_SECONDS
from authz.policy import POLICY_FILE
from tests.commands import DAICHO, SECONDS, Daicho, NewDaicho, folder_for_homes

DEMO = ("--demo", "--residents", "200")
LIST = """{ residents(where: {nameKana: "サ", currentAddress: "苫小牧市"}, first: 5) {
  nodes { addresseeNumber individualNumber } } }"""


@pytest.fixture(scope="module")
def used() -> Iterator[Daicho]:
    """A home in which the demonstration has run before."""
    with folder_for_homes() as folder:
        daicho = Daicho(folder / "home")
        with daicho.serving(*DEMO):
            pass
        yield daicho


def postmaster(daicho: Daicho) -> psutil.Process | None:
    """The embedded server's process, if it runs."""
    pid_file = daicho.home / "postgresql" / "data" / "postmaster.pid"
    if not pid_file.exists():
        return None
    lines = pid_file.read_text("ascii").splitlines()
    return psutil.Process(int(lines[0])) if lines and psutil.pid_exists(int(lines[0])) else None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_it_in_order_and_the_embedded_server_with_it(used: Daicho, number: int) -> None:
    with used.serving(*DEMO) as running:
        assert postmaster(used) is not None
        assert running.stop(number) == 0
        events = [json.loads(line)["event"] for line in running.err.splitlines()]
    assert "Application shutdown complete." in events
    assert postmaster(used) is None


def test_it_waits_for_nobody_who_waits_for_the_tables_of_a_policy_of_ones_own(used: Daicho, tmp_path: Path) -> None:
    own = tmp_path / "own.polar"
    own.write_text(POLICY_FILE.read_text("utf-8") + "# Ours.\n", "utf-8")
    daicho = Daicho(used.home, {"DAICHO_POLICY_FILE": str(own)})
    with daicho.serving(*DEMO) as running, ThreadPoolExecutor(1) as others:
        running.token("reviewer")
        asked = others.submit(running.ask, "reviewer", "{ policyMatrix { policyHash } }")
        time.sleep(1)  # so that she is let in, and waits
        begun = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - begun < GRACE_SECONDS
        assert asked.result().codes == ["STORE_UNAVAILABLE"]


def test_a_start_that_is_interrupted_leaves_nothing_running_and_can_be_repeated(new_daicho: NewDaicho) -> None:
    daicho = new_daicho()
    command = [str(DAICHO), "serve", "--demo", "--port", "0", "--residents", "200"]
    with subprocess.Popen(command, env=daicho.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as starting:  # noqa: S603 - our own command
        until = time.monotonic() + SECONDS
        while postmaster(daicho) is None:
            assert time.monotonic() < until
            time.sleep(0.01)
        starting.send_signal(signal.SIGTERM)
        assert starting.wait(timeout=SECONDS) == 128 + signal.SIGTERM
    assert postmaster(daicho) is None
    with daicho.serving(*DEMO) as running:
        assert len(running.ask("tax-clerk", LIST).data["residents"]["nodes"]) == 5
    assert postmaster(daicho) is None


def test_a_second_start_finds_the_same_city_the_same_ledger_and_who_was_shut_out(used: Daicho) -> None:
    with used.serving(*DEMO) as running:
        before = running.ask("tax-clerk", LIST)
        grants = running.command("grants", "list").entries
        (care,) = (one["id"] for one in grants if one["purpose"] == "long_term_care" and one["ended_at"] is None)
        running.command("grants", "end", care).must_be_done()
        entries = running.ledger()
    with used.serving(*DEMO) as running:
        assert running.ask("tax-clerk", LIST).json == before.json
        assert running.ask("care-clerk", LIST).status == 403
        assert running.ledger()[: len(entries)] == entries
        assert "作成済み" in running.out


def test_after_kill_9_the_next_start_has_every_answered_look_in_its_ledger(used: Daicho) -> None:
    with used.serving(*DEMO) as running:
        answered = [running.ask("tax-clerk", LIST).headers["daicho-request-id"] for _ in range(5)]
        running.stop(signal.SIGKILL)
    assert postmaster(used) is not None
    with used.serving(*DEMO) as running:
        assert set(answered) <= {entry["request_id"] for entry in running.ledger()}
        assert running.ask("tax-clerk", LIST).status == 200
    assert postmaster(used) is None


def test_after_everything_was_killed_the_next_start_has_every_answered_look(used: Daicho) -> None:
    with used.serving(*DEMO) as running:
        answered = running.ask("tax-clerk", LIST).headers["daicho-request-id"]
        server = postmaster(used)
        assert server is not None
        server.kill()  # its children end with it
        running.stop(signal.SIGKILL)
    with used.serving(*DEMO) as running:
        assert answered in {entry["request_id"] for entry in running.ledger()}


def test_a_second_serve_at_the_same_address_is_refused_and_the_first_goes_on(used: Daicho) -> None:
    with used.serving(*DEMO) as running:
        port = running.url.rpartition(":")[2]
        english, japanese = used.command("serve", *DEMO, "--port", port).refusal
        assert f"port {port}" in english
        assert f"ポート {port}" in japanese
        assert running.ask("tax-clerk", LIST).status == 200


def test_a_second_serve_of_the_same_home_at_another_port_shares_the_city(used: Daicho) -> None:
    with used.serving(*DEMO) as first:
        token = first.token("tax-clerk")
        second = Daicho(used.home)
        with second.serving(*DEMO) as other:
            assert other.url != first.url
            assert other.ask_with(token, "local_tax", LIST).json == first.ask("tax-clerk", LIST).json
        assert httpx.get(f"{first.url}/health/ready", trust_env=False).status_code == 200


def test_a_command_without_the_service_starts_the_store_and_stops_it_again(used: Daicho) -> None:
    assert used.command("ledger", "tail", "--json", "-n", "1").entries
    assert postmaster(used) is None
