"""What is one of many: entered with its batch and line, kept until its file is safe, and its link used up only then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from authz.changing import Wish
from authz.issuing import Issuing, Keep
from authz.papers import BATCH_WAITS
from authz.runs import Asked
from domain.certificates.issuances import Handover
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from tests.authz.fake_certificates import SIGNED
from tests.authz.issued import FIELD, a_request, a_resident, village
from tests.authz.visits import NOON, Street, done

FETCH = Asked("Handover.fetch")


@pytest.fixture
def town(street: Street) -> Street:
    """One resident."""
    return village(street, a_resident(1))


def issued(street: Street, batch: tuple[str, int] | None) -> Handover:
    """What waits after an issue."""
    visit, key = street.visit("resident_register"), Wish(f"key of {batch}")
    answer = done(Issuing(visit, batch).issue(FIELD, a_request, key))
    assert answer.put_out
    ((_, waiting),) = answer.put_out.copies
    assert waiting
    return waiting


def fetch(street: Street, token: str, keep: Keep) -> Handover:
    """Fetch it into a safe place."""
    visit = street.visit("resident_register")
    street.visits.append(visit)
    return done(Issuing(visit).fetch(FETCH, token, keep))


def test_a_line_of_a_batch_waits_for_days_and_what_was_asked_for_by_itself_for_minutes(town: Street) -> None:
    by_itself = issued(town, None).expires_at - NOON
    assert timedelta(days=5) <= BATCH_WAITS <= timedelta(days=14)
    assert by_itself < timedelta(days=1)
    assert issued(town, ("batch", 1)).expires_at - NOON == BATCH_WAITS


def test_its_link_is_used_up_only_when_the_signed_paper_is_safe(town: Street) -> None:
    waiting, seen = issued(town, ("batch", 1)), []

    async def keep(found: Handover) -> None:
        seen.append((found.content.startswith(SIGNED), len(town.certificates.ledger)))

    before = len(town.certificates.ledger)
    fetch(town, waiting.token, keep)

    assert seen == [(True, before)]
    assert len(town.certificates.ledger) == before + 1
    with pytest.raises(Refusal):
        fetch(town, waiting.token, keep)


def test_what_could_not_be_kept_waits_and_the_ledger_has_the_refusal(town: Street) -> None:
    waiting = issued(town, ("batch", 1))

    async def fail(_found: Handover) -> None:
        raise Refusal(Code.INVALID_INPUT, names=("out",))

    async def keep(_found: Handover) -> None:
        pass

    with pytest.raises(Refusal):
        fetch(town, waiting.token, fail)
    (run,) = town.visits[-1].runs
    assert (run.kind, run.code, run.entry) == (Kind.REFUSAL, Code.INVALID_INPUT, None)
    assert fetch(town, waiting.token, keep).id == waiting.id
