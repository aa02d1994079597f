"""A resident's own statement (開示): all that the ledger has of her, but what the law keeps from her."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.statement_pages import statement_page
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Recorded
from domain.ledger.statements import statement_of
from tests.api.issuing import a_request, one_copy
from tests.domain.ledger.planted import FIRST, LAST, Month, at, met, person
from tests.domain.ledger.sights import told_by
from tests.serving import Clocked, Service
from tests.village import household_number, number_of

STATEMENT = """query Statement($number: String!) {
    accessStatement(addresseeNumber: $number, from: "2026-11-23", to: "2026-11-23") { addresseeNumber hidden csv html
        rows { at act department place purpose legalBasis items numberAccessed } } }"""
HOUSEHOLD = f'{{ household(by: {{householdNumber: "{household_number(1)}"}}) {{ id members {{ sex }} }} }}'


def statement(service: Service, nth: int) -> dict[str, Any]:
    told: dict[str, Any] = service.ask("reviewer", STATEMENT, {"number": number_of(nth)}).data["accessStatement"]
    return told


def look_up(service: Service, caller: str, nth: int, items: str) -> None:
    assert service.ask(caller, f'{{ resident(by: {{addresseeNumber: "{number_of(nth)}"}}) {{ {items} }} }}').data


def of_her(service: Service, nth: int) -> list[dict[str, Any]]:
    """The ledger's entries about her, made by this service (and not by who founded the village)."""
    return [
        one
        for one in service.ledger()
        if one["path"] != "Query.household" and any(number_of(nth) in group["subjects"] for group in one["groups"])
    ]


@pytest.mark.holds("C-20", "M08")
def test_a_statement_equals_the_ledger_for_its_subject(service: Service) -> None:
    look_up(service, "tax-clerk", 1, "fullName individualNumber")
    look_up(service, "election-clerk", 1, "fullName individualNumber")
    look_up(service, "tax-clerk", 2, "fullName")
    assert service.ask("register-desk", HOUSEHOLD).data
    expected = of_her(service, 1)
    told = statement(service, 1)
    assert told["hidden"] == 0
    assert expected[-1]["path"] == "Household.members"  # which nobody is told who was not asked for herself
    assert [one["department"] for one in told["rows"]] == [one["department"] for one in expected[:-1]]
    tax, election = told["rows"]
    assert (tax["items"], tax["numberAccessed"]) == (["氏名", "個人番号"], True)
    assert (election["items"], election["numberAccessed"]) == (["氏名"], False)
    assert (tax["purpose"], tax["department"]) == ("地方税関係事務", "財政部市民税課")
    assert tax["legalBasis"] == "住基法第1条、番号法第9条第1項・別表第一の16の項"


@pytest.mark.holds("C-20")
def test_a_household_whose_number_is_like_hers_is_not_she_by_whatever_way_it_was_read(service: Service) -> None:
    (home,) = service.ask("register-desk", HOUSEHOLD).data.values()
    assert service.ask("register-desk", "query ($id: ID!) { node(id: $id) { id } }", {"id": home["id"]}).data
    assert household_number(1) == number_of(1)
    assert statement(service, 1)["rows"] == []


@pytest.mark.holds("C-20", "A-21")
def test_what_the_officer_for_support_measures_did_is_hidden_without_a_count(service: Service) -> None:
    assert service.ask("support-officer", f'{{ supportMeasures(addresseeNumber: "{number_of(4)}") {{ alert }} }}').data
    told = statement(service, 4)
    assert (told["rows"], told["hidden"]) == ([], 0)
    assert "支援措置" not in told["csv"] + told["html"]


@pytest.mark.holds("C-20")
def test_a_paper_for_an_organ_of_the_state_is_hidden_and_hers_is_told(clocked: Clocked) -> None:
    one_copy(clocked.service)
    clocked.at += timedelta(minutes=1)
    court = {"kind": "OFFICIAL_REQUESTER", "organ": "札幌地方裁判所", "officialTitle": "書記官", "name": "見本　書記"}
    stated = {"targetName": "架空　太郎", "targetAddress": "北海道苫小牧市旭町4丁目5番6号", "legalBasis": "民事訴訟法"}
    official = {"purposeOfUse": "訴訟手続", "client": None} | court | stated
    one_copy(clocked.service, a_request(requester=official, identityVerification="OFFICIAL_DOCUMENT"))
    told = statement(clocked.service, 1)
    papers = [one for one in told["rows"] if one["act"].startswith("証明書などの書類又はデータを作りました")]
    assert [one["at"] for one in papers] == ["2026-11-23T12:00:00+09:00"]
    assert told["hidden"] == 1
    assert "裁判所" not in told["csv"] + told["html"]


@pytest.mark.holds("C-20", "C-16")
def test_a_statement_is_itself_an_access_that_the_next_one_tells(service: Service) -> None:
    assert statement(service, 1)["rows"] == []
    (row,) = statement(service, 1)["rows"]
    assert (row["act"], row["department"]) == ("この記録（アクセス記録）を点検しました", "総務部行政監理室")


def test_the_page_to_print_says_in_plain_japanese_how_much_it_may_not_tell() -> None:
    page = _page(("support_measures", "市民生活部住民課"), ("resident_register", "市民生活部住民課"))
    assert "2026年11月2日（月） 9時01分" in page
    assert "お知らせできない利用が 0 件あります" in page
    assert 'lang="ja"' in page
    assert "http" not in page


def test_what_somebody_called_her_department_cannot_write_on_the_page() -> None:
    assert "<script>" not in _page(("resident_register", "<script>x</script>"))


def test_a_page_without_any_use_says_so() -> None:
    assert "この期間の利用はありません。" in _page()


def _page(*uses: tuple[str, str]) -> str:
    book = Month()
    for minute, (purpose, department) in enumerate(uses):
        book.add(at(2, 9, minute), groups=met(person(1)), kind=Kind.READ, purpose=purpose, department=department)
    told = statement_of(person(1), Days(FIRST, LAST), map(Recorded.of, book.raw()), told_by())
    return statement_page(told, "苫小牧市", LAST)
