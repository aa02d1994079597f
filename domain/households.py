"""Households: who belongs together, under whom, and in which order a copy lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import InvalidValue
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber
from domain.values.relationships import Relationship


@dataclass(frozen=True, slots=True)
class Member:
    """A resident in a household, and how she is related to its householder; 続柄 may be blank (標準仕様書1.0 1.1.6)."""

    addressee_number: AddresseeNumber
    relationship: Relationship | None = None

    @property
    def is_householder(self) -> bool:
        """Whether this member is entered as 世帯主."""
        return self.relationship is not None and self.relationship.is_householder


@dataclass(frozen=True, slots=True)
class Household:
    """世帯: its number, its members in the order they are listed, and its householder.

    There is one householder or none (世帯主未設定, 標準仕様書1.0 1.1.10), and she is the member entered as 世帯主.
    Nobody is in it twice. Raises `InvalidValue`.
    """

    household_number: HouseholdNumber
    members: tuple[Member, ...]
    householder: AddresseeNumber | None = None

    def __post_init__(self) -> None:
        if not self.members:
            raise InvalidValue("Household", "has no member", "世帯員がいません")
        if len({member.addressee_number for member in self.members}) != len(self.members):
            raise InvalidValue("Household", "has a member twice", "同じ世帯員が二度記載されています")
        heads = [member.addressee_number for member in self.members if member.is_householder]
        if heads != [number for number in (self.householder,) if number is not None]:
            raise InvalidValue("Household", "its householder is not its one 世帯主", "世帯主と続柄が一致しません")


def refuse_shared_members(households: Iterable[Household]) -> None:
    """Refuse households that have a member in common: a resident belongs to one. Raises `InvalidValue`."""
    seen: set[AddresseeNumber] = set()
    for household in households:
        numbers = {member.addressee_number for member in household.members}
        if seen & numbers:
            raise InvalidValue("Household", "shares a member with another", "複数の世帯に属する世帯員がいます")
        seen |= numbers


@dataclass(frozen=True, slots=True)
class Listed:
    """A member with what her place in the list depends on.

    `family_of` is the member (a child or relative of the householder) whose spouse or child she is: 子の妻 does not say
    of which child. `is_register_head`: she is 筆頭者 of her family register. `joined_later`: she entered a household
    that was already there, and stays behind it.
    """

    member: Member
    date_of_birth: RegisterDate
    family_of: AddresseeNumber | None = None
    is_register_head: bool = False
    joined_later: bool = False

    @property
    def number(self) -> AddresseeNumber:
        """Her addressee number, which decides between twins."""
        return self.member.addressee_number

    @property
    def steps(self) -> tuple[str, ...]:
        """The words of her 続柄; none where it is blank."""
        relationship = self.member.relationship
        return () if relationship is None else relationship.steps

    @property
    def seniority(self) -> tuple[date, AddresseeNumber]:
        """By birth; of the same day, by addressee number."""
        return (self.date_of_birth.earliest, self.number)


_KINDS = {
    "世帯主": "H",
    **dict.fromkeys(("夫", "妻", "夫（未届）", "妻（未届）"), "s"),
    **dict.fromkeys(("子", "子（子の夫）", "子（子の妻）"), "c"),
    **dict.fromkeys(("父", "母"), "p"),
    **dict.fromkeys(("兄", "姉", "弟", "妹"), "b"),
    "縁故者": "D",
    "同居人": "L",
}
_WITH_FAMILY = "+"

# The order of 標準仕様書1.0 5.2 as shapes of a 続柄, one letter a word: 子の妻 is `cs`, a child with a family `c+`. A
# grandchild whose `family_of` is not said follows all the children's families. The spouse's side is ordered as the
# householder's own.
_PLACES = tuple(
    re.compile(shape)
    for shape in ("H.*", r"s\+?", "c", r"c\+", "c.+", "p", "b", "pp", "sp", "sb", "spp", "[scpb]+.*", "D.*", "L.*", "")
)
_SPOUSES = ("夫", "妻", "夫（未届）", "妻（未届）", "子（子の夫）", "子（子の妻）")


def in_order(people: Sequence[Listed]) -> list[Member]:
    """The members in the order of a 世帯連記式 copy (標準仕様書1.0 5.2).

    Householder, spouse, children; children with a family of their own, each followed by it; parents, siblings,
    grandparents; other relatives, 縁故者, 同居人. Among equals by birth, then by addressee number. Who joined later
    comes last, as given.
    """
    settled = [person for person in people if not person.joined_later]
    families = _families(settled)
    followers = {person.number for family in families.values() for person in family}
    heads = [person for person in settled if person.number not in followers]
    heads.sort(key=lambda head: _place(head, head.number in families))
    listed = [person for head in heads for person in (head, *families.get(head.number, ()))]
    return [person.member for person in (*listed, *(person for person in people if person.joined_later))]


def _families(people: Sequence[Listed]) -> dict[AddresseeNumber, list[Listed]]:
    """Each member's own family in the household: her spouse first, then her children."""
    present = {person.number for person in people if person.family_of is None}
    families: dict[AddresseeNumber, list[Listed]] = {}
    for person in sorted(people, key=lambda one: (not _is_spouse(one), one.seniority)):
        if person.family_of is not None and person.family_of in present:
            families.setdefault(person.family_of, []).append(person)
    return families


def _is_spouse(person: Listed) -> bool:
    return person.steps[-1:] != () and person.steps[-1] in _SPOUSES


def _place(person: Listed, has_family: bool) -> tuple[int, bool, date, AddresseeNumber]:
    """What sorts the heads: the place of the 続柄; among parents and grandparents 筆頭者 first; seniority."""
    shape = "".join(_KINDS[step] for step in person.steps)
    whole = shape + _WITH_FAMILY if has_family else shape
    rank = next(place for place, pattern in enumerate(_PLACES) if pattern.fullmatch(whole))
    comes_first = shape.endswith("p") and person.is_register_head
    return (rank, not comes_first, *person.seniority)
