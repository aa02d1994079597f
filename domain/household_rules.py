"""What must hold of who is named in a change of households: one rule a function (標準仕様書1.0 4.1.4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.findings import Check, Finding, Severity
from domain.notifications import Situation
from domain.residents import ResidentRecord
from domain.values.identifiers import AddresseeNumber

NOT_ONE_HOUSEHOLD: Final = Check(
    code="NOT_ONE_HOUSEHOLD",
    severity=Severity.ERROR,
    source="標準仕様書1.0 4.1.4.1",
    english="Those named belong to different households.",
    japanese="異なる世帯の世帯員が含まれています。",
)
NOBODY_STAYS: Final = Check(
    code="NOBODY_STAYS",
    severity=Severity.ERROR,
    source="標準仕様書1.0 4.1.4.1",
    english="Nobody stays in the household that they leave.",
    japanese="元の世帯に残る世帯員がいません。",
)
SOMEBODY_STAYS: Final = Check(
    code="SOMEBODY_STAYS",
    severity=Severity.ERROR,
    source="標準仕様書1.0 4.1.4.1",
    english="In a merger the whole household comes; for some of it notify a change of household.",
    japanese="世帯合併では世帯員全員が異動します。一部の場合は世帯変更としてください。",
)
RELATIONSHIP_NOT_SAID: Final = Check(
    code="RELATIONSHIP_NOT_SAID",
    severity=Severity.ERROR,
    source="標準仕様書1.0 4.1.4.2",
    english="Say the relationship of every member to the new householder.",
    japanese="新しい世帯主との続柄を、世帯員全員について入力してください。",
)

CHECKS: Final = (NOT_ONE_HOUSEHOLD, NOBODY_STAYS, SOMEBODY_STAYS, RELATIONSHIP_NOT_SAID)
"""Every check of this file."""

Findings = Iterator[Finding]
People = Sequence[ResidentRecord]


def of_one_household(people: People, name: str) -> Findings:
    """世帯分離 and 世帯主変更 are of one household."""
    if len({one.household_number for one in people}) > 1:
        yield Finding(NOT_ONE_HOUSEHOLD, (name,))


def somebody_stays(situation: Situation, people: People, name: str) -> Findings:
    """世帯分離 and 世帯変更 leave somebody behind: else it is no change, or 世帯合併."""
    left = {one.household_number for one in people}
    if len({one.household_number for one in _others(situation, people)}) < len(left):
        yield Finding(NOBODY_STAYS, (name,))


def nobody_stays(situation: Situation, people: People, name: str) -> Findings:
    """世帯合併 is of a whole household: else it is 世帯変更."""
    if _others(situation, people):
        yield Finding(SOMEBODY_STAYS, (name,))


def everybody_is_named(situation: Situation, people: People, name: str) -> Findings:
    """世帯主変更: everybody's relationship is to the new householder (標準仕様書1.0 4.1.4.2)."""
    if _others(situation, people):
        yield Finding(RELATIONSHIP_NOT_SAID, (name,))


def _others(situation: Situation, people: People) -> list[ResidentRecord]:
    """Those who live with one of them and are not named."""
    named: set[AddresseeNumber] = {one.addressee_number for one in people}
    homes = sorted({one.household_number for one in people})
    return [one for home in homes for one in situation.members_of(home) if one.addressee_number not in named]
