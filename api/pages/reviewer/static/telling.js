// What is told beside the views: loading and refusals for everybody, results for who does not see them come.
// Both places are on the page from the beginning: a screen reader tells only what changes in a place that it knows.

import { byId } from "./elements.js";

/** What is going on, or why it did not go. */
export function notice(text, isProblem = false) {
  byId("notice").textContent = text;
  byId("notice").classList.toggle("problem", isProblem);
}

/** What came of it. */
export function announce(text) {
  byId("result").textContent = text;
}
