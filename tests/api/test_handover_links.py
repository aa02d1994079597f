"""Single-use links: for who asked, for the same purpose, once, while they stand; else there is nothing there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from api.printing.press import TypstPress
from domain.errors import Code, Refusal
from tests.api.cases.actors import Seat, seated, told
from tests.api.issuing import fetch, one_copy
from tests.serving import NOON, Answer, Clocked, Service

NONE = {"link": {"path": "/handovers/nobody-ever-made-this-link-0123456789abc"}}


def links(service: Service) -> list[Any]:
    """What is known of the links."""
    return [
        (row["used_at"], row["sealed"] is None)
        for row in service.execute("SELECT used_at, sealed FROM handovers ORDER BY id")
    ]


def assert_as_none(answer: Answer, service: Service) -> None:
    """It is answered like a link that never was, and recorded as refused."""
    assert told(answer) == told(fetch(service, NONE))
    assert (answer.status, answer.codes) == (404, ["NOT_FOUND"])
    refused, asked_after_none = service.ledger()[-2:]
    for entry in (refused, asked_after_none):
        assert (entry["kind"], entry["code"], entry["path"]) == ("REFUSAL", "NOT_FOUND", "Handover.fetch")
        assert (entry["groups"], entry["result_count"]) == ([], 0)


@pytest.mark.holds("S1-05", "A-09")
def test_a_used_link_is_answered_like_one_that_never_was(service: Service) -> None:
    copy = one_copy(service)
    assert fetch(service, copy).status == 200

    assert_as_none(fetch(service, copy), service)
    ((used_at, is_erased),) = links(service)
    assert (used_at, is_erased) == (NOON, True)


@pytest.mark.holds("S1-05", "A-09")
def test_an_expired_link_is_answered_like_one_that_never_was(clocked: Clocked) -> None:
    service, copy = clocked.service, one_copy(clocked.service)
    clocked.at = NOON + timedelta(minutes=10)

    assert_as_none(fetch(service, copy), service)
    assert [used_at for used_at, _ in links(service)] == [None]


@pytest.mark.holds("S1-05", "A-09")
def test_a_link_of_somebody_else_is_answered_like_one_that_never_was_and_stays_hers(service: Service) -> None:
    copy = one_copy(service)
    foreign = fetch(service, copy, "register-checker")

    assert told(foreign) == told(fetch(service, NONE, "register-checker"))
    assert (foreign.status, foreign.codes) == (404, ["NOT_FOUND"])
    assert service.ledger()[-2]["kind"] == "REFUSAL"
    assert fetch(service, copy).status == 200


@pytest.mark.holds("S1-05", "A-09")
def test_a_link_asked_for_another_purpose_is_answered_like_one_that_never_was(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = one_copy(service)
    other = seated(service, monkeypatch, Seat("市民生活部住民課", "support_measures"))
    same_person = service.headers("register-desk") | {"daicho-purpose": "support_measures"}

    assert told(fetch(service, copy, other)) == told(fetch(service, NONE, other))
    refused = service.send("GET", copy["link"]["path"], headers=same_person)
    assert refused.codes == ["PURPOSE_NOT_GRANTED"]
    assert fetch(service, copy).status == 200


@pytest.mark.holds("S1-05")
def test_of_many_who_fetch_at_once_one_gets_it(service: Service) -> None:
    copy = one_copy(service)
    with ThreadPoolExecutor(8) as askers:
        answers = list(askers.map(lambda _: fetch(service, copy), range(8)))

    assert sorted(answer.status for answer in answers) == [200, *[404] * 7]
    kinds = [entry["kind"] for entry in service.ledger() if entry["path"] == "Handover.fetch"]
    assert sorted(kinds) == ["ISSUE", *["REFUSAL"] * 7]


def test_a_link_alone_opens_nothing(service: Service) -> None:
    copy = one_copy(service)
    path = copy["link"]["path"]

    assert service.send("GET", path).codes == ["UNAUTHENTICATED"]
    assert service.ledger()[-1]["kind"] == "SIGN_IN"
    assert service.send("GET", f"{path}?a=1", headers=service.headers("register-desk")).codes == ["BAD_REQUEST"]
    assert fetch(service, copy).status == 200


@pytest.mark.parametrize("method", ["HEAD", "POST", "DELETE"])
def test_nothing_but_fetching_it_uses_a_link_up(service: Service, method: str) -> None:
    copy = one_copy(service)
    refused = service.send(method, copy["link"]["path"], headers=service.headers("register-desk"))

    assert (refused.status, refused.headers["allow"]) == (405, "GET")
    assert links(service) == [(None, False)]
    assert fetch(service, copy).status == 200


def test_a_link_stays_good_while_nothing_can_be_signed(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = one_copy(service)

    async def cannot(_self: TypstPress, _pdf: bytes) -> bytes:
        raise Refusal(Code.SIGNING_UNAVAILABLE)

    with monkeypatch.context() as patch:
        patch.setattr(TypstPress, "signed", cannot)
        refused = fetch(service, copy)
    assert (refused.status, refused.codes) == (503, ["SIGNING_UNAVAILABLE"])
    assert (service.ledger()[-1]["kind"], service.ledger()[-1]["code"]) == ("REFUSAL", "SIGNING_UNAVAILABLE")
    assert fetch(service, copy).status == 200


@pytest.mark.holds("A-15", "A-27")
def test_what_is_fetched_is_kept_by_no_cache_and_shown_in_no_page(service: Service) -> None:
    headers = fetch(service, one_copy(service)).headers

    assert headers["cache-control"] == "no-store"
    assert headers["content-disposition"].startswith("attachment")
    assert headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    assert not headers.keys() & {"etag", "last-modified", "set-cookie"}


def test_a_link_stands_in_no_ledger_and_no_log_and_the_store_holds_its_hash_alone(service: Service) -> None:
    copy = one_copy(service)
    token = copy["link"]["path"].rsplit("/")[-1]
    fetch(service, copy)

    assert token not in service.everything_written()
    kept = service.execute("SELECT h::text FROM handovers h UNION SELECT k::text FROM idempotency_keys k")
    assert not any(token in row[0] or token.encode().hex() in row[0] for row in kept)
