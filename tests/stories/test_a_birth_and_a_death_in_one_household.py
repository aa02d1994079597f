"""A grandchild is born into household 1; two days later 架空　太郎, its householder, dies, and after him his widow."""

from __future__ import annotations

import pytest

from domain.values.check_digits import number_check_digit
from tests.api.changing import a_filing, rows
from tests.domain.situations import number
from tests.serving import Clocked
from tests.stories.town_hall import TownHall
from tests.village import HOME_1, number_of

GRANDFATHER, GRANDMOTHER, FATHER = number_of(1), number_of(2), number_of(3)
CHILD_NAME = "架空　幸"
HER_NUMBER = number(99_000_000_001).value
"""What J-LIS designates for her."""
CLERKS = ("tax-clerk", "care-clerk", "election-clerk")
PREFECTURE = ("PREFECTURAL_SERVER", "IDENTIFICATION_INFORMATION_UPDATE")


@pytest.mark.holds("S1-01", "S1-03", "S1-11", "M34", "F-05")
def test_a_child_is_born_and_the_householder_dies(clocked: Clocked) -> None:
    hall = TownHall(clocked)
    child = a_child_is_born_and_given_a_code(hall)
    her_number_comes_from_outside(hall, child)
    the_householder_dies_and_three_remain(hall, child)
    they_name_another_householder(hall, child)
    who_remains_alone_is_the_householder_of_herself(hall, child)


def a_child_is_born_and_given_a_code(hall: TownHall) -> str:
    """Entered at the address of the household, with a code out of the pool and no number yet. Gives her number."""
    codes, home = rows(hall.service, "code_pool"), hall.says(GRANDFATHER, "householdNumber")
    child = {"fullName": CHILD_NAME, "nameKana": "カクウ　サチ", "sex": "FEMALE", "familyRegisterOf": FATHER}
    born = {"filing": a_filing("2026-11-18", notifier="SAME_HOUSEHOLD"), "household": home}
    hall.does("birth", born | {"child": child | {"relationshipToHouseholder": "子の子"}})

    (number_of_child,) = hall.finds('nameKana: "カクウ　サチ", dateOfBirth: "2026-11-18"', "tax-clerk")
    told = hall.looks(number_of_child, "residentRecordCode individualNumber dateOfBirth currentAddress householderName")
    code = told.pop("residentRecordCode")
    assert told == {
        "individualNumber": None,
        "dateOfBirth": "2026-11-18",
        "currentAddress": HOME_1,
        "householderName": "架空　太郎",
    }
    assert code[-1] == number_check_digit(code[:-1])
    assert rows(hall.service, "code_pool") == codes - 1
    assert hall.service.execute("SELECT 1 FROM code_pool WHERE code = $1", code) == []

    # Every department hears of somebody new, and may read her; J-LIS is asked for a number.
    for clerk in CLERKS:
        ((whom, items),) = hall.hears(clerk)
        assert (whom, items >= {"fullName", "dateOfBirth", "householdNumber"}) == (number_of_child, True)
        assert items.isdisjoint({"residentRecordCode", "individualNumber", "registeredDomicile"})
    assert hall.writes_to(number_of_child) == [
        PREFECTURE,
        ("JLIS", "NUMBER_GENERATION_REQUEST"),
        ("DOMICILE_MUNICIPALITY", "FAMILY_REGISTER_SUPPLEMENT_NOTICE"),
    ]
    return number_of_child


def her_number_comes_from_outside(hall: TownHall, child: str) -> None:
    """No municipality makes one: it is entered as J-LIS designated it, and sealed."""
    designated = {"filing": a_filing("2026-11-20", notifier="EX_OFFICIO"), "resident": child}
    hall.does("enterIndividualNumber", designated | {"individualNumber": HER_NUMBER})

    assert hall.says(child, "individualNumber", "tax-clerk") == HER_NUMBER
    assert hall.says(child, "individualNumber", "election-clerk") == "************"
    assert [hall.hears(clerk) for clerk in CLERKS] == [
        [(child, {"individualNumber"})],
        [(child, {"individualNumber"})],
        [],
    ]
    assert hall.writes_to(child) == [PREFECTURE, ("CARD_MANAGEMENT_SYSTEM", "DELIVERY_INFORMATION")]
    assert HER_NUMBER not in hall.service.everything_written()
    # Sent by J-LIS once more, it is refused: she has one.
    assert "NUMBER_STANDS" in hall.is_refused(
        "enterIndividualNumber", designated | {"individualNumber": number(99_000_000_002).value}
    )


def the_householder_dies_and_three_remain(hall: TownHall, child: str) -> None:
    """Who notifies it is warned: nobody is householder until one is set."""
    died = {"filing": a_filing("2026-11-21", notifier="SAME_HOUSEHOLD"), "resident": GRANDFATHER}
    assert hall.is_warned("death", died) == ["HOUSEHOLDER_LEAVES"]
    hall.does("death", died, "HOUSEHOLDER_LEAVES")

    assert hall.at_home(GRANDMOTHER) == (None, {"架空　花子": "妻", "架空　子太郎": "子", CHILD_NAME: "子の子"})
    his_name = [(who, {"householderName"}) for who in (GRANDMOTHER, FATHER, child)]
    assert hall.hears("tax-clerk") == hall.hears("care-clerk") == [(GRANDFATHER, {"ceasedResidentOn"}), *his_name]
    assert hall.hears("election-clerk") == [(GRANDFATHER, set()), *his_name]
    assert hall.writes_to(GRANDFATHER) == [PREFECTURE]
    assert [hall.writes_to(who) for who in (GRANDMOTHER, FATHER, child)] == [[], [], []]
    # Nobody dies twice, and the dead do not move.
    assert hall.is_refused("death", died) == ["RECORD_CLOSED"]
    leaving = {"filing": a_filing("2026-12-01"), "residents": [GRANDFATHER], "plannedMoveOutAddress": "青森県青森市"}
    assert "RECORD_CLOSED" in hall.is_refused("moveOut", leaving)


def they_name_another_householder(hall: TownHall, child: str) -> None:
    """The widow is; everybody is something else to her than they were to him."""
    places = {GRANDMOTHER: "世帯主", FATHER: "子"}
    seats = [{"addresseeNumber": who, "relationshipToHouseholder": place} for who, place in places.items()]
    change = {"filing": a_filing("2026-11-22"), "members": seats}
    assert hall.is_refused("changeHouseholder", change) == ["RELATIONSHIP_NOT_SAID"]
    seats.append({"addresseeNumber": child, "relationshipToHouseholder": "子の子"})
    hall.does("changeHouseholder", change)

    assert hall.at_home(child) == ("架空　花子", {"架空　花子": "世帯主", "架空　子太郎": "子", CHILD_NAME: "子の子"})
    assert hall.says(child, "householderName", "care-clerk") == "架空　花子"


def who_remains_alone_is_the_householder_of_herself(hall: TownHall, child: str) -> None:
    """The father moves out, and the widow dies: the child alone is left, and becomes householder ex officio."""
    seat = {"addresseeNumber": FATHER, "relationshipToHouseholder": "世帯主"}
    flat = {"filing": a_filing("2026-11-22"), "members": [seat], "currentAddress": "北海道苫小牧市旭町3丁目2番1号"}
    hall.does("moveWithin", flat)
    [hall.hears(clerk) for clerk in CLERKS]
    hall.does("death", {"filing": a_filing("2026-11-23", notifier="SAME_HOUSEHOLD"), "resident": GRANDMOTHER})

    assert hall.at_home(child) == (CHILD_NAME, {CHILD_NAME: "世帯主"})
    assert hall.hears("tax-clerk") == [
        (GRANDMOTHER, {"ceasedResidentOn"}),
        (child, {"relationshipToHouseholder", "householderName"}),
    ]
    versions = hall.history(child, "relationshipToHouseholder householderName")
    assert [tuple(one.values())[2:] for one in versions] == [
        ("出生", "子の子", "架空　太郎"),
        ("個人番号の職権記載", "子の子", "架空　太郎"),
        ("職権修正", "子の子", None),
        ("世帯主変更", "子の子", "架空　花子"),
        ("職権修正", "世帯主", CHILD_NAME),
    ]
