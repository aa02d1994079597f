"""Letting a request in: who the token says, from which terminal, for which purpose."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import date

from api.authentication import Authenticator
from authz.admission import admit
from authz.callers import Caller, Identity
from authz.decisions import Decisions
from domain.access import Access

ACCESS_SECONDS = 1.0
"""For so long what is registered for a person is remembered: a grant that is ended stops within a second."""
MOST_REMEMBERED = 4_096

ReadAccess = Callable[[str, str, str], Awaitable[Access]]


class Admission:
    """Makes a caller of a request."""

    def __init__(
        self, authenticator: Authenticator, read_access: ReadAccess, decisions: Decisions, ticks: Callable[[], float]
    ) -> None:
        self.authenticator = authenticator
        self.decisions = decisions
        self._read_access = read_access
        self._ticks = ticks
        self._remembered: OrderedDict[tuple[str, str, str], tuple[float, Access]] = OrderedDict()

    async def identify(self, authorization: str | None) -> Identity:
        """Who the token says is calling. Raises `SignInRefused`."""
        return await self.authenticator.identify(authorization)

    async def admit(self, identity: Identity, purpose: str | None, today: date) -> Caller:
        """The caller, for the purpose that the request names. Raises `AdmissionRefused`."""
        access = await self._access(identity)
        return admit(identity, purpose, access, self.decisions, today)

    async def _access(self, identity: Identity) -> Access:
        key = (identity.municipality_code, identity.staff_number, identity.terminal)
        found = self._remembered.get(key)
        if found is not None and self._ticks() < found[0]:
            return found[1]
        until = self._ticks() + ACCESS_SECONDS
        access = await self._read_access(*key)
        self._remembered[key] = (until, access)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return access
