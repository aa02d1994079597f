"""Who may not see the Individual Number: by no way of asking, and not in what is loaded or written about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.graphql.schema import SCHEMA
from authz.disclosure import MASK
from tests.api.cases.actors import Seat, register_statements, seated
from tests.serving import Service
from tests.village import NUMBERS, household_number, number_of

ONE, HOME = (
    f'resident(by: {{addresseeNumber: "{number_of(1)}"}})',
    f'household(by: {{householdNumber: "{household_number(1)}"}})',
)
FOUND = 'residents(where: {fullName: "架空　太郎", dateOfBirth: "1950"})'
WAYS = {
    "query": f"{{ {ONE} {{ individualNumber }} }}",
    "alias of the field": f"{{ {ONE} {{ fullName: individualNumber }} }}",
    "alias of the record": f"{{ me: {ONE} {{ individualNumber }} }}",
    "fragment": f"{{ {ONE} {{ ...F }} }} fragment F on Resident {{ individualNumber }}",
    "fragment in a fragment": f"{{ {ONE} {{ ...F }} }} fragment F on Node {{ ...G }} "
    "fragment G on Resident { individualNumber }",
    "inline fragment": f"{{ {ONE} {{ ... on Resident {{ individualNumber }} }} }}",
    "interface": f"{{ {ONE} {{ ... on Node {{ ... on Resident {{ individualNumber }} }} }} }}",
    "@include": f"{{ {ONE} {{ individualNumber @include(if: true) }} }}",
    "@skip": f"{{ {ONE} {{ ... @skip(if: false) {{ individualNumber }} }} }}",
    "variable directive": f"query ($y: Boolean = true) {{ {ONE} {{ individualNumber @include(if: $y) }} }}",
    "list": f"{{ {FOUND} {{ nodes {{ individualNumber }} }} }}",
    "edges": f"{{ {FOUND} {{ edges {{ node {{ individualNumber }} }} }} }}",
    "twice": f"{{ {FOUND} {{ edges {{ node {{ individualNumber }} }} nodes {{ fullName x: individualNumber }} }} }}",
    "members": f"{{ {ONE} {{ household {{ members {{ individualNumber }} }} }} }}",
    "householder": f"{{ {ONE} {{ household {{ householder {{ individualNumber }} }} }} }}",
    "household": f"{{ {HOME} {{ members {{ individualNumber }} }} }}",
    "round about": f"{{ {HOME} {{ householder {{ household {{ members {{ individualNumber }} }} }} }} }}",
}
THE_NODE = """query ($id: ID!) { node(id: $id) { __typename ... on Resident { individualNumber } ...F } }
    fragment F on Node { ... on Resident { again: individualNumber } }"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def numbers_in(value: Any) -> list[str]:
    """Every text of an answer's data that stands where the number was asked for."""
    if isinstance(value, dict):
        return [one for name, inner in value.items() if name != "__typename" for one in numbers_in(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in numbers_in(inner)]
    return [value] if isinstance(value, str) else []


def assert_nowhere(service: Service, answer: str) -> None:
    """No number of the village is in an answer, the ledger or the log."""
    everything = answer + service.everything_written()
    assert [number for number in NUMBERS if number in everything] == []


@pytest.mark.holds("A-01", "A-02", "M01", "S1-04")
@pytest.mark.parametrize("way", WAYS)
def test_however_a_clerk_without_number_work_asks_she_gets_the_mask(service: Service, way: str) -> None:
    with register_statements() as asked:
        answer = service.ask("election-clerk", WAYS[way])

    masked = [text for text in numbers_in(answer.data) if text != "架空　太郎"]
    assert masked
    assert set(masked) == {MASK}
    assert answer.outcome("individualNumber") == "MASKED"
    assert not any("individual_numbers" in text for text in asked)
    assert_nowhere(service, answer.content.decode())
    entry = service.ledger()[-1]
    assert entry["number_accessed"] is False
    assert entry["groups"][0]["items"]["individual_number"] == {"outcome": "MASKED", "rule": "number-masked"}


@pytest.mark.holds("A-01", "S1-04")
@pytest.mark.parametrize("way", WAYS)
def test_in_each_of_these_ways_a_tax_clerk_reads_it(service: Service, way: str) -> None:
    answer = service.ask("tax-clerk", WAYS[way])

    assert NUMBERS[0] in numbers_in(answer.data)
    assert MASK not in numbers_in(answer.data)
    assert service.ledger()[-1]["number_accessed"] is True


@pytest.mark.holds("A-01", "A-02", "M01")
def test_a_node_shows_no_more_of_a_resident_than_the_resident_itself(service: Service) -> None:
    found = service.ask("tax-clerk", f"{{ {ONE} {{ id }} }}").data["resident"]["id"]

    reads = service.ask("tax-clerk", THE_NODE, {"id": found}).data["node"]
    masked = service.ask("election-clerk", THE_NODE, {"id": found})

    assert reads == {"__typename": "Resident", "individualNumber": NUMBERS[0], "again": NUMBERS[0]}
    assert masked.data["node"] == {"__typename": "Resident", "individualNumber": MASK, "again": MASK}
    assert service.ledger()[-1]["path"] == "Query.node"
    assert NUMBERS[0] not in masked.content.decode() + service.everything_written()


@pytest.mark.holds("A-02")
def test_the_schema_has_no_other_way_to_a_resident() -> None:
    leads_to = {
        (kind.name, name)
        for kind in SCHEMA.type_map.values()
        for name, field in getattr(kind, "fields", {}).items()
        if str(field.type).strip("[]!") in {"Resident", "Household", "Node"}
    }

    assert SCHEMA.subscription_type is None
    assert leads_to == {
        ("Query", "resident"),
        ("Query", "household"),
        ("Query", "node"),
        ("Resident", "household"),
        ("Household", "householder"),
        ("Household", "members"),
        ("ResidentEdge", "node"),
        ("ResidentConnection", "nodes"),
    }


@pytest.mark.holds("A-02")
def test_no_other_kind_of_operation_reads(service: Service) -> None:
    for kind in ("mutation", "subscription"):
        answer = service.ask("tax-clerk", f"{kind} {{ {ONE} {{ individualNumber }} }}")
        assert (answer.status, answer.json.get("data")) == (400, None)
        assert_nowhere(service, answer.content.decode())


@pytest.mark.holds("A-01", "M01", "M03")
@pytest.mark.parametrize("purpose", ["election", "seal_registration", "public_relations"])
def test_no_purpose_without_number_work_has_it_anywhere_in_its_answers(
    service: Service, monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    departments = {
        "election": "選挙管理委員会",
        "seal_registration": "市民生活部住民課",
        "public_relations": "総合政策部秘書広報課",
    }
    name = seated(service, monkeypatch, Seat(departments[purpose], purpose))

    told = [service.ask(name, way).content.decode() for way in WAYS.values()]

    assert not any(number in json.dumps(told) for number in NUMBERS)
    assert_nowhere(service, "".join(told))
