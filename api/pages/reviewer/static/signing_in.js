// Who is asking: a reviewer of the demonstration, or a token of one's own. Tokens stay in this module's memory.

import { byId, element } from "./elements.js";

/** The one purpose (事務) for which this page asks anything. */
export const PURPOSE = "ledger_review";

/** The door of this server; `enter` is called whenever somebody (else) is at it. */
export async function openDoor(enter) {
  const answer = await fetch("demo/callers", { cache: "no-store" });
  return answer.ok ? new Demonstration(reviewersAmong(await answer.json()), enter) : new OwnToken(enter);
}

function reviewersAmong(callers) {
  return callers.filter(({ purposes }) => purposes.some(({ code }) => code === PURPOSE));
}

/** Named reviewers of the development issuer; the first is let in at once. */
class Demonstration {
  constructor(reviewers, enter) {
    this.kept = new Map();
    byId("caller").append(...reviewers.map(({ name, displayName }) => element("option", { value: name }, displayName)));
    byId("caller").addEventListener("change", enter);
    byId("demonstration").hidden = false;
    enter();
  }

  /** A token for the chosen reviewer, asked for anew when a minute or less is left of the one at hand. */
  async token() {
    const name = byId("caller").value;
    const kept = this.kept.get(name);
    if (kept && kept.until > performance.now()) return kept.token;
    const { token, expiresIn } = await askForToken(name);
    this.kept.set(name, { token, until: performance.now() + (expiresIn - 60) * 1000 });
    return token;
  }
}

/** A token that the person brings. */
class OwnToken {
  constructor(enter) {
    byId("own-token").hidden = false;
    byId("own-token").addEventListener("submit", event => {
      event.preventDefault();
      enter();
    });
    byId("token").focus();
  }

  async token() {
    return byId("token").value.trim();
  }
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
