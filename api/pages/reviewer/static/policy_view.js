// The policy as the reviewer reads it: the picture with its filter and facts, and beside it why a cell says what it says.

import { actsTable } from "./acts.js";
import { classNames } from "./class_names.js";
import { element } from "./elements.js";
import { Grid } from "./grid.js";
import { FACTS, Matrix } from "./matrix.js";
import { POLICY_MATRIX } from "./questions.js";
import { announce } from "./telling.js";
import { either, named, say } from "./texts.js";
import { Why } from "./why.js";

const OUTCOMES = ["SHOWN", "MASKED", "WITHHELD"];
const NOTHING_CHOSEN = { facts: new Set(), switchedOff: new Set() };

/** Asks for the matrix once, and draws it as it is filtered. */
export class PolicyView {
  constructor(place, asking) {
    this.place = place;
    this.asking = asking;
    this.filter = "";
    this.choice = { facts: new Set(), switchedOff: new Set() };
    this.grid = new Grid({ choose: (purpose, item) => this.chosen(purpose, item), enter: () => this.why.focus() });
  }

  waiting = () => say("asking");

  async load() {
    const { policyMatrix } = await this.asking.ask(POLICY_MATRIX);
    this.matrix = new Matrix(policyMatrix);
  }

  render() {
    this.counts = element("p", { class: "counts" });
    this.acts = element("div", {});
    this.why = new Why(element("aside", { class: "why", "aria-label": say("why") }), () => this.grid.focus());
    const picture = element("div", { class: "half" }, this.controls(), this.legend(), this.grid.place);
    this.place.replaceChildren(element("div", { class: "policy" }, picture, this.why.place), this.acts);
    this.draw();
    if (!this.looked) this.why.invite();
  }

  draw() {
    const { matrix } = this;
    const found = this.sifted();
    const answer = (purpose, item) => this.answer(purpose, item, found.rule);
    const groups = found.groups.map(group => ({ ...group, switchedOff: this.choice.switchedOff.has(group.itemClass) }));
    this.grid.draw({ groups, purposes: found.purposes, answer });
    this.tell(found);
    this.acts.replaceChildren(actsTable(matrix, found.purposes, this.filter && found.rule ? this.filter : ""));
    if (this.looked) this.why.tell(matrix, ...this.looked, this.choice);
  }

  redraw() {
    this.draw();
    announce(this.told());
  }

  told() {
    const tallied = OUTCOMES.map(outcome => `${named(outcome)} ${this.tallies.get(outcome).textContent}`);
    return [this.counts.textContent, ...tallied].join(either("、", ", "));
  }

  chosen(purpose, item) {
    this.looked = [purpose, item];
    this.why.tell(this.matrix, purpose, item, this.choice);
  }

  /** What stands in a cell; `changed` where the chosen facts made it so, `matched` where a rule is filtered by. */
  answer(purpose, item, rule) {
    const { outcome, rule: by } = this.matrix.cell(purpose, item, this.choice);
    const usual = this.matrix.cell(purpose, item, NOTHING_CHOSEN);
    const { legalBasis, text } = this.matrix.rules.get(by);
    const matched = rule ? [by, legalBasis, text].some(told => includes(told, this.filter)) : undefined;
    return { outcome, rule: by, changed: usual.outcome !== outcome || usual.rule !== by, matched };
  }

  /** Rows and columns that the filter names; where it names none, the rows in which a rule is that it names. */
  sifted() {
    const every = this.matrix.purposes;
    if (!this.filter) return { groups: this.groupsOf(() => true), purposes: every };
    const groups = this.groupsOf(item => this.namesItem(item));
    const purposes = every.filter(purpose => this.namesPurpose(purpose));
    if (!groups.length && !purposes.length)
      return { groups: this.groupsOf(item => this.rulesItem(item)), purposes: every, rule: true };
    return { groups: groups.length ? groups : this.groupsOf(() => true), purposes: purposes.length ? purposes : every };
  }

  /** The items that are wanted, by record and class. */
  groupsOf(wanted) {
    const groups = [...this.matrix.groups().values()].map(items => ({
      ...groupOf(items),
      items: items.filter(wanted),
    }));
    return groups.filter(({ items }) => items.length);
  }

  namesItem({ item, name, english, itemClass }) {
    return [item, name, english, itemClass, ...classNames(itemClass)].some(told => includes(told, this.filter));
  }

  rulesItem(item) {
    return this.matrix.purposes.some(({ code }) => this.answer(code, item, true).matched);
  }

  namesPurpose({ code, name, departments }) {
    return [code, code.replaceAll("_", " "), name, ...departments].some(told => includes(told, this.filter));
  }

  tell({ groups, purposes, rule }) {
    const cells = this.grid.cells.flat();
    const tally = outcome => cells.filter(cell => cell.dataset.outcome === outcome).length;
    for (const outcome of OUTCOMES) this.tallies.get(outcome).textContent = tally(outcome);
    const items = groups.reduce((sum, group) => sum + group.items.length, 0);
    const matched = cells.filter(cell => cell.classList.contains("matched")).length;
    const more = rule ? say("rulesMatched", { cells: matched }) : "";
    this.counts.textContent = say("matrixShown", { items, purposes: purposes.length }) + more;
  }

  controls() {
    const text = element("input", {
      type: "search",
      id: "policy-filter",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: say("filterHint"),
      value: this.filter,
      input: event => {
        this.filter = event.target.value.trim();
        this.redraw();
      },
    });
    const filter = element("label", { class: "field" }, element("span", {}, say("filter")), text);
    const facts = FACTS.map(fact => this.box("facts", fact, named(fact)));
    const classes = this.matrix.switchable.map(name => this.box("switchedOff", name, either(...classNames(name))));
    return element("div", { class: "controls" }, filter, boxes("facts", facts), boxes("switchedOff", classes));
  }

  box(of, name, label) {
    const change = event => {
      this.choose(of, name, event.target.checked);
      this.redraw();
    };
    const checked = this.choice[of].has(name);
    const box = element("input", { type: "checkbox", autocomplete: "off", id: `${of}-${name}`, checked, change });
    return element("label", { class: "box" }, box, element("span", {}, label));
  }

  /** A record is released only where it is protected. */
  choose(of, name, on) {
    const chosen = this.choice[of];
    if (on) chosen.add(name);
    else chosen.delete(name);
    if (on && name === "released") chosen.add("protected");
    if (!on && name === "protected") chosen.delete("released");
    for (const each of chosen.size || !on ? this.place.querySelectorAll(`[id^="${of}-"]`) : []) {
      each.checked = chosen.has(each.id.slice(of.length + 1));
    }
  }

  legend() {
    this.tallies = new Map(OUTCOMES.map(outcome => [outcome, element("b", {})]));
    const entry = outcome =>
      element(
        "li",
        {},
        element("span", { class: "swatch", "data-outcome": outcome }, outcome[0]),
        named(outcome),
        " ",
        this.tallies.get(outcome),
      );
    const changed = element("li", {}, element("span", { class: "swatch changed" }), say("changedByFacts"));
    return element("div", { class: "legend" }, element("ul", {}, OUTCOMES.map(entry), changed), this.counts);
  }
}

function boxes(name, content) {
  return element("fieldset", { class: "boxes" }, element("legend", {}, say(name)), content);
}

function groupOf([{ record, itemClass }]) {
  return { record, itemClass };
}

function includes(text, part) {
  return text.toLowerCase().includes(part.toLowerCase());
}
