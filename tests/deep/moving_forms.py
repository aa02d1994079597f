"""Forms of who comes, moves, goes, and of who belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.notifications import Notice
from domain.procedures import corrections, households, moving, moving_in
from domain.procedures.entering import Entrant
from domain.procedures.filing import Filing
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import HouseholdNumber
from domain.values.names import Name
from domain.values.relationships import HOUSEHOLDER, Relationship
from tests.deep.choices import ADDRESSES, ELSEWHERE, PLACES, Choices, Fill, Town, a_number, filing, resident
from tests.domain.entrants import a_foreigner, an_entrant
from tests.domain.situations import code

# 転入.


def _household(town: Town, choices: Choices, *others: HouseholdNumber | None) -> HouseholdNumber | None:
    return choices.one((*others, *sorted({one.household_number for one in town.records.values()})))


def _another(town: Town, than: ResidentRecord, choices: Choices) -> HouseholdNumber:
    homes = sorted({one.household_number for one in town.living} - {than.household_number})
    return choices.one(homes or [than.household_number])


def _newcomer(town: Town, choices: Choices, relationship: Relationship, *, foreign: bool) -> Entrant:
    serial = next(town.serials)
    drawn: dict[str, Any] = {"draws_code": True, "resident_record_code": None}
    own: dict[str, Any] = {"draws_code": False, "resident_record_code": code(serial)}
    kind = a_foreigner if foreign else an_entrant
    said: dict[str, Any] = {
        "full_name": Name(f"転入　{serial}"),
        "individual_number": choices.one((None, a_number(town, choices))),
        **choices.one((drawn, own)),
    }
    if foreign:
        said["residence_card_number"] = f"AB{serial:08}CD"
    return kind(serial, relationship.text, **said)


def _returning(town: Town, choices: Choices, relationship: Relationship) -> Entrant:
    who = choices.one([*town.closed, *town.living])
    return Entrant(addressee_number=who.addressee_number, relationship_to_householder=relationship)


def _entering(kind: type[Any], *, foreign: bool = False, **said: Any) -> Fill:
    def fill(town: Town, choices: Choices) -> Notice:
        home = _household(town, choices, None)
        first = HOUSEHOLDER if home is None else choices.one(PLACES)
        members = [_newcomer(town, choices, first, foreign=foreign)]
        if choices.one((False, False, True)) and not foreign:
            members = [_returning(town, choices, first)]
        if choices.one((False, True)):
            members.append(_newcomer(town, choices, choices.one(PLACES), foreign=foreign))
        address, how = choices.one(ADDRESSES), filing(town, choices)
        notice: Notice = kind(filing=how, household=home, members=tuple(members), current_address=address, **said)
        return notice

    return fill


# 転居, 転出.


def _some(town: Town, choices: Choices) -> list[ResidentRecord]:
    """Some of a household: one, all, or all but the first."""
    home = town.home(resident(town, choices)) or town.closed[:1]
    return choices.one((home[-1:], home, home[:1], home[1:] or home))


def _move_within(town: Town, choices: Choices) -> Notice:
    who = _some(town, choices)
    home = _household(town, choices, None, None, who[0].household_number)
    places = [HOUSEHOLDER if home is None and at == 0 else choices.one(PLACES) for at in range(len(who))]
    members = tuple(
        moving.MovingWithin(addressee_number=one.addressee_number, relationship_to_householder=place)
        for one, place in zip(who, places, strict=True)
    )
    how, address = filing(town, choices), choices.one(ADDRESSES)
    return moving.MoveWithin(filing=how, members=members, household=home, current_address=address)


def _move_out(town: Town, choices: Choices) -> Notice:
    who = tuple(one.addressee_number for one in _some(town, choices))
    day = RegisterDate.of(town.today + timedelta(days=choices.one((4, 0, 15, -3, -20))))
    place = choices.one(tuple(moving.Destination))
    address = choices.one((ELSEWHERE, None))
    return moving.MoveOut(
        filing=Filing(changed_on=day), residents=who, destination=place, planned_move_out_address=address
    )


def _confirm_move_out(town: Town, choices: Choices) -> Notice:
    planned = [one for one in town.living if one.planned_move_out_address]
    who = resident(town, choices, *planned, *town.closed)
    return moving.ConfirmMoveOut(
        filing=filing(town, choices), residents=(who.addressee_number,), confirmed_move_out_address=ELSEWHERE
    )


def _close_due(town: Town, choices: Choices) -> Notice:
    planned = [one for one in town.living if one.planned_move_out_address] or town.living or town.closed
    return moving.CloseDue(residents=(choices.one(planned).addressee_number,))


# 世帯.


def _place(who: ResidentRecord, relationship: Relationship) -> households.HouseholdPlace:
    return households.HouseholdPlace(addressee_number=who.addressee_number, relationship_to_householder=relationship)


def _shared(town: Town, choices: Choices) -> list[ResidentRecord]:
    """A household, mostly one of several people."""
    homes = [town.home(one) for one in town.living]
    return choices.one([home for home in homes if len(home) > 1] or homes or [town.closed[:1]])


def _split(town: Town, choices: Choices) -> Notice:
    home = _shared(town, choices)
    leaving = choices.one((home[-1:], home[:1], home[1:] or home, home))
    places = [_place(one, HOUSEHOLDER if at == 0 else choices.one(PLACES)) for at, one in enumerate(leaving)]
    left = [one for one in home if one not in leaving]
    staying = [_place(one, choices.one((HOUSEHOLDER, *PLACES))) for one in left[: choices.one((0, 1))]]
    return households.SplitHousehold(filing=filing(town, choices), members=tuple(places), remaining=tuple(staying))


def _into_another(kind: type[Any], *, all_of_them: bool) -> Fill:
    def fill(town: Town, choices: Choices) -> Notice:
        home = _shared(town, choices)
        coming = choices.one((home, home[-1:]) if all_of_them else (home[-1:], home[:1], home))
        members = tuple(_place(one, choices.one(PLACES)) for one in coming)
        there = _another(town, home[0], choices)
        notice: Notice = kind(filing=filing(town, choices), household=there, members=members)
        return notice

    return fill


def _change_householder(town: Town, choices: Choices) -> Notice:
    home = _shared(town, choices)
    head = choices.one(home[::-1])
    places = [_place(one, HOUSEHOLDER if one is head else choices.one(PLACES)) for one in home]
    named = choices.one((places, places, places, places[1:] or places))
    return households.ChangeHouseholder(filing=filing(town, choices), members=tuple(named))


OF_MOVES: Mapping[str, Fill] = {
    "moveIn": _entering(moving_in.MoveIn, previous_address=ELSEWHERE),
    "article3046": _entering(moving_in.Article3046, foreign=True),
    "article3047": _entering(moving_in.Article3047, foreign=True),
    "enterExOfficio": _entering(corrections.EnterExOfficio, previous_address=Address("不明")),
    "moveWithin": _move_within,
    "moveOut": _move_out,
    "confirmMoveOut": _confirm_move_out,
    "closeDue": _close_due,
    "splitHousehold": _split,
    "mergeHouseholds": _into_another(households.MergeHouseholds, all_of_them=True),
    "changeHousehold": _into_another(households.ChangeHousehold, all_of_them=False),
    "changeHouseholder": _change_householder,
}
"""By procedure."""
