"""What the record said on a day, as the register knew it on a day; and the list of all that it ever said."""

from __future__ import annotations

from typing import Any

import pytest

from authz.disclosure import MASK
from tests.api.cases.actors import register_statements, told
from tests.serving import Answer, Service
from tests.village import HIDING_PLACE, HOME_1, NUMBERS, household_number, number_of
from tests.village_histories import FIRST_HIDING_PLACE, MAIDEN, MISSPELT, OLD_HOME, OLD_NUMBER, WRONG_HOME

THEN = """query ($n: String!, $asOf: String, $knownAt: String) {
  resident(by: {addresseeNumber: $n}, asOf: $asOf, knownAt: $knownAt) { %s } }"""
SAID = THEN % "fullName currentAddress"
NOW_SHE_IS = "架空　花子"


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def then(service: Service, nth: int, as_of: str | None, known_at: str | None = None, **asked: str) -> Answer:
    """What the nth villager's record said."""
    caller, items = asked.get("caller", "register-desk"), asked.get("items", "fullName currentAddress")
    return service.ask(caller, THEN % items, {"n": number_of(nth), "asOf": as_of, "knownAt": known_at})


def said(service: Service, as_of: str | None, known_at: str | None = None) -> tuple[str, str] | None:
    """Name and address of 架空　花子 as the record said."""
    found = then(service, 2, as_of, known_at).data["resident"]
    return found and (found["fullName"], found["currentAddress"])


@pytest.mark.holds("S1-04")
@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2016-03-31", None),
        ("2016-04-01", (MAIDEN, OLD_HOME)),
        ("2018-06-09", (MAIDEN, OLD_HOME)),
        ("2018-06-10", (NOW_SHE_IS, OLD_HOME)),
        ("平成30年6月10日", (NOW_SHE_IS, OLD_HOME)),
        ("2020-02-15", (NOW_SHE_IS, OLD_HOME)),
        ("2022-04-30", (NOW_SHE_IS, OLD_HOME)),
        ("2022-05-01", (NOW_SHE_IS, HOME_1)),
        ("令和8年11月23日", (NOW_SHE_IS, HOME_1)),
        (None, (NOW_SHE_IS, HOME_1)),
    ],
)
def test_the_record_says_of_each_day_what_is_known_of_it_today(service: Service, as_of: str, expected: object) -> None:
    assert said(service, as_of) == expected


@pytest.mark.parametrize(
    ("as_of", "known_at", "expected"),
    [
        ("2016-04-02", "2016-04-03", None),  # she had come, and nobody knew
        ("2016-04-02", "2016-04-04", (MAIDEN, OLD_HOME)),
        ("2016-04-02", "2016-04-04T08:59:59.999999+09:00", None),
        ("2016-04-02", "2016-04-04T09:00:00+09:00", (MAIDEN, OLD_HOME)),
        ("2016-04-02", "2016-04-04T00:00:00Z", (MAIDEN, OLD_HOME)),
        ("2020-02-15", "2020-02-29", (MISSPELT, WRONG_HOME)),  # the move that was then taken back
        ("2020-02-15", "令和2年3月2日", (MISSPELT, OLD_HOME)),
        ("2020-01-31", "2020-02-29", (MISSPELT, OLD_HOME)),
        ("2019-01-01", "2025-01-09", (MISSPELT, OLD_HOME)),
        ("2019-01-01", "2025-01-10", (NOW_SHE_IS, OLD_HOME)),  # the mistake in her name is corrected
        (None, "2025-01-09", (MISSPELT, HOME_1)),
        (None, "2018-01-01", (MAIDEN, OLD_HOME)),
        (None, "2026-11-23", (NOW_SHE_IS, HOME_1)),
    ],
)
def test_what_was_known_at_a_moment_knows_neither_later_reversals_nor_later_corrections(
    service: Service, as_of: str, known_at: str, expected: object
) -> None:
    assert said(service, as_of, known_at) == expected


def test_today_and_all_that_is_known_is_the_record_that_stands_for_everybody(service: Service) -> None:
    items = "fullName currentAddress householdNumber individualNumber ceasedResidentOn nationalPensionEligibility"
    for caller in ("register-desk", "tax-clerk", "election-clerk"):
        for nth in range(1, 10):
            stands = then(service, nth, None, items=items, caller=caller)
            today = then(service, nth, "2026-11-23", "2026-11-23", items=items, caller=caller)
            assert told(today) == told(stands)


@pytest.mark.holds("A-28")
def test_no_version_then_and_no_such_resident_are_the_same_bytes(service: Service) -> None:
    nobody = service.ask("tax-clerk", SAID, {"n": number_of(100), "asOf": "2016-03-31"})
    not_yet = service.ask("tax-clerk", SAID, {"n": number_of(2), "asOf": "2016-03-31"})
    closed = service.ask("election-clerk", SAID, {"n": number_of(6), "asOf": "2012-01-01"})

    assert nobody.data == {"resident": None}
    assert told(not_yet) == told(nobody)
    assert told(closed) == told(nobody)  # current then, closed today: the election office opens no closed record


@pytest.mark.holds("A-26", "M01")
def test_the_number_of_an_earlier_version_follows_the_rule_of_todays(service: Service) -> None:
    of_day = {"2017-08-31": OLD_NUMBER, "2017-09-01": NUMBERS[1], "2022-05-01": NUMBERS[1]}
    for day, number in of_day.items():
        shown = then(service, 2, day, items="individualNumber", caller="tax-clerk")
        assert shown.data["resident"] == {"individualNumber": number}
        assert service.ledger()[-1]["number_accessed"] is True
        masked = then(service, 2, day, items="individualNumber", caller="election-clerk")
        assert masked.data["resident"] == {"individualNumber": MASK}
        assert masked.outcome("individualNumber") == "MASKED"
        assert number not in masked.content.decode()
        assert service.ledger()[-1]["number_accessed"] is False
    assert not any(number in service.everything_written() for number in of_day.values())


@pytest.mark.holds("A-26")
def test_a_number_that_she_gave_up_finds_nobody_and_todays_finds_her_on_any_day(service: Service) -> None:
    by_number = """query ($n: String!) { resident(by: {individualNumber: $n}, asOf: "2017-01-01") {
        fullName individualNumber } }"""

    assert service.ask("tax-clerk", by_number, {"n": OLD_NUMBER}).data == {"resident": None}
    found = service.ask("tax-clerk", by_number, {"n": NUMBERS[1]})
    assert found.data == {"resident": {"fullName": MAIDEN, "individualNumber": OLD_NUMBER}}
    refused = service.ask("election-clerk", by_number, {"n": NUMBERS[1]})
    assert refused.codes == ["SEARCH_NOT_PERMITTED"]
    assert not any(number in service.everything_written() for number in (OLD_NUMBER, NUMBERS[1]))


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk"])
def test_the_whereabouts_of_a_protected_person_are_withheld_on_an_old_version_too(
    service: Service, caller: str
) -> None:
    answer = then(
        service, 4, "2016-01-01", items="fullName currentAddress householdNumber household { id }", caller=caller
    )

    person = {"fullName": "見本　花子", "currentAddress": None, "householdNumber": None, "household": None}
    assert answer.data["resident"] == person
    assert {answer.outcome(item) for item in ("currentAddress", "householdNumber", "household")} == {"WITHHELD"}
    written = answer.content.decode() + service.everything_written()
    assert FIRST_HIDING_PLACE not in written
    assert then(service, 4, "2016-01-01").data["resident"]["currentAddress"] == FIRST_HIDING_PLACE


@pytest.mark.holds("A-28")
def test_an_old_version_of_somebody_else_does_not_tell_where_a_protected_person_lives(service: Service) -> None:
    items = "fullName currentAddress householdNumber household { members { fullName } }"
    today, before = (then(service, 9, day, items=items, caller="tax-clerk") for day in ("2021-03-01", "2015-01-01"))

    assert today.data["resident"]["currentAddress"] == HOME_1
    expected = {"fullName": "仮置　葛\U000e0100子", "currentAddress": None, "householdNumber": None, "household": None}
    assert before.data["resident"] == expected
    assert before.outcome("currentAddress") == "WITHHELD"
    assert HIDING_PLACE not in before.content.decode() + service.everything_written()
    of_register = then(service, 9, "2015-01-01", items=items).data["resident"]
    assert of_register["householdNumber"] == household_number(2)


@pytest.mark.holds("M08")
def test_the_ledger_names_whom_was_looked_at_and_not_what_was_said(service: Service) -> None:
    then(service, 2, "2019-01-01", "2020-01-01", caller="tax-clerk")

    entry = service.ledger()[-1]
    assert (entry["path"], entry["kind"], entry["result_count"]) == ("Query.resident", "SEARCH", 1)
    assert [group["subjects"] for group in entry["groups"]] == [[number_of(2)]]
    assert [set(group["items"]) for group in entry["groups"]] == [{"full_name", "current_address"}]
    assert MISSPELT not in service.everything_written()


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        *(("asOf", text) for text in ("", "2019", "2019-05", "2023-02-29", "令和3年5月", "年月日不詳", NUMBERS[0])),
        *(("knownAt", text) for text in ("2019-05-01T08:00", "2019-05-01T25:00Z", "0001-01-01T00:00+09:00", "今")),
    ],
)
def test_what_is_no_day_or_moment_is_refused_by_its_name_and_never_quoted(
    service: Service, argument: str, text: str
) -> None:
    with register_statements() as asked:
        answer = service.ask("tax-clerk", SAID, {"n": number_of(2), argument: text})

    assert answer.codes == ["INVALID_INPUT"]
    (error,) = answer.json["errors"]
    assert argument in error["message"]
    assert not text or text not in answer.content.decode()
    assert asked == []
    assert service.ledger()[-1]["code"] == "INVALID_INPUT"


def test_look_ahead_loads_of_a_version_what_is_asked_and_the_number_only_where_it_is_shown(service: Service) -> None:
    service.ask("tax-clerk", "{ me { department } }")
    with register_statements() as asked:
        then(service, 2, "2019-01-01", items="fullName", caller="tax-clerk")
        then(service, 2, "2019-01-01", items="individualNumber", caller="election-clerk")

    assert len(asked) == 2
    unasked = ("full_name", "individual_numbers", "registered_domicile", "current_address")
    assert [[name for name in unasked if name in statement] for statement in asked] == [["full_name"], []]


def test_strict_mode_refuses_an_old_version_by_the_rules_of_today(service: Service) -> None:
    variables: dict[str, Any] = {"n": number_of(4), "asOf": "2016-01-01"}
    answer = service.ask("tax-clerk", SAID, variables, **{"daicho-strict": "true"})

    assert answer.codes == ["ITEMS_NOT_PERMITTED"]
    assert answer.json["errors"][0]["extensions"]["items"][0]["rule"] == "protected-whereabouts"
    assert FIRST_HIDING_PLACE not in answer.content.decode()
