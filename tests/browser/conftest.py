"""A browser for every test, and services to open: a fake one, and the real demonstration."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser
from starlette.applications import Starlette

from api.pages.install_assets import is_installed
from tests.browser.chromium import CHROMIUM, SCREEN, GraphiQL, chromium
from tests.browser.fake_reviewing import fake_reviewing
from tests.browser.fake_service import fake_service
from tests.browser.reviewer_page import Reviewer
from tests.commands import Running

Open = Callable[[str], GraphiQL]
OpenReviewer = Callable[..., Reviewer]


def _not_here(reason: str) -> None:
    """Skip where a person works; fail where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium_is_here() -> None:
    """What a browser test needs from the machine."""
    if CHROMIUM is None:
        _not_here("no Chromium: apt-get install -y chromium")


@pytest.fixture(scope="session")
def all_is_here(chromium_is_here: None) -> None:
    """What a test of GraphiQL needs beside it."""
    if not is_installed():
        _not_here("GraphiQL is not installed: make install, with npm")


# One browser a module, not a session: while Playwright runs, its event loop keeps `asyncio.run` from other tests.
@pytest.fixture(scope="module")
def browser(chromium_is_here: None) -> Iterator[Browser]:
    """A browser; each test has a context of its own in it."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def open_graphiql(browser: Browser, all_is_here: None) -> Iterator[Open]:
    """Opens GraphiQL at a service's address."""
    with browser.new_context(viewport=SCREEN, locale="ja-JP") as context:
        yield lambda url: GraphiQL(context.new_page(), url).open()


@pytest.fixture
def open_reviewer(browser: Browser) -> Iterator[OpenReviewer]:
    """Opens the reviewers' page at a service's address."""
    with browser.new_context(viewport=SCREEN, locale="ja-JP") as context:
        yield lambda url, view="policy", until=None: Reviewer(context.new_page(), url).open(view, until=until)


@contextmanager
def _running(app: Starlette) -> Iterator[str]:
    """An app on a free port, and its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def fake() -> Iterator[str]:
    """The fake demonstration's address."""
    with _running(fake_service()) as url:
        yield url


@pytest.fixture(scope="session")
def fake_without_demonstration() -> Iterator[str]:
    """The address of a fake that has no callers of its own."""
    with _running(fake_service(demonstration=False)) as url:
        yield url


@pytest.fixture(scope="session")
def reviewed() -> Iterator[str]:
    """The address of a fake that answers a reviewer."""
    with _running(fake_reviewing()) as url:
        yield url


@pytest.fixture(scope="session")
def reviewed_without_demonstration() -> Iterator[str]:
    """The same without callers of its own."""
    with _running(fake_reviewing(demonstration=False)) as url:
        yield url


@pytest.fixture
def served(request: pytest.FixtureRequest) -> str:
    """The address of the real demonstration; GRAPHIQL_TEST_URL names one that runs already."""
    if given := os.environ.get("GRAPHIQL_TEST_URL"):
        return given
    demonstration: Running = request.getfixturevalue("demonstration")
    return demonstration.url
