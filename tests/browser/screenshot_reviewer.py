"""Takes the README's pictures of the reviewers' page: `python -m tests.browser.screenshot_reviewer URL HOME [FOLDER]`.

A running demonstration is asked, whose `DAICHO_HOME` is named: a month of invented entries is written to its ledger.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from api.cli.database_logins import read_logins
from persistence.ledger_store import LedgerStore
from tests.browser.chromium import SCREEN, chromium
from tests.browser.reviewer_page import Reviewer
from tests.domain.ledger.planted import CITY, FIRST, a_month

TOGETHER = 50


async def write_a_month(home: Path) -> None:
    """Write what of the month is past to the ledger, in the order of time."""
    ledger = LedgerStore(read_logins(home / "database-roles.json", [CITY]))
    await ledger.start()
    entries = sorted(a_month().entries, key=lambda one: one.recorded_at)
    past = [one for one in entries if one.recorded_at < datetime.now(UTC)]
    for start in range(0, len(past), TOGETHER):
        await ledger.append(past[start : start + TOGETHER])
    await ledger.close()


def take(url: str, folder: Path) -> None:
    """The policy with a fact and a cell chosen, and the ledger of the month."""
    with chromium() as browser:
        reviewer = Reviewer(browser.new_page(viewport=SCREEN, locale="ja-JP"), url).open()
        reviewer.page.check("#facts-protected")
        reviewer.cell("currentAddress", 1).click()
        reviewer.page.screenshot(path=folder / "reviewer.png")
        reviewer.see("ledger")
        reviewer.page.fill("#ledger [name=from]", FIRST.isoformat())
        reviewer.page.fill("#ledger [name=to]", FIRST.replace(day=20).isoformat())
        reviewer.page.click("#ledger .do")
        reviewer.page.wait_for_selector("#notice:empty", state="attached")
        reviewer.page.screenshot(path=folder / "reviewer-ledger.png")


if __name__ == "__main__":
    asyncio.run(write_a_month(Path(sys.argv[2])))
    take(sys.argv[1], Path(sys.argv[3] if len(sys.argv) > 3 else "docs"))
