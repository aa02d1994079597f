"""Debian's Chromium, driven by Playwright with a profile that is new each time, and GraphiQL as a person uses it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",  # as root, as in a container, Chromium starts no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN: ViewportSize = {"width": 1440, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that keeps what it keeps in memory, per context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def chromium_with(profile: Path) -> Iterator[BrowserContext]:
    """A browser as a person has it: what it keeps, it keeps in the folder `profile`."""
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch_persistent_context
        yield launch(profile, executable_path=CHROMIUM, args=QUIET, viewport=SCREEN, locale="ja-JP")


@dataclass(slots=True)
class GraphiQL:
    """The page at `url`/graphiql, with what it asked for and what the console complained of."""

    page: Page
    url: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self) -> GraphiQL:
        """Open the page and wait until it can run something."""
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{self.url}/graphiql")
        self.page.wait_for_selector("#run:enabled")
        return self

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    @property
    def elsewhere(self) -> list[str]:
        """What was asked of any other origin than the page's own."""
        own = urlsplit(self.url).netloc
        return [url for url in self.requested if urlsplit(url).scheme != "data" and urlsplit(url).netloc != own]

    def choose(self, *, caller: str | None = None, example: str | None = None) -> None:
        """Choose a caller, and an example by its file's name."""
        if caller:
            self.page.select_option("#caller", caller)
        if example:
            self.page.select_option("#example", example)

    def write(self, document: str) -> None:
        """Put a document into the editor by hand."""
        self.page.click(".graphiql-query-editor .CodeMirror-lines")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(document)

    def run(self) -> str:
        """Run what is in the editor; returns the answer's text as GraphiQL got it."""
        with self.page.expect_response(lambda response: response.url.endswith("/graphql")) as answered:
            self.page.click("#run")
        text = answered.value.text()
        self.page.wait_for_selector(".graphiql-spinner", state="detached")
        self.page.wait_for_function("document.querySelector('#outcomes table')")
        return text

    def run_as(self, caller: str) -> str:
        """Run the same again as another caller."""
        self.choose(caller=caller)
        return self.run()

    def shown_response(self) -> str:
        """What GraphiQL's response pane says."""
        return str(self.page.evaluate("document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"))

    def columns(self) -> list[str]:
        """The callers whose outcomes stand side by side, the last run's at the right."""
        return [str(cell.get_attribute("data-caller")) for cell in self.page.query_selector_all("th[data-caller]")]

    def outcomes(self, item: str) -> list[str]:
        """The outcomes of an item, caller by caller, as the panel's badges show them."""
        cells = self.page.query_selector_all(f"tr[data-path$='.{item}'] [data-outcome]")
        return [str(cell.get_attribute("data-outcome")) for cell in cells]
