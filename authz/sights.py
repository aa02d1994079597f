"""What an office sees for a purpose, whatever holds of anybody's record: what a resident's statement may go by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import Record, ResidentFacts, all_facts
from authz.policy import Outcome

NO_FACTS: Final = ResidentFacts()
_RECORDS: Final = tuple(all_facts(ResidentFacts).values())


@dataclass(frozen=True, slots=True)
class PolicySight:
    """`domain.ledger.statements.Sight`, by the policy; what a grant switches off is not known to the ledger."""

    decisions: Decisions
    profile: Profile

    def shows(self, item: str) -> bool:
        """Whether it is shown the item of a record of which no fact holds."""
        return self._shows(NO_FACTS, item)

    def opens_alike(self) -> bool:
        """Whether it opens records whether or not they are protected or restricted."""
        opens = self.decisions.opens
        return all(opens(self.profile, one) == opens(self.profile, _bare(one)) for one in _RECORDS)

    def shows_alike(self, items: Collection[str]) -> bool:
        """Whether it is shown each of these items, or not, as if there were no measure."""
        guarded = [one for one in _RECORDS if not one.restricted]
        return all(self._shows(one, item) == self._shows(_bare(one), item) for item in items for one in guarded)

    def _shows(self, facts: Record, item: str) -> bool:
        return self.decisions.decide(self.profile, facts, item).outcome is Outcome.SHOWN


def _bare(facts: Record) -> Record:
    """The facts without measure and restriction."""
    return ResidentFacts(closed=facts.closed)
