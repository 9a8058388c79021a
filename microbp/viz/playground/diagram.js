// The network as a picture: features, layers of neurons that show what they answer, weights as lines.
import { FEATURES } from "./data.js";
import { byId, h, maths, svg } from "./dom.js";
import { SIDE } from "./field.js";

const LABEL = 46, HEAD = 34, LEAST = 66; // pixels: names of the features, heads of the layers, a column

export class Diagram {
  // actions: onweight(place), onneuron(l, j), onfeature(id), onhover(place or null, event), onneurons(l, change).
  constructor(element, colours, actions) {
    this.element = element;
    this.colours = colours;
    this.actions = actions;
  }

  // Lay out anew: the shape of the network or the width of the page has changed.
  build(training, field) {
    Object.assign(this, { training, field });
    const { network } = training.problem, { sizes } = network, columns = sizes.length;
    const width = Math.max(this.element.parentElement.clientWidth, LABEL + columns * LEAST);
    const most = Math.max(FEATURES.length, ...sizes), size = Math.round(Math.min(42, (width - LABEL) / columns / 1.7));
    const pitch = Math.max(size + 9, 40), height = HEAD + most * pitch;
    const gap = (width - LABEL - size - 4) / (columns - 1);
    Object.assign(this, { size, height, edges: new Map(), pictures: [] });
    const center = (l, j, n) => [LABEL + l * gap + size / 2, HEAD + (height - HEAD) * 0.5 + (j - (n - 1) / 2) * pitch];
    const ids = training.problem.features.map((feature) => feature.id);
    const at = (l, j) => (l ? center(l, j, sizes[l]) : center(0, FEATURES.findIndex((f) => f.id === ids[j]), FEATURES.length));
    this.lines = svg("svg", { class: "lines", width, height, "aria-hidden": "true" });
    network.layers.forEach(({ weights }, i) => weights.forEach((row, j) => row.forEach((place, k) => this.edge(place, at(i, k), at(i + 1, j)))));
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    this.element.replaceChildren(this.lines, ...this.heads(center, sizes), ...this.features(center), ...this.neurons(at, sizes));
  }

  edge(place, [x1, y1], [x2, y2]) {
    const half = this.size / 2, from = x1 + half, to = x2 - half, bend = (to - from) * 0.45;
    const d = `M${from} ${y1}C${from + bend} ${y1} ${to - bend} ${y2} ${to} ${y2}`;
    const line = svg("path", { class: "weight", d }), touch = svg("path", { class: "touch", d, "data-place": place });
    touch.addEventListener("pointerenter", (event) => this.actions.onhover(place, event));
    touch.addEventListener("pointerleave", () => this.actions.onhover(null));
    touch.addEventListener("click", () => this.actions.onweight(place));
    this.lines.prepend(line);
    this.lines.append(touch);
    this.edges.set(place, line);
  }

  heads(center, sizes) {
    return sizes.slice(1, -1).map((n, i) => {
      const button = (sign, change, said) => h("button", { class: "mini", "aria-label": `${said} layer ${i + 1}`, onclick: () => this.actions.onneurons(i, change) }, sign);
      const head = h("div", { class: "head", role: "group", "aria-label": `hidden layer ${i + 1}: ${n} neurons` }, button("−", -1, "remove a neuron of"), h("span", {}, String(n)), button("+", 1, "add a neuron to"));
      return placed(head, center(i + 1, 0, 1)[0], HEAD / 2 - 4);
    });
  }

  features(center) {
    const used = this.training.problem.features.map((feature) => feature.id), grid = this.field.grid();
    return FEATURES.flatMap((feature, i) => {
      const on = used.includes(feature.id), [x, y] = center(0, i, FEATURES.length);
      const canvas = h("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
      this.pictures.push({ canvas, column: grid.map((point) => feature.of(...point)), fixed: true });
      const button = h("button", { class: `cell feature${on ? "" : " off"}`, "aria-pressed": String(on), "aria-label": `feature ${feature.label}`, title: on ? "Leave this feature out" : "Use this feature", onclick: () => this.actions.onfeature(feature.id) }, canvas);
      const label = h("span", { class: `feature-name${on ? "" : " off"}`, "aria-hidden": "true" }, maths(feature.label));
      label.style.width = `${LABEL - 8}px`;
      return [placed(label, (LABEL - 8) / 2, y), this.sized(placed(button, x, y))];
    });
  }

  neurons(at, sizes) {
    return sizes.slice(1).flatMap((n, i) => Array.from({ length: n }, (_, j) => {
      const [x, y] = at(i + 1, j), l = i + 1;
      const canvas = h("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
      const button = h("button", { class: "cell neuron", "data-neuron": `${l},${j + 1}`, "aria-label": l === sizes.length - 1 ? "output neuron" : `neuron ${j + 1} of layer ${l}`, onclick: () => this.actions.onneuron(l, j + 1) }, canvas);
      this.pictures.push({ canvas, l, j: j + 1 });
      return this.sized(placed(button, x, y));
    }));
  }

  sized(element) {
    element.style.width = element.style.height = `${this.size}px`;
    return element;
  }

  // New numbers: widths and colours of the weights, pictures of the neurons.
  show(chosen) {
    const { theta, problem } = this.training;
    for (const [place, line] of this.edges) {
      const w = theta[place];
      line.setAttribute("stroke-width", (0.4 + Math.min(7.5, 2.5 * Math.sqrt(Math.abs(w)))).toFixed(2));
      line.setAttribute("class", `weight ${w < 0 ? "neg" : "pos"}${chosen?.weight === place ? " chosen" : ""}`);
      if (chosen?.weight === place) this.lines.querySelector(".touch").before(line); // in front of the others
    }
    for (const { canvas, column, l, j, fixed, done } of this.pictures) {
      if (done) continue;
      const middle = !fixed && problem.network.activations[l - 1] === "sigmoid" ? 0.5 : 0;
      this.field.paint(canvas, column ?? this.field.answers(l, j), this.colours.vivid, middle);
      if (!fixed) canvas.parentElement.classList.toggle("chosen", chosen?.neuron?.[0] === l && chosen.neuron[1] === j);
    }
    for (const picture of this.pictures) picture.done = picture.fixed;
  }

  // Marks of neurons that no longer learn: {l, j, kind, why}.
  mark(states) {
    for (const button of this.element.querySelectorAll(".neuron")) {
      const state = states.find(({ l, j }) => button.dataset.neuron === `${l},${j}`);
      button.querySelector(".badge")?.remove();
      button.title = state ? `${state.kind}: ${state.why}` : "";
      if (state) button.append(h("span", { class: `badge ${state.kind}`, role: "img", "aria-label": state.kind }, state.kind === "dead" ? "✕" : "!"));
    }
  }
}

function placed(element, x, y) {
  element.style.left = `${x}px`;
  element.style.top = `${y}px`;
  return element;
}

export function tooltip(content, event) {
  const tip = byId("tip");
  tip.hidden = !content;
  if (!content) return;
  tip.replaceChildren(...content);
  const width = tip.offsetWidth;
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, window.innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(4, event.clientY - tip.offsetHeight - 12)}px`;
}
