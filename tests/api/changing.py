"""What tests of changes have in common: notices of the village, and how they are sent and looked at."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.domain.situations import code
from tests.serving import Answer, Service
from tests.village import number_of

MAKER, CHECKER = "register-desk", "register-checker"
FINDINGS = "findings { code severity source message messageJa names }"
CHANGES = "changes { reason kind before { fullName currentAddress } after { fullName currentAddress } }"
RESULT = f"stored state {FINDINGS} notification {{ id procedure state madeBy department {FINDINGS} {CHANGES} }}"
NEW_HOME = "北海道苫小牧市旭町3丁目2番1号"
KEYS = count(1)


def mutation(name: str, selection: str = RESULT) -> str:
    """The document of a procedure."""
    kind = f"{name[0].upper()}{name[1:]}Input!"
    return (
        f"mutation Change($input: {kind}, $key: String!, $seen: [String!]! = [])"
        f" {{ {name}(input: $input, idempotencyKey: $key, acknowledge: $seen) {{ {selection} }} }}"
    )


def ending(name: str, selection: str = RESULT) -> str:
    """The document of the second person."""
    return f"mutation End($id: ID!, $key: String!) {{ {name}(id: $id, idempotencyKey: $key) {{ {selection} }} }}"


def a_key() -> str:
    """A key that nobody has used."""
    return f"key-{next(KEYS)}"


def notify(service: Service, name: str, notice: dict[str, Any], caller: str = MAKER, **given: Any) -> Answer:
    """Hand in a notice."""
    variables = {"input": notice, "key": given.pop("key", None) or a_key(), "seen": given.pop("seen", [])}
    return service.ask(caller, mutation(name, given.pop("selection", RESULT)), variables, **given)


def end(service: Service, name: str, id_: str, caller: str = CHECKER, **given: Any) -> Answer:
    """Approve or withdraw."""
    document = ending(name, given.pop("selection", RESULT))
    return service.ask(caller, document, {"id": id_, "key": given.pop("key", None) or a_key()}, **given)


def a_filing(changed_on: str = "2026-11-20", **said: Any) -> dict[str, Any]:
    """How a notice is handed in: since three days ago."""
    return {"changedOn": changed_on, **said}


def a_move(nth: int = 7, address: str = NEW_HOME, **said: Any) -> dict[str, Any]:
    """A villager moves within, alone into a new household."""
    mover = {"addresseeNumber": number_of(nth), "relationshipToHouseholder": "世帯主", **said.pop("member", {})}
    return {"filing": a_filing(), "members": [mover], "currentAddress": address, **said}


def an_entrant(**said: Any) -> dict[str, Any]:
    """Somebody who comes from elsewhere."""
    usual = {
        "fullName": "転入　見本",
        "nameKana": "テンニュウ　ミホン",
        "dateOfBirth": "1990-05-05",
        "sex": "FEMALE",
        "relationshipToHouseholder": "世帯主",
        "residentRecordCode": code(4711).value,
        "registeredDomicile": "青森県青森市長島1丁目",
        "familyRegisterHead": "転入　見本",
    }
    return usual | said


def a_move_in(*members: dict[str, Any], **said: Any) -> dict[str, Any]:
    """They come from another town into a new household."""
    return {
        "filing": a_filing(),
        "members": list(members) or [an_entrant()],
        "currentAddress": NEW_HOME,
        "previousAddress": "青森県青森市長島1丁目1番1号",
        **said,
    }


def stored(answer: Answer) -> dict[str, Any]:
    """The one result of an answer that was stored."""
    (result,) = answer.data.values()
    assert result["stored"], result["findings"]
    told: dict[str, Any] = result
    return told


def codes_of(answer: Answer) -> list[str]:
    """What the checks found, by code."""
    (result,) = answer.data.values()
    return [one["code"] for one in result["findings"]]


def rows(service: Service, table: str) -> int:
    """How many rows a table has."""
    return int(service.execute(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - fixed names


CHANGED_TABLES = ("notifications", "holds", "life_events", "outbox", "resident_versions", "pending_numbers")


def register_of(service: Service) -> tuple[int, ...]:
    """How much there is of everything that a change touches."""
    return tuple(rows(service, table) for table in CHANGED_TABLES)
