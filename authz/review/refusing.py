"""Why a whole question would be refused, told from the policy alone: by what is asked, not by what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import CertificateFacts, ExtractionFacts, NotificationFacts, ResidentFacts, all_facts
from authz.policy import Outcome, Rule
from authz.policy_vocabulary import Thing
from authz.review.conditions import Combination, combination, condition
from authz.runs import graphql_name
from domain.errors import Code
from domain.search_terms import Term, are_enough

OWN, OF_OTHERS = "own", "-own"
_EVERY = tuple(combination(one) for one in all_facts(ResidentFacts).values())
Named = Mapping[str, bool]
"""Items by which is asked; false for those by which only a variable may ask."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal. `certain`: whatever the variables are, and whatever it is asked of.

    `names` are the items that are refused, `condition` what must hold of the record or thing; `rule` tells why: what
    decides the item, or the rule of what no rule names.
    """

    code: Code
    rule: Rule
    names: tuple[str, ...] = ()
    condition: str = ""
    certain: bool = True


class Refusing:
    """What one caller is refused; each method tells it in the order in which the desk does."""

    def __init__(self, decisions: Decisions, profile: Profile) -> None:
        self._decisions = decisions
        self._profile = profile
        self._default = decisions.policy.default.rule

    def permission(self, action: str, resource: str) -> Iterator[Refused]:
        """A permission that goes by the purpose: to read the ledger."""
        if not self._decisions.permits(self._profile, action, resource):
            yield Refused(Code.NOT_PERMITTED, self._default)

    def searching(self, items: Named) -> Iterator[Refused]:
        """The right to search by each item."""
        refused = [item for item in items if self._decisions.search(self._profile, item) is None]
        certain = tuple(item for item in refused if items[item])
        if certain:
            yield self._search_refused(*certain, certain=True)
        yield from (self._search_refused(item, certain=False) for item in refused if not items[item])

    def too_few(self, items: Named) -> Iterator[Refused]:
        """Conditions that name nobody, for whom the policy does not let search freely."""
        if self._decisions.permits(self._profile, "search_freely", "Resident"):
            return
        if not are_enough(Term(item, "") for item, certain in items.items() if certain):
            certain = not are_enough(Term(item, "") for item in items)
            yield Refused(Code.TOO_FEW_CONDITIONS, self._default, certain=certain)

    def doing(self, action: str, things: Sequence[Thing]) -> Iterator[Refused]:
        """To do something with one of these."""
        refused = [one for one in things if not self._may(action, one)]
        if refused:
            yield Refused(Code.NOT_PERMITTED, self._default, certain=len(refused) == len(things))

    def of_records(self, action: str, papers: Sequence[CertificateFacts]) -> Iterator[Refused]:
        """To do something with one of these documents, by the facts of the record that it is of."""
        refused = {one: self._refused_of(action, one) for one in papers}
        wholly = [one for one, held in refused.items() if len(held) == len(_EVERY)]
        if len(papers) == 1 and not wholly and refused[papers[0]]:
            when = condition(refused[papers[0]], list(_EVERY))
            yield Refused(Code.NOT_PERMITTED, self._default, condition=when, certain=False)
        elif wholly:
            yield Refused(Code.NOT_PERMITTED, self._default, certain=len(wholly) == len(papers))

    def with_kept(self, action: str, things: Sequence[NotificationFacts | ExtractionFacts]) -> Iterator[Refused]:
        """To do something with one that is kept, by its id: what she may not see is not there."""
        seen = [one for one in things if self._may("see", one)]
        if not seen:
            yield Refused(Code.INVALID_INPUT, self._default, names=("id",))
        for own, when in ((True, OWN), (False, OF_OTHERS)):
            alike = [one for one in seen if one.own == own]
            refused = [one for one in alike if not self._may(action, one)]
            if refused:
                everywhere = len(refused) == len(seen)
                yield Refused(Code.NOT_PERMITTED, self._default, (), "" if everywhere else when, everywhere)

    def _search_refused(self, *items: str, certain: bool) -> Refused:
        decided = self._decisions.decide(self._profile, ResidentFacts(), items[0])
        rule = self._default if decided.outcome is Outcome.SHOWN else decided.rule
        return Refused(Code.SEARCH_NOT_PERMITTED, rule, tuple(map(graphql_name, items)), certain=certain)

    def _refused_of(self, action: str, paper: CertificateFacts) -> list[Combination]:
        return [held for held in _EVERY if not self._may(action, _of_record(paper, held))]

    def _may(self, action: str, thing: Thing) -> bool:
        return self._decisions.may(self._profile, action, thing) is not None


def _of_record(paper: CertificateFacts, held: Combination) -> CertificateFacts:
    facts: dict[str, Any] = dict.fromkeys(held, True)
    return replace(paper, **facts)
