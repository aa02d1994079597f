// Opens the reviewers' page: a door, five views behind tabs, one language at a time. Nothing is kept in the browser.

import { Asking, Refused } from "./asking.js";
import { byId } from "./elements.js";
import { keepingFocus } from "./focus.js";
import { LedgerView } from "./ledger_view.js";
import { PolicyView } from "./policy_view.js";
import { ProofView } from "./proof_view.js";
import { ReportsView } from "./reports_view.js";
import { openDoor } from "./signing_in.js";
import { StatementView } from "./statement_view.js";
import { announce, notice } from "./telling.js";
import { either, languageNow, say, speak } from "./texts.js";

const VIEWS = {
  policy: PolicyView,
  ledger: LedgerView,
  reports: ReportsView,
  statement: StatementView,
  proof: ProofView,
};
const NAMES = Object.keys(VIEWS);

/** The views of whoever is at the door; a view loads when it is first looked at. */
class Desk {
  constructor() {
    this.now = NAMES.includes(location.hash.slice(1)) ? location.hash.slice(1) : NAMES[0];
    this.views = new Map();
  }

  /** Somebody is at the door: whatever was shown to who was there before is gone. */
  enter(asking) {
    const services = { see: (name, sought) => this.see(name, sought), attempt: (view, work) => attempt(view, work) };
    for (const name of NAMES) byId(name).replaceChildren();
    this.views = new Map(
      NAMES.map(name => [name, { view: new VIEWS[name](byId(name), asking, services), loaded: false }]),
    );
    return this.open(this.now);
  }

  /** Shows a view, as another view asks for it. */
  async see(name, sought) {
    const opened = this.views.get(name);
    opened.view.seek(sought);
    opened.loaded = false;
    await this.open(name);
    byId(name).focus();
  }

  async open(name) {
    this.now = name;
    announce("");
    history.replaceState(null, "", `#${name}`);
    for (const each of NAMES) {
      const tab = byId(`tab-${each}`);
      tab.setAttribute("aria-selected", String(each === name));
      tab.tabIndex = each === name ? 0 : -1;
      byId(each).hidden = each !== name;
    }
    this.refresh(name);
    await this.load(name);
  }

  /** Draws a view in the language of now; only where it is seen, because what is hidden has no size to scroll by. */
  refresh(name) {
    const opened = this.views.get(name);
    if (!opened?.stale) return;
    opened.view.render();
    opened.stale = false;
  }

  async load(name) {
    const opened = this.views.get(name);
    if (!opened || opened.loaded || opened.loading) return;
    opened.loading = true;
    opened.loaded = await attempt(opened.view, () => opened.view.load());
    opened.loading = false;
  }

  /** Everything again, in the language of now. */
  translate() {
    document.documentElement.lang = languageNow();
    document.title = `${either("台帳 daicho", "daicho")} · ${say("title")}`;
    for (const each of document.querySelectorAll("[data-text]")) each.textContent = say(each.dataset.text);
    for (const each of document.querySelectorAll("[data-label]"))
      each.setAttribute("aria-label", say(each.dataset.label));
    for (const [id, language] of [
      ["japanese", "ja"],
      ["english", "en"],
    ]) {
      byId(id).setAttribute("aria-pressed", String(language === languageNow()));
    }
    announce("");
    for (const opened of this.views.values()) opened.stale = opened.loaded;
    this.refresh(this.now);
  }
}

/** Does what a view needs and draws it; whether that went well, which the notice tells where it did not. */
async function attempt(view, work) {
  announce("");
  notice(view.waiting?.() ?? say("waiting"));
  try {
    await work();
    keepingFocus(view.place, () => view.render());
    notice("");
    announce(view.told());
    return true;
  } catch (error) {
    notice(toldOf(error), true);
    return false;
  }
}

/** Arrow keys walk the tabs, and open as they go (WAI-ARIA, tabs with automatic activation). */
function wireTabs(desk) {
  for (const name of NAMES) byId(`tab-${name}`).addEventListener("click", () => desk.open(name));
  document.querySelector("[role=tablist]").addEventListener("keydown", event => {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    const at = NAMES.indexOf(desk.now);
    const to = { Home: 0, End: NAMES.length - 1 }[event.key] ?? at + steps[event.key];
    if (Number.isNaN(to)) return;
    event.preventDefault();
    const name = NAMES.at(to % NAMES.length);
    desk.open(name);
    byId(`tab-${name}`).focus();
  });
}

function wireLanguages(desk) {
  for (const [id, language] of [
    ["japanese", "ja"],
    ["english", "en"],
  ]) {
    byId(id).addEventListener("click", () => {
      speak(language);
      desk.translate();
    });
  }
}

function toldOf(error) {
  if (!(error instanceof Refused)) return say("unreachable");
  return `${either(error.japanese, error.message)} (${error.code})`;
}

const desk = new Desk();
desk.translate();
wireTabs(desk);
wireLanguages(desk);
desk.open(desk.now);
const door = openDoor(() => door.then(opened => desk.enter(new Asking(opened))));
door.catch(error => notice(toldOf(error), true));
