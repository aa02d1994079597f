"""Earlier entries, and what a later change has covered: read from the versions as they are known now."""

from __future__ import annotations

from typing import Any

import pytest

from domain.certificates.composing import needs_versions
from domain.certificates.earlier import one_after_another
from domain.certificates.kinds import CertificateKind as Kind
from domain.certificates.requests import CertifiedItem as Item
from domain.certificates.requests import RequesterKind as Asks
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from tests.domain.certificates.asking import ADDRESS, a_person, a_request, document, lines, printed, somebody
from tests.domain.people import a_record

pytestmark = pytest.mark.holds("S1-05")

COPY = Kind.RESIDENT_RECORD_COPY
OLD_HOME, DESTINATION = "北海道苫小牧市沼ノ端中央1丁目2番3号", "青森県青森市長島1丁目"
MOVED_IN = {
    "valid_from": "2016-04-01",
    "change_reason": "国内転入",
    "notified_on": "2016-04-04",
    "current_address": OLD_HOME,
}
MOVED_WITHIN = {"valid_from": "2022-05-01", "change_reason": "転居", "notified_on": "2022-05-06"}
PLANNED: dict[str, Any] = {
    "valid_from": "2026-11-20",
    "change_reason": "国内転出",
    "notified_on": "2026-11-20",
    "changed_on": "2026-12-01",
    "planned_move_out_address": DESTINATION,
}


def planning() -> Any:
    """Somebody who came, moved within the city and has notified that she will leave."""
    record = a_record(
        change_reason="国内転出",
        notified_on=RegisterDate("2026-11-20"),
        changed_on=RegisterDate("2026-12-01"),
        planned_move_out_address=Address(DESTINATION),
    )
    now_and_then = {"notified_on": None, "changed_on": None, "planned_move_out_address": None}
    return a_person(record, now_and_then | MOVED_IN, now_and_then | MOVED_WITHIN, PLANNED)


def earlier_entries(person: Any, *items: Item, **said: Any) -> list[tuple[str, str | None]]:
    """The history on a copy that shows it."""
    entry = document(a_request(COPY, Asks.PERSON, *items, with_history=True, **said), person).entries[0]
    return [(line.label, line.text) for line in entry.history]


@pytest.mark.parametrize("with_history", [False, True])
@pytest.mark.parametrize("kind", [COPY, Kind.RESIDENT_RECORD_ITEMS_CERTIFICATE])
def test_before_the_day_of_a_planned_move_nothing_that_was_entered_for_it_is_printed(
    kind: Kind, with_history: bool
) -> None:
    made = document(a_request(kind, Asks.PERSON, *Item, with_history=with_history), planning())
    everything = "\n".join(made.texts())
    assert all(one not in everything for one in (DESTINATION, "国内転出", "令和8年11月20日", "令和8年12月1日"))
    assert "令和4年5月6日" in everything


def test_a_moving_out_certificate_says_where_to_and_when() -> None:
    found = printed(a_request(Kind.MOVING_OUT_CERTIFICATE), planning())
    assert (found["転出先住所"], found["転出の予定年月日"]) == (DESTINATION, "令和8年12月1日")


def test_a_moving_out_certificate_says_so_though_something_else_was_entered_since() -> None:
    since = {
        **PLANNED,
        "valid_from": "2026-11-21",
        "change_reason": "住民票コードの変更請求",
        "changed_on": "2026-11-21",
    }
    record = a_record(
        change_reason="住民票コードの変更請求",
        changed_on=RegisterDate("2026-11-21"),
        planned_move_out_address=Address(DESTINATION),
    )
    found = printed(a_request(Kind.MOVING_OUT_CERTIFICATE), a_person(record, PLANNED, since))
    assert found["転出の予定年月日"] == "令和8年12月1日"


def test_the_day_of_notification_is_that_of_the_move_and_not_of_what_was_notified_since() -> None:
    since = {"valid_from": "2024-01-05", "change_reason": "個人番号の変更請求", "notified_on": "2024-01-05"}
    record = a_record(change_reason="個人番号の変更請求", notified_on=RegisterDate("2024-01-05"))
    person = a_person(record, MOVED_IN, MOVED_WITHIN, since)
    assert printed(a_request(), person)["届出の年月日"] == "令和4年5月6日"


def test_where_no_move_is_known_the_oldest_entry_at_the_address_tells_and_else_nothing_does() -> None:
    since = {"valid_from": "2024-01-05", "change_reason": "職権修正", "notified_on": "2024-01-05"}
    record = a_record(change_reason="職権修正", notified_on=RegisterDate("2024-01-05"))
    imported = {"valid_from": "2010-01-01", "change_reason": None, "notified_on": "2010-01-04"}
    assert printed(a_request(), a_person(record, imported, since))["届出の年月日"] == "平成22年1月4日"
    assert "届出の年月日" not in printed(a_request(), a_person(record))


def test_earlier_entries_stand_on_it_the_newest_first_each_with_its_last_day() -> None:
    person = a_person(
        a_record(),
        {"valid_from": "2016-04-01", "full_name": "仮名　花子", "current_address": OLD_HOME},
        {"valid_from": "2018-06-10", "current_address": OLD_HOME},
        {"valid_from": "2022-05-01"},
    )
    assert earlier_entries(person) == [
        ("住所", f"{OLD_HOME}（令和4年5月1日まで）"),
        ("氏名", "仮名　花子（平成30年6月10日まで）"),
    ]
    assert document(a_request(), person).entries[0].history == ()


def test_earlier_entries_of_what_is_omitted_and_earlier_numbers_are_nowhere() -> None:
    before = {
        "individual_number": "888541836927",
        "resident_record_code": "09573296386",
        "registered_domicile": "北海道架空市",
    }
    person = a_person(a_record(), {"valid_from": "2016-04-01", **before}, {"valid_from": "2018-06-10"})
    assert earlier_entries(person) == []
    everything = [Item.INDIVIDUAL_NUMBER, Item.RESIDENT_RECORD_CODE, Item.REGISTERED_DOMICILE]
    assert earlier_entries(person, *everything) == [("本籍", "北海道架空市（平成30年6月10日まで）")]


def test_an_earlier_entry_that_was_not_shown_to_who_issues_is_left_out() -> None:
    person = a_person(a_record(), {"valid_from": "2016-04-01", "current_address": None}, {"valid_from": "2018-06-10"})
    assert earlier_entries(person) == []


def test_what_was_corrected_or_taken_back_never_was() -> None:
    wrong = {"valid_from": "2020-02-01", "current_address": "北海道苫小牧市字樽前9番地"}
    person = a_person(
        a_record(),
        {"valid_from": "2016-04-01", "full_name": "架空　華子", "current_address": OLD_HOME},
        wrong,
        {"valid_from": "2020-02-01", "full_name": "架空　華子", "current_address": OLD_HOME},
        {"valid_from": "2022-05-01", "full_name": "架空　華子"},
        {"valid_from": "2016-04-01", "current_address": OLD_HOME},
        {"valid_from": "2022-05-01"},
    )
    assert earlier_entries(person) == [("住所", f"{OLD_HOME}（令和4年5月1日まで）")]


def test_a_record_that_began_again_has_no_entries_of_the_one_before_it() -> None:
    person = a_person(
        a_record(),
        {"valid_from": "2010-04-01", "current_address": OLD_HOME},
        {"valid_from": "2015-06-30", "current_address": OLD_HOME, "ceased_resident_on": "2015-06-30"},
        {"valid_from": "2020-04-01"},
    )
    assert earlier_entries(person) == []


def test_a_closing_that_was_taken_back_leaves_the_record_whole() -> None:
    closed = {"valid_from": "2025-06-30", "history_number": 2, "ceased_resident_on": "2025-06-30"}
    first = {"valid_from": "2010-04-01", "history_number": 1, "ceased_resident_on": None}
    back = {"valid_from": "2025-07-10", "history_number": 3, "ceased_resident_on": None}
    again = {**back, "change_reason": "国内転入"}
    taken_back = {**back, "change_reason": "異動の取消し（増）"}
    assert one_after_another([taken_back, closed, first]) == [first, closed, taken_back]
    assert one_after_another([again, closed, first]) == [again]


def test_versions_are_read_for_a_history_or_for_what_the_last_change_has_covered_and_else_not() -> None:
    moved, numbered = {"change_reason": "転居"}, {"change_reason": "個人番号の変更請求"}
    assert not needs_versions(a_request(), moved)
    assert not needs_versions(a_request(), {"change_reason": None})
    assert needs_versions(a_request(with_history=True), moved)
    assert needs_versions(a_request(), numbered)
    assert not needs_versions(a_request(Kind.RESIDENT_RECORD_ITEMS_CERTIFICATE), numbered)
    assert not needs_versions(a_request(Kind.RESIDENT_RECORD_CODE_NOTICE, Asks.EX_OFFICIO), numbered)


def test_only_copies_have_a_history() -> None:
    person = a_person(
        a_record(), {"valid_from": "2016-04-01", "current_address": OLD_HOME}, {"valid_from": "2018-06-10"}
    )
    for kind in Kind:
        if kind is not Kind.REGISTER_INSPECTION_COPY:
            shown = document(a_request(kind, with_history=True), person).entries[0].history
            assert bool(shown) is (kind is COPY)


def test_a_record_without_a_history_says_what_it_says() -> None:
    assert printed(a_request(), somebody(notified_on=RegisterDate("2016-04-04")))["届出の年月日"] == "平成28年4月4日"
    assert [line.text for line in lines(a_request(), somebody()) if line.label == "住所"] == [ADDRESS]
