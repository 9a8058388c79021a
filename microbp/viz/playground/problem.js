// What is to be learnt: from the settings to points, inputs, targets, the network and its cost.
import { Value } from "../pages/engine.js";
import { SETS, chosenFeatures, sampled, split } from "./data.js";
import { parse } from "./formula.js";
import { Network, cost } from "./network.js";

export class Problem {
  // table: what Python says of costs and activations. Throws an Error that says what is wrong with the settings.
  constructor(settings, table) {
    const { data, cost: costName, features, layers, activation, seed } = settings;
    this.settings = settings;
    this.cost = table.costs[costName];
    this.features = chosenFeatures(features);
    // A typed function and a cost of numbers: its values are learnt, otherwise its sign.
    this.values = data === "function" && this.cost.reads === "number";
    this.points = points(settings, this.values);
    if (this.points.length < 2) throw new Error("Draw at least two points.");
    const parts = split(this.points, data === "xor" ? 0 : settings.test, seed);
    this.train = parts.train;
    this.test = parts.test;
    this.output = this.values ? "linear" : this.cost.output;
    this.network = new Network([this.features.length, ...layers, 1], [...layers.map(() => activation), this.output]);
    this.program = this.cost.program;
    this.programs = this.cost.classes;
  }

  inputs(x) { return this.features.map((feature) => feature.of(...x)); }

  target(point) { return this.cost.signed ? 2 * point.y - 1 : point.y; }

  // The graph of one sample whose inputs and target are leaves: for the tape.
  pattern(theta) {
    const leaves = this.network.leaves(theta), y = new Value(1, "y");
    const inputs = this.features.map((feature) => new Value(0.5, feature.label));
    const layers = this.network.record(leaves, inputs);
    return { leaves, inputs, y, ...layers, cost: cost(this.program, layers.output, y) };
  }

  // The graph of one sample as the library records it: the target is a plain number.
  sample(theta, point) {
    const leaves = this.network.leaves(theta), y = this.target(point);
    const inputs = this.inputs(point.x).map((x, i) => new Value(x, this.features[i].label));
    const layers = this.network.record(leaves, inputs);
    const root = cost(this.programs[y] ?? this.program, layers.output, y);
    root.label = "C₀";
    return { leaves, inputs, y, ...layers, cost: root };
  }

  // Whether an output says of a sample what its target says; null where there is no right and wrong.
  isRight(output, point) {
    if (this.values) return null;
    return output > this.threshold === point.y > 0.5;
  }

  get threshold() { return this.output === "sigmoid" ? 0.5 : 0; }
}

function points(settings, values) {
  if (settings.data === "drawn") return settings.points.map(([x1, x2, y]) => ({ x: [x1, x2], y }));
  if (settings.data !== "function") return SETS[settings.data](settings);
  const found = sampled(parse(settings.formula).f, settings);
  const bad = found.find((point) => !Number.isFinite(point.y));
  if (bad) throw new Error(`The function has no finite value at (${bad.x.map((x) => x.toFixed(2)).join(", ")}).`);
  if (!values) for (const point of found) point.y = Number(point.y > 0);
  return found;
}
