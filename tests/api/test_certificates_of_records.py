"""Certificates of more than one person, with a history, and issued again: made from the register as it is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.changing import a_filing, end, notify, stored
from tests.api.issuing import a_request, fetch, issue, lines_of, one_copy, stopped_by, text_of
from tests.serving import Clocked, Service
from tests.village import HIDING_PLACE, NUMBERS, number_of
from tests.village_histories import MAIDEN, OLD_NUMBER

MOVING_OUT = "MOVING_OUT_CERTIFICATE"


def approved(service: Service, name: str, notice: dict[str, Any], *seen: str) -> str:
    """Hand a notice in and have it approved; its id."""
    id_ = str(stored(notify(service, name, notice, seen=list(seen)))["notification"]["id"])
    assert end(service, "approve", id_).data["approve"]["stored"]
    return id_


def of_whom(copy: dict[str, list[dict[str, str]]]) -> list[str]:
    """Whose entries stand on it, in their order."""
    return [entry["addresseeNumber"] for entry in copy["entries"]]


@pytest.mark.holds("S1-05")
def test_a_household_stands_on_one_list_in_the_order_of_members(service: Service) -> None:
    copy = one_copy(service, a_request(3, wholeHousehold=True, inOneList=True))
    assert of_whom(copy) == [number_of(1), number_of(2), number_of(3)]
    printed = text_of(fetch(service, copy).content)
    assert printed.index("架空太郎") < printed.index("架空花子") < printed.index("架空子太郎")


@pytest.mark.holds("S1-05")
def test_some_of_a_household_stand_in_the_same_order_and_nobody_else(service: Service) -> None:
    copy = one_copy(service, {**a_request(3), "subjects": [number_of(3), number_of(1)]})
    assert of_whom(copy) == [number_of(1), number_of(3)]
    assert "架空花子" not in text_of(fetch(service, copy).content)


@pytest.mark.holds("S1-05", "M23")
def test_a_history_tells_earlier_names_and_never_an_earlier_number(service: Service) -> None:
    copy = one_copy(service, a_request(2, withHistory=True, items=["INDIVIDUAL_NUMBER"]))
    fetched = fetch(service, copy)
    assert "".join(MAIDEN.split()) in text_of(fetched.content)
    assert NUMBERS[1] in text_of(fetched.content)
    assert OLD_NUMBER not in text_of(fetched.content)
    assert "".join(MAIDEN.split()) not in text_of(fetch(service, one_copy(service, a_request(2))).content)


@pytest.mark.holds("A-02", "A-28")
def test_a_history_that_leads_to_where_somebody_is_protected_now_stops(service: Service) -> None:
    assert one_copy(service, a_request(9))
    answer = issue(service, a_request(9, withHistory=True))
    assert stopped_by(answer) == ["PROTECTED"]
    assert HIDING_PLACE not in answer.content.decode()


@pytest.mark.holds("S1-05")
def test_a_moving_out_certificate_is_issued_again_as_it_was_whatever_was_changed_since(clocked: Clocked) -> None:
    service = clocked.service
    plan = {"filing": a_filing("2026-12-20"), "residents": [number_of(9)], "plannedMoveOutAddress": "青森県青森市"}
    planned = approved(service, "moveOut", plan)
    first = one_copy(service, a_request(9, MOVING_OUT))
    clocked.at += timedelta(minutes=1)
    approved(service, "reverse", {"filing": a_filing(), "notification": planned})
    assert stopped_by(issue(service, a_request(9, MOVING_OUT))) == ["NO_MOVE_OUT_NOTIFIED"]

    again = one_copy(service, a_request(9, MOVING_OUT, reissueOf=first["issuance"]["id"]))

    assert lines_of(again) == lines_of(first)
    assert again["issuance"]["reissueOf"] == first["issuance"]["id"]
    assert again["issuance"]["number"] != first["issuance"]["number"]
    assert "再交付" in text_of(fetch(service, again).content)
    assert "再交付" not in text_of(fetch(service, first).content)


@pytest.mark.holds("S1-05")
def test_a_date_that_is_not_fully_known_is_printed_as_the_register_words_it(service: Service) -> None:
    service.execute(
        "UPDATE residents SET date_of_birth = '1950', date_texts = '{\"date_of_birth\": \"昭和25年月日不詳\"}'"
        " WHERE full_name LIKE '仮置%'"
    )
    copy = one_copy(service, a_request(9))
    assert "昭和25年月日不詳" in text_of(fetch(service, copy).content)
