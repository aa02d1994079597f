"""架空　子太郎 leaves his parents for another town, and comes back in the spring."""

from __future__ import annotations

from datetime import date

import pytest

from domain.jobs import JobResult
from tests.api.changing import NEW_HOME, a_filing, an_entrant
from tests.serving import Clocked
from tests.stories.town_hall import TownHall
from tests.village import CODES, HOME_1, NUMBERS, number_of

HE, HIS_FATHER, HIS_MOTHER = number_of(3), number_of(1), number_of(2)
AOMORI = "青森県青森市長島1丁目1番1号"
LEAVING, COMING_BACK = date(2026, 12, 1), date(2027, 3, 1)
DEPARTMENTS = ("tax-clerk", "care-clerk", "election-clerk")
PREFECTURE = ("PREFECTURAL_SERVER", "IDENTIFICATION_INFORMATION_UPDATE")
SETTLED_AGAIN = {"currentAddress", "householdNumber", "relationshipToHouseholder", "householderName"}
SETTLED_AGAIN |= {"becameResidentOn", "addressEstablishedOn", "ceasedResidentOn"}


@pytest.mark.holds("S1-01", "S1-02", "S1-03", "M14", "M34", "F-05")
def test_somebody_moves_to_another_town_and_back(clocked: Clocked) -> None:
    hall = TownHall(clocked)
    he_notifies_that_he_will_leave(hall)
    the_day_comes_and_his_record_is_closed(hall)
    he_comes_back_and_is_who_he_was(hall)
    his_history_tells_all_of_it(hall)


def he_notifies_that_he_will_leave(hall: TownHall) -> None:
    """A week ahead, at the counter of the town that he leaves."""
    plan = {"filing": a_filing(LEAVING.isoformat()), "residents": [HE], "plannedMoveOutAddress": AOMORI}
    notification = hall.hands_in("moveOut", plan)

    # Until a second person has seen it nobody outside the register office knows anything of it.
    assert all(hall.sees_nothing_of(notification, department) for department in DEPARTMENTS)
    assert hall.says(HE, "plannedMoveOutAddress") is None
    hall.approves(notification)

    # He is a resident until the day comes: what is planned is heard where that address is shown, and by nobody else.
    assert (hall.says(HE, "plannedMoveOutAddress"), hall.says(HE, "ceasedResidentOn")) == (AOMORI, None)
    ((whom, items),) = hall.hears("register-desk")
    assert (whom, items & {"plannedMoveOutAddress", "changeReason"}) == (HE, {"plannedMoveOutAddress", "changeReason"})
    assert [hall.hears(department) for department in DEPARTMENTS] == [[], [], []]
    assert hall.writes_to(HE) == []

    # His mother, who did not know, comes to notify it too.
    assert hall.is_refused("moveOut", plan) == ["ALREADY_MOVING_OUT"]


def the_day_comes_and_his_record_is_closed(hall: TownHall) -> None:
    """Nobody does anything: the day does."""
    assert hall.runs_the_daily_job() == JobResult(done=0)
    hall.day_comes(LEAVING)
    assert [hall.runs_the_daily_job() for _ in range(2)] == [JobResult(done=1), JobResult(done=0)]

    closing = next(one for one in hall.service.ledger() if one["kind"] == "JOB" and one["groups"])
    assert (closing["path"], closing["groups"][0]["subjects"]) == ("daicho jobs run closeDue", [HE])
    assert hall.says(HE, "ceasedResidentOn") == LEAVING.isoformat()
    assert hall.at_home(HIS_FATHER) == ("架空　太郎", {"架空　太郎": "世帯主", "架空　花子": "妻"})

    # Who may open a closed record hears that it is one; the election office only that he is on its side no more.
    assert hall.hears("tax-clerk") == hall.hears("care-clerk") == [(HE, {"ceasedResidentOn"})]
    assert hall.hears("election-clerk") == [(HE, set())]
    assert hall.says(HE, "fullName", "tax-clerk") == "架空　子太郎"
    assert hall.finds('fullName: "架空　子太郎", currentAddress: "苫小牧市"', "election-clerk") == []
    assert hall.writes_to(HE) == [PREFECTURE]


def he_comes_back_and_is_who_he_was(hall: TownHall) -> None:
    """Into a home of his own, under the number that he had."""
    hall.day_comes(COMING_BACK)
    him = {"addresseeNumber": HE, "relationshipToHouseholder": "世帯主"}
    back = {
        "filing": a_filing("2027-02-25"),
        "members": [him],
        "currentAddress": NEW_HOME,
        "previousAddress": AOMORI,
    }
    # The clerk takes his father's number at first; then none, and his code tells who he was.
    assert hall.is_refused("moveIn", back | {"members": [him | {"addresseeNumber": HIS_FATHER}]}) == [
        "ALREADY_RESIDENT"
    ]
    known = back | {"members": [an_entrant(residentRecordCode=CODES[2])]}
    assert hall.is_refused("moveIn", known) == ["CODE_OF_CLOSED_RECORD"]
    hall.does("moveIn", back)

    kept = hall.looks(HE, "fullName residentRecordCode individualNumber plannedMoveOutAddress ceasedResidentOn")
    assert kept == {
        "fullName": "架空　子太郎",
        "residentRecordCode": CODES[2],
        "individualNumber": NUMBERS[2],
        "plannedMoveOutAddress": None,
        "ceasedResidentOn": None,
    }
    assert hall.at_home(HE) == ("架空　子太郎", {"架空　子太郎": "世帯主"})
    assert [hall.hears(department) for department in DEPARTMENTS] == [[(HE, SETTLED_AGAIN)]] * 3
    assert hall.writes_to(HE) == [
        PREFECTURE,
        ("FORMER_MUNICIPALITY", "MOVE_IN_NOTICE"),
        ("DOMICILE_MUNICIPALITY", "FAMILY_REGISTER_SUPPLEMENT_NOTICE"),
    ]


def his_history_tells_all_of_it(hall: TownHall) -> None:
    """The years at home, the plan, the months away, and the return: each from its day on."""
    versions = hall.history(HE, "currentAddress ceasedResidentOn")
    assert [tuple(one.values()) for one in versions] == [
        (1, "1980-04-01", None, HOME_1, None),
        (2, "2026-11-23", "国内転出", HOME_1, None),
        (3, "2026-12-01", "国内転出", HOME_1, "2026-12-01"),
        (4, "2027-02-25", "国内転入", NEW_HOME, None),
    ]
    assert hall.says(HE, "currentAddress", "tax-clerk", as_of="2026-11-30") == HOME_1
    assert hall.says(HE, "ceasedResidentOn", "tax-clerk", as_of="2027-01-01") == "2026-12-01"
    assert not any(secret in hall.service.everything_written() for secret in (NUMBERS[2], "子太郎", NEW_HOME, AOMORI))
