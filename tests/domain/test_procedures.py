"""What holds of every procedure: it says what it asks for in two languages, and its events are kept and read back."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.checks import CHECKS
from domain.life_event_texts import event_of, number_in, said
from domain.notifications import Notice
from domain.procedures.registry import NOTICES
from tests.domain.notices import EVERY_NOTICE
from tests.domain.situations import approved, codes

EVERY = pytest.mark.parametrize("procedure", EVERY_NOTICE)
HERE = Path(__file__).parent


def proposal_of(procedure: str) -> Any:
    """What the gallery's notice proposes."""
    situation, notice = EVERY_NOTICE[procedure]
    return notice.proposed(situation)


def test_the_gallery_holds_every_procedure_that_changes_a_record() -> None:
    assert EVERY_NOTICE.keys() == NOTICES.keys()


@EVERY
def test_a_notice_in_order_is_proposed_whole(procedure: str) -> None:
    proposal = proposal_of(procedure)

    assert codes(proposal) == []
    assert proposal.changes
    assert all(approved(EVERY_NOTICE[procedure][0], proposal).record_of(number) for number in proposal.subjects)


@EVERY
def test_every_event_is_kept_as_plain_text_without_its_number_and_read_back_as_it_was(procedure: str) -> None:
    for change in proposal_of(procedure).changes:
        event, number = change.event, number_in(change.event)
        kept = json.dumps(said(event), ensure_ascii=False)

        assert event_of(type(event).__name__, json.loads(kept), number) == event
        assert number is None or number.value not in kept


@EVERY
def test_no_name_and_no_number_is_in_what_a_notice_or_its_events_print(procedure: str) -> None:
    printed = f"{EVERY_NOTICE[procedure][1]!r}{[change.event for change in proposal_of(procedure).changes]!r}"

    assert not [text for text in ("架空　", "SAMPLE", "帰化　", "見本", "0000000000") if text in printed]


def test_every_field_of_a_notice_is_told_in_both_languages() -> None:
    for kind in NOTICES.values():
        for each in fields(kind):  # type: ignore[arg-type] # every notice is a dataclass
            assert not each.metadata["japanese"].isascii(), (kind, each.name)
            assert each.metadata["english"]


def test_every_notice_says_what_it_does_with_the_japanese_word_for_it() -> None:
    for kind in NOTICES.values():
        first = _first_line(kind)
        assert first.endswith(".")
        assert not first.isascii()


def _first_line(kind: type[Notice]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def test_every_check_has_one_code_and_says_where_it_comes_from_in_both_languages() -> None:
    for code, check in CHECKS.items():
        assert code == check.code
        assert check.source
        assert not check.japanese.isascii()


@pytest.mark.holds("S1-01", "S1-02", "S1-03")
@pytest.mark.parametrize("reason", ChangeReason)
def test_every_change_reason_has_a_test_named_after_it(reason: ChangeReason) -> None:
    named = re.compile(f"(?:test|and)_{reason.value.lower()}(?:_|$)")

    assert any(named.search(name) for name in _test_names())


@cache
def _test_names() -> list[str]:
    trees = (ast.parse(file.read_text("utf-8")) for file in HERE.glob("test_*.py"))
    return [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
