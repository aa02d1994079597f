// The disclosures panel: a table of what was shown, masked and withheld, one column a caller.

import { countOutcomes, differs, legalBases, pathsOf, summarise } from "./outcomes.js";
import { both, element } from "./elements.js";

const OUTCOMES = { SHOWN: "表示", MASKED: "伏字", WITHHELD: "非開示", ABSENT: "記載なし" };

/** Keeps the last run, and the one before it when another caller made it with the same operation. */
export class Panel {
  /**
   * @param {HTMLElement} place where the table goes
   * @param {Object<string, string>} itemNames Japanese names of the items by their names in the schema
   */
  constructor(place, itemNames) {
    this.place = place;
    this.itemNames = itemNames;
    this.bases = new Map();
    this.runs = [];
    this.render();
  }

  /** Takes a run in: beside the previous caller's if the operation is the same, else in its place. */
  take(run) {
    legalBases(run.answer.data, this.bases);
    const { operation, identity } = run;
    const others = this.runs.filter(other => other.operation === operation && other.identity.key !== identity.key);
    this.runs = [...others.slice(-1), summarise(run)];
    this.render();
  }

  /** Shows something else in its place until the next run. */
  show(content) {
    this.place.replaceChildren(content);
  }

  /** The identity that made the last run, if there is one. */
  get lastIdentity() {
    return this.runs.at(-1)?.identity;
  }

  render() {
    this.place.replaceChildren(this.runs.length ? this.content() : invitation());
  }

  content() {
    const paths = pathsOf(this.runs);
    const head = element("tr", {}, element("th", { scope: "col" }, both("項目", "Item")), ...this.runs.map(columnHead));
    const body = paths.length ? paths.map(path => this.row(path)) : [emptyRow(this.runs.length)];
    return element(
      "table",
      { class: "outcomes", "data-callers": this.runs.length },
      element("thead", {}, head),
      element("tbody", {}, ...body),
    );
  }

  row(path) {
    const changed = differs(path, this.runs);
    const entries = this.runs.map(run => run.outcomes.get(path) ?? []);
    const head = this.rowHead(path, entries.flat()[0].item, changed);
    const cells = entries.map(each => this.cell(each));
    return element("tr", { "data-path": path, class: changed ? "differs" : "" }, head, ...cells);
  }

  rowHead(path, item, changed) {
    return itemHead(path, item, this.itemNames, changed ? differenceMark() : "");
  }

  cell(entries) {
    if (!entries.length) return element("td", { class: "none" }, "—");
    return element("td", {}, ...entries.map(entry => this.entry(entry)));
  }

  entry(entry) {
    const basis = entry.legalBasis ?? this.bases.get(entry.rule);
    return element(
      "div",
      { class: "entry", "data-outcome": entry.outcome },
      element("div", { class: "said" }, badge(entry.outcome), ...valueOf(entry)),
      entry.rule ? element("code", { class: "rule", title: "規則 rule" }, entry.rule) : null,
      basis ? element("span", { class: "basis", title: "法的根拠 legal basis" }, basis) : null,
    );
  }
}

/** The head of an item's row: its name, a mark where there is one, and where it stands. */
export function itemHead(path, item, itemNames, mark = "") {
  return element(
    "th",
    { scope: "row", title: path },
    element("span", { class: "item" }, itemNames[schemaName(item)] ?? item, mark),
    element("code", { class: "path" }, shortPath(path)),
  );
}

function invitation() {
  const english = "Run an operation: what was shown, masked or withheld, and by which rule, appears here.";
  return element("p", { class: "invitation" }, both("操作を実行すると、項目ごとの判断と根拠がここに並びます。", english));
}

function columnHead(run) {
  const { name, department, purpose, strict } = run.identity;
  const counts = countOutcomes(run);
  const told = Object.keys(OUTCOMES).filter(outcome => counts.has(outcome));
  return element(
    "th",
    { scope: "col", "data-caller": name },
    element("span", { class: "caller" }, name, strict ? element("b", { class: "strict" }, "厳格 strict") : null),
    element("span", { class: "who" }, [department, purpose].filter(Boolean).join(" · ")),
    element("span", { class: "counts" }, ...told.map(outcome => tally(outcome, counts.get(outcome)))),
    ...run.errors.map(problem),
  );
}

function tally(outcome, count) {
  return element("span", { class: `count ${outcome.toLowerCase()}` }, `${OUTCOMES[outcome]} ${count}`);
}

/** A refusal: its code, and what it says. */
export function problem(error) {
  const { code, messageJa } = error.extensions ?? {};
  return element(
    "span",
    { class: "problem" },
    element("code", {}, code ?? "ERROR"),
    messageJa ?? "",
    element("i", { lang: "en" }, error.message),
  );
}

function emptyRow(columns) {
  const said = both("判断された項目はありません。", "No item was decided: nothing was found, or it may not be opened.");
  return element("tr", {}, element("td", { colspan: columns + 1, class: "none" }, said));
}

function differenceMark() {
  return element("span", { class: "mark", role: "img", "aria-label": "異なる differs" }, "≠");
}

/** An outcome as it is marked everywhere. */
export function badge(outcome) {
  return element("b", { class: `badge ${outcome.toLowerCase()}` }, `${OUTCOMES[outcome] ?? ""} ${outcome}`);
}

function valueOf({ value, count }) {
  const text = value === null || value === undefined ? null : typeof value === "object" ? "…" : String(value);
  const more = count > 1 ? element("span", { class: "more" }, `×${count}`) : null;
  return [more, text === null ? null : element("span", { class: "value" }, text)];
}

/** The path from the record on: without the root field and Relay's `edges.*.node`, which tell a reader nothing. */
function shortPath(path) {
  return path.replace(/^[^.]+\./, "").replaceAll("edges.*.node.", "");
}

/** An item's name in the schema, from its identifier (`full_name`) or from that name itself. */
function schemaName(item) {
  return item.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
