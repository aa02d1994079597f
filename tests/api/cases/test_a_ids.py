"""Sealed ids: nothing can be read from one, and one that leads nowhere is answered like one that never was."""

from __future__ import annotations

import base64
import string

import pytest

from tests.api.cases.actors import register_statements, told
from tests.serving import Service
from tests.village import EVERYONE, household_number, number_of

IDS = (
    f"{{ residents(where: {{{EVERYONE}, includeClosed: true}}, first: 100)"
    f" {{ nodes {{ id addresseeNumber household {{ id }} }} }} }}"
)
NODE = """query ($id: ID!) { node(id: $id) { __typename id
    ... on Resident { fullName } ... on Household { householdNumber } } }"""
RESIDENT = "query ($id: ID!) { resident(by: {id: $id}) { id fullName } }"
HOUSEHOLD = "query ($id: ID!) { household(by: {id: $id}) { id householdNumber } }"
WAYS = (NODE, RESIDENT, HOUSEHOLD)


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def ids_of(service: Service) -> tuple[list[str], list[str]]:
    """The ids of all residents by their numbers, and of the households that have any."""
    nodes = service.ask("register-desk", IDS).data["residents"]["nodes"]
    return [one["id"] for one in nodes], list(dict.fromkeys(one["household"]["id"] for one in nodes))


def never_given(service: Service) -> list[str]:
    """Ids that this service seals well, of records that do not exist."""
    sealer = service.material.sealer
    return [sealer.node_id(kind, "012131", "0000099994") for kind in ("Resident", "Household")]


@pytest.mark.holds("A-03", "A-18")
def test_an_id_is_the_same_each_time_and_tells_neither_kind_nor_number_nor_order(service: Service) -> None:
    residents, households = ids_of(service)
    everything = [*residents, *households]

    assert ids_of(service) == (residents, households)
    assert len(set(everything)) == len(everything) == 9 + 4
    assert len({len(one) for one in everything}) == 1
    raw = [base64.urlsafe_b64decode(one) for one in everything]
    assert not any(number_of(nth).encode() in one for nth in range(1, 10) for one in raw)
    assert not any(household_number(nth).encode() in one for nth in range(1, 5) for one in raw)
    assert residents != sorted(residents)
    # After the keyset's own mark no byte is alike: neither kind nor number stands in clear at the same place.
    assert all(len({one[at] for one in raw}) > 4 for at in range(5, len(raw[0])))


@pytest.mark.holds("A-03", "S1-04")
def test_an_id_brings_back_its_record_by_node_and_by_its_own_field_only(service: Service) -> None:
    residents, households = ids_of(service)

    assert service.ask("tax-clerk", NODE, {"id": residents[0]}).data["node"]["fullName"] == "架空　太郎"
    assert service.ask("tax-clerk", RESIDENT, {"id": residents[0]}).data["resident"]["id"] == residents[0]
    assert service.ask("tax-clerk", HOUSEHOLD, {"id": households[0]}).data["household"]["id"] == households[0]
    assert service.ask("tax-clerk", RESIDENT, {"id": households[0]}).data == {"resident": None}
    assert service.ask("tax-clerk", HOUSEHOLD, {"id": residents[0]}).data == {"household": None}


@pytest.mark.holds("A-03", "A-09", "A-15")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk", "reviewer", "contractor"])
def test_an_id_that_may_not_be_opened_is_answered_like_one_of_nobody(service: Service, caller: str) -> None:
    residents, households = ids_of(service)
    closed, hidden = residents[7], households[1]
    unopened = {"tax-clerk": [hidden], "election-clerk": [hidden, closed]}
    tried = unopened.get(caller, [*residents, *households])

    for way in WAYS:
        nothing = service.ask(caller, way, {"id": never_given(service)[0]})
        assert nothing.status == 200
        assert list(nothing.data.values()) == [None]
        for one in (*tried, *never_given(service)):
            assert told(service.ask(caller, way, {"id": one})) == told(nothing)


@pytest.mark.holds("A-03")
def test_a_tampered_id_is_one_of_nobody_whichever_character_was_changed(service: Service) -> None:
    residents, households = ids_of(service)
    nothing = told(service.ask("tax-clerk", NODE, {"id": never_given(service)[0]}))

    for original in (residents[0], households[0]):
        for at in (*range(0, len(original), 5), *range(len(original) - 4, len(original))):
            changed = [original[:at] + one + original[at + 1 :] for one in "Aw=_ 9" if one != original[at]]
            for forged in (*changed, original[:at]):
                assert told(service.ask("tax-clerk", NODE, {"id": forged})) == nothing, (at, forged[at:])


@pytest.mark.holds("A-03")
def test_an_id_has_one_spelling(service: Service) -> None:
    (first, *_), _ = ids_of(service)
    alphabet = string.ascii_letters + string.digits + "-_"
    body, padding = first.rstrip("="), "=" * first.count("=")

    spellings = [body[:-1] + last + padding for last in alphabet] + [first + "=", " " + first, first.rstrip("=")]

    found = [one for one in spellings if service.ask("tax-clerk", RESIDENT, {"id": one}).data["resident"]]
    assert found == [first]


@pytest.mark.holds("A-03")
@pytest.mark.parametrize(
    "text", ["", "A", "Resident:1", "UmVzaWRlbnQ6MQ==", number_of(1), "識別子", "=" * 44, "A" * 20_000]
)
def test_what_never_was_an_id_is_one_of_nobody(service: Service, text: str) -> None:
    nothing = told(service.ask("tax-clerk", NODE, {"id": never_given(service)[0]}))

    assert told(service.ask("tax-clerk", NODE, {"id": text})) == nothing


@pytest.mark.holds("A-03")
def test_who_opens_no_record_reaches_no_table_with_an_id(service: Service) -> None:
    residents, _ = ids_of(service)
    with register_statements() as asked:
        for caller in ("reviewer", "contractor"):
            assert service.ask(caller, NODE, {"id": residents[0]}).data == {"node": None}

    assert asked == []
    entry = service.ledger()[-1]
    assert (entry["path"], entry["result_count"], entry["groups"]) == ("Query.node", 0, [])
    assert residents[0] not in service.everything_written()
