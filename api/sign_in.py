"""What signing in is told (whom to trust, what their claims are called) and how it says no."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from domain.errors import Code, Refusal

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""The signature algorithms a setting may allow. All have a public half: who can check a token cannot make one."""

_MUNICIPALITY_CODE: Final = re.compile(r"[0-9]{6}")


class Reason(StrEnum):
    """Why a sign-in was refused: for the ledger and the log only. Every caller gets the same answer."""

    NO_TOKEN = "NO_TOKEN"  # noqa: S105 - the name of a reason, no secret
    MALFORMED = "MALFORMED"
    WRONG_ALGORITHM = "WRONG_ALGORITHM"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_ISSUER = "WRONG_ISSUER"
    WRONG_AUDIENCE = "WRONG_AUDIENCE"
    ISSUER_UNREACHABLE = "ISSUER_UNREACHABLE"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    MISSING_CLAIM = "MISSING_CLAIM"
    INVALID_CLAIM = "INVALID_CLAIM"
    UNKNOWN_MUNICIPALITY = "UNKNOWN_MUNICIPALITY"


class SignInRefused(Refusal):
    """No valid token. What the caller gets is `UNAUTHENTICATED` and nothing else; `reason` is ours."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(Code.UNAUTHENTICATED)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Under which names an issuer's tokens carry what an Identity needs.

    Of the names for `application` the first that is there counts: `azp` is OpenID's, `client_id` that of RFC 9068.
    """

    subject: str = "sub"
    display_name: str = "name"
    municipality_code: str = "municipality_code"
    department: str = "department"
    staff_number: str = "staff_number"
    terminal: str = "terminal"
    application: tuple[str, ...] = ("azp", "client_id")
    strength: str = "acr"


@dataclass(frozen=True, slots=True)
class Issuer:
    """An OpenID issuer whose tokens count here.

    `url` is its identifier, to the letter (https, or http on a loopback address); `audience` what its tokens must be
    meant for; `algorithms` the signatures it may use. `municipality_code` (six digits) says for which one municipality
    it speaks; without it, the claim says so. ValueError names what is wrong.
    """

    url: str
    audience: str
    algorithms: tuple[str, ...] = ALGORITHMS
    municipality_code: str | None = None
    claims: ClaimNames = field(default_factory=ClaimNames)

    def __post_init__(self) -> None:
        if not (is_https(self.url) or is_loopback_http(self.url)):
            raise ValueError("issuer: an https address (or http on a loopback address) is needed")
        if not self.audience:
            raise ValueError("audience: must not be empty")
        if not self.algorithms or not set(self.algorithms) <= set(ALGORITHMS):
            raise ValueError(f"algorithms: one or more of {', '.join(ALGORITHMS)}")
        if self.municipality_code is not None and not _MUNICIPALITY_CODE.fullmatch(self.municipality_code):
            raise ValueError("municipality_code: six digits")


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """Whom this server trusts to say who is calling; at least one issuer, each once. ValueError otherwise."""

    issuers: tuple[Issuer, ...]

    def __post_init__(self) -> None:
        if not self.issuers:
            raise ValueError("issuers: at least one is needed")
        if len({issuer.url for issuer in self.issuers}) < len(self.issuers):
            raise ValueError("issuers: the same one twice")


def is_loopback_host(host: str | None) -> bool:
    """Whether a host name or address literal (without brackets) can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_https(url: str) -> bool:
    """Whether an address is https and names a host."""
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def is_loopback_http(url: str) -> bool:
    """Whether an address is plain http, but never leaves this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and is_loopback_host(parts.hostname)
