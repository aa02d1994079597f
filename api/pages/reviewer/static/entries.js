// Entries of the ledger as a table; each unfolds into all that was written of it.

import { badge } from "./why.js";
import { element, inJapanese } from "./elements.js";
import { either, moment, named, say } from "./texts.js";

const HEADS = ["at", "kind", "who", "purpose", "what", "records", "decisions", "number", "code"];

/** A table of entries. */
export function entryTable(entries) {
  const heads = [...HEADS.map(name => say(name)), element("span", { class: "unseen" }, say("details"))];
  const head = element(
    "tr",
    {},
    heads.map(name => element("th", { scope: "col" }, name)),
  );
  const caption = element("caption", { class: "unseen" }, say("ledgerCaption"));
  const table = element(
    "table",
    { class: "entries" },
    caption,
    element("thead", {}, head),
    element("tbody", {}, entries.flatMap(rows)),
  );
  return element("div", { class: "wide" }, table);
}

/** The row of an entry, and the one that unfolds. Its groups are read from its text, as it was written and hashed. */
function rows(entry) {
  const { groups = [], searched_by: searchedBy = {} } = JSON.parse(entry.canonical);
  const id = `entry-${entry.position}`;
  const all = element(
    "tr",
    { id, class: "all", hidden: true },
    element("td", { colspan: HEADS.length + 1 }, everything(entry, groups, Object.keys(searchedBy))),
  );
  const unfold = element(
    "button",
    { type: "button", class: "link", "aria-expanded": "false", "aria-controls": id },
    say("details"),
  );
  unfold.setAttribute("aria-label", `${say("details")} ${entry.position}`);
  unfold.addEventListener("click", () => {
    all.hidden = !all.hidden;
    unfold.setAttribute("aria-expanded", String(!all.hidden));
  });
  const cells = [
    element("span", { class: "kind" }, element("i", { "data-series": entry.kind }), named(entry.kind)),
    [
      element("b", {}, entry.staffNumber ?? "—"),
      " ",
      inJapanese("span", { class: "quiet" }, entry.department ?? entry.place ?? ""),
    ],
    entry.purpose ?? "—",
    element("code", {}, entry.path ?? "—"),
    entry.resultCount ?? "—",
    outcomes(groups),
    entry.numberAccessed ? element("b", { class: "number-read" }, say("yes")) : "—",
    entry.code ? element("code", {}, entry.code) : "—",
    unfold,
  ];
  const at = element("th", { scope: "row" }, element("time", { datetime: entry.recordedAt }, moment(entry.recordedAt)));
  return [
    element(
      "tr",
      { "data-position": entry.position },
      at,
      cells.map(cell => element("td", {}, cell)),
    ),
    all,
  ];
}

/** How many items were shown, masked and withheld, over all groups. */
function outcomes(groups) {
  const decided = Map.groupBy(
    groups.flatMap(({ items }) => Object.values(items)),
    ({ outcome }) => outcome,
  );
  const told = ["SHOWN", "MASKED", "WITHHELD"].filter(outcome => decided.has(outcome));
  if (!told.length) return "—";
  return told.map(outcome =>
    element("span", { class: "badge", "data-outcome": outcome }, `${named(outcome)} ${decided.get(outcome).length}`),
  );
}

function everything(entry, groups, searchedBy) {
  return [
    element(
      "dl",
      { class: "facts" },
      FACTS.map(name => fact(name, entry[name])),
      fact("grants", entry.grants.join(" ")),
    ),
    searchedBy.length ? element("p", {}, say("searchedBy"), ": ", element("code", {}, searchedBy.join(" "))) : null,
    groups.map(group),
    element("details", {}, element("summary", {}, say("canonical")), original(entry)),
  ];
}

function original({ position, canonical }) {
  const label = `${say("canonical")} ${position}`;
  return element("pre", { tabindex: 0, role: "region", "aria-label": label }, canonical);
}

const FACTS = ["position", "place", "terminal", "requestId"];

function fact(name, value) {
  return element("div", {}, element("dt", {}, say(name)), element("dd", {}, element("code", {}, String(value || "—"))));
}

function group({ facts, subjects, items }) {
  const by = Map.groupBy(Object.entries(items), ([, { outcome, rule }]) => `${outcome} ${rule}`);
  const told = [...by.values()].map(same => {
    const [[, { outcome, rule }]] = same;
    return element(
      "li",
      {},
      badge(outcome),
      " ",
      element("code", {}, rule),
      ` ${same.map(([item]) => item).join(either("、", ", "))}`,
    );
  });
  return element(
    "div",
    { class: "group" },
    element("p", {}, `${say("subjects")}: `, element("code", {}, subjects.join(" ") || "—")),
    facts.length ? element("p", {}, `${say("recordFacts")}: ${facts.map(named).join(either("、", ", "))}`) : null,
    element("ul", {}, told),
  );
}
