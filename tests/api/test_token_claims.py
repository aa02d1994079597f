"""What a token says of its bearer is there, short, clean and of a municipality held here, or it does not count."""

from __future__ import annotations

import pytest

from api.sign_in import ClaimNames, Reason
from tests.api.tokens import IDENTITY, claims, desk, token

CLAIMS_NEEDED = ("sub", "name", "municipality_code", "department", "staff_number", "terminal", "azp", "acr")


def test_the_client_id_names_the_application_where_azp_does_not() -> None:
    a_token = token(claims(azp=None, client_id="batch"))
    assert desk().identify(f"Bearer {a_token}").application == "batch"


def test_a_setting_says_under_which_names_the_claims_stand() -> None:
    names = ClaimNames(staff_number="employee", strength="loa")
    a_token = token(claims(staff_number=None, employee="E-7", acr=None, loa="3"))
    identity = desk(claims=names).identify(f"Bearer {a_token}")
    assert (identity.staff_number, identity.strength) == ("E-7", "3")


@pytest.mark.holds("M05")
@pytest.mark.parametrize("name", CLAIMS_NEEDED)
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_claim_that_is_missing_or_empty_is_refused(name: str, nothing: str | None) -> None:
    assert desk().reason(f"Bearer {token(claims(**{name: nothing}))}") is Reason.MISSING_CLAIM


@pytest.mark.holds("M06")
def test_a_token_without_a_terminal_is_refused() -> None:
    assert desk().reason(f"Bearer {token(claims(terminal=None))}") is Reason.MISSING_CLAIM


@pytest.mark.parametrize("name", CLAIMS_NEEDED)
@pytest.mark.parametrize(
    "value",
    ["x" * 256, " x", "x\n", "a\nb", "a\x00b", "a\x1b[2J", "a\u202eb", "a\u200bb", "a\u2028b", "a\ud800", 7, ["x"], {}],
)
def test_a_claim_that_is_no_clean_short_text_is_refused(name: str, value: object) -> None:
    assert desk().reason(f"Bearer {token(claims(**{name: value}))}") is Reason.INVALID_CLAIM


def test_a_name_keeps_its_variation_selector() -> None:
    name = "葛\U000e0100城 花子"
    assert desk().identify(f"Bearer {token(claims(name=name))}").display_name == name


@pytest.mark.parametrize("name", ["staff_number", "terminal"])
@pytest.mark.parametrize("digits", ["1234567890", "T-123456789018", "１２３４５６７８９０１２"])
def test_what_stands_in_every_record_cannot_hold_an_individual_number(name: str, digits: str) -> None:
    assert desk().reason(f"Bearer {token(claims(**{name: digits}))}") is Reason.INVALID_CLAIM


@pytest.mark.parametrize("subject", ["123456789018", "12345678902"])
def test_a_subject_is_no_number_of_a_resident(subject: str) -> None:
    assert desk().reason(f"Bearer {token(claims(sub=subject))}") is Reason.INVALID_CLAIM


@pytest.mark.holds("M05")
@pytest.mark.parametrize("code", ["131016", "012130", "12131", "０１２１３１"])
def test_a_municipality_that_is_not_held_here_is_refused_like_a_bad_token(code: str) -> None:
    assert desk().reason(f"Bearer {token(claims(municipality_code=code))}") is Reason.UNKNOWN_MUNICIPALITY


def test_a_setting_may_fix_the_municipality_of_an_issuer() -> None:
    at_a_desk = desk(municipality_code="012131")
    assert at_a_desk.identify(f"Bearer {token(claims(municipality_code=None))}") == IDENTITY
    assert at_a_desk.identify(f"Bearer {token()}") == IDENTITY
    assert at_a_desk.reason(f"Bearer {token(claims(municipality_code='012050'))}") is Reason.UNKNOWN_MUNICIPALITY


def test_a_fixed_municipality_that_is_not_held_here_is_refused() -> None:
    at_a_desk = desk(municipality_code="131016")
    assert at_a_desk.reason(f"Bearer {token(claims(municipality_code=None))}") is Reason.UNKNOWN_MUNICIPALITY
