"""A day's work, right and wrong; and when it is over, a search for every number, name, key and password (D-01)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from tests.commands import Daicho, Running, folder_for_homes
from tests.secrets_known import KEY_FILES, keys, people
from tests.secrets_search import Finding, SecretsSearch

RESIDENTS = 200
CALLERS = ("register-desk", "tax-clerk", "care-clerk", "election-clerk", "reviewer", "contractor", "stranger")
ALL_OF = "query($by: ResidentKey!) { resident(by: $by) { individualNumber household { members { fullName } } } }"
BY_NAME = "query($name: String!) { residents(where: {fullName: $name}) { nodes { individualNumber } } }"


@dataclass(frozen=True)
class Day:
    """What a day left: folders, what was said, and the secrets."""

    folder: Path
    home: Path
    said: bytes
    numbers: set[str]
    names: set[str]
    keys: set[str | bytes]


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """A demonstration that was worked with and is stopped."""
    numbers, names = people(RESIDENTS)
    with folder_for_homes() as folder:
        temporary = folder / "temporary"
        temporary.mkdir(mode=0o777)
        temporary.chmod(0o1777)
        daicho = Daicho(folder / "home", {"TMPDIR": str(temporary)})
        with daicho.serving("--demo", "--residents", str(RESIDENTS)) as running:
            said = [work_right(running, sorted(numbers), sorted(names)), work_wrong(running, min(numbers), min(names))]
            said += work_with_commands(running, folder, min(numbers))
            material = keys(daicho.home)
        said += [running.out, running.err]
        yield Day(folder, daicho.home, "\n".join(said).encode(), numbers, names, material)


def work_right(running: Running, numbers: list[str], names: list[str]) -> str:
    """Every number is read by who may, and searched by, and every name; what operations see of it."""
    for number, caller in zip(numbers, cycle(CALLERS[:2]), strict=False):
        assert running.ask(caller, ALL_OF, {"by": {"individualNumber": number}}).status == 200
    for name in names[:40]:
        assert running.ask("register-desk", BY_NAME, {"name": name}).status == 200
    for caller in CALLERS:
        running.ask(caller, ALL_OF, {"by": {"addresseeNumber": "0000000019"}})
    return running.get("/metrics").text


def work_wrong(running: Running, number: str, name: str) -> str:
    """A number and a name wherever they do not belong; what was answered."""
    token = running.token("tax-clerk")
    right = {"Authorization": f"Bearer {token}", "Daicho-Purpose": "local_tax", "Content-Type": "application/json"}
    bodies = [
        json.dumps({"query": f"query Q{number} {{ me {{ department }} }}"}),
        json.dumps({"query": f'{{ resident(by: {{individualNumber: "{number}'}),
        json.dumps({"query": f"{{ n{number} }}", "operationName": number}),
        json.dumps({"query": ALL_OF, "variables": {"by": {"individualNumber": number + "0", "fullName": name}}}),
        json.dumps({"query": BY_NAME, "variables": {"name": [name], number: name}}),
        f"{{{number} {name}",
    ]  # fmt: skip
    headers = [
        {"Authorization": f"Bearer {number}"},
        {"Authorization": f"Basic {number}"},
        {"Daicho-Purpose": number},
        {"Daicho-Strict": number},
        {"Content-Type": f"application/json; charset={number}"},
        {"Accept": f"text/{number}", "User-Agent": number, "Referer": f"http://127.0.0.1/{number}"},
    ]
    answers = [running_post(running, right, body) for body in bodies]
    answers += [running_post(running, right | header, bodies[0]) for header in headers]
    answers += [running.get(path).text for path in (f"/{number}", f"/graphql?n={number}", f"/health/ready?{number}")]
    return "\n".join(answers)


def running_post(running: Running, headers: dict[str, str], body: str) -> str:
    """The text of an answer to anything."""
    return httpx.post(f"{running.url}/graphql", content=body.encode(), headers=headers, trust_env=False).text


def work_with_commands(running: Running, folder: Path, number: str) -> list[str]:
    """The ledger read and searched, an import that is refused in part, a backup; what they said."""
    file = folder / "bad.jsonl"
    file.write_text(json.dumps({"format": "daicho-residents/1", "individual_number": number, "full_name": number}))
    done = [
        running.command("ledger", "searched", "individual_number", stdin=number),
        running.command("import", str(file), "--rejects", str(folder / "rejects.jsonl")),
        running.command("import", str(folder / "not-there.jsonl")),
        running.command("terminals", "add", "--terminal", number[:6], "--place", "倉庫"),
        running.command("backup", str(folder / "backup")),
        running.command("ledger", "tail", "--json"),
    ]
    file.unlink()
    assert [one.status for one in done] == [0, 3, 2, 0, 0, 0], [one.err for one in done]
    return [text for one in done for text in (one.out, one.err)]


@pytest.fixture(scope="module")
def found(day: Day) -> list[Finding]:
    """Everything that is found, but for keys where they belong."""
    search = SecretsSearch({"number": day.numbers, "key": day.keys, "name": day.names})
    own = {str(day.home / name) for name in KEY_FILES}
    return [one for one in (*search.in_folder(day.folder), *search.in_bytes(day.said, "said")) if one.place not in own]


@pytest.mark.holds("D-01")
def test_no_number_lies_in_the_data_the_log_of_writes_a_backup_a_log_or_a_temporary_file(
    day: Day, found: list[Finding]
) -> None:
    assert len(day.numbers) > 150
    assert [one for one in found if one.secret == "number"] == []


@pytest.mark.holds("D-01")
def test_no_key_and_no_password_lies_anywhere_but_in_its_own_file(day: Day, found: list[Finding]) -> None:
    assert len(day.keys) > 8
    assert [one for one in found if one.secret == "key"] == []
    search = SecretsSearch({"key": day.keys})
    assert [name for name in KEY_FILES if not search.in_bytes((day.home / name).read_bytes())] == []


@pytest.mark.holds("D-01", "D-04")
def test_no_name_lies_outside_the_register_itself(day: Day, found: list[Finding]) -> None:
    data = str(day.home / "postgresql" / "data")
    names = [one for one in found if one.secret == "name"]
    assert names
    assert [one for one in names if not one.place.startswith(data)] == []
