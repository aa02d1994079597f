"""Signing in: from a bearer token to an Identity, or one and the same refusal.

Only the `Authorization` header says who is calling. No header that a proxy or a client might add (`X-Forwarded-User`,
`X-Remote-User`) is read anywhere.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from jwt import PyJWS, PyJWTError

from api.issuer_keys import IssuerUnreachable, KeySource
from api.sign_in import Issuer, Reason, SignInRefused, SignInSettings
from api.token_claims import identity_of
from authz.callers import Identity

LEEWAY_SECONDS: Final = 5.0
"""How far the issuer's clock and ours may differ."""

MAX_HEADER_CHARACTERS: Final = 8 * 1024

REMEMBERED_SECONDS: Final = 60.0
"""How long a checked token is believed without a new check, never past its `exp`.

So a key that the issuer withdraws is honoured for at most this long after the keys were fetched without it.
"""

MAX_REMEMBERED: Final = 4096

_BEARER: Final = re.compile(r"bearer +([a-z0-9_-]+\.[a-z0-9_-]+\.[a-z0-9_-]+)", re.ASCII | re.IGNORECASE)

# A token must not bring its own key, nor extensions that must be understood (RFC 7515 §4.1, RFC 8725 §3).
_REFUSED_HEADERS: Final = frozenset({"crit", "jku", "jwk", "x5u", "x5c"})

# RFC 9068 §2.1 and what issuers wrote before it; a logout or DPoP proof token of the same issuer is no access token.
_ACCESS_TOKEN_TYPES: Final = frozenset({"at+jwt", "application/at+jwt", "jwt"})

_LATEST_TIME: Final = 2**40

_jws: Final = PyJWS(options={"verify_signature": True, "enforce_minimum_key_length": True})


def authorization_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The Authorization header of an ASGI request, the only one that signing in reads.

    Two of them are joined by a comma, as HTTP says, so that they are refused and never one of them chosen.
    """
    values = [value.decode("latin-1") for name, value in headers if name.lower() == b"authorization"]
    return ", ".join(values) if values else None


class Authenticator:
    """Checks bearer tokens (JWT, RFC 9068) against the published keys of the issuers in the settings.

    `keys` has a source for each issuer's URL; `municipalities` are those this server holds; `now` gives seconds since
    1970.
    """

    def __init__(
        self,
        settings: SignInSettings,
        keys: Mapping[str, KeySource],
        municipalities: frozenset[str],
        now: Callable[[], float],
    ) -> None:
        self._trusted = {issuer.url: (issuer, keys[issuer.url]) for issuer in settings.issuers}
        self._municipalities = municipalities
        self._now = now
        self._remembered = _Remembered()

    async def identify(self, authorization: str | None) -> Identity:
        """Who is calling, by the value of the Authorization header. Raises SignInRefused."""
        try:
            return await self._identified(authorization)
        except SignInRefused as refused:
            reason = refused.reason
        # Raised here and not above, so that no error that holds a piece of the token hangs on it as its context.
        raise SignInRefused(reason)

    async def _identified(self, authorization: str | None) -> Identity:
        token = _bearer_token(authorization)
        fingerprint = sha256(token.encode("ascii")).digest()
        known = self._remembered.find(fingerprint, self._now())
        if known is not None:
            return known
        claims, issuer = await self._checked(token)
        identity = identity_of(claims, issuer, self._municipalities)
        self._remembered.keep(fingerprint, identity, min(claims["exp"], self._now() + REMEMBERED_SECONDS))
        return identity

    async def _checked(self, token: str) -> tuple[Mapping[str, Any], Issuer]:
        header, claims = _unverified(token)
        issuer, keys = self._issuer_named(claims)
        _check_header(header, issuer)
        await _check_signature(token, header, keys)
        _check_audience(claims, issuer)
        _check_is_bearer(claims)
        _check_times(claims, self._now())
        return claims, issuer

    def _issuer_named(self, claims: Mapping[str, Any]) -> tuple[Issuer, KeySource]:
        named = claims.get("iss")
        trusted = self._trusted.get(named) if isinstance(named, str) else None
        if trusted is None:
            raise SignInRefused(Reason.WRONG_ISSUER)
        return trusted


class _Remembered:
    """The identities of tokens checked lately, by the token's hash; bounded, the longest unused goes first."""

    def __init__(self) -> None:
        self._entries: OrderedDict[bytes, tuple[float, Identity]] = OrderedDict()

    def find(self, fingerprint: bytes, now: float) -> Identity | None:
        until, identity = self._entries.get(fingerprint, (now, None))
        if now >= until:
            self._entries.pop(fingerprint, None)
            return None
        self._entries.move_to_end(fingerprint)
        return identity

    def keep(self, fingerprint: bytes, identity: Identity, until: float) -> None:
        self._entries[fingerprint] = (until, identity)
        if len(self._entries) > MAX_REMEMBERED:
            self._entries.popitem(last=False)


def _bearer_token(authorization: str | None) -> str:
    if not authorization:
        raise SignInRefused(Reason.NO_TOKEN)
    if len(authorization) > MAX_HEADER_CHARACTERS:
        raise SignInRefused(Reason.MALFORMED)
    match = _BEARER.fullmatch(authorization)
    if match is None:
        raise SignInRefused(Reason.MALFORMED)
    return match[1]


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims as they stand, of which nothing may be believed yet but whose keys to try."""
    try:
        parts = _jws.decode_complete(token, options={"verify_signature": False})
        claims = json.loads(parts["payload"])
    except (PyJWTError, ValueError, RecursionError):
        raise SignInRefused(Reason.MALFORMED) from None
    if not isinstance(claims, dict):
        raise SignInRefused(Reason.MALFORMED)
    return parts["header"], claims


def _check_header(header: Mapping[str, Any], issuer: Issuer) -> None:
    if _REFUSED_HEADERS & header.keys() or not isinstance(header.get("kid"), str):
        raise SignInRefused(Reason.MALFORMED)
    if header.get("alg") not in issuer.algorithms:
        raise SignInRefused(Reason.WRONG_ALGORITHM)
    if str(header.get("typ", "jwt")).lower() not in _ACCESS_TOKEN_TYPES:
        raise SignInRefused(Reason.WRONG_TYPE)


async def _check_signature(token: str, header: Mapping[str, Any], keys: KeySource) -> None:
    try:
        key = await keys.find(header["kid"], header["alg"])
    except IssuerUnreachable:
        raise SignInRefused(Reason.ISSUER_UNREACHABLE) from None
    if key is None:
        raise SignInRefused(Reason.UNKNOWN_KEY)
    try:
        _jws.decode_complete(token, key, algorithms=[header["alg"]])
    except PyJWTError:
        raise SignInRefused(Reason.BAD_SIGNATURE) from None


def _check_audience(claims: Mapping[str, Any], issuer: Issuer) -> None:
    audience = claims.get("aud")
    meant_for = audience if isinstance(audience, list) else [audience]
    if issuer.audience not in meant_for:
        raise SignInRefused(Reason.WRONG_AUDIENCE)


def _check_is_bearer(claims: Mapping[str, Any]) -> None:
    """A token bound to a key that its sender must prove (RFC 9449 §7.2, RFC 8705 §3) comes as bearer: stolen."""
    if "cnf" in claims:
        raise SignInRefused(Reason.WRONG_TYPE)


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    """`exp` and `iat` must be there, `nbf` counts where it is: RFC 9068 §2.2 does not ask for it, few send it."""
    if _time(claims, "exp") <= now - LEEWAY_SECONDS:
        raise SignInRefused(Reason.EXPIRED)
    begins = max(_time(claims, "iat"), _time(claims, "nbf") if "nbf" in claims else 0)
    if begins > now + LEEWAY_SECONDS:
        raise SignInRefused(Reason.NOT_YET_VALID)


def _time(claims: Mapping[str, Any], name: str) -> float:
    """A time claim in seconds since 1970; a number, finite, and of this age of the world."""
    value = claims.get(name)
    if value is None:
        raise SignInRefused(Reason.MISSING_CLAIM)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST_TIME:
        raise SignInRefused(Reason.INVALID_CLAIM)
    return value
