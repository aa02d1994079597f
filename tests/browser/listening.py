"""The reviewers' page as a screen reader has it: what axe-core finds wrong with it, and what is read out when."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
"""axe-core (MPL 2.0). It is put into the page by the browser's own tools: the page's policy lets no such script in."""

MEASURED = "color-contrast"
"""What axe-core cannot decide of drawings and single signs; `Reviewer.faint` measures it of every text."""

LISTEN = """
  window.heard = [];
  const live = "[role=status], [role=alert], [aria-live]";
  const known = new WeakSet();
  new MutationObserver(changes => {
    const nodes = changes.map(({ target }) => target.closest ? target : target.parentElement);
    for (const one of new Set(nodes.map(node => node?.closest(live)))) {
      if (one?.textContent.trim() && known.has(one)) window.heard.push(one.textContent);
    }
    for (const one of document.querySelectorAll(live)) known.add(one);
  }).observe(document, { childList: true, characterData: true, subtree: true });
"""
"""A region that comes with its text is not read out: only what changes in one that was there before."""


def listen(page: Page) -> None:
    """Hear what is read out from the first moment of the page on."""
    page.add_init_script(LISTEN)


def heard(page: Page) -> list[str]:
    """What was read out since this was asked last."""
    return list(page.evaluate("window.heard.splice(0)"))


def faults(page: Page) -> list[str]:
    """What axe-core finds wrong by any of its rules, or cannot decide: rule, and where."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations', 'incomplete'] })")
    undecided = [one for one in found["incomplete"] if one["id"] != MEASURED]
    return [f"{one['id']}: {node['html']}" for one in (*found["violations"], *undecided) for node in one["nodes"]]
