// Opens GraphiQL with the committed schema, sends what it runs as the caller in the bar, and tells the panel what came back.

import { openBar } from "./caller.js";
import { both, element } from "./elements.js";
import { QUESTION, explanation } from "./explanation.js";
import { Panel } from "./panel.js";

const { GraphiQL, React, ReactDOM } = window;
const byId = id => document.getElementById(id);

// The dialogs' scroll lock adds a <style> element; it takes its nonce from here (get-nonce), the page's policy asks for it.
window.__webpack_nonce__ = document.querySelector("link[nonce]").nonce;

// GraphiQL keeps queries, tabs and a history wherever it is given to keep them. Here that is nowhere; a refused write also
// keeps its history empty for as long as the page is open.
const NOWHERE = {
  length: 0,
  getItem: () => null,
  setItem() {
    throw new Error("Nothing is kept in the browser.");
  },
  removeItem() {},
  clear() {},
};

async function open() {
  const [bar, guide, schema] = await Promise.all([openBar(), readGuide(), readSchema()]);
  const panel = new Panel(byId("outcomes"), guide.items);
  const examples = new Map(guide.operations.map(operation => [operation.name, operation]));
  const [first] = examples.values();
  const known = await bar.examples();
  const fill = operation => variablesFor(operation.document, known);
  const graphiql = await show({ fetcher: sender(bar, panel), schema, query: first.document, variables: fill(first) });
  offer(examples, operation => graphiql().load(operation.document, fill(operation)));
  wireRun(bar, panel, graphiql);
  wireExplain(bar, panel, graphiql, guide.items);
}

async function readGuide() {
  return (await fetch("graphiql/guide.json")).json();
}

async function readSchema() {
  return GraphiQL.GraphQL.buildSchema(await (await fetch("graphiql/schema.graphql")).text());
}

/** The text of the variables editor for a document: what is known of the variables it declares. */
function variablesFor(document, known) {
  const { definitions } = GraphiQL.GraphQL.parse(document);
  const declared = definitions.flatMap(({ variableDefinitions }) => variableDefinitions ?? []);
  const values = declared.map(({ variable: { name } }) => [name.value, known[name.value] ?? {}]);
  return values.length ? JSON.stringify(Object.fromEntries(values), null, 2) : "";
}

/** What GraphiQL calls to run something: asks as the caller in the bar and gives the answer to both. */
function sender(bar, panel) {
  return async ({ query, variables, operationName }, { headers = {} } = {}) => {
    const identity = bar.identity();
    const asCaller = headersFor(identity, await bar.token());
    const body = { query, variables, operationName: nameIn(query, operationName) };
    const answer = await ask(body, { ...headers, ...asCaller });
    panel.take({ identity, operation: JSON.stringify([query, variables]), answer });
    notice(bar, panel);
    return answer;
  };
}

/** The operation's name where the document has it: just after a change GraphiQL still gives the one before. */
function nameIn(query, name) {
  try {
    return GraphiQL.GraphQL.parse(query).definitions.find(({ name: own }) => own?.value === name)?.name.value;
  } catch {
    return undefined; // what is no GraphQL is for the server to refuse
  }
}

function headersFor({ purpose, strict }, token) {
  return {
    "Content-Type": "application/json",
    Accept: "application/graphql-response+json, application/json;q=0.9",
    "Daicho-Disclosures": "all",
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(purpose && { "Daicho-Purpose": purpose }),
    ...(strict && { "Daicho-Strict": "true" }),
  };
}

async function ask(question, headers) {
  const body = JSON.stringify(question);
  const answer = await fetch("graphql", { method: "POST", cache: "no-store", credentials: "omit", headers, body });
  return answer.json();
}

/** Draws GraphiQL; the promise brings a function that gives its controls as they are now. */
function show({ fetcher, schema, query, variables }) {
  return new Promise(resolve => {
    let controls;
    const take = current => {
      controls = current;
      resolve(() => controls);
    };
    const properties = {
      fetcher,
      schema,
      storage: NOWHERE,
      shouldPersistHeaders: false,
      forcedTheme: "light",
      defaultTabs: [{ query, variables }],
      defaultQuery: "",
    };
    const noLogo = React.createElement(GraphiQL.Logo, {}, "");
    const remote = React.createElement(Remote, { take });
    ReactDOM.createRoot(byId("graphiql")).render(React.createElement(GraphiQL, properties, noLogo, remote));
  });
}

/** A part of GraphiQL that draws nothing and hands its controls to the bar. */
function Remote({ take }) {
  const { queryEditor, variableEditor } = GraphiQL.React.useEditorContext();
  const { run } = GraphiQL.React.useExecutionContext();
  React.useEffect(() => {
    if (!queryEditor || !variableEditor) return;
    const load = (document, variables) => {
      queryEditor.setValue(document);
      variableEditor.setValue(variables);
    };
    take({ load, run, read: () => queryEditor.getValue() });
  });
  return null;
}

function offer(examples, load) {
  for (const { name, japanese, english } of examples.values()) {
    byId("example").append(element("option", { value: name }, `${japanese} / ${english}`));
  }
  byId("example").addEventListener("change", event => load(examples.get(event.target.value)));
}

function wireRun(bar, panel, graphiql) {
  byId("run").disabled = false;
  byId("run").addEventListener("click", () => graphiql().run());
  document.querySelector(".bar").addEventListener("change", () => notice(bar, panel));
}

/** Asks the policy why each item would be shown to the caller in the bar, without running anything. */
function wireExplain(bar, panel, graphiql, itemNames) {
  byId("explain").disabled = false;
  byId("explain").addEventListener("click", async () => {
    const headers = headersFor(bar.identity(), await bar.token());
    const variables = { document: graphiql().read() };
    panel.show(explanation(await ask({ query: QUESTION, variables }, headers), itemNames));
  });
}

/** Says, when the caller in the bar is another than the panel's last, that running again sets the two side by side. */
function notice(bar, panel) {
  const changed = Boolean(panel.lastIdentity) && panel.lastIdentity.key !== bar.identity().key;
  const invitation = both("条件が変わりました。再実行すると並べて比較できます。", "Changed: run again to compare.");
  byId("run").firstElementChild.replaceChildren(changed ? both("再実行", "Run again") : both("実行", "Run"));
  byId("notice").replaceChildren(changed ? invitation : "");
}

open().catch(error => {
  const said = both("ページを開けませんでした。", `The page could not be opened: ${error.message}`);
  byId("graphiql").replaceChildren(element("p", { class: "waiting" }, said));
});
