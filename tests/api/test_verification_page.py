"""The page that a paper's QR code opens: for anybody, whether it is genuine and stands, and nothing of the person."""

from __future__ import annotations

import re

import pytest

from tests.api.changing import a_key
from tests.api.issuing import DESK, VOID, a_request, fetch, issuances_of, one_copy
from tests.serving import Answer, Service
from tests.village import CODES, HOME_1, NUMBERS, number_of

UNKNOWN = "/verify/nobody-ever-printed-this-code-0123456789abc"


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn for links and papers, in order: of each copy the code of the paper comes first."""
    drawn: list[str] = []

    def token(_size: int) -> str:
        drawn.append(f"code-{len(drawn):030d}")
        return drawn[-1]

    monkeypatch.setattr("api.app.secrets.token_urlsafe", token)
    return drawn


def text_of_page(answer: Answer) -> str:
    """What a reader sees."""
    body = answer.content.decode().partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.holds("S1-05")
def test_a_genuine_paper_is_told_with_its_kind_day_and_sheets(service: Service, codes: list[str]) -> None:
    one_copy(service)
    page = service.send("GET", f"/verify/{codes[0]}")

    assert page.status == 200
    told = text_of_page(page)
    for text in (
        "真正で、有効です",
        "genuine and stands",
        "住民票の写し",
        "令和8年11月23日 2026-11-23",
        "枚数 Sheets 1",
    ):
        assert text in told


@pytest.mark.holds("S1-05")
def test_a_voided_paper_is_told_as_such(service: Service, codes: list[str]) -> None:
    copy = one_copy(service)
    service.ask(DESK, VOID, {"id": copy["issuance"]["id"], "reason": "汚損", "key": a_key()})
    told = text_of_page(service.send("GET", f"/verify/{codes[0]}"))

    assert "処分済みで、無効です" in told
    assert "was voided" in told
    assert "真正" not in told
    assert "汚損" not in told


@pytest.mark.parametrize("code", [UNKNOWN, "/verify/x", "/verify/%3Cscript%3E", "/verify/" + "a" * 5000])
def test_a_code_that_nobody_printed_is_unknown_and_never_repeated(service: Service, code: str) -> None:
    one_copy(service)
    page = service.send("GET", code)

    assert page.status == 200
    assert "見つかりません" in text_of_page(page)
    assert "<script" not in page.content.decode()
    assert text_of_page(page) == text_of_page(service.send("GET", UNKNOWN))
    assert UNKNOWN.rpartition("/")[2] not in service.everything_written()


@pytest.mark.holds("S1-05", "A-27")
def test_the_page_says_nothing_of_the_person_and_nothing_of_who_issued_it(service: Service, codes: list[str]) -> None:
    copy = one_copy(service, a_request(items=["INDIVIDUAL_NUMBER", "RESIDENT_RECORD_CODE"]))
    page = service.send("GET", f"/verify/{codes[0]}").content.decode()

    for text in (
        "架空",
        "太郎",
        number_of(1),
        NUMBERS[0],
        CODES[0],
        HOME_1,
        "DEMO-1001",
        copy["issuance"]["id"],
        codes[0],
    ):
        assert text not in page


@pytest.mark.holds("M08")
def test_each_look_has_its_entry_before_the_page_leaves_without_a_caller(service: Service, codes: list[str]) -> None:
    one_copy(service)
    before = len(service.ledger())
    for path in (f"/verify/{codes[0]}", UNKNOWN):
        service.send("GET", path)

    genuine, unknown = service.ledger()[before:]
    for entry in (genuine, unknown):
        assert (entry["kind"], entry["path"], entry["caller"]) == ("READ", "Certificate.verification", None)
        assert entry["place"] == "127.0.0.1"
    assert [group["subjects"] for group in genuine["groups"]] == [[number_of(1)]]
    assert (unknown["groups"], unknown["result_count"]) == ([], 0)
    assert codes[0] not in service.everything_written()


def test_the_page_runs_no_script_loads_nothing_and_is_kept_by_no_cache(service: Service) -> None:
    headers = service.send("GET", UNKNOWN).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'nonce-")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["x-content-type-options"] == "nosniff"
    nonces = {service.send("GET", UNKNOWN).headers["content-security-policy"] for _ in range(2)}
    assert len(nonces) == 2


def test_looking_uses_nothing_up_and_changes_nothing(service: Service, codes: list[str]) -> None:
    copy = one_copy(service)
    pages = [text_of_page(service.send("GET", f"/verify/{codes[0]}")) for _ in range(3)]

    assert len(set(pages)) == 1
    assert issuances_of(service) == 1
    assert fetch(service, copy).status == 200


def test_no_page_leaves_while_the_ledger_takes_no_entry(service: Service, codes: list[str]) -> None:
    one_copy(service)
    service.execute("ALTER TABLE ledger_entries ADD CONSTRAINT no_more CHECK (position < 0) NOT VALID")
    page = service.send("GET", f"/verify/{codes[0]}")

    assert (page.status, page.codes) == (503, ["LEDGER_UNAVAILABLE"])


def test_who_asks_too_often_from_one_address_is_told_to_wait_and_fills_no_ledger(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pace.EACH_SECOND", 3)
    before = len(service.ledger())
    answers = [service.send("GET", UNKNOWN) for _ in range(40)]

    refused = [one for one in answers if one.status == 429]
    assert refused
    assert {tuple(one.codes) for one in refused} == {("TOO_MANY_REQUESTS",)}
    assert len(service.ledger()) - before == 40 - len(refused)
