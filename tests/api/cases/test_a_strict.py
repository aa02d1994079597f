"""Strict mode, end to end: all that was asked for, or nothing and the names of what stood in the way."""

from __future__ import annotations

from typing import Any

import pytest

from authz.disclosure import MASK
from tests.api.cases.actors import register_statements
from tests.serving import Answer, Service
from tests.village import EVERYONE, HIDING_PLACE, NUMBERS, number_of

STRICT = {"daicho-strict": "true"}
ONE = f'resident(by: {{addresseeNumber: "{number_of(1)}"}})'
EVERYBODY = f"residents(where: {{{EVERYONE}}}, first: 20)"


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def strictly(service: Service, caller: str, query: str, **variables: Any) -> Answer:
    """Ask strictly."""
    return service.ask(caller, query, variables, **STRICT)


def hindrances(answer: Answer) -> list[dict[str, Any]]:
    """What a strict refusal tells of each item."""
    items: list[dict[str, Any]] = answer.json["errors"][0]["extensions"]["items"]
    return items


def assert_nothing_shown(service: Service, answer: Answer) -> None:
    """403, one error, no data, no disclosures, and the ledger has it as a refusal."""
    assert (answer.status, answer.codes) == (403, ["ITEMS_NOT_PERMITTED"])
    assert answer.json.keys() == {"errors"}
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["code"]) == ("REFUSAL", "ITEMS_NOT_PERMITTED")
    everything = answer.content.decode() + service.everything_written()
    assert not any(secret in everything for secret in (*NUMBERS, HIDING_PLACE, "架空", MASK))


FROM_THE_PURPOSE = {
    "a masked number": f"{{ {ONE} {{ fullName individualNumber }} }}",
    "under an alias": f"{{ {ONE} {{ fullName: individualNumber }} }}",
    "in a fragment": f"{{ {ONE} {{ ...F }} }} fragment F on Resident {{ fullName individualNumber }}",
    "in an inline fragment": f"{{ {ONE} {{ ... on Node {{ ... on Resident {{ individualNumber }} }} }} }}",
    "in a list": f"{{ {EVERYBODY} {{ edges {{ node {{ individualNumber }} }} }} }}",
    "three levels down": f"{{ {ONE} {{ household {{ members {{ individualNumber }} }} }} }}",
    "beside something else": f"{{ me {{ department }} {ONE} {{ individualNumber }} }}",
    "behind a variable": f"query ($y: Boolean = true) {{ {ONE} {{ individualNumber @include(if: $y) }} }}",
    "behind the interface": '{ node(id: "x") { ... on Resident { individualNumber } } }',
    "of a record that is not there": '{ resident(by: {addresseeNumber: "0000009997"}) { individualNumber } }',
}


@pytest.mark.holds("A-01", "M01", "S1-04")
@pytest.mark.parametrize("way", FROM_THE_PURPOSE)
def test_what_the_purpose_never_shows_is_refused_before_anything_is_loaded(service: Service, way: str) -> None:
    service.ask("election-clerk", "{ me { department } }")
    with register_statements() as asked:
        answer = strictly(service, "election-clerk", FROM_THE_PURPOSE[way])

    assert asked == []
    assert_nothing_shown(service, answer)
    assert hindrances(answer) == [{"item": "individualNumber", "rule": "number-masked"}]
    assert service.ledger()[-1]["groups"] == []


@pytest.mark.holds("S1-04", "M03")
def test_a_strict_refusal_names_every_item_that_the_purpose_never_shows_and_no_other(service: Service) -> None:
    asked = "fullName registeredDomicile residentRecordCode individualNumber longTermCareInsuranceEligibility"

    answer = strictly(service, "tax-clerk", f"{{ {ONE} {{ {asked} }} }}")

    assert_nothing_shown(service, answer)
    assert {(one["item"], one["rule"]) for one in hindrances(answer)} == {
        (name, "default") for name in ("registeredDomicile", "residentRecordCode", "longTermCareInsuranceEligibility")
    }
    assert answer.json["errors"][0]["extensions"]["names"] == [one["item"] for one in hindrances(answer)]


@pytest.mark.holds("S1-04", "A-28")
def test_what_a_records_facts_withhold_is_refused_after_loading_by_list_position(service: Service) -> None:
    answer = strictly(service, "tax-clerk", f"{{ {EVERYBODY} {{ nodes {{ fullName a: currentAddress }} }} }}")

    assert_nothing_shown(service, answer)
    assert hindrances(answer) == [
        {
            "path": ["residents", "nodes", "*", "a"],
            "item": "currentAddress",
            "rule": "protected-whereabouts",
            "at": [3, 4],
        }
    ]
    assert {group["facts"][0] for group in service.ledger()[-1]["groups"] if group["facts"]} == {"protected"}


@pytest.mark.holds("S1-04", "A-28")
def test_every_run_of_a_strict_request_that_was_refused_is_recorded_as_a_refusal(service: Service) -> None:
    before = len(service.ledger())
    query = f"""{{ me {{ department }} {ONE} {{ household {{ members {{ fullName }} }} }}
        other: resident(by: {{addresseeNumber: "{number_of(4)}"}}) {{ fullName household {{ id }} }} }}"""

    answer = strictly(service, "tax-clerk", query)

    assert_nothing_shown(service, answer)
    assert [(one["path"], one["item"]) for one in hindrances(answer)] == [(["other", "household"], "household")]
    entries = service.ledger()[before:]
    assert {one["path"] for one in entries} >= {"Query.me", "Query.resident", "Resident.household", "Household.members"}
    assert {(one["kind"], one["code"]) for one in entries} == {("REFUSAL", "ITEMS_NOT_PERMITTED")}


@pytest.mark.holds("S1-04")
def test_an_absent_item_is_no_hindrance(service: Service) -> None:
    answer = strictly(service, "tax-clerk", f"{{ {ONE} {{ fullName formerSurname aliasHistory }} }}")

    assert answer.data["resident"] == {"fullName": "架空　太郎", "formerSurname": None, "aliasHistory": None}
    assert answer.disclosures == []
    assert service.ledger()[-1]["kind"] == "SEARCH"


@pytest.mark.holds("S1-04")
@pytest.mark.parametrize("value", ["true", "false", ""])
def test_what_may_be_shown_is_the_same_strict_or_not(service: Service, value: str) -> None:
    query = f"{{ {ONE} {{ fullName individualNumber household {{ householdNumber members {{ fullName sex }} }} }} }}"

    strict, plain = service.ask("tax-clerk", query, **{"daicho-strict": value}), service.ask("tax-clerk", query)

    assert (strict.status, strict.content) == (200, plain.content)


@pytest.mark.holds("S1-04")
def test_an_item_that_the_operation_leaves_out_is_no_hindrance(service: Service) -> None:
    query = f"""query ($no: Boolean = false) {{ {ONE} {{ fullName individualNumber @include(if: $no)
        ... @skip(if: true) {{ registeredDomicile }} ...F @include(if: $no) }} }}
        fragment F on Resident {{ residentRecordCode }}"""

    assert strictly(service, "election-clerk", query).data == {"resident": {"fullName": "架空　太郎"}}
    assert_nothing_shown(service, strictly(service, "election-clerk", query, no=True))


@pytest.mark.holds("A-03", "A-09")
def test_a_record_that_is_not_there_is_no_hindrance_to_a_caller_who_could_see_it(service: Service) -> None:
    query = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName currentAddress } }"

    answer = strictly(service, "election-clerk", query, n=number_of(8))  # closed: not opened for elections

    assert answer.data == {"resident": None}
    assert answer.content == strictly(service, "election-clerk", query, n="0000009997").content


@pytest.mark.holds("S1-04")
@pytest.mark.parametrize("value", ["TRUE", "1", "yes", "true, true"])
def test_a_wish_that_is_not_understood_is_refused_rather_than_ignored(service: Service, value: str) -> None:
    answer = service.ask("tax-clerk", f"{{ {ONE} {{ fullName }} }}", **{"daicho-strict": value})

    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
