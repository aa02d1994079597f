"""Extractions at the desk: one asks, another approves, and what is given out is what the caller is shown."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from authz.decisions import Decisions
from authz.extracting import Extracting, Handing
from authz.runs import Asked
from domain.errors import Code, Refusal
from domain.extractions import Extraction, ExtractionCriteria, ExtractionForm, ExtractionRequest, ExtractionState
from domain.ledger.entries import Kind
from domain.values.sex import Sex
from tests.authz.fake_extractions import SEALED, FakeExtractions
from tests.authz.visits import NOON, Street, done
from tests.village import HIDING_PLACE, NUMBERS, number_of

EVERYBODY = ((number_of(1), 0), (number_of(2), 0), (number_of(4), 2))
"""Two residents, and one who is protected."""
RUN = Asked("Mutation.runExtraction")
REQUESTER, CHECKER = "S7", "S8"
WITNESSED = Handing("S9", "USBメモリ 第3号")


def a_request(**given: Any) -> ExtractionRequest:
    """A request for names and addresses of everybody."""
    usual: dict[str, Any] = {
        "reason": "申告書の送付",
        "criteria": ExtractionCriteria(),
        "items": ("addresseeNumber", "fullName", "currentAddress"),
        "form": ExtractionForm.JSON,
        "most": 10,
        "recipient": "age1recipient",
    }
    return ExtractionRequest(**{**usual, **given})


@pytest.fixture
def town(remembered: Decisions) -> Street:
    """A street whose people an extraction finds."""
    return Street(remembered, extractions=FakeExtractions(EVERYBODY))


def request(town: Street, wanted: ExtractionRequest | None = None, purpose: str = "local_tax") -> Extraction:
    """Somebody asks for it."""
    extracting = Extracting(town.visit(purpose, staff_number=REQUESTER))
    return done(extracting.request(Asked("Mutation.requestExtraction"), lambda: wanted or a_request(), "k-1"))


def decide(
    town: Street,
    one: Extraction,
    state: ExtractionState,
    staff_number: str = CHECKER,
    purpose: str = "resident_register",
) -> Extraction:
    """Somebody decides on it."""
    extracting = Extracting(town.visit(purpose, staff_number=staff_number))
    return done(extracting.decide(Asked("Mutation.decide"), one.id, state, f"{state} {one.id}"))


def approved(town: Street, wanted: ExtractionRequest | None = None, purpose: str = "local_tax") -> Extraction:
    """A request that another person has approved."""
    return decide(town, request(town, wanted, purpose), ExtractionState.APPROVED)


def run(town: Street, one: Extraction, purpose: str = "local_tax", **given: Any) -> Extraction:
    """Who asked carries it out."""
    visit = town.visit(purpose, given.pop("switched_off", ()), staff_number=given.pop("staff_number", REQUESTER))
    carried, _ = done(Extracting(visit).run(RUN, one.id, given.pop("handing", WITNESSED), "k-3"))
    return carried


def refusal(work: Any, *args: Any, **given: Any) -> Refusal:
    """How it is refused."""
    with pytest.raises(Refusal) as refused:
        work(*args, **given)
    return refused.value


def content(town: Street, one: Extraction) -> str:
    """What the file says."""
    sealed = town.extractions.handovers[one.id].content
    recipient, _, compressed = sealed.removeprefix(SEALED).partition(b"\n")
    assert recipient.decode() == one.request.recipient
    return gzip.decompress(compressed).decode()


@pytest.mark.holds("M11", "M18")
def test_what_was_approved_is_given_out_with_its_witness_and_medium(town: Street) -> None:
    one = run(town, approved(town))

    assert one.state is ExtractionState.DONE
    assert one.carried is not None
    assert (one.carried.by, one.carried.witness, one.carried.medium) == (REQUESTER, "S9", "USBメモリ 第3号")
    assert one.carried.records == 3
    assert [row["fullName"] for row in json.loads(content(town, one))] == ["架空　太郎", "架空　花子", "見本　花子"]


@pytest.mark.holds("A-28", "M10")
def test_of_a_protected_person_a_file_says_no_more_than_a_screen(town: Street) -> None:
    one = run(town, approved(town))

    protected = json.loads(content(town, one))[2]
    assert protected == {
        "addresseeNumber": number_of(4),
        "fullName": "見本　花子",
        "currentAddress": None,
        "withheld": ["currentAddress"],
    }
    assert HIDING_PLACE not in content(town, one)


def test_csv_has_the_names_of_the_items_and_every_record_on_a_line(town: Street) -> None:
    one = run(town, approved(town, a_request(form=ExtractionForm.CSV)))

    rows = list(csv.reader(io.StringIO(content(town, one))))
    assert rows[0] == ["addresseeNumber", "fullName", "currentAddress", "withheld"]
    assert rows[3] == [number_of(4), "見本　花子", "", "currentAddress"]


@pytest.mark.holds("M11")
def test_nobody_approves_her_own_request_nor_does_who_does_not_manage_the_register(town: Street) -> None:
    one = request(town, purpose="resident_register")

    for staff_number, purpose in ((REQUESTER, "resident_register"), (CHECKER, "local_tax")):
        refused = refusal(decide, town, one, ExtractionState.APPROVED, staff_number, purpose)
        assert refused.code in (Code.NOT_PERMITTED, Code.INVALID_INPUT)
    assert town.extractions.held[one.id].state is ExtractionState.REQUESTED


@pytest.mark.holds("M11", "A-12")
@pytest.mark.parametrize("state", [None, ExtractionState.REFUSED])
def test_without_approval_nothing_is_loaded(town: Street, state: ExtractionState | None) -> None:
    one = request(town)
    if state is not None:
        decide(town, one, state)

    assert refusal(run, town, one).code is Code.EXTRACTION_NOT_OPEN
    assert (town.questions, town.extractions.extents) == ([], [])


def test_a_request_is_carried_out_once(town: Street) -> None:
    one = approved(town)
    run(town, one)
    visit = town.visit("local_tax", staff_number=REQUESTER)

    again = refusal(lambda: done(Extracting(visit).run(RUN, one.id, WITNESSED, "another key")))

    assert again.code is Code.EXTRACTION_NOT_OPEN


def test_the_same_key_brings_the_same_result_and_loads_nothing(town: Street) -> None:
    one = approved(town)
    first = run(town, one)
    asked = len(town.questions)

    assert run(town, one) == first
    assert len(town.questions) == asked


def test_past_its_day_a_request_is_neither_approved_nor_carried_out(town: Street) -> None:
    waiting, open_one = request(town), approved(town)
    for one in (waiting, open_one):
        held = town.extractions.held[one.id]
        town.extractions.held[one.id] = replace(held, expires_at=NOON - timedelta(seconds=1))

    assert refusal(decide, town, waiting, ExtractionState.REFUSED).code is Code.EXTRACTION_NOT_OPEN
    assert refusal(run, town, open_one).code is Code.EXTRACTION_NOT_OPEN


@pytest.mark.holds("M18")
def test_nobody_is_her_own_witness(town: Street) -> None:
    one = approved(town)

    assert refusal(run, town, one, handing=Handing(REQUESTER, "USBメモリ")).names == ("witness",)
    assert town.questions == []


def test_with_more_records_than_were_approved_none_is_given_out(town: Street) -> None:
    one = approved(town, a_request(most=2))

    refused = refusal(run, town, one)

    assert (refused.code, refused.extensions) == (Code.TOO_MANY_HITS, {"limit": 2})
    assert town.questions == []
    assert town.extractions.handovers == {}


def test_a_sample_has_as_many_as_were_asked_for(town: Street) -> None:
    one = run(town, approved(town, a_request(criteria=ExtractionCriteria(sample=2), most=2)))

    assert one.carried is not None
    assert one.carried.records == 2


# What may be asked for.


@pytest.mark.holds("M10")
@pytest.mark.parametrize(
    ("purpose", "items"),
    [("election", ("individualNumber",)), ("local_tax", ("registeredDomicile",)), ("public_relations", ("sex",))],
)
def test_an_item_that_the_purpose_is_not_shown_is_not_asked_for(
    town: Street, purpose: str, items: tuple[str, ...]
) -> None:
    refused = refusal(request, town, a_request(items=items), purpose)

    assert (refused.code, refused.names) == (Code.ITEMS_NOT_PERMITTED, items)
    assert town.extractions.held == {}


def test_nobody_extracts_by_what_she_may_not_search_by(town: Street) -> None:
    wanted = a_request(items=("fullName",), criteria=ExtractionCriteria(sex=Sex.MALE))

    refused = refusal(request, town, wanted, "public_relations")

    assert (refused.code, refused.names) == (Code.SEARCH_NOT_PERMITTED, ("sex",))


@pytest.mark.parametrize("purpose", ["ledger_review", "operation", "support_measures"])
def test_who_opens_no_record_asks_for_none(town: Street, purpose: str) -> None:
    assert refusal(request, town, None, purpose).code is Code.NOT_PERMITTED


def test_what_was_switched_off_since_the_approval_is_not_given_out(town: Street) -> None:
    one = approved(town, a_request(items=("individualNumber",)))

    assert refusal(run, town, one, switched_off=("number",)).code is Code.ITEMS_NOT_PERMITTED
    assert town.questions == []


def test_the_number_is_given_to_a_purpose_that_uses_it_and_the_ledger_says_so(town: Street) -> None:
    one = run(town, approved(town, a_request(items=("individualNumber",))))

    assert json.loads(content(town, one))[0]["individualNumber"] == NUMBERS[0]
    entry = town.extractions.ledger[-2]
    assert (entry.number_accessed, entry.path) == (True, "Mutation.runExtraction")


# The record of it.


@pytest.mark.holds("M18")
def test_everybody_whose_record_is_in_the_file_stands_in_the_ledger_before_it_is_given_out(town: Street) -> None:
    run(town, approved(town))

    asked, decided, loaded, carried = town.extractions.ledger
    assert [asked.kind, decided.kind, loaded.kind, carried.kind] == [Kind.CHANGE, Kind.CHANGE, Kind.ISSUE, Kind.ISSUE]
    subjects = {subject for group in loaded.groups for subject in group.subjects}
    assert subjects == {number_of(nth) for nth in (1, 2, 4)}
    assert loaded.result_count == 3


def test_a_run_that_is_approved_costs_nothing_of_the_hour(town: Street) -> None:
    town.volume.note(10)
    before = town.volume._hour.spent(NOON).records

    run(town, approved(town))

    assert town.volume._hour.spent(NOON).records == before


def test_a_request_is_seen_by_who_made_it_and_by_who_manages_the_register(town: Street) -> None:
    one = request(town)

    def seen(purpose: str, staff_number: str) -> bool:
        visit = town.visit(purpose, staff_number=staff_number)
        return done(Extracting(visit).extraction(Asked("Query.extraction"), one.id)) is not None

    assert seen("local_tax", REQUESTER)
    assert seen("resident_register", CHECKER)
    assert not seen("local_tax", CHECKER)
    assert not seen("national_health_insurance", REQUESTER)
