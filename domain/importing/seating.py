"""Who is listed where in a household whose lines say only 続柄, and who is its householder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.households import Listed, Member, in_order
from domain.residents import ResidentRecord
from domain.values.identifiers import AddresseeNumber


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody whose record names the household, and whether it is closed."""

    person: Listed
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Seating:
    """The place of each member, from 1 on, and the householder, if there is one."""

    places: Mapping[AddresseeNumber, int]
    householder: AddresseeNumber | None


def seat_of(record: ResidentRecord) -> Seat:
    """A resident with what her place in the list depends on."""
    name = None if record.full_name is None else record.full_name.text
    heads_register = name is not None and record.family_register_head == name
    member = Member(record.addressee_number, record.relationship_to_householder)
    return Seat(Listed(member, record.date_of_birth, is_register_head=heads_register), record.is_closed)


def seating(seats: Sequence[Seat]) -> Seating | None:
    """The members in the order of a copy (標準仕様書1.0 5.2): who lives there or, where nobody does, who last did.

    `None` where two of those who live there are entered as 世帯主. 子の妻 does not say of which 子: where there is one
    only, of that one.
    """
    living = [seat.person for seat in seats if not seat.is_closed]
    people = living or [seat.person for seat in seats]
    heads = [one.number for one in people if one.member.is_householder]
    if living and len(heads) > 1:
        return None
    members = in_order([_with_family(one, people) for one in people])
    places = {member.addressee_number: at for at, member in enumerate(members, start=1)}
    return Seating(places, heads[0] if len(heads) == 1 else None)


def _with_family(person: Listed, people: Sequence[Listed]) -> Listed:
    nearer = person.steps[:-1]
    whose = [one.number for one in people if nearer[:1] == ("子",) and one.steps == nearer]
    return replace(person, family_of=whose[0]) if len(whose) == 1 else person
