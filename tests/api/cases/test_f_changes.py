"""Changes under attack and by accident: sent twice, at once, by two clerks, against what the register knows."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.cases.actors import Seat, seated
from tests.api.changing import (
    CHECKER,
    MAKER,
    NEW_HOME,
    a_filing,
    a_move,
    a_move_in,
    an_entrant,
    codes_of,
    end,
    notify,
    register_of,
    rows,
    stored,
)
from tests.domain.situations import code
from tests.serving import Answer, Service
from tests.village import ABSENT_NUMBER, CODES, NUMBERS, household_number, number_of

IDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9]{9}[0-9]")
ADDRESS = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName currentAddress } }"


def without_ids(answer: Answer) -> bytes:
    """An answer but for the ids and numbers that are given out anew each time."""
    return IDS.sub(b"", answer.content)


# F-01, F-02: the same key.


@pytest.mark.holds("F-01")
def test_the_same_request_sent_by_many_at_once_is_done_once_and_answered_the_same(service: Service) -> None:
    def send(_: int) -> Answer:
        return notify(service, "moveWithin", a_move(), key="one key")

    with ThreadPoolExecutor(24) as clients:
        answers = list(clients.map(send, range(48)))

    assert {one.content for one in answers} == {answers[0].content}
    assert stored(answers[0])["state"] == "PROVISIONAL"
    assert rows(service, "notifications") == rows(service, "idempotency_keys") == 1
    kinds = [one["kind"] for one in service.ledger() if one["path"] == "Mutation.moveWithin"]
    assert sorted(kinds) == ["CHANGE", *["READ"] * 47]


@pytest.mark.holds("F-01", "M14")
def test_an_approval_sent_by_many_at_once_appends_one_version(service: Service) -> None:
    id_ = stored(notify(service, "moveWithin", a_move()))["notification"]["id"]
    versions = rows(service, "resident_versions")

    with ThreadPoolExecutor(12) as clients:
        answers = list(clients.map(lambda _: end(service, "approve", id_, key="yes"), range(24)))

    assert {one.content for one in answers} == {answers[0].content}
    assert (rows(service, "resident_versions"), rows(service, "life_events")) == (versions + 1, 1)


@pytest.mark.holds("F-01")
def test_what_the_checks_found_is_answered_the_same_too(service: Service) -> None:
    late = a_move(filing=a_filing("2026-10-01"))
    first, again = (notify(service, "moveWithin", late, key="k") for _ in range(2))
    assert first.content == again.content
    assert codes_of(first) == ["NOTIFIED_LATE"]


@pytest.mark.holds("F-02")
def test_the_same_key_with_another_body_is_refused_and_does_nothing(service: Service) -> None:
    first = notify(service, "moveWithin", a_move(), key="k")
    before = register_of(service)

    for other in (a_move(9), a_move(address="北海道苫小牧市旭町1丁目1番1号"), a_move(buildingLine="見本荘9号")):
        answer = notify(service, "moveWithin", other, key="k")
        assert (answer.status, answer.codes) == (422, ["IDEMPOTENCY_KEY_REUSED"])
        assert answer.json["errors"][0]["extensions"]["messageJa"]
    assert end(service, "withdraw", stored(first)["notification"]["id"], MAKER, key="k").status == 422

    assert register_of(service) == before
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["path"], entry["code"]) == ("REFUSAL", "Mutation.withdraw", "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.holds("F-02")
def test_a_key_is_its_callers_own(service: Service) -> None:
    stored(notify(service, "moveWithin", a_move(7), key="k"))
    stored(notify(service, "moveWithin", a_move(9), CHECKER, key="k"))
    assert rows(service, "notifications") == 2


# F-05: what the logical checks of the assessment refuse.


@pytest.mark.holds("F-05", "M16", "S1-01")
def test_moving_in_of_a_current_resident_is_an_error_and_nothing_is_stored(service: Service) -> None:
    refused_by_checks(
        service,
        "moveIn",
        a_move_in({"addresseeNumber": number_of(7), "relationshipToHouseholder": "世帯主"}),
        "ALREADY_RESIDENT",
    )
    newcomer = an_entrant(residentRecordCode=CODES[0])
    refused_by_checks(service, "moveIn", a_move_in(newcomer), "CODE_OF_RESIDENT")


@pytest.mark.holds("F-05", "M16", "S1-01")
@pytest.mark.parametrize("said", [{"fullName": "別名　太郎"}, {"dateOfBirth": "1999-01-01"}])
def test_moving_within_that_changes_more_than_the_address_is_an_error(service: Service, said: dict[str, str]) -> None:
    finding = refused_by_checks(service, "moveWithin", a_move(member=said), "MOVE_WITHIN_CHANGES_MORE")
    assert finding["names"] == [f"input.members.0.{next(iter(said))}"]


@pytest.mark.holds("F-05", "M16")
def test_whoever_died_neither_moves_nor_dies_again(service: Service) -> None:
    death = {"filing": a_filing(), "resident": number_of(7)}
    id_ = stored(notify(service, "death", death, seen=["HOUSEHOLDER_LEAVES"]))["notification"]["id"]
    stored(end(service, "approve", id_))
    refused_by_checks(service, "moveWithin", a_move(), "RECORD_CLOSED")
    refused_by_checks(service, "death", death, "RECORD_CLOSED")
    surname = {"filing": a_filing(), "resident": number_of(7), "formerSurname": "旧姓"}
    refused_by_checks(service, "enterFormerSurname", surname, "RECORD_CLOSED")


@pytest.mark.holds("F-05", "M16")
def test_nobody_moves_out_twice(service: Service) -> None:
    out = {
        "filing": a_filing("2026-12-20"),
        "residents": [number_of(9)],
        "plannedMoveOutAddress": "青森県青森市長島1丁目1番1号",
    }
    stored(end(service, "approve", stored(notify(service, "moveOut", out))["notification"]["id"]))
    refused_by_checks(service, "moveOut", out, "ALREADY_MOVING_OUT")


def refused_by_checks(service: Service, name: str, notice: dict[str, Any], check: str) -> dict[str, Any]:
    """Nothing is stored, the finding is told with its source, and the ledger has the refusal with its code."""
    before = register_of(service)
    answer = notify(service, name, notice)
    (result,) = answer.data.values()
    assert (result["stored"], result["notification"]) == (False, None)
    finding = next(one for one in result["findings"] if one["code"] == check)
    assert (finding["severity"], bool(finding["source"]), bool(finding["messageJa"])) == ("ERROR", True, True)
    assert register_of(service) == before
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["path"]) == ("REFUSAL", f"Mutation.{name}")
    assert entry["code"] in codes_of(answer)
    return dict(finding)


# F-09: two clerks.


@pytest.mark.holds("F-09")
def test_whom_one_clerk_changes_another_may_only_read(service: Service) -> None:
    id_ = stored(notify(service, "moveWithin", a_move()))["notification"]["id"]
    before = register_of(service)

    answer = notify(service, "moveWithin", a_move(address="北海道苫小牧市旭町1丁目1番1号"), CHECKER)

    assert (answer.status, answer.codes) == (409, ["RECORD_HELD"])
    assert NEW_HOME not in answer.content.decode()
    assert register_of(service) == before
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["code"], entry["staff_number"]) == ("REFUSAL", "RECORD_HELD", "DEMO-1008")
    assert service.ask(CHECKER, ADDRESS, {"n": number_of(7)}).data["resident"]["fullName"] == "SAMPLE JOHN"

    stored(end(service, "approve", id_))
    assert stored(notify(service, "moveWithin", a_move(address="北海道苫小牧市旭町1丁目1番1号"), CHECKER))


@pytest.mark.holds("F-09")
def test_of_two_clerks_at_once_one_holds_the_record_and_the_other_hears_of_it(service: Service) -> None:
    with ThreadPoolExecutor(2) as clerks:
        answers = list(clerks.map(lambda who: notify(service, "moveWithin", a_move(), who), (MAKER, CHECKER)))
    assert sorted(one.status for one in answers) == [200, 409]
    assert (rows(service, "notifications"), {one.codes[0] for one in answers if one.codes}) == (1, {"RECORD_HELD"})


# registering somebody to learn whose number it is.


@pytest.mark.holds("A-10", "M13")
@pytest.mark.parametrize("number", [NUMBERS[0], NUMBERS[5]], ids=["of a resident", "of a closed record"])
def test_registering_somebody_with_a_number_that_exists_is_answered_as_with_one_that_does_not(
    service: Service, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    clerk = seated(service, monkeypatch, Seat("市民生活部住民課", "resident_register", ("number",)))

    def register(individual_number: str, nth: int) -> Answer:
        newcomer = an_entrant(individualNumber=individual_number, residentRecordCode=code(nth).value)
        return notify(service, "moveIn", a_move_in(newcomer), clerk)

    unknown, known = register(ABSENT_NUMBER, 4711), register(number, 4712)

    assert (known.status, without_ids(known)) == (unknown.status, without_ids(unknown))
    assert stored(known)["findings"] == []
    assert not any(one in known.content.decode() + service.everything_written() for one in NUMBERS)
    ledgered = [one for one in service.ledger() if one["path"] == "Mutation.moveIn"]
    assert [(one["kind"], one["number_accessed"]) for one in ledgered] == [("CHANGE", True)] * 2
    a_duplicate_waits_for_who_may_know(service, stored(known)["notification"]["id"], clerk)


def a_duplicate_waits_for_who_may_know(service: Service, id_: str, clerk: str) -> None:
    """In the queue of the register office it stands with its finding, and nobody can approve it."""
    asked = "query ($id: ID!) { notification(id: $id) { state findings { code severity } } }"
    (finding,) = service.ask(CHECKER, asked, {"id": id_}).data["notification"]["findings"]
    assert finding["severity"] == "ERROR"
    assert service.ask(clerk, asked, {"id": id_}).data["notification"] == {"state": "PROVISIONAL", "findings": []}

    before = register_of(service)
    answer = end(service, "approve", id_)
    assert (answer.data["approve"]["stored"], codes_of(answer)) == (False, [finding["code"]])
    assert register_of(service) == before
    assert service.ledger()[-1]["code"] == finding["code"]


@pytest.mark.holds("A-10")
def test_a_clerk_who_may_not_see_numbers_cannot_approve_at_all(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = seated(service, monkeypatch, Seat("市民生活部住民課", "resident_register", ("number",)))
    for number in (ABSENT_NUMBER, NUMBERS[0], None):
        newcomer = an_entrant(individualNumber=number) if number else an_entrant()
        result = notify(
            service, "moveIn", a_move_in(newcomer | {"residentRecordCode": code(len(str(number))).value}), clerk
        )
        answer = end(service, "approve", stored(result)["notification"]["id"], clerk)
        assert (answer.status, answer.codes) == (403, ["NOT_PERMITTED"])


# Bad input.


def texts_in(told: Any) -> list[str]:
    """Every text of a notice that says something."""
    if isinstance(told, str):
        return [told] if told else []
    return [text for one in (told.values() if isinstance(told, dict) else told) for text in texts_in(one)]


@pytest.mark.parametrize(
    ("notice", "name"),
    [
        (a_move(filing=a_filing("2026-13-40")), "input.filing.changedOn"),
        (a_move(filing=a_filing("昨日")), "input.filing.changedOn"),
        (a_move(member={"relationshipToHouseholder": "孫"}), "input.members.0.relationshipToHouseholder"),
        (a_move(member={"relationshipToHouseholder": ""}), "input.members.0.relationshipToHouseholder"),
        (a_move(member={"addresseeNumber": "1234567890"}), "input.members.0.addresseeNumber"),
        (a_move(address="あ" * 100_000), "input.currentAddress"),
        (a_move(buildingLine="x" * 201), "input.buildingLine"),
        (a_move(buildingLine="見本\n荘"), "input.buildingLine"),
        (a_move(nth=99), "input.members.0.addresseeNumber"),
        (a_move(members=[]), "input.members"),
        (a_move(members=[{"addresseeNumber": number_of(7)}] * 2), "input.members"),
        (a_move(members=[{"addresseeNumber": number_of(7)}] * 101), "input.members"),
        (a_move(household=household_number(100)), "input.household"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_bad_input_is_refused_by_the_path_of_its_field_and_nothing_is_stored(
    shared_service: Service, notice: dict[str, Any], name: str
) -> None:
    before = register_of(shared_service)
    answer = notify(shared_service, "moveWithin", notice)

    assert (answer.status, answer.codes) == (400, ["INVALID_VALUE"])
    assert answer.json["errors"][0]["extensions"]["names"] == [name]
    assert len(answer.content) < 1000
    assert not any(value in answer.content.decode() for value in texts_in(notice))
    assert register_of(shared_service) == before
    entry = shared_service.ledger()[-1]
    assert (entry["kind"], entry["path"], entry["code"]) == ("REFUSAL", "Mutation.moveWithin", "INVALID_VALUE")
