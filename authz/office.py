"""What a desk needs to put papers out: the issuance book, the press, how links are made, and what is counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from authz.ledger_review import LedgerReview
from authz.review.matrix import Matrix
from domain.certificates.ports import CertificateStore, Press
from domain.extractions import Envelope, ExtractionStore
from domain.ledger.standing import Standings
from domain.statistics import StatisticsStore


@dataclass(frozen=True, slots=True)
class Bulk:
    """What extractions need: their store, what encrypts them, and chance (`below(n)` is from 0 to n - 1)."""

    store: ExtractionStore
    envelope: Envelope
    below: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Office:
    """`city_of` gives the name of a municipality (苫小牧市) by its code; `link_for` is how long a link may be used.

    `new_token` makes what a link or a paper's QR code holds: random text of 128 bits or more, safe in an address.
    `policy_tables` gives those of the policy in force, `standings` how the proof of a ledger stands.
    """

    certificates: CertificateStore
    press: Press
    city_of: Callable[[str], str]
    link_for: timedelta
    new_token: Callable[[], str]
    statistics: StatisticsStore
    bulk: Bulk
    review: LedgerReview
    policy_tables: Callable[[], Awaitable[Matrix]]
    standings: Standings
