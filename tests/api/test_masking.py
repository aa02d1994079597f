"""The Individual Number: who reads it, who gets the mask, and what is written down about it."""

from __future__ import annotations

import pytest

from tests.serving import Service
from tests.village import NUMBERS, number_of

ASK = "query Ask($n: String!) { resident(by: {addresseeNumber: $n}) { fullName individualNumber } }"


@pytest.mark.holds("S1-04", "M08")
def test_a_tax_clerk_reads_the_individual_number_and_the_ledger_says_so(service: Service) -> None:
    answer = service.ask("tax-clerk", ASK, {"n": number_of(1)})

    assert answer.data == {"resident": {"fullName": "架空　太郎", "individualNumber": NUMBERS[0]}}
    entry = service.ledger()[-1]
    assert (entry["kind"], entry["path"], entry["number_accessed"]) == ("SEARCH", "Query.resident", True)
    assert entry["groups"][0]["subjects"] == [number_of(1)]
    assert entry["groups"][0]["items"]["individual_number"] == {"outcome": "SHOWN", "rule": "number-affairs"}


@pytest.mark.holds("M01", "S1-04")
def test_an_election_clerk_gets_the_mask_and_the_number_is_nowhere(service: Service) -> None:
    answer = service.ask("election-clerk", ASK, {"n": number_of(1)})

    assert answer.data["resident"]["individualNumber"] == "************"
    assert answer.outcome("individualNumber") == "MASKED"
    assert service.ledger()[-1]["number_accessed"] is False
    assert NUMBERS[0] not in answer.content.decode()
    assert NUMBERS[0] not in service.everything_written()
