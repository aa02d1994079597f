"""仮置　葛󠄀子 marries 架空　子太郎: he moves to her, two households become one, and she takes his name.

Neither the register nor its checks marry anybody: the family register does, and tells this one.
"""

from __future__ import annotations

import pytest

from tests.api.changing import a_filing
from tests.serving import Clocked
from tests.stories.town_hall import TownHall
from tests.village import HOME_1, number_of

SHE, HE, HIS_FATHER = number_of(9), number_of(3), number_of(1)
HER_NAME, HER_NEW_NAME, HIS_NAME = "仮置　葛\U000e0100子", "架空　葛\U000e0100子", "架空　子太郎"
HIS_FLAT = "北海道苫小牧市旭町3丁目2番1号"
WEDDING = "2026-11-20"
CLERKS = ("tax-clerk", "care-clerk", "election-clerk")
PREFECTURE = ("PREFECTURAL_SERVER", "IDENTIFICATION_INFORMATION_UPDATE")
SUPPLEMENT = ("DOMICILE_MUNICIPALITY", "FAMILY_REGISTER_SUPPLEMENT_NOTICE")


@pytest.mark.holds("S1-01", "S1-03", "M34", "F-05")
def test_two_people_of_two_households_marry(clocked: Clocked) -> None:
    hall = TownHall(clocked)
    he_moves_into_a_flat_of_his_own(hall)
    she_moves_in_with_a_household_of_her_own(hall)
    they_marry_and_the_two_households_become_one(hall)
    she_takes_his_name_and_keeps_hers_beside_it(hall)
    their_histories_tell_both_sides(hall)
    after_her_death_nothing_is_entered_any_more(hall)


def he_moves_into_a_flat_of_his_own(hall: TownHall) -> None:
    """Out of his parents' household, where he was 子."""
    flat = {"filing": a_filing("2026-11-10"), "members": [{"addresseeNumber": HE}], "currentAddress": HIS_FLAT}
    # He would like to be entered under another name at once: a move changes nothing but the address.
    renamed = flat | {"members": [{"addresseeNumber": HE, "fullName": "仮置　子太郎"}]}
    assert "MOVE_WITHIN_CHANGES_MORE" in hall.is_refused("moveWithin", renamed)
    # And the clerk has forgotten to say who the householder is.
    assert hall.is_warned("moveWithin", flat) == ["NO_HOUSEHOLDER"]
    as_householder = {"addresseeNumber": HE, "relationshipToHouseholder": "世帯主"}
    hall.does("moveWithin", flat | {"members": [as_householder]})

    assert hall.at_home(HE) == (HIS_NAME, {HIS_NAME: "世帯主"})
    assert hall.at_home(HIS_FATHER) == ("架空　太郎", {"架空　太郎": "世帯主", "架空　花子": "妻"})
    moved = {"currentAddress", "addressEstablishedOn", "householdNumber", "relationshipToHouseholder"}
    assert [hall.hears(clerk) for clerk in CLERKS] == [[(HE, moved | {"householderName"})]] * 3
    assert hall.writes_to(HE) == [PREFECTURE, SUPPLEMENT]


def she_moves_in_with_a_household_of_her_own(hall: TownHall) -> None:
    """One flat, two households: as the law has it of two who are not married, and earn for themselves."""
    there = {"addresseeNumber": SHE, "relationshipToHouseholder": "世帯主"}
    hall.does("moveWithin", {"filing": a_filing("2026-11-15"), "members": [there], "currentAddress": HIS_FLAT})
    assert hall.at_home(SHE) == (HER_NAME, {HER_NAME: "世帯主"})
    assert hall.says(SHE, "householdNumber") != hall.says(HE, "householdNumber")
    assert hall.writes_to(SHE) == [PREFECTURE, SUPPLEMENT]


def they_marry_and_the_two_households_become_one(hall: TownHall) -> None:
    """She comes into his household as 妻; hers is nobody's any more."""
    hers, his = hall.says(SHE, "householdNumber"), hall.says(HE, "householdNumber")
    one = {"filing": a_filing(WEDDING), "household": his}
    two_heads = one | {"members": [{"addresseeNumber": SHE, "relationshipToHouseholder": "世帯主"}]}
    assert hall.is_refused("mergeHouseholds", two_heads) == ["TWO_HOUSEHOLDERS"]
    hall.does("mergeHouseholds", one | {"members": [{"addresseeNumber": SHE, "relationshipToHouseholder": "妻"}]})

    assert hall.at_home(SHE) == hall.at_home(HE) == (HIS_NAME, {HIS_NAME: "世帯主", HER_NAME: "妻"})
    assert hall.says(SHE, "householderName") == HIS_NAME
    gone = hall.service.execute("SELECT householder_number FROM households WHERE household_number = $1", hers)
    assert [row[0] for row in gone] == [None]
    # Who lives with whom is none of the four items that the prefecture keeps.
    assert (hall.writes_to(SHE), hall.writes_to(HE)) == ([], [])


def she_takes_his_name_and_keeps_hers_beside_it(hall: TownHall) -> None:
    """The family register tells her new name; her former surname she asks for herself, once the old one is changed."""
    [hall.hears(clerk) for clerk in (*CLERKS, "register-desk")]
    items = {"fullName": HER_NEW_NAME, "nameKana": "カクウ　カズラコ", "familyRegisterHead": HIS_NAME}
    married = {"filing": a_filing(WEDDING, notifier="EX_OFFICIO"), "resident": SHE, "items": items}
    hall.does("reviseExOfficio", married)
    assert [hall.hears(clerk) for clerk in CLERKS] == [[(SHE, {"fullName", "nameKana"})]] * 3
    assert {"fullName", "familyRegisterHead"} <= hall.hears("register-desk")[0][1]

    wish = {
        "filing": a_filing("2026-11-21"),
        "resident": SHE,
        "formerSurname": "仮置",
        "formerSurnameReading": "カリオキ",
    }
    assert hall.is_refused("enterFormerSurname", wish) == ["FORMER_SURNAME_STANDS"]
    hall.does("changeFormerSurname", wish)
    assert hall.looks(SHE, "fullName formerSurname", "tax-clerk") == {"fullName": HER_NEW_NAME, "formerSurname": "仮置"}
    assert hall.writes_to(SHE) == [PREFECTURE, SUPPLEMENT, PREFECTURE]

    # She is found by the name that she has, and the register office finds her by the one that she had.
    assert hall.finds(f'fullName: "{HER_NEW_NAME}", currentAddress: "苫小牧市"', "tax-clerk") == [SHE]
    assert hall.finds(f'fullName: "{HER_NAME}", currentAddress: "苫小牧市"', "tax-clerk") == []


def their_histories_tell_both_sides(hall: TownHall) -> None:
    """Each record from its own side, and what was so on every day between."""
    hers = hall.history(SHE, "fullName relationshipToHouseholder householderName formerSurname")[-5:]
    assert [tuple(one.values())[2:] for one in hers] == [
        (None, HER_NAME, None, None, "旧見本"),
        ("転居", HER_NAME, "世帯主", HER_NAME, "旧見本"),
        ("世帯合併", HER_NAME, "妻", HIS_NAME, "旧見本"),
        ("職権修正", HER_NEW_NAME, "妻", HIS_NAME, "旧見本"),
        ("旧氏の変更", HER_NEW_NAME, "妻", HIS_NAME, "仮置"),
    ]
    his = hall.history(HE, "currentAddress relationshipToHouseholder householderName")
    assert [tuple(one.values())[2:] for one in his] == [
        (None, HOME_1, "子", "架空　太郎"),
        ("転居", HIS_FLAT, "世帯主", HIS_NAME),
    ]
    assert hall.says(SHE, "fullName", "tax-clerk", as_of="2026-11-19") == HER_NAME
    assert hall.says(HE, "currentAddress", "tax-clerk", as_of="2026-11-09") == HOME_1
    written = hall.service.everything_written()
    assert not any(secret in written for secret in (HER_NEW_NAME, HER_NAME, HIS_NAME, HIS_FLAT))


def after_her_death_nothing_is_entered_any_more(hall: TownHall) -> None:
    """Elsewhere the order of things was lost: her second marriage is told when she is dead."""
    hall.does("death", {"filing": a_filing("2026-11-22", notifier="SAME_HOUSEHOLD"), "resident": SHE})
    assert hall.at_home(HE) == (HIS_NAME, {HIS_NAME: "世帯主"})
    home = hall.says(HIS_FATHER, "householdNumber")
    again = {"filing": a_filing("2026-11-23"), "household": home}
    again |= {"members": [{"addresseeNumber": SHE, "relationshipToHouseholder": "子の妻"}]}
    assert "RECORD_CLOSED" in hall.is_refused("mergeHouseholds", again)
    renamed = {"filing": a_filing("2026-11-23"), "resident": SHE, "items": {"fullName": HER_NAME}}
    assert hall.is_refused("reviseExOfficio", renamed) == ["RECORD_CLOSED"]
