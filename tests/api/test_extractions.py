"""Extractions from the request to the file: who asks, who approves, who stands by, who reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from pyrage import DecryptError, decrypt, x25519  # type: ignore[import-untyped] # has no stubs of its own

from api.development_issuer import DEMONSTRATION_CALLERS
from tests.api.extracting import approved, carried_out, decide, extracted, fetch, opened, request, run
from tests.serving import NOON, Clocked, Service
from tests.village import HIDING_PLACE, NUMBERS, number_of


def who(records: list[dict[str, Any]]) -> list[int]:
    """Which villagers these are."""
    numbers = {number_of(nth): nth for nth in range(1, 10)}
    return [numbers[one["addresseeNumber"]] for one in records]


@pytest.mark.holds("M11", "M18")
def test_a_request_that_another_approved_brings_one_file_that_its_reader_alone_opens(service: Service) -> None:
    done, path = carried_out(service)

    answer = fetch(service, path)

    assert (answer.status, answer.headers["content-type"]) == (200, "application/age")
    assert answer.headers["content-disposition"] == f'attachment; filename="{done["id"]}.json.gz.age"'
    assert done["outcome"]["digest"] == sha256(answer.content).hexdigest()
    assert (done["outcome"]["witness"], done["outcome"]["records"]) == ("S-900", 7)
    assert "架空" in opened(answer.content)
    with pytest.raises(DecryptError):
        decrypt(answer.content, [x25519.Identity.generate()])


@pytest.mark.holds("M18", "A-28")
def test_the_ledger_names_everybody_in_the_file_and_no_value_is_written_anywhere_else(service: Service) -> None:
    records = extracted(service, items=["addresseeNumber", "individualNumber", "currentAddress"])

    loaded = [one for one in service.ledger() if one["path"] == "Mutation.runExtraction"]
    subjects = {subject for one in loaded for group in one["groups"] for subject in group["subjects"]}
    assert subjects == {one["addresseeNumber"] for one in records}
    assert [one["number_accessed"] for one in loaded] == [True, False]
    assert NUMBERS[0] in {one["individualNumber"] for one in records}
    assert not any(number in service.everything_written() for number in NUMBERS)
    kept = service.execute("SELECT answer FROM idempotency_keys")
    assert not any(number in str(kept) for number in NUMBERS)


@pytest.mark.holds("A-28", "M10")
def test_a_protected_persons_whereabouts_are_withheld_and_no_condition_on_them_finds_her(service: Service) -> None:
    by_address = extracted(service, criteria={"address": "苫小牧市字勇払"})
    everybody = extracted(service)

    assert by_address == []
    assert [one["withheld"] for one in everybody if who([one]) == [4]] == [["currentAddress"]]
    assert HIDING_PLACE not in str(everybody)


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 7, 9]),
        ({"address": "旭町４丁目"}, [1, 2, 3, 7, 9]),
        ({"address": "字勇払"}, [4, 5]),
        ({"sex": "MALE"}, [1]),
        ({"citizenship": "FOREIGN"}, [7]),
        ({"citizenship": "JAPANESE", "address": "旭町"}, [1, 2, 3, 9]),
        ({"bornFrom": "1950-03-31", "bornTo": "昭和25年"}, [1, 2, 3, 4, 5, 7, 9]),
        ({"bornFrom": "1950-04"}, []),
        ({"bornTo": "昭和25年3月30日"}, []),
        ({"includeClosed": True, "sex": "MALE"}, [1, 6, 8]),
    ],
)
def test_all_conditions_hold_for_whom_the_register_office_extracts(
    shared_service: Service, criteria: Mapping[str, Any], found: list[int]
) -> None:
    records = extracted(shared_service, "register-desk", criteria=criteria, items=["addresseeNumber", "dateOfBirth"])

    assert who(records) == found


def test_a_sample_is_of_those_who_match_and_as_large_as_was_asked_for(shared_service: Service) -> None:
    records = extracted(shared_service, "register-desk", criteria={"address": "旭町", "sample": 3}, most=3)

    assert len(records) == 3
    assert set(who(records)) <= {1, 2, 3, 7, 9}


# Who may do what.


@pytest.mark.holds("M11")
def test_nobody_approves_her_own_request_and_a_stranger_to_it_does_not_see_it(service: Service) -> None:
    own = request(service, "register-desk").data["requestExtraction"]["id"]

    assert decide(service, own, caller="register-desk").codes == ["NOT_PERMITTED"]
    assert decide(service, own, caller="tax-clerk").codes == ["INVALID_INPUT"]
    assert run(service, own, "register-desk").codes == ["EXTRACTION_NOT_OPEN"]
    assert service.ask("tax-clerk", f'{{ extraction(id: "{own}") {{ id }} }}').data["extraction"] is None
    assert decide(service, own).data["approveExtraction"]["decidedBy"]


@pytest.mark.holds("M11", "M10")
@pytest.mark.parametrize("verb", ["refuse", "withdraw"])
def test_what_was_refused_or_withdrawn_is_carried_out_by_nobody(service: Service, verb: str) -> None:
    id_ = str(request(service).data["requestExtraction"]["id"])
    assert decide(service, id_, verb, "register-checker" if verb == "refuse" else "tax-clerk").data

    assert run(service, id_).codes == ["EXTRACTION_NOT_OPEN"]
    assert decide(service, id_).codes == ["EXTRACTION_NOT_OPEN"]
    assert service.execute("SELECT 1 FROM handovers") == []


@pytest.mark.holds("M11")
def test_an_approval_is_good_once_and_until_its_day(clocked: Clocked) -> None:
    service = clocked.service
    once, late = approved(service, validDays=1), approved(service, validDays=2)
    assert run(service, once).data

    assert run(service, once, key="another key").codes == ["EXTRACTION_NOT_OPEN"]
    clocked.at = NOON + timedelta(days=2)
    assert run(service, late).codes == ["EXTRACTION_NOT_OPEN"]


def test_the_same_key_brings_the_same_answer_and_the_same_link(service: Service) -> None:
    id_ = approved(service)
    first = run(service, id_).data
    loaded = len(service.ledger())

    assert run(service, id_).data == first
    assert [one["kind"] for one in service.ledger()[loaded:]] == ["READ"]


@pytest.mark.holds("M10")
def test_a_link_is_good_once_and_for_who_asked(service: Service) -> None:
    _, path = carried_out(service)

    answers = [fetch(service, path, "care-clerk"), fetch(service, path), fetch(service, path)]

    assert [answer.status for answer in answers] == [404, 200, 404]


@pytest.mark.holds("M18")
def test_nobody_is_her_own_witness(service: Service) -> None:
    id_ = approved(service)
    (herself,) = [one.staff_number for one in DEMONSTRATION_CALLERS if one.name == "tax-clerk"]

    refused = run(service, id_, witness=herself)

    assert refused.codes == ["INVALID_VALUE"]
    assert run(service, id_).data


@pytest.mark.holds("M11", "A-12")
def test_more_than_were_approved_are_given_to_nobody(service: Service) -> None:
    id_ = approved(service, most=3)

    refused = run(service, id_)

    assert (refused.codes, refused.json["errors"][0]["extensions"]["limit"]) == (["TOO_MANY_HITS"], 3)
    assert service.execute("SELECT 1 FROM handovers") == []


@pytest.mark.holds("D-06")
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"reason": f"{NUMBERS[0]} の件"}, "input.reason"),
        ({"recipient": "age1x"}, "input.recipient"),
        ({"items": ["household"]}, "input.items"),
        ({"items": []}, "input.items"),
        ({"most": 0}, "input.most"),
        ({"validDays": 32}, "input.validDays"),
        ({"criteria": {"sample": 5}, "most": 4}, "input.most"),
    ],
)
def test_a_request_that_is_none_is_refused_by_the_name_of_what_is_wrong(
    shared_service: Service, wrong: Mapping[str, Any], named: str
) -> None:
    refused = request(shared_service, key=f"wrong {named} {len(wrong)}", **wrong)

    assert refused.codes == ["INVALID_VALUE"]
    assert named in refused.content.decode()
    assert NUMBERS[0] not in refused.content.decode() + shared_service.everything_written()


def test_the_checker_finds_what_waits_for_her_and_a_clerk_only_her_own(service: Service) -> None:
    mine = request(service).data["requestExtraction"]["id"]
    others = request(service, "care-clerk").data["requestExtraction"]["id"]

    def waiting(caller: str) -> set[str]:
        found = service.ask(caller, "{ extractions(state: REQUESTED) { nodes { id } } }").data["extractions"]["nodes"]
        return {one["id"] for one in found}

    assert waiting("register-checker") == {mine, others}
    assert waiting("tax-clerk") == {mine}
