// The analyses of the ledger: one is chosen with a period, what it found stands in a chart and a table.

import { ANALYSES } from "./analyses.js";
import { bars } from "./charts.js";
import { dayOf, daysAgo, daysFrom, shortly } from "./days.js";
import { element, inJapanese } from "./elements.js";
import { choice, field, form } from "./fields.js";
import { LEDGER_REPORT } from "./questions.js";
import { savingCsv } from "./saving.js";
import { counted, either, moment, say } from "./texts.js";

const DAYS = 30;
const HEADS = ["reason", "at", "who", "purpose", "what", "about", "count", "records", "details"];

/** Asks for nothing before an analysis is chosen: each is a look of its own into the ledger. */
export class ReportsView {
  constructor(place, asking, { attempt, see }) {
    Object.assign(this, { place, asking, attempt, see });
    this.asked = { analysis: ANALYSES[0][0], from: daysAgo(DAYS - 1), to: daysAgo(0) };
  }

  async load() {}

  async analyse(asked) {
    this.asked = asked;
    const { analysis: kind, from, to, subject: about = null } = asked;
    this.report = (await this.asking.ask(LEDGER_REPORT, { kind, from, to, about })).ledgerReport;
  }

  told() {
    if (!this.report) return "";
    const { total, entries } = this.report;
    return say(total ? "found" : "foundNothing", { total: counted(total), entries: counted(entries) });
  }

  render() {
    this.place.replaceChildren(this.question(), ...(this.report ? this.answer(this.report) : []));
  }

  question() {
    const { analysis, from, to, subject } = this.asked;
    const fields = [
      choice(
        "analysis",
        analysis,
        ANALYSES.map(([code, ...names]) => [code, either(...names)]),
      ),
      field("from", from, { type: "date", required: true }),
      field("to", to, { type: "date", required: true }),
      field("subject", subject),
    ];
    return form(fields, "analyse", asked => this.attempt(this, () => this.analyse(asked)));
  }

  answer(report) {
    const { total, findings, staff, staffRegistered: registered } = report;
    const comparable =
      registered === null ? null : element("p", { class: "quiet" }, say("comparable", { staff, registered }));
    const shown =
      findings.length < total
        ? element("p", { class: "quiet" }, say("onlySome", { shown: counted(findings.length) }))
        : null;
    const head = element(
      "div",
      { class: "report-head" },
      element("h2", {}, either(report.titleJa, report.title)),
      savingCsv(`daicho-${this.asked.analysis.toLowerCase()}.csv`, report.csv),
    );
    const card = element(
      "div",
      { class: "card report" },
      head,
      element("p", { class: "found" }, this.told()),
      comparable,
      shown,
    );
    if (total) card.append(this.chart(findings), this.table(report));
    return [card];
  }

  chart(findings) {
    const columns = daysFrom(this.asked.from, this.asked.to).map(day => ({ key: day, label: shortly(day) }));
    const reasons = [
      ...new Map(findings.map(({ reason, reasonJa }) => [reason, either(reasonJa, spoken(reason))])).entries(),
    ];
    const series = reasons.map(([key, label], at) => ({ key: `reason-${at}`, label, reason: key }));
    const counts = Map.groupBy(findings, ({ reason, at }) => `${dayOf(at)} ${reason}`);
    const value = (day, key) => counts.get(`${day} ${series.find(one => one.key === key).reason}`)?.length ?? 0;
    return element(
      "div",
      { class: "charts one" },
      bars({ title: say("overTime"), axis: say("day"), columns, series, value }),
    );
  }

  table({ findings, title, titleJa }) {
    const head = element(
      "tr",
      {},
      HEADS.map(name => element("th", { scope: "col" }, say(name))),
    );
    const body = findings.map(finding => this.row(finding));
    return element(
      "div",
      { class: "wide" },
      element(
        "table",
        { class: "entries", "aria-label": either(titleJa, title) },
        element("thead", {}, head),
        element("tbody", {}, body),
      ),
    );
  }

  row(one) {
    const cells = [
      [moment(one.at), one.until ? [" – ", moment(one.until)] : null],
      [
        element("b", {}, one.staffNumber ?? "—"),
        " ",
        inJapanese("span", { class: "quiet" }, one.department ?? one.place ?? ""),
      ],
      one.purpose ?? "—",
      [element("code", {}, one.path ?? "—"), one.code ? [" ", element("code", {}, one.code)] : null],
      [one.items.map(item => element("code", {}, item, " ")), one.subjects.join(" ")],
      counted(one.count),
      counted(one.records),
      this.follow(one),
    ];
    const reason = element("th", { scope: "row" }, either(one.reasonJa, spoken(one.reason)));
    return element(
      "tr",
      {},
      reason,
      cells.map(cell => element("td", {}, cell)),
    );
  }

  /** The entries that a finding came from, in the ledger's view. */
  follow({ staffNumber, at, until, subjects }) {
    if (!staffNumber) return "—";
    const sought = {
      staffNumber,
      from: dayOf(at),
      to: dayOf(until ?? at),
      ...(subjects.length === 1 && { subject: subjects[0] }),
    };
    return element(
      "button",
      {
        type: "button",
        class: "link",
        "aria-label": `${say("seeEntries")} ${staffNumber} ${moment(at)}`,
        click: () => this.see("ledger", sought),
      },
      say("seeEntries"),
    );
  }
}

function spoken(reason) {
  return reason.toLowerCase().replaceAll("_", " ");
}
