// What an answer says of each item it was asked for. Pure functions: an answer goes in, rows for the table come out.

/**
 * One run of an operation, ready to be shown.
 * @param {{identity: object, operation: string, answer: object}} run who asked, the document with its variables, the answer
 */
export function summarise({ identity, operation, answer }) {
  const entries = (answer.extensions?.disclosures ?? []).map(entry => readEntry(entry, answer.data));
  const fields = [...fieldsOf(answer.data ?? null)];
  return {
    identity,
    operation,
    errors: answer.errors ?? [],
    outcomes: groupByPath([...entries, ...absences(fields, entries)], fields),
  };
}

/** The paths of several runs, each once, in the order in which they first appear. */
export function pathsOf(runs) {
  return [...new Set(runs.flatMap(run => [...run.outcomes.keys()]))];
}

/** How many positions had each outcome. */
export function countOutcomes(run) {
  const counts = new Map();
  for (const { outcome, count } of [...run.outcomes.values()].flat()) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + count);
  }
  return counts;
}

/** Whether runs that decided anything came to other outcomes at a path; by which rule is another matter. */
export function differs(path, runs) {
  const decided = runs.filter(run => run.outcomes.size);
  const seen = decided.map(run => (run.outcomes.get(path) ?? []).map(({ outcome, count }) => `${outcome} ${count}`));
  return new Set(seen.map(outcomes => outcomes.sort().join())).size > 1;
}

/** The legal basis of each rule, from every `{ rule legalBasis }` in the answer's data. */
export function legalBases(data, found = new Map()) {
  if (data && typeof data === "object") {
    if (data.rule && data.legalBasis) found.set(data.rule, data.legalBasis);
    Object.values(data).forEach(child => legalBases(child, found));
  }
  return found;
}

function readEntry(entry, data) {
  const path = segments(entry.path).join(".");
  const value = valueAt(data, segments(entry.path), firstPosition(entry.at));
  return { ...entry, path, value, count: entry.count ?? 1 };
}

function segments(path) {
  return Array.isArray(path) ? path.map(String) : String(path).split(".");
}

function firstPosition(at) {
  return [at?.[0] ?? []].flat();
}

/** The value at a path pattern; each `*` takes the next given position, or the first. */
function valueAt(data, path, position) {
  const positions = [...position];
  return path.reduce((value, step) => value?.[step === "*" ? (positions.shift() ?? 0) : step], data);
}

/** What is null and not withheld, in records of which items were decided: the register has none. */
function absences(fields, entries) {
  const records = new Set(entries.map(entry => parentOf(entry.path)));
  const counts = new Map();
  for (const [path, value] of fields) {
    if (value === null && records.has(parentOf(path))) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  for (const { path, outcome, count } of entries) {
    if (outcome === "WITHHELD" && counts.has(path)) counts.set(path, counts.get(path) - count);
  }
  const absent = [...counts].filter(([, count]) => count > 0);
  return absent.map(([path, count]) => ({ path, item: nameOf(path), outcome: "ABSENT", value: null, count }));
}

/** Every field of the answer in its order: its path pattern and its value. */
function* fieldsOf(data, path = []) {
  if (data === null || typeof data !== "object") return;
  for (const [name, value] of Object.entries(data)) {
    const inner = [...path, Array.isArray(data) ? "*" : name];
    if (!Array.isArray(data)) yield [inner.join("."), value];
    yield* fieldsOf(value, inner);
  }
}

function parentOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}

function nameOf(path) {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Entries by path, the paths in the order of the answer. */
function groupByPath(entries, fields) {
  const groups = new Map(fields.map(([path]) => [path, []]));
  for (const entry of entries) groups.set(entry.path, [...(groups.get(entry.path) ?? []), entry]);
  return new Map([...groups].filter(([, group]) => group.length));
}
