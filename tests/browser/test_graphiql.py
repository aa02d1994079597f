"""The real demonstration in a browser: two callers ask for the same and see their own."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser.chromium import GraphiQL
from tests.browser.conftest import Open

MASK = "************"


def people(answer: str) -> list[dict[str, Any]]:
    """The residents of an answer."""
    return [edge["node"] for edge in json.loads(answer)["data"]["residents"]["edges"]]


@pytest.fixture
def graphiql(served: str, open_graphiql: Open) -> GraphiQL:
    """The demonstration's GraphiQL with the example for the Individual Number in it."""
    opened = open_graphiql(served)
    opened.choose(example="3-individual-number")
    return opened


@pytest.mark.holds("D-08")
def test_a_tax_clerk_sees_the_number_and_an_election_clerk_its_mask(graphiql: GraphiQL) -> None:
    seen = people(graphiql.run_as("tax-clerk"))
    answer = graphiql.run_as("election-clerk")
    assert seen
    assert all(re.fullmatch(r"\d{12}", person["individualNumber"]) for person in seen)
    assert {person["individualNumber"] for person in people(answer)} == {MASK}
    assert not any(person["individualNumber"] in answer for person in seen)
    assert graphiql.columns() == ["tax-clerk", "election-clerk"]
    assert graphiql.outcomes("individualNumber") == ["SHOWN", "MASKED"]
    assert graphiql.complaints == []
    assert graphiql.elsewhere == []
    assert graphiql.page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_every_example_runs_for_the_register_desk(graphiql: GraphiQL) -> None:
    for option in graphiql.page.query_selector_all("#example option"):
        graphiql.choose(example=option.get_attribute("value"))
        assert "errors" not in json.loads(graphiql.run_as("register-desk"))


def test_the_whereabouts_of_a_protected_person_are_withheld_from_a_tax_clerk_only(graphiql: GraphiQL) -> None:
    graphiql.choose(example="5-protected-person")
    graphiql.run_as("register-desk")
    graphiql.run_as("tax-clerk")
    assert graphiql.outcomes("currentAddress") == ["SHOWN", "WITHHELD"]


def test_an_election_clerks_search_by_number_is_refused(graphiql: GraphiQL) -> None:
    graphiql.choose(example="7-search-refused")
    answer = json.loads(graphiql.run_as("election-clerk"))
    assert answer["errors"][0]["extensions"]["code"] == "SEARCH_NOT_PERMITTED"
    assert "SEARCH_NOT_PERMITTED" in graphiql.page.inner_text("#outcomes thead")


def test_the_explanation_is_what_the_run_comes_to_and_names_what_hides_an_item(graphiql: GraphiQL) -> None:
    graphiql.choose(caller="election-clerk")
    graphiql.page.click("#explain")
    graphiql.page.wait_for_selector("table.explanation")
    row = graphiql.page.inner_text("table.explanation tr[data-path$='.individualNumber']")
    assert "MASKED" in row
    assert "number-masked" in row
    assert "照会抑止" in graphiql.page.inner_text("table.explanation tr[data-path$='.fullName']")
    assert {person["individualNumber"] for person in people(graphiql.run_as("election-clerk"))} == {MASK}
    assert graphiql.outcomes("individualNumber") == ["MASKED"]


def test_the_explanation_says_that_the_whole_is_refused_and_by_which_rule(graphiql: GraphiQL) -> None:
    graphiql.choose(caller="election-clerk", example="7-search-refused")
    graphiql.page.click("#explain")
    graphiql.page.wait_for_selector("table.explanation")
    row = graphiql.page.inner_text("table.explanation tr:has([data-refused])")
    assert "SEARCH_NOT_PERMITTED" in row
    assert "individualNumber" in row
    assert "number-masked" in row
    assert "全体が拒否されます" in row
