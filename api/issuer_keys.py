"""An OpenID issuer's public keys: found by its discovery document, fetched when needed, forgotten when old."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import httpx
import structlog
from jwt import PyJWK, PyJWTError

from api.sign_in import is_https, is_loopback_http

FRESH_SECONDS: Final = 300.0
"""How long fetched keys count. After that, no key is better than an old one: a withdrawn key must end."""

PAUSE_SECONDS: Final = 5.0
"""The least time between two fetches, whatever tokens come in and however the last one ended."""

TIMEOUT_SECONDS: Final = 3.0
MAX_DOCUMENT_BYTES: Final = 256 * 1024
MAX_KEYS: Final = 100

_ALGORITHMS_OF: Final = {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "OKP": ("EdDSA",)}

_log = structlog.get_logger(__name__)


class IssuerUnreachable(Exception):
    """There are no keys to check with: the issuer does not answer, or not as an OpenID issuer does."""


class KeySource(Protocol):
    """Where an issuer's public keys come from."""

    async def find(self, kid: str, algorithm: str) -> PyJWK | None:
        """The key of this id, if the issuer has it and it is for this algorithm. Raises IssuerUnreachable."""


class PublishedKeys:
    """The keys an issuer publishes (OpenID Connect Discovery 1.0 §4, RFC 7517).

    `now` gives seconds. One fetch is under way at a time and all who need it wait for that one; a caller who hangs up
    does not end it for the others.
    """

    def __init__(self, issuer_url: str, client: httpx.AsyncClient, now: Callable[[], float]) -> None:
        self._issuer_url = issuer_url
        self._client = client
        self._now = now
        self._keys: Mapping[tuple[str, str], PyJWK] = {}
        self._fresh_until = self._next_fetch = float("-inf")
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str, algorithm: str) -> PyJWK | None:
        """The key, from memory where it is fresh; an unknown id or old keys are a reason to fetch."""
        if self._is_fresh() and (key := self._keys.get((kid, algorithm))):
            return key
        await self._refresh()
        if not self._is_fresh():
            raise IssuerUnreachable
        return self._keys.get((kid, algorithm))

    def _is_fresh(self) -> bool:
        return self._now() < self._fresh_until

    async def _refresh(self) -> None:
        if self._fetch is None or self._fetch.done():
            if self._now() < self._next_fetch:
                return
            self._fetch = asyncio.create_task(self._load())
        await asyncio.shield(self._fetch)

    async def _load(self) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                self._keys = keys_of(await self._published())
            self._fresh_until = self._now() + FRESH_SECONDS
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RecursionError) as error:
            _log.warning("issuer_keys.unreachable", issuer=self._issuer_url, error=type(error).__name__)
        finally:
            self._next_fetch = self._now() + PAUSE_SECONDS

    async def _published(self) -> Mapping[str, Any]:
        discovery = await self._document(f"{self._issuer_url.rstrip('/')}/.well-known/openid-configuration")
        if discovery.get("issuer") != self._issuer_url:
            raise ValueError("the discovery document is another issuer's")
        return await self._document(self._keys_address(discovery.get("jwks_uri")))

    def _keys_address(self, jwks_uri: object) -> str:
        """The address of the keys: https, but a loopback issuer's may stay on loopback."""
        if isinstance(jwks_uri, str):
            on_loopback = is_loopback_http(self._issuer_url) and is_loopback_http(jwks_uri)
            if on_loopback or is_https(jwks_uri):
                return jwks_uri
        raise ValueError("jwks_uri is not an https address")

    async def _document(self, url: str) -> Mapping[str, Any]:
        body = bytearray()
        async with self._client.stream("GET", url, follow_redirects=False) as response:
            if response.status_code != httpx.codes.OK:
                raise ValueError("not answered with 200")
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_DOCUMENT_BYTES:
                    raise ValueError("larger than such a document is")
        document = json.loads(body)
        if not isinstance(document, dict):
            raise ValueError("not a JSON object")
        return document


def keys_of(document: Mapping[str, Any]) -> Mapping[tuple[str, str], PyJWK]:
    """The usable keys of a key set, by (key id, algorithm).

    Left out: keys without an id, for encryption, symmetric or private ones, and what cannot be read. Raises ValueError
    if it is no key set.
    """
    published = document.get("keys")
    if not isinstance(published, list) or len(published) > MAX_KEYS:
        raise ValueError("not a key set")
    return {
        (jwk["kid"], algorithm): key
        for jwk in published
        if _is_public_signing_key(jwk)
        for algorithm in _algorithms_of(jwk)
        if (key := _read(jwk, algorithm))
    }


def _is_public_signing_key(jwk: object) -> bool:
    return (
        isinstance(jwk, dict)
        and isinstance(jwk.get("kid"), str)
        and isinstance(jwk.get("kty"), str)
        and jwk.get("use", "sig") == "sig"
        and "d" not in jwk
    )


def _algorithms_of(jwk: Mapping[str, Any]) -> tuple[str, ...]:
    """What a key may be used for: what its kind allows, narrowed to its own `alg` where it names one."""
    possible = _ALGORITHMS_OF.get(jwk["kty"], ())
    return tuple(algorithm for algorithm in possible if jwk.get("alg", algorithm) == algorithm)


def _read(jwk: dict[str, Any], algorithm: str) -> PyJWK | None:
    try:
        return PyJWK(jwk, algorithm)
    except (PyJWTError, ValueError, TypeError):
        return None
