"""How counters look for people (標準仕様書1.0 2.1), what a search must say, and that no way of searching finds more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from domain.ledger.searches import SearchHasher
from tests.api.cases.actors import Seat, register_statements, seated, told
from tests.serving import LEDGER_KEY, Answer, Service, serve
from tests.village import CODE, CODES, EVERYONE, HIDING_PLACE, NUMBERS, number_of

BORN = 'dateOfBirth: "1950"'
PAST = "includePast: true"
WAYS = {
    'fullName: "太郎", match: CONTAINS': (1, 3),
    'fullName: "郎", match: CONTAINS': (1, 3),
    'fullName: "空太", match: CONTAINS': (1,),
    'fullName: "架空太郎", match: EXACT': (1,),
    'fullName: "架空", match: EXACT': (),
    'nameKana: "ｶｸｳ ﾀﾞﾛｵ", match: EXACT': (1,),
    'nameKana: "たろう", match: CONTAINS': (1,),
    'nameKana: "くうた", match: CONTAINS': (1,),
    'fullName: "假置", includeVariants: true': (9,),
    'fullName: "假置"': (),
    'fullName: "假", includeVariants: true, match: CONTAINS': (9,),
    'fullName: "仮名"': (),
    f'fullName: "仮名", {PAST}': (2,),
    f'fullName: "假名花", match: CONTAINS, includeVariants: true, {PAST}': (2,),
    'alias: "架空譲"': (7,),
    'alias: "譲", match: CONTAINS': (7,),
    'formerSurname: "旧見"': (9,),
    'currentAddress: "旭町四丁目5"': (1, 2, 3, 7, 9),
    'currentAddress: "苫小牧市字勇払９０１"': (4, 5),
    'currentAddress: "4丁目"': (),
    'currentAddress: "沼ノ端中央"': (),
    f'currentAddress: "沼ノ端中央", {PAST}': (2,),
    f'currentAddress: "字勇払901", {PAST}': (4, 5, 9),
    'buildingLine: "見本荘"': (1,),
    'relationshipToHouseholder: "妻"': (2,),
    'residenceCardNumber: "ＡＢ00000000cd"': (7,),
    f'residentRecordCode: "{CODES[0]}"': (1,),
    f'individualNumber: "{NUMBERS[0]}"': (1,),
    f'addresseeNumber: "{number_of(3)}"': (3,),
    'fullName: "例示", includeClosed: true': (6,),
    'fullName: "架空", dateOfBirth: "昭和25年3月"': (1, 2, 3),
    'fullName: "架空", dateOfBirth: "S25.3.31"': (1, 2, 3),
    'fullName: "架空", dateOfBirth: "昭和26年"': (),
}


def search(service: Service, caller: str, where: str) -> Answer:
    """A search, as this caller sends it."""
    return service.ask(caller, f"{{ residents(where: {{{where}}}, first: 20) {{ nodes {{ addresseeNumber }} }} }}")


def found(answer: Answer) -> list[str]:
    """The addressee numbers that it found."""
    return [one["addresseeNumber"] for one in answer.data["residents"]["nodes"]]


@pytest.mark.parametrize("where", WAYS)
def test_the_register_office_finds_people_in_every_way_that_counters_look_for_them(
    shared_service: Service, where: str
) -> None:
    assert found(search(shared_service, "register-desk", where)) == [number_of(nth) for nth in WAYS[where]]


@pytest.mark.holds("A-11", "M12", "M03")
@pytest.mark.parametrize(
    "where", ["", 'fullName: "架空"', 'fullName: "架空", sex: MALE', 'currentAddress: "旭町"', BORN]
)
@pytest.mark.parametrize("caller", ["tax-clerk", "care-clerk", "election-clerk"])
def test_a_search_that_names_nobody_is_refused_alike_whoever_lives_here(
    shared_service: Service, caller: str, where: str
) -> None:
    elsewhere = where.replace("架空", "不在").replace("旭町", "字無町").replace("1950", "1901")
    with register_statements() as asked:
        answers = [search(shared_service, caller, one) for one in (where, elsewhere)]

    assert asked == []
    assert [answer.codes for answer in answers] == [["TOO_FEW_CONDITIONS"]] * 2
    assert told(answers[0]) == told(answers[1])
    entry = shared_service.ledger()[-1]
    assert (entry["kind"], entry["code"], entry["result_count"]) == ("REFUSAL", "TOO_FEW_CONDITIONS", 0)
    assert not [text for text in ("不在", "字無町") if text in shared_service.everything_written()]


@pytest.mark.holds("A-04", "A-09", "M12")
def test_a_number_beside_other_conditions_is_refused_to_who_may_not_search_by_it(shared_service: Service) -> None:
    with register_statements() as asked:
        answers = [
            search(shared_service, "election-clerk", f'individualNumber: "{number}", {EVERYONE}')
            for number in (NUMBERS[0], "123456789018")
        ]

    assert asked == []
    assert {answer.codes[0] for answer in answers} == {"SEARCH_NOT_PERMITTED"}
    assert told(answers[0]) == told(answers[1])


@pytest.mark.holds("A-05")
@pytest.mark.parametrize("match", ["STARTS_WITH", "CONTAINS", "EXACT"])
def test_no_manner_of_comparing_reaches_a_number(shared_service: Service, match: str) -> None:
    for item, number in (("individualNumber", NUMBERS[0]), ("residentRecordCode", CODES[0])):
        part = search(shared_service, "register-desk", f'{item}: "{number[:6]}", match: {match}')
        whole = search(shared_service, "register-desk", f'{item}: "{number}", match: {match}, includeVariants: true')
        assert part.codes == ["INVALID_INPUT"]
        assert found(whole) == [number_of(1)]


HIDDEN = {
    f'currentAddress: "字勇払901", {PAST}': f'currentAddress: "字無町901", {PAST}',
    f'currentAddress: "字樽前7番地", {PAST}': f'currentAddress: "字無町7番地", {PAST}',
    'buildingLine: "隠れ荘", match: CONTAINS': 'buildingLine: "見え荘", match: CONTAINS',
    'fullName: "見本", match: CONTAINS, includeVariants: true, currentAddress: "字勇払"': (
        'fullName: "見本", match: CONTAINS, includeVariants: true, currentAddress: "字無町"'
    ),
}


@pytest.mark.holds("A-28", "A-08", "A-09")
@pytest.mark.parametrize("caller", ["tax-clerk", "care-clerk", "election-clerk"])
@pytest.mark.parametrize("aimed", HIDDEN)
def test_no_new_way_of_searching_finds_where_she_is_or_was_or_who_lived_with_her(
    shared_service: Service, caller: str, aimed: str
) -> None:
    hit = search(shared_service, caller, f"{aimed}, {BORN}, includeClosed: true")
    miss = search(shared_service, caller, f"{HIDDEN[aimed]}, {BORN}, includeClosed: true")

    assert found(hit) == []
    assert told(hit) == told(miss)
    (entry, _) = shared_service.ledger()[-2:]
    assert (entry["kind"], entry["groups"], entry["result_count"]) == ("SEARCH", [], 0)
    assert not [text for text in (HIDING_PLACE, "字樽前7", "隠れ荘") if text in shared_service.everything_written()]


@pytest.mark.holds("A-28")
def test_who_lived_with_her_is_found_by_what_stands_now_though_earlier_addresses_count_too(
    shared_service: Service,
) -> None:
    where = f'currentAddress: "旭町", {BORN}, {PAST}'
    assert found(search(shared_service, "tax-clerk", where)) == [number_of(nth) for nth in (1, 2, 3, 7, 9)]


@pytest.mark.holds("C-13")
def test_each_condition_leaves_the_keyed_hash_of_its_normal_form_and_nothing_else(shared_service: Service) -> None:
    search(shared_service, "tax-clerk", f'alias: "架空　譲", buildingLine: "Ａ荘", {BORN}, match: CONTAINS')

    entry, hasher = shared_service.ledger()[-1], SearchHasher(LEDGER_KEY)
    forms = {"alias_history": "架空譲", "building_line": "a荘", "date_of_birth": "1950"}
    assert entry["searched_by"] == {item: hasher.digest(CODE, item, form) for item, form in forms.items()}
    assert "架空" not in shared_service.everything_written()


# No more hits than the limit.


@pytest.fixture
def narrow(shared_service: Service) -> Iterator[Service]:
    """The same village, served with at most five hits a search."""
    with ExitStack() as stack:
        yield serve(shared_service.url, stack, keys=shared_service.material, search_limit=5)


def test_more_hits_than_the_limit_are_refused_instead_of_paged_through(narrow: Service) -> None:
    for caller, where in (("register-desk", ""), ("tax-clerk", EVERYONE)):
        answer = search(narrow, caller, where)

        assert answer.codes == ["TOO_MANY_HITS"]
        assert answer.json["data"] is None
        assert answer.json["errors"][0]["extensions"]["limit"] == 5
        entry = narrow.ledger()[-1]
        assert (entry["kind"], entry["code"], entry["groups"]) == ("REFUSAL", "TOO_MANY_HITS", [])


@pytest.mark.holds("A-08", "A-28")
def test_hits_are_counted_only_among_those_whom_the_caller_would_be_shown(narrow: Service) -> None:
    where = f'currentAddress: "北海道", {BORN}'

    assert found(search(narrow, "tax-clerk", where)) == [number_of(nth) for nth in (1, 2, 3, 7, 9)]
    assert search(narrow, "register-desk", where).codes == ["TOO_MANY_HITS"]


# Restricted persons are marked (標準仕様書1.0 2.1).


@pytest.mark.parametrize("caller", ["register-desk", "tax-clerk"])
def test_who_is_protected_or_lives_with_somebody_who_is_is_marked(shared_service: Service, caller: str) -> None:
    document = (
        f"{{ residents(where: {{{EVERYONE}, includeClosed: true}}) {{ nodes {{ addresseeNumber restricted }} }} }}"
    )
    marks = {
        one["addresseeNumber"]: one["restricted"]
        for one in shared_service.ask(caller, document).data["residents"]["nodes"]
    }

    assert {number for number, mark in marks.items() if mark} == {number_of(nth) for nth in (4, 5, 6)}
    assert {mark for mark in marks.values() if not mark} == {False}


@pytest.mark.holds("M03")
def test_public_relations_is_not_told_whether_somebody_is_protected(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = seated(service, monkeypatch, Seat("総合政策部秘書広報課", "public_relations"))
    answer = service.ask(
        clerk, '{ residents(where: {fullName: "架空", currentAddress: "旭町"}) { nodes { fullName restricted } } }'
    )

    assert {one["restricted"] for one in answer.data["residents"]["nodes"]} == {None}
    assert answer.outcome("restricted") == "WITHHELD"
