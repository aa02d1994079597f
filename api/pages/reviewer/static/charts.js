// Bars over time, drawn here: nothing is fetched for it, and beside every drawing stands the same as a table.

import { drawn, element } from "./elements.js";
import { counted, say } from "./texts.js";

const WIDTH = 640;
const HEIGHT = 210;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;
const GAP = 0.22;

/**
 * Stacked bars.
 * @param {{title: string, note?: string, axis: string, columns: {key: string, label: string}[], series: {key: string,
 *   label: string}[], value: (column: string, series: string) => number, band?: [number, number]}} chart what to draw;
 *   `band` is a stretch of the columns (from, to) that lies behind the bars
 */
export function bars(chart) {
  const series = chart.series.filter(({ key }) => chart.columns.some(column => chart.value(column.key, key)));
  const told = { ...chart, series };
  return element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, element("h3", {}, chart.title), legend(series)),
    drawing(told),
    chart.note ? element("p", { class: "quiet" }, chart.note) : null,
    asTable(told),
  );
}

function drawing(chart) {
  const { columns, title } = chart;
  const totals = columns.map(({ key }) => sum(chart, key));
  const scale = niceScale(Math.max(...totals, 1));
  const all = totals.reduce((one, other) => one + other, 0);
  const label = `${title}: ${say("total", { count: counted(all) })}`;
  const parts = [
    band(chart),
    ticks(scale),
    columns.map((column, at) => bar(chart, column, at, scale)),
    labels(columns),
  ];
  return drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, parts);
}

function bar(chart, { key, label }, at, { most }) {
  const step = (WIDTH - LEFT) / chart.columns.length;
  let top = HEIGHT - BOTTOM;
  return chart.series.map(series => {
    const value = chart.value(key, series.key);
    const height = (value / most) * (HEIGHT - BOTTOM - TOP);
    top -= height;
    const place = {
      x: round(LEFT + step * (at + GAP / 2)),
      y: round(top),
      width: round(step * (1 - GAP)),
      height: round(height),
    };
    const told = drawn("title", {}, `${label} ${series.label} ${counted(value)}`);
    return value ? drawn("rect", { ...place, rx: 1, "data-series": series.key }, told) : null;
  });
}

function band({ band: stretch, columns }) {
  if (!stretch) return null;
  const step = (WIDTH - LEFT) / columns.length;
  const [from, to] = stretch.map(at => LEFT + step * at);
  return drawn("rect", {
    class: "band",
    x: round(from),
    y: TOP,
    width: round(to - from),
    height: HEIGHT - BOTTOM - TOP,
  });
}

function ticks({ most, step }) {
  const values = Array.from({ length: Math.round(most / step) + 1 }, (_, at) => at * step);
  return values.map(value => {
    const y = round(HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - TOP));
    const line = drawn("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: "tick" });
    return [line, drawn("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, counted(value))];
  });
}

function labels(columns) {
  const step = (WIDTH - LEFT) / columns.length;
  const each = Math.ceil(columns.length / 12);
  const shown = columns.map(({ label }, at) => ({ label, at })).filter(({ at }) => at % each === 0);
  return shown.map(({ label, at }) =>
    drawn("text", { x: round(LEFT + step * (at + 0.5)), y: HEIGHT - 8, "text-anchor": "middle" }, label),
  );
}

function legend(series) {
  return element(
    "ul",
    {},
    series.map(({ key, label }) => element("li", {}, element("i", { "data-series": key }), label)),
  );
}

function asTable({ title, axis, columns, series, value }) {
  const used = columns.filter(({ key }) => series.some(one => value(key, one.key)));
  const head = [axis, ...series.map(({ label }) => label)].map(name => element("th", { scope: "col" }, name));
  const row = ({ key, label }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      series.map(one => element("td", {}, counted(value(key, one.key)))),
    );
  const table = element(
    "table",
    { "aria-label": title },
    element("thead", {}, element("tr", {}, head)),
    element("tbody", {}, used.map(row)),
  );
  return element("details", {}, element("summary", {}, say("asTable")), element("div", { class: "wide" }, table));
}

/** Ticks of 1, 2 or 5 times a power of ten, at most five of them, whole numbers. */
function niceScale(highest) {
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(
    1,
    [1, 2, 5, 10].map(each => each * power).find(each => each >= rough),
  );
  return { step, most: Math.ceil(highest / step) * step };
}

function sum({ series, value }, key) {
  return series.reduce((total, one) => total + value(key, one.key), 0);
}

function round(number) {
  return Math.round(number * 10) / 10;
}
