// Fields of a form, each with its label, completed by no browser.

import { element } from "./elements.js";
import { say } from "./texts.js";

export function field(name, value = "", attributes = {}) {
  const input = element("input", {
    name,
    value,
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    ...attributes,
  });
  return element("label", { class: "field" }, element("span", {}, say(name)), input);
}

export function choice(name, value, options) {
  const listed = options.map(([code, label]) => element("option", { value: code, selected: code === value }, label));
  return element(
    "label",
    { class: "field" },
    element("span", {}, say(name)),
    element("select", { name, autocomplete: "off" }, listed),
  );
}

export function tick(name, checked) {
  const box = element("input", { type: "checkbox", name, checked, autocomplete: "off" });
  return element("label", { class: "box" }, box, element("span", {}, say(name)));
}

/** A form of these fields; `submit` gets what is in them, by name, without the empty ones. */
export function form(fields, button, submit) {
  const made = element(
    "form",
    { class: "card filters" },
    fields,
    element("button", { class: "do", type: "submit" }, say(button)),
  );
  made.addEventListener("submit", event => {
    event.preventDefault();
    submit(valuesOf(made));
  });
  return made;
}

function valuesOf(made) {
  const named = [...made.elements].filter(({ name }) => name);
  const values = named.map(each => [each.name, each.type === "checkbox" ? each.checked : each.value.trim()]);
  return Object.fromEntries(values.filter(([, value]) => value));
}
