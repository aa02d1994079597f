// The matrix as a picture: items by class down, purposes across, a letter and a colour in every cell; walked by arrow keys.

import { classNames } from "./class_names.js";
import { element } from "./elements.js";
import { either, named, say } from "./texts.js";

const LETTERS = { SHOWN: "S", MASKED: "M", WITHHELD: "W" };
const PAGE = 10;
const STEPS = {
  ArrowUp: ([row, column]) => [row - 1, column],
  ArrowDown: ([row, column]) => [row + 1, column],
  ArrowLeft: ([row, column]) => [row, column - 1],
  ArrowRight: ([row, column]) => [row, column + 1],
  PageUp: ([row, column]) => [row - PAGE, column],
  PageDown: ([row, column]) => [row + PAGE, column],
  Home: ([row]) => [row, 0],
  End: ([row]) => [row, Infinity],
};

/** Draws a picture into its place and tells `choose` which cell is looked at, `enter` when its explanation is wanted. */
export class Grid {
  constructor({ choose, enter }) {
    this.choose = choose;
    this.enter = enter;
    this.at = [0, 0];
    this.place = element("div", {
      class: "picture",
      click: event => this.click(event),
      keydown: event => this.key(event),
    });
  }

  /** Draws `picture`: groups of items, purposes, and `answer(purpose, item)` for what stands in a cell. */
  draw(picture) {
    this.picture = picture;
    this.rows = picture.groups.flatMap(({ items }) => items);
    this.cells = [];
    const caption = element("caption", { class: "unseen" }, say("matrixCaption"));
    const body = picture.groups.flatMap(group => [
      this.groupRow(group),
      ...group.items.map(item => this.itemRow(item)),
    ]);
    const table = element("table", { role: "grid", class: "matrix" }, caption, this.head(), element("tbody", {}, body));
    this.place.replaceChildren(this.rows.length && picture.purposes.length ? table : nothing());
    if (this.cells.length) this.mark(this.within(this.at));
  }

  head() {
    const runs = runsOf(this.picture.purposes);
    const sorts = runs.map(({ uses, length }) =>
      element("th", { colspan: length, scope: "colgroup", class: "sort" }, sortName(uses)),
    );
    const heads = this.picture.purposes.map(purposeHead);
    return element(
      "thead",
      {},
      element("tr", { class: "sorts" }, element("td", {}), sorts),
      element("tr", {}, element("td", { class: "corner" }), heads),
    );
  }

  groupRow({ record, itemClass, switchedOff }) {
    const name = either(...classNames(itemClass));
    const label = record === "RESIDENT" ? name : `${say(record)} · ${name}`;
    const head = element("th", { scope: "rowgroup", class: "group" }, label, " ", element("code", {}, itemClass));
    return element(
      "tr",
      { class: switchedOff ? "group off" : "group" },
      head,
      element("td", { colspan: this.picture.purposes.length }),
    );
  }

  itemRow(item) {
    const row = this.cells.length;
    const cells = this.picture.purposes.map((purpose, column) => this.cell(item, purpose, [row, column]));
    this.cells.push(cells);
    const number = element("span", { class: "number" }, item.number ?? "");
    const head = element("th", { scope: "row", title: item.item }, number, either(item.name, item.english));
    return element("tr", {}, head, cells);
  }

  cell(item, purpose, at) {
    const { outcome, rule, changed, matched } = this.picture.answer(purpose.code, item);
    const said = [nameOf(purpose), either(item.name, item.english), named(outcome), rule].join(either("、", ", "));
    const label = changed ? `${said}${either("、", ", ")}${say("changedByFacts")}` : said;
    const classes = [changed && "changed", matched === true && "matched", matched === false && "dim"].filter(Boolean);
    return element(
      "td",
      {
        tabindex: -1,
        "aria-label": label,
        "data-outcome": outcome,
        "data-at": at.join(),
        class: classes.join(" ") || null,
      },
      LETTERS[outcome],
    );
  }

  click(event) {
    const cell = event.target.closest("[data-at]");
    if (cell) this.go(cell.dataset.at.split(",").map(Number));
  }

  key(event) {
    const step = STEPS[event.key];
    if (event.key === "Enter" || event.key === " ") this.enter();
    else if (step && event.ctrlKey && event.key === "Home") this.go([0, 0]);
    else if (step && event.ctrlKey && event.key === "End") this.go([Infinity, Infinity]);
    else if (step) this.go(step(this.at));
    else return;
    event.preventDefault();
  }

  /** Look at a cell: the one in the order of tabs, with the marks of its row and column. */
  go(at) {
    this.mark(this.within(at));
    this.here.focus();
    const [row, column] = this.at;
    this.choose(this.picture.purposes[column], this.rows[row]);
  }

  focus() {
    this.here?.focus();
  }

  get here() {
    const [row, column] = this.at;
    return this.cells[row]?.[column];
  }

  mark(at) {
    for (const one of this.place.querySelectorAll(".current")) one.classList.remove("current");
    if (this.here) this.here.tabIndex = -1;
    this.at = at;
    this.here.tabIndex = 0;
    const heads = this.place.querySelectorAll("thead th.purpose");
    for (const one of [this.here.parentElement.querySelector("th"), heads[at[1]]]) one.classList.add("current");
  }

  within([row, column]) {
    const most = [this.cells.length - 1, this.picture.purposes.length - 1];
    return [row, column].map((each, axis) => Math.max(0, Math.min(each, most[axis])));
  }
}

/** A purpose's name without what all of them have in common. */
export function nameOf({ code, name }) {
  return either(name.replace(/(関連|関係)事務|（.*）$/g, ""), code.replaceAll("_", " "));
}

function purposeHead(purpose) {
  return element(
    "th",
    { scope: "col", class: "purpose", title: `${purpose.name} ${purpose.code}` },
    element("span", {}, nameOf(purpose)),
  );
}

function sortName(usesNumber) {
  return usesNumber ? either("個人番号利用事務", "Uses the Individual Number") : either("その他の事務", "Others");
}

/** Neighbouring purposes that use the Individual Number, or do not. */
function runsOf(purposes) {
  const runs = [];
  for (const { usesIndividualNumber: uses } of purposes) {
    if (runs.at(-1)?.uses === uses) runs.at(-1).length += 1;
    else runs.push({ uses, length: 1 });
  }
  return runs;
}

function nothing() {
  return element("p", { class: "nothing" }, say("nothingMatches"));
}
