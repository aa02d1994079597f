"""What a record said before, as a document needs it: earlier entries, and what a later change has covered.

A version is what the history answers: its items as leaves, with `history_number` and `valid_from`; an item that may not
be told is `None` and so says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from domain.change_reasons import ChangeReason, Effect

Version = Mapping[str, object]

MOVES_OUT = frozenset(one.japanese for one in (ChangeReason.MOVE_OUT_DOMESTIC, ChangeReason.MOVE_OUT_ABROAD))
"""転出: on a record that is not closed, one that is planned (標準仕様書1.0 1.1.5)."""

DELETIONS = frozenset(one.japanese for one in ChangeReason if one.effect is Effect.DELETION)

REVERSALS = frozenset(
    one.japanese
    for one in (ChangeReason.REVERSAL_INCREASE, ChangeReason.REVERSAL_DECREASE, ChangeReason.REVERSAL_REVISION)
)

OF_ADDRESS = frozenset(
    one.japanese
    for one in (
        ChangeReason.MOVE_IN_DOMESTIC,
        ChangeReason.MOVE_IN_FROM_ABROAD,
        ChangeReason.BIRTH,
        ChangeReason.EX_OFFICIO_ENTRY_NATURALIZATION,
        ChangeReason.EX_OFFICIO_ENTRY_LOSS_OF_NATIONALITY,
        ChangeReason.EX_OFFICIO_ENTRY,
        ChangeReason.MOVE_WITHIN,
    )
)
"""The changes whose notification 住基法第7条第8号 means: those by which she came to live where she does."""


def one_after_another(versions: Iterable[Version]) -> list[Version]:
    """The versions of this record as is known now, the oldest first.

    One that reaches back (誤記修正, 異動の取消し) takes the place of what it reaches back to; what stood before the
    record began again (再転入) is of another record.
    """
    known: list[Version] = []
    for version in sorted(versions, key=_history_number):
        while known and str(known[-1]["valid_from"]) >= str(version["valid_from"]):
            known.pop()
        known.append(version)
    begins = [at for at, (before, after) in enumerate(pairwise(known), 1) if _begins_again(before, after)]
    return known[begins[-1] :] if begins else known


def _history_number(version: Version) -> int:
    return int(str(version["history_number"]))


def _begins_again(before: Version, after: Version) -> bool:
    """Whether an entry follows a closed record, and not the reversal of its closing."""
    closed = before.get("ceased_resident_on") is not None and after.get("ceased_resident_on") is None
    return closed and after.get("change_reason") != ChangeReason.REVERSAL_INCREASE.japanese


def said_before(identifier: str, versions: Sequence[Version]) -> Iterator[tuple[object, str]]:
    """What an item said before, the oldest first, each with the day on which it ceased to."""
    for before, after in pairwise(versions):
        said = before.get(identifier)
        if said is not None and said != after.get(identifier):
            yield said, str(after["valid_from"])


def newest_because(reasons: frozenset[str], values: Version, versions: Sequence[Version]) -> Version | None:
    """The newest state of the record that came about for one of these reasons."""
    return next((one for one in (values, *reversed(versions)) if one.get("change_reason") in reasons), None)


def planned_move_out(values: Version, versions: Sequence[Version]) -> Version | None:
    """The state in which she notified the move-out that is planned; none where a reversal may have taken it back."""
    found = newest_because(MOVES_OUT | REVERSALS, values, versions)
    return None if found is None or found.get("change_reason") in REVERSALS else found


def address_notified_on(values: Version, versions: Sequence[Version]) -> object:
    """届出の年月日 (住基法第7条第8号): of the move to this address, whatever was notified since.

    A notified move-out that has not happened yet is so left out (標準仕様書1.0 5.1). `None` where nobody knows.
    """
    if values.get("change_reason") in {None, *OF_ADDRESS}:
        return values["notified_on"]
    here = [one for one in versions if one.get("current_address") == values["current_address"]]
    moved = (one for one in reversed(here) if one.get("change_reason") in OF_ADDRESS)
    first = (one for one in here if one.get("change_reason") not in MOVES_OUT)
    found = next(moved, None) or next(first, None)
    return found["notified_on"] if found else None
