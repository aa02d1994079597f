"""However a field is asked for, it is read as it was decided and loaded: never null by accident (design §7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from authz.disclosure import MASK
from tests.api.cases.actors import register_statements
from tests.api.cases.selections import (
    KINDS,
    LEADS_TO,
    Selection,
    answered,
    fragments,
    has_leaf,
    selections,
    written,
)
from tests.api.cases.test_a_callers import SEEN, filled
from tests.serving import Service
from tests.village import CODE, EVERYONE, NUMBERS, household_number, households, number_of

WHEREABOUTS = {
    *("currentAddress", "buildingLine", "previousAddress", "plannedMoveOutAddress", "confirmedMoveOutAddress"),
    *("registeredDomicile", "householdNumber", "household", "householder", "members"),
}
HIDDEN = {number_of(nth) for nth in (4, 5, 6)}
PEOPLE = (1, 2, 4, 5, 7, 9)
ROOTS: dict[str, Callable[[str, int], str]] = {
    "resident": lambda below, nth: f'resident(by: {{addresseeNumber: "{number_of(nth)}"}}) {{ {below} }}',
    "by id": lambda below, nth: f"resident(by: {{id: $id{nth}}}) {{ {below} }}",
    "node": lambda below, nth: f"node(id: $id{nth}) {{ ... on Resident {{ {below} }} }}",
}


class Oracle:
    """What the villagers' records hold, and what a caller may see of them, said without any of the service's code."""

    def __init__(self, service: Service, caller: str) -> None:
        numbers = {number_of(nth): number for nth, number in enumerate(NUMBERS, start=1)}
        rows = {row["addressee_number"]: row for row in service.execute("SELECT * FROM residents")}
        self.rows = {
            key: {**row, "individual_number": numbers[key], "restricted": key in HIDDEN} for key, row in rows.items()
        }
        self.homes = {home.household_number.value: home for home in households()}
        self.seal = service.material.sealer.node_id
        self.caller = caller

    def read(self, kind: str, number: str, field: str) -> Any:
        """As `selections.Read`."""
        if field == "id":
            return self.seal(kind, CODE, number)
        if field == "__typename":
            return kind
        item = KINDS[kind][field]
        if field == "individualNumber" and item.number not in SEEN[self.caller]:
            return MASK
        is_hidden = self.caller != "register-desk" and number in HIDDEN and field in WHEREABOUTS
        if is_hidden or (item.number is not None and item.number not in SEEN[self.caller]):
            return None
        if kind == "Household" and field == "householdNumber":
            return number
        return self.rows[number][item.identifier] if has_leaf(item) else self.follow(number, field)

    def follow(self, number: str, field: str) -> Any:
        """The number, or numbers, that an edge leads to."""
        if field == "household":
            return self.rows[number]["household_number"]
        home = self.homes[number]
        if field == "householder":
            return home.householder.value if home.householder else None
        return [member.addressee_number.value for member in home.members]


def document(root: str, nth: int, asked: tuple[Selection, ...]) -> str:
    """The whole operation; every variable is used, so that it is valid."""
    below = written(asked)
    declared = "$yes: Boolean = true, $no: Boolean = false, $id" + f"{nth}: ID"
    used = f"x: __typename @include(if: $yes) y: __typename @skip(if: $no) z: resident(by: {{id: $id{nth}}}) {{ id }}"
    operation = f"query ({declared}!) {{ {ROOTS[root](below, nth)} {used} }}"
    return " ".join((operation, *fragments(asked).values()))


def assert_as_decided(service: Service, oracle: Oracle, root: str, nth: int, asked: tuple[Selection, ...]) -> None:
    """The answer is what the oracle says, name by name in the same order."""
    sealed = oracle.seal("Resident", CODE, number_of(nth))
    answer = service.ask(oracle.caller, document(root, nth, asked), {f"id{nth}": sealed})
    if answer.codes == ["LIMIT_EXCEEDED"]:
        reject()
    expected = answered("Resident", number_of(nth), asked, oracle.read)
    found = next(iter(answer.data.values()))
    assert json.dumps(found, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


@pytest.mark.holds("A-01", "S1-04", "M03")
@pytest.mark.parametrize("caller", ["register-desk", "tax-clerk", "election-clerk"])
def test_whatever_is_selected_however_is_answered_as_it_was_decided(service: Service, caller: str) -> None:
    filled(service)
    oracle = Oracle(service, caller)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
    @given(asked=selections(), nth=st.sampled_from(PEOPLE), root=st.sampled_from(sorted(ROOTS)))
    def holds(asked: tuple[Selection, ...], nth: int, root: str) -> None:
        assert_as_decided(service, oracle, root, nth, asked)

    holds()


FORMS: dict[str, Callable[[str], tuple[Selection, ...]]] = {
    "plain": lambda name: (Selection(field=name),),
    "alias": lambda name: (Selection(field=name, alias="a"),),
    "another item's name": lambda name: (Selection(field=name, alias="zzz"), Selection(field="fullName")),
    "inline fragment": lambda name: (Selection(type="Resident", below=(Selection(field=name),)),),
    "fragment of no type": lambda name: (Selection(directives="@include(if: $yes)", below=(Selection(field=name),)),),
    "named fragment": lambda name: (Selection(type="Resident", fragment="F", below=(Selection(field=name),)),),
    "interface": lambda name: (
        Selection(type="Node", below=(Selection(type="Resident", below=(Selection(field=name),)),)),
    ),
    "included": lambda name: (Selection("@include(if: true)", name),),
    "not skipped": lambda name: (Selection("@skip(if: $no)", name),),
    "once out, once in": lambda name: (Selection("@skip(if: true)", name), Selection(field=name)),
    "twice": lambda name: (Selection(field=name), Selection(field="id"), Selection(field=name)),
    "fragment out, then in": lambda name: (
        Selection("@include(if: $no)", type="Resident", fragment="F", below=(Selection(field=name),)),
        Selection("@include(if: $yes)", type="Resident", fragment="F", below=(Selection(field=name),)),
    ),
}


@pytest.mark.holds("A-01", "S1-04")
def test_every_field_of_a_resident_in_every_form_is_what_the_register_holds(service: Service) -> None:
    filled(service)
    oracle = Oracle(service, "register-desk")
    for name in KINDS["Resident"]:
        if name not in LEADS_TO:
            for form in FORMS.values():
                assert_as_decided(service, oracle, "resident", 7, form(name))


@pytest.mark.holds("A-01", "A-02", "S1-04")
@pytest.mark.parametrize("serial", [1, 2, 3, 4])
def test_every_field_of_a_household_is_what_the_register_holds_from_every_side(service: Service, serial: int) -> None:
    oracle = Oracle(service, "register-desk")
    person = (Selection(field="fullName"), Selection(field="individualNumber", alias="n"))
    home = (
        Selection(field="householdNumber"),
        Selection(field="householder", alias="head", below=person),
        Selection(field="members", below=(*person, Selection(field="household", below=(Selection(field="id"),)))),
        Selection(field="__typename"),
    )
    expected = answered("Household", household_number(serial), home, oracle.read)
    sealed = oracle.seal("Household", CODE, household_number(serial))

    for way in (
        f'household(by: {{householdNumber: "{household_number(serial)}"}})',
        f'household(by: {{id: "{sealed}"}})',
    ):
        answer = service.ask("register-desk", f"{{ {way} {{ {written(home)} }} }}")
        assert answer.data["household"] == expected
    node = service.ask("register-desk", f'{{ node(id: "{sealed}") {{ ... on Household {{ {written(home)} }} }} }}')
    assert node.data["node"] == expected


@pytest.mark.holds("S1-04")
def test_a_list_reads_the_same_as_each_record_by_itself(service: Service) -> None:
    filled(service)
    leaves = " ".join(name for name in KINDS["Resident"] if name not in LEADS_TO)
    both = f"nodes {{ {leaves} }} edges {{ node {{ {leaves} }} }}"
    page = f"{{ residents(where: {{{EVERYONE}, includeClosed: true}}, first: 20) {{ {both} }} }}"
    for caller in SEEN:
        found = service.ask(caller, page).data["residents"]
        alone = [
            service.ask(caller, f'{{ resident(by: {{addresseeNumber: "{one["addresseeNumber"]}"}}) {{ {leaves} }} }}')
            for one in found["nodes"]
        ]
        assert [one.data["resident"] for one in alone] == found["nodes"]
        assert [edge["node"] for edge in found["edges"]] == found["nodes"]


@pytest.mark.holds("A-01", "M03", "M08")
def test_what_an_operation_leaves_out_is_neither_loaded_nor_recorded(service: Service) -> None:
    left_out = """registeredDomicile @skip(if: true) residentRecordCode @include(if: $no) ...F @skip(if: $yes)
        ... @include(if: false) { cardsOf: individualNumberCardStatus } ... on Node @skip(if: $yes) { ...F }
        household @include(if: $no) { members { individualNumber } }"""
    query = f"""query ($yes: Boolean = true, $no: Boolean = false) {{
        residents(where: {{{EVERYONE}}}) {{ nodes {{ fullName {left_out} }} }} }}
        fragment F on Resident {{ individualNumber previousAddress }}"""
    service.ask("register-desk", "{ me { department } }")

    with register_statements() as asked:
        answer = service.ask("register-desk", query)

    assert answer.data["residents"]["nodes"][0] == {"fullName": "架空　太郎"}
    (statement,) = asked
    unasked = ("registered_domicile", "resident_record_code", "card_status", "individual_number", "previous_address")
    assert [name for name in unasked if name in statement] == []
    assert [set(group["items"]) for group in service.ledger()[-1]["groups"]] == [{"full_name"}] * 2
