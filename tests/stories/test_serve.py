"""`daicho serve --demo` as another program relies on it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import httpx
import pytest

from api.cli.main import main
from api.pages.routes import example_operations
from tests.api.issuing import require_font
from tests.commands import NewDaicho, Running
from tests.postgres import NewDatabase

SOMEBODY = """{ residents(where: {nameKana: "サ", currentAddress: "苫小牧市"}, first: 1) { nodes { fullName } } }"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_demonstration_serves_where_it_is_told_and_says_when_it_is_ready(
    new_daicho: NewDaicho, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    options = ("--demo", "--host", "localhost", "--port", str(port), "--residents", "200")
    with new_daicho().serving(*options) as running:
        assert running.url == f"http://localhost:{port}"
        ready = httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False)
        residents = running.ask(
            "register-desk", "{ residents(where: {includeClosed: true}, first: 100) { nodes { id } } }"
        )
    with capsys.disabled():  # for who reads the run: it depends on the machine, so nothing is asserted
        print(f" [from the command to the first ready answer: {running.seconds_to_ready:.1f} s] ", end="")  # noqa: T201 - as above
    assert ready.status_code == 200
    assert len(residents.data["residents"]["nodes"]) == 100


def test_the_demonstration_runs_on_a_database_that_it_is_given(
    new_daicho: NewDaicho, new_database: NewDatabase
) -> None:
    daicho = new_daicho(DAICHO_DATABASE_URL=new_database())
    with daicho.serving("--demo", "--residents", "200") as running:
        assert running.ask("tax-clerk", SOMEBODY).data["residents"]["nodes"]
        assert running.ledger()
    assert not (daicho.home / "postgresql").exists()


def test_the_city_has_as_many_residents_as_were_asked_for(demonstration: Running) -> None:
    (made,) = [entry for entry in demonstration.ledger() if entry["kind"] == "JOB" and entry["position"] < 20][:1]
    assert (made["path"], made["result_count"], made["purpose"]) == ("daicho serve --demo", 400, "operation")


def test_it_prints_where_graphiql_is(demonstration: Running) -> None:
    (line,) = [line for line in demonstration.out.splitlines() if line.startswith("GraphiQL: ")]
    page = httpx.get(line.removeprefix("GraphiQL: ").split()[0], trust_env=False)
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def test_the_curl_that_it_prints_works_from_any_folder(demonstration: Running, tmp_path: Path) -> None:
    printed = demonstration.out
    script = printed[printed.index("  curl ") :]
    environment = {"PATH": demonstration.daicho.environment["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=True)  # noqa: S603, S607 - what it printed for a shell
    answer = json.loads(done.stdout)
    people = answer["data"]["residents"]["nodes"]
    assert len(people) == 3
    assert all(len(person["individualNumber"]) == 12 for person in people)
    assert done.stderr == b""


def test_a_token_of_the_command_opens_the_demonstration(demonstration: Running) -> None:
    for name in ("register-desk", "tax-clerk", "care-clerk", "election-clerk", "reviewer", "contractor"):
        assert demonstration.ask(name, "{ me { department } }").status == 200
    stranger = demonstration.ask("stranger", "{ me { department } }")
    assert (stranger.status, stranger.codes) == (403, ["PURPOSE_NOT_GRANTED"])


def test_the_page_has_values_for_the_variables_of_its_examples(demonstration: Running) -> None:
    values = demonstration.get("/demo/examples").json()
    query = "query($by: ResidentKey!) { resident(by: $by) { currentAddress } }"
    answer = demonstration.ask("tax-clerk", query, {"by": values["protected"]})
    assert (answer.data["resident"]["currentAddress"], answer.outcome("currentAddress")) == (None, "WITHHELD")
    assert demonstration.ask("register-desk", query, {"by": values["protected"]}).data["resident"]["currentAddress"]


def test_the_example_of_a_history_shows_somebody_who_has_moved_since(demonstration: Running) -> None:
    (example,) = [one["document"] for one in example_operations() if one["name"] == "8-history"]
    values = demonstration.get("/demo/examples").json()
    found = demonstration.ask("register-desk", example, {"moved": values["moved"]}).data
    assert found["then"]["currentAddress"] != found["today"]["currentAddress"]
    versions = found["today"]["history"]["nodes"]
    assert found["then"]["currentAddress"] in {version["currentAddress"] for version in versions}
    assert len(versions) > 1


def test_the_example_of_a_move_waits_for_a_second_person(demonstration: Running) -> None:
    (example,) = [one["document"] for one in example_operations() if one["name"] == "9-move-within"]
    mover = demonstration.get("/demo/examples").json()["mover"]
    sent, again = (demonstration.ask("register-desk", example, {"mover": mover}) for _ in range(2))
    assert sent.data == again.data
    result = sent.data["moveWithin"]
    assert (result["stored"], result["state"]) == (True, "PROVISIONAL"), result
    end = 'mutation ($id: ID!) { withdraw(id: $id, idempotencyKey: "example-2") { state } }'
    withdrawn = demonstration.ask("register-checker", end, {"id": result["notification"]["id"]})
    assert withdrawn.data == {"withdraw": {"state": "WITHDRAWN"}}


def test_the_example_of_a_certificate_is_issued_once_and_fetched_once(demonstration: Running) -> None:
    require_font()
    (example,) = [one["document"] for one in example_operations() if one["name"] == "10-certificate"]
    certificate = demonstration.get("/demo/examples").json()["certificate"]
    sent, again = (demonstration.ask("register-desk", example, {"certificate": certificate}) for _ in range(2))
    assert sent.data == again.data
    (copy,) = sent.data["issueCertificate"]["copies"]
    assert copy["issuance"]["sheets"] == 1


def test_examples_are_for_the_demonstrations_own_page(demonstration: Running) -> None:
    foreign = demonstration.get("/demo/examples", Host="evil.example")
    assert foreign.status_code == 400
    assert "protected" not in foreign.text


def test_what_it_logs_is_json_and_says_nothing_that_it_would_have_to_withhold(demonstration: Running) -> None:
    events = [json.loads(line)["event"] for line in demonstration.err.splitlines()]
    assert "Application startup complete." in events
    assert not [event for event in events if event.startswith("message withheld")]


def test_the_help_of_every_command_is_there_in_both_languages() -> None:
    told = dict(helps(main, click.Context(main)))
    assert {"serve", "token", "migrate", "tail", "searched", "add", "list", "end"} <= told.keys()
    assert not [name for name, text in told.items() if not re.search(r"[ぁ-んァ-ヶ一-龠]", text)]


def helps(group: click.Group, within: click.Context) -> Iterator[tuple[str, str]]:
    """The help of every command below, by its name."""
    for name in group.list_commands(within):
        command = group.get_command(within, name)
        assert command is not None
        yield name, command.get_short_help_str(limit=200)
        if isinstance(command, click.Group):
            yield from helps(command, within)
