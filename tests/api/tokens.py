"""Builders for signing in: a clock that stands, keys made once, tokens right but for what a test changes."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWK, PyJWS
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from api.authentication import Authenticator
from api.issuer_keys import IssuerUnreachable, keys_of
from api.sign_in import Issuer, Reason, SignInRefused, SignInSettings
from authz.callers import Identity
from domain.errors import Code

NOON = 1_800_000_000.0
AN_ISSUER = Issuer("https://issuer.example", "urn:daicho:register")
HELD = frozenset({"012131", "012050"})

CLAIMS: Mapping[str, Any] = {
    "iss": AN_ISSUER.url,
    "aud": AN_ISSUER.audience,
    "iat": NOON - 60,
    "nbf": NOON - 60,
    "exp": NOON + 600,
    "sub": "8f14e45f-ceea-467f-a8b1-123456789012",
    "name": "税務 花子（見本）",
    "municipality_code": "012131",
    "department": "財政部市民税課",
    "staff_number": "S-1001",
    "terminal": "T-01",
    "azp": "tax-application",
    "acr": "mfa",
}

IDENTITY = Identity(
    subject=CLAIMS["sub"],
    display_name=CLAIMS["name"],
    municipality_code="012131",
    department="財政部市民税課",
    staff_number="S-1001",
    terminal="T-01",
    application="tax-application",
    strength="mfa",
)


class Clock:
    """Seconds since 1970, moved by the test alone."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@cache
def private_key(algorithm: str, number: int = 1) -> Any:
    """A private key for this algorithm; another `number`, another key."""
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(algorithm: str, kid: str, number: int = 1) -> dict[str, Any]:
    """The public half as a JWK."""
    writer = {"ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}.get(algorithm, RSAAlgorithm)
    return {**writer.to_jwk(private_key(algorithm, number).public_key(), as_dict=True), "kid": kid, "use": "sig"}


def encoded(part: object) -> str:
    """A part of a token: bytes as they are, anything else as JSON, in base64url."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(claims: object = None, *, algorithm: str = "ES256", number: int = 1, **header: object) -> str:
    """A token signed with the key of this algorithm, whose id is the algorithm's name."""
    head = {"kid": algorithm, **{name: value for name, value in header.items() if value is not None}}
    payload = claims if isinstance(claims, bytes) else json.dumps(dict(CLAIMS) if claims is None else claims).encode()
    return PyJWS().encode(payload, private_key(algorithm, number), algorithm, headers=head)


def claims(**changes: object) -> dict[str, object]:
    """The right claims with changes; None takes one away."""
    return {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}


class HeldKeys:
    """A source of keys that counts how often it is asked; `reachable` is what a test may switch."""

    def __init__(self, *jwks: Mapping[str, Any]) -> None:
        self._keys = keys_of({"keys": list(jwks)})
        self.asked = 0
        self.reachable = True

    async def find(self, kid: str, algorithm: str) -> PyJWK | None:
        self.asked += 1
        if not self.reachable:
            raise IssuerUnreachable
        return self._keys.get((kid, algorithm))


def held_keys() -> HeldKeys:
    """One key for each algorithm; its id is the algorithm's name."""
    return HeldKeys(*(public_jwk(name, name) for name in AN_ISSUER.algorithms))


@dataclass
class Desk:
    """An authenticator with its clock and keys, asked without async."""

    clock: Clock
    keys: HeldKeys
    authenticator: Authenticator

    def identify(self, authorization: str | None) -> Identity:
        return asyncio.run(self.authenticator.identify(authorization))

    def refusal(self, authorization: str | None) -> SignInRefused:
        with pytest.raises(SignInRefused) as caught:
            self.identify(authorization)
        return caught.value

    def reason(self, authorization: str | None) -> Reason:
        refusal = self.refusal(authorization)
        assert (refusal.code, refusal.names, refusal.extensions) == (Code.UNAUTHENTICATED, (), {})
        return refusal.reason


def desk(**issuer: Any) -> Desk:
    """A desk for one issuer, whose settings a test may change."""
    clock, keys = Clock(), held_keys()
    settings = SignInSettings((replace(AN_ISSUER, **issuer),))
    return Desk(clock, keys, Authenticator(settings, {AN_ISSUER.url: keys}, HELD, clock))
