"""The mixed load: callers who read and search, commands that change something, an import; and what each was told."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx

from api.development_issuer import DevelopmentIssuer
from authz.desk import JAPAN
from tests.commands import DAICHO, SECONDS, Daicho
from tests.crash.arrivals import ArrivalFiles, Arrivals
from tests.serving import PURPOSES

PAUSE = 0.02
"""Seconds between two requests of a caller."""
RIGHT = frozenset({200, 503})
"""Well, or for a moment not; nothing else may be answered to these questions."""
ENDS = frozenset({0, 1, -signal.SIGKILL})
"""Done, refused for the moment, or killed."""
READS = (
    ("tax-clerk", '{ resident(by: {addresseeNumber: "0000000019"}) { fullName currentAddress individualNumber } }'),
    ("register-desk", '{ residents(where: {householdNumber: "0000000027"}) { nodes { fullName currentAddress } } }'),
    ("election-clerk", '{ resident(by: {addresseeNumber: "0000000027"}) { id household { members { fullName } } } }'),
    ("care-clerk", "{ me { department items { item outcome } } }"),
)  # fmt: skip

RECORD_MATTER = """mutation ($input: RecordMatterInput!, $key: String!) {
  recordMatter(input: $input, idempotencyKey: $key) { stored notification { id } } }"""

ISSUE = """mutation ($input: CertificateRequestInput!, $key: String!) {
  issueCertificate(input: $input, idempotencyKey: $key) { issued copies { issuance { id number } link { path } } } }"""
HER_OWN_COPY = {
    "kind": "RESIDENT_RECORD_COPY",
    "subjects": ["0000000019"],
    "requester": {"kind": "PERSON"},
    "identityVerification": "INDIVIDUAL_NUMBER_CARD",
}


@dataclass
class Told:
    """What the load was told: from now on it must be so. `wrong` is what should not have been told at all."""

    requests: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    notifications: set[str] = field(default_factory=set)
    issued: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    households: dict[str, frozenset[str]] = field(default_factory=dict)
    """Of all files that an import was begun with: each household comes whole or not at all."""
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Worker(threading.Thread):
    """Does something again and again until it is stopped."""

    def __init__(self, told: Told) -> None:
        super().__init__(daemon=True)
        self._told = told
        self._stopping = threading.Event()

    def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.wait(PAUSE):
            self.work()

    def work(self) -> None:
        """Once."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self._stopping.set()
        self.join(timeout=SECONDS)


class Reader(Worker):
    """A caller who asks the same again and again; an answer with data must be the first one's."""

    def __init__(self, told: Told, url: str, home: Path, caller: str, query: str) -> None:
        super().__init__(told)
        issuer = DevelopmentIssuer(home, demo=True, loopback=True)
        token = issuer.token_for(caller, time.time())
        self._headers = {"Authorization": f"Bearer {token}", "Daicho-Purpose": PURPOSES[caller]}
        self._client = httpx.Client(base_url=url, headers=self._headers, timeout=30, trust_env=False)
        self._caller, self._query = caller, query
        self._data: Any = None

    def work(self) -> None:
        """Ask; an answer of 200 is noted by its request id."""
        body = self.ask({"query": self._query})
        if body is not None:
            self._compare(body)

    def ask(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        """What was answered, if it was answered well."""
        try:
            answer = self._client.post("/graphql", json=asked)
        except httpx.TransportError:
            self._told.counts["no answer"] += 1
            return None
        self._told.counts[f"answer {answer.status_code}"] += 1
        if answer.status_code not in RIGHT:
            self._told.wrong.append(f"{self._caller}: status {answer.status_code}")
        if answer.status_code != httpx.codes.OK:
            return None
        self._told.requests.add(answer.headers["daicho-request-id"])
        body: dict[str, Any] = json.loads(answer.content)
        return body

    def _compare(self, body: dict[str, Any]) -> None:
        self._data = self._data or body["data"]
        if "errors" in body or body["data"] != self._data:
            self._told.wrong.append(f"{self._caller}: another answer than before")


class Notifier(Reader):
    """A clerk who records something of somebody again and again; what is not answered she asks again, under its key."""

    _turn = 0

    def work(self) -> None:
        """Ask for one change; its notification is noted, and once more is asked for what was answered."""
        said = {"resident": "0000000019", "matter": "LONG_TERM_CARE_INSURANCE", "text": f"該当（{self._turn}）"}
        notice = {**said, "filing": {"changedOn": datetime.now(JAPAN).date().isoformat()}}
        asked = {"query": self._query, "variables": {"input": notice, "key": f"crash-{self._turn}"}}
        body = self.ask(asked)
        if body is None:
            return
        result = body["data"]["recordMatter"]
        if not result["stored"]:
            self._told.wrong.append(f"{self._caller}: not stored")
            return
        self._told.notifications.add(result["notification"]["id"])
        if (again := self.ask(asked)) is not None and again["data"] != body["data"]:
            self._told.wrong.append(f"{self._caller}: asked again, answered otherwise")
        self._turn += 1


class Issuer(Reader):
    """A clerk who issues a copy again and again; asked again under its key, it is the same copy."""

    _turn = 0

    def work(self) -> None:
        """Issue one; it is noted, and once more is asked for what was answered."""
        asked = {"query": self._query, "variables": {"input": HER_OWN_COPY, "key": f"crash-{self._turn}"}}
        body = self.ask(asked)
        if body is None:
            return
        result = body["data"]["issueCertificate"]
        if not result["issued"]:
            self._told.wrong.append(f"{self._caller}: not issued")
            return
        self._told.issued |= {copy["issuance"]["id"] for copy in result["copies"]}
        if (again := self.ask(asked)) is not None and again["data"] != body["data"]:
            self._told.wrong.append(f"{self._caller}: asked again, issued otherwise")
        self._turn += 1


class Command(Worker):
    """Runs commands beside the service; `kill` ends the one that runs, as kill -9 does."""

    def __init__(self, told: Told, daicho: Daicho) -> None:
        super().__init__(told)
        self._daicho = daicho
        self._running: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """Kill the command that runs, if one does."""
        if self._running is not None:
            self._running.kill()

    def run_command(self, *words: str) -> str | None:
        """What a command printed when it was done; None when it was refused or killed."""
        environment = self._daicho.environment
        with subprocess.Popen(  # noqa: S603 - our own command
            [DAICHO, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as self._running:
            out, err = self._running.communicate(timeout=SECONDS)
        self._told.counts[f"daicho {words[0]}: {self._running.returncode}"] += 1
        if b"internal" in err:
            self._told.wrong.append(f"daicho {words[0]} failed inside")
        if self._running.returncode not in ENDS:
            self._told.wrong.append(f"daicho {words[0]} ended with {self._running.returncode}")
        return out.decode() if self._running.returncode == 0 else None


class Changer(Command):
    """Registers terminals and gives grants."""

    def __init__(self, told: Told, daicho: Daicho) -> None:
        super().__init__(told, daicho)
        self._numbers = itertools.count()

    def work(self) -> None:
        """Add one; its id is noted."""
        at = f"CRASH-{next(self._numbers)}"
        grant = ("grants", "add", "--staff-number", at, "--department", "財政部市民税課", "--purpose", "local_tax")
        terminal = ("terminals", "add", "--terminal", at, "--place", "倉庫")
        printed = self.run_command(*(grant if at.endswith(("0", "2", "4", "6", "8")) else terminal))
        if printed:
            self._told.changes.add(printed.strip())


class Importer(Command):
    """Imports a file after the other; one whose import was stopped is imported again, until it is done."""

    def __init__(self, told: Told, daicho: Daicho, files: ArrivalFiles) -> None:
        super().__init__(told, daicho)
        self._files = files
        self._arrivals: Arrivals | None = None

    def work(self) -> None:
        """Import once; who came is noted when the command says that all of them are there."""
        self._arrivals = self._arrivals or self._files.next()
        self._told.households |= self._arrivals.households
        printed = self.run_command("import", str(self._arrivals.file))
        if printed is not None:
            self._told.imported |= set().union(*self._arrivals.households.values())
            self._arrivals = None


@dataclass
class Load:
    """Everybody who works."""

    told: Told
    workers: list[Worker]

    def kill_a_command(self, random: Random) -> None:
        """Kill one of the commands that run."""
        random.choice([worker for worker in self.workers if isinstance(worker, Command)]).kill()


@contextmanager
def load(told: Told, url: str, daicho: Daicho) -> Iterator[Load]:
    """The load on a service, until the block ends; it goes on while the service is gone."""
    workers: list[Worker] = [Reader(told, url, daicho.home, caller, query) for caller, query in READS]
    workers.append(Notifier(told, url, daicho.home, "care-clerk", RECORD_MATTER))
    workers.append(Issuer(told, url, daicho.home, "register-desk", ISSUE))
    workers.append(Changer(told, daicho))
    files = ArrivalFiles(daicho.home.with_name("residents.jsonl"), datetime.now(JAPAN).date())
    workers.append(Importer(told, daicho, files))
    for worker in workers:
        worker.start()
    try:
        yield Load(told, workers)
    finally:
        for worker in workers:
            worker.stop()
