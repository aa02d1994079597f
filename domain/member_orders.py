"""Where the members of a household stand when somebody has entered or left it (標準仕様書1.0 5.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.importing.seating import Seat, Seating, seating
from domain.values.identifiers import AddresseeNumber


def seated_after(stayed: Sequence[Seat], joined: Sequence[Seat], *, anew: bool) -> Seating | None:
    """The places of all: who stayed as they stood, who joined at the end (既設の世帯に入る者は末尾に順次記載).

    `anew`: the relationships of those who stayed are others now, so they are put in order again. Where nobody lives any
    more, it is the order of those who last did. `None` where two of those who live there are entered as 世帯主.
    """
    living = [seat for seat in (*stayed, *joined) if not seat.is_closed]
    if not living:
        return seating([*stayed, *joined])
    heads = [seat.person.number for seat in living if seat.person.member.is_householder]
    if len(heads) > 1:
        return None
    first = _places([seat for seat in stayed if not seat.is_closed], anew=anew)
    last = _places([seat for seat in joined if not seat.is_closed], anew=True)
    places = {**first, **{number: len(first) + place for number, place in last.items()}}
    return Seating(places, heads[0] if heads else None)


def _places(seats: Sequence[Seat], *, anew: bool) -> Mapping[AddresseeNumber, int]:
    in_order = seating(seats) if anew else None
    if in_order is not None:
        return in_order.places
    return {seat.person.number: place for place, seat in enumerate(seats, start=1)}
