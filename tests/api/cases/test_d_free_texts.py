"""Free texts as a way around the vault (D-06) and as bombs (B-14): what is typed into a request for a certificate."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from api.graphql.notices import TEXTS
from domain.certificates.requests import Requester
from domain.errors import InvalidValue
from domain.values.addresses import Address
from domain.values.names import Name
from tests.api.changing import a_key, a_move, a_move_in, an_entrant, notify
from tests.api.issuing import DESK, VOID, a_request, issuances_of, issue
from tests.serving import Answer, Service
from tests.village import NUMBERS

TYPED = f"番号は {NUMBERS[0][:4]} {NUMBERS[0][4:8]} {NUMBERS[0][8:]}"
FREE = [each.name for each in fields(Requester) if get_type_hints(Requester)[each.name] == str | None]
BOMBS = {
    "long": "あ" * 100_000,
    "marks": "か" + "\u3099" * 10_000,
    "zalgo": "葛" + "\u0300\u0301\u0302\u0303\u0304\u0305" * 30,
    "selectors": "葛" + "\U000e0100" * 190,
    "joiners": "\u200d" * 150,
    "override": "架空\u202e太郎",
    "controls": "架空\u0007",
    "lines": "一行目\n二行目",
    "separator": "一\u2028二",
    "spaces": " " * 150,
    "pattern": "(a+)+$" + "a" * 10_000,
}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: none of them issues anything."""
    return shared_service


def camel(name: str) -> str:
    """As the schema spells it."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def asked(field: str, text: str) -> dict[str, Any]:
    """A request with this text in a field of the requester."""
    return a_request(requester={"kind": "THIRD_PARTY_APPLICANT", camel(field): text})


def assert_refused(service: Service, answer: Answer, path: str) -> None:
    """The field is named, its text is nowhere."""
    assert (answer.codes, answer.json["errors"][0]["extensions"]["names"]) == (["INVALID_VALUE"], [path])
    everything = answer.content.decode() + service.everything_written()
    assert not any(text in everything for text in (TYPED, NUMBERS[0]))
    assert service.ledger()[-1]["kind"] == "REFUSAL"


def test_every_free_text_of_a_requester_is_looked_at() -> None:
    assert {"name", "address", "purpose_of_use", "legal_basis", "client", "target_name"} <= set(FREE)


@pytest.mark.holds("D-06", "M02")
@pytest.mark.parametrize("field", FREE)
def test_a_number_typed_into_a_free_text_of_a_request_is_refused(service: Service, field: str) -> None:
    assert_refused(service, issue(service, asked(field, TYPED)), f"input.requester.{camel(field)}")
    assert issuances_of(service) == 0


@pytest.mark.holds("D-06")
@pytest.mark.parametrize(
    ("procedure", "notice", "path"),
    [
        ("moveIn", a_move_in(an_entrant(fullName=TYPED)), "input.members.0.fullName"),
        ("moveIn", a_move_in(an_entrant(registeredDomicile=TYPED)), "input.members.0.registeredDomicile"),
        ("moveWithin", a_move(address=f"北海道苫小牧市{TYPED}"), "input.currentAddress"),
        ("moveWithin", a_move(buildingLine=TYPED), "input.buildingLine"),
    ],
)
def test_a_number_typed_into_a_name_or_an_address_of_a_notice_is_refused(
    service: Service, procedure: str, notice: dict[str, Any], path: str
) -> None:
    assert_refused(service, notify(service, procedure, notice), path)


@pytest.mark.holds("D-06")
def test_every_text_that_is_no_number_itself_is_looked_at_for_one() -> None:
    for kind in (str, Name, Address):
        with pytest.raises(InvalidValue):
            TEXTS[kind](TYPED)


@pytest.mark.holds("B-14")
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("field", ["name", "purpose_of_use", "target_address"])
def test_a_bomb_in_a_free_text_is_refused_at_once_and_never_repeated(service: Service, field: str, bomb: str) -> None:
    began = time.perf_counter()
    answer = issue(service, asked(field, BOMBS[bomb]))

    assert time.perf_counter() - began < 2
    assert (answer.status, answer.codes) == (400, ["INVALID_VALUE"])
    assert len(answer.content) < 1_000
    assert issuances_of(service) == 0


@pytest.mark.holds("B-14")
def test_a_text_too_large_for_any_request_is_refused_before_it_is_read(service: Service) -> None:
    answer = issue(service, asked("name", "あ" * 2_000_000))

    assert (answer.status, answer.codes) == (413, ["BODY_TOO_LARGE"])


@pytest.mark.holds("D-06", "B-14")
@pytest.mark.parametrize("reason", [TYPED, *BOMBS.values()], ids=["number", *BOMBS])
def test_why_a_copy_was_spoiled_is_told_in_one_plain_line(service: Service, reason: str) -> None:
    answer = service.ask(DESK, VOID, {"id": "x", "reason": reason, "key": a_key()})

    assert answer.codes == ["INVALID_VALUE"]
    assert answer.json["errors"][0]["extensions"]["names"] == ["reason"]
    assert NUMBERS[0][:4] not in answer.content.decode()
