"""The page by itself, on a fake service: what it shows, what it keeps, what it asks for."""

from __future__ import annotations

import json

from tests.browser.chromium import GraphiQL
from tests.browser.conftest import Open
from tests.browser.fake_service import MASK, NUMBER

NAME = "佐藤　見本"


def test_the_same_question_of_two_callers_stands_side_by_side(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="3-individual-number")
    graphiql.run_as("tax-clerk")
    graphiql.run_as("election-clerk")
    assert graphiql.columns() == ["tax-clerk", "election-clerk"]
    assert graphiql.outcomes("individualNumber") == ["SHOWN", "MASKED"]
    assert graphiql.outcomes("registeredDomicile") == ["WITHHELD", "WITHHELD"]


def test_only_items_with_other_outcomes_are_marked_as_different(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="3-individual-number")
    graphiql.run_as("tax-clerk")
    graphiql.run_as("election-clerk")
    marked = [row.get_attribute("data-path") for row in graphiql.page.query_selector_all("tr.differs")]
    assert [str(path).rpartition(".")[2] for path in marked] == ["individualNumber", "electoralRollRegistration"]


def test_another_question_clears_the_caller_before(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.run_as("tax-clerk")
    graphiql.choose(example="3-individual-number")
    graphiql.run_as("election-clerk")
    assert graphiql.columns() == ["election-clerk"]


def test_a_change_of_caller_offers_to_run_again_and_runs_nothing_by_itself(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.run_as("tax-clerk")
    asked = len(graphiql.requested)
    graphiql.choose(caller="election-clerk")
    assert "Run again" in graphiql.page.inner_text("#run")
    assert "再実行" in graphiql.page.inner_text("#notice")
    assert len(graphiql.requested) == asked


def test_the_legal_basis_of_a_rule_stands_by_it(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="2-one-resident")
    graphiql.run_as("election-clerk")
    row = graphiql.page.inner_text("tr[data-path$='.individualNumber']")
    assert "number-masked" in row
    assert "番号法第9条" in row


def test_a_null_without_an_entry_is_told_as_absent(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="2-one-resident")
    graphiql.run_as("tax-clerk")
    assert graphiql.outcomes("formerSurname") == ["ABSENT"]
    assert graphiql.outcomes("registeredDomicile") == ["WITHHELD"]


def test_a_null_beside_shown_and_withheld_values_is_told_as_absent_too(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    values = (NAME, None, None)
    data = {"residents": {"edges": [{"node": {"fullName": value}} for value in values]}}
    path = ["residents", "edges", "*", "node", "fullName"]
    shown = {"path": path, "item": "fullName", "outcome": "SHOWN", "rule": "transfer", "count": 1, "at": [0]}
    withheld = shown | {"outcome": "WITHHELD", "rule": "default", "at": [1]}
    answer = json.dumps({"data": data, "extensions": {"disclosures": [shown, withheld]}})
    graphiql.page.route("**/graphql", lambda route: route.fulfill(body=answer, content_type="application/json"))
    graphiql.run()
    assert graphiql.outcomes("fullName") == ["SHOWN", "WITHHELD", "ABSENT"]


def test_what_is_null_outside_a_record_is_told_as_nothing(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="1-find-residents")
    graphiql.run_as("tax-clerk")
    assert graphiql.outcomes("endCursor") == []


def test_strict_answers_nothing_and_says_so_beside_what_the_lenient_answer_was(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="3-individual-number")
    graphiql.run_as("tax-clerk")
    graphiql.page.check("#strict")
    answer = graphiql.run()
    assert NUMBER not in answer
    assert graphiql.columns() == ["tax-clerk", "tax-clerk"]
    assert "ITEMS_NOT_PERMITTED" in graphiql.page.inner_text("#outcomes thead")


def test_a_refused_search_is_told_in_japanese_and_english(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="7-search-refused")
    graphiql.run_as("election-clerk")
    told = graphiql.page.inner_text("#outcomes")
    assert "SEARCH_NOT_PERMITTED" in told
    assert "この項目では検索できません。" in told
    assert "may not search by this item" in told


def test_an_example_brings_the_demonstrations_values_for_its_variables(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="5-protected-person")
    assert "佐藤" in graphiql.run_as("register-desk")


def test_every_example_is_answered(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    for option in graphiql.page.query_selector_all("#example option"):
        graphiql.choose(example=option.get_attribute("value"))
        assert "errors" not in json.loads(graphiql.run_as("register-desk"))


def test_graphiqls_history_stays_empty_and_has_no_button(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.run_as("tax-clerk")
    assert not graphiql.page.is_visible("[aria-label='Show History']")
    graphiql.page.eval_on_selector("[aria-label='Show History']", "button => button.click()")
    assert graphiql.page.query_selector_all(".graphiql-history-item") == []


def test_nothing_is_asked_of_anybody_else_and_the_policy_is_not_broken(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.run_as("tax-clerk")
    graphiql.page.click("[aria-label='Show Documentation Explorer']")
    graphiql.page.click(".graphiql-doc-explorer >> text=Resident >> nth=0")
    graphiql.page.click("[aria-label='Open short keys dialog']")
    graphiql.page.wait_for_selector(".graphiql-dialog")
    graphiql.page.keyboard.press("Escape")
    graphiql.write("{ ")
    graphiql.page.keyboard.type("res")
    graphiql.page.wait_for_selector(".CodeMirror-hints")
    assert graphiql.elsewhere == []
    assert graphiql.complaints == []


def test_the_explorer_comes_from_the_committed_schema_without_introspection(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.page.click("[aria-label='Show Documentation Explorer']")
    graphiql.page.wait_for_selector(".graphiql-doc-explorer >> text=ResidentConnection")
    assert f"{fake}/graphiql/schema.graphql" in graphiql.requested
    assert f"{fake}/graphql" not in graphiql.requested


def test_a_value_is_never_read_as_markup(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    markup = "<img src=x onerror=document.title='read'>"
    data = {"residents": {"edges": [{"node": {"fullName": markup}}]}}
    entry = {"path": "residents.edges.*.node.fullName", "item": markup, "outcome": "SHOWN", "rule": markup, "count": 1}
    answer = json.dumps({"data": data, "extensions": {"disclosures": [entry]}})
    graphiql.page.route("**/graphql", lambda route: route.fulfill(body=answer, content_type="application/json"))
    graphiql.run()
    assert markup in graphiql.page.inner_text("#outcomes")
    assert graphiql.page.query_selector("#outcomes img") is None
    assert graphiql.page.title() != "read"


def test_a_path_may_come_as_a_list_and_name_the_positions_it_means(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    data = {"residents": {"edges": [{"node": {"fullName": None}}, {"node": {"fullName": NAME}}]}}
    path = ["residents", "edges", "*", "node", "fullName"]
    shown = {"path": path, "item": "full_name", "outcome": "SHOWN", "rule": "transfer", "count": 1, "at": [1]}
    withheld = shown | {"outcome": "WITHHELD", "rule": "default", "at": [0]}
    answer = json.dumps({"data": data, "extensions": {"disclosures": [shown, withheld]}})
    graphiql.page.route("**/graphql", lambda route: route.fulfill(body=answer, content_type="application/json"))
    graphiql.run()
    assert graphiql.outcomes("fullName") == ["SHOWN", "WITHHELD"]
    assert NAME in graphiql.page.inner_text("#outcomes [data-outcome=SHOWN]")
    assert "氏名" in graphiql.page.inner_text("#outcomes tbody")


def test_outside_the_demonstration_a_token_and_a_purpose_are_typed_in(
    fake_without_demonstration: str, open_graphiql: Open
) -> None:
    graphiql = open_graphiql(fake_without_demonstration)
    assert not graphiql.page.is_visible("#caller")
    graphiql.page.fill("#token", "token-for-election-clerk")
    graphiql.page.fill("#purpose-code", "election")
    graphiql.choose(example="3-individual-number")
    assert MASK in graphiql.run()
    assert graphiql.outcomes("individualNumber") == ["MASKED"]


def test_the_bar_is_worked_by_keyboard_alone(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    reached = [after_tab(graphiql) for _ in range(6)]
    assert reached == ["caller", "purpose", "example", "strict", "explain", "run"]
    with graphiql.page.expect_response("**/graphql"):
        graphiql.page.keyboard.press("Enter")


def after_tab(graphiql: GraphiQL) -> str:
    """The id of what the next press of the tabulator reaches."""
    graphiql.page.keyboard.press("Tab")
    return str(graphiql.page.evaluate("document.activeElement.id"))


def test_why_each_item_would_be_shown_is_told_without_running_anything(fake: str, open_graphiql: Open) -> None:
    graphiql = open_graphiql(fake)
    graphiql.choose(example="3-individual-number", caller="election-clerk")
    graphiql.page.click("#explain")
    graphiql.page.wait_for_selector("table.explanation")
    assert graphiql.outcomes("individualNumber") == ["MASKED"]
    row = graphiql.page.inner_text("tr[data-path$='.individualNumber']")
    assert "number-masked" in row
    assert "番号法第9条" in row
    assert "always" in row
    assert [url.rpartition("/")[2] for url in graphiql.requested].count("graphql") == 1
    assert MASK not in graphiql.page.inner_text("#outcomes")
