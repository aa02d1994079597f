"""A ledger decided again by another policy, and who could see an item on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from authz.decisions import Decisions
from authz.policy import Policy
from authz.review.replaying import Replay, Replayed, replay
from authz.review.who import who_could_see
from domain.access import Grant, Period
from tests.authz.policies import TEXT, changed, unproved

NOW = Decisions(Policy(TEXT))
TAX = ("財政部納税課", "local_tax", "S-1")


def entry(*groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A read by a tax clerk, as the ledger writes it."""
    department, purpose, staff_number = TAX
    told = {"department": department, "purpose": purpose, "staff_number": staff_number, "grants": ["G-1"]}
    return {**told, "path": "Query.residents", "policy_hash": NOW.policy.hash, "groups": list(groups), **more}


def group(outcome: str, item: str, *facts: str, subjects: int = 1) -> dict[str, Any]:
    ids = [str(one) for one in range(subjects)]
    return {"facts": list(facts), "subjects": ids, "items": {item: {"outcome": outcome, "rule": "transfer"}}}


def replayed(*entries: dict[str, Any], new: Policy, closed: tuple[str, ...] = (), kept: bool = True) -> Replay:
    old = {NOW.policy.hash: NOW} if kept else {}
    return replay(entries, Decisions(new), old, {"G-1": frozenset(closed)})


def test_by_the_same_policy_nothing_would_have_been_otherwise() -> None:
    found = replayed(
        entry(group("SHOWN", "full_name"), group("WITHHELD", "current_address", "protected")), new=NOW.policy
    )
    assert (found.entries, found.decisions, found.changed) == (1, 2, {})


@pytest.mark.parametrize("kept", [True, False])
def test_who_would_have_lost_an_item_is_told_with_how_many_records(kept: bool) -> None:
    narrower = unproved(changed('sees(code, ["base", "alias", "residence_status"]', 'sees(code, ["base", "alias"]'))
    found = replayed(entry(group("SHOWN", "nationality_or_region", subjects=3)), new=narrower, kept=kept)
    assert found.changed == {Replayed(*TAX, "nationality_or_region", "", "SHOWN", "WITHHELD"): 3}


def test_who_would_have_gained_an_item_is_told_under_the_facts_of_the_record() -> None:
    open_to_all = unproved(changed('"WITHHELD", "protected-whereabouts") if', '"SHOWN", "protected-whereabouts") if'))
    found = replayed(entry(group("WITHHELD", "current_address", "protected")), new=open_to_all)
    assert found.changed == {Replayed(*TAX, "current_address", "protected", "WITHHELD", "SHOWN"): 1}


def test_an_edge_that_was_withheld_for_the_other_record_is_no_change() -> None:
    assert replayed(entry(group("WITHHELD", "household")), new=NOW.policy).changed == {}


def test_classes_that_the_grant_closed_stay_closed() -> None:
    masked = entry(group("MASKED", "individual_number"))
    assert replayed(masked, new=NOW.policy, closed=("number",), kept=False).changed == {}
    assert replayed(masked, new=NOW.policy, kept=False).changed


def test_a_search_that_would_be_refused_is_told() -> None:
    narrower = unproved(changed('sees(code, ["number"], "number-affairs") if transferee(code);', ""))
    found = replayed(entry(searched_by={"individual_number": "00"}), new=narrower)
    assert found.changed == {Replayed(*TAX, "individual_number", "", "searched", "refused"): 1}


def test_an_entry_of_nobody_known_is_passed_over() -> None:
    assert replayed({"kind": "SIGN_IN", "department": None, "purpose": None}, new=NOW.policy).decisions == 0


@pytest.mark.holds("M07")
def test_who_could_see_an_item_is_told_grant_by_grant_with_rule_and_condition() -> None:
    def grant(department: str, purpose: str, *closed: str) -> Grant:
        return Grant(purpose, "S-1", department, purpose, Period(date(2026, 4, 1)), frozenset(closed))

    grants = [
        grant("財政部納税課", "local_tax"),
        grant("財政部市民税課", "local_tax", "number"),
        grant("選挙管理委員会", "election"),
        grant("選挙管理委員会", "local_tax"),
        grant("委託先", "operation"),
    ]
    seen = [
        (one.grant.department, one.outcome, one.condition, one.rule)
        for one in who_could_see(NOW.policy, grants, "individual_number")
    ]
    assert seen == [
        ("財政部納税課", "SHOWN", "-restricted", "number-affairs"),
        ("財政部市民税課", "MASKED", "", "number-masked"),
        ("選挙管理委員会", "MASKED", "-closed", "number-masked"),
    ]
