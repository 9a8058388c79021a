// Gradient descent as microbp.fit does it: the same batches in the same order, the same history.
import { shuffled } from "./random.js";
import { OPTIMISERS } from "./optimisers.js";
import { TOO_LARGE, Tape } from "./tape.js";

export class Training {
  constructor(problem) {
    this.problem = problem;
    const { network, settings } = problem;
    this.theta = network.initial(settings.seed);
    this.grads = new Float64Array(this.theta.length);
    this.pattern = problem.pattern(this.theta);
    this.tape = this.tapeFor(problem.train.length);
    this.testTape = problem.test.length ? this.tapeFor(problem.test.length) : null;
    this.columns = this.load(problem.train);
    if (this.testTape) this.fill(this.testTape, this.load(problem.test));
    this.loss = []; // one entry per epoch, as in History
    this.testLoss = [];
    this.accuracy = [];
    this.testAccuracy = [];
    this.segments = []; // the epochs taken, with what they were taken with
    this.epochs = 0;
    this.queue = []; // the batches of the epoch under way
    this.log = [];
    this.last = null;
    this.begin();
  }

  // Take over the optimiser of the settings; its memory is kept while it stays the same.
  begin() {
    const { optimiser } = this.problem.settings;
    if (this.optimiser === optimiser) return;
    this.optimiser = optimiser;
    this.t = 0;
    this.state = Array.from(this.theta, () => Array(OPTIMISERS[optimiser].slots).fill(0));
  }

  tapeFor(size) {
    const { cost, inputs, y, leaves } = this.pattern;
    return new Tape(cost, [...inputs, y], leaves, size);
  }

  // One column per input, then the targets.
  load(samples) {
    const rows = samples.map((point) => [...this.problem.inputs(point.x), this.problem.target(point)]);
    return rows[0].map((_, k) => Float64Array.from(rows, (row) => row[k]));
  }

  fill(tape, columns, rows = null) {
    [...this.pattern.inputs, this.pattern.y].forEach((leaf, k) => {
      const target = tape.column(leaf), source = columns[k];
      if (rows) for (let i = 0; i < rows.length; i++) target[i] = source[rows[i]];
      else target.set(source);
    });
  }

  // Cost and gradient of some rows of the training data, at any parameters; the mean over the rows.
  gradient(rows, theta = this.theta) {
    this.fill(this.tape, this.columns, rows);
    const m = rows.length, costs = this.tape.forward(theta, m);
    this.grads.fill(0);
    this.tape.backward(this.grads, 1 / m, m);
    return sum(costs, m) / m;
  }

  get batchSize() { return this.problem.settings.batch || this.problem.train.length; }

  // One step of the optimiser on the next batch.
  step() {
    const { problem, theta } = this, { rate, l2 } = problem.settings, m = problem.train.length;
    if (!this.queue.length) {
      const order = shuffled(m, problem.settings.seed + this.epochs);
      for (let start = 0; start < m; start += this.batchSize) this.queue.push(order.slice(start, start + this.batchSize));
    }
    const rows = this.queue[0], cost = this.gradient(rows);
    const hits = this.hits(this.tape, rows.map((i) => problem.train[i]));
    const move = OPTIMISERS[this.optimiser].step, moves = [];
    for (let i = 0; i < theta.length; i++) moves.push(move(theta[i], this.grads[i] + l2 * theta[i], this.state[i], rate, this.t + 1));
    if (!Number.isFinite(cost) || moves.some(({ p, s }) => !Number.isFinite(p) || !s.every(Number.isFinite))) {
      throw new Error(TOO_LARGE);
    }
    this.queue.shift();
    this.last = { rows, before: Float64Array.from(theta), grads: Float64Array.from(this.grads), moves, l2, rate, optimiser: this.optimiser };
    moves.forEach(({ p, s }, i) => {
      theta[i] = p;
      this.state[i] = s;
    });
    this.t++;
    this.log.push({ cost, hits, m: rows.length });
    if (!this.queue.length) this.endEpoch();
  }

  epoch() { do this.step(); while (this.queue.length); }

  // The rest of the epoch under way, before something else is decided.
  finish() { if (this.queue.length) this.epoch(); }

  endEpoch() {
    const m = this.problem.train.length, { optimiser, rate, batch, l2 } = this.problem.settings;
    this.epochs++;
    this.loss.push(this.log.reduce((total, step) => total + step.cost * step.m, 0) / m);
    this.accuracy.push(this.log.reduce((total, step) => total + step.hits, 0) / m);
    this.log = [];
    if (this.testTape) {
      const test = this.problem.test;
      this.testLoss.push(sum(this.testTape.forward(this.theta), test.length) / test.length);
      this.testAccuracy.push(this.hits(this.testTape, test) / test.length);
    }
    const last = this.segments.at(-1);
    if (last && last.optimiser === optimiser && last.rate === rate && last.batch === batch && last.l2 === l2) last.epochs++;
    else this.segments.push({ optimiser, rate, batch, l2, epochs: 1 });
  }

  hits(tape, points) {
    const outputs = tape.column(this.pattern.output);
    return points.reduce((count, point, i) => count + (this.problem.isRight(outputs[i], point) ? 1 : 0), 0);
  }

  // Cost and accuracy of the training data at the weights of now, with the gradient in grads.
  now() {
    const all = [...this.problem.train.keys()], cost = this.gradient(all);
    return { cost, accuracy: this.hits(this.tape, this.problem.train) / all.length };
  }
}

function sum(column, m) {
  let total = 0;
  for (let i = 0; i < m; i++) total += column[i];
  return total;
}
