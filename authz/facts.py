"""The facts about a record: all that a policy may know of it.

Dates (of support measures, releases, closing) are resolved to booleans before, by the clock: no fact holds a date or a
person, so that a decision can be remembered under the facts alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Record:
    """What the policy calls a Record, and the facts about it.

    `closed`: it is no longer current. `protected`: it leads to somebody under a support measure (支援措置). `released`:
    the officer responsible has released it for the caller's purpose. `restricted`: a restriction of inquiries of level
    ERROR holds (照会抑止), and is not released for a while as far as the caller is told.
    """

    closed: bool = False
    protected: bool = False
    released: bool = False
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class ResidentFacts(Record):
    """A resident's record. `closed`: 住民票の除票. `protected`: the measure holds for the person or for somebody who
    shares the household. `restricted`: the restriction is hers or her household's.
    """


@dataclass(frozen=True, slots=True)
class HouseholdFacts(Record):
    """A household. `closed`: nobody lives in it any more. `protected`: a member is protected. `released`: every
    protected member is.
    """


@dataclass(frozen=True, slots=True)
class NotificationFacts:
    """What the policy calls a Notification (届出), and the facts about it.

    `procedure` is its name (`moveIn`), `matter` the item that it records where it is one of the 個別事項, else empty.
    `own`: the caller made it.
    """

    procedure: str = ""
    own: bool = False
    matter: str = ""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What the policy calls a Certificate (証明書・通知書), and the facts about it.

    `kind` is the document and `requester` who asks for it (`domain.certificates`), both empty where the issuance book
    is asked as a whole. The others are the facts of the record that it is made of.
    """

    kind: str = ""
    requester: str = ""
    closed: bool = False
    protected: bool = False
    released: bool = False
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class ExtractionFacts:
    """What the policy calls an Extraction (抽出依頼), and the facts about it.

    `own`: the caller made it, for the purpose that she names now.
    """

    own: bool = False


Kind = type[Record]


def facts_from_code(kind: Kind, code: int) -> Record:
    """The facts that the store gives as one small number: bit 0 closed, 1 protected, 2 released, 3 restricted."""
    return kind(closed=bool(code & 1), protected=bool(code & 2), released=bool(code & 4), restricted=bool(code & 8))


_CODES = tuple(guarded + restricted for restricted in (0, 8) for guarded in (0, 1, 2, 3, 6, 7))


_COMBINATIONS: Mapping[Kind, Mapping[int, Record]] = MappingProxyType(
    {
        kind: MappingProxyType({code: facts_from_code(kind, code) for code in _CODES})
        for kind in (ResidentFacts, HouseholdFacts)
    }
)


def all_facts(kind: Kind) -> Mapping[int, Record]:
    """Every combination by its code; nothing is released that is not protected."""
    return _COMBINATIONS[kind]


def names_that_hold(facts: Record) -> tuple[str, ...]:
    """The names of the facts that hold, as the ledger writes them."""
    return tuple(field.name for field in fields(facts) if getattr(facts, field.name))
