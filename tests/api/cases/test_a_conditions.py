"""Conditions on the Individual Number: by equality only, for number work only, refused without a trace of why."""

from __future__ import annotations

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from api.graphql.schema import SCHEMA
from domain.ledger.searches import SearchHasher
from tests.api.cases.actors import Seat, purposes_without_the_register, register_statements, seated, told
from tests.serving import LEDGER_KEY, Answer, Service
from tests.village import ABSENT_NUMBER, CODE, CODES, NUMBERS

BY_NUMBER = "query ($n: String!) { resident(by: {individualNumber: $n}) { fullName } }"
BY_CODE = "query ($n: String!) { resident(by: {residentRecordCode: $n}) { fullName } }"
LITERAL = '{ resident(by: {individualNumber: "%s"}) { __typename } }'
MALFORMED = (
    "",
    "1",
    "123456789012",
    "000000000000",
    "a" * 300,
    "１２３４",
    NUMBERS[0][:-1],
    NUMBERS[0] + "0",
    "%",
    "*",
)
NO_NUMBER_WORK = ("election-clerk", "reviewer", "contractor")


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def inputs() -> dict[str, set[str]]:
    """Every input object of the schema with its fields."""
    return {
        name: set(kind.fields) for name, kind in SCHEMA.type_map.items() if isinstance(kind, GraphQLInputObjectType)
    }


def assert_refused(answer: Answer, item: str) -> None:
    """Nothing but a refusal that names the item."""
    assert answer.json["data"] == {"resident": None}
    assert answer.codes == ["SEARCH_NOT_PERMITTED"]
    assert answer.json["errors"][0]["extensions"]["names"] == [item]
    assert answer.disclosures == []


@pytest.mark.holds("A-04", "A-09", "A-15", "M02", "S1-04")
@pytest.mark.parametrize("caller", NO_NUMBER_WORK)
def test_a_condition_on_the_number_is_refused_before_the_store_is_touched(service: Service, caller: str) -> None:
    service.ask(caller, "{ me { department } }")
    with register_statements() as asked:
        answers = {
            number: service.ask(caller, BY_NUMBER, {"n": number}) for number in (*NUMBERS, ABSENT_NUMBER, *MALFORMED)
        }

    assert asked == []
    assert_refused(answers[NUMBERS[0]], "individualNumber")
    assert len({str(told(answer)) for answer in answers.values()}) == 1
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["code"], entry["result_count"]) == ("REFUSAL", "SEARCH_NOT_PERMITTED", 0)
    assert not any(number in service.everything_written() for number in (*NUMBERS, ABSENT_NUMBER))


@pytest.mark.holds("A-04", "A-09", "M02")
@pytest.mark.parametrize("caller", NO_NUMBER_WORK)
def test_a_number_in_the_document_itself_is_refused_alike(service: Service, caller: str) -> None:
    answers = [service.ask(caller, LITERAL % number) for number in (NUMBERS[0], NUMBERS[3], ABSENT_NUMBER)]

    assert len({str(told(answer)) for answer in answers}) == 1
    assert_refused(answers[0], "individualNumber")
    assert not any(number in service.everything_written() for number in (*NUMBERS, ABSENT_NUMBER))


@pytest.mark.holds("A-04", "A-09", "M02")
def test_nobody_but_the_register_office_addresses_by_the_resident_record_code(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for purpose, department in purposes_without_the_register().items():
        name = seated(service, monkeypatch, Seat(department, purpose))
        with register_statements() as asked:
            answers = [service.ask(name, BY_CODE, {"n": code}) for code in (CODES[0], CODES[3], "10000000030", "x")]
        assert asked == []
        assert_refused(answers[0], "residentRecordCode")
        assert len({str(told(answer)) for answer in answers}) == 1
    assert service.ask("register-desk", BY_CODE, {"n": CODES[0]}).data["resident"] == {"fullName": "架空　太郎"}
    assert not any(code in service.everything_written() for code in CODES)


@pytest.mark.holds("A-04", "M02")
def test_a_grant_with_the_number_switched_off_takes_the_search_away_as_well(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = seated(service, monkeypatch, Seat("財政部市民税課", "local_tax", switched_off=("number",)))
    with register_statements() as asked:
        answers = [service.ask(name, BY_NUMBER, {"n": number}) for number in (NUMBERS[0], ABSENT_NUMBER)]

    assert asked == []
    assert_refused(answers[0], "individualNumber")
    assert told(answers[0]) == told(answers[1])


@pytest.mark.holds("A-05", "S1-04")
def test_who_does_number_work_searches_by_the_whole_number_and_the_ledger_keeps_its_hash(service: Service) -> None:
    found = service.ask("tax-clerk", BY_NUMBER, {"n": "６４４６-７８１５ ５３５１"})

    assert found.data["resident"] == {"fullName": "架空　太郎"}
    entry = service.ledger()[-1]
    digest = SearchHasher(LEDGER_KEY).digest(CODE, "individual_number", NUMBERS[0])
    assert (entry["searched_by"], entry["number_accessed"]) == ({"individual_number": digest}, True)
    assert NUMBERS[0] not in service.everything_written()


@pytest.mark.holds("A-05", "A-09")
@pytest.mark.parametrize("piece", [NUMBERS[0][:4], NUMBERS[0][:11], NUMBERS[0] + "0", "6446%", "6446*", "^6446", ".*"])
def test_a_piece_or_a_pattern_of_a_number_is_no_number_even_for_a_tax_clerk(service: Service, piece: str) -> None:
    with register_statements() as asked:
        answer = service.ask("tax-clerk", BY_NUMBER, {"n": piece})

    assert (answer.codes, answer.json["data"]) == (["INVALID_INPUT"], {"resident": None})
    assert asked == []
    assert piece not in str(answer.json["errors"])


ARGUMENTS = {
    "Query.explain.document": "String",
    "Query.explain.operationName": "String",
    "Query.resident.by": "ResidentKey",
    "Query.resident.asOf": "String",
    "Query.resident.knownAt": "String",
    "Resident.history.first": "Int",
    "Resident.history.after": "String",
    "Query.residents.where": "ResidentFilter",
    "Query.residents.first": "Int",
    "Query.residents.after": "String",
    "Query.household.by": "HouseholdKey",
    "Query.node.id": "ID",
    "Query.changes.after": "String",
    "Query.changes.first": "Int",
    "Query.notification.id": "ID",
    "Query.notifications.state": "NotificationState",
    "Query.notifications.first": "Int",
    "Query.notifications.after": "String",
    "Query.restrictions.addresseeNumber": "String",
    "Query.supportMeasures.addresseeNumber": "String",
    "Query.issuance.id": "ID",
    "Query.issuanceHistory.addresseeNumber": "String",
    "Query.issuanceHistory.first": "Int",
    "Query.issuanceHistory.after": "String",
    "Query.populationStatistics.asOf": "String",
    "Query.populationStatistics.knownAt": "String",
    "Query.populationStatistics.by": "PopulationDimension",
    "Query.changeSummaryReport.from": "String",
    "Query.changeSummaryReport.to": "String",
    "Query.changeSummaryReport.countedBy": "CountedBy",
    "Query.changeSummaryReport.by": "MovementDimension",
    "Query.extraction.id": "ID",
    "Query.extractions.state": "ExtractionState",
    "Query.extractions.first": "Int",
    "Query.extractions.after": "String",
    "Query.ledgerEntries.filter": "LedgerFilter",
    "Query.ledgerEntries.first": "Int",
    "Query.ledgerEntries.after": "String",
    "Query.ledgerReport.kind": "LedgerReportKind",
    "Query.ledgerReport.from": "String",
    "Query.ledgerReport.to": "String",
    "Query.ledgerReport.about": "String",
    "Query.ledgerCounts.from": "String",
    "Query.ledgerCounts.to": "String",
    "Query.ledgerCounts.by": "LedgerDimension",
    "Query.accessStatement.addresseeNumber": "String",
    "Query.accessStatement.from": "String",
    "Query.accessStatement.to": "String",
}
"""Of everything that reads."""

TAKEN = {
    "ResidentKey": {"id", "addresseeNumber", "residentRecordCode", "individualNumber"},
    "HouseholdKey": {"id", "householdNumber"},
    "ResidentFilter": {
        *("fullName", "nameKana", "alias", "formerSurname", "formerSurnameReading", "dateOfBirth", "sex"),
        *("currentAddress", "buildingLine", "relationshipToHouseholder", "householdNumber", "addresseeNumber"),
        *("residentRecordCode", "individualNumber", "residenceCardNumber"),
        *("match", "includeVariants", "includePast", "includeClosed"),
    },
    "LedgerFilter": {
        *("from", "to", "kinds", "staffNumber", "department", "purpose", "terminal", "path", "code", "subject"),
        *("requestId", "numberAccessed"),
    },
}
"""By what these arguments compare."""


def arguments() -> dict[str, str]:
    """Every argument of the schema, with its type."""
    return {
        f"{name}.{field}.{argument}": str(get_named_type(declared.type))
        for name, kind in SCHEMA.type_map.items()
        if not name.startswith("__")
        for field, described in getattr(kind, "fields", {}).items()
        for argument, declared in getattr(described, "args", {}).items()
    }


@pytest.mark.holds("A-05", "A-06", "A-08", "M02")
def test_the_schema_compares_the_number_in_one_place_and_sorts_and_counts_nowhere() -> None:
    reading = {name: kind for name, kind in arguments().items() if not name.startswith("Mutation.")}

    assert reading == ARGUMENTS
    assert {kind: fields for kind, fields in inputs().items() if kind in reading.values()} == TAKEN
    assert set(SCHEMA.type_map["ResidentConnection"].fields) == {"edges", "nodes", "pageInfo"}  # type: ignore[attr-defined] # an object type


@pytest.mark.holds("A-05", "A-10")
def test_only_what_enters_or_changes_a_number_hands_one_in() -> None:
    changing = {name.rsplit(".")[-1] for name in arguments() if name.startswith("Mutation.")}

    assert changing == {"input", "id", "reason", "witness", "medium", "idempotencyKey", "acknowledge"}
    assert {kind for kind, fields in inputs().items() if "individualNumber" in fields} - TAKEN.keys() == {
        *("EntrantInput", "EnterIndividualNumberInput", "ChangeIndividualNumberInput")
    }


@pytest.mark.holds("A-05", "A-06", "A-08")
@pytest.mark.parametrize(
    "arguments",
    [
        'where: {individualNumber: ["644678155351"]}',
        'where: {individualNumber: {eq: "644678155351"}}',
        'where: {individualNumber: {startsWith: "6446"}}',
        'where: {fullName: {in: ["架空"]}}',
        'where: {or: [{fullName: "架空"}]}',
        "where: {}, orderBy: INDIVIDUAL_NUMBER",
        "where: {}, orderBy: {individualNumber: ASC}",
        "where: {}, last: 5",
        "where: {}, offset: 5",
    ],
)
def test_what_the_schema_lacks_is_refused_for_everybody_and_loads_nothing(service: Service, arguments: str) -> None:
    for caller in ("register-desk", "tax-clerk", "election-clerk"):
        with register_statements() as asked:
            answer = service.ask(caller, f"{{ residents({arguments}) {{ nodes {{ id }} }} }}")
        assert (answer.status, answer.codes[0]) == (400, "VALIDATION_FAILED")
        assert asked == []
        assert NUMBERS[0] not in answer.content.decode() + service.everything_written()


@pytest.mark.holds("A-09", "A-15")
@pytest.mark.parametrize("caller", ["tax-clerk", "register-desk"])
def test_a_malformed_number_is_refused_in_words_that_do_not_depend_on_the_register(
    service: Service, caller: str
) -> None:
    near_an_existing, near_none = NUMBERS[0][:-1] + "0", ABSENT_NUMBER[:-1] + "0"

    answers = [service.ask(caller, BY_NUMBER, {"n": number}) for number in (near_an_existing, near_none)]

    assert told(answers[0]) == told(answers[1])
    assert answers[0].codes == ["INVALID_INPUT"]
