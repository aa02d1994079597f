// The matrix as data: what a policy says of an item for a purpose, for the facts that were chosen. Nothing here is drawn.

export const FACTS = ["protected", "released", "closed", "restricted"];

const OTHERWISE = "otherwise";

/** Cells by purpose, record and item, each with every condition under which it says something else. */
export class Matrix {
  constructor({ policyHash, text, purposes, items, switchable, rules, cells, acts }) {
    Object.assign(this, { policyHash, purposes, items, switchable, acts });
    this.lines = text.split("\n");
    this.rules = new Map(rules.map(rule => [rule.id, rule]));
    this.cells = Map.groupBy(cells, keyOf);
  }

  /** What is said of an item: the first answer, and whether departments of the purpose get different ones. */
  cell(purpose, { record, item, itemClass }, { facts, switchedOff }) {
    const closed = switchedOff.has(itemClass) ? itemClass : "";
    const all = this.conditions(purpose, { record, item });
    const own = all.filter(one => one.switchedOff === closed);
    const asked = own.length ? own : all.filter(one => !one.switchedOff);
    const [found] = holding(asked, facts);
    return found;
  }

  /** Every answer about an item for a purpose, whatever the facts. */
  conditions(purpose, { record, item }) {
    return this.cells.get(keyOf({ purpose, record, item })) ?? [];
  }

  /** The items by record and class, in the order of the register. */
  groups() {
    return Map.groupBy(this.items, ({ record, itemClass }) => `${record} ${itemClass}`);
  }
}

/** The answers whose condition holds for these facts; `otherwise` is the one that holds where none else does. */
export function holding(answers, facts) {
  const named = answers.filter(({ condition }) => condition !== OTHERWISE && holds(condition, facts));
  return named.length ? named : answers.filter(({ condition }) => condition === OTHERWISE);
}

/** Whether a condition holds: alternatives between `;`, each of words that hold or, after `-`, do not. */
export function holds(condition, facts) {
  if (condition === "") return true;
  return condition.split("; ").some(term => term.split(" ").every(word => wordHolds(word, facts)));
}

function wordHolds(word, facts) {
  return word.startsWith("-") ? !facts.has(word.slice(1)) : facts.has(word);
}

/** The first and last line (counted from 1) of the statement around a line of the policy. */
export function statementAround(lines, line) {
  let first = line;
  while (first > 1 && /^\s/.test(lines[first - 1])) first -= 1;
  let last = line;
  while (last < lines.length && !/;\s*(#.*)?$/.test(lines[last - 1])) last += 1;
  return { first, last };
}

function keyOf({ purpose, record, item }) {
  return `${purpose} ${record} ${item}`;
}
