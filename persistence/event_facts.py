"""The facts of records around an event: what they were before it and are after it, and to whom they were released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg
from sqlalchemy import false, or_, select

from domain.outcomes import Happening, Outcome
from domain.ports import NEVER
from persistence.access_tables import RELEASES
from persistence.database import compiled
from persistence.histories import fetching
from persistence.reading import MUNICIPALITY, NUMBERS, TODAY, facts_code, with_facts
from persistence.record_rows import Values
from persistence.register_tables import RESIDENTS
from persistence.residents import is_protected, is_restricted

_CLOSED = 1
"""The bit of it in the code of facts (`persistence.reading.facts_code`); releases are told apart, by purpose."""

_SOURCE, _CODE = with_facts(RESIDENTS, facts_code(RESIDENTS.c.is_closed, is_protected(), false(), is_restricted()))
_GUARDS = compiled(
    select(RESIDENTS.c.addressee_number, _CODE)
    .select_from(_SOURCE)
    .where(RESIDENTS.c.municipality_code == MUNICIPALITY, RESIDENTS.c.addressee_number == NUMBERS.any_())
)
_RELEASED = compiled(
    select(RELEASES.c.addressee_number, RELEASES.c.purpose)
    .distinct()
    .where(
        RELEASES.c.municipality_code == MUNICIPALITY,
        RELEASES.c.addressee_number == NUMBERS.any_(),
        RELEASES.c.starts_on <= TODAY,
        or_(RELEASES.c.ends_on.is_(None), RELEASES.c.ends_on >= TODAY),
        RELEASES.c.ended_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Guards:
    """What guards each record apart from its being closed, as bits; and the purposes for which it is released."""

    bits: Mapping[str, int]
    released_for: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Around:
    """The facts before and after all that happens."""

    before: Guards
    after: Guards
    outcome: Outcome

    def of(self, happening: Happening) -> Values:
        """Code of the facts before an event (none: no record), after it, and purposes with a release.

        Between two events of one person there is nothing to ask the store: whatever guards her before or after does.
        """
        whose = happening.addressee_number.value
        mine = [one for one in self.outcome.happenings if one.addressee_number == happening.addressee_number]
        before, after = self.before.bits.get(whose, 0), self.after.bits.get(whose, 0)
        between = before | after
        was = None
        if happening.before is not None:
            was = (before if happening is mine[0] else between) | _closed(happening.before.is_closed)
        now = (after if happening is mine[-1] else between) | _closed(happening.after.is_closed)
        return was, now, sorted(self.after.released_for.get(whose, ()))


async def guards(connection: asyncpg.Connection, municipality_code: str, people: Sequence[str], today: date) -> Guards:
    """What guards these people's records as the transaction sees them."""
    fetch = fetching(connection)
    values = {"municipality": municipality_code, "numbers": people, "today": today, "beyond": NEVER}
    bits = {row[0]: row[1] & ~_CLOSED for row in await fetch(_GUARDS, values)}
    released: dict[str, list[str]] = {}
    for whose, purpose in await fetch(_RELEASED, values):
        released.setdefault(whose, []).append(purpose)
    return Guards(bits, released)


def _closed(is_closed: bool) -> int:
    return _CLOSED if is_closed else 0
