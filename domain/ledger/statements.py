"""A resident's own statement (開示): who saw what of her, for which purpose and on which legal basis.

Told is the office (部署) and what it did, not which member of staff it was: 個情法第78条第1項第2号ハ tells the post and
the act. Kept from her is what the officer responsible for support measures did (her own statement would tell somebody
of her household that she is protected: 同項第2号), and papers for organs of the state (公用請求, which may be for a
criminal investigation: 同項第5号). These are counted together, so that nobody can tell one from the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.csv_texts import csv_of
from domain.items import HOUSEHOLD_ITEMS, VERSION_ITEMS
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Recorded

HIDDEN_PURPOSES: Final = frozenset({"support_measures"})
HANDED_OVER: Final = "Handover.fetch"
AT_ONCE: Final = timedelta(seconds=2)
"""A paper and its entry are dated one after the other, in one go."""

_ACTS: Final[Mapping[Kind, str]] = {
    Kind.READ: "記録を見ました",
    Kind.SEARCH: "検索して見つけました",
    Kind.CHANGE: "記録を変更しました（届出の受付を含みます）",
    Kind.ISSUE: "証明書などの書類又はデータを作りました",
    Kind.REFUSAL: "見ようとしましたが、システムが断りました",
    Kind.SIGN_IN: "サインインしました",
    Kind.LEDGER_READ: "この記録（アクセス記録）を点検しました",
    Kind.JOB: "自動の処理をしました",
}
_NO_PURPOSE: Final = ("", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One access: when, which office, what it did, for which purpose by which law, and the items it was shown."""

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
    """What is told to whom this addressee number is, of these days; `hidden` is how many the law keeps from her."""

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
    "表示した項目 items",
    "個人番号 individualNumber",
)


def _cells(row: Row) -> tuple[str | None, ...]:
    number = "あり" if row.number_accessed else "なし"
    at = row.at.isoformat(timespec="seconds")
    return (at, row.act, row.department, row.place, row.purpose, row.legal_basis, "、".join(row.items), number)


@dataclass(frozen=True, slots=True)
class Told:
    """What a statement needs besides: each purpose's name and legal basis by its code, and what was issued of her to
    organs of the state (by which staff number, when).
    """

    purposes: Mapping[str, tuple[str, str]]
    official: Collection[tuple[str, datetime]] = ()


def statement_of(addressee_number: str, days: Days, entries: Iterable[Recorded], told: Told) -> Statement:
    """The statement of these entries, in the order of time, and of the ledger within a moment."""
    rows: list[Row] = []
    hidden = 0
    last_paper: dict[str | None, bool] = {}
    for entry in sorted(entries, key=lambda one: (one.at, one.fields["position"])):
        if addressee_number not in entry.people:
            continue
        if _is_hidden(entry, told, last_paper):
            hidden += 1
        else:
            rows.append(_row(entry, addressee_number, told))
    return Statement(addressee_number, days, tuple(rows), hidden)


def _is_hidden(entry: Recorded, told: Told, last_paper: dict[str | None, bool]) -> bool:
    """Handing a paper over is as open as the paper: it is the last that this person has issued of her."""
    if entry.text("purpose") in HIDDEN_PURPOSES:
        return True
    if entry.kind is Kind.ISSUE:
        last_paper[entry.staff_number] = any(
            by == entry.staff_number and abs(entry.at - at) <= AT_ONCE for by, at in told.official
        )
        return last_paper[entry.staff_number]
    return entry.text("path") == HANDED_OVER and last_paper.get(entry.staff_number, False)


def _row(entry: Recorded, addressee_number: str, told: Told) -> Row:
    shown = tuple(_shown(entry, addressee_number))
    purpose, legal_basis = told.purposes.get(entry.text("purpose") or "", _NO_PURPOSE)
    return Row(
        at=entry.at,
        act=_ACTS[entry.kind],
        department=entry.text("department"),
        place=entry.text("place") if entry.staff_number is not None else None,
        purpose=purpose or None,
        legal_basis=legal_basis or None,
        items=shown,
        number_accessed=_has_number(entry, addressee_number),
    )


def _shown(entry: Recorded, addressee_number: str) -> Iterator[str]:
    """The Japanese names of the items that were SHOWN of her."""
    for group in entry.groups:
        if addressee_number in group.subjects:
            for item in sorted(group.items):
                known = VERSION_ITEMS.get(item) or HOUSEHOLD_ITEMS.get(item)
                if known and group.shows(item):
                    yield known.japanese


def _has_number(entry: Recorded, addressee_number: str) -> bool:
    """Whether hers was shown, or she was found by it, or it stands on what was made."""
    if not entry.fields["number_accessed"]:
        return False
    mine = [one for one in entry.groups if addressee_number in one.subjects]
    shown = any(one.shows("individual_number") for one in mine)
    return shown or "individual_number" in entry.searched_by or entry.kind is Kind.ISSUE
