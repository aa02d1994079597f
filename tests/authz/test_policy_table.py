"""The policy is the table: every purpose, every combination of facts, every item; unlisted is withheld."""

from __future__ import annotations

import pytest

from authz.callers import Profile
from authz.facts import CertificateFacts, ExtractionFacts, ResidentFacts
from authz.policy import POLICY_FILE, Decision, Policy
from domain.items import F1_ITEMS, HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS
from tests.authz import certificate_table, policy_table
from tests.authz.changing_table import allowed_changes
from tests.authz.policy_table import Cell, decisions, differences, items_of, offers, openings, purposes, searches


def told(decision: Decision) -> policy_table.Answer:
    return decision.outcome.value, decision.rule.id


@pytest.mark.holds("M03")
def test_every_cell_of_the_table_is_decided_as_the_table_says(
    answers: dict[Cell, Decision], failures: list[str]
) -> None:
    wrong = differences(decisions(), lambda *cell: told(answers[Cell(*cell)]))
    assert not wrong, "\n" + "\n".join(wrong)
    assert failures == []


def test_the_table_is_complete() -> None:
    asked = {(cell.profile.purpose, cell.facts, cell.item) for cell in decisions()}
    assert len(purposes()) == len(set(purposes())) == 20
    assert len(asked) == 20 * 12 * (len(RESIDENT_ITEMS | VERSION_ITEMS) + len(HOUSEHOLD_ITEMS))


def test_every_item_has_one_class_in_the_table() -> None:
    classes = {name: items_of([name]) for name in policy_table.written["classes"]}
    del classes["whereabouts"]
    listed = [item for items in classes.values() for item in items]
    assert sorted(listed) == sorted({*RESIDENT_ITEMS, *VERSION_ITEMS, *HOUSEHOLD_ITEMS})


def test_a_record_is_opened_by_whom_the_table_says_and_by_nobody_else(policy: Policy) -> None:
    wrong = differences(openings(), policy.opens)
    assert not wrong, "\n" + "\n".join(wrong)


def test_an_item_of_a_record_that_may_not_be_opened_is_withheld() -> None:
    shut = {question for question, opens in openings().items() if not opens}
    assert {answer for cell, answer in decisions().items() if (cell.profile, cell.facts) in shut} == {
        policy_table.DEFAULT
    }


def test_each_item_is_searched_by_whom_the_table_says_and_by_nobody_else(policy: Policy) -> None:
    def answer(who: Profile, item: str) -> str | None:
        rule = policy.search(who, item)
        return rule.id if rule else None

    wrong = differences(searches(), answer)
    assert not wrong, "\n" + "\n".join(wrong)
    assert {who.purpose for (who, item), rule in searches().items() if item == "individual_number" and rule} == {
        *policy_table.written["purposes"]["transferees"],
        "resident_register",
    }


def changing_rules(policy: Policy) -> set[str]:
    """The rules by which somebody may do something with a notification."""
    return {rule for _, rule in allowed_changes(policy)}


def giving_rules(policy: Policy) -> set[str]:
    """The rules by which the register office may do something with a certificate or an extraction."""
    register = policy_table.profile("resident_register")
    certificates = ((register, action, one) for action in certificate_table.ACTIONS for one in issued())
    acts = ("request", "approve", "run", "see")
    extractions = ((register, action, ExtractionFacts(own)) for action in acts for own in (False, True))
    answers = [policy.may(*asking) for asking in (*certificates, *extractions)]
    return {rule.id for rule in answers if rule}


def issued() -> list[CertificateFacts]:
    """Every certificate that somebody may ask for, and every inspection."""
    documents = [CertificateFacts(*one) for one in certificate_table.ISSUED]
    return documents + [CertificateFacts(requester=one) for one in certificate_table.INSPECTED]


@pytest.mark.holds("M28")
def test_nobody_sees_or_searches_by_the_linkage_symbol(policy: Policy, answers: dict[Cell, Decision]) -> None:
    symbol = F1_ITEMS[49].identifier
    seen = [
        str(cell)
        for cell, decision in answers.items()
        if cell.item == symbol and told(decision) != policy_table.DEFAULT
    ]
    assert seen == []
    assert not any(policy.search(who, symbol) for who in policy_table.profiles())


def test_every_rule_is_the_answer_to_some_question(policy: Policy, answers: dict[Cell, Decision]) -> None:
    deciding = {decision.rule.id for decision in answers.values()} | {"search-what-is-shown"}
    assert policy.rules.keys() == deciding | changing_rules(policy) | giving_rules(policy)
    assert all(rule.legal_basis and rule.text for rule in policy.rules.values())


def test_each_department_enters_for_its_own_purposes_and_no_other(policy: Policy) -> None:
    expected = {(name, code): code in offers()[name] for name in offers() for code in purposes()}
    wrong = differences(expected, policy.enters)
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_policy_knows_no_other_department_and_no_other_purpose(policy: Policy) -> None:
    assert policy.departments.keys() == offers().keys() - {"コマンド操作"}
    assert set(policy.purposes) == set(purposes())
    assert not any(policy.enters("", code) or policy.enters("市民生活部", code) for code in purposes())


def test_a_purpose_permits_nothing_to_a_department_that_does_not_work_for_it(policy: Policy) -> None:
    foreign = [Profile(name, code) for name in offers() for code in purposes() if code not in offers()[name]]
    actions = (("read", "Ledger"), ("administer", "Service"), ("release", "Resident"))
    for who in foreign:
        assert not policy.opens(who, ResidentFacts())
        assert not policy.search(who, "full_name")
        assert not any(policy.permits(who, action, resource) for action, resource in actions)


def test_purposes_carry_the_names_and_the_law_of_the_assessment(policy: Policy) -> None:
    table = policy_table.written
    for row in table["transfer"]:
        for code, name in zip(row["codes"], row["affairs"], strict=True):
            purpose = policy.purposes[code]
            assert (purpose.name, purpose.uses_individual_number) == (name, True)
            assert row["legal_basis"] in purpose.legal_basis
            assert "番号法第9条" in purpose.legal_basis
    for row in table["purpose"]:
        purpose = policy.purposes[row["code"]]
        assert (purpose.name, purpose.uses_individual_number) == (row["affairs"], row["uses_individual_number"])


# What may be done beside reading records.


def test_only_the_reviewer_reads_the_ledger_only_the_contractor_runs_and_only_the_officer_releases(
    policy: Policy,
) -> None:
    allowed = {
        (who.purpose, action)
        for who in policy_table.profiles()
        for action, resource in (("read", "Ledger"), ("administer", "Service"), ("release", "Resident"))
        if policy.permits(who, action, resource)
    }
    assert allowed == {("ledger_review", "read"), ("operation", "administer"), ("support_measures", "release")}
    assert not policy.permits(Profile("選挙管理委員会", "ledger_review"), "read", "Ledger")


# The runner itself.


def test_a_wrong_policy_is_told_cell_by_cell_and_all_at_once(policy: Policy) -> None:
    broken = Policy(
        POLICY_FILE.read_text("utf-8").replace('["electoral_roll"], "own-matter"', '["cards"], "own-matter"')
    )
    cells = {cell: answer for cell, answer in decisions().items() if cell.profile.purpose == "election"}

    wrong = differences(cells, lambda *cell: told(broken.decide(*cell)))

    assert len(wrong) == 6 * len(items_of(["electoral_roll", "cards"]))
    assert (
        "election, ResidentFacts protected, electoral_roll_registration: ('SHOWN', 'own-matter'), "
        "but the policy says ('WITHHELD', 'default')" in wrong
    )
