// What is said of a chosen sample: the answer, the cost, and what it wants of every layer.
import { h, maths, number, table } from "./dom.js";
import { bar } from "./weight.js";
import { short } from "./notation.js";
import { largest, wishes } from "./wishes.js";

const minus = (text) => text.replaceAll("-", "−");

export function samplePanel(app) {
  const graph = app.graph(), { problem } = app.training, { layers } = problem.network;
  const all = layers.map((_, i) => wishes(graph, problem.network, i + 1)).reverse();
  return [
    h("h2", { class: "chosen-name" }, `Sample ${app.sample + 1}`),
    h("p", { class: "row" }, ...graph.inputs.map((x) => h("span", {}, maths(x.label), ` = ${minus(short(Number(x.data.toPrecision(4))))}`)),
      h("span", {}, maths("y"), ` = ${minus(short(graph.y))}`), h("span", {}, maths(graph.output.label), ` = ${minus(short(graph.output.data))}`), h("span", {}, maths("C₀"), ` = ${short(graph.cost.data)}`)),
    h("p", { class: "muted" }, "What this sample asks for: minus each derivative of its cost. A neuron has three levers: its bias, its weights (in proportion to the activations they multiply), and the activations before it (in proportion to the weights)."),
    h("div", { class: "cards wide" }, all.map((wish) => layerCard(app, graph, wish))),
  ];
}

function layerCard(app, graph, wish) {
  const { l, z } = wish, { layers } = app.training.problem.network, before = l > 1 ? graph.a[l - 2] : graph.inputs;
  const top = Math.max(...z.map(Math.abs)) || 1;
  const rows = z.map((want, j) => {
    const k = largest(wish.weights[j]), i = largest(wish.previous[j]);
    return [
      h("button", { class: "link", onclick: () => app.choose({ neuron: [l, j + 1] }) }, maths(graph.a[l - 1][j].label)),
      want > 0 ? "up" : want < 0 ? "down" : "stay", bar(want / top), number(want, short(Number(want.toPrecision(4)))),
      lever(app.training.problem.network.parameters[layers[l - 1].weights[j][k]].label, wish.weights[j][k]),
      lever(before[i].label, wish.previous[j][i]),
    ];
  });
  const sums = l > 1 ? h("p", {}, "All together they want of the layer before: ", before.map((a, k) => h("span", { class: "wish" }, maths(a.label), " ", number(wish.summed[k], short(Number(wish.summed[k].toPrecision(3))))))) : null;
  return h("section", {}, h("h3", {}, l === layers.length ? "The output layer" : `Layer ${l}`),
    table(["neuron", "wants", "", "z and bias>", "largest weight", "largest activation"], rows, `What layer ${l} wants`), sums);
}

const lever = (label, x) => h("span", {}, maths(label), " ", number(x, short(Number(x.toPrecision(3)))));
