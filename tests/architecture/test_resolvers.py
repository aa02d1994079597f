"""No resolver can be added without its entry in the ledger and its event, and no leaf with a resolver of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from graphql import extend_schema, parse, print_schema

from api.graphql.disclosed import ITEMS_BY_FIELD, LEAVES
from api.graphql.problems import STATUS
from api.graphql.schema import SCHEMA, SCHEMA_FILE
from domain.errors import Code
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS
from tests.api.changing import a_move, notify, stored
from tests.api.happened import Happened, happen
from tests.architecture.calls import any_call_of
from tests.architecture.graph import places, resolvers, strange_leaves
from tests.serving import Service
from tests.village import EVERYONE, household_number, number_of

PARTS = frozenset({"ResidentConnection.edges", "ResidentConnection.nodes", "ResidentConnection.pageInfo"}) | {
    "ResidentEdge.node",
    "ResidentHistory.edges",
    "ResidentHistory.nodes",
    "ResidentHistory.pageInfo",
    "ResidentVersionEdge.node",
    "ChangeConnection.edges",
    "ChangeConnection.nodes",
    "ChangeConnection.pageInfo",
    "ChangeEdge.node",
    "NotificationConnection.edges",
    "NotificationConnection.nodes",
    "NotificationConnection.pageInfo",
    "Support.measures",
    "NotificationEdge.node",
    "NotificationResult.notification",
    "NotificationResult.findings",
    "Notification.changes",
    "Notification.findings",
    "ExplainedField.cases",
    "ExplainedField.refusals",
    "Me.purpose",
    "Me.purposes",
    "Issuance.requester",
    "Issuance.people",
    "IssuanceConnection.edges",
    "IssuanceConnection.nodes",
    "IssuanceConnection.pageInfo",
    "IssuanceEdge.node",
    "CertificateResult.copies",
    "CertificateResult.findings",
    "CertificateCopy.issuance",
    "CertificateCopy.entries",
    "CertificateCopy.link",
    "CertificateEntry.lines",
    "RegisterInspectionResult.copy",
    "PopulationStatistics.cells",
    "ChangeSummaryReport.cells",
    "Extraction.criteria",
    "Extraction.outcome",
    "ExtractionResult.extraction",
    "ExtractionResult.link",
    "ExtractionConnection.edges",
    "ExtractionConnection.nodes",
    "ExtractionConnection.pageInfo",
    "ExtractionEdge.node",
    "LedgerEntryConnection.edges",
    "LedgerEntryConnection.nodes",
    "LedgerEntryConnection.pageInfo",
    "LedgerEntryEdge.node",
    "LedgerEntry.groups",
    "LedgerEntry.searchedBy",
    "LedgerGroup.decisions",
    "LedgerReport.findings",
    "LedgerCounts.cells",
    "AccessStatement.rows",
    "PolicyMatrix.purposes",
    "PolicyMatrix.items",
    "PolicyMatrix.rules",
    "PolicyMatrix.cells",
    "PolicyMatrix.acts",
    "LedgerState.checkpoint",
    "LedgerState.places",
}
"""Fields that yield objects and resolve nothing: they are attributes of what their parent's resolver brought."""

DISCLOSURES = frozenset(f"{kind}.disclosures" for kind in ITEMS_BY_FIELD)
DECISIONS = DISCLOSURES | {"Me.items"}
"""Fields that yield what the policy decided, not what the register holds: they load nothing."""

SEALED = frozenset({"Resident.id", "Household.id", "Change.residentId"})
"""The leaves with a resolver that is not the generic reader: it seals the record's number."""

OF_A_CHANGE = frozenset(f"Change.{name}" for name in ("sequence", "previousSequence", "isOpen", "items"))
"""The leaves that tell of a change and not of the record: which, after which, and names of items that are shown."""

PUBLIC = SEALED | DISCLOSURES | OF_A_CHANGE | {"Change.version"}
"""Fields of records that are no items: the sealed id, from which nothing can be read, the decisions, and of a change
what is not of the record, and the version that it left, whose items are its own."""

EVERYBODY = f"residents(where: {{{EVERYONE}}}, first: 9)"
HOME = f'household(by: {{householdNumber: "{household_number(1)}"}})'

OPERATIONS: dict[str, tuple[str, list[str]]] = {
    "Query.me": ("me { displayName }", ["Query.me"]),
    "Query.explain": ('explain(document: "{ me { displayName } }") { path }', ["Query.explain"]),
    "Query.resident": (f'resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName }}', ["Query.resident"]),
    "Query.residents": (f"{EVERYBODY} {{ nodes {{ fullName }} edges {{ node {{ sex }} }} }}", ["Query.residents"]),
    "Query.household": (f"{HOME} {{ householdNumber }}", ["Query.household"]),
    "Query.node": ("node(id: $id) { id ... on Resident { fullName } }", ["Query.node"]),
    "Resident.household": (
        f"{EVERYBODY} {{ nodes {{ household {{ householdNumber }} }} }}",
        ["Query.residents", "Resident.household"],
    ),
    "Resident.history": (
        f"{EVERYBODY} {{ nodes {{ history {{ nodes {{ fullName }} edges {{ node {{ validFrom }} }} }} }} }}",
        ["Query.residents", "Resident.history"],
    ),
    "Query.changes": ("changes { nodes { addresseeNumber } }", ["Query.changes"]),
    "Change.version": (
        "changes { nodes { version { fullName } } edges { node { sequence } } }",
        ["Query.changes", "Change.version"],
    ),
    "Query.notification": (f'notification(id: "{UUID(int=1)}") {{ id }}', ["Query.notification"]),
    "Query.notifications": (
        "notifications { nodes { id findings { code } } edges { node { changes { reason } } } }",
        ["Query.notifications"],
    ),
    "ProposedChange.before": (
        "notifications { nodes { changes { before { fullName } } } }",
        ["Query.notifications", "ProposedChange.before"],
    ),
    "ProposedChange.after": (
        "notifications { nodes { changes { before { fullName } after { fullName } } } }",
        ["Query.notifications", "ProposedChange.before", "ProposedChange.after"],
    ),
    "Query.restrictions": (f'restrictions(addresseeNumber: "{number_of(1)}") {{ id }}', ["Query.restrictions"]),
    "Query.supportMeasures": (
        f'supportMeasures(addresseeNumber: "{number_of(4)}") {{ alert measures {{ state }} }}',
        ["Query.supportMeasures"],
    ),
    "Query.issuance": (f'issuance(id: "{UUID(int=1)}") {{ id }}', ["Query.issuance"]),
    "Query.issuanceHistory": (
        f'issuanceHistory(addresseeNumber: "{number_of(1)}") {{ nodes {{ id }} edges {{ node {{ number }} }} }}',
        ["Query.issuanceHistory"],
    ),
    "Query.extraction": (f'extraction(id: "{UUID(int=1)}") {{ id }}', ["Query.extraction"]),
    "Query.extractions": (
        "extractions(state: REQUESTED) { nodes { id } edges { node { reason } } }",
        ["Query.extractions"],
    ),
    "Query.populationStatistics": (
        "populationStatistics(by: [SEX]) { residents cells { people } }",
        ["Query.populationStatistics"],
    ),
    "Query.changeSummaryReport": (
        'changeSummaryReport(from: "2026-01-01", to: "2026-11-01") { entries cells { changes } }',
        ["Query.changeSummaryReport"],
    ),
    "Query.ledgerEntries": (
        "ledgerEntries(first: 3) { nodes { groups { decisions { rule } } searchedBy { item } } edges { node { id } } }",
        ["Query.ledgerEntries"],
    ),
    "Query.ledgerReport": (
        'ledgerReport(kind: SESSIONS, from: "2026-11-01", to: "2026-11-30") { findings { count } }',
        ["Query.ledgerReport"],
    ),
    "Query.policyMatrix": (
        "policyMatrix { purposes { code } items { item } rules { id } cells { rule } acts { rule } }",
        ["Query.policyMatrix"],
    ),
    "Query.ledgerState": ("ledgerState { checkpoint { size } places { name } }", ["Query.ledgerState"]),
    "Query.ledgerCounts": (
        'ledgerCounts(from: "2026-11-01", to: "2026-11-30") { cells { entries } }',
        ["Query.ledgerCounts"],
    ),
    "Query.accessStatement": (
        f'accessStatement(addresseeNumber: "{number_of(1)}", from: "2026-11-01", to: "2026-11-30")'
        " { rows { act } }",
        ["Query.accessStatement"],
    ),
    "Household.householder": (f"{HOME} {{ householder {{ fullName }} }}", ["Query.household", "Household.householder"]),
    "Household.members": (
        f"{EVERYBODY} {{ nodes {{ household {{ members {{ household {{ members {{ fullName }} }} }} }} }} }}",
        ["Query.residents", *("Resident.household", "Household.members") * 2],
    ),
}
"""For each resolver of a query an operation that runs it, for several parents where it can, and its entries."""
OF_THE_OFFICER = ("restrictions", "supportMeasures")
"""What only the officer responsible for support measures may ask."""
OF_THE_REVIEWER = (
    *("ledgerEntries", "ledgerReport", "ledgerCounts", "accessStatement"),
    *("policyMatrix", "ledgerState"),
)
"""What only a reviewer may ask."""


@pytest.fixture(scope="module", autouse=True)
def something_happened(shared_service: Service) -> None:
    """Else no change has a version to ask for, and no notification proposes one."""
    happen(shared_service, Happened(1, ("full_name",)), Happened(2, ("full_name",)))
    for nth in (7, 9):
        stored(notify(shared_service, "moveWithin", a_move(nth)))


def ask(service: Service, selection: str) -> tuple[list[str], list[str]]:
    """The paths of the entries and of the events that an operation leaves."""
    first = service.ask("register-desk", f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ id }} }}')
    entries_before, events_before = len(service.ledger()), len(events(service))
    variables = {"id": first.data["resident"]["id"]} if "$id" in selection else {}
    document = f"query Q{'($id: ID!)' if variables else ''} {{ {selection} }}"
    caller = "support-officer" if selection.startswith(OF_THE_OFFICER) else "register-desk"
    caller = "reviewer" if selection.startswith(OF_THE_REVIEWER) else caller
    assert service.ask(caller, document, variables).data
    entries = [str(entry["path"]) for entry in service.ledger()[entries_before:]]
    return entries, [str(event["path"]) for event in events(service)[events_before:]]


def events(service: Service) -> list[dict[str, Any]]:
    return [line for line in service.log if line["event"] == "access"]


@pytest.mark.holds("M08")
def test_every_resolver_of_the_schema_has_an_operation_that_proves_its_entry() -> None:
    found = [name for name in resolvers(SCHEMA, PARTS | DECISIONS) if not name.startswith("Mutation.")]
    assert sorted(found) == sorted(OPERATIONS)


@pytest.mark.holds("M08")
@pytest.mark.parametrize("name", SCHEMA.mutation_type.fields if SCHEMA.mutation_type else ())
def test_each_mutation_leaves_one_entry_and_one_event_whatever_becomes_of_it(
    shared_service: Service, name: str
) -> None:
    before, seen = len(shared_service.ledger()), len(events(shared_service))
    answer = shared_service.ask("register-desk", f"mutation {{ {any_call_of(name)} }}")
    assert answer.status in (200, 400, 403, 404), answer.json
    assert "INTERNAL" not in answer.codes
    assert "VALIDATION_FAILED" not in answer.codes
    entries = shared_service.ledger()[before:]
    assert [one["path"] for one in entries] == [f"Mutation.{name}"]
    assert [one["entry"] for one in events(shared_service)[seen:]] == [entries[0]["id"]]


@pytest.mark.holds("M08")
@pytest.mark.parametrize("field", OPERATIONS)
def test_each_run_of_a_resolver_leaves_one_entry_and_one_event(shared_service: Service, field: str) -> None:
    selection, expected = OPERATIONS[field]
    entries, events_seen = ask(shared_service, selection)
    assert field in expected
    assert sorted(entries) == sorted(expected)
    assert events_seen == entries


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ("extend type Query { population: Int }", "Query.population"),
        ("extend type Mutation { correct(id: ID!): Boolean }", "Mutation.correct"),
        ("extend type Resident { relatives: [Resident!] }", "Resident.relatives"),
        ("extend type Me { colleagues: [Me!] }", "Me.colleagues"),
        ("type Card { number: String } extend type Household { cards: [Card!]! }", "Household.cards"),
    ],
)
def test_a_resolver_that_somebody_adds_is_missed_until_its_entry_is_proved(new: str, field: str) -> None:
    extended = extend_schema(SCHEMA, parse(new))
    assert set(resolvers(extended, PARTS | DECISIONS)) - set(resolvers(SCHEMA, PARTS | DECISIONS)) == {field}


@pytest.mark.parametrize("field", sorted(PARTS))
def test_a_part_is_an_attribute_of_what_was_resolved(field: str) -> None:
    (place,) = [place for place in places(SCHEMA) if str(place) == field]
    assert place.is_read_from_its_parent


@pytest.mark.parametrize(
    ("selection", "path"),
    [
        (f"{EVERYBODY} {{ nodes {{ fullName disclosures {{ item outcome rule }} }} }}", "Query.residents"),
        (f"{HOME} {{ householdNumber disclosures {{ item outcome rule }} }}", "Query.household"),
        ("me { items { item outcome } }", "Query.me"),
    ],
)
def test_telling_decisions_is_no_look_of_its_own(shared_service: Service, selection: str, path: str) -> None:
    assert ask(shared_service, selection) == ([path], [path])


def test_leaves_leave_neither_entry_nor_event_of_their_own(shared_service: Service) -> None:
    leaves = " ".join(LEAVES["Resident"])
    assert ask(shared_service, f"{EVERYBODY} {{ nodes {{ {leaves} }} }}") == (["Query.residents"], ["Query.residents"])


@pytest.mark.holds("E-04")
def test_every_leaf_of_a_record_is_read_by_the_one_generic_reader() -> None:
    assert strange_leaves(SCHEMA, SEALED | OF_A_CHANGE) == []
    items = RESIDENT_ITEMS | VERSION_ITEMS | HOUSEHOLD_ITEMS
    for kind, leaves in LEAVES.items():
        assert {name: items[item].graphql_name for name, item in leaves.items()} == {name: name for name in leaves}, (
            kind
        )


@pytest.mark.holds("E-04")
def test_a_leaf_that_somebody_adds_without_an_item_or_with_a_resolver_is_found() -> None:
    extended = extend_schema(
        SCHEMA, parse("extend type Resident { bloodType: String } extend type Me { salary: Int office: String }")
    )
    extended.type_map["Me"].fields["salary"].resolve = lambda _me, _info: 1  # type: ignore[attr-defined] # an object type
    assert sorted(strange_leaves(extended, SEALED | OF_A_CHANGE)) == ["Me.salary", "Resident.bloodType"]


@pytest.mark.holds("E-04")
@pytest.mark.parametrize("kind", ITEMS_BY_FIELD)
def test_every_field_of_a_record_is_an_item_or_declared_public_and_every_item_is_a_field(kind: str) -> None:
    fields = {place.name for place in places(SCHEMA) if place.type == kind}
    public = {name.partition(".")[2] for name in PUBLIC if name.startswith(f"{kind}.")}
    assert fields == set(ITEMS_BY_FIELD[kind]) | public


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert SCHEMA_FILE.read_text("utf-8").strip() == print_schema(SCHEMA).strip()


def test_every_code_has_a_status() -> None:
    assert set(STATUS) == set(Code)
    assert all(400 <= status < 600 for status in STATUS.values())
