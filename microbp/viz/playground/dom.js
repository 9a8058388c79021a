// Elements and formulas. Text only ever becomes text: nothing that a reader typed is read as HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

const NS = "http://www.w3.org/2000/svg";
export function svg(tag, props = {}, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// -- formulas --------------------------------------------------------------------------------------

const SUBS = "₀₁₂₃₄₅₆₇₈₉", SUPS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾";
const down = (text) => [...text].map((sign) => SUBS.indexOf(sign)).join("");
const up = (text) => [...text].map((sign) => "0123456789()"[SUPS.indexOf(sign)]).join("");
const TOKEN = /([A-Za-zα-ωΔ∂σδΣ]+)|([₀-₉]+)?([⁰¹²³⁴-⁹⁽⁾]+)|([₀-₉]+)|([^A-Za-zα-ωΔ∂₀-₉⁰¹²³⁴-⁹⁽⁾]+)/gu;

// A text such as ∂C₀/∂w₁₂⁽¹⁾ set as a formula: letters in italics, words upright, indices above each other.
export function maths(text, extra = "") {
  const element = h("span", { class: `maths ${extra}`.trim(), "data-text": text });
  for (const [, letters, sub, sup, only, rest] of text.matchAll(TOKEN)) {
    if (letters) element.append(...word(letters));
    else if (sub && sup) element.append(h("span", { class: "indices" }, h("span", {}, up(sup)), h("span", {}, down(sub))));
    else if (sup) element.append(h("sup", {}, up(sup)));
    else if (only) element.append(h("sub", {}, down(only)));
    else element.append(rest.replaceAll("-", "−"));
  }
  return element;
}

function word(letters) {
  const [first, ...others] = letters;
  if (first === "∂" || first === "Δ") return [first, ...(others.length ? word(others.join("")) : [])];
  return [letters.length === 1 ? h("i", {}, letters) : h("span", { class: "word" }, letters)];
}

// A path from node to node, which may be broken between them.
export const path = (nodes) => h("span", { class: "path", "data-text": nodes.join(" → ") }, nodes.map((node, i) => [i ? " → " : null, maths(node)]));

const fraction = (above, below, text = `${above}/${below}`) =>
  h("span", { class: "fraction", "data-text": text }, h("span", {}, maths(above)), h("span", {}, maths(below)));

export const derivative = (of, by) => fraction(`∂${of}`, `∂${by}`);

// A number with its sign as colour, and all its digits for those who want them.
export function number(x, text) {
  return h("span", { class: `number ${x > 0 ? "pos" : x < 0 ? "neg" : ""}`.trim(), title: String(x), "data-value": String(x) }, text.replaceAll("-", "−"));
}

// A table of cells (texts or elements); columns whose head ends in > are numbers.
export function table(heads, rows, caption = "") {
  const right = heads.map((head) => head.endsWith(">"));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption || "table" }, h("table", {},
    caption ? h("caption", {}, caption) : null,
    h("thead", {}, h("tr", {}, heads.map((head, i) => h("th", { scope: "col", class: right[i] ? "right" : "" }, head.replace(/>$/, ""))))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, i) => h("td", { class: right[i] ? "right" : "" }, cell)))))));
}
