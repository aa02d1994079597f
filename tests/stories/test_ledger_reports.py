"""`daicho ledger report` and `statement` beside the running service."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.commands import Running

LIST = """{ residents(where: {nameKana: "サ", currentAddress: "苫小牧市"}, first: 1) {
  nodes { addresseeNumber fullName individualNumber } } }"""


def days() -> tuple[str, ...]:
    """Yesterday until tomorrow, whatever the day is in Japan."""
    today = datetime.now(UTC).date()
    first, last = today - timedelta(days=1), today + timedelta(days=2)
    return ("--from", first.isoformat(), "--to", last.isoformat())


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def reasons(report: str, staff_number: str) -> set[str]:
    """For which reasons somebody is named."""
    return {one["符号 reasonCode"] for one in rows(report) if one["操作者ID staffNumber"] == staff_number}


@pytest.mark.holds("C-15", "M09")
def test_a_report_is_csv_and_its_reading_is_in_the_ledger(demonstration: Running) -> None:
    demonstration.ask("tax-clerk", LIST)
    done = demonstration.command("ledger", "report", "numbers", *days())
    done.must_be_done()
    hers = [one for one in rows(done.out) if one["操作者ID staffNumber"] == "DEMO-1002"]
    assert hers
    assert {one["符号 reasonCode"] for one in hers} == {"NUMBERS_READ"}
    (entry,) = demonstration.command("ledger", "tail", "--json", "-n", "1").entries
    assert (entry["kind"], entry["path"]) == ("LEDGER_READ", "daicho ledger report")


@pytest.mark.holds("M09", "A-21")
def test_own_people_are_found_once_an_own_number_is_registered_which_nobody_is_shown(demonstration: Running) -> None:
    (person,) = demonstration.ask("care-clerk", LIST.replace(" individualNumber", "")).data["residents"]["nodes"]
    number = person["addresseeNumber"]
    grant = ("--staff-number", "DEMO-1003", "--department", "福祉部介護福祉課", "--purpose", "elderly_welfare")
    demonstration.command("grants", "add", *grant, "--own-number", number).must_be_done()
    assert number not in demonstration.command("grants", "list").out
    assert number not in str(demonstration.command("ledger", "tail", "--json", "-n", "2").entries)
    done = demonstration.command("ledger", "report", "own-household", *days())
    assert reasons(done.out, "DEMO-1003") == {"HERSELF"}
    assert number in done.out


@pytest.mark.holds("M09", "A-21")
def test_in_the_demonstration_the_clerk_at_the_desk_lives_in_the_city_and_is_found_when_she_looks_at_herself(
    demonstration: Running,
) -> None:
    by = demonstration.get("/demo/examples").json()["moved"]
    demonstration.ask("register-desk", "query($by: ResidentKey!) { resident(by: $by) { fullName } }", {"by": by})
    demonstration.ask("election-clerk", LIST.replace(" individualNumber", ""))
    done = demonstration.command("ledger", "report", "own-household", *days())
    assert "HERSELF" in reasons(done.out, "DEMO-1001")
    assert "the others could not be compared" in done.err
    assert re.search(r"登録されている[12]人", done.err)


def test_what_is_no_addressee_number_is_no_own_number(demonstration: Running) -> None:
    grant = ("--staff-number", "DEMO-1003", "--department", "福祉部介護福祉課", "--purpose", "elderly_welfare")
    english, japanese = demonstration.command("grants", "add", *grant, "--own-number", "1234567890").refusal
    assert "AddresseeNumber" in english
    assert "1234567890" not in english + japanese


@pytest.mark.holds("C-20")
def test_a_statement_is_csv_or_a_page_and_names_no_member_of_staff(demonstration: Running) -> None:
    (person,) = demonstration.ask("tax-clerk", LIST).data["residents"]["nodes"]
    told = demonstration.command("ledger", "statement", person["addresseeNumber"], *days())
    told.must_be_done()
    assert {"department"} <= {name.split()[-1] for name in rows(told.out)[0]}
    assert "財政部市民税課" in told.out
    page = demonstration.command("ledger", "statement", person["addresseeNumber"], *days(), "--form", "html").out
    assert page.startswith("<!DOCTYPE html>")
    assert "苫小牧市" in page
    for text in (told.out, page):
        assert "DEMO-1002" not in text
        assert person["fullName"] not in text
        assert person["individualNumber"] not in text
