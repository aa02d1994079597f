"""One run of a command: it acts as a system caller, and the ledger hears of it before anything is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace

import click

from api.app import Material, Services, new_id, now, opened
from api.cli.municipalities import municipality_of
from api.cli.opening import material
from api.cli.places import place
from api.cli.stopping import stopping_at_refusals
from api.cli.system_caller import Right, admitted, system_caller, system_identity
from authz.callers import Caller
from authz.entries import Act, Request, entry_of_act
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry, Kind

_OUT_OF_REACH = frozenset({Code.STORE_UNAVAILABLE, Code.LEDGER_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Errand:
    """A command's work: its name as the ledger tells it, the right it needs, and where it is done."""

    name: str
    right: Right
    services: Services
    municipality_code: str
    request: Request

    def in_each_municipality(self) -> Iterator[Errand]:
        """The same errand in each municipality; each has a ledger of its own."""
        for code in self.services.vaults.municipality_codes:
            yield replace(self, municipality_code=code)

    async def caller(self) -> Caller:
        """The user who runs the command. Raises `Refusal` when she may not."""
        identity = system_identity(self.municipality_code)
        access = await self.services.access.of(self.municipality_code, identity.staff_number, identity.terminal)
        return admitted(identity, self.right, access, self.services.decisions, self.services.desk.today())

    def entry(self, act: Act, caller: Caller) -> Entry:
        """What the ledger is told."""
        return entry_of_act(act, caller, self.services.desk.stamp(self.request))

    async def record(self, act: Act, caller: Caller) -> None:
        """Tell the ledger; returns when it is committed. Raises `Refusal`."""
        await self.services.ledger.append([self.entry(act, caller)])

    async def record_refusal(self, code: Code) -> None:
        """Tell the ledger that this was refused."""
        nobody_yet = system_caller(system_identity(self.municipality_code), self.right)
        await self.record(Act(Kind.REFUSAL, self.name, code=code), nobody_yet)


def run(
    name: str,
    right: Right,
    work: Callable[[Errand], Awaitable[None]],
    prepare: Callable[[Material], Material] = lambda found: found,
) -> None:
    """Do a command's work with open services. What is refused is recorded, and ends the command with its message.

    `prepare` changes what they are opened with.
    """
    with stopping_at_refusals():
        asyncio.run(_run(name, right, work, prepare, click.get_current_context()))


async def _run(
    name: str,
    right: Right,
    work: Callable[[Errand], Awaitable[None]],
    prepare: Callable[[Material], Material],
    context: click.Context,
) -> None:
    at = place()
    async with opened(at.settings, prepare(material(at))) as services:
        codes = at.settings.municipalities
        errand = Errand(name, right, services, codes[0], Request(new_id(now())))
        try:
            errand = replace(errand, municipality_code=municipality_of(context, codes))
            await work(errand)
        except Refusal as refusal:
            if refusal.code not in _OUT_OF_REACH:
                await errand.record_refusal(refusal.code)
            raise
