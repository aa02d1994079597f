"""What a reviewer looks over at the desk: who may, and what is written of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from authz.desk import Visit
from authz.overview import policy_tables, proof_standing
from authz.runs import Asked
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from tests.authz.fake_standings import STANDING, TABLES, FakeStandings
from tests.authz.visits import Street, done
from tests.village import CODE

Look = Callable[[Visit, Asked], Awaitable[object]]
LOOKS = [(policy_tables, "Query.policyMatrix", TABLES), (proof_standing, "Query.ledgerState", STANDING)]


@pytest.mark.holds("M08", "M09")
@pytest.mark.parametrize(("look", "path", "expected"), LOOKS)
def test_a_reviewer_is_told_and_the_look_is_written(remembered: Any, look: Look, path: str, expected: object) -> None:
    visit = Street(remembered).visit("ledger_review")
    assert done(look(visit, Asked(path))) == expected
    (entry,) = visit.entries()
    assert (entry.kind, entry.path, entry.groups) == (Kind.LEDGER_READ, path, ())


@pytest.mark.holds("M09")
@pytest.mark.parametrize(("look", "path", "expected"), LOOKS)
@pytest.mark.parametrize("purpose", ["resident_register", "local_tax", "support_measures", "operation"])
def test_for_any_other_purpose_nothing_is_told(
    remembered: Any, look: Look, path: str, expected: object, purpose: str
) -> None:
    visit = Street(remembered).visit(purpose)
    with pytest.raises(Refusal) as refusal:
        done(look(visit, Asked(path)))
    assert refusal.value.code is Code.NOT_PERMITTED
    (entry,) = visit.entries()
    assert (entry.kind, entry.code) == (Kind.REFUSAL, Code.NOT_PERMITTED)


def test_the_proof_that_is_told_is_that_of_the_callers_own_municipality(remembered: Any) -> None:
    visit = Street(remembered).visit("ledger_review")
    done(proof_standing(visit, Asked("Query.ledgerState")))
    standings = visit.desk.office.standings
    assert isinstance(standings, FakeStandings)
    assert standings.asked == [CODE]
