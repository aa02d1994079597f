"""A notification as a row: its changes and findings as JSON, its Individual Numbers sealed apart from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from domain.findings import Check, Finding, Severity
from domain.life_event_texts import event_of, number_in, said
from domain.notifications import Change, Maker, Notification, State
from domain.values.identifiers import AddresseeNumber, IndividualNumber
from persistence.record_rows import Values
from persistence.vault import Place, Vault

COLUMNS: Final = (
    *("municipality_code", "id", "procedure", "state", "made_at", "made_by", "department", "terminal"),
    *("changes", "versions", "findings", "acknowledged", "ended_at", "ended_by"),
)

NumberVersions = Mapping[tuple[str, IndividualNumber], int]
"""Which of her Individual Numbers each of them is, or will be, by addressee number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A change as its row keeps it: the event without its number, and which of her numbers that is."""

    addressee_number: str
    kind: str
    said: Mapping[str, Any]
    number_version: int | None

    def change(self, numbers: Mapping[Place, IndividualNumber], municipality_code: str) -> Change:
        """The change with its number, if that is among these."""
        number = None
        if self.number_version is not None:
            number = numbers.get(Place(municipality_code, self.addressee_number, self.number_version))
        return Change(AddresseeNumber(self.addressee_number), event_of(self.kind, self.said, number))


def row_of(municipality_code: str, id_: UUID, notification: Notification, numbers: NumberVersions) -> Values:
    """The row of a provisional notification, in the order of `COLUMNS` without its end."""
    made = notification.made
    changes = [_told(change, numbers) for change in notification.changes]
    versions = {number.value: version for number, version in notification.versions.items()}
    findings = [asdict(finding) for finding in notification.findings]
    return (
        *(municipality_code, id_, notification.procedure, State.PROVISIONAL.value),
        *(made.at, made.staff_number, made.department, made.terminal),
        *(_json(changes), _json(versions), _json(findings), sorted(notification.acknowledged)),
    )


def kept_in(row: Mapping[str, Any]) -> list[Kept]:
    """The changes of a notification's row."""
    return [Kept(**each) for each in json.loads(row["changes"])]


def places_in(row: Mapping[str, Any]) -> list[Place]:
    """Where the Individual Numbers that it brings lie, or will lie."""
    code = row["municipality_code"]
    return [Place(code, one.addressee_number, one.number_version) for one in kept_in(row) if one.number_version]


def notification_of(row: Mapping[str, Any], numbers: Mapping[Place, IndividualNumber]) -> Notification:
    """The notification that a row says, with those of its numbers that are given."""
    return Notification(
        id=str(row["id"]),
        procedure=row["procedure"],
        state=State(row["state"]),
        made=Maker(row["made_by"], row["department"], row["terminal"], row["made_at"]),
        changes=tuple(one.change(numbers, row["municipality_code"]) for one in kept_in(row)),
        findings=tuple(map(_finding, json.loads(row["findings"]))),
        acknowledged=frozenset(row["acknowledged"]),
        versions=versions_in(row),
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
    )


def versions_in(row: Mapping[str, Any]) -> dict[AddresseeNumber, int]:
    """The history numbers that its maker saw."""
    return {AddresseeNumber(number): version for number, version in json.loads(row["versions"]).items()}


def opened(rows: Sequence[Any], municipality_code: str, vault: Vault) -> dict[Place, IndividualNumber]:
    """Sealed numbers in clear, by their places. Raises `VaultError`."""
    places = {Place(municipality_code, row["addressee_number"], row["number_version"]): row for row in rows}
    return {place: IndividualNumber(vault.open(row["ciphertext"], place)) for place, row in places.items()}


def _told(change: Change, numbers: NumberVersions) -> dict[str, Any]:
    whose, number = change.addressee_number.value, number_in(change.event)
    return {
        "addressee_number": whose,
        "kind": type(change.event).__name__,
        "said": said(change.event),
        "number_version": None if number is None else numbers[whose, number],
    }


def _finding(told: Mapping[str, Any]) -> Finding:
    """A finding as it was told; its check may be another one now."""
    check = {**told["check"], "severity": Severity(told["check"]["severity"])}
    return Finding(Check(**check), tuple(told["names"]))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
