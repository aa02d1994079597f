"""Literals and variables that do not fit: the answer names places and types, and holds no value."""

import json
from typing import Any

import pytest

from api.graphql.inputs import coerce_variables
from domain.errors import Code, Refusal
from tests.api.small_schema import NUMBER, SCHEMA, codes, documents, names, refused

BY_KEY = "query ($key: ResidentKey!) {resident(by: $key) {id}}"
BY_FILTER = "query ($where: ResidentFilter!) {residents(where: $where) {nodes {id}}}"


def coerced(query: str, variables: dict[str, Any]) -> dict[str, Any]:
    return coerce_variables(SCHEMA, documents().prepare(query).operation, variables)


def test_variables_are_coerced_with_their_defaults() -> None:
    query = """query ($id: ID!, $n: Int = 7, $after: String) {
      node(id: $id) {id}
      residents(where: {}, first: $n, after: $after) {nodes {id}}
    }"""
    assert coerced(query, {"id": 5, "unknown": 1}) == {"id": "5", "n": 7}


def test_defaults_within_an_input_are_filled_in() -> None:
    assert coerced(BY_FILTER, {"where": {"sex": "FEMALE"}}) == {"where": {"sex": "FEMALE", "includeClosed": False}}


@pytest.mark.holds("A-17")
@pytest.mark.parametrize(
    ("query", "variables", "place"),
    [
        (BY_KEY, {}, "key"),
        (BY_KEY, {"key": None}, "key"),
        (BY_KEY, {"key": NUMBER}, "key"),
        (BY_KEY, {"key": int(NUMBER)}, "key"),
        (BY_KEY, {"key": [NUMBER]}, "key"),
        (BY_KEY, {"key": {}}, "key"),
        (BY_KEY, {"key": {NUMBER: "1"}}, "key"),
        (BY_KEY, {"key": {"individualNumber": int(NUMBER)}}, "key.individualNumber"),
        (BY_KEY, {"key": {"individualNumber": [NUMBER]}}, "key.individualNumber"),
        (BY_KEY, {"key": {"individualNumber": {"eq": NUMBER}}}, "key.individualNumber"),
        (BY_KEY, {"key": {"individualNumber": None}}, "key.individualNumber"),
        (BY_KEY, {"key": {"individualNumber": NUMBER, "id": "1"}}, "key"),
        (BY_FILTER, {"where": {"sex": NUMBER}}, "where.sex"),
        (BY_FILTER, {"where": {"sex": "FEMAL"}}, "where.sex"),
        (BY_FILTER, {"where": {"dateOfBirth": {"until": NUMBER}}}, "where.dateOfBirth"),
        (BY_FILTER, {"where": {"dateOfBirth": {"from": float(NUMBER)}}}, "where.dateOfBirth.from"),
        (BY_FILTER, {"where": {"currentAddress": ["a", int(NUMBER)]}}, "where.currentAddress.1"),
        (BY_FILTER, {"where": {"currentAddress": int(NUMBER)}}, "where.currentAddress"),
        (BY_FILTER, {"where": {"includeClosed": NUMBER}}, "where.includeClosed"),
    ],
)
def test_a_variable_that_does_not_fit_is_named_without_its_value(
    query: str, variables: dict[str, Any], place: str
) -> None:
    problems = refused(query, variables)
    assert (codes(problems), names(problems)) == ({"INVALID_INPUT"}, {place})
    told = json.dumps(problems, ensure_ascii=False)
    assert NUMBER not in told
    assert "FEMAL'" not in told


@pytest.mark.holds("A-17")
def test_the_refusal_of_a_variable_holds_no_value_and_no_cause_that_does() -> None:
    with pytest.raises(Refusal) as raised:
        coerced(BY_KEY, {"key": {"individualNumber": int(NUMBER)}})
    assert raised.value.code is Code.INVALID_INPUT
    assert NUMBER not in f"{raised.value!r}{vars(raised.value)}"
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.holds("A-17")
def test_a_variable_whose_name_holds_a_number_is_not_named() -> None:
    problems = refused(f"query ($n{NUMBER}: ID!) {{node(id: $n{NUMBER}) {{id}}}}")
    assert codes(problems) == {"INVALID_INPUT"}
    assert NUMBER not in json.dumps(problems)


def test_the_expected_type_and_what_is_missing_are_told() -> None:
    (wrong,) = refused(BY_FILTER, {"where": {"dateOfBirth": {"from": 1}}})
    assert wrong["message"] == "Variable '$where': Expected a value of type 'String!' at 'dateOfBirth.from'."
    (missing,) = refused(BY_FILTER, {"where": {"dateOfBirth": {}}})
    assert "to include required field 'from' at 'dateOfBirth'" in missing["message"]
    (two,) = refused(BY_KEY, {"key": {"id": "1", "addresseeNumber": "2"}})
    assert "exactly one field must be specified" in two["message"]


@pytest.mark.holds("A-17")
@pytest.mark.parametrize(
    "query",
    [
        f"{{resident(by: {NUMBER}) {{id}}}}",
        f'{{resident(by: "{NUMBER}") {{id}}}}',
        f"{{resident(by: {{individualNumber: {NUMBER}}}) {{id}}}}",
        f"{{resident(by: {{individualNumber: [{NUMBER}]}}) {{id}}}}",
        f"{{resident(by: {{individualNumber: {{eq: {NUMBER}}}}}) {{id}}}}",
        f'{{resident(by: {{individualNumber: "{NUMBER}", id: 1}}) {{id}}}}',
        f'{{resident(by: {{number: "{NUMBER}"}}) {{id}}}}',
        f'{{resident(by: {{n{NUMBER}: "1"}}) {{id}}}}',
        f"{{resident(n: {NUMBER}) {{id}}}}",
        f"{{residents(where: {{sex: N{NUMBER}}}) {{nodes {{id}}}}}}",
        f'{{residents(where: {{sex: "{NUMBER}"}}) {{nodes {{id}}}}}}',
        f'{{residents(where: {{dateOfBirth: {{until: "{NUMBER}"}}}}) {{nodes {{id}}}}}}',
        f"{{residents(where: {{}}, first: {NUMBER}) {{nodes {{id}}}}}}",
        f"query ($n: Int = {NUMBER}) {{recent(first: $n) {{nodes {{id}}}}}}",
        f"{{n{NUMBER}}}",
        f"{{me {{n{NUMBER}: displayName n{NUMBER}: purposes}}}}",
        f'{{recent(first: 1) {{nodes {{id}}}} recent(first: 2, after: "{NUMBER}") {{nodes {{id}}}}}}',
        f"{{me @n{NUMBER} {{displayName}}}}",
        f'{{me @skip(if: "{NUMBER}") {{displayName}}}}',
        f"{{... on N{NUMBER} {{id}}}}",
        f"{{...n{NUMBER}}}",
        f"query ($n{NUMBER}: Int) {{me {{displayName}}}}",
        f"query ($n: N{NUMBER}) {{recent(first: $n) {{nodes {{id}}}}}}",
        f'{{resident(by: {{id: "{NUMBER}',
        f"{{resident(by: {{id: 0{NUMBER}}}) {{id}}}}",
        f"type N{NUMBER} {{a: Int}} {{me {{displayName}}}}",
    ],
)
def test_no_document_that_is_refused_gets_its_values_back(query: str) -> None:
    problems = refused(query)
    assert codes(problems) <= {"VALIDATION_FAILED", "SYNTAX_ERROR"}
    assert NUMBER not in json.dumps(problems)


@pytest.mark.holds("A-17")
@pytest.mark.parametrize("value", ["Yamada", "山田太郎"])
def test_no_short_value_comes_back_either(value: str) -> None:
    for query in (
        f'{{residents(where: {{sex: "{value}"}}) {{nodes {{id}}}}}}',
        f'{{residents(where: {{fullName: ["{value}"]}}) {{nodes {{id}}}}}}',
        f'{{residents(where: {{dateOfBirth: {{until: "{value}"}}}}) {{nodes {{id}}}}}}',
        f'{{residents(where: "{value}") {{nodes {{id}}}}}}',
        f'{{recent(first: "{value}") {{nodes {{id}}}}}}',
    ):
        assert value not in json.dumps(refused(query), ensure_ascii=False)


@pytest.mark.holds("B-04")
@pytest.mark.parametrize("escape", ["\\u{0}", "\\u{000}", "a\\u0000"])
def test_a_literal_cannot_bring_a_nul(escape: str) -> None:
    assert codes(refused(f'{{resident(by: {{id: "{escape}"}}) {{id}}}}')) == {"VALIDATION_FAILED"}
