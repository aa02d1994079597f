"""What an answer says about itself: what is masked or withheld, where, by which rule, and what is only absent."""

from __future__ import annotations

from typing import Any

import pytest

from authz.policy import Policy
from tests.serving import Answer, Service
from tests.village import EVERYONE, HIDING_PLACE, number_of

ALL = {"daicho-disclosures": "all"}
ONE = f'resident(by: {{addresseeNumber: "{number_of(1)}"}})'
EVERYBODY = f"residents(where: {{{EVERYONE}}}, first: 20)"
OWN = "disclosures { item outcome rule legalBasis }"


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def told(answer: Answer) -> list[tuple[str, str, str, str, int, Any]]:
    """Each disclosure as path, item, outcome, rule, count, positions."""
    return [
        (".".join(one["path"]), one["item"], one["outcome"], one["rule"], one["count"], one.get("at"))
        for one in answer.disclosures
    ]


@pytest.mark.holds("S1-04", "M08")
def test_only_what_is_masked_or_withheld_is_told_unless_all_is_asked_for(service: Service) -> None:
    query = f"{{ {ONE} {{ fullName individualNumber registeredDomicile formerSurname }} }}"
    hidden = [
        ("resident.individualNumber", "individualNumber", "MASKED", "number-masked", 1, None),
        ("resident.registeredDomicile", "registeredDomicile", "WITHHELD", "default", 1, None),
    ]

    brief, full = service.ask("election-clerk", query), service.ask("election-clerk", query, **ALL)

    assert told(brief) == hidden
    assert sorted(told(full)) == sorted(
        [
            *hidden,
            ("resident.fullName", "fullName", "SHOWN", "election-base", 1, None),
        ]
    )
    assert brief.json["data"] == full.json["data"]
    assert full.data["resident"]["formerSurname"] is None  # and nothing is told of it: it is absent
    assert {one["legalBasis"] for one in full.disclosures} <= {
        rule.legal_basis for rule in Policy.load().rules.values()
    }


@pytest.mark.holds("S1-04")
def test_an_object_tells_apart_what_is_absent_and_what_is_withheld_where_asked(service: Service) -> None:
    query = f"{{ {ONE} {{ formerSurname registeredDomicile individualNumber fullName {OWN} }} }}"

    record = service.ask("election-clerk", query).data["resident"]

    assert record["formerSurname"] is record["registeredDomicile"] is None
    assert {one["item"]: (one["outcome"], one["rule"]) for one in record["disclosures"]} == {
        "formerSurname": ("ABSENT", "election-base"),
        "registeredDomicile": ("WITHHELD", "default"),
        "individualNumber": ("MASKED", "number-masked"),
        "fullName": ("SHOWN", "election-base"),
    }


@pytest.mark.holds("M08", "A-28")
def test_that_the_register_has_none_of_an_item_stands_in_the_answer_and_not_in_the_ledger(service: Service) -> None:
    service.ask("election-clerk", f"{{ {ONE} {{ formerSurname }} }}")

    assert service.ledger()[-1]["groups"][0]["items"] == {
        "former_surname": {"outcome": "SHOWN", "rule": "election-base"}
    }


@pytest.mark.holds("S1-04", "A-28")
def test_in_a_list_the_positions_are_told_where_not_all_are_meant(service: Service) -> None:
    answer = service.ask("tax-clerk", f"{{ {EVERYBODY} {{ nodes {{ currentAddress residentRecordCode }} }} }}")

    assert sorted(told(answer)) == [
        ("residents.nodes.*.currentAddress", "currentAddress", "WITHHELD", "protected-whereabouts", 2, [3, 4]),
        ("residents.nodes.*.residentRecordCode", "residentRecordCode", "WITHHELD", "default", 7, None),
    ]
    nodes = answer.data["residents"]["nodes"]
    assert [at for at, node in enumerate(nodes) if node["currentAddress"] is None] == [3, 4]
    assert HIDING_PLACE not in answer.content.decode()


@pytest.mark.holds("S1-04")
def test_records_that_stand_in_two_places_are_told_of_in_both_by_their_names_there(service: Service) -> None:
    query = f"""{{ page: {EVERYBODY} {{ edges {{ node {{ currentAddress a: residentRecordCode }} }}
        all: nodes {{ b: currentAddress c: individualNumber }} more: nodes {{ fullName }} }} }}"""

    answer = service.ask("tax-clerk", query)

    assert sorted(told(answer)) == [
        ("page.all.*.b", "currentAddress", "WITHHELD", "protected-whereabouts", 2, [3, 4]),
        ("page.edges.*.node.a", "residentRecordCode", "WITHHELD", "default", 7, None),
        ("page.edges.*.node.currentAddress", "currentAddress", "WITHHELD", "protected-whereabouts", 2, [3, 4]),
    ]
    page = answer.data["page"]
    assert [edge["node"]["currentAddress"] for edge in page["edges"]] == [one["b"] for one in page["all"]]
    assert page["more"][0] == {"fullName": "架空　太郎"}
    assert service.ledger()[-1]["path"] == "Query.residents"
    assert set(service.ledger()[-1]["groups"][0]["items"]) == {
        *("current_address", "resident_record_code", "individual_number", "full_name")
    }


@pytest.mark.holds("S1-04")
def test_nested_lists_are_told_of_by_all_positions_on_the_way(service: Service) -> None:
    query = f"{{ {EVERYBODY} {{ nodes {{ home: household {{ people: members {{ residentRecordCode }} }} }} }} }}"

    answer = service.ask("tax-clerk", query)

    by_path = {path: (outcome, count, at) for path, _, outcome, _, count, at in told(answer)}
    assert by_path == {
        "residents.nodes.*.home": ("WITHHELD", 2, [3, 4]),
        "residents.nodes.*.home.people.*.residentRecordCode": ("WITHHELD", 11, None),
    }
    assert [node["home"] is None for node in answer.data["residents"]["nodes"]] == [False] * 3 + [True] * 2 + [
        False
    ] * 2
    full = service.ask("tax-clerk", query, **ALL)
    members = next(one for one in told(full) if one[1] == "members")
    assert (members[0], members[2], members[4]) == ("residents.nodes.*.home.people", "SHOWN", 5)


@pytest.mark.holds("S1-04")
def test_a_withheld_field_blanks_neither_its_record_nor_another_and_is_no_error(service: Service) -> None:
    query = f"""{{ {EVERYBODY} {{ nodes {{ fullName currentAddress household {{ householdNumber }} }} }}
        other: {ONE} {{ fullName }} }}"""

    answer = service.ask("tax-clerk", query)

    assert answer.status == 200
    assert "errors" not in answer.json
    assert all(node["fullName"] for node in answer.data["residents"]["nodes"])
    assert answer.data["other"] == {"fullName": "架空　太郎"}


@pytest.mark.holds("A-03", "A-09", "S1-04")
def test_nothing_is_told_of_a_record_that_may_not_be_opened(service: Service) -> None:
    query = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName individualNumber } }"
    for number in (number_of(8), "0000009997"):
        answer = service.ask("election-clerk", query, {"n": number}, **ALL)
        assert answer.json == {"data": {"resident": None}, "extensions": {"disclosures": []}}


@pytest.mark.holds("S1-04")
def test_the_same_item_under_two_names_is_told_of_twice_and_recorded_once(service: Service) -> None:
    query = f"{{ {ONE} {{ a: individualNumber b: individualNumber individualNumber {OWN} }} }}"

    answer = service.ask("election-clerk", query)

    assert [path for path, *_ in told(answer)] == ["resident.a", "resident.b", "resident.individualNumber"]
    assert [one["item"] for one in answer.data["resident"]["disclosures"]] == ["individualNumber"]
    assert list(service.ledger()[-1]["groups"][0]["items"]) == ["individual_number"]


@pytest.mark.holds("S1-04", "M08")
def test_the_outcome_and_rule_of_answer_and_ledger_are_the_same(service: Service) -> None:
    items = "fullName individualNumber currentAddress registeredDomicile longTermCareInsuranceEligibility"
    for caller in ("register-desk", "tax-clerk", "care-clerk", "election-clerk"):
        query = f"query ($n: String!) {{ resident(by: {{addresseeNumber: $n}}) {{ {items} {OWN} }} }}"
        for nth in (1, 4):
            record = service.ask(caller, query, {"n": number_of(nth)}).data["resident"]
            written = service.ledger()[-1]["groups"][0]["items"]
            assert {(one["outcome"], one["rule"]) for one in written.values()} == {
                (one["outcome"].replace("ABSENT", "SHOWN"), one["rule"]) for one in record["disclosures"]
            }
            assert len(written) == len(record["disclosures"]) == 5


@pytest.mark.holds("S1-04")
def test_a_wish_for_disclosures_that_is_not_understood_is_refused(service: Service) -> None:
    for value in ("none", "ALL", "all, all", "true"):
        answer = service.ask("tax-clerk", f"{{ {ONE} {{ fullName }} }}", **{"daicho-disclosures": value})
        assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
