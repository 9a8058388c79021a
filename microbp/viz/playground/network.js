// A fully connected network as nn.MLP builds it: labels, first weights, the graph of one sample.
import { ROWS, } from "../pages/rows.js";
import { Value, apply } from "../pages/engine.js";
import { Random } from "./random.js";

const SUB = "₀₁₂₃₄₅₆₇₈₉", SUP = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const small = (n, signs) => [...String(n)].map((digit) => signs[digit]).join("");
const above = (l) => `⁽${small(l, SUP)}⁾`;
export const name = {
  w: (l, j, k) => `w${j < 10 && k < 10 ? small(j, SUB) + small(k, SUB) : `_${j},${k}`}${above(l)}`,
  b: (l, j) => `b${small(j, SUB)}${above(l)}`,
  z: (l, j) => `z${small(j, SUB)}${above(l)}`,
  a: (l, j) => `a${small(j, SUB)}${above(l)}`,
};

export class Network {
  // sizes: inputs, hidden layers, 1. activations: one per layer after the inputs.
  constructor(sizes, activations) {
    this.sizes = sizes;
    this.activations = activations;
    this.parameters = []; // in the order of model.parameters()
    this.layers = [];
    for (let l = 1; l < sizes.length; l++) {
      const layer = { weights: [], biases: [] }, add = (parameter) => this.parameters.push(parameter) - 1;
      for (let j = 1; j <= sizes[l]; j++) {
        layer.weights.push(Array.from({ length: sizes[l - 1] }, (_, k) => add({ label: name.w(l, j, k + 1), l, j, k: k + 1 })));
      }
      for (let j = 1; j <= sizes[l]; j++) layer.biases.push(add({ label: name.b(l, j), l, j }));
      this.layers.push(layer);
    }
  }

  // Glorot & Bengio (2010), eq. 16: the library's initialiser "xavier"; biases are 0.
  initial(seed) {
    const rng = new Random(seed), theta = new Float64Array(this.parameters.length);
    this.layers.forEach(({ weights }, i) => {
      const r = Math.sqrt(6 / (this.sizes[i] + this.sizes[i + 1]));
      for (const row of weights) for (const place of row) theta[place] = rng.uniform(-r, r);
    });
    return theta;
  }

  leaves(theta) { return this.parameters.map(({ label }, i) => new Value(theta[i], label)); }

  // The graph for some inputs, Values or numbers: {z, a} by layer, and the output.
  record(leaves, inputs) {
    const z = [], a = [];
    this.layers.forEach(({ weights, biases }, i) => {
      const before = i ? a[i - 1] : inputs, row = this.activations[i] === "linear" ? null : ROWS[this.activations[i]];
      z.push(weights.map((places, j) => labelled(apply(ROWS.weighted_sum, [places.map((p) => leaves[p]), before, leaves[biases[j]]]), name.z(i + 1, j + 1))));
      a.push(z[i].map((node, j) => (row ? labelled(apply(row, [node]), name.a(i + 1, j + 1)) : node)));
    });
    return { z, a, output: a.at(-1)[0] };
  }
}

function labelled(node, label) {
  node.label = label;
  return node;
}

// A cost as the library recorded it, on an output and a target: Values or numbers. A program is a list of entries:
// "a" and "y", a number, or a row with the places of its arguments; the last is the cost.
export function cost(program, a, y) {
  const entries = [];
  for (const entry of program) {
    if (Array.isArray(entry)) entries.push(apply(ROWS[entry[0]], entry.slice(1).map((i) => entries[i])));
    else entries.push(entry === "a" ? a : entry === "y" ? y : entry);
  }
  return entries.at(-1);
}
