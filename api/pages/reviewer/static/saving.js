// Answers saved as files, made here from what was answered: no address holds what was asked.

import { element } from "./elements.js";
import { say } from "./texts.js";

/** A button that saves this text under this name; `label` is the name of what it says. */
export function saving(label, name, type, text) {
  const save = () => {
    const address = URL.createObjectURL(new Blob(text, { type }));
    element("a", { href: address, download: name }).click();
    URL.revokeObjectURL(address);
  };
  return element("button", { type: "button", class: "plain", click: save }, say(label));
}

/** The same for CSV, marked as UTF-8 for programs that ask for it. */
export function savingCsv(name, csv) {
  return saving("saveCsv", name, "text/csv", ["\ufeff", csv]);
}
