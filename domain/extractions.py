"""Extractions (抽出): what is given out in bulk, on a request that a second person approved, once.

標準仕様書1.0 9.6 (無作為抽出・条件指定抽出), 10.1 (EUC); 重点項目評価書Ⅲ: 大量のデータ出力に際しては、
事前に管理責任者の承認を得る; データ抽出を行う際は依頼書を作成し、住民課長の承認が必要.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol

from domain.certificates.issuances import Handover
from domain.errors import Code, InvalidValue, Refusal
from domain.items import RESIDENT_ITEMS, Form
from domain.ledger.entries import Entry
from domain.notifications import Idempotency, told
from domain.ports import Answer, Occasion, Order, Reading
from domain.statistics import Citizenship
from domain.values.dates import RegisterDate
from domain.values.hidden_numbers import refuse_hidden_number
from domain.values.search_keys import address_key
from domain.values.sex import Sex
from domain.values.texts import require_line

MOST_RECORDS: Final = 200_000
MOST_DAYS: Final = 31
LONGEST_MEDIUM: Final = 100

EXTRACTED: Final[Mapping[str, str]] = {
    item.graphql_name: item.identifier
    for item in RESIDENT_ITEMS.values()
    if item.form not in (Form.RECORD, Form.RECORDS)
}
"""The items that may be asked for, by their names in the schema."""


class ExtractionState(StrEnum):
    """What became of a request. Past its day, one that is not DONE is open no more."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    DONE = "DONE"


FROM: Final[Mapping[ExtractionState, frozenset[ExtractionState]]] = {
    ExtractionState.APPROVED: frozenset({ExtractionState.REQUESTED}),
    ExtractionState.REFUSED: frozenset({ExtractionState.REQUESTED}),
    ExtractionState.WITHDRAWN: frozenset({ExtractionState.REQUESTED, ExtractionState.APPROVED}),
    ExtractionState.DONE: frozenset({ExtractionState.APPROVED}),
}
"""From which states each state is reached."""


class ExtractionForm(StrEnum):
    """How the result is written; both in UTF-8, compressed with gzip, encrypted with age."""

    CSV = "CSV"
    JSON = "JSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionCriteria:
    """Who is meant: all conditions hold. / 抽出条件"""

    address: str | None = told("住所の前方一致", "how their address begins", default=None)
    born_from: RegisterDate | None = told("生年月日（以後）", "born on this day or later", default=None)
    born_to: RegisterDate | None = told("生年月日（以前）", "born on this day or earlier", default=None)
    sex: Sex | None = told("性別", "sex", default=None)
    citizenship: Citizenship | None = told("日本人・外国人の別", "Japanese or foreign residents", default=None)
    include_closed: bool = told("除票を含む", "whether closed records count too", default=False)
    sample: int | None = told("抽出人数（無作為抽出）", "so many of them by chance; all where null", default=None)

    def __post_init__(self) -> None:
        if self.address is not None and not address_key(self.address):
            raise InvalidValue("address", "holds nothing to compare", "検索できる文字がありません")
        if self.sample is not None and not 1 <= self.sample <= MOST_RECORDS:
            raise _out_of_range("sample", MOST_RECORDS)

    @property
    def items(self) -> tuple[str, ...]:
        """The items that it tells people apart by: whoever may not search by one may not extract by it."""
        by: Mapping[str, object] = {
            "current_address": self.address,
            "date_of_birth": self.born_from or self.born_to,
            "sex": self.sex,
            "foreign_resident_category": self.citizenship,
        }
        return tuple(item for item, condition in by.items() if condition is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionRequest:
    """Ask for data in bulk: what for, of whom, which items. / 抽出依頼

    Raises `InvalidValue`.
    """

    procedure: ClassVar[str] = "requestExtraction"

    reason: str = told("利用目的", "what it is for")
    criteria: ExtractionCriteria = told("抽出条件", "who is meant")
    items: tuple[str, ...] = told("抽出項目", "which items, by their field names")
    form: ExtractionForm = told("出力形式", "how the result is written")
    most: int = told("上限件数", "how many records at most; with more, none is given out")
    recipient: str = told("暗号化の公開鍵", "age public key of who is to read the file: age1…")
    valid_days: int = told("有効日数", "for how many days it may be approved and carried out", default=7)

    def __post_init__(self) -> None:
        require_line("reason", self.reason)
        refuse_hidden_number("reason", self.reason)
        if not self.items or len(set(self.items)) != len(self.items) or not set(self.items) <= set(EXTRACTED):
            raise InvalidValue("items", "names items of residents, each once", "住民の項目名を重複なく指定してください")
        if not 1 <= self.most <= MOST_RECORDS:
            raise _out_of_range("most", MOST_RECORDS)
        if self.criteria.sample is not None and self.criteria.sample > self.most:
            raise InvalidValue("most", "is less than the sample", "抽出人数より少なくなっています")
        if not 1 <= self.valid_days <= MOST_DAYS:
            raise _out_of_range("valid_days", MOST_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What carrying it out came to, and who was there (重点項目評価書Ⅲ: 媒体への出力の際に職員の立会いを必要とする)."""

    at: datetime
    by: str
    witness: str
    medium: str
    records: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A request and what became of it. People are staff numbers; `decided_by` also who withdrew it."""

    id: str
    state: ExtractionState
    made_at: datetime
    made_by: str
    department: str
    purpose: str
    request: ExtractionRequest
    expires_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    carried: Carried | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether it may be carried out."""
        return self.state is ExtractionState.APPROVED and at < self.expires_at

    def decided(self, state: ExtractionState, at: datetime, by: str) -> Extraction:
        """Approved, refused or withdrawn. Raises `Refusal` (EXTRACTION_NOT_OPEN)."""
        return replace(self._become(state, at), decided_at=at, decided_by=by)

    def carried_out(self, carried: Carried) -> Extraction:
        """Done, for good. Raises `Refusal` (EXTRACTION_NOT_OPEN)."""
        return replace(self._become(ExtractionState.DONE, carried.at), carried=carried)

    def _become(self, state: ExtractionState, at: datetime) -> Extraction:
        if self.state not in FROM[state] or at >= self.expires_at:
            raise Refusal(Code.EXTRACTION_NOT_OPEN)
        return replace(self, state=state)


def requested(request: ExtractionRequest, made: Mapping[str, Any], at: datetime) -> Extraction:
    """A new request; `made` has `id`, `made_by`, `department` and `purpose`."""
    expires_at = at + timedelta(days=request.valid_days)
    state = ExtractionState.REQUESTED
    return Extraction(state=state, made_at=at, request=request, expires_at=expires_at, **made)


class Sample:
    """So many of those who are offered, each with the same chance, without keeping them all (algorithm R)."""

    def __init__(self, size: int, below: Callable[[int], int]) -> None:
        self._size = size
        self._below = below
        self._offered = 0
        self.chosen: list[str] = []

    def offer(self, numbers: Iterable[str]) -> None:
        """Let these have their chance."""
        for number in numbers:
            self._offered += 1
            if len(self.chosen) < self._size:
                self.chosen.append(number)
            elif (at := self._below(self._offered)) < self._size:
                self.chosen[at] = number


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the requests in this state, the oldest first; `own`: of this staff number for this purpose alone."""

    state: ExtractionState
    first: int
    after: str | None = None
    own: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """Who is looked for: `shown_for` are, for each item of the criteria, the facts for which the caller is shown it."""

    criteria: ExtractionCriteria
    shown_for: Mapping[str, frozenset[int]]


class ExtractionStore(Protocol):
    """Requests, and whom they find. Each order is one transaction, as everywhere."""

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        ...

    async def one(self, municipality_code: str, id_: str) -> Extraction | None:
        """The request with this id."""
        ...

    async def listed(self, municipality_code: str, listing: Listing) -> list[Extraction]:
        """A page of them."""
        ...

    async def request(self, order: Order, extraction: Extraction) -> Answer:
        """Keep a new one."""
        ...

    async def decide(self, order: Order, extraction: Extraction) -> Answer:
        """Note that it is approved, refused or withdrawn. Raises `Refusal` (EXTRACTION_NOT_OPEN) for one that ended."""
        ...

    async def carry_out(self, order: Order, extraction: Extraction, handover: Handover) -> Answer:
        """Note that it is done, and let the result wait behind its link. Raises `Refusal` (EXTRACTION_NOT_OPEN)."""
        ...

    async def found(
        self, reading: Reading, occasion: Occasion, extent: Extent, after: str | None, limit: int
    ) -> list[str]:
        """The addressee numbers of those who are meant and may be opened, in their order, after this one."""
        ...

    async def record(self, municipality_code: str, entries: Sequence[Entry]) -> None:
        """Commit to the ledger what was loaded. Raises `Refusal` (LEDGER_UNAVAILABLE)."""
        ...

    async def waiting(self, municipality_code: str, id_: str, at: datetime) -> Handover | None:
        """The link to a result that was not fetched and has not expired, without its content."""
        ...


class Envelope(Protocol):
    """What encrypts a result for its reader alone."""

    def accepts(self, recipient: str) -> bool:
        """Whether this is a public key."""
        ...

    def sealed(self, content: bytes, recipient: str) -> bytes:
        """The content, which only the holder of the private key opens."""
        ...


def _out_of_range(name: str, most: int) -> InvalidValue:
    return InvalidValue(name, f"must be 1 to {most}", f"1から{most}までです")
