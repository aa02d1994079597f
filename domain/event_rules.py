"""What must hold of a change before it may stand: one function a rule, each giving what it finds.

The checks themselves, with their sources and texts, are in `domain.checks`; those of a household as it comes to be are
in `domain.seating`. `names` are paths of the input, as the notice spells them (`members.0.full_name`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from unicodedata import category

from domain import checks
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.findings import Check, Finding
from domain.life_events import Ceased, Entered, MoveOutPlanned
from domain.life_histories import LifeHistory
from domain.notifications import Match, Newcomer, Situation
from domain.procedures.filing import Filing
from domain.residents import ResidentRecord, shown
from domain.values.identifiers import AddresseeNumber

NOTIFIED_WITHIN = timedelta(days=14)
"""住基法第22条, 第23条, 第25条, 第30条の46-第30条の48."""

_BY_NUMBER: Mapping[str, tuple[Check, Check]] = {
    "individual_number": (checks.NUMBER_OF_RESIDENT, checks.NUMBER_OF_CLOSED_RECORD),
    "resident_record_code": (checks.CODE_OF_RESIDENT, checks.CODE_OF_CLOSED_RECORD),
    "residence_card_number": (checks.CARD_OF_RESIDENT, checks.CARD_OF_CLOSED_RECORD),
}
_THREE_ITEMS = frozenset({"full_name", "sex", "date_of_birth"})
"""３情報 (標準仕様書1.0 4.1.1.2)."""

_DIFFERS: Mapping[str, Check] = {
    "individual_number": checks.EARLIER_NUMBER_DIFFERS,
    "resident_record_code": checks.EARLIER_CODE_DIFFERS,
}
"""What not everybody may be told has a check of its own."""
_COMPARED_WITH_EARLIER = ("resident_record_code", "individual_number", "full_name", "date_of_birth", "sex")

Findings = Iterator[Finding]


# Whom a notification names.


def record_named(situation: Situation, number: AddresseeNumber, name: str) -> ResidentRecord:
    """The record of somebody whom a notification names. Raises `InvalidValue` naming the input where there is none."""
    record = situation.record_of(number)
    if record is None:
        raise InvalidValue(name, "nobody has this number", "該当する住民票がありません")
    return record


def require_each_once(numbers: Sequence[object], name: str) -> None:
    """Nobody named twice, and somebody. Raises `InvalidValue` naming the list."""
    if not numbers or len(set(numbers)) != len(numbers):
        raise InvalidValue(name, "names nobody, or somebody twice", "対象者がいないか、重複しています")


def not_closed(record: ResidentRecord, name: str) -> Findings:
    """A closed record changes no more, but for corrections and reversals (住基法第8条, 第15条の2)."""
    if record.is_closed:
        yield Finding(checks.RECORD_CLOSED, (name,))


# Dates.


def dates(filing: Filing, today: date, *, ahead: bool = False, uncertain: bool = False) -> Findings:
    """No day after today, but of a move-out (`ahead`); a day of the calendar, but of birth, death or disappearance.

    標準仕様書1.0 4.0.3, 4.1.0.2, 1.1.8; `uncertain` allows what those three may be.
    """
    if not ahead and filing.changed_on.earliest > today:
        yield Finding(checks.CHANGED_IN_FUTURE, ("filing.changed_on",))
    if filing.notified(today).earliest > today:
        yield Finding(checks.NOTIFIED_IN_FUTURE, ("filing.notified_on",))
    if not uncertain and not filing.changed_on.is_calendar_day:
        yield Finding(checks.NOT_A_CALENDAR_DAY, ("filing.changed_on",))


def is_late(filing: Filing, today: date) -> bool:
    """Whether 14 days passed between the change and the day of its notification."""
    return filing.notified(today).earliest - filing.changed_on.latest > NOTIFIED_WITHIN


def in_time(filing: Filing, today: date) -> Findings:
    """Within 14 days (住基法第22条, 第23条, 第25条, 第30条の46-第30条の48)."""
    if is_late(filing, today):
        yield Finding(checks.NOTIFIED_LATE, ("filing.notified_on",))


def since_resident(filing: Filing, record: ResidentRecord) -> Findings:
    """Nothing happens to a resident before she is one (住基法第7条第6号)."""
    began = record.became_resident_on
    if began is not None and filing.changed_on.latest < began.earliest:
        yield Finding(checks.BEFORE_RESIDENCE, ("filing.changed_on",))


def since_born(filing: Filing, record: ResidentRecord) -> Findings:
    """Nothing happens to anybody before birth."""
    if filing.changed_on.latest < record.date_of_birth.earliest:
        yield Finding(checks.BEFORE_BIRTH, ("filing.changed_on",))


# Who hands it in.


def authority(filing: Filing) -> Findings:
    """A representative shows that she is one (住基法第27条第3項)."""
    if filing.notifier.needs_authority and not filing.has_proof_of_authority:
        yield Finding(checks.AUTHORITY_NOT_SHOWN, ("filing.has_proof_of_authority",))


# Who comes anew: M13, 標準仕様書1.0 4.1.1.2.


def known_already(situation: Situation, newcomer: int, own: AddresseeNumber | None, path: str) -> Findings:
    """Earlier records that look like this newcomer, other than her `own`, under which she comes back."""
    for match in situation.matches:
        if match.newcomer == newcomer and match.addressee_number != own:
            yield from _looks_alike(match, path)


def _looks_alike(match: Match, path: str) -> Findings:
    numbers = [item for item in _BY_NUMBER if item in match.items]
    for item in numbers:
        yield Finding(_BY_NUMBER[item][match.is_closed], (f"{path}.{item}",))
    if match.items >= _THREE_ITEMS:  # beside a number, too: who is not told of that must be answered as without it
        check = checks.LOOKS_LIKE_CLOSED_RECORD if match.is_closed else checks.LOOKS_LIKE_RESIDENT
        yield Finding(check, tuple(f"{path}.{item}" for item in sorted(_THREE_ITEMS)))


def taken(situation: Situation, own: AddresseeNumber, item: str, name: str) -> Findings:
    """A number or code, new to her, that is or was somebody else's (番号法第8条第2項; 住基法第30条の3第2項)."""
    others = [one for one in situation.matches if one.addressee_number != own and item in one.items]
    if others:
        yield Finding(checks.NUMBER_TAKEN if item == "individual_number" else checks.CODE_TAKEN, (name,))


def all_different(newcomers: Sequence[Newcomer], path: str) -> Findings:
    """No two people of one notification have the same number, code or card."""
    for item in _BY_NUMBER:
        said = [getattr(one, item) for one in newcomers]
        for at, value in enumerate(said):
            if value is not None and value in said[:at]:
                yield Finding(checks.SAID_TWICE, (f"{path}.{at}.{item}",))


def as_before(earlier: ResidentRecord, entered: ResidentRecord, path: str) -> Findings:
    """What a newcomer's earlier record says otherwise (重点項目評価書Ⅲ 情報の突合)."""
    both = ((item, shown(earlier, item), shown(entered, item)) for item in _COMPARED_WITH_EARLIER)
    differing = [item for item, then, now in both if then is not None and then != now]
    for check in dict.fromkeys(_DIFFERS.get(item, checks.EARLIER_RECORD_DIFFERS) for item in differing):
        items = (item for item in differing if _DIFFERS.get(item, checks.EARLIER_RECORD_DIFFERS) is check)
        yield Finding(check, tuple(f"{path}.{item}" for item in items))


# Moving.


def moves_only(record: ResidentRecord, said: Mapping[str, object], path: str) -> Findings:
    """What the form says besides the address is what the record says (重点項目評価書Ⅲ 論理チェック)."""
    differing = (item for item, value in said.items() if value is not None and value != getattr(record, item))
    if names := tuple(f"{path}.{item}" for item in differing):
        yield Finding(checks.MOVE_WITHIN_CHANGES_MORE, names)


def planned_move_out(history: LifeHistory) -> MoveOutPlanned | None:
    """The move-out that she notified and that has not happened yet (標準仕様書1.0 1.1.5); its day is `changed_on`."""
    for recorded in reversed(history.standing):
        if isinstance(recorded.event, MoveOutPlanned):
            return recorded.event
        if isinstance(recorded.event, (Ceased, Entered)):
            return None
    record = history.base.record if history.base else None
    return None if record is None or record.is_closed else _imported_plan(record)


_MOVES_OUT = {one.japanese: one for one in (ChangeReason.MOVE_OUT_DOMESTIC, ChangeReason.MOVE_OUT_ABROAD)}


def _imported_plan(record: ResidentRecord) -> MoveOutPlanned | None:
    """A plan that came with the record; its day is known only where nothing else has changed since (異動日)."""
    reason = _MOVES_OUT.get(record.change_reason or "")
    if reason is None or record.planned_move_out_address is None or record.changed_on is None:
        return None
    return MoveOutPlanned(
        reason=reason,
        changed_on=record.changed_on,
        notified_on=record.notified_on or record.changed_on,
        notification_reason=record.notification_reason,
        planned_move_out_address=record.planned_move_out_address,
    )


def not_moving_out(history: LifeHistory, name: str) -> Findings:
    """Nobody moves out twice."""
    if planned_move_out(history) is not None:
        yield Finding(checks.ALREADY_MOVING_OUT, (name,))


# Characters.


def substitutes(texts: Iterable[tuple[str, str | None]]) -> Findings:
    """Characters of the municipality's own (外字: private use), which no other system shows (標準仕様書1.0 7.1.1)."""
    for name, text in texts:
        if text is not None and not text.isascii() and any(category(one) == "Co" for one in text):
            yield Finding(checks.SUBSTITUTE_NEEDED, (name,))
