// Elements made by hand: no markup in strings, so that nothing that comes from the ledger is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (a function listens to the event of that name; null and false are left out) and children. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same within a drawing. */
export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** What is told in Japanese alone, marked as that: a screen reader reads it so, whatever the page speaks. */
export function inJapanese(tag, attributes, ...children) {
  return element(tag, { lang: "ja", ...attributes }, ...children);
}

export const byId = id => document.getElementById(id);

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return made;
}
