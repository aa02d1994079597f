"""SAMPLE JOHN becomes Japanese: one record of his ends, another begins, and he is the same person."""

from __future__ import annotations

import pytest

from tests.api.changing import a_filing
from tests.serving import Clocked
from tests.stories.town_hall import TownHall
from tests.village import CODES, HOME_1, NUMBERS, number_of

HE = number_of(7)
HIS_NAME, WAS = "見本　譲", "SAMPLE JOHN"
BECAME_ONE, RESIDENT_SINCE = "2026-11-10", "2015-04-01"
CARRIED = "addresseeNumber residentRecordCode individualNumber dateOfBirth sex currentAddress householdNumber"
OF_FOREIGNERS = (
    "foreignResidentCategory residenceCardNumber statusOfResidence periodOfStay periodOfStayExpiresOn"
    " nationalityOrRegion becameForeignResidentOn nameKatakanaTranscription aliasHistory"
)
OF_JAPANESE = "registeredDomicile familyRegisterHead becameResidentOn"
DOMICILE = "北海道苫小牧市旭町4丁目5番"
NATURALIZED = {
    "filing": a_filing(BECAME_ONE),
    "resident": HE,
    "fullName": HIS_NAME,
    "nameKana": "ミホン　ジョウ",
    "registeredDomicile": DOMICILE,
    "familyRegisterHead": HIS_NAME,
}


@pytest.mark.holds("S1-01", "S1-03", "A-26", "M34", "F-05")
def test_a_foreign_resident_becomes_japanese(clocked: Clocked) -> None:
    hall = TownHall(clocked)
    before = hall.looks(HE, f"{CARRIED} {OF_FOREIGNERS}")
    what_only_a_japanese_resident_has_is_refused_before(hall)
    the_family_register_tells_of_it(hall)
    he_is_the_same_person_with_another_record(hall, before)
    everybody_hears_of_the_pair_each_by_their_items(hall)
    his_history_has_both_sides(hall)
    he_cannot_become_japanese_twice(hall)


def what_only_a_japanese_resident_has_is_refused_before(hall: TownHall) -> None:
    """He asked for a former surname last year, and had to be told that only Japanese residents have one."""
    wish = {"filing": a_filing(), "resident": HE, "formerSurname": "見本", "formerSurnameReading": "ミホン"}
    assert hall.is_refused("enterFormerSurname", wish) == ["JAPANESE_RESIDENTS_ONLY"]


def the_family_register_tells_of_it(hall: TownHall) -> None:
    """The counter hands in what the family register told; until it is approved he is who he was."""
    notification = hall.hands_in("naturalize", NATURALIZED)
    assert hall.sees_nothing_of(notification, "tax-clerk")
    assert hall.says(HE, "fullName", "tax-clerk") == WAS
    hall.approves(notification)
    pair = hall.service.execute("SELECT kind FROM life_events WHERE addressee_number = $1 ORDER BY event_number", HE)
    assert [row[0] for row in pair] == ["DeletedExOfficio", "BecameJapanese"]


def he_is_the_same_person_with_another_record(hall: TownHall, before: dict[str, object]) -> None:
    """What 標準仕様書1.0 4.5.3 lists is carried over; what only a foreign resident has is gone."""
    after = hall.looks(HE, f"{CARRIED} {OF_FOREIGNERS} {OF_JAPANESE} ceasedResidentOn fullName")
    carried = CARRIED.split()
    assert {name: after[name] for name in carried} == {name: before[name] for name in carried}
    assert (after["residentRecordCode"], after["individualNumber"]) == (CODES[6], NUMBERS[6])
    assert [before["statusOfResidence"], before["nationalityOrRegion"]] == ["技術・人文知識・国際業務", "架空国"]
    assert {after[name] for name in OF_FOREIGNERS.split() if name != "aliasHistory"} == {None}
    assert not after["aliasHistory"]
    assert [after[name] for name in OF_JAPANESE.split()] == [DOMICILE, HIS_NAME, RESIDENT_SINCE]
    assert (after["fullName"], after["ceasedResidentOn"]) == (HIS_NAME, None)
    assert hall.says(HE, "currentAddress", "election-clerk") == HOME_1


def everybody_hears_of_the_pair_each_by_their_items(hall: TownHall) -> None:
    """A department hears of an end and of a beginning; of his residence status only who was shown it."""
    ended, began = hall.hears("tax-clerk")
    assert ended == (HE, {"ceasedResidentOn"})
    assert began[1] >= {"fullName", "nationalityOrRegion", "residenceCardNumber", "becameResidentOn"}
    assert began[1].isdisjoint({"registeredDomicile", "familyRegisterHead", "individualNumber", "currentAddress"})
    ended, began = hall.hears("election-clerk")
    assert ended == (HE, set())
    assert began[1] >= {"fullName", "becameResidentOn"}
    assert began[1].isdisjoint({"nationalityOrRegion", "residenceCardNumber", "aliasHistory"})
    prefecture = ("PREFECTURAL_SERVER", "IDENTIFICATION_INFORMATION_UPDATE")
    assert hall.writes_to(HE) == [
        prefecture,
        ("IMMIGRATION_SERVICES_AGENCY", "IMMIGRATION_MUNICIPAL_NOTICE"),
        prefecture,
        ("DOMICILE_MUNICIPALITY", "FAMILY_REGISTER_SUPPLEMENT_NOTICE"),
    ]


def his_history_has_both_sides(hall: TownHall) -> None:
    """The number is decided on old versions as on the one that stands."""
    versions = hall.history(HE, "fullName nationalityOrRegion ceasedResidentOn individualNumber")
    assert [tuple(one.values()) for one in versions] == [
        (1, RESIDENT_SINCE, None, WAS, "架空国", None, NUMBERS[6]),
        (2, BECAME_ONE, "職権消除（帰化等）", WAS, "架空国", BECAME_ONE, NUMBERS[6]),
        (3, BECAME_ONE, "職権記載（帰化等）", HIS_NAME, None, None, NUMBERS[6]),
    ]
    assert hall.says(HE, "fullName", "tax-clerk", as_of="2026-11-09") == WAS
    assert hall.says(HE, "individualNumber", "election-clerk", as_of="2026-11-10") == "************"
    written = hall.service.everything_written()
    assert not any(secret in written for secret in (NUMBERS[6], HIS_NAME, WAS, DOMICILE))


def he_cannot_become_japanese_twice(hall: TownHall) -> None:
    """Sent again in another year's batch, it is refused; and now he may have a former surname."""
    assert hall.is_refused("naturalize", NATURALIZED) == ["FOREIGN_RESIDENTS_ONLY"]
    hall.does("enterFormerSurname", {"filing": a_filing(), "resident": HE, "formerSurname": "見本"})
    assert hall.says(HE, "formerSurname", "tax-clerk") == "見本"
