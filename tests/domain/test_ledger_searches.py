"""What the ledger keeps of a searched value."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from domain.errors import InvalidValue
from domain.ledger.canonical import canonical
from domain.ledger.searches import SearchHasher
from tests.ledger_builders import entry

KEY = bytes(range(32))
NUMBER = "123456789018"
CITY = "012131"


@pytest.mark.holds("C-13")
def test_an_entry_of_a_search_by_number_holds_the_keyed_hash_and_not_the_number() -> None:
    digest = SearchHasher(KEY).digest(CITY, "individual_number", NUMBER)
    body = canonical(entry(searched_by={"individual_number": digest}, number_accessed=True), 0).decode()
    assert digest in body
    assert NUMBER not in body


@pytest.mark.holds("C-13")
def test_who_holds_the_key_finds_the_same_hash_again() -> None:
    first, second = SearchHasher(KEY), SearchHasher(KEY)
    assert first.digest(CITY, "individual_number", NUMBER) == second.digest(CITY, "individual_number", NUMBER)


@pytest.mark.holds("C-13")
def test_who_has_no_key_cannot_try_numbers_out() -> None:
    digest = SearchHasher(KEY).digest(CITY, "individual_number", NUMBER)
    assert SearchHasher(bytes(32)).digest(CITY, "individual_number", NUMBER) != digest
    assert hashlib.sha256(NUMBER.encode()).hexdigest() != digest


def test_a_hash_is_the_hmac_of_framed_parts() -> None:
    message = b"\x00\x00\x00\x16daicho ledger search 1\x00\x00\x00\x06012131\x00\x00\x00\x03sex\x00\x00\x00\x01F"
    assert SearchHasher(KEY).digest(CITY, "sex", "F") == hmac.new(KEY, message, hashlib.sha256).hexdigest()


def test_municipality_item_and_value_are_told_apart() -> None:
    hasher = SearchHasher(KEY)
    triples = [("a", "b", "c"), ("ab", "", "c"), ("", "ab", "c"), ("a", "bc", ""), ("b", "a", "c"), ("", "", "abc")]
    assert len({hasher.digest(*triple) for triple in triples}) == len(triples)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(InvalidValue, match="INVALID_VALUE"):
        SearchHasher(bytes(31))


def test_the_key_does_not_print() -> None:
    hasher = SearchHasher(b"k" * 32)
    assert "kkk" not in f"{hasher!r} {hasher}"
    assert not hasattr(hasher, "__dict__")
