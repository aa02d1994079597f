"""`python -m tests.bench.certificates`: what issuing a certificate costs, beside Typst and the signature alone.

A clerk issues a copy of one sheet and fetches it: decided by law and policy, checked, numbered, printed, entered into
book and ledger, sealed, handed over and signed. In turns, Typst compiles a document like it, its data made beforehand,
and it is signed, with nothing else. The goal: at most twice as long. Then `daicho certificates batch` issues 1,000
household copies: how many a second, and its memory. Python's own stays the same; what Typst keeps of a font, and how
the allocator lays things out, settles within the first hundreds.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import click
import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them

from api.app import Services, now, opened
from api.cli.importing import SOME_REJECTED
from api.cli.system_caller import DEPARTMENT, ISSUE, user_name
from api.printing.press import TypstPress
from api.settings import read_settings
from authz.changing import Wish
from authz.desk import Desk, Visit
from authz.entries import Request
from authz.issuing import Issuing
from authz.runs import Asked
from authz.volume import unsafe_unbounded_volume
from domain.certificates.documents import Document, IssuanceNumber
from domain.certificates.issuances import Handover, Issuance, Printed
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import CertificateRequest, IdentityVerification, Requester, RequesterKind
from domain.values.identifiers import AddresseeNumber
from persistence import embedded
from tests.bench.__main__ import new_home
from tests.bench.changing import caller_named
from tests.bench.serve import material_in
from tests.commands import DAICHO, Daicho, Running
from tests.serving import UNHINDERED
from tests.stories.batches import Batch, households

MOST_TIMES = 2.0
WARMING_UP = 10
SPARE = 20
"""Some have names that the font lacks."""
HUNDRED = 100
"""Documents over whose time the peak of memory is looked for."""
MOST_GROWTH = 1.1
LOOKS_EVERY_SECONDS = 0.05


@dataclass
class Collecting:
    """A press that prints nothing and keeps what it was to print."""

    press: TypstPress
    kept: list[tuple[Document, IssuanceNumber]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.press, name)

    async def printed(self, document: Document, number: IssuanceNumber, _verification: str) -> Printed:
        """Keep it."""
        self.kept.append((document, number))
        return Printed(b"", 1)


@click.command()
@click.option("--residents", default=6_000, show_default=True)
@click.option("--papers", default=100, show_default=True, help="Issued one by one.")
@click.option("--lines", default=1_000, show_default=True, help="Of the batch.")
def certificates(residents: int, papers: int, lines: int) -> None:
    """Measure one paper, and many."""
    with new_home() as home, Daicho(home / "home").serving("--demo", "--residents", str(residents)) as running:
        people = households(running, max(lines, 2 * (papers + WARMING_UP) + SPARE))
        asyncio.run(_compare(running, people, papers + WARMING_UP))
        with tempfile.TemporaryDirectory(dir=home) as folder:
            _batch(Batch(running, Path(folder), "bench"), people[:lines])


# One paper.


async def _compare(running: Running, lines: Sequence[dict[str, Any]], papers: int) -> None:
    home = running.daicho.home
    server = embedded.start(home)
    try:
        settings = read_settings({"DAICHO_HOME": str(home), **UNHINDERED}, demo=True)
        async with opened(settings, replace(material_in(home, server.url), specimens=home)) as services:
            press, pairs = cast(TypstPress, services.desk.office.press), []
            people = [one["subjects"][0] for one in lines if not press.missing(one["requester"].values())]
            alike = await _not_printed(services, people[papers : 2 * papers])
            for who, (document, number) in zip(people[:papers], alike, strict=True):
                data = press._data(document, number, secrets.token_urlsafe(32))
                pairs.append((await _timed(_issue(services, who)), await _timed(_alone(press, data))))
    finally:
        server.stop()
    daicho, alone = (statistics.median(one) for one in zip(*pairs[WARMING_UP:], strict=True))
    said = f"{daicho * 1e3:.1f} ms, Typst and signature alone {alone * 1e3:.1f} ms, {daicho / alone:.2f} ×"
    click.echo(
        f"{_met(daicho / alone <= MOST_TIMES)} a copy, issued and fetched: {said} (goal: at most {MOST_TIMES:g})"
    )


async def _not_printed(services: Services, people: Sequence[str]) -> list[tuple[Document, IssuanceNumber]]:
    """Documents of these people, as daicho composes them. Typst has not seen them: it is fast with what it has."""
    collecting = Collecting(cast(TypstPress, services.desk.office.press))
    desk = replace(services.desk, office=replace(services.desk.office, press=collecting))
    for who in people:
        await _issued(desk, who)
    return collecting.kept


async def _issue(services: Services, who: str) -> None:
    """As a clerk does: issued, and fetched by its link."""
    ((_, waiting),) = await _issued(services.desk, who)
    assert waiting is not None
    await Issuing(_visit(services.desk)).fetch(Asked("Handover.fetch"), waiting.token)


async def _issued(desk: Desk, who: str) -> Sequence[tuple[Issuance, Handover | None]]:
    request = CertificateRequest(
        kind=CertificateKind.RESIDENT_RECORD_COPY,
        subjects=(AddresseeNumber(who),),
        requester=Requester(kind=RequesterKind.PERSON),
        identity_verification=IdentityVerification.INDIVIDUAL_NUMBER_CARD,
    )
    wish = Wish(secrets.token_hex(16))
    answer = await Issuing(_visit(desk)).issue(Asked("Mutation.issueCertificate"), lambda: request, wish)
    if answer.put_out is None:
        raise SystemExit(f"not issued: {[one['code'] for one in answer.findings]}")
    return answer.put_out.copies


async def _alone(press: TypstPress, data: Mapping[str, Any]) -> None:
    pdf = await asyncio.to_thread(press._compiling.pdf, data, now())
    await press.signed(pdf)


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def _visit(desk: Desk) -> Visit:
    return Visit(desk, caller_named("register-desk"), Request("bench"), unsafe_unbounded_volume(now))


# Many.


def _batch(batch: Batch, lines: Sequence[dict[str, Any]]) -> None:
    who = ("--staff-number", user_name(), "--department", DEPARTMENT, "--purpose", ISSUE.purpose)
    batch.running.command("grants", "add", *who).must_be_done()
    batch.list(lines)
    peaks: dict[int, int] = defaultdict(int)
    words, pipe = [DAICHO, *batch.words], subprocess.PIPE
    with psutil.Popen(words, env=batch.running.daicho.environment, stdout=pipe, text=True) as process:
        while process.poll() is None:
            there = len(os.listdir(batch.out)) if batch.out.exists() else 0
            peaks[there // HUNDRED] = max(peaks[there // HUNDRED], _memory(process))
            time.sleep(LOOKS_EVERY_SECONDS)
        said = process.stdout.read().splitlines()
    if process.returncode not in {0, SOME_REJECTED}:
        raise SystemExit("the batch was refused")
    click.echo(f"       a batch of {len(lines):,} households: {said[0]}")
    hundreds = [peaks[at] for at in sorted(peaks)]
    half = max(hundreds[: (len(hundreds) + 1) // 2])
    grown = " MB, ".join(f"{one / 1e6:.0f}" for one in (hundreds[0], half, hundreds[-1]))
    told = f"its memory in the first hundred, half way, in the last: {grown} MB"
    click.echo(
        f"{_met(hundreds[-1] <= half * MOST_GROWTH)} {told} (goal: at most {MOST_GROWTH:g} × in the second half)"
    )


def _memory(process: psutil.Popen) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _met(is_met: bool) -> str:
    return "met   " if is_met else "MISSED"


if __name__ == "__main__":
    certificates()
