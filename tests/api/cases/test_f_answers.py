"""What is answered when a change stands and its answer cannot leave, when it cannot be recorded, and in strict mode."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import Code, Refusal
from persistence import ledger_store
from tests.api.cases.actors import Seat, seated
from tests.api.changing import (
    NEW_HOME,
    a_filing,
    a_move,
    a_move_in,
    an_entrant,
    end,
    notify,
    register_of,
    rows,
    stored,
)
from tests.serving import Answer, Service
from tests.village import ABSENT_NUMBER, HIDING_PLACE, number_of

STRICT = {"daicho-strict": "true"}
AFTER = "stored notification {{ changes {{ after {{ {} }} }} }}"


def unavailable(_entries: object) -> Any:
    """The ledger takes no entry by itself; what a change commits with itself still goes in."""
    raise Refusal(Code.LEDGER_UNAVAILABLE)


@pytest.mark.holds("F-03", "M08")
def test_a_change_whose_answer_cannot_be_recorded_says_so_and_the_same_key_brings_the_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(ledger_store, "make_ready", unavailable)
        withheld = notify(service, "moveWithin", a_move(), key="k")
    assert (withheld.status, withheld.codes) == (503, ["LEDGER_UNAVAILABLE"])
    assert withheld.json["errors"][0]["extensions"]["changed"] is True
    assert "data" not in withheld.json
    assert NEW_HOME not in withheld.content.decode()
    assert rows(service, "notifications") == 1

    result = stored(notify(service, "moveWithin", a_move(), key="k"))
    assert result["notification"]["changes"][0]["after"]["currentAddress"] == NEW_HOME
    assert rows(service, "notifications") == 1


@pytest.mark.holds("F-03", "M08")
def test_a_refusal_that_changed_nothing_does_not_say_that_anything_changed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(ledger_store, "make_ready", unavailable)
        withheld = notify(service, "moveWithin", a_move(nth=100))
    assert withheld.codes == ["LEDGER_UNAVAILABLE"]
    assert "changed" not in withheld.json["errors"][0]["extensions"]


@pytest.mark.holds("M08", "F-10")
def test_a_change_that_cannot_be_recorded_does_not_happen(service: Service) -> None:
    before = register_of(service)
    service.execute("ALTER TABLE ledger_entries RENAME TO out_of_reach")
    answer = notify(service, "moveWithin", a_move(), key="k")
    service.execute("ALTER TABLE out_of_reach RENAME TO ledger_entries")

    assert (answer.status, answer.codes) == (503, ["LEDGER_UNAVAILABLE"])
    assert "changed" not in answer.json["errors"][0]["extensions"]
    assert register_of(service) == before
    assert rows(service, "idempotency_keys") == 0
    assert stored(notify(service, "moveWithin", a_move(), key="k"))


# Strict mode: a mutation's payload is decided before the change is made.


def a_matter(service: Service, nth: int, item: str) -> Answer:
    """A care clerk records her matter and asks strictly what the record says then."""
    notice = {
        "filing": a_filing(),
        "resident": number_of(nth),
        "matter": "LONG_TERM_CARE_INSURANCE",
        "text": "該当（第1号被保険者）",
    }
    return notify(service, "recordMatter", notice, "care-clerk", selection=AFTER.format(item), **STRICT)


@pytest.mark.holds("M03")
def test_strict_mode_changes_nothing_where_the_answer_would_be_withheld(service: Service) -> None:
    before = register_of(service)
    for nth, item in ((4, "currentAddress"), (7, "registeredDomicile")):
        answer = a_matter(service, nth, item)
        assert (answer.status, answer.codes) == (403, ["ITEMS_NOT_PERMITTED"])
        assert answer.json["errors"][0]["extensions"]["items"][0]["item"] == item
        assert "changed" not in answer.json["errors"][0]["extensions"]
        assert HIDING_PLACE not in answer.content.decode()
        assert register_of(service) == before
        assert service.ledger()[-1]["kind"] == "REFUSAL"
    assert stored(a_matter(service, 7, "currentAddress"))


@pytest.mark.holds("M01")
def test_strict_mode_stores_nothing_of_a_number_that_would_be_masked(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = seated(service, monkeypatch, Seat("市民生活部住民課", "resident_register", ("number",)))
    notice = a_move_in(an_entrant(individualNumber=ABSENT_NUMBER))
    before = register_of(service)
    answer = notify(service, "moveIn", notice, clerk, selection=AFTER.format("individualNumber"), **STRICT)
    assert (answer.status, answer.codes) == (403, ["ITEMS_NOT_PERMITTED"])
    assert register_of(service) == before


def test_what_facts_withhold_of_a_proposal_is_null_with_its_rule(service: Service) -> None:
    notice = {"filing": a_filing(), "resident": number_of(4), "matter": "LONG_TERM_CARE_INSURANCE", "text": "該当"}
    answer = notify(service, "recordMatter", notice, "care-clerk", selection=AFTER.format("fullName currentAddress"))
    (change,) = stored(answer)["notification"]["changes"]
    assert change["after"] == {"fullName": "見本　花子", "currentAddress": None}
    (told,) = [one for one in answer.disclosures if one["item"] == "currentAddress"]
    assert told["rule"] == "protected-whereabouts"
    assert told["path"] == ["recordMatter", "notification", "changes", "*", "after", "currentAddress"]
    assert HIDING_PLACE not in answer.content.decode() + service.everything_written()


# One change a request.


@pytest.mark.parametrize(
    "document",
    [
        "mutation {{ a: {0} b: {0} }}",
        "mutation {{ ...Two }} fragment Two on Mutation {{ a: {0} b: {0} }}",
        "mutation {{ ... on Mutation {{ {0} }} }}",
    ],
)
def test_a_request_makes_one_change(service: Service, document: str) -> None:
    one = 'withdraw(id: "x", idempotencyKey: "k") { stored }'
    answer = service.ask("register-desk", document.format(one))
    assert (answer.status, answer.codes) == (400, ["LIMIT_EXCEEDED"])
    assert answer.json["errors"][0]["extensions"]["names"] == ["mutations"]


def test_a_repeated_approval_tells_the_same_after_everything_is_over(service: Service) -> None:
    id_ = stored(notify(service, "moveWithin", a_move()))["notification"]["id"]
    first, again = (end(service, "approve", id_, key="k") for _ in range(2))
    assert first.content == again.content
    assert end(service, "approve", id_, key="another").codes == ["NOTIFICATION_ENDED"]
