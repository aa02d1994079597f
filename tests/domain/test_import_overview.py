"""What lines of a file have to do with each other: one number a person, one householder a household, who sits where."""

from __future__ import annotations

from typing import Any

from domain.importing.overview import MOST_MEMBERS, Overview
from domain.importing.reasons import Fault
from domain.importing.seating import Seating, seat_of, seating
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from tests.domain.people import a_record, addressee


def overview_of(*lines: dict[str, Any] | None) -> Overview:
    """The overview of a file with these lines."""
    overview = Overview()
    for place, fields in enumerate(lines):
        overview.note(place, fields)
    return overview


def line(household: str = "h1", **numbers: Any) -> dict[str, Any]:
    return {"household_number": household, **numbers}


def test_households_stay_together_wherever_their_lines_stand() -> None:
    overview = overview_of(line("h1"), line("h2"), line("h1"), line("h3"), line("h2"))
    assert list(overview.batches(1)) == [[0, 2], [1, 4], [3]]
    assert list(overview.batches(3)) == [[0, 2, 1, 4], [3]]


def test_a_line_that_cannot_be_read_stands_for_itself() -> None:
    assert list(overview_of(None, line(), None, {"household_number": 7}).batches(1)) == [[0], [1], [2], [3]]


def test_all_lines_with_one_number_are_refused() -> None:
    lines = [line(individual_number="1"), line(individual_number="2"), line(individual_number="1")]
    overview = overview_of(*lines)
    told = [[(one.fault, one.item) for one in overview.reasons(each)] for each in lines]
    repeated = [(Fault.REPEATED_IN_FILE, "individual_number")]
    assert told == [repeated, [], repeated]


def test_a_former_individual_number_is_still_the_persons() -> None:
    mine = line(individual_number="2", earlier_versions=[{"individual_number": "1"}, {"individual_number": "1"}])
    others = line(individual_number="1")
    overview = overview_of(mine, others)
    assert overview.reasons(mine)
    assert overview.reasons(others)
    assert not overview_of(mine, line(individual_number="3")).reasons(mine)


def test_a_household_of_too_many_lines_is_refused() -> None:
    overview = overview_of(*[line()] * (MOST_MEMBERS + 1), line("h2"))
    assert [one.fault for one in overview.reasons(line())] == [Fault.HOUSEHOLD_TOO_LARGE]
    assert overview.reasons(line("h2")) == []


def test_what_is_no_number_is_no_repeated_one() -> None:
    odd = line(individual_number=["1"], resident_record_code=None, earlier_versions=["x", 1])
    assert overview_of(odd, odd).reasons(odd) == []


def seated(*people: tuple[int, str | None, str], **common: Any) -> Seating | None:
    """The seating of people given as number, 続柄 and birth."""
    return seating(
        [
            seat_of(
                a_record(
                    addressee_number=addressee(nth),
                    relationship_to_householder=None if relationship is None else Relationship(relationship),
                    date_of_birth=RegisterDate(born),
                    **common,
                )
            )
            for nth, relationship, born in people
        ]
    )


def order(of: Seating | None) -> list[int]:
    """Who sits where, as the numbers of people."""
    assert of is not None
    numbers = sorted(of.places, key=lambda number: of.places[number])
    return [next(nth for nth in range(1, 10) if addressee(nth) == number) for number in numbers]


def test_members_sit_as_a_copy_lists_them_and_the_householder_is_who_says_so() -> None:
    of = seated((1, "子", "2000-01-01"), (2, "妻", "1971-01-01"), (3, "世帯主", "1970-01-01"), (4, "子", "1999-01-01"))
    assert order(of) == [3, 2, 4, 1]
    assert of is not None
    assert of.householder == addressee(3)


def test_the_wife_of_the_only_child_follows_him() -> None:
    parents = (1, "世帯主", "1940-01-01"), (2, "母", "1920-01-01")
    assert order(seated(*parents, (3, "子の妻", "1971-01-01"), (4, "子", "1970-01-01"))) == [1, 4, 3, 2]


def test_two_householders_are_no_household() -> None:
    assert seated((1, "世帯主", "1970-01-01"), (2, "世帯主", "1971-01-01")) is None


def test_a_household_may_have_no_householder() -> None:
    of = seated((1, "妻", "1970-01-01"), (2, None, "1971-01-01"))
    assert of is not None
    assert (of.householder, order(of)) == (None, [1, 2])


def test_who_lives_there_is_seated_and_who_left_is_not() -> None:
    left = {"ceased_resident_on": RegisterDate("2020-01-01"), "full_name": Name("除票　太郎")}
    head = Relationship("世帯主")
    gone = seat_of(a_record(relationship_to_householder=head, **left))
    stays = seat_of(a_record(addressee_number=addressee(2), relationship_to_householder=head))
    of = seating([gone, stays])
    assert of is not None
    assert (order(of), of.householder) == ([2], addressee(2))


def test_of_a_household_that_nobody_lives_in_any_more_the_last_are_seated() -> None:
    left = {"ceased_resident_on": RegisterDate("2020-01-01")}
    one = seated((1, "世帯主", "1970-01-01"), (2, "妻", "1971-01-01"), **left)
    both = seated((1, "世帯主", "1970-01-01"), (2, "世帯主", "1971-01-01"), **left)
    assert one is not None
    assert both is not None
    assert (order(one), one.householder, both.householder) == ([1, 2], addressee(1), None)
