"""Cursors: sealed, bound to who asked what, and good for another token and another day."""

from __future__ import annotations

import base64
from contextlib import ExitStack

import pytest

from tests.api.cases.actors import Seat, register_statements, seated, told
from tests.serving import Answer, Service, serve
from tests.village import NUMBERS, number_of

PAGE = """query ($after: String, $first: Int = 2) {
    residents(where: {fullName: "架空", dateOfBirth: "1950"}, first: $first, after: $after) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { addresseeNumber } edges { cursor } } }"""
OTHERS = {
    "another value": PAGE.replace("架空", "見本"),
    "another condition": PAGE.replace("fullName:", "nameKana:"),
    "one more condition": PAGE.replace('"架空"', '"架空", sex: MALE'),
    "closed records too": PAGE.replace('"架空"', '"架空", includeClosed: true'),
    "no condition": PAGE.replace('fullName: "架空"', ""),
}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def numbers(answer: Answer) -> list[str]:
    """The addressee numbers of a page."""
    return [node["addresseeNumber"] for node in answer.data["residents"]["nodes"]]


def end_of(answer: Answer) -> str:
    """The cursor where the next page begins."""
    cursor: str = answer.data["residents"]["pageInfo"]["endCursor"]
    return cursor


def assert_refused(answer: Answer) -> None:
    """Refused as a cursor of something else, with nothing shown."""
    assert answer.codes == ["INVALID_CURSOR"]
    assert answer.json["data"] is None


@pytest.mark.holds("A-07", "A-08", "S1-04")
def test_pages_follow_one_another_without_a_gap_or_a_repeat(service: Service) -> None:
    first = service.ask("tax-clerk", PAGE)
    second = service.ask("tax-clerk", PAGE, {"after": end_of(first)})

    assert (numbers(first), numbers(second)) == ([number_of(1), number_of(2)], [number_of(3)])
    pages = [answer.data["residents"]["pageInfo"] for answer in (first, second)]
    assert [(page["hasNextPage"], page["hasPreviousPage"]) for page in pages] == [(True, False), (False, True)]
    edges = first.data["residents"]["edges"]
    middle = service.ask("tax-clerk", PAGE, {"after": edges[0]["cursor"], "first": 1})
    assert numbers(middle) == [number_of(2)]


@pytest.mark.holds("A-07")
def test_a_cursor_is_sealed_and_holds_no_number_and_no_index(service: Service) -> None:
    asked = [service.ask("tax-clerk", PAGE, {"first": first}) for first in (1, 1, 2, 3)]
    cursors = [end_of(answer) for answer in asked]
    raw = [base64.urlsafe_b64decode(cursor) for cursor in cursors]

    assert len(set(cursors)) == 4  # the same place is sealed anew each time
    assert len({len(cursor) for cursor in cursors}) == 1
    places = [number.encode() for number in (*map(number_of, range(1, 4)), *NUMBERS)]
    assert not any(place in one or place.lstrip(b"0") in one for place in places for one in raw)
    assert not any(cursor in service.everything_written() for cursor in cursors)


@pytest.mark.holds("A-07")
@pytest.mark.parametrize("query", OTHERS)
def test_a_cursor_of_another_question_is_refused_and_loads_nothing(service: Service, query: str) -> None:
    cursor = end_of(service.ask("tax-clerk", PAGE))
    with register_statements() as asked:
        answer = service.ask("tax-clerk", OTHERS[query], {"after": cursor})

    assert_refused(answer)
    assert asked == []
    assert service.ledger()[-1]["code"] == "INVALID_CURSOR"


@pytest.mark.holds("A-07")
def test_a_cursor_of_another_caller_department_or_purpose_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = end_of(service.ask("tax-clerk", PAGE))
    assets = seated(service, monkeypatch, Seat("財政部資産税課", "local_tax"))
    both = [
        seated(service, monkeypatch, Seat("福祉部介護福祉課", one)) for one in ("long_term_care", "elderly_welfare")
    ]
    of_care = end_of(service.ask(both[0], PAGE))

    for caller in ("register-desk", "care-clerk", "election-clerk", assets, *both):
        assert_refused(service.ask(caller, PAGE, {"after": cursor}))
    assert_refused(service.ask(both[1], PAGE, {"after": of_care}))
    assert numbers(service.ask("tax-clerk", PAGE, {"after": cursor})) == [number_of(3)]


@pytest.mark.holds("A-07")
@pytest.mark.parametrize("text", ["", "A", "MA==", "YXJyYXljb25uZWN0aW9uOjE=", number_of(1), "カーソル", "A" * 10_000])
def test_what_never_was_a_cursor_is_refused_in_the_same_words(service: Service, text: str) -> None:
    other = service.ask("tax-clerk", PAGE, {"after": "B" * 60})

    answer = service.ask("tax-clerk", PAGE, {"after": text})

    assert_refused(answer)
    assert told(answer) == told(other)


@pytest.mark.holds("A-07")
def test_a_tampered_cursor_is_refused_whichever_character_was_changed(service: Service) -> None:
    cursor = end_of(service.ask("tax-clerk", PAGE))

    for at in range(len(cursor)):
        changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        assert service.ask("tax-clerk", PAGE, {"after": changed}).codes == ["INVALID_CURSOR"], at


@pytest.mark.holds("A-07")
def test_an_id_is_no_cursor_and_a_cursor_is_no_id(service: Service) -> None:
    one = service.ask("tax-clerk", PAGE.replace("addresseeNumber", "id"), {"first": 1}).data["residents"]

    assert_refused(service.ask("tax-clerk", PAGE, {"after": one["nodes"][0]["id"]}))
    asked = "query ($id: ID!) { node(id: $id) { id } }"
    assert service.ask("tax-clerk", asked, {"id": one["edges"][0]["cursor"]}).data == {"node": None}


@pytest.mark.holds("A-07")
def test_a_cursor_is_good_for_a_colleague_for_another_token_and_after_a_restart(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = end_of(service.ask("tax-clerk", PAGE))
    assert "exp" not in cursor
    colleague = seated(service, monkeypatch, Seat("財政部市民税課", "local_tax"))

    assert numbers(service.ask(colleague, PAGE, {"after": cursor})) == [number_of(3)]
    with ExitStack() as stack:
        again = serve(service.url, stack, keys=service.material)
        assert numbers(again.ask("tax-clerk", PAGE, {"after": cursor})) == [number_of(3)]
        stranger = serve(service.url, stack)
        assert_refused(stranger.ask("tax-clerk", PAGE, {"after": cursor}))


@pytest.mark.holds("A-07", "A-08", "A-28")
def test_paging_one_by_one_finds_no_more_than_one_page(service: Service) -> None:
    for caller in ("tax-clerk", "election-clerk", "register-desk"):
        document = PAGE.replace('fullName: "架空"', 'nameKana: "カクウ", includeClosed: true')
        at_once, one_by_one, after = numbers(service.ask(caller, document, {"first": 100})), [], None
        while True:
            page = service.ask(caller, document, {"first": 1, "after": after})
            one_by_one += numbers(page)
            if not page.data["residents"]["pageInfo"]["hasNextPage"]:
                break
            after = end_of(page)
        assert one_by_one == at_once
