// A resident's own statement, made when she asks for it (開示請求): who used her record, when, and by which law.

import { daysAgo } from "./days.js";
import { element, inJapanese } from "./elements.js";
import { field, form } from "./fields.js";
import { ACCESS_STATEMENT } from "./questions.js";
import { saving, savingCsv } from "./saving.js";
import { counted, moment, say } from "./texts.js";

const DAYS = 365;
const HEADS = ["at", "where", "done", "whatFor", "itemsSeen", "number"];

/** Asks for nothing before a number is given: each statement is a look of its own into the ledger. */
export class StatementView {
  constructor(place, asking, { attempt }) {
    Object.assign(this, { place, asking, attempt });
    this.asked = { from: daysAgo(DAYS - 1), to: daysAgo(0) };
  }

  async load() {}

  /** Nobody's statement stands there while another's is asked for, or is refused. */
  make(asked) {
    this.asked = asked;
    this.statement = null;
    this.place.querySelector(".statement")?.remove();
    return this.attempt(this, async () => {
      this.statement = (await this.asking.ask(ACCESS_STATEMENT, asked)).accessStatement;
    });
  }

  told() {
    if (!this.statement) return "";
    const { rows, hidden } = this.statement;
    return say("statementTold", { rows: counted(rows.length), hidden: counted(hidden) });
  }

  render() {
    this.place.replaceChildren(this.question(), ...(this.statement ? [this.answer(this.statement)] : []));
  }

  question() {
    const { subject, from, to } = this.asked;
    const fields = [
      field("subject", subject, { required: true, inputmode: "numeric" }),
      field("from", from, { type: "date", required: true }),
      field("to", to, { type: "date", required: true }),
    ];
    return form(fields, "make", asked => this.make(asked));
  }

  answer({ addresseeNumber, rows, csv, html }) {
    const saves = [
      saving("savePage", "daicho-statement.html", "text/html", [html]),
      savingCsv("daicho-statement.csv", csv),
    ];
    return element(
      "div",
      { class: "card statement" },
      element(
        "div",
        { class: "report-head" },
        element("h2", {}, say("statementOf", { number: addresseeNumber })),
        element("div", { class: "saves" }, saves),
      ),
      element("p", { class: "found" }, this.told()),
      element("p", { class: "quiet" }, say("statementKept")),
      rows.length ? table(rows) : null,
    );
  }
}

function table(rows) {
  const caption = element("caption", { class: "unseen" }, say("statementCaption"));
  const heads = HEADS.map(name => element("th", { scope: "col" }, say(name)));
  const head = element("thead", {}, element("tr", {}, heads));
  const body = element("tbody", {}, rows.map(rowOf));
  return element("div", { class: "wide" }, element("table", { class: "entries" }, caption, head, body));
}

function rowOf({ at, act, department, place, purpose, legalBasis, items, numberAccessed }) {
  const time = element("th", { scope: "row" }, element("time", { datetime: at }, moment(at)));
  const told = [
    [department, place],
    [act],
    [purpose, legalBasis],
    [items.join("、")],
  ];
  const cells = told.map(parts => inJapanese("td", {}, parts.filter(Boolean).join(" · ") || "—"));
  const number = element("td", {}, numberAccessed ? element("b", { class: "number-read" }, say("yes")) : "—");
  return element("tr", {}, time, cells, number);
}
