// Why a cell says what it says: rule, legal basis, every condition, and the policy's text at the line that applies.

import { element, inJapanese } from "./elements.js";
import { holding, statementAround } from "./matrix.js";
import { nameOf } from "./grid.js";
import { either, named, say } from "./texts.js";
import { classNames } from "./class_names.js";

/** The explanation of one cell, in its place beside the picture. */
export class Why {
  constructor(place, back) {
    this.place = place;
    place.addEventListener("keydown", event => event.key === "Escape" && back());
  }

  /** Nothing is chosen yet. */
  invite() {
    this.place.replaceChildren(element("h2", {}, say("why")), element("p", { class: "quiet" }, say("choose")));
  }

  /** Explains what is said of an item for a purpose. */
  tell(matrix, purpose, item, choice) {
    const found = matrix.cell(purpose.code, item, choice);
    this.source = sourceOf(matrix.lines);
    const title = element(
      "h2",
      { tabindex: -1 },
      either(item.name, item.english),
      element("span", {}, ` × ${nameOf(purpose)}`),
    );
    this.place.replaceChildren(
      title,
      this.reasons(matrix, purpose, found),
      this.conditionsTable(matrix, purpose, item, choice),
      element("h3", {}, say("policyText")),
      this.source,
      element("p", { class: "quiet hash" }, say("policyHash"), " ", element("code", {}, matrix.policyHash)),
    );
    this.show(matrix.lines, found.line);
  }

  /** Puts the focus on the explanation. */
  focus() {
    this.place.querySelector("h2")?.focus();
  }

  reasons(matrix, purpose, { outcome, rule, line, search, departments }) {
    const { legalBasis, text, line: declared } = matrix.rules.get(rule);
    const link = (label, at) => this.link(matrix.lines, label, at);
    const offices = (departments.length ? departments : purpose.departments).join("、");
    return element(
      "dl",
      { class: "reasons" },
      term("outcome", badge(outcome)),
      term("rule", element("code", {}, rule), inJapanese("p", {}, text)),
      term("legalBasis", inJapanese("span", {}, legalBasis)),
      term("policyText", link("applied", line), " ", link("declared", declared)),
      term("search", search ? [say("searchYes"), " ", element("code", {}, search)] : say("searchNo")),
      term(
        "purpose",
        inJapanese("span", {}, purpose.name),
        " ",
        element("code", {}, purpose.code),
        inJapanese("p", { class: "quiet" }, purpose.legalBasis),
      ),
      term("departments", inJapanese("span", {}, offices || "—")),
    );
  }

  conditionsTable(matrix, purpose, item, { facts }) {
    const all = matrix.conditions(purpose.code, item);
    const holdNow = new Set(
      [...Map.groupBy(all, one => one.switchedOff).values()].flatMap(each => holding(each, facts)),
    );
    const row = one =>
      element(
        "tr",
        { class: holdNow.has(one) ? "now" : null },
        element("th", { scope: "row" }, whenClosed(one), conditionInWords(one.condition)),
        element("td", {}, badge(one.outcome)),
        element("td", {}, this.link(matrix.lines, null, one.line, one.rule)),
      );
    const heads = ["condition", "outcome", "rule"].map(name => element("th", { scope: "col" }, say(name)));
    const table = element(
      "table",
      { class: "conditions", "aria-label": say("otherConditions") },
      element("thead", {}, element("tr", {}, heads)),
      element("tbody", {}, all.map(row)),
    );
    return element("div", { class: "all-conditions" }, element("h3", {}, say("otherConditions")), table);
  }

  link(lines, label, line, text = say("line", { line })) {
    const said = label ? `${say(label)} ${text}` : text;
    return element(
      "button",
      { type: "button", class: "link", title: say("line", { line }), click: () => this.show(lines, line) },
      said,
    );
  }

  /** Marks the statement around a line of the policy, and brings it into the middle of its box. */
  show(lines, line) {
    const { first, last } = statementAround(lines, line);
    const shown = [...this.source.firstChild.children];
    shown.forEach((each, at) => each.classList.toggle("marked", first <= at + 1 && at + 1 <= last));
    const head = shown[line - 1];
    this.source.scrollTop = head.offsetTop - this.source.clientHeight / 3;
    this.source.dataset.line = line;
  }
}

export function badge(outcome) {
  return element("b", { class: "badge", "data-outcome": outcome }, `${named(outcome)} ${outcome}`);
}

/** A condition of the matrix as people say it. */
export function conditionInWords(condition) {
  if (condition === "") return say("always");
  if (condition === "otherwise") return say("otherwise");
  return condition.split("; ").map(termInWords).join(say("or"));
}

function termInWords(words) {
  const told = word => (word.startsWith("-") ? say("not", { fact: named(word.slice(1)) }) : named(word));
  return words.split(" ").map(told).join(say("and"));
}

function whenClosed({ switchedOff }) {
  return switchedOff ? say("whenClosed", { name: either(...classNames(switchedOff)) }) : "";
}

function term(name, ...said) {
  return element("div", {}, element("dt", {}, say(name)), element("dd", {}, said));
}

function sourceOf(lines) {
  const listed = lines.map(line => element("li", {}, element("code", {}, line || " ")));
  const box = { class: "source", tabindex: 0, role: "region", "aria-label": say("policyText"), lang: "en" };
  return element("div", box, element("ol", {}, listed));
}
