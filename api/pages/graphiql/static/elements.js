// Elements made by hand: no markup in strings, so that no value from the register is ever read as markup.

/** An element with attributes and children (text or elements). */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter(child => child !== null));
  return made;
}

/** Japanese text with its English beside it. */
export function both(japanese, english) {
  const text = document.createDocumentFragment();
  text.append(japanese, " ", element("i", { lang: "en" }, english));
  return text;
}
