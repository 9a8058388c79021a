// The picture of the graph: it writes the numbers of the moment into the SVG that Python has laid out.
import { aligned, figure, fitted, full, sign, weight } from "./figures.js";
import { uses } from "./passes.js";

const DIGIT = 6.65, NUMBERS = 38, PAD = 9; // as in microbp/viz/boxes.py
const HEAD = 7; // as in microbp/viz/lines.py

export class Drawing {
  constructor(graph, svg) {
    this.graph = graph;
    this.svg = svg;
    // All is measured before the first is written: otherwise the browser would lay it out anew for each.
    const shapes = graph.items.map((item) => document.getElementById(item.id).querySelector(".box").getBBox());
    this.back = svg.querySelector(".partials");
    const labels = new Map([...this.back.children].map((label) => [label.dataset.edge, label]));
    const middles = graph.links.map((link) => (link.k === null || labels.has(link.id) ? null : middle(link)));
    this.parts = new Map(graph.items.map((item, n) => [item, this.#box(item, shapes[n])]));
    graph.links.forEach((link, n) => this.parts.set(link, this.#line(link, labels.get(link.id), middles[n])));
    this.front = svg.appendChild(this.#create("g"));
    this.raised = [];
  }

  #create(tag, attributes = {}, text = "") {
    const found = document.createElementNS(this.svg.namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
    found.textContent = text;
    return found;
  }

  #box(item, shape) {
    const box = document.getElementById(item.id);
    const was = box.appendChild(this.#create("text", { class: "was", x: 4, y: shape.height + 9.5 }));
    const title = this.#title(box), [data, grad, op] = [item.constant ? ".value" : "text.data", "text.grad", ".op"].map((part) => box.querySelector(part));
    const gradName = box.querySelectorAll(".name")[1];
    const room = Math.floor((shape.width - (item.constant ? PAD : NUMBERS + PAD) + 1) / DIGIT);
    return { box, data, gradName, grad, op, title, was, room };
  }

  #title(element) {
    element.prepend(this.#create("title"));
    return element.firstChild;
  }

  #line(link, placed, place) {
    const line = document.getElementById(link.id), stroke = line.querySelector(".line"), title = this.#title(line);
    if (link.k === null) return { line, stroke, title };
    const label = placed ?? this.#crowded(link, place);
    label.prepend(this.#create("rect", { class: "paper", rx: 3 }));
    this.#title(label);
    return { line, stroke, title, label };
  }

  // A label that has found no free place: it is seen only while its edge is active, in the middle of it.
  #crowded(link, { x, y }) {
    const label = this.back.appendChild(this.#create("g", { class: "partial crowded", "data-edge": link.id, transform: `translate(${x} ${y})` }));
    label.append(this.#create("text"));
    return label;
  }

  // state: of the passes; step: the pass that is shown; hides: whether a derivative is hidden; before: old numbers.
  show(state, step, hides, before) {
    const backward = step.kind === "backward", active = new Set(backward || step.kind === "forward" ? step.item.into : []);
    const fed = new Set(backward ? step.item.into.filter((link) => link.k !== null).map((link) => link.source) : []);
    this.graph.items.forEach((item, n) => this.#showItem(item, state, item === step.item, fed.has(item), hides, before?.[n]));
    for (const link of this.graph.links) this.#showLink(link, state, active.has(link), hides);
    this.#spellOut(backward ? step.item.into : [], state, hides);
  }

  #showItem(item, state, current, fed, hides, before) {
    const { graph } = this, part = this.parts.get(item), { box, data, grad, gradName, title, was, op, room } = part;
    const known = state.known.has(item), hidden = hides(item), x = graph.data(item);
    box.classList.toggle("waiting", !known);
    box.classList.toggle("current", current);
    box.classList.toggle("fed", fed);
    write(was, before && known ? changes(before, { data: x, grad: graph.grad(item) }, hidden || !state.adjoint.has(item)) : "");
    box.dataset.data = x;
    if (item.constant) {
      write(data, fitted(x, room));
      write(title, `constant ${full(x)}${this.#hint(item)}`);
      return;
    }
    const adjoint = state.adjoint.get(item), partly = adjoint !== undefined && item !== graph.root && uses(item) > (state.fed.get(item)?.length ?? 0);
    write(data, known ? aligned(fitted(x, room)) : "");
    write(gradName, partly ? "sum" : "grad");
    write(grad, adjoint === undefined ? "" : hidden ? "\u00a0?" : aligned(fitted(adjoint, room)));
    attribute(grad, "class", `value grad ${hidden ? "" : sign(adjoint ?? 0)}`);
    if (op && item.value.op && item.value.op.name !== item.op) write(op, item.value.op.name === "identity" ? "linear" : item.value.op.name);
    else if (op && item.op) write(op, item.op);
    if (adjoint === undefined || hidden) delete box.dataset.grad;
    else box.dataset.grad = adjoint;
    const told = adjoint === undefined ? "" : hidden ? ", grad asked" : `, ${gradName.textContent} ${full(adjoint)}`;
    write(title, `${item.name}${known ? `, data ${full(x)}` : ""}${told}${this.#hint(item)}`);
  }
  #hint(item) { return this.graph.canChange(item) ? "; drag it, or press plus or minus" : ""; }

  #showLink(link, state, active, hides) {
    const { line, stroke, label, title } = this.parts.get(link), known = state.known.has(link.target);
    line.classList.toggle("active", active);
    line.classList.toggle("quiet", !known);
    if (link.k === null) return void write(title, `${figure(link.source.number)}: a constant`);
    const partial = this.graph.partial(link), passed = state.passed.get(link), shown = passed ?? partial;
    const hidden = hides(link.source) || hides(link.target);
    const colour = hidden ? "zero" : sign(partial);
    for (const name of ["pos", "neg", "zero"]) line.classList.toggle(name, name === colour);
    attribute(stroke, "stroke-width", hidden ? 1.5 : weight(partial).toPrecision(4));
    line.dataset.partial = partial;
    write(title, hidden ? "" : `∂${link.target.name}/∂${link.source.name} = ${full(partial)}`);
    label.classList.toggle("quiet", !known || hidden);
    label.classList.toggle("active", active);
    label.classList.toggle("passed", passed !== undefined);
    this.#frame(label, [figure(shown)], shown);
    write(label.firstChild, full(shown)); // its title
  }

  // The lines of a label in a box of their size.
  #frame(label, lines, coloured) {
    const said = `${lines.join("|")}|${sign(coloured)}`;
    if (label.said === said) return;
    label.said = said;
    const [box, words] = ["rect", "text"].map((part) => label.querySelector(part)), many = lines.length > 1;
    const width = Math.max(...lines.map((line) => line.length)) * 6.05 + (many ? 10 : 2), height = 13 * lines.length;
    words.replaceChildren(...lines.map((line, n) => this.#create("tspan", { x: many ? width / 2 - 5 : 0, y: 3.5 - height / 2 + 13 * n + 6.5 }, line)));
    words.setAttribute("class", sign(coloured));
    words.setAttribute("text-anchor", many ? "end" : "middle");
    for (const [name, value] of Object.entries({ x: -width / 2, y: -height / 2, width, height })) box.setAttribute(name, value);
  }

  // Adjoint x local derivative = contribution, on the links of the node that is settled: in front of everything, on as
  // many links as there is room for. All of them stand in the panel.
  #spellOut(links, state, hides) {
    this.back.append(...this.raised);
    this.raised = [];
    const taken = [];
    for (const link of links) {
      const { label } = this.parts.get(link), passed = state.passed.get(link);
      if (!label || passed === undefined || hides(link.source) || hides(link.target)) continue;
      this.raised.push(label);
      const { e: x, f: y } = label.transform.baseVal[0].matrix;
      if (taken.some(([u, v]) => Math.abs(u - x) < 90 && Math.abs(v - y) < 40)) continue;
      taken.push([x, y]);
      this.#frame(label, [figure(state.adjoint.get(link.target)), `× ${figure(this.graph.partial(link))}`, `= ${figure(passed)}`], passed);
    }
    this.front.append(...this.raised);
  }

  choose(chosen) {
    const route = chosen && !chosen.constant ? this.graph.route(chosen) : new Set();
    for (const link of this.graph.links) this.parts.get(link).line.classList.toggle("route", route.has(link));
    for (const item of this.graph.items) this.parts.get(item).box.classList.toggle("chosen", item === chosen);
  }
}

function middle(link) {
  const line = document.getElementById(link.id).querySelector(".line");
  return line.getPointAtLength((line.getTotalLength() + HEAD) / 2);
}

// What stands already is not written again: the browser would lay it out anew.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function attribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

// The old numbers of a node, where one was another: data, and grad unless it is hidden.
function changes(before, now, hidden) {
  if (before.data === now.data && (hidden || before.grad === now.grad)) return "";
  return `was ${figure(before.data)}${hidden || now.grad === null ? "" : ` · ${figure(before.grad)}`}`;
}
