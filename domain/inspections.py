"""閲覧: part of the register as it is shown for inspection, four items of each in an area (住基法第11条, 第11条の2).

Nobody who is protected or restricted stands on it, nor a closed record (標準仕様書1.0 9.5, 3.4); what the paper and the
list say is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import ClassVar, Final

from domain.certificates.documents import Certifier, Document, Entry, Line, Printing
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import RequesterKind
from domain.certificates.wording import LABELS, worded
from domain.csv_texts import csv_of
from domain.errors import InvalidValue
from domain.notifications import told
from domain.search_terms import Term
from domain.values.dates import RegisterDate
from domain.values.sex import Sex
from domain.values.texts import require_line

ITEMS: Final = ("full_name", "date_of_birth", "sex", "current_address")
"""氏名, 出生の年月日, 男女の別, 住所: all that is ever shown (住基法第11条第1項)."""

TO_LOAD: Final = (*ITEMS, "building_line", "became_foreign_resident_on", "restricted")
"""What the four are made of, and what tells in which calendar a birth stands and who is left out."""

LONGEST_AREA: Final = 100


class InspectionGround(StrEnum):
    """What it is inspected for (住基法第11条第1項, 第11条の2第1項第1号から第3号まで)."""

    STATUTORY_DUTY = "STATUTORY_DUTY"
    RESEARCH = "RESEARCH"
    WELFARE = "WELFARE"
    RESIDENCE_CONFIRMATION = "RESIDENCE_CONFIRMATION"

    @property
    def japanese(self) -> str:
        """What the law says of it, in short."""
        return _GROUNDS[self][0]

    @property
    def article(self) -> str:
        """Where the law says so."""
        return _GROUNDS[self][1]

    @property
    def requester(self) -> RequesterKind:
        """Who asks on this ground."""
        is_organ = self is InspectionGround.STATUTORY_DUTY
        return RequesterKind.OFFICIAL_REQUESTER if is_organ else RequesterKind.THIRD_PARTY_APPLICANT


_GROUNDS: Final = {
    InspectionGround.STATUTORY_DUTY: ("国又は地方公共団体の機関の法令で定める事務", "住基法第11条第1項"),
    InspectionGround.RESEARCH: ("公益性の高い統計調査、世論調査、学術研究等", "住基法第11条の2第1項第1号"),
    InspectionGround.WELFARE: ("公共的団体が行う公益性の高い住民の福祉の向上", "住基法第11条の2第1項第2号"),
    InspectionGround.RESIDENCE_CONFIRMATION: ("営利以外の目的の居住関係の確認", "住基法第11条の2第1項第3号"),
}

_OF_ORGANS: Final = ("organ", "reader_name", "reader_title", "purpose_of_use")
_OF_OTHERS: Final = ("name", "address", "reader_name", "reader_address", "purpose_of_use", "safekeeping")
MUST_STATE: Final[Mapping[InspectionGround, tuple[str, ...]]] = MappingProxyType(
    {
        InspectionGround.STATUTORY_DUTY: _OF_ORGANS,
        InspectionGround.RESEARCH: (*_OF_OTHERS, "handling_of_results"),
        InspectionGround.WELFARE: _OF_OTHERS,
        InspectionGround.RESIDENCE_CONFIRMATION: _OF_OTHERS,
    }
)
"""What who asks must state (住基法第11条第2項, 第11条の2第2項)."""


class InspectionOrder(StrEnum):
    """In which order people stand (標準仕様書1.0 9.5)."""

    BY_ADDRESS = "BY_ADDRESS"
    RANDOM = "RANDOM"

    @property
    def japanese(self) -> str:
        """The word for it."""
        return {"BY_ADDRESS": "住所順", "RANDOM": "ランダム順位"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Inspector:
    """Who asks to inspect the register, and what she must state (住基法第11条第2項, 第11条の2第2項)."""

    organ: str | None = told("機関の名称", "organ of the State or a local government", default=None)
    name: str | None = told("申出者の氏名又は名称", "name of who asks", default=None)
    address: str | None = told("申出者の住所又は主たる事務所の所在地", "address of who asks", default=None)
    representative: str | None = told("法人の代表者又は管理人の氏名", "who represents a corporation", default=None)
    reader_name: str | None = told("閲覧者の氏名", "who will read it", default=None)
    reader_title: str | None = told("閲覧者の職名", "her official title", default=None)
    reader_address: str | None = told("閲覧者の住所", "her address", default=None)
    purpose_of_use: str | None = told("利用の目的・請求事由", "what it is to be used for", default=None)
    legal_basis: str | None = told("根拠法令", "legal basis of an official request", default=None)
    safekeeping: str | None = told("閲覧事項の管理の方法", "how what was read is kept safe", default=None)
    handling_of_results: str | None = told("調査研究の成果の取扱い", "what becomes of the results", default=None)

    def stated(self) -> dict[str, str]:
        """What was stated."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: text for name, text in given.items() if text is not None}

    def __post_init__(self) -> None:
        for name, text in self.stated().items():
            require_line(name, text)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class InspectionRequest:
    """Make a copy of part of the register for inspection. / 住民基本台帳の一部の写しの閲覧

    Raises `InvalidValue`.
    """

    procedure: ClassVar[str] = "registerInspection"

    ground: InspectionGround = told("閲覧の区分", "what it is inspected for, by the article that lets her")
    inspector: Inspector = told("請求者・申出者", "who asks")
    area: str = told("地区", "the beginning of the addresses: 旭町4丁目")
    sex: Sex | None = told("性別", "only these", default=None)
    date_of_birth: str | None = told("生年月日", "only who was born then, as far as it is said: 1950", default=None)
    order: InspectionOrder = told("並び順", "in which order they stand", default=InspectionOrder.BY_ADDRESS)
    is_found_appropriate: bool = told(
        "市長が相当と認めた申出", "whether a request by others than organs was approved", default=False
    )

    def __post_init__(self) -> None:
        require_line("area", self.area, LONGEST_AREA)
        stated = self.inspector.stated()
        for name in MUST_STATE[self.ground]:
            if name not in stated:
                raise InvalidValue(f"inspector.{name}", "must be stated on this ground", "この区分では記載が必要です")
        if self.ground is not InspectionGround.STATUTORY_DUTY and not self.is_found_appropriate:
            raise InvalidValue("is_found_appropriate", "must be so on this ground", "市長が相当と認めた場合に限ります")

    def terms(self) -> tuple[Term, ...]:
        """By what people are found."""
        given = (("current_address", self.area), ("sex", self.sex), ("date_of_birth", self.date_of_birth))
        return tuple(Term(item, str(value)) for item, value in given if value is not None)

    def book_says(self) -> dict[str, str]:
        """Who inspected what for which purpose, as the issuance book keeps it (住基法第11条第3項, 第11条の2第12項)."""
        return self.inspector.stated() | {
            "kind": self.ground.requester.value,
            "ground": self.ground.value,
            "article": self.ground.article,
            "area": self.area,
        }


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """Somebody who may stand on the list; `values` are what `TO_LOAD` names."""

    addressee_number: str
    values: Mapping[str, object]

    def entry(self) -> Entry:
        """Her row."""
        return Entry(self.addressee_number, tuple(self._line(item) for item in ITEMS))

    def _line(self, item: str) -> Line:
        text = self._text(item)
        return Line(item, LABELS[item], Printing.BLANK if text is None else Printing.PRINTED, text)

    def _text(self, item: str) -> str | None:
        foreign = self.values["became_foreign_resident_on"] is not None
        text = worded(item, self.values[item], foreign=foreign)
        building = self.values["building_line"]
        return f"{text}\u3000{building}" if item == "current_address" and text and building else text

    def __repr__(self) -> str:
        return f"Listed({self.addressee_number})"


def in_order(people: Iterable[Listed], order: InspectionOrder, lot: str) -> list[Listed]:
    """By address; or in an order that tells nothing, drawn by `lot`, a secret of the moment."""
    if order is InspectionOrder.RANDOM:
        return sorted(people, key=lambda one: _drawn(lot, one.addressee_number))
    return sorted(people, key=lambda one: (*(str(one.values[name] or "") for name in _PLACE), one.addressee_number))


_PLACE: Final = ("current_address", "building_line")


def _drawn(lot: str, number: str) -> bytes:
    return sha256(f"{lot} {number}".encode()).digest()


def inspection_copy(people: Sequence[Listed], certifier: Certifier, today: date) -> Document:
    """The list, for the press. It certifies nothing: it is read at the counter."""
    kind = CertificateKind.REGISTER_INSPECTION_COPY
    return Document(
        kind=kind,
        title=kind.japanese,
        entries=tuple(one.entry() for one in people),
        statement="",
        issued_on=RegisterDate.of(today).wareki(),
        certifier=certifier,
        in_one_list=True,
        marks=("閲覧用",),
    )


HEADINGS: Final = ("氏名 name", "生年月日 date of birth", "性別 sex", "住所 address")


def as_csv(rows: Iterable[Sequence[str | None]]) -> str:
    """The same list as CSV (RFC 4180), every cell quoted, headed in both languages."""
    return csv_of([HEADINGS, *rows])
