"""Signing in with a real OpenID provider (oidc-provider from npm), as a city would run one."""

from __future__ import annotations

import asyncio
import json
import os
import select
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import jwt
import pytest

from api.authentication import REMEMBERED_SECONDS, Authenticator
from api.issuer_keys import FRESH_SECONDS, PAUSE_SECONDS, PublishedKeys
from api.sign_in import Issuer, Reason, SignInRefused, SignInSettings
from tests.api.tokens import AN_ISSUER, CLAIMS, HELD, Clock

HERE = Path(__file__).parent / "openid_provider"
START_SECONDS = 15
EXTRA_CLAIMS = {
    name: CLAIMS[name] for name in ("name", "municipality_code", "department", "staff_number", "terminal", "acr")
}


def _unable(reason: str) -> None:
    """Elsewhere a missing npm skips these tests; a pipeline must have it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def node() -> str:
    """Node, with the provider installed as its lock says."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _unable("the OpenID provider comes from npm, which is not here")
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
        if done.returncode:
            _unable(f"npm could not install the OpenID provider: {done.stderr[-500:]}")
    return str(node)


class Provider:
    """The provider as a process that a test stops and starts; it keeps its port, and has a new key each time."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._port = 0
        self._starts = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._starts += 1
        command = [self._node, "provider.mjs", str(self._port), f"key-{self._starts}", json.dumps(EXTRA_CLAIMS)]
        self._process = subprocess.Popen(  # noqa: S603 - our own script with our own words
            command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout
        listening, _, _ = select.select([self._process.stdout], [], [], START_SECONDS)
        assert listening, "the provider did not start"
        ready, port = self._process.stdout.readline().split()
        assert ready == "ready"
        self._port = int(port)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None


@pytest.fixture
def provider(node: str) -> Iterator[Provider]:
    running = Provider(node)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@dataclass
class Office:
    """An application that gets tokens, and a register that checks them."""

    provider: Provider
    client: httpx.AsyncClient
    clock: Clock
    authenticator: Authenticator

    async def token(self, audience: str = AN_ISSUER.audience) -> str:
        """A token as the application gets it; the clock is set to when it was made."""
        response = await self.client.post(
            f"{self.provider.issuer}/token",
            auth=("tax-application", "made-up-for-this-test"),
            data={"grant_type": "client_credentials", "resource": audience},
        )
        token: str = response.raise_for_status().json()["access_token"]
        self.clock.at = max(self.clock.at, jwt.decode(token, options={"verify_signature": False})["iat"])
        return token

    async def reason(self, token: str) -> Reason:
        with pytest.raises(SignInRefused) as refused:
            await self.authenticator.identify(f"Bearer {token}")
        return refused.value.reason

    async def lets_in(self, token: str) -> bool:
        identity = await self.authenticator.identify(f"Bearer {token}")
        return identity.staff_number == EXTRA_CLAIMS["staff_number"]


@asynccontextmanager
async def office(provider: Provider) -> AsyncIterator[Office]:
    clock = Clock(0)
    async with httpx.AsyncClient(trust_env=False) as client:
        settings = SignInSettings((Issuer(provider.issuer, AN_ISSUER.audience),))
        keys = {provider.issuer: PublishedKeys(provider.issuer, client, clock)}
        yield Office(provider, client, clock, Authenticator(settings, keys, HELD, clock))


@pytest.mark.holds("M05")
def test_a_token_of_a_real_provider_says_who_is_calling(provider: Provider) -> None:
    async def story() -> None:
        async with office(provider) as desk:
            identity = await desk.authenticator.identify(f"Bearer {await desk.token()}")
            assert identity.subject == identity.application == "tax-application"
            assert identity.display_name == CLAIMS["name"]
            assert (identity.department, identity.terminal) == (CLAIMS["department"], CLAIMS["terminal"])
            assert (identity.municipality_code, identity.strength) == ("012131", "mfa")
            assert await desk.reason(await desk.token("urn:another:service")) is Reason.WRONG_AUDIENCE

    asyncio.run(story())


def test_a_key_that_the_provider_rotates_is_picked_up_and_the_old_one_ends(provider: Provider) -> None:
    async def story() -> None:
        async with office(provider) as desk:
            old = await desk.token()
            assert await desk.lets_in(old)
            provider.stop()
            provider.start()
            desk.clock.at += PAUSE_SECONDS
            assert await desk.lets_in(await desk.token())
            desk.clock.at += REMEMBERED_SECONDS
            assert await desk.reason(old) is Reason.UNKNOWN_KEY

    asyncio.run(story())


def test_a_provider_that_is_down_lets_nobody_new_in_until_it_is_back(provider: Provider) -> None:
    async def story() -> None:
        async with office(provider) as desk:
            token = await desk.token()
            provider.stop()
            assert await desk.reason(token) is Reason.ISSUER_UNREACHABLE
            provider.start()
            token = await desk.token()
            assert await desk.reason(token) is Reason.ISSUER_UNREACHABLE
            desk.clock.at += PAUSE_SECONDS
            assert await desk.lets_in(token)
            provider.stop()
            desk.clock.at += FRESH_SECONDS
            assert await desk.reason(token) is Reason.ISSUER_UNREACHABLE

    asyncio.run(story())
