// Pieces of a page: elements, names with their indices, formulas with names or numbers put in. No text becomes markup.
import { figure, full, sign } from "./figures.js";

export const $ = (id) => document.getElementById(id);

export function element(tag, content = [], attributes = {}) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  found.append(...[content].flat());
  return found;
}

const TAGS = { base: "span", sub: "sub", sup: "sup" };
export const named = (item) =>
  element("span", item.constant ? figure(item.number) : item.runs.map(([text, level]) => element(TAGS[level], text)), { class: item.constant ? "mono" : "name" });

export const number = (x, tag = "span") => element(tag, figure(x), { class: `mono ${sign(x)}`, title: full(x) });

// A formula in pieces: texts, and items, which are named, or filled with their numbers.
export function formula(graph, pieces, filled = false) {
  const put = (piece, n) => {
    if (typeof piece === "string") return piece.replaceAll("-", "−");
    if (!filled) return named(piece);
    const text = figure(graph.data(piece));
    return text.startsWith("−") && pieces.length > 1 && (n > 1 || pieces[n + 1]) ? `(${text})` : text;
  };
  return element("span", pieces.map(put), { class: filled ? "mono" : "formula" });
}

// The formulas of an operation as it is now; none where a constant in them was changed.
export function formulasOf(item) {
  const touched = item.into.some(({ source }) => source.constant && source.number !== source.recorded);
  const found = item.formulas[item.value.op.name];
  if (touched || !found) return null;
  const put = (pieces) => pieces.map((piece) => (typeof piece === "string" ? piece : piece < 0 ? item : item.into[piece].source));
  return { value: put(found.value), factors: found.factors.map(put) };
}

export const derivative = (of, by) => element("span", ["∂", named(of), "/∂", named(by)], { class: "formula" });

export const list = (parts, between) => parts.flatMap((part, n) => (n ? [between, part] : [part]));
