"""Takes the README's pictures of a running demonstration: `python -m tests.browser.screenshot URL [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.chromium import SCREEN, GraphiQL, chromium

CALLERS = ("tax-clerk", "election-clerk")


def take(url: str, folder: Path) -> None:
    """Ask for the Individual Number as two callers, hand in a move, and save what is seen."""
    with chromium() as browser:
        graphiql = GraphiQL(browser.new_page(viewport=SCREEN, locale="ja-JP"), url).open()
        for caller in CALLERS:  # who they are tells the legal basis of the rules
            graphiql.choose(example="6-who-am-i")
            graphiql.run_as(caller)
        graphiql.choose(example="3-individual-number")
        for caller in CALLERS:
            graphiql.run_as(caller)
        graphiql.page.screenshot(path=folder / "graphiql.png")
        graphiql.open().choose(example="9-move-within")
        graphiql.run_as("register-desk")
        graphiql.page.screenshot(path=folder / "graphiql-change.png")


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else "docs"))
