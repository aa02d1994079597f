"""Support measures (支援措置) through the graph: protected from the application on, and who may take it away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.changing import a_filing, end, notify
from tests.api.protecting import (
    MEASURES,
    act,
    an_officer,
    application,
    count_of,
    done,
    measures_of,
    restriction,
)
from tests.serving import NOON, Clocked, Service
from tests.village import household_number, number_of

DESK = "register-desk"
WHEREABOUTS = ("currentAddress", "householdNumber", "household")
RECORD = """query P($n: String!) { resident(by: {addresseeNumber: $n}) {
    fullName currentAddress householdNumber restricted household { householdNumber } } }"""
HOME = "query H($h: String!) { household(by: {householdNumber: $h}) { householdNumber } }"
BY_ADDRESS = '{ residents(where: {fullName: "SAMPLE", currentAddress: "旭町"}) { nodes { fullName } } }'
OF_AN_APPLICATION = ("decideSupportMeasure", "refuseSupportMeasure", "extendSupportMeasure", "endSupportMeasure")


def is_hidden(service: Service, nth: int, caller: str = "tax-clerk") -> bool:
    """Whether the whereabouts of the nth villager are withheld: all of them, or none."""
    answer = service.ask(caller, RECORD, {"n": number_of(nth)})
    hidden = {answer.data["resident"][item] is None for item in WHEREABOUTS}
    assert len(hidden) == 1
    return hidden.pop()


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("caller", ["tax-clerk", "care-clerk", "election-clerk"])
def test_her_whereabouts_are_withheld_from_the_moment_her_application_is_recorded(
    service: Service, caller: str
) -> None:
    before = service.ask(caller, BY_ADDRESS)
    assert [one["fullName"] for one in before.data["residents"]["nodes"]] == ["SAMPLE JOHN"]
    assert not is_hidden(service, 7, caller)

    application(service, DESK)

    assert is_hidden(service, 7, caller)
    assert service.ask(caller, BY_ADDRESS).data["residents"]["nodes"] == []
    assert service.ask(caller, HOME, {"h": household_number(3)}).data == {"household": None}
    nobody = service.ask(caller, HOME, {"h": household_number(98)})
    assert service.ask(caller, HOME, {"h": household_number(3)}).json == nobody.json
    assert "protected" in next(one for one in service.ledger()[::-1] if one["groups"])["groups"][0]["facts"]


@pytest.mark.holds("A-08", "A-28")
def test_a_page_of_who_lives_there_does_not_tell_that_somebody_is_hidden(service: Service) -> None:
    page = (
        '{ residents(where: {nameKana: "カクウ", currentAddress: "旭町"}, first: 2)'
        " { nodes { addresseeNumber } pageInfo { hasNextPage endCursor } } }"
    )
    application(service, DESK, nth=3, joining=[{"addresseeNumber": number_of(2), "relationship": "母"}])

    found = service.ask("tax-clerk", page).data["residents"]

    assert {one["addresseeNumber"] for one in found["nodes"]} <= {number_of(7), number_of(9)}


@pytest.mark.holds("A-28")
def test_who_applies_with_her_is_protected_with_her(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = an_officer(service, monkeypatch)
    id_ = application(service, DESK, joining=[{"addresseeNumber": number_of(9), "relationship": "子"}])

    assert [is_hidden(service, nth) for nth in (7, 9, 1)] == [True, True, False]
    (hers,), (others,) = (measures_of(service, officer, nth)["measures"][-1:] for nth in (7, 9))
    assert (hers["application"], hers["relationship"]) == (id_, None)
    assert (others["application"], others["relationship"]) == (id_, "子")


@pytest.mark.holds("A-28")
def test_a_decided_measure_lasts_a_year_is_extended_in_its_last_month_and_then_ends(
    clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = clocked.service
    officer = an_officer(service, monkeypatch)
    id_ = application(service, DESK)

    decided = done(service, officer, "decideSupportMeasure", application=id_)
    assert (decided["startsOn"], decided["endsOn"]) == ("2026-11-23", "2027-11-22")
    assert act(service, officer, "extendSupportMeasure", {"application": id_}).codes == ["INVALID_INPUT"]

    clocked.at = NOON + timedelta(days=340)
    assert measures_of(service, officer, 7)["alert"] == "ENDS_WITHIN_A_MONTH"
    extended = done(service, officer, "extendSupportMeasure", application=id_)
    assert (extended["startsOn"], extended["endsOn"]) == ("2027-11-23", "2028-11-22")
    assert measures_of(service, officer, 7)["alert"] is None

    for days, hidden in ((364, True), (365, True), (730, True), (731, False)):
        clocked.at = NOON + timedelta(days=days)
        assert is_hidden(service, 7) is hidden
    assert measures_of(service, officer, 7)["alert"] == "PERIOD_IS_OVER"


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("name", ["refuseSupportMeasure", "endSupportMeasure"])
def test_what_the_officer_refuses_or_ends_protects_no_more(
    service: Service, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    officer = an_officer(service, monkeypatch)
    id_ = application(service, DESK)

    done(service, officer, name, application=id_)

    assert not is_hidden(service, 7)
    assert act(service, officer, name, {"application": id_}).codes == ["INVALID_INPUT"]
    assert [one["inForce"] for one in measures_of(service, officer, 7)["measures"]] == [False]


@pytest.mark.holds("M03", "A-28")
@pytest.mark.parametrize("name", OF_AN_APPLICATION)
@pytest.mark.parametrize("caller", [DESK, "tax-clerk", "reviewer"])
def test_nobody_but_the_officer_takes_her_protection_away(service: Service, caller: str, name: str) -> None:
    id_ = application(service, DESK)

    assert act(service, caller, name, {"application": id_}).codes == ["NOT_PERMITTED"]
    assert is_hidden(service, 7)
    assert service.ledger()[-2]["code"] != "CHANGE"


@pytest.mark.holds("M03", "A-28")
@pytest.mark.parametrize("caller", [DESK, "tax-clerk", "election-clerk", "reviewer"])
def test_details_are_read_by_the_officer_alone(service: Service, caller: str) -> None:
    application(service, DESK)

    protected, unprotected = (service.ask(caller, MEASURES, {"n": number_of(nth)}) for nth in (7, 1))

    assert protected.codes == unprotected.codes == ["NOT_PERMITTED"]
    assert service.ledger()[-1]["code"] == "NOT_PERMITTED"


@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk", "reviewer"])
def test_an_application_is_taken_by_the_register_office_and_the_officer_only(service: Service, caller: str) -> None:
    told = {"applicant": number_of(7), "kind": "STALKING"}

    assert act(service, caller, "applyForSupportMeasure", told).codes == ["NOT_PERMITTED"]
    assert count_of(service, "support_measures") == 2


@pytest.mark.holds("A-28")
def test_when_she_moves_out_her_closed_record_stays_protected(
    clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = clocked.service
    officer = an_officer(service, monkeypatch)
    id_ = application(service, DESK)
    done(service, officer, "decideSupportMeasure", application=id_)

    moved_out(service, 7)

    assert [is_closed for (is_closed,) in closed(service, 7)] == [True]
    clocked.at = NOON + timedelta(days=800)
    assert is_hidden(service, 7)
    states = [(one["state"], one["endsOn"]) for one in measures_of(service, officer, 7)["measures"]]
    assert states == [("DECIDED", "2027-11-22"), ("PROVISIONAL", None)]
    done(service, officer, "endSupportMeasure", application=id_)
    assert not is_hidden(service, 7)


def moved_out(service: Service, nth: int) -> None:
    """The nth villager has moved out: notified after the fact, approved."""
    notice = {
        "filing": a_filing("2026-11-20"),
        "residents": [number_of(nth)],
        "plannedMoveOutAddress": "青森県青森市長島1丁目1番1号",
    }
    handed_in = notify(service, "moveOut", notice).data["moveOut"]
    assert handed_in["stored"], handed_in["findings"]
    assert end(service, "approve", handed_in["notification"]["id"]).data["approve"]["stored"]


def closed(service: Service, nth: int) -> list[Any]:
    """Whether the nth villager's record is closed, as the register has it."""
    return service.execute("SELECT is_closed FROM residents WHERE addressee_number = $1", number_of(nth))


def test_who_is_protected_may_be_restricted_too_and_each_holds_by_itself(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = an_officer(service, monkeypatch)
    application(service, DESK)
    id_ = restriction(service, DESK, nth=7)

    assert service.ask("tax-clerk", RECORD, {"n": number_of(7)}).data["resident"]["fullName"] is None
    done(service, officer, "liftRestriction", restriction=id_)

    assert service.ask("tax-clerk", RECORD, {"n": number_of(7)}).data["resident"]["fullName"] == "SAMPLE JOHN"
    assert is_hidden(service, 7)


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"applicant": "0000009998"}, "input.applicant"),
        ({"appliedOn": "2026-11-24"}, "input.appliedOn"),
        ({"appliedOn": "2026-11"}, "input.appliedOn"),
        ({"receivedFrom": "012132"}, "input.receivedFrom"),
        ({"joining": [{"addresseeNumber": number_of(7)}]}, "input.joining"),
        ({"joining": [{"addresseeNumber": number_of(9), "relationship": "知人"}]}, "input.joining.0.relationship"),
    ],
)
def test_an_input_that_is_not_right_is_named_and_protects_nobody(
    service: Service, told: dict[str, Any], path: str
) -> None:
    said = {"applicant": number_of(7), "kind": "STALKING", **told}

    answer = act(service, DESK, "applyForSupportMeasure", said)

    assert answer.codes == ["INVALID_VALUE"]
    assert answer.json["errors"][0]["extensions"]["names"] == [path]
    assert not is_hidden(service, 7)
