"""A record as this caller may see it: item by item the value, the mask, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from authz.decisions import MASKED, NOTHING, View, without_edge
from authz.policy import Decision
from domain.ports import KEY, Row

MASK = "************"
"""What stands for a masked item, whether or not the register holds one (重点項目評価書Ⅱ-6: マスク表示)."""


INSTEAD = {NOTHING: None, MASKED: MASK}
"""What stands for an item that is not in the row."""


class NotLoadedError(Exception):
    """An item was read that was never asked for: a fault of ours, answered as INTERNAL and never as null."""


class Disclosure:
    """Two references: a row, and the view that all rows with the same facts share.

    It holds nothing that the caller may not see, so reading from it cannot leak.
    """

    __slots__ = ("row", "view")

    def __init__(self, row: Row, view: View) -> None:
        self.row = row
        self.view = view

    def __repr__(self) -> str:
        """No value of the record is ever printed."""
        return f"<Disclosure of {len(self.view.at)} items>"

    def read(self, item: str) -> object:
        """The value, the mask, or None (withheld, or shown and absent).

        Raises `NotLoadedError` for an item that was not asked for.
        """
        at = self.view.at.get(item)
        if at is None:
            raise NotLoadedError(item)
        return self.row[at] if at >= 0 else INSTEAD[at]

    def read_all(self, named: Iterable[tuple[str, str]]) -> dict[str, object]:
        """The same for many items at once, under the names given with them."""
        at, row = self.view.at, self.row
        try:
            return {name: row[at[item]] if at[item] >= 0 else INSTEAD[at[item]] for name, item in named}
        except KeyError as error:
            raise NotLoadedError(str(error)) from error

    @property
    def key(self) -> str:
        """The number that identifies the record inside the service; not an item, never an answer by itself."""
        return str(self.row[KEY])

    def decisions(self) -> Iterator[tuple[str, str, Decision]]:
        """Item, outcome (with ABSENT), decision, for each item that was asked for."""
        for item, decision in self.view.decisions.items():
            yield item, "ABSENT" if self.is_absent(item) else decision.outcome.value, decision

    def withhold(self, edge: str, decision: Decision) -> None:
        """Withhold an edge whose other end may not be opened: an edge is decided for both."""
        self.view = without_edge(self.view, edge, decision)

    def is_absent(self, item: str) -> bool:
        """Whether the item is shown and the register has none."""
        at = self.view.at[item]
        return at > NOTHING and self.row[at] is None
