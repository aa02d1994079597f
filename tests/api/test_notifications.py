"""Notifications over GraphQL: handed in, seen by whom they concern, approved by a second person, each in the ledger."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.graphql.schema import SCHEMA
from domain.procedures.registry import NOTICES
from tests.api.cases.actors import Seat, seated, told
from tests.api.changing import (
    CHECKER,
    MAKER,
    NEW_HOME,
    a_filing,
    a_move,
    a_move_in,
    an_entrant,
    end,
    notify,
    register_of,
    stored,
)
from tests.serving import Answer, Service
from tests.village import ABSENT_NUMBER, HOME_1, number_of

SEEN = "query ($id: ID!) { notification(id: $id) { id procedure state findings { code } changes { reason } } }"
QUEUE = "{ notifications(first: 5) { nodes { id procedure } pageInfo { hasNextPage endCursor } } }"
JAPANESE = re.compile("[\u3040-\u9fff]")
NOBODY = "00000000-0000-7000-8000-000000000000"
ADDRESS = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { currentAddress householdNumber } }"


def address_of(service: Service, nth: int, caller: str = "tax-clerk") -> str:
    """Where a department is told that a villager lives."""
    address: str = service.ask(caller, ADDRESS, {"n": number_of(nth)}).data["resident"]["currentAddress"]
    return address


def entries(service: Service, path: str) -> list[dict[str, Any]]:
    """The ledger's entries of one field."""
    return [one for one in service.ledger() if one["path"] == path]


# What is in the schema.


def test_every_procedure_is_a_mutation_and_says_what_it_is_in_both_languages() -> None:
    root = SCHEMA.mutation_type
    assert root
    assert root.fields.keys() >= {*NOTICES, "approve", "withdraw"}
    assert all(JAPANESE.search(field.description or "") for field in root.fields.values())


def test_every_field_of_an_input_says_what_it_is_in_both_languages() -> None:
    inputs = [SCHEMA.type_map[f"{kind.__name__}Input"] for kind in NOTICES.values()]
    fields = [field for one in inputs for field in one.fields.values()]  # type: ignore[attr-defined] # input types
    assert all(JAPANESE.search(one.description) and " — " in one.description for one in fields)


# The two persons.


@pytest.mark.holds("S1-01", "M14")
def test_a_move_within_changes_nothing_until_a_second_person_approves_it(service: Service) -> None:
    result = stored(notify(service, "moveWithin", a_move()))
    id_ = result["notification"]["id"]
    assert (result["state"], result["notification"]["madeBy"]) == ("PROVISIONAL", "DEMO-1001")
    assert result["notification"]["changes"] == [
        {
            "reason": "転居",
            "kind": "修正",
            "before": {"fullName": "SAMPLE JOHN", "currentAddress": HOME_1},
            "after": {"fullName": "SAMPLE JOHN", "currentAddress": NEW_HOME},
        }
    ]
    assert address_of(service, 7) == HOME_1

    assert stored(end(service, "approve", id_))["state"] == "APPROVED"
    assert address_of(service, 7) == NEW_HOME
    assert service.ask(MAKER, SEEN, {"id": id_}).data["notification"]["state"] == "APPROVED"


@pytest.mark.holds("M14")
def test_the_maker_cannot_approve_her_own(service: Service) -> None:
    id_ = stored(notify(service, "moveWithin", a_move()))["notification"]["id"]
    before = register_of(service)

    answer = end(service, "approve", id_, MAKER)

    assert (answer.status, answer.codes) == (403, ["NOT_PERMITTED"])
    assert NEW_HOME not in answer.content.decode()
    assert register_of(service) == before
    (entry,) = entries(service, "Mutation.approve")
    assert (entry["kind"], entry["code"], entry["staff_number"]) == ("REFUSAL", "NOT_PERMITTED", "DEMO-1001")
    assert address_of(service, 7) == HOME_1


def test_a_withdrawn_notification_changes_nothing_and_lets_go_of_whom_it_held(service: Service) -> None:
    id_ = stored(notify(service, "moveWithin", a_move()))["notification"]["id"]
    assert stored(end(service, "withdraw", id_, MAKER))["state"] == "WITHDRAWN"
    assert end(service, "approve", id_).codes == ["NOTIFICATION_ENDED"]
    assert address_of(service, 7) == HOME_1
    assert stored(notify(service, "moveWithin", a_move()))["stored"]


# Who sees it.


@pytest.mark.holds("M14")
@pytest.mark.parametrize("caller", ["tax-clerk", "care-clerk", "election-clerk", "reviewer", "contractor"])
def test_for_everybody_else_a_notification_is_none_byte_for_byte(service: Service, caller: str) -> None:
    id_ = stored(notify(service, "moveWithin", a_move()))["notification"]["id"]

    there, not_there = (service.ask(caller, SEEN, {"id": one}) for one in (id_, NOBODY))
    assert told(there) == told(not_there)
    assert there.data == {"notification": None}
    assert service.ask(caller, QUEUE).data["notifications"]["nodes"] == []
    refusals = [end(service, name, one, caller) for name in ("approve", "withdraw") for one in (id_, NOBODY)]
    assert {(one.status, one.codes[0]) for one in refusals} == {(400, "INVALID_INPUT")}
    assert told(refusals[0]) == told(refusals[1])
    assert NEW_HOME not in service.everything_written()


def test_the_register_office_pages_through_what_waits_for_approval_oldest_first(service: Service) -> None:
    made = {stored(notify(service, "moveWithin", a_move(nth)))["notification"]["id"]: nth for nth in (7, 9)}
    ids = sorted(made)  # the clock stands still: so it is chance which of them is the older
    asked = "nodes { id } pageInfo { endCursor hasNextPage }"
    page = f"query ($after: String) {{ notifications(first: 1, after: $after) {{ {asked} }} }}"

    first = service.ask(CHECKER, page).data["notifications"]
    second = service.ask(CHECKER, page, {"after": first["pageInfo"]["endCursor"]}).data["notifications"]

    assert [first["nodes"], second["nodes"]] == [[{"id": ids[0]}], [{"id": ids[1]}]]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    (entry, _) = entries(service, "Query.notifications")
    assert entry["groups"][0]["subjects"] == [number_of(made[ids[0]])]


@pytest.mark.holds("M01", "S1-04")
def test_what_is_proposed_is_decided_item_by_item_like_every_record(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = seated(service, monkeypatch, Seat("市民生活部住民課", "resident_register", ("number",)))
    newcomer = an_entrant(individualNumber=ABSENT_NUMBER)
    selection = "notification { id changes { before { individualNumber } after { individualNumber fullName } } }"
    answer = notify(service, "moveIn", a_move_in(newcomer), clerk, selection=selection)

    (change,) = answer.data["moveIn"]["notification"]["changes"]
    assert change == {"before": None, "after": {"individualNumber": "************", "fullName": "転入　見本"}}
    assert answer.outcome("individualNumber") == "MASKED"
    assert ABSENT_NUMBER not in answer.content.decode() + service.everything_written()

    id_ = answer.data["moveIn"]["notification"]["id"]
    asked = "query ($id: ID!) { notification(id: $id) { changes { after { individualNumber } } } }"
    seen = service.ask(CHECKER, asked, {"id": id_})
    assert seen.data["notification"]["changes"][0]["after"] == {"individualNumber": ABSENT_NUMBER}
    (entry,) = [one for one in entries(service, "ProposedChange.after") if one["staff_number"] == "DEMO-1008"]
    assert entry["number_accessed"]


# Who may.


@pytest.mark.holds("M03")
@pytest.mark.parametrize("caller", ["tax-clerk", "care-clerk", "election-clerk", "reviewer", "contractor"])
def test_nobody_but_the_register_office_moves_anybody(service: Service, caller: str) -> None:
    before = register_of(service)
    answer = notify(service, "moveWithin", a_move(), caller)

    assert (answer.status, answer.codes) == (403, ["NOT_PERMITTED"])
    assert register_of(service) == before
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["path"], entry["code"]) == ("REFUSAL", "Mutation.moveWithin", "NOT_PERMITTED")


@pytest.mark.holds("S1-03")
def test_a_department_records_its_own_matter_at_once_and_no_other(service: Service) -> None:
    def matter(kind: str) -> Answer:
        notice = {"filing": a_filing(), "resident": number_of(7), "matter": kind, "text": "該当（第2号被保険者）"}
        item = "stored state notification { changes { after { longTermCareInsuranceEligibility } } }"
        return notify(service, "recordMatter", notice, "care-clerk", selection=item)
