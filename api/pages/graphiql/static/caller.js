// Who is asking: the demonstration's named callers, or a token of one's own. Tokens stay in this module's memory.

import { element } from "./elements.js";

const byId = id => document.getElementById(id);

/** The bar for this server: with the demonstration's callers where it has them, with a token field where it has not. */
export async function openBar() {
  const answer = await fetch("demo/callers", { cache: "no-store" });
  return answer.ok ? new Demonstration(await answer.json()) : new OwnToken();
}

/** Named callers of the development issuer. */
class Demonstration {
  constructor(callers) {
    this.callers = new Map(callers.map(caller => [caller.name, caller]));
    this.tokens = new Map();
    byId("caller").append(...callers.map(callerOption));
    byId("caller").addEventListener("change", () => this.offerPurposes());
    this.offerPurposes();
    byId("demonstration").hidden = false;
  }

  offerPurposes() {
    const { purposes } = this.caller;
    const offered = purposes.length ? purposes : [{ code: "", name: "（なし none）" }];
    byId("purpose").replaceChildren(...offered.map(purposeOption));
  }

  get caller() {
    return this.callers.get(byId("caller").value);
  }

  identity() {
    const { name, department } = this.caller;
    return identityOf(name, department, byId("purpose").value);
  }

  /** Values for the examples' variables, by name. */
  async examples() {
    const answer = await fetch("demo/examples", { cache: "no-store" });
    return answer.ok ? answer.json() : {};
  }

  /** A token for the chosen caller, asked for anew when a minute or less is left of the one at hand. */
  async token() {
    const { name } = this.caller;
    const kept = this.tokens.get(name);
    if (kept && kept.until > performance.now()) return kept.token;
    const { token, expiresIn } = await askForToken(name);
    this.tokens.set(name, { token, until: performance.now() + (expiresIn - 60) * 1000 });
    return token;
  }
}

/** A token and a purpose that the person brings. */
class OwnToken {
  constructor() {
    byId("own-token").hidden = false;
  }

  identity() {
    return identityOf("token", "", byId("purpose-code").value.trim());
  }

  async examples() {
    return {};
  }

  async token() {
    return byId("token").value.trim();
  }
}

function callerOption({ name, displayName, department }) {
  return element("option", { value: name, title: displayName }, `${name}　${department}`);
}

function purposeOption({ code, name }) {
  return element("option", { value: code }, `${name} ${code}`);
}

function identityOf(name, department, purpose) {
  const strict = byId("strict").checked;
  return { name, department, purpose, strict, key: JSON.stringify([name, purpose, strict]) };
}

async function askForToken(name) {
  const answer = await fetch("demo/tokens", {
    method: "POST",
    cache: "no-store",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: name }),
  });
  if (!answer.ok) throw new Error(`The demonstration gave no token (${answer.status}).`);
  return answer.json();
}
