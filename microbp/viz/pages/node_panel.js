// The panel about the chosen node: its number to be changed, its operation to be exchanged, its factors and paths; in
// Predict mode the question for its derivative.
import { figure, full, read, stepOf } from "./figures.js";
import { ACTIVATIONS } from "./graph.js";
import { threeLines } from "./predict.js";
import { $, derivative, element, formula, formulasOf, named, number } from "./words.js";

const PATHS = 4, FACTORS = 12;

export class NodePanel {
  // act: {set, exchange, found, ask}
  constructor(graph, predict, act) {
    Object.assign(this, { graph, predict, act, item: null, input: null, slider: null });
  }

  // Another node, or none: everything anew. `update` only writes the numbers, so that an input keeps the focus.
  show(item, state) {
    this.item = item;
    this.input = this.slider = null;
    const parts = item ? [this.#editor(item), this.#exchange(item), this.predict.on ? this.#question(item) : null] : [];
    $("edit").replaceChildren(...parts.filter(Boolean));
    $("node").textContent = item ? "Node" : "Node: none is chosen";
    this.update(item, state);
  }

  update(item, state) {
    const parts = item ? described(this.graph, item, state, this.predict) : [element("p", "Click a node, or reach it with the up and down arrows.", { class: "hint" })];
    $("details").replaceChildren(...parts);
  }

  fill(item, x) {
    if (item !== this.item || !this.input) return;
    if (document.activeElement !== this.input) this.input.value = String(x);
    this.slider.value = x;
  }

  focus() { ($("answer") ?? this.input)?.focus(); }

  #editor(item) {
    if (!this.graph.canChange(item)) return null;
    const x = this.graph.data(item), reach = Math.max(2, 2 * Math.abs(x)), step = stepOf(x), name = item.constant ? "the constant" : item.name;
    this.input = element("input", [], { id: "number", type: "text", inputmode: "text", value: String(x), "aria-label": `The number of ${name}`, autocomplete: "off" });
    this.slider = element("input", [], { id: "slider", type: "range", min: x - reach, max: x + reach, step, value: x, "aria-label": `The number of ${name}, as a slider` });
    this.input.addEventListener("input", () => {
      const typed = read(this.input.value);
      this.input.setAttribute("aria-invalid", !Number.isFinite(typed));
      if (!Number.isFinite(typed)) return;
      this.act.set(item, typed);
      this.slider.value = typed;
    });
    this.slider.addEventListener("input", () => {
      this.act.set(item, Number(this.slider.value));
      this.input.value = this.slider.value;
    });
    return element("div", [this.input, this.slider], { class: "editor" });
  }

  #exchange(item) {
    if (!this.graph.canExchange(item)) return null;
    const choices = Object.entries(ACTIVATIONS).map(([name, shown]) => {
      const radio = element("input", [], { type: "radio", name: "activation", value: name });
      radio.checked = item.value.op.name === name;
      radio.addEventListener("change", () => this.act.exchange(item, name));
      return element("label", [radio, element("span", shown)]);
    });
    return element("fieldset", [element("legend", "Activation"), ...choices], { class: "choices" });
  }

  // The question, or what was found and how it comes about.
  #question(item) {
    if (item.constant || item === this.graph.root) return null;
    return this.predict.found.has(item) ? this.#answered(item) : this.#asked(item);
  }

  #asked(item) {
    const verdict = element("div", [], { id: "verdict", role: "status" });
    const words = `The derivative of ${this.graph.root.name} with respect to ${item.name}`;
    const input = element("input", [], { id: "answer", type: "text", autocomplete: "off", "aria-label": words });
    const check = element("button", "Check", { id: "check" }), reveal = element("button", "Show", { id: "reveal", type: "button" });
    const form = element("form", [element("label", [derivative(this.graph.root, item), " = ", input]), check, reveal], { class: "question" });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { right, words: said } = this.predict.check(item, input.value);
      if (right) this.#settle("Right.");
      else verdict.replaceChildren(...said);
    });
    reveal.addEventListener("click", () => {
      this.predict.show(item);
      this.#settle("This is how it comes about:");
    });
    return element("div", [form, verdict]);
  }

  #settle(words) {
    this.act.found();
    $("verdict").prepend(element("p", element("strong", words)));
    $("following").focus();
  }

  #answered(item) {
    const next = element("button", this.predict.next() ? "Next" : "Again from the output", { id: "following" });
    next.addEventListener("click", () => {
      if (!this.predict.next()) this.predict.forget();
      this.act.ask(this.predict.next());
    });
    return element("div", [element("div", threeLines(this.graph, item), { id: "verdict", role: "status" }), next]);
  }
}

function described(graph, item, state, predict) {
  if (item.constant) return [element("p", ["The constant ", number(item.number), ": it takes no part in the backward pass."])];
  const pieces = item.value.op ? formulasOf(item) : null, x = graph.data(item), adjoint = state.adjoint.get(item);
  const parts = [element("p", pieces ? [named(item), " = ", formula(graph, pieces.value)] : [named(item)])];
  if (pieces && state.known.has(item)) parts.push(element("p", ["= ", formula(graph, pieces.value, true), " = ", number(x)]));
  parts.push(element("p", `data ${figure(x)}`, { class: "mono", title: full(x) }));
  if (predict.hides(item)) return parts;
  parts.push(element("p", `grad ${adjoint === undefined ? "not computed yet" : figure(adjoint)}`, { class: "mono", title: adjoint === undefined ? "" : full(adjoint) }));
  if (!predict.on) parts.push(...factors(graph, item, pieces), ...paths(graph, item));
  return parts;
}

// The local derivatives of a node as formulas, with numbers, as numbers.
function factors(graph, item, pieces) {
  const links = item.into.filter((link) => link.k !== null);
  const lines = links.slice(0, FACTORS).map((link) => {
    const symbols = pieces?.factors[link.k], plain = symbols?.length === 1 && typeof symbols[0] === "string";
    const way = symbols && !plain ? [formula(graph, symbols), " = ", ...(symbols.length > 3 ? [formula(graph, symbols, true), " = "] : [])] : [];
    return element("p", [derivative(item, link.source), " = ", ...way, number(graph.partial(link))]);
  });
  const more = links.length > FACTORS ? [element("p", `… and ${links.length - FACTORS} more`, { class: "hint" })] : [];
  return lines.length ? [element("h3", "Local derivatives"), ...lines, ...more] : [];
}

function paths(graph, item) {
  if (item === graph.root) return [];
  const count = graph.countPaths(item), found = graph.largestPaths(item, PATHS);
  const head = count === 1 ? "One path leads to the root" : `${figure(count)} paths lead to the root: the sum of their products`;
  const lines = found.map(({ links, product }) => {
    const factors = links.map((link) => { const x = graph.partial(link); return x < 0 ? `(${figure(x)})` : figure(x); }).join(" × ");
    const names = links.flatMap((link, n) => (n ? [" → ", named(link.target)] : [named(link.source), " → ", named(link.target)]));
    return element("p", [element("span", names), element("br"), element("span", links.length > 1 ? `${factors} = ${figure(product)}` : factors, { class: "mono" })]);
  });
  const rest = graph.grad(item) - found.reduce((sum, { product }) => sum + product, 0);
  const more = count > found.length ? [element("p", `… and ${figure(count - found.length)} others, together ${figure(rest)}`, { class: "hint" })] : [];
  return [element("h3", head), ...lines, ...more];
}
