"""A resident's own statement (開示): which office asked for her record, for which purpose and on which legal basis.

Told is the office (部署) and what it did, not which member of staff it was: 個情法第78条第1項第2号ハ tells the post and
the act. It is also in the hands of who lives with her, or acts for her by law, and must not tell them that somebody at
home is under a support measure (支援措置), nor by what stands in it no more (同項第1号・第2号). So:

* It tells what was asked for, never what came of it: a refusal reads like a success, and of the items it names all that
  were asked for and that the purpose is shown of anybody (`Sight.shows`).
* It tells only what would stand in the ledger with or without a measure: that she was asked for herself. Whom another
  record led to is left out, and whom a list or a search found that a measure would have kept from it (`_is_told`). So
  nobody's statement tells either when an office looked at somebody else of the household.
* What is done to protect somebody, for whatever purpose, is neither told nor counted: a count that rises by one would
  say the same (that it is there may not be told either: 個情法第81条).

Requests of organs of the state (公用請求, perhaps for a criminal investigation: 同項第5号) are counted and not told, as
often as one is handed in, issued or refused; what is done with its paper later is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from domain.certificates.requests import RequesterKind
from domain.csv_texts import csv_of
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS, Form
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Recorded
from domain.procedures.protecting import PROTECTING, RESTRICTING

PROTECTING_PURPOSE: Final = "support_measures"
_PROTECTING: Final = [one.procedure for one in RESTRICTING] + [one.procedure for one in PROTECTING]
PROTECTING_PATHS: Final = frozenset(
    {"Query.restrictions", "Query.supportMeasures", *(f"Mutation.{one}" for one in _PROTECTING)}
)
"""What protects somebody, or reads how she is protected."""

EDGES: Final = frozenset({"Household.members", "Household.householder", "Resident.history"})
"""Paths that lead to her from another record. That its household or history was asked for is told of that record."""

LISTS: Final = frozenset({"Query.changes", "Change.version", "Mutation.runExtraction"})
"""Paths that lead to whoever is found, by conditions that the entry does not name."""

OF_NOBODY_PROTECTED: Final = frozenset({"Mutation.registerInspection", "Handover.fetch"})
"""Nobody protected stands on a list for inspection, and no paper of hers is handed over: so nobody's is told.
What was made to be handed over is told as made."""

ISSUING: Final = frozenset({"Mutation.issueCertificate", "daicho certificates batch"})
_OF_PAPERS: Final = ISSUING | {"Mutation.runExtraction"}
_VERIFIED: Final = "Certificate.verification"
_SEARCHED: Final = "Query.residents"
_HER_NUMBER: Final = frozenset({"addressee_number"})

_LOOKED: Final = "記録を見ました（見ようとした場合を含みます）"
_FOUND: Final = "検索して見つけました（見ようとした場合を含みます）"
_CHANGED: Final = "記録を変更しました（届出の受付と、変更しなかった場合を含みます）"
_MADE: Final = "証明書などの書類又はデータを作りました（作らなかった場合を含みます）"
_CHECKED: Final = "証明書が本物かどうかの確認がありました"
_OF_THEIR_KIND: Final[Mapping[Kind, str]] = {
    Kind.LEDGER_READ: "この記録（アクセス記録）を点検しました",
    Kind.JOB: "自動の処理をしました",
    Kind.CHANGE: _CHANGED,
}

_NAMED: Final[Mapping[str, str]] = {
    name: item.japanese
    for name, item in {**VERSION_ITEMS, **HOUSEHOLD_ITEMS, **RESIDENT_ITEMS}.items()
    if item.form is not Form.MARK
}
"""Items as a statement names them; not the mark of who is protected."""
_NO_PURPOSE: Final = ("", "")


class Sight(Protocol):
    """What an office sees for a purpose, by the policy of today: the same whatever holds of anybody's record."""

    def shows(self, item: str) -> bool:
        """Whether it is shown the item of a record of which no fact holds."""

    def opens_alike(self) -> bool:
        """Whether it opens records whether or not they are protected or restricted."""

    def shows_alike(self, items: Collection[str]) -> bool:
        """Whether it is shown each of these items, or not, as if there were no measure."""


@dataclass(frozen=True, slots=True)
class Row:
    """One access: when, which office, what it did, for which purpose by which law, and the items it asked for."""

    at: datetime
    act: str
    department: str | None
    place: str | None
    purpose: str | None
    legal_basis: str | None
    items: tuple[str, ...]
    number_accessed: bool


@dataclass(frozen=True, slots=True, repr=False)
class Statement:
    """What is told to whom this addressee number is, of these days; `hidden` is how many requests are only counted."""

    addressee_number: str
    days: Days
    rows: tuple[Row, ...]
    hidden: int

    def csv(self) -> str:
        """As CSV, headed in both languages."""
        return csv_of([_HEADING, *map(_cells, self.rows)])

    def __repr__(self) -> str:
        return f"Statement({len(self.rows)} rows, {self.hidden} hidden)"


_HEADING: Final = (
    "日時 at",
    "利用の内容 act",
    "部署 department",
    "場所 place",
    "事務 purpose",
    "根拠法令 legalBasis",
    "調べた項目 items",
    "個人番号 individualNumber",
)


def _cells(row: Row) -> tuple[str | None, ...]:
    number = "あり" if row.number_accessed else "なし"
    at = row.at.isoformat(timespec="seconds")
    return (at, row.act, row.department, row.place, row.purpose, row.legal_basis, "、".join(row.items), number)


@dataclass(frozen=True, slots=True)
class Told:
    """What a statement needs besides: each purpose's name and legal basis by its code, and what a department sees for
    a purpose.
    """

    purposes: Mapping[str, tuple[str, str]]
    sight: Callable[[str, str], Sight]


def statement_of(addressee_number: str, days: Days, entries: Iterable[Recorded], told: Told) -> Statement:
    """The statement of these entries, in the order of time, and of the ledger within a moment."""
    rows: list[Row] = []
    hidden = 0
    for entry in sorted(entries, key=lambda one: (one.at, one.fields["position"])):
        if addressee_number not in entry.people or _protects(entry):
            continue
        sight = told.sight(entry.text("department") or "", entry.text("purpose") or "")
        if entry.text("requester") == RequesterKind.OFFICIAL_REQUESTER:
            hidden += entry.text("path") in ISSUING
        elif _is_told(entry, sight):
            rows.append(_row(entry, addressee_number, told, sight))
    return Statement(addressee_number, days, tuple(rows), hidden)


def _protects(entry: Recorded) -> bool:
    return entry.text("purpose") == PROTECTING_PURPOSE or entry.text("path") in PROTECTING_PATHS


def _is_told(entry: Recorded, sight: Sight) -> bool:
    """Whether the entry would name her with or without a measure.

    A restriction (抑止) of her own or of her whole household keeps searches from finding her at all: that is not made
    up for, since hardly any search would be told.
    """
    path = entry.text("path") or ""
    if path in LISTS:
        return sight.shows_alike(RESIDENT_ITEMS)
    if path.startswith("Query."):
        return sight.opens_alike() and sight.shows_alike(entry.searched_by.keys() - _HER_NUMBER)
    return path not in EDGES | OF_NOBODY_PROTECTED and not _repeats(entry)


def _repeats(entry: Recorded) -> bool:
    """Whether it is a notification that was sent again: it names whom it is of only where it was not refused before."""
    path = entry.text("path") or ""
    return entry.kind is Kind.READ and path.startswith("Mutation.") and path not in _OF_PAPERS


def _row(entry: Recorded, addressee_number: str, told: Told, sight: Sight) -> Row:
    seen = [item for item in sorted(_asked(entry, addressee_number) & _NAMED.keys()) if sight.shows(item)]
    purpose, legal_basis = told.purposes.get(entry.text("purpose") or "", _NO_PURPOSE)
    return Row(
        at=entry.at,
        act=_act(entry),
        department=entry.text("department"),
        place=entry.text("place") if entry.staff_number is not None else None,
        purpose=purpose or None,
        legal_basis=legal_basis or None,
        items=tuple(_NAMED[item] for item in seen),
        number_accessed="individual_number" in (*seen, *entry.searched_by),
    )


def _asked(entry: Recorded, addressee_number: str) -> frozenset[str]:
    """The items that were asked for of her; of an issue none, since what is sent again names them if it was refused."""
    if entry.text("path") in ISSUING:
        return frozenset()
    return frozenset().union(*(one.items for one in entry.groups if addressee_number in one.subjects))


def _act(entry: Recorded) -> str:
    """What was done, by what was asked: an entry's kind would say what came of it."""
    path = entry.text("path") or ""
    if path in _OF_PAPERS:
        return _MADE
    if path.startswith("Mutation."):
        return _CHANGED
    if path == _VERIFIED:
        return _CHECKED
    return _FOUND if path == _SEARCHED else _OF_THEIR_KIND.get(entry.kind, _LOOKED)
