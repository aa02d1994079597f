"""The rules that every notification meets: its dates, who hands it in, and the table of all checks."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import event_rules
from domain.checks import CHECKS
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.procedures.filing import Filing, Notifier
from domain.procedures.registry import NOTICES
from domain.values.dates import RegisterDate
from tests.domain.people import addressee
from tests.domain.situations import TODAY, a_filing, a_match, a_resident, a_situation, on

TOMORROW = RegisterDate.of(TODAY + timedelta(days=1))


def told(findings: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Codes with the names of what they are about."""
    return [(finding.check.code, finding.names) for finding in findings]


def test_no_change_is_after_today_but_a_move_out() -> None:
    ahead = Filing(changed_on=TOMORROW)
    assert told(event_rules.dates(ahead, TODAY)) == [("CHANGED_IN_FUTURE", ("filing.changed_on",))]
    assert told(event_rules.dates(ahead, TODAY, ahead=True)) == []
    assert told(event_rules.dates(Filing(changed_on=on()), TODAY)) == []


def test_no_notification_is_of_a_day_after_today() -> None:
    filing = a_filing(notified_on=TOMORROW)
    assert told(event_rules.dates(filing, TODAY)) == [("NOTIFIED_IN_FUTURE", ("filing.notified_on",))]


@pytest.mark.parametrize("uncertain", [RegisterDate("2026-03"), RegisterDate.from_text("令和8年3月頃")])
def test_only_birth_death_and_disappearance_have_an_uncertain_day(uncertain: RegisterDate) -> None:
    filing = Filing(changed_on=uncertain)
    assert told(event_rules.dates(filing, TODAY)) == [("NOT_A_CALENDAR_DAY", ("filing.changed_on",))]
    assert told(event_rules.dates(filing, TODAY, uncertain=True)) == []


def test_who_says_no_day_of_notification_notifies_today() -> None:
    assert a_filing().notified(TODAY) == on("2026-04-10")
    assert a_filing().reported("転入届", TODAY)["notified_on"] == on("2026-04-10")


def test_the_day_of_notification_is_a_day_of_the_calendar() -> None:
    with pytest.raises(InvalidValue) as refused:
        a_filing(notified_on=RegisterDate("2026-04"))
    assert refused.value.names == ("notified_on",)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_notification_is_late_from_the_fifteenth_day_on(ago: int, after: int) -> None:
    changed = date(2025, 1, 1) + timedelta(days=ago)
    filing = Filing(changed_on=RegisterDate.of(changed), notified_on=RegisterDate.of(changed + timedelta(days=after)))
    assert bool(told(event_rules.in_time(filing, TODAY))) is (after >= 15)


@pytest.mark.parametrize("notifier", Notifier)
@pytest.mark.parametrize("has_proof", [True, False])
def test_only_a_representative_must_show_her_authority(notifier: Notifier, has_proof: bool) -> None:
    filing = a_filing(notifier=notifier, has_proof_of_authority=has_proof)
    must = notifier in (Notifier.AGENT, Notifier.STATUTORY_AGENT) and not has_proof
    assert bool(told(event_rules.authority(filing))) is must
    assert notifier.japanese


def test_nothing_happens_to_a_resident_before_she_is_one() -> None:
    record = a_resident(1, became_resident_on=on("2026-04-01"))
    assert told(event_rules.since_resident(a_filing("2026-03-31"), record)) == [
        ("BEFORE_RESIDENCE", ("filing.changed_on",))
    ]
    assert told(event_rules.since_resident(a_filing("2026-04-01"), record)) == []


@pytest.mark.holds("A-10")
@pytest.mark.parametrize(
    ("item", "code"), [("individual_number", "NUMBER_TAKEN"), ("resident_record_code", "CODE_TAKEN")]
)
def test_a_new_number_or_code_is_nobody_elses(item: str, code: str) -> None:
    hers, anothers = a_match(1, item), a_match(2, item, is_closed=False)
    name = f"new.{item}"
    assert told(event_rules.taken(a_situation(matches=(hers,)), addressee(1), item, name)) == []
    (found,) = event_rules.taken(a_situation(matches=(hers, anothers)), addressee(1), item, name)
    assert (found.check.code, found.check.told_by, found.names) == (code, item, (name,))


def test_every_check_has_its_code_source_and_text_in_both_languages() -> None:
    for code, check in CHECKS.items():
        assert check.code == code
        assert check.source
        assert check.english.isprintable()
        assert any(ord(one) > 0x3000 for one in check.japanese), code


def test_a_finding_never_holds_a_value() -> None:
    finding = Finding(CHECKS["NUMBER_TAKEN"], ("individual_number",))
    assert not any(character.isdigit() for character in repr(finding.names))


def test_every_procedure_says_what_it_is_called_and_each_field_in_both_languages() -> None:
    for procedure, notice in NOTICES.items():
        assert notice.procedure == procedure
        first_line = (notice.__doc__ or "").splitlines()[0]
        assert any(ord(one) > 0x3000 for one in first_line), procedure
        for each in fields(cast("type[Any]", notice)):
            assert {"japanese", "english"} <= set(each.metadata), (procedure, each.name)
