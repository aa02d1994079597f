"""What follows for each caller of the demonstration: what she sees, what she does not, and whom she cannot tell."""

from __future__ import annotations

from typing import Any

import pytest

from authz.disclosure import MASK
from domain.items import F1_ITEMS, RESIDENT_ITEMS, Form, Item
from domain.residents import IDENTIFIERS, ResidentRecord, shown
from tests.api.cases.actors import Seat, register_statements, seated, told
from tests.api.cases.selections import has_leaf
from tests.serving import Service
from tests.village import CODES, EVERYONE, HIDING_PLACE, NUMBERS, household_number, number_of, residents

LEAVES = {item.graphql_name: item for item in RESIDENT_ITEMS.values() if has_leaf(item)}
WHOLE = f"""query ($n: String!) {{ resident(by: {{addresseeNumber: $n}}) {{
    {" ".join(LEAVES)} disclosures {{ item outcome rule legalBasis }} }} }}"""
ME = """{ me { displayName department purpose { code name legalBasis usesIndividualNumber }
    purposes { code name legalBasis usesIndividualNumber } items { item outcome search rule legalBasis } } }"""
NOBODY = "0000009997"
BASE = {1, 2, *range(5, 12), 21, 22, 23, 47, 48}
TRANSFEREE = BASE | {3, *range(14, 21)}
SEEN = {
    "register-desk": set(range(1, 50)),
    "tax-clerk": TRANSFEREE,
    "care-clerk": TRANSFEREE | {31},
    "election-clerk": BASE | {28},
}
"""The numbers of file F1 that each caller is shown; what the law added since goes with base (issue: classes)."""


def expected(record: ResidentRecord, item: Item, numbers: set[int]) -> object:
    """What a caller who sees these items is answered of a record without special facts."""
    if item.identifier == "individual_number" and 3 not in numbers:
        return MASK
    if item.number is not None and item.number not in numbers:
        return None
    if item.identifier == "restricted":
        return False
    value = shown(record, item.identifier)
    return list(value) if isinstance(value, tuple) else value


def filled(service: Service) -> None:
    """Write something into every item that the village leaves empty, also into the symbol that nobody sees."""
    texts = {Form.TEXT: "記入済 {}", Form.DATE: "1999-01-01", Form.TEXTS: "記入済 {}"}
    for name in IDENTIFIERS:
        form = RESIDENT_ITEMS[name].form
        if name != "individual_number" and form in texts:
            text = texts[form].format(name)
            value = [text] if form is Form.TEXTS else text
            service.execute(f"UPDATE residents SET {name} = $1 WHERE {name} IS NULL", value)  # noqa: S608 - a name of ours


@pytest.mark.holds("S1-04", "M01", "M03", "M28")
@pytest.mark.parametrize("caller", SEEN)
def test_each_caller_sees_exactly_the_items_of_her_purpose(service: Service, caller: str) -> None:
    people = {record.addressee_number.value: record for record in residents()}
    for nth in (1, 2, 3, 7, 9):
        record = service.ask(caller, WHOLE, {"n": number_of(nth)}).data["resident"]
        assert {name: record[name] for name in LEAVES} == {
            name: expected(people[number_of(nth)], item, SEEN[caller]) for name, item in LEAVES.items()
        }


@pytest.mark.holds("S1-04", "M03", "M08", "M28")
@pytest.mark.parametrize("caller", SEEN)
def test_an_item_is_null_for_a_caller_if_and_only_if_it_is_withheld(service: Service, caller: str) -> None:
    filled(service)
    answer = service.ask(caller, WHOLE, {"n": number_of(7)})
    record, numbers = answer.data["resident"], SEEN[caller]

    hidden = {item.graphql_name for item in F1_ITEMS if item.number not in numbers} - {"individualNumber"}
    assert {name for name in LEAVES if record[name] is None} == hidden
    outcomes = {one["item"]: one["outcome"] for one in record["disclosures"]}
    assert {item for item, outcome in outcomes.items() if outcome == "WITHHELD"} == hidden
    assert {one["item"] for one in answer.disclosures if one["outcome"] == "WITHHELD"} == hidden
    written = service.ledger()[-1]["groups"][0]["items"]
    assert {name for name, one in written.items() if one["outcome"] == "WITHHELD"} == {
        item.identifier for item in F1_ITEMS if item.graphql_name in hidden
    }
    for item in F1_ITEMS:
        if item.graphql_name in hidden:
            assert f"記入済 {item.identifier}" not in answer.content.decode()
    assert "記入済" not in service.everything_written()


@pytest.mark.holds("M28")
def test_nobody_sees_or_searches_by_the_symbol_for_linking_information(service: Service) -> None:
    filled(service)
    for caller in SEEN:
        answer = service.ask(
            caller, f"{{ residents(where: {{{EVERYONE}}}, first: 20) {{ nodes {{ informationProvisionCode }} }} }}"
        )
        assert {one["informationProvisionCode"] for one in answer.data["residents"]["nodes"]} == {None}
        assert answer.outcome("informationProvisionCode") == "WITHHELD"
        assert {one["rule"] for one in answer.disclosures} == {"default"}
        permission = next(one for one in items_of_me(service, caller) if one["item"] == "informationProvisionCode")
        assert (permission["outcome"], permission["search"]) == ("WITHHELD", False)


def items_of_me(service: Service, caller: str) -> list[dict[str, Any]]:
    """What `me` says of every item."""
    items: list[dict[str, Any]] = service.ask(caller, ME).data["me"]["items"]
    return items


@pytest.mark.holds("S1-04", "M03")
@pytest.mark.parametrize("caller", [*SEEN, "reviewer", "contractor"])
def test_me_tells_of_every_item_what_the_records_then_show(service: Service, caller: str) -> None:
    items = items_of_me(service, caller)

    assert [one["item"] for one in items] == [item.graphql_name for item in RESIDENT_ITEMS.values()]
    answer = service.ask(caller, WHOLE, {"n": number_of(1)})
    record = (answer.json["data"] or {}).get("resident")
    if record is None:
        assert {(one["outcome"], one["search"]) for one in items} == {("WITHHELD", False)}
        return
    told_of = {one["item"]: one for one in record["disclosures"]}
    for one in (one for one in items if one["item"] in LEAVES):
        decided = told_of[one["item"]]
        assert {"ABSENT": "SHOWN"}.get(decided["outcome"], decided["outcome"]) == one["outcome"]
        assert (decided["rule"], decided["legalBasis"]) == (one["rule"], one["legalBasis"])
        assert one["search"] is False or one["outcome"] == "SHOWN"


@pytest.mark.holds("S1-04", "M05")
def test_me_names_the_caller_her_purpose_and_nobody_elses(service: Service) -> None:
    me = service.ask("tax-clerk", ME).data["me"]

    assert (me["displayName"], me["department"]) == ("税務 花子（見本）", "財政部市民税課")
    assert me["purpose"] == me["purposes"][0]
    assert [one["code"] for one in me["purposes"]] == ["local_tax"]
    assert me["purpose"]["usesIndividualNumber"] is True
    assert {one["item"] for one in me["items"] if one["search"]} == {
        *("addresseeNumber", "householdNumber", "individualNumber", "fullName", "nameKana", "dateOfBirth", "sex"),
        *("currentAddress", "buildingLine", "relationshipToHouseholder", "aliasHistory", "formerSurname"),
        *("formerSurnameReading", "residenceCardNumber"),
    }
    entry = service.ledger()[-1]
    assert (entry["path"], entry["kind"], entry["groups"]) == ("Query.me", "READ", [])


WAYS = {
    "by number": "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName } }",
    "by individual number": "query ($n: String!) { resident(by: {individualNumber: $n}) { fullName } }",
    "by code": "query ($n: String!) { resident(by: {residentRecordCode: $n}) { fullName } }",
    "by id": "query ($n: ID!) { resident(by: {id: $n}) { fullName } }",
    "by node": "query ($n: ID!) { node(id: $n) { __typename } }",
    "by name": """query ($n: String!) { residents(where: {fullName: $n, dateOfBirth: "1950", includeClosed: true}) {
        nodes { id } } }""",
    "by address": """query ($n: String!) { residents(where: {currentAddress: $n, dateOfBirth: "1950"}) {
        pageInfo { hasNextPage } } }""",
    "household": "query ($n: String!) { household(by: {householdNumber: $n}) { id } }",
    "household by id": "query ($n: ID!) { household(by: {id: $n}) { id members { id } } }",
}


def existing_and_none(service: Service, way: str) -> tuple[str, str]:
    """A value of somebody in the village, and one of nobody, for this way of asking."""
    seal = service.material.sealer.node_id
    home = ("Household", "012131", household_number(1)), ("Household", "012131", household_number(98))
    person = ("Resident", "012131", number_of(1)), ("Resident", "012131", NOBODY)
    values = {
        "by number": (number_of(1), NOBODY),
        "by individual number": (NUMBERS[0], "123456789018"),
        "by code": (CODES[0], "10000000030"),
        "by id": (seal(*person[0]), seal(*person[1])),
        "by node": (seal(*person[0]), seal(*person[1])),
        "by name": ("架空", "何某"),
        "by address": ("北海道苫小牧市旭町", "北海道苫小牧市何町"),
        "household": (household_number(1), household_number(98)),
        "household by id": (seal(*home[0]), seal(*home[1])),
    }
    return values[way]


@pytest.mark.holds("A-03", "A-09", "M02", "M03", "S1-04")
@pytest.mark.parametrize("caller", ["reviewer", "contractor", "stranger"])
@pytest.mark.parametrize("strict", ["true", "false"])
def test_who_opens_no_record_cannot_tell_an_existing_resident_from_none(
    service: Service, caller: str, strict: str
) -> None:
    service.ask(caller, "{ me { department } }")
    with register_statements() as asked:
        for way, document in WAYS.items():
            somebody, nobody = (
                service.ask(caller, document, {"n": value}, **{"daicho-strict": strict})
                for value in existing_and_none(service, way)
            )
            assert told(somebody) == told(nobody), way
            assert somebody.status == (403 if caller == "stranger" else 200)
            entry = service.ledger()[-1]
            assert (entry["groups"], entry["number_accessed"] and way != "by individual number") == ([], False)
    assert asked == []
    assert HIDING_PLACE not in service.everything_written()
    assert not any(secret in service.everything_written() for secret in (NUMBERS[0], CODES[0], "架空"))


@pytest.mark.holds("M03", "M05")
def test_a_stranger_with_a_valid_token_gets_nothing_and_is_recorded(service: Service) -> None:
    for purpose in ("local_tax", "resident_register", "ledger_review", "nonsense"):
        answer = service.ask("stranger", WAYS["by number"], {"n": number_of(1)}, purpose=purpose)

        assert (answer.status, answer.codes) == (403, ["PURPOSE_NOT_GRANTED"])
        assert answer.json["errors"][0]["extensions"]["purposes"] == []
        assert "data" not in answer.json
        entry = service.ledger()[-1]
        assert (entry["kind"], entry["code"], entry["purpose"]) == ("REFUSAL", "PURPOSE_NOT_GRANTED", purpose)
        assert (entry["caller"], entry["staff_number"]) == ("stranger", "DEMO-1007")


@pytest.mark.holds("M03", "S1-04")
def test_a_care_clerk_sees_her_own_matter_and_no_other_and_no_registered_domicile(service: Service) -> None:
    answer = service.ask("care-clerk", WHOLE, {"n": number_of(1)})
    record = answer.data["resident"]

    assert record["longTermCareInsuranceEligibility"] == "該当（第1号被保険者）"
    hidden = ("registeredDomicile", "familyRegisterHead", "nationalPensionEligibility", "residentRecordCode")
    assert [record[name] for name in hidden] == [None] * 4
    assert {answer.outcome(name) for name in hidden} == {"WITHHELD"}
    assert "該当（第1号）" not in answer.content.decode() + service.everything_written()


@pytest.mark.holds("M03", "S1-04")
def test_public_relations_sees_name_and_address_of_who_lives_here_and_nothing_else(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = seated(service, monkeypatch, Seat("総合政策部秘書広報課", "public_relations"))
    leaves = " ".join(LEAVES)

    answer = service.ask(
        clerk,
        f'{{ residents(where: {{fullName: "架空　太", currentAddress: "旭町"}})'
        f" {{ nodes {{ household {{ id }} {leaves} }} }} }}",
    )

    (record,) = answer.data["residents"]["nodes"]
    seen = {name for name, value in record.items() if value is not None} - {"individualNumber"}
    assert seen == {"fullName", "nameKana", "currentAddress", "buildingLine"}
    assert record["individualNumber"] == MASK
