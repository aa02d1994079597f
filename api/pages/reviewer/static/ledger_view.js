// The ledger as a reviewer searches it: filters, how much of what happened when, and the entries page by page.

import { bars } from "./charts.js";
import { daysAgo, daysFrom, shortly } from "./days.js";
import { element } from "./elements.js";
import { entryTable } from "./entries.js";
import { choice, field, form, tick } from "./fields.js";
import { LEDGER_COUNTS, LEDGER_ENTRIES } from "./questions.js";
import { counted, either, named, say } from "./texts.js";

const KINDS = ["READ", "SEARCH", "CHANGE", "ISSUE", "REFUSAL", "SIGN_IN", "LEDGER_READ", "JOB"];
const PAGE = 50;
const DAYS = 30;
const OFFICE_HOURS = [8.75, 17.25];

/** Asks once for the counts of a period, and page by page for its entries. */
export class LedgerView {
  constructor(place, asking, { attempt }) {
    this.place = place;
    this.asking = asking;
    this.attempt = attempt;
    this.sought = { from: daysAgo(DAYS - 1), to: daysAgo(0) };
    this.cursors = [null];
  }

  /** Look for these, as another view wants it. */
  seek(sought) {
    this.sought = { from: this.sought.from, to: this.sought.to, ...sought };
    this.cursors = [null];
  }

  async load() {
    const { from, to } = this.sought;
    if (this.counted !== `${from} ${to}`)
      this.counts = (await this.asking.ask(LEDGER_COUNTS, { from, to })).ledgerCounts;
    this.counted = `${from} ${to}`;
    await this.turn();
  }

  /** Asks for the page that the last of the cursors begins. */
  async turn() {
    const asked = { filter: filterOf(this.sought), first: PAGE, after: this.cursors.at(-1) };
    this.page = (await this.asking.ask(LEDGER_ENTRIES, asked)).ledgerEntries;
  }

  told() {
    const { nodes, pageInfo } = this.page;
    if (!nodes.length) return say(pageInfo.hasNextPage ? "moreToLook" : "noEntries");
    return this.shown();
  }

  render() {
    const title = element("h2", { class: "unseen" }, say("ledger"));
    this.place.replaceChildren(title, this.filters(), this.charts(), this.entries());
  }

  filters() {
    const { sought } = this;
    const kinds = [["", say("all")], ...KINDS.map(kind => [kind, named(kind)])];
    const fields = [
      field("from", sought.from, { type: "date", required: true }),
      field("to", sought.to, { type: "date", required: true }),
      choice("kind", sought.kind ?? "", kinds),
      ...["staffNumber", "department", "purpose", "subject", "code"].map(name => field(name, sought[name])),
      tick("numberAccessed", sought.numberAccessed),
    ];
    return form(fields, "look", values => this.search(values));
  }

  search(values) {
    this.sought = values;
    this.cursors = [null];
    return this.attempt(this, () => this.load());
  }

  charts() {
    const { cells } = this.counts;
    const series = KINDS.map(kind => ({ key: kind, label: named(kind) }));
    const days = daysFrom(this.sought.from, this.sought.to).map(day => ({ key: day, label: shortly(day) }));
    const hours = Array.from({ length: 24 }, (_, hour) => ({ key: hour, label: String(hour) }));
    const byDay = tally(cells, "day");
    const byHour = tally(cells, "hour");
    return element(
      "div",
      { class: "charts" },
      bars({
        title: say("overTime"),
        axis: say("day"),
        columns: days,
        series,
        value: (day, kind) => byDay.get(`${day} ${kind}`) ?? 0,
      }),
      bars({
        title: say("byHour"),
        note: say("nightAndHoliday"),
        axis: say("hour"),
        columns: hours,
        series,
        value: (hour, kind) => byHour.get(`${hour} ${kind}`) ?? 0,
        band: OFFICE_HOURS,
      }),
    );
  }

  entries() {
    const { nodes } = this.page;
    const listed = nodes.length ? entryTable(nodes) : element("p", { class: "nothing" }, this.told());
    const below = nodes.length ? this.pager("pagesBelow") : null;
    return element("div", { class: "card entries" }, this.pager("pagesAbove"), listed, below);
  }

  pager(name) {
    const { pageInfo } = this.page;
    const turn = (label, can, step) =>
      element(
        "button",
        { type: "button", class: "plain", disabled: !can, click: () => this.attempt(this, () => this.go(step)) },
        say(label),
      );
    return element(
      "nav",
      { class: "pager", "aria-label": say(name) },
      element("p", {}, this.shown()),
      turn("later", this.cursors.length > 1, () => this.cursors.pop()),
      turn("earlier", pageInfo.hasNextPage, () => this.cursors.push(pageInfo.endCursor)),
    );
  }

  shown() {
    const count = say("entriesShown", { count: counted(this.page.nodes.length) });
    return [count, say("pageNumber", { page: this.cursors.length })].join(either("・", " · "));
  }

  async go(step) {
    step();
    await this.turn();
  }
}

function filterOf({ kind, ...rest }) {
  return kind ? { ...rest, kinds: [kind] } : rest;
}

/** How many entries, by this and their kind. */
function tally(cells, by) {
  const found = new Map();
  for (const cell of cells) {
    const key = `${cell[by]} ${cell.kind}`;
    found.set(key, (found.get(key) ?? 0) + cell.entries);
  }
  return found;
}
