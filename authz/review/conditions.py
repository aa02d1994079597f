"""When a cell says what: combinations of facts, told as shortly as they can be without losing one.

`protected` alone means "protected, whatever else holds"; `protected -released` means "protected, not released". Terms
are alternatives, `;` between them. What holds for every combination is told as nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import TypeVar

from authz.facts import Record, names_that_hold

NAMES = ("closed", "protected", "released", "restricted")
OTHERWISE = "otherwise"
_GUARDS = ((), ("protected",), ("-protected",), ("released",), ("protected", "-released"))

Combination = frozenset[str]
"""The names of the facts that hold."""
Told = TypeVar("Told")


def combination(facts: Record) -> Combination:
    """The names of the facts that hold of a record."""
    return frozenset(names_that_hold(facts))


def conditions(answers: Mapping[Combination, Told]) -> dict[str, Told]:
    """The answers, each once under the condition for it; what holds where no fact does is `otherwise`.

    One answer for all combinations stands under the empty condition.
    """
    usual = answers[frozenset()]
    if set(answers.values()) == {usual}:
        return {"": usual}
    others = dict.fromkeys(answer for answer in answers.values() if answer != usual)
    return {
        OTHERWISE: usual,
        **{condition([one for one in answers if answers[one] == other], list(answers)): other for other in others},
    }


def condition(held: Sequence[Combination], every: Sequence[Combination]) -> str:
    """The shortest alternatives that hold for these combinations and for none of the rest."""
    return _condition(frozenset(held), frozenset(every))


@cache
def _condition(held: frozenset[Combination], every: frozenset[Combination]) -> str:
    fitting = {term: covered for term in _terms() if (covered := _covered(term, every)) and covered <= held}
    chosen: list[tuple[str, ...]] = []
    left = held
    while left:
        best = min(fitting, key=lambda term: (-len(fitting[term] & left), len(term)))
        chosen.append(best)
        left -= fitting[best]
    return "; ".join(" ".join(term) for term in chosen)


@cache
def _terms() -> tuple[tuple[str, ...], ...]:
    """Everything that can be said of closed, guarded and restricted together."""
    parts = product(((), ("closed",), ("-closed",)), _GUARDS, ((), ("restricted",), ("-restricted",)))
    return tuple((*closed, *guard, *restricted) for closed, guard, restricted in parts)


def _covered(term: Iterable[str], every: frozenset[Combination]) -> frozenset[Combination]:
    return frozenset(one for one in every if all(_holds(word, one) for word in term))


def _holds(word: str, held: Combination) -> bool:
    return word[1:] not in held if word.startswith("-") else word in held
