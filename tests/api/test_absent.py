"""What a caller may see and the register does not have: null, with no entry, however much she wants to be told."""

from __future__ import annotations

import pytest

from tests.serving import Service
from tests.village import EVERYONE

ASK = (
    f"{{ residents(where: {{{EVERYONE}, includeClosed: true}}, first: 100)"
    f" {{ nodes {{ fullName aliasHistory individualNumber }} }} }}"
)


def test_an_absent_item_is_in_no_disclosure_even_where_all_are_asked_for(service: Service) -> None:
    answer = service.ask("register-desk", ASK, **{"daicho-disclosures": "all"})
    people = answer.data["residents"]["nodes"]
    with_alias = [at for at, person in enumerate(people) if person["aliasHistory"] is not None]
    (told,) = [one for one in answer.disclosures if one["item"] == "aliasHistory"]
    assert 0 < len(with_alias) < len(people)
    assert (told["outcome"], told["count"], told["at"]) == ("SHOWN", len(with_alias), with_alias)


@pytest.mark.holds("M01")
def test_a_masked_item_is_told_for_every_record_whether_or_not_there_is_one(service: Service) -> None:
    answer = service.ask("election-clerk", ASK, **{"daicho-disclosures": "all"})
    people = answer.data["residents"]["nodes"]
    (told,) = [one for one in answer.disclosures if one["item"] == "individualNumber"]
    assert (told["outcome"], told["count"], "at" in told) == ("MASKED", len(people), False)
