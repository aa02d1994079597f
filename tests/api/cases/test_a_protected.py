"""支援措置 (A-28): no purpose but the register office's finds a protected person's whereabouts, however it asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any
from uuid import uuid4

import pytest

from domain.values.search_keys import bigrams, kana_key
from tests.api.cases.actors import Seat, purposes_without_the_register, seated, told
from tests.serving import Answer, Service
from tests.village import CODE, EVERYONE, HIDING_PLACE, TODAY, household_number, number_of

PURPOSES = purposes_without_the_register()
WHEREABOUTS = (
    *("currentAddress", "buildingLine", "previousAddress", "plannedMoveOutAddress", "confirmedMoveOutAddress"),
    *("registeredDomicile", "householdNumber"),
)
RECORD = f"""query ($n: String!) {{ resident(by: {{addresseeNumber: $n}}) {{ __typename id {" ".join(WHEREABOUTS)}
    household {{ id householdNumber householder {{ fullName }} members {{ fullName currentAddress }} }}
    disclosures {{ item outcome rule legalBasis }} }} }}"""
HOME = "{ id __typename householdNumber householder { currentAddress } members { fullName currentAddress } }"
BY_NUMBER = f"query ($h: String!) {{ household(by: {{householdNumber: $h}}) {HOME} }}"
BY_ID = f"query ($id: ID!) {{ household(by: {{id: $id}}) {HOME} }}"
BY_NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on Household {HOME} ...F }} }} fragment F on Node {{ id }}"
PEOPLE = f"""edges {{ node {{ fullName {" ".join(WHEREABOUTS)} household {{ householder {{ household {HOME} }} }} }} }}
    nodes {{ household {HOME} }}"""
EVERYBODY = f"{{ residents(where: {{{EVERYONE}, includeClosed: true}}, first: 20) {{ {PEOPLE} }} }}"
PLACED = f"""{{ residents(where: {{nameKana: "カクウ", currentAddress: "苫小牧市", includeClosed: true}}, first: 20) {{
    {PEOPLE} }} }}"""
AIMED = {
    "currentAddress": '"字勇払901"',
    "householdNumber": f'"{household_number(2)}"',
    "buildingLine": '"隠れ荘404号"',
}
ASTRAY = {
    "currentAddress": '"字樽前901"',
    "householdNumber": f'"{household_number(98)}"',
    "buildingLine": '"見え荘404号"',
}
BESIDE = {
    "fullName": '"見本"',
    "nameKana": '"ミホン"',
    "dateOfBirth": '"昭和25年3月", sex: FEMALE',
    "includeClosed": "true, includePast: true, includeVariants: true, match: CONTAINS",
}
ENOUGH = {"householdNumber", "fullName", "nameKana", "dateOfBirth"}
"""One of them beside an address is enough for whoever has to name somebody."""
HIDDEN_PEOPLE = (4, 5, 6)
OPENS_NOTHING = {"support_measures", "ledger_review", "operation"}
OPENS_NOTHING_CLOSED = {"election", "seal_registration"}


def subsets(names: Any) -> list[tuple[str, ...]]:
    """All subsets."""
    return list(chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def searches(place: dict[str, str]) -> list[str]:
    """Every combination of conditions with one of the place's among them, twelve in a document."""
    filters = [
        ", ".join(f"{name}: {(place | BESIDE)[name]}" for name in (*at, *beside))
        for at in subsets(place)[1:]
        for beside in subsets(BESIDE)
        if ENOUGH & {*at, *beside}
    ]
    asked = [
        f"s{at}: residents(where: {{{one}}}, first: 5) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ id }} }}"
        for at, one in enumerate(filters)
    ]
    return [f"{{ {' '.join(asked[at : at + 12])} }}" for at in range(0, len(asked), 12)]


def assert_hidden(*answers: Answer) -> None:
    """Nothing that tells where she is stands in an answer."""
    everything = "".join(answer.content.decode() for answer in answers)
    assert [secret for secret in (HIDING_PLACE, "隠れ荘", household_number(2)) if secret in everything] == []


def assert_unwritten(service: Service) -> None:
    """Nor in the ledger or the log, not even what was searched for."""
    assert [secret for secret in (HIDING_PLACE, "隠れ荘", "字樽前") if secret in service.everything_written()] == []


def everybody(service: Service, patch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Every purpose but the register office's, each with somebody who works for it."""
    for purpose, department in PURPOSES.items():
        yield purpose, seated(service, patch, Seat(department, purpose))


def give_kana(service: Service) -> None:
    """The village's names have other kana; here everybody is called the same."""
    key = kana_key("ミホン ハナコ")
    service.execute("UPDATE search_keys SET key = $1 WHERE kind = 'name_kana'", key)
    service.execute(
        "INSERT INTO search_bigrams SELECT municipality_code, 'name_kana', unnest($1::text[]), addressee_number"
        " FROM residents ON CONFLICT DO NOTHING",
        bigrams(key),
    )


@pytest.mark.holds("A-28", "A-08", "S1-04")
def test_no_combination_of_conditions_on_her_whereabouts_tells_a_hit_from_none(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_kana(service)
    for purpose, somebody in everybody(service, monkeypatch):
        for aimed, astray in zip(searches(AIMED), searches(ASTRAY), strict=True):
            hit, no_hit = service.ask(somebody, aimed), service.ask(somebody, astray)

            assert told(hit) == told(no_hit), purpose
            found = (hit.json["data"] or {}).values()
            assert [page["nodes"] for page in found if page["nodes"]] == [], purpose
            assert hit.codes == [] or set(hit.codes) == {"SEARCH_NOT_PERMITTED"}
            assert_hidden(hit)
    assert_unwritten(service)


@pytest.mark.holds("A-28")
def test_the_register_office_finds_her_by_each_of_these_conditions(service: Service) -> None:
    give_kana(service)
    for document in searches(AIMED):
        pages = service.ask("register-desk", document).data
        assert all(page["nodes"] for page in pages.values())


@pytest.mark.holds("A-28", "M03", "S1-04")
@pytest.mark.parametrize("nth", HIDDEN_PEOPLE)
def test_her_record_and_theirs_who_share_her_household_name_no_whereabouts(
    service: Service, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    for purpose, somebody in everybody(service, monkeypatch):
        answer = service.ask(somebody, RECORD, {"n": number_of(nth)})

        assert_hidden(answer)
        if purpose in OPENS_NOTHING or (nth == 6 and purpose in OPENS_NOTHING_CLOSED):
            assert answer.json["data"] == {"resident": None}, purpose
        elif purpose == "public_relations":  # does not search by numbers at all
            assert answer.codes == ["SEARCH_NOT_PERMITTED"]
        else:
            assert_withheld(answer.data["resident"])
            assert "protected" in service.ledger()[-2]["groups"][0]["facts"]
    assert_unwritten(service)


def assert_withheld(record: dict[str, Any]) -> None:
    """Of a protected person's record every item of the whereabouts is withheld, and by which rule."""
    assert {record[item] for item in (*WHEREABOUTS, "household")} == {None}
    outcomes = {one["item"]: (one["outcome"], one["rule"]) for one in record["disclosures"]}
    assert outcomes == dict.fromkeys((*WHEREABOUTS, "household"), ("WITHHELD", "protected-whereabouts"))


@pytest.mark.holds("A-28", "A-03", "A-09")
def test_a_household_that_leads_to_her_is_answered_like_none(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = service.ask("register-desk", BY_NUMBER, {"h": household_number(2)}).data["household"]["id"]
    nobody = service.material.sealer.node_id("Household", CODE, household_number(98))

    for purpose, somebody in everybody(service, monkeypatch):
        for way in (BY_ID, BY_NODE):
            replayed, none = service.ask(somebody, way, {"id": sealed}), service.ask(somebody, way, {"id": nobody})
            assert told(replayed) == told(none), purpose
            assert list(replayed.data.values()) == [None]
        by_number = [service.ask(somebody, BY_NUMBER, {"h": household_number(serial)}) for serial in (2, 98)]
        assert told(by_number[0]) == told(by_number[1]), purpose
        assert by_number[0].json["data"] == {"household": None}
        assert_hidden(replayed, *by_number)
    assert sealed not in service.everything_written()


@pytest.mark.holds("A-28", "A-08")
def test_a_condition_that_covers_her_among_others_counts_and_pages_as_if_she_were_not_there(service: Service) -> None:
    page = """{ residents(where: {currentAddress: "北海道", dateOfBirth: "1950", includeClosed: true}, first: 3) {
        nodes { addresseeNumber } pageInfo { hasNextPage } } }"""
    for caller, expected in (("tax-clerk", (1, 2, 3)), ("election-clerk", (1, 2, 3)), ("register-desk", (1, 2, 3))):
        found = service.ask(caller, page).data["residents"]
        assert [one["addresseeNumber"] for one in found["nodes"]] == [number_of(nth) for nth in expected]
    service.execute("DELETE FROM search_keys WHERE kind = 'current_address' AND addressee_number > $1", number_of(6))

    without_her = service.ask("tax-clerk", page)
    assert without_her.data["residents"]["pageInfo"] == {"hasNextPage": False}
    assert service.ask("register-desk", page).data["residents"]["pageInfo"] == {"hasNextPage": True}
    service.execute("DELETE FROM search_keys WHERE kind = 'current_address' AND addressee_number > $1", number_of(3))
    assert told(service.ask("tax-clerk", page)) == told(without_her)


@pytest.mark.holds("A-28", "A-02")
def test_no_way_round_through_other_people_leads_to_her(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for purpose, somebody in everybody(service, monkeypatch):
        for document in (EVERYBODY, PLACED):
            told_all = service.ask(somebody, document, **{"daicho-disclosures": "all"})
            told_less = service.ask(somebody, document)

            assert_hidden(told_all, told_less)
            assert told_less.json["data"] == told_all.json["data"], purpose
    assert_unwritten(service)


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("somebody", ["tax-clerk", "care-clerk", "election-clerk"])
def test_whoever_moves_in_with_her_is_hidden_with_her_the_same_moment(service: Service, somebody: str) -> None:
    document = (
        f'{{ residents(where: {{fullName: "SAMPLE", dateOfBirth: "1950"}})'
        f" {{ nodes {{ {' '.join(WHEREABOUTS)} household {HOME} }} }} }}"
    )
    before = service.ask(somebody, document)
    assert before.data["residents"]["nodes"][0]["currentAddress"] is not None

    moving = "UPDATE residents SET household_number = $1, current_address = $2 WHERE addressee_number = $3"
    service.execute(moving, household_number(2), "北海道苫小牧市字勇払901番地", number_of(7))

    after = service.ask(somebody, document)
    assert set(after.data["residents"]["nodes"][0].values()) == {None}
    assert_hidden(after)


@pytest.mark.holds("A-28")
def test_her_closed_record_is_as_closed_about_her_as_the_live_one(service: Service) -> None:
    measure = """
        INSERT INTO support_measures
        SELECT $1, $2, $3, 'DOMESTIC_VIOLENCE', $4, $4, household_number, is_closed FROM residents
        WHERE municipality_code = $1 AND addressee_number = $3
    """
    assert service.ask("tax-clerk", RECORD, {"n": number_of(8)}).data["resident"]["currentAddress"] is not None

    service.execute(measure, CODE, uuid4(), number_of(8), TODAY)

    record = service.ask("tax-clerk", RECORD, {"n": number_of(8)}).data["resident"]
    assert {record[item] for item in (*WHEREABOUTS, "household")} == {None}
    # She does not live there any more: the household that she left is nobody's hiding place.
    home = service.ask("tax-clerk", BY_NUMBER, {"h": household_number(1)}).data["household"]
    assert [one["fullName"] for one in home["members"]] == ["架空　太郎", "架空　花子", "架空　子太郎"]


@pytest.mark.holds("A-28")
def test_a_measure_that_has_ended_hides_nothing_and_one_ends_with_its_last_day(service: Service) -> None:
    ended = service.ask("tax-clerk", RECORD, {"n": number_of(9)}).data["resident"]
    assert ended["currentAddress"] is not None
    for days, hides in ((-1, False), (0, True), (1, True)):
        service.execute(
            "UPDATE support_measures SET ends_on = $1::date + $2::int WHERE addressee_number = $3",
            TODAY,
            days,
            number_of(4),
        )
        record = service.ask("tax-clerk", RECORD, {"n": number_of(4)}).data["resident"]
        assert (record["currentAddress"] is None) is hides


@pytest.mark.holds("A-28")
def test_a_measure_that_begins_tomorrow_hides_nothing_today(service: Service) -> None:
    for days, hides in ((1, False), (0, True)):
        service.execute(
            "UPDATE support_measures SET starts_on = $1::date + $2::int WHERE addressee_number = $3",
            TODAY,
            days,
            number_of(4),
        )
        record = service.ask("tax-clerk", RECORD, {"n": number_of(5)}).data["resident"]
        assert (record["currentAddress"] is None) is hides


@pytest.mark.holds("A-28", "S1-04")
def test_the_register_office_sees_all_of_her(service: Service) -> None:
    record = service.ask("register-desk", RECORD, {"n": number_of(4)}).data["resident"]

    assert (record["currentAddress"], record["buildingLine"]) == ("北海道苫小牧市字勇払901番地", "隠れ荘404号")
    assert [one["fullName"] for one in record["household"]["members"]] == ["見本　花子", "見本　子"]
    assert {one["outcome"] for one in record["disclosures"]} == {"SHOWN", "ABSENT"}
