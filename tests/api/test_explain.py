"""`explain`: what an operation would show, told without touching a record, and what really happens."""

from __future__ import annotations

import random
from typing import Any

import pytest

from domain.items import RESIDENT_ITEMS, Form
from tests.api.cases.actors import register_statements
from tests.serving import PURPOSES, Service
from tests.village import number_of

EXPLAIN = """query ($document: String!, $name: String) {
  explain(document: $document, operationName: $name) {
    path field item cases { condition opened outcome rule legalBasis }
  }
}"""
LEAVES = sorted(one.graphql_name for one in RESIDENT_ITEMS.values() if one.form not in (Form.RECORD, Form.RECORDS))
CALLERS = ("register-desk", "tax-clerk", "election-clerk", "care-clerk")
NAMES = ("closed", "protected", "released", "restricted")


def explained(service: Service, caller: str, document: str) -> dict[str, dict[str, Any]]:
    """Each field of an operation by its path."""
    told = service.ask(caller, EXPLAIN, {"document": document}).data["explain"]
    return {one["path"]: one for one in told}


def case_for(cases: list[dict[str, Any]], facts: list[str]) -> dict[str, Any]:
    """The case that holds for a record with these facts."""
    fitting = [one for one in cases if one["condition"] != "otherwise" and holds(one["condition"], facts)]
    return next(iter(fitting), None) or next(one for one in cases if one["condition"] in ("", "otherwise"))


def holds(condition: str, facts: list[str]) -> bool:
    return any(
        all((word.removeprefix("-") in facts) != word.startswith("-") for word in term.split())
        for term in condition.split("; ")
        if condition
    )


def a_document(choice: random.Random) -> str:
    """Some items of somebody, some through fragments, aliases and directives, and some of those she lives with."""
    leaves = choice.sample(LEAVES, 8)
    own = " ".join([*leaves[:3], f"alias: {leaves[3]}", f"... on Resident {{ {leaves[4]} }}", "...More"])
    household = f"household {{ householdNumber members {{ {leaves[5]} {leaves[6]} @include(if: true) }} }}"
    more = f"fragment More on Resident {{ {leaves[7]} }}"
    return f"query Q($n: String!) {{ resident(by: {{addresseeNumber: $n}}) {{ {own} {household} }} }} {more}"


@pytest.mark.holds("M07", "M08")
@pytest.mark.parametrize("caller", [name for name in CALLERS if name in PURPOSES])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_explained_is_what_happens(shared_service: Service, caller: str, seed: int) -> None:
    document = a_document(random.Random(seed))  # noqa: S311 - a choice of fields is no secret
    by_item = {
        (one["field"].split(".")[0], one["item"]): one["cases"]
        for one in explained(shared_service, caller, document).values()
    }
    compared = 0
    for nth in range(1, 10):
        before = len(shared_service.ledger())
        shared_service.ask(caller, document, {"n": number_of(nth)})
        for entry in shared_service.ledger()[before:]:
            kind = "Household" if entry["path"] == "Resident.household" else "Resident"
            for group in entry["groups"]:
                for item, decided in group["items"].items():
                    case = case_for(by_item[kind, item], group["facts"])
                    withheld_by_the_edge = item in ("household", "members") and decided["outcome"] == "WITHHELD"
                    assert withheld_by_the_edge or (case["outcome"], case["rule"]) == (
                        decided["outcome"],
                        decided["rule"],
                    ), (item, group["facts"])
                    assert case["opened"]
                    compared += 1
    assert compared > 20


def test_an_explanation_touches_no_record_and_stands_in_the_ledger_without_a_subject(shared_service: Service) -> None:
    before = len(shared_service.ledger())
    with register_statements() as asked:
        found = explained(shared_service, "tax-clerk", a_document(random.Random(7)))  # noqa: S311 - as above
    assert found
    assert asked == []
    (entry,) = shared_service.ledger()[before:]
    assert (entry["path"], entry["groups"]) == ("Query.explain", [])


def test_each_case_has_its_rule_and_legal_basis(shared_service: Service) -> None:
    document = '{ resident(by: {addresseeNumber: "1"}) { id who: currentAddress individualNumber } }'
    found = explained(shared_service, "tax-clerk", document)
    assert list(found) == ["resident", "resident.id", "resident.who", "resident.individualNumber"]
    assert found["resident.id"]["cases"] == []
    hidden = case_for(found["resident.who"]["cases"], ["protected"])
    assert (hidden["outcome"], hidden["rule"]) == ("WITHHELD", "protected-whereabouts")
    assert "支援措置" in hidden["legalBasis"]
    assert case_for(found["resident.individualNumber"]["cases"], [])["rule"] == "number-affairs"


def test_what_a_directive_would_leave_out_is_explained_as_well(shared_service: Service) -> None:
    document = "query ($s: Boolean!) { me { displayName @skip(if: $s) } }"
    assert list(explained(shared_service, "tax-clerk", document)) == ["me", "me.displayName"]


@pytest.mark.parametrize("document", ["{ nobody }", "{", "{ me { displayName } } { me { department } }"])
def test_what_is_no_operation_is_refused_without_its_text(shared_service: Service, document: str) -> None:
    answer = shared_service.ask("tax-clerk", EXPLAIN, {"document": document})
    assert answer.codes
    assert "INTERNAL" not in answer.codes
    assert "nobody" not in answer.content.decode()
