"""`explain` tells a refusal of the whole wherever there is one, by its code and reason, and nowhere else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from api.graphql.schema import SCHEMA
from api.graphql.subjects.refusals import FREE, RIGHTS
from authz.callers import Profile
from authz.facts import NotificationFacts
from authz.policy import Policy
from authz.policy_vocabulary import PROTECTING
from domain.procedures.registry import NOTICES
from tests.api.cases.actors import register_statements
from tests.architecture.test_resolvers import OPERATIONS
from tests.serving import PURPOSES, Answer, Service
from tests.village import household_number, number_of

EXPLAIN = """query ($document: String!) {
  explain(document: $document) { path refusals { code names condition certain rule legalBasis } }
}"""
OF_THE_POLICY = {"NOT_PERMITTED", "SEARCH_NOT_PERMITTED", "TOO_FEW_CONDITIONS"}
CALLERS = sorted(set(PURPOSES) - {"stranger"})
KEYS = {
    "addresseeNumber": number_of(1),
    "individualNumber": "644678155351",
    "residentRecordCode": "12345678903",
}
CONDITIONS = KEYS | {
    "fullName": "佐藤",
    "nameKana": "サトウ",
    "alias": "佐藤",
    "formerSurname": "佐藤",
    "formerSurnameReading": "サトウ",
    "dateOfBirth": "1950",
    "currentAddress": "旭町",
    "buildingLine": "旭荘",
    "relationshipToHouseholder": "妻",
    "householdNumber": household_number(1),
    "residenceCardNumber": "AB12345678CD",
}
NO_SUCH = "00000000-0000-7000-8000-000000000000"
KEY = 'idempotencyKey: "explained"'
MUTATIONS = (
    f'approve(id: "{NO_SUCH}", {KEY}) {{ findings {{ code }} }}',
    f'withdraw(id: "{NO_SUCH}", {KEY}) {{ findings {{ code }} }}',
    f'voidIssuance(id: "{NO_SUCH}", reason: "破損", {KEY}) {{ id }}',
    f'approveExtraction(id: "{NO_SUCH}", {KEY}) {{ id }}',
    f'withdrawExtraction(id: "{NO_SUCH}", {KEY}) {{ id }}',
    f'runExtraction(id: "{NO_SUCH}", witness: "DEMO-9", medium: "USB", {KEY}) {{ extraction {{ id }} }}',
    f'placeRestriction(input: {{addresseeNumber: "{number_of(1)}", process: INQUIRY, level: ALERT}}, {KEY}) {{ id }}',
    f'liftRestriction(input: {{restriction: "{NO_SUCH}"}}, {KEY}) {{ id }}',
)


def refusals_of(service: Service, caller: str, document: str) -> list[dict[str, Any]]:
    """The refusals of the operation's first field."""
    told: list[dict[str, Any]] = service.ask(caller, EXPLAIN, {"document": document}).data["explain"][0]["refusals"]
    return told


def compare(service: Service, caller: str, document: str, answer: Answer) -> None:
    """What was explained is what happened."""
    told = refusals_of(service, caller, document)
    if told and told[0]["certain"]:
        nobodys = ["INVALID_INPUT"] if NO_SUCH in document else []
        assert answer.codes in ([told[0]["code"]], nobodys), (caller, document)
    else:
        possible = {one["code"] for one in told}
        assert not (set(answer.codes) & OF_THE_POLICY) - possible, (caller, document, told, answer.codes)
    assert all(one["rule"] and one["legalBasis"] for one in told)


def searches() -> Iterator[str]:
    """By every key, every condition, and some pairs of conditions."""
    for name, value in KEYS.items():
        yield f'{{ resident(by: {{{name}: "{value}"}}) {{ fullName }} }}'
    yield f'{{ household(by: {{householdNumber: "{household_number(1)}"}}) {{ householdNumber }} }}'
    given = [f'{name}: "{value}"' for name, value in CONDITIONS.items()] + ["sex: FEMALE", "includeClosed: true"]
    pairs = random.Random(7).sample(list(combinations(given, 2)), 12)  # noqa: S311 - a choice of conditions is no secret
    for one in [(single,) for single in given] + pairs:
        yield f"{{ residents(where: {{{', '.join(one)}}}) {{ nodes {{ fullName }} }} }}"


def of_root_fields() -> Iterator[str]:
    """An operation for every other root field that can be asked without an id of this register."""
    for field, (selection, _) in OPERATIONS.items():
        if field.startswith("Query.") and "$id" not in selection:
            yield f"{{ {selection} }}"
    for by in ("SEX", "AGE", "TOWN", "NATIONALITY_OR_REGION"):
        yield f"{{ populationStatistics(by: [{by}]) {{ residents pyramid }} }}"


@pytest.mark.holds("M07", "M08")
@pytest.mark.parametrize("caller", CALLERS)
def test_a_search_by_whatever_key_or_condition_is_refused_as_it_was_explained(
    shared_service: Service, caller: str
) -> None:
    for document in searches():
        compare(shared_service, caller, document, shared_service.ask(caller, document))


@pytest.mark.holds("M07", "M08")
@pytest.mark.parametrize("caller", CALLERS)
def test_every_root_field_is_refused_as_it_was_explained(shared_service: Service, caller: str) -> None:
    for document in of_root_fields():
        compare(shared_service, caller, document, shared_service.ask(caller, document))


@pytest.mark.holds("M07", "M08")
@pytest.mark.parametrize("caller", CALLERS)
def test_a_mutation_is_refused_as_it_was_explained(service: Service, caller: str) -> None:
    for selection in MUTATIONS:
        document = f"mutation {{ {selection} }}"
        compare(service, caller, document, service.ask(caller, document))


@pytest.mark.parametrize("caller", CALLERS)
def test_every_procedure_is_explained_to_be_refused_where_the_policy_refuses_it(
    shared_service: Service, caller: str
) -> None:
    policy = Policy.load()
    department = shared_service.ask(caller, "{ me { department } }").data["me"]["department"]
    who = Profile(department, PURPOSES[caller])
    for action, procedures in (("notify", NOTICES), ("protect", PROTECTING)):
        for procedure in (one for one in procedures if one != "recordMatter"):
            kind = SCHEMA.type_map["Mutation"].fields[procedure].args["input"].type
            told = refusals_of(
                shared_service,
                caller,
                f"mutation ($i: {kind}) {{ {procedure}(input: $i, {KEY}) {{ __typename }} }}",
            )
            refused = policy.may(who, action, NotificationFacts(procedure, own=True)) is None
            assert [(one["code"], one["certain"]) for one in told] == [("NOT_PERMITTED", True)] * refused, procedure


def test_every_root_field_has_its_right_or_needs_none() -> None:
    for root in ("Query", "Mutation"):
        assert {*RIGHTS[root]} | FREE[root] == set(SCHEMA.type_map[root].fields)
        assert not {*RIGHTS[root]} & FREE[root]


# What is told of a refusal.


def test_an_election_clerk_is_told_why_she_may_not_search_by_the_individual_number(shared_service: Service) -> None:
    (told,) = refusals_of(shared_service, "election-clerk", '{ resident(by: {individualNumber: "1"}) { fullName } }')
    assert (told["code"], told["names"], told["certain"]) == ("SEARCH_NOT_PERMITTED", ["individualNumber"], True)
    assert told["rule"] == "number-masked"
    assert "番号法" in told["legalBasis"]


@pytest.mark.parametrize(
    ("document", "certain"),
    [
        ('query ($n: String!) { residents(where: {fullName: "佐藤", individualNumber: $n}) { nodes { sex } } }', True),
        ("query ($n: String) { residents(where: {individualNumber: $n}) { nodes { sex } } }", False),
        ("query ($w: ResidentFilter!) { residents(where: $w) { nodes { sex } } }", False),
    ],
)
def test_what_only_a_variable_may_ask_for_may_be_refused(shared_service: Service, document: str, certain: bool) -> None:
    told = refusals_of(shared_service, "election-clerk", document)
    by_number = [one for one in told if "individualNumber" in one["names"]]
    assert [one["certain"] for one in by_number] == [certain]
    assert ("TOO_FEW_CONDITIONS" in {one["code"] for one in told}) is not certain


def test_a_single_condition_is_too_few_for_all_but_the_register_office(shared_service: Service) -> None:
    document = '{ residents(where: {fullName: "佐藤"}) { nodes { fullName } } }'
    (told,) = refusals_of(shared_service, "tax-clerk", document)
    assert (told["code"], told["certain"]) == ("TOO_FEW_CONDITIONS", True)
    assert refusals_of(shared_service, "register-desk", document) == []


def test_what_goes_by_the_record_is_told_with_the_condition(shared_service: Service) -> None:
    document = f'{{ issuanceHistory(addresseeNumber: "{number_of(1)}") {{ nodes {{ id }} }} }}'
    (told,) = refusals_of(shared_service, "register-desk", document)
    assert (told["code"], told["condition"], told["certain"]) == ("NOT_PERMITTED", "restricted", False)
    copy = 'issueCertificate(input: {kind: RESIDENT_RECORD_COPY, requester: {kind: PERSON}}, idempotencyKey: "1")'
    answer = shared_service.ask("register-desk", EXPLAIN, {"document": f"mutation {{ {copy} {{ __typename }} }}"})
    assert answer.codes or "protected -released" in answer.data["explain"][0]["refusals"][0]["condition"]


def test_nobody_approves_her_own_notification(shared_service: Service) -> None:
    (told,) = refusals_of(shared_service, "register-desk", f'mutation {{ approve(id: "1", {KEY}) {{ __typename }} }}')
    assert (told["code"], told["condition"], told["certain"]) == ("NOT_PERMITTED", "own", False)


def test_a_refusal_is_explained_alike_of_whomever_is_asked_and_touches_no_record(shared_service: Service) -> None:
    documents = [
        f'{{ resident(by: {{addresseeNumber: "{number}"}}) {{ fullName }} issuanceHistory(addresseeNumber: "{number}")'
        " { nodes { id } } }"
        for number in (number_of(1), number_of(4), "9999999990")
    ]
    with register_statements() as asked:
        answers = [shared_service.ask("tax-clerk", EXPLAIN, {"document": one}).data for one in documents]
    assert asked == []
    assert answers[0] == answers[1] == answers[2]
