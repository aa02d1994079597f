"""What is printed of which record: line by line as law and request let it stand, in the order of the forms.

A document is composed of what the policy has shown to who issues it, and of nothing that the law withholds: an item is
read only where `law` grants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.certificates import earlier, law, wording
from domain.certificates.documents import Certifier, Document, Entry, Line, Printing
from domain.certificates.kinds import CertificateKind
from domain.certificates.law import Standing
from domain.certificates.requests import CertificateRequest, CertifiedItem
from domain.values.dates import RegisterDate

_I, _K = CertifiedItem, CertificateKind


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One person as a document may tell of her: `values` as leaves (ISO dates), by item identifier.

    `versions` are those of her record, with the same items, `history_number` and `valid_from`, where they are needed;
    `date_texts` how the register words dates that are not fully known (不詳日).
    """

    addressee_number: str
    values: Mapping[str, object]
    versions: Sequence[Mapping[str, object]] = ()
    closed: bool = False
    foreign: bool = False
    date_texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, addressee_number: str, values: Mapping[str, object], versions: Sequence[Mapping[str, object]] = ()
    ) -> Person:
        """Somebody whose `values` hold what `law.items_to_load` names: they say which kind of record it is."""
        return cls(
            addressee_number,
            values,
            versions,
            closed=values["ceased_resident_on"] is not None,
            foreign=values["became_foreign_resident_on"] is not None,
        )

    def __repr__(self) -> str:
        return f"Person({self.addressee_number})"


IN_ORDER = (
    _I.NAME,
    _I.NAME_READING,
    _I.FORMER_SURNAME,
    _I.ALIAS,
    _I.DATE_OF_BIRTH,
    _I.SEX,
    _I.ADDRESS,
    _I.HOUSEHOLDER_AND_RELATIONSHIP,
    _I.BECAME_RESIDENT_ON,
    _I.BECAME_FOREIGN_RESIDENT_ON,
    _I.NOTIFICATION_AND_PREVIOUS_ADDRESS,
    _I.REGISTERED_DOMICILE,
    _I.NATIONALITY_OR_REGION,
    _I.FOREIGN_RESIDENT_CATEGORY,
    _I.STATUS_OF_RESIDENCE,
    _I.PERIOD_OF_STAY,
    _I.PERIOD_OF_STAY_EXPIRES_ON,
    _I.RESIDENCE_CARD_NUMBER,
    _I.INDIVIDUAL_NUMBER,
    _I.RESIDENT_RECORD_CODE,
    _I.ELECTORAL_ROLL,
    _I.NATIONAL_HEALTH_INSURANCE,
    _I.LATE_STAGE_ELDERLY_CARE,
    _I.LONG_TERM_CARE_INSURANCE,
    _I.NATIONAL_PENSION,
    _I.CHILD_ALLOWANCE,
    _I.ALIAS_HISTORY,
    _I.CLOSING,
)
"""The order of the cells."""

COPIES = (_K.RESIDENT_RECORD_COPY, _K.CLOSED_RESIDENT_RECORD_COPY, _K.WIDE_AREA_RESIDENT_RECORD_COPY)
"""What has a cell for an item even where it is omitted."""

WITH_HISTORY = (_K.RESIDENT_RECORD_COPY, _K.CLOSED_RESIDENT_RECORD_COPY)
"""What may show earlier entries (標準仕様書1.0 5.1: 履歴の有無)."""

_CELLS: Mapping[CertifiedItem, tuple[str, ...]] = {
    item: law.RECORD_ITEMS[item]
    for item in (
        _I.HOUSEHOLDER_AND_RELATIONSHIP,
        _I.REGISTERED_DOMICILE,
        _I.INDIVIDUAL_NUMBER,
        _I.RESIDENT_RECORD_CODE,
        _I.ALIAS,
        *law.STANDING_OF_FOREIGNERS,
    )
} | {_I.FORMER_SURNAME: ("former_surname",)}
"""What has a cell on every copy, which says 省略 where it is omitted (標準仕様書1.0 5.1); 旧氏 and 通称 too."""

_LABELS = {_I.ALIAS: wording.ALIAS}
"""Where a cell is about a part of an item of the record."""

_OF_HISTORY = law.STANDING_OF_FOREIGNERS | {
    _I.NAME,
    _I.FORMER_SURNAME,
    _I.DATE_OF_BIRTH,
    _I.SEX,
    _I.ADDRESS,
    _I.HOUSEHOLDER_AND_RELATIONSHIP,
    _I.REGISTERED_DOMICILE,
}
_WITHOUT_EARLIER = frozenset({"address_established_on", "former_surname_reading", "residence_card_number"})
"""What says nothing by itself of how she was entered, or is a number."""


def composed(request: CertificateRequest, people: Sequence[Person], certifier: Certifier, today: date) -> Document:
    """The document about these people, in the order in which they are given (標準仕様書1.0 5.2)."""
    return Document(
        kind=request.kind,
        title=request.kind.japanese,
        entries=tuple(_Composing(request, person).entry() for person in people),
        statement=wording.statement_of(request.kind, whole_household=request.whole_household),
        issued_on=RegisterDate.of(today).wareki(),
        certifier=certifier,
        in_one_list=request.in_one_list,
        marks=tuple(_marks(request)),
    )


def needs_versions(request: CertificateRequest, values: Mapping[str, object]) -> bool:
    """Whether the versions of this record must be read: for its history, or for what its last change has covered."""
    wants_history = request.with_history and request.kind in WITH_HISTORY
    covered = values.get("change_reason") not in {None, *earlier.OF_ADDRESS}
    return wants_history or (covered and "change_reason" in law.items_to_load(request))


def _marks(request: CertificateRequest) -> Iterator[str]:
    """What stands at the head (標準仕様書1.0 5.7, 4.1.3.0.3, 4.1.3.0.4)."""
    if request.marked_official:
        yield "公用"
    if request.reissue_of is not None:
        yield "再交付"
    if request.special_move_in:
        yield "特例による転出処理済"


class _Composing:
    """What one request lets stand of one person."""

    def __init__(self, request: CertificateRequest, person: Person) -> None:
        self.request, self.person = request, person
        self.versions = earlier.one_after_another(person.versions)

    def entry(self) -> Entry:
        """Everything about her."""
        lines = tuple(line for item in IN_ORDER for line in self.lines_of(item))
        return Entry(self.person.addressee_number, lines, tuple(self.history()))

    def is_granted(self, item: CertifiedItem) -> bool:
        """Whether it is printed."""
        return law.is_granted(self.request, item, foreign=self.person.foreign, closed=self.person.closed)

    def is_omitted(self, item: CertifiedItem) -> bool:
        """Whether its cell says 省略: it might be there, and was not asked for."""
        person, request = self.person, self.request
        standing = law.standing(
            request.kind, request.requester.kind, item, foreign=person.foreign, closed=person.closed
        )
        return request.kind in COPIES and standing in (Standing.ON_REQUEST, Standing.ON_APPROVAL)

    def lines_of(self, item: CertifiedItem) -> Iterator[Line]:
        """Its cells."""
        if self.is_granted(item):
            yield from self.printed(item)
        elif self.is_omitted(item):
            for name in _CELLS.get(item, ()):
                yield Line(name, _LABELS.get(item, wording.LABELS[name]), Printing.OMITTED)

    def printed(self, item: CertifiedItem) -> Iterator[Line]:
        """What the register says of it."""
        match item:
            case _I.ALIAS:
                yield _line("alias_history", wording.alias_worded(self.person.values["alias_history"]), _LABELS[item])
            case _I.ALIAS_HISTORY:
                said = wording.texts(self.person.values["alias_history"]) or (None,)
                yield from (_line("alias_history", text) for text in said)
            case _I.ADDRESS:
                yield from self.address()
            case _I.NOTIFICATION_AND_PREVIOUS_ADDRESS:
                notified_on = earlier.address_notified_on(self.person.values, self.versions)
                yield _line("notified_on", wording.worded("notified_on", notified_on))
                yield self.line("previous_address")
            case _I.CLOSING:
                moving = self.request.kind is _K.MOVING_OUT_CERTIFICATE
                yield from self.moving_out() if moving else self.closing()
            case _:
                yield from (self.line(identifier) for identifier in law.RECORD_ITEMS[item])

    def line(self, identifier: str) -> Line:
        """One cell, with what her record says."""
        person = self.person
        text = person.date_texts.get(identifier)
        return _line(
            identifier,
            wording.worded(identifier, person.values[identifier], foreign=person.foreign, date_text=text),
        )

    def address(self) -> Iterator[Line]:
        """方書 is always there where the record has one, unless a certificate of items is to omit it (5.4)."""
        yield self.line("current_address")
        omitted = self.request.omit_building_line and self.request.kind.has_chosen_items
        if self.person.values["building_line"] is not None and not omitted:
            yield self.line("building_line")
        yield self.line("address_established_on")

    def moving_out(self) -> Iterator[Line]:
        """転出先 and 転出の予定年月日 (令第23条第2項)."""
        values = self.person.values
        plan = earlier.newest_because(earlier.MOVES_OUT, values, self.versions)
        address = wording.worded("planned_move_out_address", values["planned_move_out_address"])
        yield _line("planned_move_out_address", address, wording.DESTINATION)
        yield _line("changed_on", wording.worded("changed_on", plan["changed_on"] if plan else None))

    def closing(self) -> Iterator[Line]:
        """消除事由, its day, and where she went: as planned, and as the other municipality told (1.1.5, 4.1.3.1.1)."""
        closed = earlier.newest_because(earlier.DELETIONS, self.person.values, self.versions)
        yield _line("change_reason", wording.worded("change_reason", closed["change_reason"] if closed else None))
        yield self.line("ceased_resident_on")
        went = ("planned_move_out_address", "confirmed_move_out_address")
        yield from (self.line(name) for name in went if self.person.values[name] is not None)

    def history(self) -> Iterator[Line]:
        """Earlier entries of what is printed, the newest first; never earlier numbers."""
        if not self.request.with_history or self.request.kind not in WITH_HISTORY:
            return
        granted = [item for item in IN_ORDER if item in _OF_HISTORY and self.is_granted(item)]
        names = [name for item in granted for name in law.RECORD_ITEMS[item] if name not in _WITHOUT_EARLIER]
        said = [(until, name, value) for name in names for value, until in earlier.said_before(name, self.versions)]
        for until, name, value in sorted(said, key=lambda one: one[0], reverse=True):
            text = wording.worded(name, value, foreign=self.person.foreign)
            yield _line(name, f"{text}（{wording.date_worded(until)}まで）")


def _line(identifier: str, text: str | None, label: str | None = None) -> Line:
    printing = Printing.BLANK if text is None else Printing.PRINTED
    return Line(identifier, label or wording.LABELS[identifier], printing, text)
