"""The criteria are those of the assessment, and each can be read in both languages."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from api.self_check.catalogue import catalogues, criteria

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def test_there_are_34_measures_and_33_functions_and_the_cases() -> None:
    assert {each.name: len(each.criteria) for each in catalogues()} == {"measures": 34, "functions": 33, "cases": 103}


def test_no_criterion_stands_twice() -> None:
    assert [name for name, count in Counter(each.id for each in criteria()).items() if count > 1] == []


def test_each_criterion_has_a_title_in_japanese_and_its_meaning_in_english() -> None:
    assert [
        each.id for each in criteria() if not JAPANESE.search(each.title) or not re.search("[a-z]{3}", each.means)
    ] == []


def test_measures_and_functions_are_quoted_from_the_assessment() -> None:
    measures, functions, _ = catalogues()
    assert [each.id for each in (*measures.criteria, *functions.criteria) if not JAPANESE.search(each.source)] == []


@pytest.mark.parametrize("position", [1, 2])
def test_each_function_belongs_to_a_system_and_each_case_to_a_kind(position: int) -> None:
    catalogue = catalogues()[position]
    groups = [catalogue.group_of(each) for each in catalogue.criteria]
    assert None not in groups
    assert set(groups) == set(catalogue.groups)


def test_measures_are_in_no_group() -> None:
    measures = catalogues()[0]
    assert {measures.group_of(each) for each in measures.criteria} == {None}
