"""What tests of restrictions and support measures have in common: the officer, and how she sends what she does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.cases.actors import Seat, seated
from tests.api.changing import a_key
from tests.serving import Answer, Service
from tests.village import number_of

DONE = "id startsOn endsOn releasedUntil"
RESTRICTIONS = """query R($n: String!) { restrictions(addresseeNumber: $n) {
    id on number process level startsOn endsOn isOverdue releasedUntil } }"""
MEASURES = """query M($n: String!) { supportMeasures(addresseeNumber: $n) { alert measures {
    id application addresseeNumber kind state startsOn endsOn inForce relationship covers provisionalFrom
    receivedFrom } } }"""


def an_officer(service: Service, patch: pytest.MonkeyPatch) -> str:
    """The officer responsible for support measures (支援措置責任者), by the name to ask with."""
    return seated(service, patch, Seat("市民生活部住民課", "support_measures"))


def act(service: Service, caller: str, name: str, told: dict[str, Any], key: str = "", **given: Any) -> Answer:
    """Send one of the mutations."""
    kind = f"{name[0].upper()}{name[1:]}Input!"
    document = (
        f"mutation Act($input: {kind}, $key: String!) {{ {name}(input: $input, idempotencyKey: $key) {{ {DONE} }} }}"
    )
    return service.ask(caller, document, {"input": told, "key": key or a_key()}, **given)


def done(service: Service, caller: str, name: str, **told: Any) -> dict[str, Any]:
    """Do it; what is answered."""
    answered: dict[str, Any] = act(service, caller, name, told).data[name]
    return answered


def restriction(service: Service, caller: str, nth: int = 1, process: str = "INQUIRY", level: str = "ERROR") -> str:
    """Place one on the nth villager; its id."""
    placed = done(service, caller, "placeRestriction", addresseeNumber=number_of(nth), process=process, level=level)
    return str(placed["id"])


def application(service: Service, caller: str, nth: int = 7, **told: Any) -> str:
    """Record one of the nth villager; its id."""
    said = {"applicant": number_of(nth), "kind": "STALKING", **told}
    return str(done(service, caller, "applyForSupportMeasure", **said)["id"])


def measures_of(service: Service, caller: str, nth: int) -> dict[str, Any]:
    """What the officer reads of the nth villager's support."""
    found: dict[str, Any] = service.ask(caller, MEASURES, {"n": number_of(nth)}).data["supportMeasures"]
    return found


def count_of(service: Service, table: str) -> int:
    """How many rows a table has."""
    return int(service.execute(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our names
