// The graph of one sample as a flat tape, run for many samples at once: every node has a column of numbers, one per
// sample. Values and derivatives are those of the table's rows; a rule of lists is read with whole columns.
import { apply, order } from "../pages/engine.js";

export const TOO_LARGE = "A number has grown too large for a float, so no weight was moved: lower the rate, or reset.";

export class Tape {
  // inputs: leaves that differ from sample to sample; parameters: leaves whose numbers stand in theta, in its order.
  constructor(root, inputs, parameters, size) {
    this.root = root;
    this.size = size;
    this.columns = new Map();
    this.adjoints = new Map();
    this.place = new Map(parameters.map((leaf, i) => [leaf, i]));
    this.constants = new Map();
    this.nodes = order(root).filter((node) => node.op);
    for (const node of [...inputs, ...this.nodes]) this.columns.set(node, new Float64Array(size));
    const needed = new Set(parameters); // what has a derivative that is asked for
    for (const node of this.nodes) if (node.parents.some((p) => needed.has(p))) needed.add(node);
    this.backwards = this.nodes.filter((node) => needed.has(node)).reverse();
    for (const node of this.backwards) this.adjoints.set(node, new Float64Array(size));
    this.steps = this.nodes.map((node) => this.forwardStep(node));
    this.returns = this.backwards.map((node) => this.backwardStep(node));
  }

  column(node) { return this.columns.get(node); }
  adjoint(node) { return this.adjoints.get(node); }

  // Compute the first m samples.
  forward(theta, m = this.size) {
    this.theta = theta;
    for (const step of this.steps) step(m);
    return this.columns.get(this.root);
  }

  // Add the derivative of seed times the sum of all roots by every parameter to grads.
  backward(grads, seed, m = this.size) {
    for (const adjoint of this.adjoints.values()) adjoint.fill(0, 0, m);
    this.adjoints.get(this.root).fill(seed, 0, m);
    for (const step of this.returns) step(m, grads);
  }

  // What each sample adds to the derivative by a parameter, after a backward pass.
  shares(parameter, m = this.size) {
    const node = this.nodes.find(({ parents }) => parents.includes(parameter)), n = (node.args.length - 1) / 2;
    const k = node.args.indexOf(parameter), columns = node.args.slice(n, 2 * n).map((a) => this.columns.get(a));
    const slope = k < n ? node.op.partials[0](0, null, columns, 0)[k] : null, adjoint = this.adjoints.get(node);
    return Float64Array.from({ length: m }, (_, i) => (slope ? slope[i] : node.op.partials[2]) * adjoint[i]);
  }

  // -- one node ------------------------------------------------------------------------------------

  // An argument as a column: a constant fills one, once.
  argument(a) {
    if (typeof a !== "number") return this.columns.get(a);
    if (!this.constants.has(a)) this.constants.set(a, new Float64Array(this.size).fill(a));
    return this.constants.get(a);
  }

  forwardStep(node) {
    const z = this.columns.get(node), { op } = node;
    if (op.name === "weighted_sum") return this.weightedSum(node, z);
    const [x, y] = node.args.map((a) => this.argument(a)), f = op.value;
    const step = y === undefined
      ? (m) => { for (let i = 0; i < m; i++) z[i] = f(x[i]); }
      : (m) => { for (let i = 0; i < m; i++) z[i] = f(x[i], y[i]); };
    return this.guarded(step, op, [x, y]);
  }

  // From left to right, as the row adds.
  weightedSum(node, z) {
    const n = (node.args.length - 1) / 2, bias = this.place.get(node.args[2 * n]);
    const terms = node.args.slice(0, n).map((w, k) => [this.place.get(w), this.columns.get(node.args[n + k])]);
    return (m) => {
      z.fill(0, 0, m);
      for (const [place, a] of terms) {
        const w = this.theta[place];
        for (let i = 0; i < m; i++) z[i] += w * a[i];
      }
      const b = this.theta[bias];
      for (let i = 0; i < m; i++) z[i] += b;
    };
  }

  // Where a step has no number, the row called with single numbers says what is wrong, in Python's words.
  guarded(step, op, columns) {
    return (m) => {
      try {
        step(m);
      } catch {
        const samples = Array.from({ length: m }, (_, i) => columns.filter(Boolean).map((column) => column[i]));
        if (samples.every((numbers) => numbers.every(Number.isFinite))) for (const numbers of samples) apply(op, numbers);
        throw new Error(TOO_LARGE);
      }
    };
  }

  backwardStep(node) {
    const adjoint = this.adjoints.get(node), { op, args } = node;
    if (op.name === "weighted_sum") return this.sharesOfSum(node, adjoint);
    const z = this.columns.get(node), [x, y] = args.map((a) => this.argument(a));
    const targets = args.map((a) => this.adjoints.get(a)).map((target, k) => [target, op.partials[k]]).filter(([target]) => target);
    const step = (m) => {
      for (const [target, rule] of targets) {
        if (typeof rule === "number") for (let i = 0; i < m; i++) target[i] += rule * adjoint[i];
        else for (let i = 0; i < m; i++) target[i] += rule(z[i], x[i], y === undefined ? 0 : y[i]) * adjoint[i];
      }
    };
    return this.guarded(step, op, [x, y]);
  }

  // The rules of the list row, read with columns and with the numbers of theta.
  sharesOfSum(node, adjoint) {
    const { op, args } = node, n = (args.length - 1) / 2, [byWeights, byInputs, byBias] = op.partials;
    const weights = args.slice(0, n).map((w) => this.place.get(w)), inputs = args.slice(n, 2 * n);
    const columns = inputs.map((a) => this.columns.get(a)), bias = this.place.get(args[2 * n]);
    return (m, grads) => {
      const numbers = weights.map((place) => this.theta[place]);
      byWeights(0, numbers, columns, 0).forEach((slope, k) => {
        let sum = 0;
        for (let i = 0; i < m; i++) sum += slope[i] * adjoint[i];
        grads[weights[k]] += sum;
      });
      byInputs(0, numbers, columns, 0).forEach((slope, k) => {
        const target = this.adjoints.get(inputs[k]);
        if (target) for (let i = 0; i < m; i++) target[i] += slope * adjoint[i];
      });
      let sum = 0;
      for (let i = 0; i < m; i++) sum += adjoint[i];
      grads[bias] += byBias * sum;
    };
  }
}
