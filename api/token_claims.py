"""From a checked token's claims to an Identity: each there, a text, bounded, clean, and of a municipality held here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from api.sign_in import ClaimNames, Issuer, Reason, SignInRefused
from authz.callers import Identity

_MAX_LENGTH: Final = 255
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# What stands in every record and log must not be able to hold an Individual Number or a Resident Record Code
# (番号法 第20条). A subject may be long and hold digits (UUIDs do), but not be such a number.
_TEN_DIGITS: Final = re.compile(r"\d{10}")
_NUMBER_OF_A_PERSON: Final = re.compile(r"\d{11,12}")


def identity_of(claims: Mapping[str, Any], issuer: Issuer, municipalities: frozenset[str]) -> Identity:
    """The person or system that the claims name. Raises SignInRefused."""
    names = issuer.claims
    return Identity(
        subject=_subject(claims, names),
        display_name=_text(claims, names.display_name),
        municipality_code=_municipality(claims, issuer, municipalities),
        department=_text(claims, names.department),
        staff_number=_code(claims, names.staff_number),
        terminal=_code(claims, names.terminal),
        application=_application(claims, names),
        strength=_text(claims, names.strength),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None or value == "":
        raise SignInRefused(Reason.MISSING_CLAIM)
    if not isinstance(value, str) or len(value) > _MAX_LENGTH or value != value.strip() or _holds_unseen(value):
        raise SignInRefused(Reason.INVALID_CLAIM)
    return value


def _holds_unseen(value: str) -> bool:
    """Control and format characters: they could forge a line of a log, or turn the reading direction of a name."""
    return any(unicodedata.category(character) in _UNSEEN for character in value)


def _code(claims: Mapping[str, Any], name: str) -> str:
    value = _text(claims, name)
    if _TEN_DIGITS.search(value):
        raise SignInRefused(Reason.INVALID_CLAIM)
    return value


def _subject(claims: Mapping[str, Any], names: ClaimNames) -> str:
    value = _text(claims, names.subject)
    if _NUMBER_OF_A_PERSON.fullmatch(value):
        raise SignInRefused(Reason.INVALID_CLAIM)
    return value


def _application(claims: Mapping[str, Any], names: ClaimNames) -> str:
    for name in names.application:
        if claims.get(name) is not None:
            return _text(claims, name)
    raise SignInRefused(Reason.MISSING_CLAIM)


def _municipality(claims: Mapping[str, Any], issuer: Issuer, municipalities: frozenset[str]) -> str:
    """The setting's municipality where it fixes one (a claim may then only agree), else the claim's."""
    fixed = issuer.municipality_code
    if fixed is not None and issuer.claims.municipality_code not in claims:
        code = fixed
    else:
        code = _text(claims, issuer.claims.municipality_code)
    if code not in municipalities or code != (fixed or code):
        raise SignInRefused(Reason.UNKNOWN_MUNICIPALITY)
    return code
