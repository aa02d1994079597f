"""No value of a record or a request in any log, whatever is asked and whatever goes wrong (D-02)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import asyncpg
import pytest

from api import logging_setup
from domain.values.identifiers import IndividualNumber
from persistence.database import Database
from persistence.residents import Residents
from tests.serving import Service
from tests.village import ABSENT_NUMBER, household_number, number_of, residents

EVERY_ITEM = """
query Everything($where: ResidentFilter!) {
  residents(where: $where, first: 9) {
    edges { cursor node { ...person household { householder { fullName } members { ...person } } } }
    pageInfo { endCursor }
  }
}
fragment person on Resident {
  id addresseeNumber householdNumber individualNumber residentRecordCode fullName nameKana dateOfBirth sex
  currentAddress
  buildingLine previousAddress registeredDomicile aliasHistory statusOfResidence formerSurname
}
"""
CONDITIONS: tuple[dict[str, str], ...] = (
    {},
    {"fullName": "架空"},
    {"nameKana": "カクウ"},
    {"currentAddress": "北海道苫小牧市旭町"},
    {"dateOfBirth": "1950-03-01"},
    {"householdNumber": household_number(2)},
    {"fullName": ABSENT_NUMBER},
    {"dateOfBirth": ABSENT_NUMBER},
)
CALLERS = ("register-desk", "tax-clerk", "care-clerk", "election-clerk", "reviewer", "contractor", "stranger")


def personal_values() -> set[str]:
    """Every text of the village's people that is long enough to be told from chance, in one piece and in parts."""
    found = {ABSENT_NUMBER, "架空", "見本", "例示", "試行", "仮置", "SAMPLE", "旭町", "勇払"}
    for person in residents():
        for field in fields(person):
            value = getattr(person, field.name)
            for one in value if isinstance(value, tuple) else (value,):
                text = str(getattr(one, "value", one) or "")
                found |= {text} if len(text) >= 4 and text not in {"MALE", "FEMALE", "None"} else set()
    return found


def ask_all_sorts_of_things(service: Service) -> None:
    for caller in CALLERS:
        for where in CONDITIONS:
            service.ask(caller, EVERY_ITEM, {"where": where})
        for key, number in {"addresseeNumber": number_of(1), "individualNumber": ABSENT_NUMBER}.items():
            for literal in (f'"{number}"', number, f"[{number}]", f'"{number}', f'"""{number}"""', f"${number}"):
                service.ask(caller, f"query N{number} {{ resident(by: {{{key}: {literal}}}) {{ fullName }} }}")
    for header in ("authorization", "accept", "content-type", "daicho-strict"):
        service.ask("tax-clerk", "{ me { displayName } }", **{header: ABSENT_NUMBER})
    service.send("GET", f"/{ABSENT_NUMBER}?{ABSENT_NUMBER}")


def break_down(patch: pytest.MonkeyPatch, service: Service) -> None:
    """Faults with values in their texts, details and local variables."""
    held = sorted(personal_values())
    detail = asyncpg.UniqueViolationError("duplicate key value violates unique constraint")
    detail.detail = f"Key (individual_number)=({held}) already exists."
    for error in (RuntimeError(str(held)), detail, KeyError(held[0]), ValueError(*held)):

        async def fail(*arguments: object, error: Exception = error) -> None:
            raise error from LookupError(f"{arguments} {held}")

        for place in ((Residents, "matching"), (Residents, "living_in"), (Database, "fetch")):
            with patch.context() as broken:
                broken.setattr(*place, fail)
                service.ask("register-desk", EVERY_ITEM, {"where": {}})


@pytest.fixture
def everything_logged() -> Iterator[list[str]]:
    """All lines of all loggers, as the process would print them: the standard library's through our own formatter."""
    lines: list[str] = []
    formatter = logging_setup.JsonLines()

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    handler, root = Keeping(level=logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.holds("D-02", "M08", "B-15")
def test_no_personal_value_is_in_any_log_line(
    service: Service, monkeypatch: pytest.MonkeyPatch, everything_logged: list[str]
) -> None:
    ask_all_sorts_of_things(service)
    break_down(monkeypatch, service)
    events = [json.dumps(line, ensure_ascii=False, default=str) for line in service.log]
    assert sum("internal" in line for line in events) > 5
    assert sum('"access"' in line for line in events) > 100
    assert everything_logged
    for line in (*events, *everything_logged):
        assert [value for value in personal_values() if value in line] == [], line


@pytest.mark.holds("D-02")
def test_no_personal_value_but_the_subjects_numbers_is_in_the_ledger(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(service.ledger())
    ask_all_sorts_of_things(service)
    break_down(monkeypatch, service)
    subjects = {number_of(nth) for nth in range(1, 10)} | {household_number(serial) for serial in range(1, 5)}
    written: list[dict[str, Any]] = service.ledger()[before:]
    assert len(written) > 100
    for entry in written:
        found = [value for value in personal_values() - subjects if value in json.dumps(entry, ensure_ascii=False)]
        assert [value for value in found if value not in (entry["place"] or "")] == [], entry
        for group in entry.pop("groups"):
            assert set(group["subjects"]) <= subjects
        assert not any(value in json.dumps(entry) for value in subjects)


@pytest.mark.holds("D-02")
def test_objects_and_exceptions_that_somebody_logs_are_told_by_their_types(service: Service) -> None:
    try:
        raise RuntimeError(ABSENT_NUMBER) from KeyError(ABSENT_NUMBER)
    except RuntimeError as error:
        event = {"event": "it broke", "exc_info": error, "record": residents()[0], "settings": service.settings}
        event |= {"number": IndividualNumber(ABSENT_NUMBER), "material": service.material}
        line = logging_setup.to_json(None, "error", logging_setup.tell_exception(None, "error", event)).decode()
    told = json.loads(line)
    assert [each["type"] for each in told["exception"]] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert told["record"] == "domain.residents.ResidentRecord"
    assert [value for value in {*personal_values(), service.url} if value in line] == []
