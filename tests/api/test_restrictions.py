"""Restrictions (抑止) through the graph: each right by itself, what they stop, and that none ends by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.changing import a_move, end, notify
from tests.api.protecting import RESTRICTIONS, act, an_officer, count_of, done, restriction
from tests.serving import NOON, Answer, Clocked, Service
from tests.village import household_number, number_of

DESK = "register-desk"
RECORD = """query P($n: String!) { resident(by: {addresseeNumber: $n}) {
    addresseeNumber fullName individualNumber previousAddress restricted household { householdNumber } } }"""
BY_NAME = '{ residents(where: {fullName: "架空　太郎", dateOfBirth: "1950"}) { nodes { addresseeNumber restricted } } }'


def record(service: Service, caller: str, nth: int) -> Any:
    """What a caller sees of the nth villager."""
    return service.ask(caller, RECORD, {"n": number_of(nth)}).data["resident"]


def found(service: Service, caller: str) -> list[dict[str, Any]]:
    """Whom a caller finds by the first villager's name and date of birth."""
    nodes: list[dict[str, Any]] = service.ask(caller, BY_NAME).data["residents"]["nodes"]
    return nodes


def codes(answer: Answer, name: str) -> list[str]:
    """The codes of what was found in a notification."""
    return [one["code"] for one in answer.data[name]["findings"]]


# 照会.


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk"])
def test_a_record_that_may_not_be_looked_at_says_no_more_than_that(service: Service, caller: str) -> None:
    assert found(service, caller) == [{"addresseeNumber": number_of(1), "restricted": False}]
    restriction(service, DESK)

    answer = service.ask(caller, RECORD, {"n": number_of(1)})

    shown = answer.data["resident"]
    mask = {} if caller == "tax-clerk" else {"individualNumber": "************"}
    assert {name: value for name, value in shown.items() if value is not None} == {
        "addresseeNumber": number_of(1),
        "restricted": True,
        **mask,
    }
    rules = {one["item"]: one["rule"] for one in answer.disclosures if one["outcome"] == "WITHHELD"}
    assert rules["fullName"] == rules["household"] == "inquiry-restricted"
    assert "架空" not in answer.content.decode()
    (opened,) = [one for one in service.ledger() if one["path"] == "Query.resident"]
    assert opened["groups"][0]["facts"] == ["restricted"]
    assert found(service, caller) == []


def test_the_register_office_finds_a_restricted_record_and_sees_what_a_search_shows(service: Service) -> None:
    restriction(service, DESK)

    shown = record(service, DESK, 1)

    assert (shown["fullName"], shown["restricted"]) == ("架空　太郎", True)
    assert (shown["individualNumber"], shown["previousAddress"]) == (None, None)
    assert found(service, DESK) == [{"addresseeNumber": number_of(1), "restricted": True}]


def test_a_restriction_of_a_household_is_on_every_member_and_on_nobody_else(service: Service) -> None:
    done(service, DESK, "placeRestriction", householdNumber=household_number(1), process="INQUIRY", level="ERROR")

    assert [record(service, "tax-clerk", nth)["fullName"] for nth in (1, 2, 3)] == [None] * 3
    assert record(service, "tax-clerk", 7)["fullName"] == "SAMPLE JOHN"


@pytest.mark.parametrize(("process", "level"), [("INQUIRY", "ALERT"), ("CHANGE", "ERROR"), ("CERTIFICATE", "ERROR")])
def test_what_stops_no_inquiry_is_seen_on_the_record_and_hides_nothing(
    service: Service, process: str, level: str
) -> None:
    restriction(service, DESK, process=process, level=level)

    shown = record(service, "tax-clerk", 1)

    assert (shown["fullName"], shown["restricted"]) == ("架空　太郎", True)


def test_a_released_record_is_open_at_the_counter_alone_and_shut_again_after_an_hour(
    clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = clocked.service
    officer = an_officer(service, monkeypatch)
    id_ = restriction(service, DESK)

    until = done(service, officer, "releaseRestriction", restriction=id_)["releasedUntil"]

    assert until == (NOON + timedelta(minutes=60)).isoformat()
    assert record(service, DESK, 1)["individualNumber"] is not None
    assert record(service, "tax-clerk", 1)["fullName"] is None
    clocked.at = NOON + timedelta(minutes=60)
    assert record(service, DESK, 1)["individualNumber"] is None
    assert count_of(service, "restrictions") == 1


def test_a_restriction_outlasts_its_last_day_and_ends_when_it_is_lifted(
    clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = clocked.service
    officer = an_officer(service, monkeypatch)
    told = {"addresseeNumber": number_of(1), "process": "INQUIRY", "level": "ERROR", "endsOn": "令和8年11月30日"}
    id_ = done(service, DESK, "placeRestriction", **told)["id"]
    clocked.at = NOON + timedelta(days=30)

    (one,) = service.ask(officer, RESTRICTIONS, {"n": number_of(1)}).data["restrictions"]
    assert (one["id"], one["endsOn"], one["isOverdue"]) == (id_, "2026-11-30", True)
    assert record(service, "tax-clerk", 1)["fullName"] is None

    done(service, officer, "liftRestriction", restriction=id_)

    assert record(service, "tax-clerk", 1)["fullName"] == "架空　太郎"
    assert service.ask(officer, RESTRICTIONS, {"n": number_of(1)}).data["restrictions"] == []


# 異動.


def test_a_restriction_of_changes_stops_a_notification_as_data_until_it_is_released(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = an_officer(service, monkeypatch)
    id_ = restriction(service, DESK, nth=7, process="CHANGE")

    stopped = notify(service, "moveWithin", a_move(7))
    assert (stopped.data["moveWithin"]["stored"], codes(stopped, "moveWithin")) == (False, ["CHANGE_RESTRICTED"])
    assert count_of(service, "notifications") == count_of(service, "life_events") == 0

    done(service, officer, "releaseRestriction", restriction=id_)
    assert notify(service, "moveWithin", a_move(7)).data["moveWithin"]["stored"]


def test_an_alert_on_changes_is_acknowledged_by_its_code(service: Service) -> None:
    restriction(service, DESK, nth=7, process="CHANGE", level="ALERT")

    warned = notify(service, "moveWithin", a_move(7))
    assert (warned.data["moveWithin"]["stored"], codes(warned, "moveWithin")) == (False, ["CHANGE_RESTRICTED_ALERT"])
    assert notify(service, "moveWithin", a_move(7), seen=["CHANGE_RESTRICTED_ALERT"]).data["moveWithin"]["stored"]


def test_a_restriction_placed_meanwhile_stops_the_approval(service: Service) -> None:
    id_ = notify(service, "moveWithin", a_move(7)).data["moveWithin"]["notification"]["id"]
    restriction(service, DESK, nth=7, process="CHANGE")

    approval = end(service, "approve", id_)

    assert (approval.data["approve"]["stored"], codes(approval, "approve")) == (False, ["CHANGE_RESTRICTED"])
    assert count_of(service, "life_events") == 0


# Who may.


@pytest.mark.holds("M03")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk", "reviewer"])
@pytest.mark.parametrize("name", ["placeRestriction", "releaseRestriction", "liftRestriction"])
def test_nobody_but_the_register_office_and_the_officer_touches_a_restriction(
    service: Service, caller: str, name: str
) -> None:
    id_ = restriction(service, DESK)
    told = {"restriction": id_}
    if name == "placeRestriction":
        told = {"addresseeNumber": number_of(2), "process": "CHANGE", "level": "ERROR"}

    assert act(service, caller, name, told).codes == ["NOT_PERMITTED"]
    assert service.ledger()[-1]["code"] == "NOT_PERMITTED"
    assert [tuple(row) for row in service.execute("SELECT released_until, lifted_at FROM restrictions")] == [
        (None, None)
    ]


@pytest.mark.holds("M03")
def test_the_register_office_places_and_the_officer_alone_takes_away_and_reads(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = an_officer(service, monkeypatch)
    id_ = restriction(service, DESK)

    for name in ("releaseRestriction", "liftRestriction"):
        assert act(service, DESK, name, {"restriction": id_}).codes == ["NOT_PERMITTED"]
    assert service.ask(DESK, RESTRICTIONS, {"n": number_of(1)}).codes == ["NOT_PERMITTED"]
    assert record(service, "tax-clerk", 1)["fullName"] is None
    assert done(service, officer, "liftRestriction", restriction=id_)["id"] == id_


# How it is told.


@pytest.mark.holds("F-01")
def test_what_is_sent_twice_is_done_once_answered_alike_and_recorded_with_whom_it_is_about(service: Service) -> None:
    told = {"addresseeNumber": number_of(1), "process": "INQUIRY", "level": "ERROR"}

    first, second = (act(service, DESK, "placeRestriction", told, key="the key") for _ in range(2))

    assert first.data == second.data
    assert count_of(service, "restrictions") == 1
    first_entry, second_entry = [one for one in service.ledger() if one["path"] == "Mutation.placeRestriction"]
    assert (first_entry["kind"], first_entry["groups"][0]["subjects"]) == ("CHANGE", [number_of(1)])
    assert second_entry["kind"] == "READ"
    assert act(service, DESK, "placeRestriction", {**told, "level": "ALERT"}, key="the key").codes == [
        "IDEMPOTENCY_KEY_REUSED"
    ]


@pytest.mark.parametrize(
    ("name", "told", "path"),
    [
        ("placeRestriction", {"process": "CHANGE", "level": "ERROR"}, "input.addresseeNumber"),
        (
            "placeRestriction",
            {"addresseeNumber": "0000009998", "process": "CHANGE", "level": "ERROR"},
            "input.addresseeNumber",
        ),
        (
            "placeRestriction",
            {"addresseeNumber": number_of(1), "process": "CHANGE", "level": "ERROR", "endsOn": "2020-01-01"},
            "input.endsOn",
        ),
        (
            "placeRestriction",
            {"addresseeNumber": number_of(1), "process": "CHANGE", "level": "ERROR", "startsOn": "2026-02"},
            "input.startsOn",
        ),
    ],
)
def test_an_input_that_is_not_right_is_named_and_nothing_is_placed(
    service: Service, name: str, told: dict[str, Any], path: str
) -> None:
    answer = act(service, DESK, name, told)

    assert answer.codes == ["INVALID_VALUE"]
    assert answer.json["errors"][0]["extensions"]["names"] == [path]
    assert count_of(service, "restrictions") == 0


def test_an_id_that_nobody_has_and_one_that_was_lifted_are_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = an_officer(service, monkeypatch)
    id_ = restriction(service, DESK)
    done(service, officer, "liftRestriction", restriction=id_)

    for told, code in (({"restriction": "no id"}, "INVALID_VALUE"), ({"restriction": id_}, "INVALID_INPUT")):
        assert act(service, officer, "liftRestriction", told).codes == [code]
