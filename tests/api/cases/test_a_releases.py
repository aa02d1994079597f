"""Releases of protected records: one record, one purpose, until their last day; and what a grant may switch off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.api.cases.actors import TOMORROW, YESTERDAY, Seat, register_statements, released, seated
from tests.serving import NOON, Service
from tests.village import EVERYONE, HIDING_PLACE, HOME_2, NUMBERS, TODAY, household_number, number_of

ADDRESSES = f"""{{ residents(where: {{{EVERYONE}, includeClosed: true}}, first: 20) {{ nodes {{
    addresseeNumber currentAddress householdNumber household {{ id }} }} }} }}"""
HOME = "query ($h: String!) { household(by: {householdNumber: $h}) { householdNumber members { fullName } } }"
BY_ADDRESS = '{ residents(where: {currentAddress: "字勇払901", dateOfBirth: "1950"}) { nodes { addresseeNumber } } }'
BY_HOUSEHOLD = f'{{ residents(where: {{householdNumber: "{household_number(2)}"}}) {{ nodes {{ addresseeNumber }} }} }}'


def addresses(service: Service, caller: str) -> dict[str, Any]:
    """Who has which address, as this caller sees it."""
    nodes = service.ask(caller, ADDRESSES).data["residents"]["nodes"]
    return {one["addresseeNumber"]: one["currentAddress"] for one in nodes}


def hidden_from(service: Service, caller: str) -> set[int]:
    """The villagers whose address this caller does not see."""
    return {nth for nth in range(1, 10) if addresses(service, caller).get(number_of(nth)) is None}


def found(service: Service, caller: str, search: str) -> list[str]:
    """Whom a search finds."""
    return [one["addresseeNumber"] for one in service.ask(caller, search).data["residents"]["nodes"]]


@pytest.mark.holds("A-28", "S1-04")
def test_a_release_opens_one_record_for_one_purpose(service: Service) -> None:
    assert hidden_from(service, "tax-clerk") == {4, 5, 6}

    released(service, 4, "local_tax")

    assert hidden_from(service, "tax-clerk") == {5, 6}
    assert addresses(service, "tax-clerk")[number_of(4)] == HOME_2
    assert hidden_from(service, "care-clerk") == {4, 5, 6}
    assert hidden_from(service, "register-desk") == set()


@pytest.mark.holds("A-28")
def test_the_ledger_names_the_released_record_and_the_rule_that_showed_it(service: Service) -> None:
    released(service, 4, "local_tax")
    service.ask("tax-clerk", f"{{ residents(where: {{{EVERYONE}}}, first: 20) {{ nodes {{ currentAddress }} }} }}")

    groups = {tuple(one["facts"]): one for one in service.ledger()[-1]["groups"]}

    assert groups[("protected", "released")]["subjects"] == [number_of(4)]
    shown = {"outcome": "SHOWN", "rule": "transfer"}
    assert groups[("protected", "released")]["items"] == {"current_address": shown}
    assert groups[("protected",)]["subjects"] == [number_of(5)]
    withheld = {"outcome": "WITHHELD", "rule": "protected-whereabouts"}
    assert groups[("protected",)]["items"] == {"current_address": withheld}
    assert HIDING_PLACE not in service.everything_written()


@pytest.mark.holds("A-28")
def test_a_search_finds_the_released_record_and_no_other_of_the_household(service: Service) -> None:
    released(service, 4, "local_tax")

    for search in (BY_ADDRESS, BY_HOUSEHOLD):
        assert found(service, "tax-clerk", search) == [number_of(4)]
        assert found(service, "care-clerk", search) == []
        assert found(service, "register-desk", search) == [number_of(4), number_of(5)]


@pytest.mark.holds("A-28")
def test_the_household_opens_only_when_every_member_is_released(service: Service) -> None:
    number = {"h": household_number(2)}
    released(service, 4, "local_tax")
    assert service.ask("tax-clerk", HOME, number).data == {"household": None}

    released(service, 5, "local_tax")

    home = service.ask("tax-clerk", HOME, number).data["household"]
    assert [one["fullName"] for one in home["members"]] == ["見本　花子", "見本　子"]
    assert service.ask("care-clerk", HOME, number).data == {"household": None}
    # The closed record of who moved out of it is protected for its own part, and nobody has released it.
    assert hidden_from(service, "tax-clerk") == {6}


@pytest.mark.holds("A-28")
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "opens"),
    [
        (YESTERDAY, TODAY, True),
        (TODAY, TODAY, True),
        (TODAY, None, True),
        (date(2020, 4, 1), YESTERDAY, False),
        (TOMORROW, TOMORROW + timedelta(days=30), False),
        (TOMORROW, None, False),
    ],
)
def test_a_release_holds_from_its_first_day_to_its_last(
    service: Service, starts_on: date, ends_on: date | None, opens: bool
) -> None:
    released(service, 4, "local_tax", starts_on=starts_on, ends_on=ends_on)

    assert (4 not in hidden_from(service, "tax-clerk")) is opens
    assert (found(service, "tax-clerk", BY_ADDRESS) == [number_of(4)]) is opens


@pytest.mark.holds("A-28")
def test_a_release_that_was_ended_is_closed_again_at_once(service: Service) -> None:
    released(service, 4, "local_tax")
    assert hidden_from(service, "tax-clerk") == {5, 6}

    service.execute("UPDATE releases SET ended_at = $1, ended_by = 'S-1'", NOON)

    assert hidden_from(service, "tax-clerk") == {4, 5, 6}


@pytest.mark.holds("A-28")
def test_a_release_of_another_municipality_opens_nothing_here(service: Service) -> None:
    service.execute("ALTER TABLE releases DROP CONSTRAINT fk_releases_resident")
    service.execute(
        "INSERT INTO releases VALUES ('011002', $1, $2, 'local_tax', $3, NULL, $4, 'S-1', NULL, NULL)",
        uuid4(),
        number_of(4),
        TODAY,
        NOON,
    )

    assert hidden_from(service, "tax-clerk") == {4, 5, 6}


@pytest.mark.holds("A-28")
def test_a_released_closed_record_shows_what_a_closed_one_shows(service: Service) -> None:
    released(service, 6, "local_tax")

    assert hidden_from(service, "tax-clerk") == {4, 5}
    assert service.ask("tax-clerk", HOME, {"h": household_number(2)}).data == {"household": None}
    assert 6 in hidden_from(service, "election-clerk")


@pytest.mark.holds("A-28", "M03")
def test_the_officer_who_releases_opens_no_record_herself(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = seated(service, monkeypatch, Seat("市民生活部住民課", "support_measures"))
    released(service, 4, "support_measures")

    with register_statements() as asked:
        answer = service.ask(officer, ADDRESSES)

    assert answer.codes == ["SEARCH_NOT_PERMITTED"]
    assert asked == []


SWITCHED = {
    "family_register": ("registeredDomicile", "familyRegisterHead"),
    "code": ("residentRecordCode",),
    "residence_status": ("residenceCardNumber", "foreignResidentCategory", "nationalityOrRegion"),
}


@pytest.mark.holds("A-01", "M03", "M07")
@pytest.mark.parametrize("name", SWITCHED)
def test_a_class_that_her_grant_switches_off_is_withheld_from_her_and_nobody_else(
    service: Service, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    nth = 7 if name == "residence_status" else 2
    clerk = seated(service, monkeypatch, Seat("市民生活部住民課", "resident_register", switched_off=(name,)))
    document = f'{{ resident(by: {{addresseeNumber: "{number_of(nth)}"}}) {{ fullName {" ".join(SWITCHED[name])} }} }}'

    less, all_of_it = (service.ask(who, document) for who in (clerk, "register-desk"))

    assert set(less.data["resident"].values()) - {all_of_it.data["resident"]["fullName"]} == {None}
    assert {(one["item"], one["outcome"], one["rule"]) for one in less.disclosures} == {
        (item, "WITHHELD", "switched-off") for item in SWITCHED[name]
    }
    assert None not in all_of_it.data["resident"].values()
    secrets = [value for item, value in all_of_it.data["resident"].items() if item != "fullName"]
    assert not any(secret in less.content.decode() + service.everything_written() for secret in secrets)


@pytest.mark.holds("A-01", "M01", "M07")
def test_a_number_that_her_grant_switches_off_falls_back_to_its_mask(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = seated(service, monkeypatch, Seat("財政部市民税課", "local_tax", switched_off=("number",)))
    with register_statements() as asked:
        answer = service.ask(
            clerk, f"{{ residents(where: {{{EVERYONE}}}, first: 20) {{ nodes {{ individualNumber }} }} }}"
        )

    assert {one["individualNumber"] for one in answer.data["residents"]["nodes"]} == {"************"}
    assert not any("individual_numbers" in text for text in asked)
    assert not any(number in answer.content.decode() + service.everything_written() for number in NUMBERS)
    assert service.ledger()[-1]["number_accessed"] is False


@pytest.mark.holds("M07")
def test_a_grant_cannot_switch_off_what_the_policy_does_not_let_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = seated(service, monkeypatch, Seat("財政部市民税課", "local_tax", switched_off=("base", "alias")))

    answer = service.ask(clerk, f"{{ residents(where: {{{EVERYONE}}}, first: 1) {{ nodes {{ fullName }} }} }}")

    assert answer.data["residents"]["nodes"] == [{"fullName": "架空　太郎"}]


@pytest.mark.holds("A-28", "S1-04")
def test_a_released_record_is_shown_strictly_and_the_rest_of_its_household_is_not(service: Service) -> None:
    released(service, 4, "local_tax")
    query = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { currentAddress householdNumber } }"

    shown, hidden = (
        service.ask("tax-clerk", query, {"n": number_of(nth)}, **{"daicho-strict": "true"}) for nth in (4, 5)
    )

    assert shown.data["resident"]["householdNumber"] == household_number(2)
    assert (hidden.status, hidden.codes) == (403, ["ITEMS_NOT_PERMITTED"])


@pytest.mark.holds("A-28")
def test_an_edge_to_a_household_that_stays_shut_is_withheld_and_says_so(service: Service) -> None:
    released(service, 4, "local_tax")
    document = """
        query Ask($n: String!) {
          resident(by: {addresseeNumber: $n}) { household { id } disclosures { item outcome rule } }
        }
    """

    answer = service.ask("tax-clerk", document, {"n": number_of(4)})

    told = {"item": "household", "outcome": "WITHHELD", "rule": "default"}
    assert answer.data["resident"] == {"household": None, "disclosures": [told]}
    assert answer.outcome("household") == "WITHHELD"
    groups = [group for entry in service.ledger() for group in entry["groups"] if number_of(4) in group["subjects"]]
    assert groups[-1]["items"] == {"household": {"outcome": "WITHHELD", "rule": "default"}}
    strict = service.ask("tax-clerk", document, {"n": number_of(4)}, **{"daicho-strict": "true"})
    assert strict.codes == ["ITEMS_NOT_PERMITTED"]
