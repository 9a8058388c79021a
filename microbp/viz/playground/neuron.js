// What is said of a chosen neuron: BP1 or BP2 for the sample shown, its weights, the demon at its z.
import { refresh, order } from "../pages/engine.js";
import { localDerivative } from "./derivation.js";
import { derivative, h, maths, number, table } from "./dom.js";
import { Writer, short, signed } from "./notation.js";
import { slopes, stuck } from "./moves.js";

const minus = (text) => text.replaceAll("-", "−");

export function neuronPanel(app, l, j) {
  const graph = app.graph(), { network } = app.training.problem, last = l === network.layers.length;
  const z = graph.z[l - 1][j - 1], a = graph.a[l - 1][j - 1], delta = app.gradients().get(z) ?? 0;
  return [
    h("h2", { class: "chosen-name" }, last ? "The output neuron" : `Neuron ${j} of layer ${l}`),
    h("div", { class: "cards" },
      errorCard(app, graph, { l, j, z, a, delta, last }), weightsCard(app, graph, { l, j, delta }), h("section", {}, ...stateCard(app, l, j, last), ...demon(app, l, j, delta))),
  ];
}

// δ = what the later layer sends back, times σ'(z).
function errorCard(app, graph, { l, j, z, a, delta, last }) {
  const grads = app.gradients(), error = `δ${z.label.slice(1)}`, slope = slopeOf(app, a, z), sent = grads.get(a === z ? z : a) ?? 0;
  const numbers = h("p", { class: "row" }, h("span", {}, maths(z.label), ` = ${minus(short(z.data))}`), a === z ? null : h("span", {}, maths(a.label), ` = ${minus(short(a.data))}`), h("span", {}, maths(error), " = ", number(delta, short(delta))));
  const prime = a === z ? null : h("p", {}, "σ′(", maths(z.label), ") = ", derivative(a.label, z.label), " = ", maths(slope.text), ` = ${minus(short(slope.value))}`);
  if (last) {
    const equation = h("p", { class: "equation" }, maths(error), " = ", derivative("C₀", a.label), a === z ? null : [" · σ′(", maths(z.label), ")"], ` = ${minus(signed(sent))}`, a === z ? null : ` · ${minus(signed(slope.value))}`, " = ", number(delta, short(delta)));
    return h("section", {}, h("h3", {}, "BP1: the error of the output"), numbers, prime, equation, h("p", { class: "muted" }, a === z ? "A linear output: σ′(z) = 1." : "How the cost changes with the answer, times how the answer changes with z."));
  }
  const { weights } = app.training.problem.network.layers[l];
  const rows = weights.map((row, i) => {
    const w = graph.leaves[row[j - 1]], next = graph.z[l][i], d = grads.get(next) ?? 0;
    return [weightButton(app, row[j - 1]), number(w.data, short(w.data)), h("span", {}, maths(`δ${next.label.slice(1)}`)), number(d, short(d)), number(w.data * d, short(w.data * d))];
  });
  return h("section", {},
    h("h3", {}, "BP2: the error comes back through the weights"), numbers, prime,
    table(["weight", "value>", "error", "value>", "product>"], rows, "What the next layer sends back"),
    h("p", { class: "equation" }, maths(error), " = ", h("span", { class: "word" }, "sum"), " · σ′(", maths(z.label), `) = ${minus(signed(sent))} · ${minus(signed(slope.value))} = `, number(delta, short(delta))));
}

// σ'(z) as the row of the activation states it.
function slopeOf(app, a, z) {
  if (a === z) return { text: "1", value: 1 };
  const symbol = (node) => ({ name: node.label, value: node.data });
  return { text: new Writer(app.table.rows).text(localDerivative(a, 0, symbol, app.table.rules)), value: a.partials[0] };
}

function weightsCard(app, graph, { l, j, delta }) {
  const layer = app.training.problem.network.layers[l - 1], inputs = l > 1 ? graph.a[l - 2] : graph.inputs, grads = app.gradients();
  const rows = layer.weights[j - 1].map((place, k) => [weightButton(app, place), number(graph.leaves[place].data, short(graph.leaves[place].data)), maths(inputs[k].label), short(inputs[k].data).replaceAll("-", "−"), number(grads.get(graph.leaves[place]) ?? 0, short(grads.get(graph.leaves[place]) ?? 0))]);
  const bias = layer.biases[j - 1];
  rows.push([weightButton(app, bias), number(graph.leaves[bias].data, short(graph.leaves[bias].data)), "", "1", number(delta, short(delta))]);
  return h("section", {}, h("h3", {}, "Its weights: BP4 and BP3"), table(["weight", "value>", "input", "value>", "∂C₀/∂w>"], rows, "Weights"), h("p", { class: "muted" }, "Each derivative is the input times the neuron's error."));
}

export function weightButton(app, place) {
  const { label } = app.training.problem.network.parameters[place];
  return h("button", { class: "link", "data-weight": place, onclick: () => app.choose({ weight: place }) }, maths(label));
}

function stateCard(app, l, j, last) {
  if (last) return [];
  const state = stuck(app.training).find((one) => one.l === l && one.j === j), { mean, saturated } = slopes(app.training).find((one) => one.l === l && one.j === j);
  return [
    h("h3", {}, "Can it learn?"),
    state ? h("p", { class: "warning" }, h("b", {}, state.kind), `: ${state.why}.`)
      : h("p", {}, `Yes. The mean of |σ′(z)| over the samples is ${short(Number(mean.toPrecision(3)))}; it is saturated on ${Math.round(100 * saturated)} % of them.`),
  ];
}

// Add Δz to the weighted input, and compare δ Δz with what the cost really does.
function demon(app, l, j, delta) {
  const said = h("p", { role: "status" }), slider = h("input", { type: "range", min: -1, max: 1, step: 0.01, value: 0.1, "aria-label": "Δz" });
  const show = () => {
    const step = Number(slider.value), actual = costAt(app, l, j, step) - app.graph().cost.data, predicted = delta * step;
    said.replaceChildren(maths("Δz"), ` = ${minus(short(step))}: predicted `, maths("δ"), " · ", maths("Δz"), " = ", number(predicted, short(Number(predicted.toPrecision(4)))), ", actual ", maths("ΔC₀"), " = ", number(actual, short(Number(actual.toPrecision(4)))));
  };
  slider.addEventListener("input", show);
  show();
  return [h("h3", {}, "The demon"), h("p", { class: "muted" }, "It adds Δz to the weighted input, for this sample."), slider, said];
}

// The cost if this z were larger by a step: its bias is shifted in a graph of its own.
function costAt(app, l, j, step) {
  const { training } = app, graph = app.freshGraph(), bias = graph.leaves[training.problem.network.layers[l - 1].biases[j - 1]];
  bias.data += step;
  refresh(order(graph.cost));
  return graph.cost.data;
}

