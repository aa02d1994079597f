"""What was searched for stands in the ledger as a keyed hash, by which "who searched for N?" is answered (C-13)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.ledger.searches import SearchHasher
from tests.serving import LEDGER_KEY, Service
from tests.village import ABSENT_NUMBER, CODE, CODES, NUMBERS, household_number, number_of

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def grouped(number: str, mark: str) -> str:
    return mark.join((number[:4], number[4:8], number[8:]))


def digest(item: str, normal_form: str) -> str:
    return SearchHasher(LEDGER_KEY).digest(CODE, item, normal_form)


BY_NUMBER = "query ($n: String!) { resident(by: {individualNumber: $n}) { id } }"


def by(service: Service, caller: str, item: str, text: str) -> dict[str, Any]:
    """The entry of a search by one number."""
    service.ask(caller, BY_NUMBER.replace("individualNumber", item), {"n": text})
    return service.ledger()[-1]


FORMS = {
    "plain": NUMBERS[0],
    "full width": NUMBERS[0].translate(FULL_WIDTH),
    "with hyphens": grouped(NUMBERS[0], "-"),
    "with full-width hyphens": grouped(NUMBERS[0], "－"),
    "with spaces": grouped(NUMBERS[0], " "),
    "with ideographic spaces": grouped(NUMBERS[0], "\u3000"),
}


@pytest.mark.holds("C-13")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk"])
@pytest.mark.parametrize("form", FORMS)
def test_a_number_is_recorded_as_the_hash_of_its_normal_form(shared_service: Service, caller: str, form: str) -> None:
    entry = by(shared_service, caller, "individualNumber", FORMS[form])
    if caller == "tax-clerk":
        assert (entry["kind"], entry["code"], entry["result_count"]) == ("SEARCH", None, 1)
    else:
        assert (entry["kind"], entry["code"]) == ("REFUSAL", "SEARCH_NOT_PERMITTED")
    assert entry["searched_by"] == {"individual_number": digest("individual_number", NUMBERS[0])}
    assert entry["number_accessed"] is True


@pytest.mark.holds("C-13")
@pytest.mark.parametrize(
    ("item", "text", "normal_form"),
    [
        ("individualNumber", ABSENT_NUMBER, ABSENT_NUMBER),
        ("residentRecordCode", CODES[0], CODES[0]),
        ("addresseeNumber", number_of(1), number_of(1)),
    ],
)
def test_each_number_has_a_hash_of_its_own_item(
    shared_service: Service, item: str, text: str, normal_form: str
) -> None:
    ((name, hashed),) = by(shared_service, "register-desk", item, text)["searched_by"].items()
    assert hashed == digest(name, normal_form)
    assert hashed != digest("individual_number" if name != "individual_number" else "full_name", normal_form)


CONDITIONS = {
    "fullName": ("架空　太郎", "架空 太郎"),
    "nameKana": ("カクウ　タロウ", "かくう たろう"),
    "dateOfBirth": ("1950-03-01", "1950-03-01"),
    "currentAddress": ("北海道苫小牧市旭町４丁目５番６号", "北海道苫小牧市旭町4丁目5番6号"),
    "householdNumber": (household_number(1), household_number(1).translate(FULL_WIDTH)),
}


@pytest.mark.holds("C-13")
@pytest.mark.parametrize("item", CONDITIONS)
def test_two_ways_to_write_a_condition_have_one_hash_and_no_value(shared_service: Service, item: str) -> None:
    found = []
    for text in CONDITIONS[item]:
        query = f"query ($t: String) {{ residents(where: {{{item}: $t}}) {{ nodes {{ id }} }} }}"
        assert shared_service.ask("register-desk", query, {"t": text}).data
        entry = shared_service.ledger()[-1]
        found.append(entry["searched_by"])
        del entry["groups"]  # whose addressee numbers may be the same digits as a household's number
        assert text not in json.dumps(entry, ensure_ascii=False)
    assert found[0] == found[1]
    assert len(found[0]) == 1


@pytest.mark.holds("C-13")
def test_who_searched_for_a_number_is_found_whether_found_refused_or_empty(service: Service) -> None:
    for caller in ("tax-clerk", "election-clerk", "contractor", "reviewer"):
        by(service, caller, "individualNumber", grouped(ABSENT_NUMBER, "-"))
        by(service, caller, "individualNumber", NUMBERS[0])
    rows = service.execute(
        "SELECT entry FROM ledger_entries JOIN ledger_searches USING (municipality_code, position)"
        " WHERE item = 'individual_number' AND digest = $1 ORDER BY position",
        digest("individual_number", ABSENT_NUMBER),
    )
    found = [json.loads(row["entry"])["caller"] for row in rows]
    assert found == ["tax-clerk", "election-clerk", "contractor", "reviewer"]


@pytest.mark.holds("C-13", "M08")
def test_no_number_that_was_searched_for_is_in_the_ledger_or_in_a_log(service: Service) -> None:
    spoken = [ABSENT_NUMBER, *NUMBERS]
    for number in spoken:
        for text in (number, number.translate(FULL_WIDTH), grouped(number, "-"), grouped(number, " ")):
            for caller in ("tax-clerk", "election-clerk"):
                service.ask(caller, BY_NUMBER, {"n": text})
    query = f'{{ resident(by: {{individualNumber: "{ABSENT_NUMBER}"}}) {{ id }} }}'
    service.ask("tax-clerk", query)
    service.ask("tax-clerk", query.replace(f'"{ABSENT_NUMBER}"', ABSENT_NUMBER))
    service.ask("tax-clerk", f"query N{ABSENT_NUMBER} {{ me {{ n{ABSENT_NUMBER}: displayName }} }}")
    written = service.everything_written()
    for number in spoken:
        for text in (number, number.translate(FULL_WIDTH), grouped(number, "-"), grouped(number, " ")):
            assert text not in written


@pytest.mark.holds("C-12", "C-13")
@pytest.mark.parametrize("text", ["x" * 50_000, "\u202e\x1b[2J\n", "𠮷" * 5_000, "ﷺ" * 3_000, ""])
def test_what_is_no_number_is_recorded_as_a_hash_too(shared_service: Service, text: str) -> None:
    for caller in ("tax-clerk", "election-clerk"):
        entry = by(shared_service, caller, "individualNumber", text)
        assert entry["kind"] == "REFUSAL"
        assert len(entry["searched_by"]["individual_number"]) == 64
        assert len(json.dumps(entry)) < 2_000
