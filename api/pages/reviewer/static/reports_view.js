// The analyses of the ledger: one is chosen with a period, what it found stands in a chart and a table.

import { ANALYSES } from "./analyses.js";
import { bars } from "./charts.js";
import { dayOf, daysAgo, daysFrom, shortly } from "./days.js";
import { element } from "./elements.js";
import { choice, field, form } from "./fields.js";
import { LEDGER_REPORT } from "./questions.js";
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
    const { total, entries, findings, staff, staffRegistered: registered } = report;
    const said = say(total ? "found" : "foundNothing", { total: counted(total), entries: counted(entries) });
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
      this.saving(report),
    );
    const card = element(
      "div",
      { class: "card report" },
      head,
      element("p", { role: "status", class: "found" }, said),
      comparable,
      shown,
    );
    if (total) card.append(this.chart(findings), this.table(findings));
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

  table(findings) {
    const head = element(
      "tr",
      {},
      HEADS.map(name => element("th", { scope: "col" }, say(name))),
    );
    const body = findings.map(finding => this.row(finding));
    return element(
      "div",
      { class: "wide" },
      element("table", { class: "entries" }, element("thead", {}, head), element("tbody", {}, body)),
    );
  }

  row(one) {
    const cells = [
      [moment(one.at), one.until ? [" – ", moment(one.until)] : null],
      [
        element("b", {}, one.staffNumber ?? "—"),
        " ",
        element("span", { class: "quiet" }, one.department ?? one.place ?? ""),
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
      { type: "button", class: "link", click: () => this.see("ledger", sought) },
      say("seeEntries"),
    );
  }

  /** The findings as a file, made here from what was answered: no address holds what was asked. */
  saving({ csv }) {
    const name = `daicho-${this.asked.analysis.toLowerCase()}.csv`;
    const save = () => {
      const address = URL.createObjectURL(new Blob(["\ufeff", csv], { type: "text/csv" }));
      element("a", { href: address, download: name }).click();
      URL.revokeObjectURL(address);
    };
    return element("button", { type: "button", class: "plain", click: save }, say("saveCsv"));
  }
}

function spoken(reason) {
  return reason.toLowerCase().replaceAll("_", " ");
}
