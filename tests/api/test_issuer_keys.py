"""An issuer's keys are fetched seldom, by one at a time, from nowhere else, and end when they are old."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from jwt.algorithms import ECAlgorithm
from structlog.testing import capture_logs

from api.issuer_keys import (
    FRESH_SECONDS,
    MAX_DOCUMENT_BYTES,
    MAX_KEYS,
    PAUSE_SECONDS,
    IssuerUnreachable,
    PublishedKeys,
    keys_of,
)
from tests.api.tokens import Clock, private_key, public_jwk

ISSUER = "https://issuer.example"
DISCOVERY = "/.well-known/openid-configuration"


class Provider:
    """An issuer's two documents, changed by the test; it counts how often its keys are fetched."""

    def __init__(self, issuer: str = ISSUER) -> None:
        self.discovery: object = {"issuer": issuer, "jwks_uri": f"{issuer}/keys"}
        self.keys: object = {"keys": [public_jwk("ES256", "k1")]}
        self.status = 200
        self.fetches = 0
        self.hosts: set[str] = set()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        self.hosts.add(request.url.host)
        if request.url.path.endswith(DISCOVERY):
            self.fetches += 1
            return self._document(self.discovery)
        return self._document(self.keys)

    def _document(self, document: object) -> httpx.Response:
        if isinstance(document, bytes):
            return httpx.Response(self.status, content=document)
        return httpx.Response(self.status, json=document, headers={"Location": "https://elsewhere.example/"})

    def stop(self) -> None:
        self.status = 503

    def start(self) -> None:
        self.status = 200


def published(provider: Provider, clock: Callable[[], float], issuer: str = ISSUER) -> PublishedKeys:
    return PublishedKeys(issuer, httpx.AsyncClient(transport=httpx.MockTransport(provider.answer)), clock)


def found(keys: PublishedKeys, *kids: str) -> list[bool]:
    """Whether each key was found, all asked for at once."""

    async def ask() -> list[bool]:
        return [key is not None for key in await asyncio.gather(*(keys.find(kid, "ES256") for kid in kids))]

    return asyncio.run(ask())


def test_keys_are_found_through_the_discovery_document() -> None:
    assert found(published(Provider(), Clock()), "k1") == [True]


def test_an_issuer_below_a_path_is_discovered_below_it() -> None:
    issuer = f"{ISSUER}/realms/city"
    assert found(published(Provider(issuer), Clock(), issuer), "k1") == [True]


def test_known_keys_are_not_fetched_again_while_they_are_fresh() -> None:
    provider, clock = Provider(), Clock()
    keys = published(provider, clock)
    found(keys, "k1")
    clock.at += FRESH_SECONDS - 1
    assert (found(keys, "k1"), provider.fetches) == ([True], 1)
    clock.at += 1
    assert (found(keys, "k1"), provider.fetches) == ([True], 2)


def test_a_withdrawn_key_ends_with_the_freshness_of_the_fetched_ones() -> None:
    provider, clock = Provider(), Clock()
    keys = published(provider, clock)
    found(keys, "k1")
    provider.keys = {"keys": [public_jwk("ES256", "k2")]}
    clock.at += FRESH_SECONDS
    assert found(keys, "k1", "k2") == [False, True]


def test_a_new_key_is_picked_up_when_a_token_names_it() -> None:
    provider, clock = Provider(), Clock()
    keys = published(provider, clock)
    found(keys, "k1")
    provider.keys = {"keys": [public_jwk("ES256", "k1"), public_jwk("ES256", "k2")]}
    clock.at += PAUSE_SECONDS
    assert found(keys, "k2") == [True]


def test_a_flood_of_unknown_keys_is_one_fetch_a_pause() -> None:
    provider, clock = Provider(), Clock()
    keys = published(provider, clock)
    flood = [f"made-up-{number}" for number in range(200)]
    assert not any(found(keys, *flood))
    assert provider.fetches == 1
    clock.at += PAUSE_SECONDS - 1
    assert (any(found(keys, *flood)), provider.fetches) == (False, 1)
    clock.at += 1
    assert (any(found(keys, *flood)), provider.fetches) == (False, 2)


def test_a_flood_of_unknown_keys_does_not_delay_known_ones() -> None:
    provider, clock = Provider(), Clock()
    keys = published(provider, clock)
    found(keys, "k1")
    provider.stop()
    clock.at += PAUSE_SECONDS
    assert found(keys, "k1", "made-up", "k1") == [True, False, True]


def test_the_first_callers_share_one_fetch() -> None:
    provider = Provider()
    assert found(published(provider, Clock()), *["k1"] * 50) == [True] * 50
    assert provider.fetches == 1


def test_a_caller_who_hangs_up_does_not_end_the_fetch_for_the_others() -> None:
    provider = Provider()
    keys = published(provider, Clock())

    async def ask() -> bool:
        first = asyncio.create_task(keys.find("k1", "ES256"))
        second = asyncio.create_task(keys.find("k1", "ES256"))
        await asyncio.sleep(0)
        first.cancel()
        return await second is not None

    assert asyncio.run(ask())
    assert provider.fetches == 1


def test_an_issuer_that_is_down_lets_nobody_in_and_is_asked_again_after_the_pause() -> None:
    provider, clock = Provider(), Clock()
    keys = published(provider, clock)
    provider.stop()
    for _ in range(3):
        with pytest.raises(IssuerUnreachable):
            found(keys, "k1")
    assert provider.fetches == 1
    provider.start()
    clock.at += PAUSE_SECONDS
    assert found(keys, "k1") == [True]


def test_old_keys_do_not_stand_in_for_an_issuer_that_is_down() -> None:
    provider, clock = Provider(), Clock()
    keys = published(provider, clock)
    found(keys, "k1")
    provider.stop()
    clock.at += FRESH_SECONDS
    with pytest.raises(IssuerUnreachable):
        found(keys, "k1")


@pytest.mark.parametrize(
    "discovery",
    [
        {},
        [],
        b"",
        b"{",
        b"[" * 100_000,
        json.dumps({"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}).encode().ljust(MAX_DOCUMENT_BYTES + 1),
        {"issuer": "https://elsewhere.example", "jwks_uri": f"{ISSUER}/keys"},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": 7},
        {"issuer": ISSUER, "jwks_uri": "http://issuer.example/keys"},
        {"issuer": ISSUER, "jwks_uri": "http://127.0.0.1/keys"},
        {"issuer": ISSUER, "jwks_uri": "http://169.254.169.254/keys"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        {"issuer": ISSUER, "jwks_uri": "https://"},
        {"issuer": ISSUER, "jwks_uri": "https://[::1/keys"},
        {"issuer": ISSUER, "jwks_uri": "https://issuer.example:port/keys"},
    ],
)
def test_a_discovery_document_that_is_wrong_gives_no_keys(discovery: object) -> None:
    provider = Provider()
    provider.discovery = discovery
    with pytest.raises(IssuerUnreachable):
        found(published(provider, Clock()), "k1")
    assert provider.hosts == {"issuer.example"}


@pytest.mark.parametrize("keys", [{}, [], {"keys": {}}, b"{", {"keys": [public_jwk("ES256", "k1")] * (MAX_KEYS + 1)}])
def test_a_key_set_that_is_wrong_gives_no_keys(keys: object) -> None:
    provider = Provider()
    provider.keys = keys
    with pytest.raises(IssuerUnreachable):
        found(published(provider, Clock()), "k1")


@pytest.mark.parametrize("status", [301, 302, 404, 500])
def test_no_redirect_is_followed_and_no_error_page_read(status: int) -> None:
    provider = Provider()
    provider.status = status
    with pytest.raises(IssuerUnreachable):
        found(published(provider, Clock()), "k1")
    assert provider.hosts == {"issuer.example"}


def test_an_issuer_on_this_machine_may_have_its_keys_here_without_https() -> None:
    issuer = "http://127.0.0.1:9000"
    assert found(published(Provider(issuer), Clock(), issuer), "k1") == [True]


def test_an_unreachable_issuer_is_logged_with_the_kind_of_error_only() -> None:
    provider = Provider()
    provider.stop()
    with capture_logs() as logs, pytest.raises(IssuerUnreachable):
        found(published(provider, Clock()), "kid-of-a-token")
    assert logs == [
        {"event": "issuer_keys.unreachable", "log_level": "warning", "issuer": ISSUER, "error": "ValueError"}
    ]


def _changed(**changes: object) -> dict[str, Any]:
    return {name: value for name, value in {**public_jwk("ES256", "k1"), **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "jwk",
    [
        "text",
        _changed(kid=None),
        _changed(kid=7),
        _changed(kty=None),
        _changed(kty="oct", k="c2VjcmV0"),
        _changed(kty=["EC"]),
        _changed(use="enc"),
        _changed(**ECAlgorithm.to_jwk(private_key("ES256"), as_dict=True)),
        _changed(x="AAAA"),
        _changed(y=None),
        _changed(alg="ES512"),
        _changed(alg="HS256"),
        _changed(crv="P-999"),
    ],
)
def test_a_key_that_cannot_check_a_signature_is_left_out_and_the_others_count(jwk: object) -> None:
    assert set(keys_of({"keys": [jwk, public_jwk("EdDSA", "k2")]})) == {("k2", "EdDSA")}


def test_an_rsa_key_serves_both_its_algorithms_unless_it_names_one() -> None:
    free: Mapping[str, Any] = public_jwk("RS256", "k1")
    assert set(keys_of({"keys": [free]})) == {("k1", "RS256"), ("k1", "PS256")}
    assert set(keys_of({"keys": [{**free, "alg": "PS256"}]})) == {("k1", "PS256")}
