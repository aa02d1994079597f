"""All that a policy answers, kept together: what the matrix shows and what two policies are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from authz.callers import Profile
from authz.policy import Policy
from authz.review import asking
from authz.review.asking import Act, Answer, Cell


@dataclass(frozen=True, slots=True)
class Answers:
    """What a policy says of every item, search and act, for everybody whom it lets in.

    `entering` are the departments with their purposes. A search or act that is not there is refused. Callers with
    classes switched off are asked for too: of items with all of them at once (an item belongs to one class alone), of
    acts with one at a time (`partly`).
    """

    entering: frozenset[tuple[str, str]]
    cells: Mapping[Cell, Answer]
    searches: Mapping[tuple[Profile, str], str]
    acts: Mapping[Act, str]
    partly: tuple[Profile, ...]


def answers(policy: Policy, purposes: Iterable[str] = ()) -> Answers:
    """Ask a policy everything, for these purposes (all without them). Takes some tens of seconds for all."""
    wanted = frozenset(purposes) or frozenset(policy.purposes)
    open_ones = [one for one in asking.everybody(policy) if one.purpose in wanted]
    first = asking.one_for_each_purpose(open_ones)
    closed = [asking.narrowed(policy, one) for one in first]
    partly = [
        Profile(one.department, one.purpose, frozenset([name])) for one in first for name in sorted(policy.switchable)
    ]
    return Answers(
        frozenset(_entering(policy, wanted)),
        asking.cells(policy, [*open_ones, *closed]),
        {(one, item): rule for one in [*open_ones, *closed] for item, rule in asking.searches(policy, one).items()},
        dict(_acts(policy, open_ones, partly)),
        tuple(partly),
    )


def _entering(policy: Policy, wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield from (one for one in policy.offers if one[1] in wanted and policy.enters(*one))


def _acts(policy: Policy, open_ones: list[Profile], partly: list[Profile]) -> Iterator[tuple[Act, str]]:
    for one in open_ones:
        yield from asking.acts(policy, one).items()
    for one in partly:
        yield from asking.may(policy, one).items()
