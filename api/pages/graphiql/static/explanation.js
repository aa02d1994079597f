// The explanation: what each item of an operation would show to this caller, for which records, and why; and what would be
// refused as a whole. It is asked of the policy alone: no record is touched.

import { badge, itemHead, problem } from "./panel.js";
import { both, element } from "./elements.js";

/** What is sent to have a document explained. */
export const QUESTION = `query Explain($document: String!, $operationName: String) {
  explain(document: $document, operationName: $operationName) {
    path
    item
    cases { condition opened outcome rule legalBasis }
    refusals { code names condition certain rule legalBasis }
  }
}`;

const FACTS = { closed: "除票", protected: "支援措置", released: "一時解除", restricted: "照会抑止", own: "本人の届出" };

/** The table of an answer to `QUESTION`, or why there is none. */
export function explanation(answer, itemNames) {
  if (!answer.data?.explain) return element("div", { class: "explanation" }, ...(answer.errors ?? []).map(problem));
  const refused = answer.data.explain.filter(field => field.refusals?.length);
  const items = answer.data.explain.filter(field => field.item);
  if (!items.length && !refused.length)
    return element("p", { class: "invitation" }, both("項目がありません。", "It asks for no item."));
  const head = [both("項目", "Item"), both("判断と根拠", "Decision and reason")];
  return element(
    "table",
    { class: "outcomes explanation" },
    element("thead", {}, element("tr", {}, ...head.map(each => element("th", { scope: "col" }, each)))),
    element("tbody", {}, ...refused.map(refusal), ...items.map(field => row(field, itemNames))),
  );
}

function refusal({ path, refusals }) {
  const said = refusals.map(({ code, names, condition, certain, rule, legalBasis }) =>
    element(
      "div",
      { class: "entry", "data-refused": code },
      element("div", { class: "said" }, element("code", {}, code), element("span", { class: "value" }, names.join(", "))),
      element(
        "span",
        { class: "value" },
        certain
          ? both("全体が拒否されます。", "The whole is refused.")
          : condition
            ? worded(condition)
            : both("変数により拒否されます。", "Refused for some variables."),
      ),
      element("code", { class: "rule", title: "規則 rule" }, rule),
      element("span", { class: "basis", title: "法的根拠 legal basis" }, legalBasis),
    ),
  );
  return element("tr", { "data-path": path }, element("th", { scope: "row" }, path), element("td", {}, ...said));
}

function row({ path, item, cases }, itemNames) {
  return element("tr", { "data-path": path }, itemHead(path, item, itemNames), element("td", {}, ...cases.map(entry)));
}

function entry({ condition, opened, outcome, rule, legalBasis }) {
  const shut = opened ? null : element("span", { class: "value" }, both("記録を開けない", "not opened"));
  return element(
    "div",
    { class: "entry", "data-outcome": outcome },
    element("div", { class: "said" }, badge(outcome), element("span", { class: "value" }, worded(condition)), shut),
    element("code", { class: "rule", title: "規則 rule" }, rule),
    element("span", { class: "basis", title: "法的根拠 legal basis" }, legalBasis),
  );
}

/** A condition in words: `protected -released; closed` is 支援措置・一時解除でない、又は除票. */
function worded(condition) {
  if (!condition) return "すべて always";
  if (condition === "otherwise") return "そのほか otherwise";
  const fact = name => (name.startsWith("-") ? `${FACTS[name.slice(1)] ?? name}でない` : (FACTS[name] ?? name));
  const either = condition.split(";").map(all => all.trim().split(/\s+/).map(fact).join("・"));
  return either.join("、又は");
}
