// The state of the ledger's proof: whether disclosure stands, what was signed last, and who outside has it.

import { Refused } from "./asking.js";
import { element } from "./elements.js";
import { LEDGER_STATE } from "./questions.js";
import { ago, counted, either, moment, say } from "./texts.js";

const VERIFY = ["daicho ledger export entries.jsonl", "daicho ledger verify entries.jsonl --from checkpoint.txt"];

/** Asks for the state whenever it is wanted again. While it is answered, disclosure stands. */
export class ProofView {
  constructor(place, asking, { attempt }) {
    Object.assign(this, { place, asking, attempt });
  }

  async load() {
    try {
      this.state = (await this.asking.ask(LEDGER_STATE)).ledgerState;
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "LEDGER_UNAVAILABLE") throw error;
      this.state = { refused: error };
    }
  }

  told() {
    const { checkpoint, refused } = this.state;
    return say(refused ? "proofStopped" : checkpoint ? "proofStands" : "proofPending");
  }

  render() {
    const { checkpoint, refused } = this.state;
    const parts = refused ? [] : [checkpoint ? signed(checkpoint) : null, this.places()];
    this.place.replaceChildren(element("div", { class: "proof" }, this.headline(), parts, verifying()));
  }

  headline() {
    const { size, checkpoint, refused } = this.state;
    const figures = [
      figure("size", counted(size ?? 0)),
      figure("covered", counted(checkpoint?.size ?? 0)),
      lastSigned(checkpoint),
    ];
    const waiting = say("waitingEntries", { count: counted((size ?? 0) - (checkpoint?.size ?? 0)) });
    const refresh = element(
      "button",
      { type: "button", class: "plain", click: () => this.attempt(this, () => this.load()) },
      say("refresh"),
    );
    return element(
      "div",
      { class: `card headline ${checkpoint ? "stands" : "stopped"}` },
      element("h2", {}, element("span", { class: "sign", "aria-hidden": "true" }, checkpoint ? "✓" : "!"), this.told()),
      refresh,
      refused ? element("p", {}, either(refused.japanese, refused.message)) : element("dl", {}, figures),
      element("p", { class: "quiet" }, refused ? null : [waiting, " · "], say("stopsAfter")),
    );
  }

  places() {
    const { places } = this.state;
    const heads = ["places", "takenSize", "takenAt"].map(name => element("th", { scope: "col" }, say(name)));
    const row = ({ name, size, takenAt }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, element("code", {}, name)),
        cell(counted(size)),
        cell(moment(takenAt), " ", quiet(ago(takenAt))),
      );
    const table = element(
      "table",
      { class: "entries", "aria-label": say("places") },
      element("thead", {}, element("tr", {}, heads)),
      element("tbody", {}, places.map(row)),
    );
    const content = places.length
      ? element("div", { class: "wide" }, table)
      : element("p", { class: "nothing" }, say("noPlaces"));
    return element("div", { class: "card" }, element("h2", {}, say("places")), content);
  }
}

function signed({ origin, root, note }) {
  return element(
    "div",
    { class: "card" },
    element("h2", {}, say("note")),
    element("dl", { class: "facts" }, entry("origin", origin), entry("root", root)),
    element("pre", { tabindex: 0, role: "region", "aria-label": say("note") }, note),
  );
}

function verifying() {
  const commands = VERIFY.map(line => element("code", {}, line, "\n"));
  return element(
    "div",
    { class: "card" },
    element("h2", {}, say("verifyYourself")),
    element("p", {}, say("verifyHow")),
    element("pre", {}, commands),
  );
}

function figure(name, value, more = null) {
  return element("div", {}, element("dt", {}, say(name)), element("dd", {}, value, more));
}

function lastSigned(checkpoint) {
  return checkpoint ? figure("signedAt", ago(checkpoint.signedAt), quiet(moment(checkpoint.signedAt))) : null;
}

function entry(name, value) {
  return element("div", {}, element("dt", {}, say(name)), element("dd", {}, element("code", {}, value)));
}

function cell(...said) {
  return element("td", {}, said);
}

function quiet(text) {
  return element("span", { class: "quiet" }, text);
}
