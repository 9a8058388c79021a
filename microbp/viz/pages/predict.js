// Predict: the derivatives are hidden, and asked one by one, from the root back. An answer is checked, a mistake is
// named where it is known, and what was found is shown as a product in three lines.
import { figure, read } from "./figures.js";
import { mistakes } from "./misconceptions.js";
import { derivative, element, list, number } from "./words.js";

export class Predict {
  constructor(graph) {
    this.graph = graph;
    this.questions = graph.nodes.toReversed().map((node) => graph.item.get(node)).filter((item) => item !== graph.root);
    this.on = false;
    this.forget();
  }

  forget() {
    this.found = new Set();
    this.alone = 0; // found without being shown
    this.hides = (item) => this.on && !item.constant && item !== this.graph.root && !this.found.has(item);
  }

  next() { return this.questions.find((item) => !this.found.has(item)) ?? null; }

  // What is to be said about an answer: {right, words}, words being lines of a page.
  check(item, text) {
    const x = read(text), answer = this.graph.grad(item);
    if (!Number.isFinite(x)) return { right: false, words: ["Type a number, such as −0.25, 3/4 or 1e-3."] };
    if (means(text, x, answer)) {
      this.found.add(item);
      this.alone += 1;
      return { right: true, words: ["Right."] };
    }
    const known = new Map();
    for (const mistake of mistakes(this.graph, item)) {
      if (means(text, x, mistake.answer) && !known.has(mistake.name)) known.set(mistake.name, mistake);
    }
    const named = [...known.values()].slice(0, 3).map(({ name, where, advice }) => element("p", [element("strong", name), ` (${where}): ${advice}.`]));
    const none = "Each edge out of it gives the adjoint of its end times the local derivative there; add them up.";
    return { right: false, words: [element("p", "Not right."), ...(named.length ? named : [element("p", none)])] };
  }

  show(item) { this.found.add(item); }
}

// Whether what was typed stands for a number: a decimal may be rounded, and was computed from figures of four digits.
function means(text, x, answer) {
  const [, whole, places] = text.trim().match(/^[-+−]?(\d*)[.,](\d+)$/) ?? [null, "", ""];
  const digits = (whole + places).replace(/^0+/, "").length;
  const rounding = places && digits > 1 ? 0.5 * 10 ** -places.length : 0;
  return Math.abs(x - answer) <= Math.max(2e-3 * Math.abs(answer), rounding, 1e-12);
}

// The product in three lines, a sum of such where a node has several users: symbols, numbers, result.
export function threeLines(graph, item) {
  const links = item.out.filter((link) => link.k !== null), shown = links.slice(0, 6);
  const more = links.length > shown.length ? [` + ${links.length - shown.length} more`] : [];
  const signs = shown.map(({ target }) => [derivative(graph.root, target), " · ", derivative(target, item)]);
  const figures = shown.map((link) => [inside(graph.grad(link.target)), " · ", inside(graph.partial(link))]);
  const lines = [list(signs, " + ").flat(), list(figures, " + ").flat()].map((line) => ["= ", ...line, ...more]);
  return element("div", [
    element("p", [derivative(graph.root, item), " ", ...lines[0]]),
    element("p", lines[1], { class: "mono" }),
    element("p", ["= ", number(graph.grad(item))], { class: "mono" }),
  ], { class: "product" });
}

const inside = (x) => (x < 0 ? `(${figure(x)})` : figure(x));
