// What may be done beside reading records: one table by purpose, folded away until it is wanted.

import { conditionInWords } from "./why.js";
import { element, inJapanese } from "./elements.js";
import { nameOf } from "./grid.js";
import { say } from "./texts.js";

/** The acts of these purposes; with a `filter`, those whose rule or legal basis has it. */
export function actsTable({ acts, purposes: every }, purposes, filter) {
  const shown = new Set(purposes.map(({ code }) => code));
  const byCode = new Map(every.map(purpose => [purpose.code, purpose]));
  const wanted = acts.filter(
    act => shown.has(act.purpose) && (!filter || act.rule.includes(filter) || act.legalBasis.includes(filter)),
  );
  const heads = ["purpose", "act", "about", "condition", "outcome", "rule", "legalBasis", "departments"];
  const head = element(
    "tr",
    {},
    heads.map(name => element("th", { scope: "col" }, say(name))),
  );
  const body = wanted.map(act => row(act, byCode.get(act.purpose)));
  const named = { class: "acts", "aria-label": say("acts") };
  const table = element("table", named, element("thead", {}, head), element("tbody", {}, body));
  const summary = element("summary", {}, say("acts"), " ", element("span", { class: "quiet" }, String(wanted.length)));
  return element("details", { class: "folded" }, summary, element("div", { class: "wide" }, table));
}

function row({ action, about, condition, outcome, rule, legalBasis, switchedOff, departments }, purpose) {
  const when = [switchedOff && `−${switchedOff}`, conditionInWords(condition)].filter(Boolean).join(" · ");
  const cells = [
    element("code", {}, action),
    about,
    when,
    element("b", { class: "badge", "data-outcome": outcome }, say(outcome)),
    rule ? element("code", {}, rule) : "—",
    inJapanese("span", {}, legalBasis),
    departments.length ? inJapanese("span", {}, departments.join("、")) : say("all"),
  ];
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, nameOf(purpose)),
    cells.map(cell => element("td", {}, cell)),
  );
}
