"""Pages: what a connection's fields read, cursors only where they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
"""What the page is of: disclosures of records, or changes."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page: what is shown, whether more follow or came before, and how a cursor is sealed."""

    nodes: Sequence[T]
    has_next_page: bool
    has_previous_page: bool
    seal: Callable[[T], str]

    @property
    def edges(self) -> list[Edge[T]]:
        """The records, each with its cursor."""
        return [Edge(one, self.seal) for one in self.nodes]

    @property
    def page_info(self) -> Page[T]:
        """Where the page stands: read from the page itself."""
        return self

    @property
    def start_cursor(self) -> str | None:
        """The first record's cursor."""
        return self.seal(self.nodes[0]) if self.nodes else None

    @property
    def end_cursor(self) -> str | None:
        """The last record's cursor: where the next page begins."""
        return self.seal(self.nodes[-1]) if self.nodes else None


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """A record in a page."""

    node: T
    seal: Callable[[T], str]

    @property
    def cursor(self) -> str:
        """Its cursor."""
        return self.seal(self.node)
