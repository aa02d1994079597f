"""The reviewers' page as a person uses it, and what can be measured of it: names, contrast, width."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

NAMELESS = """() => [...document.querySelectorAll("button, input, select, a, [role=region], [role=tabpanel], svg")]
  .filter(one => one.checkVisibility())
  .filter(one => !(one.labels?.length || one.getAttribute("aria-label") || one.getAttribute("aria-labelledby")
    || one.textContent.trim()))
  .map(one => one.outerHTML)"""

FAINT = """() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const light = channel => (channel /= 255) <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const behind = one => {
    for (let each = one; each; each = each.parentElement) {
      const colour = numbers(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !one.checkVisibility() || one.closest("[disabled], .unseen, .skip")) continue;
    const style = getComputedStyle(one);
    const [high, low] = [luminance(numbers(one.closest("svg") ? style.fill : style.color)), luminance(behind(one))]
      .sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${one.tagName}.${one.className} ${walk.currentNode.data}`);
  }
  return [...new Set(faint)];
}"""
"""Texts whose contrast (WCAG 2.2, 1.4.3) to what lies behind them is less than 4.5."""


@dataclass(slots=True)
class Reviewer:
    """The page at `url`/reviewer, with what it asked for and what the console complained of."""

    page: Page
    url: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, view: str = "policy", *, until: str | None = None) -> Reviewer:
        """Open the page at one of its views and wait until it has drawn it."""
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{self.url}/reviewer#{view}")
        self.page.wait_for_selector(until or f"#{view} > *", timeout=90_000)
        return self

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    @property
    def elsewhere(self) -> list[str]:
        """What was asked of any other origin than the page's own."""
        here = ("data:", "blob:", f"{self.url}/")
        return [url for url in self.requested if not url.startswith(here)]

    def see(self, view: str) -> None:
        """Go to a view and wait until it is drawn."""
        self.page.click(f"#tab-{view}")
        self.page.wait_for_selector(f"#{view}:not([hidden]) > *")

    def make_statement(self, subject: str) -> None:
        """Have somebody's statement made, by keys alone, and wait for it."""
        self.page.focus("#statement [name=subject]")
        self.page.keyboard.type(subject)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".statement")

    def cell(self, item: str, purpose: int) -> Locator:
        """The cell of an item (by its name in the schema) and the nth purpose."""
        return self.page.locator(f"th[title='{item}'] ~ td[data-at]").nth(purpose)

    def letters(self, item: str) -> str:
        """The row of an item, as letters."""
        return "".join(self.page.locator(f"th[title='{item}'] ~ td[data-at]").all_inner_texts())

    def why(self) -> str:
        """The explanation."""
        return self.page.inner_text(".why")

    def focused(self) -> str:
        """Where the focus stands in the matrix, or the focused element's id."""
        return str(self.page.evaluate("document.activeElement.dataset.at ?? document.activeElement.id"))

    def nameless(self) -> list[str]:
        """Controls without a name for who does not see them."""
        return list(self.page.evaluate(NAMELESS))

    def faint(self) -> list[str]:
        """Texts of too little contrast."""
        return list(self.page.evaluate(FAINT))

    def sticks_out(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
