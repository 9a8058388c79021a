// Why the weights moved as they did, and which neurons no longer learn.
import { explain } from "./derivation.js";
import { OPTIMISERS } from "./optimisers.js";

// The last step of one parameter: what earlier steps, the decay and every sample of the batch had in it.
export function whyMoved(training, place) {
  const { last, problem, tape, pattern } = training;
  if (!last) return null;
  const { rows, before, moves, l2 } = last, m = rows.length, { memory, scale } = moves[place];
  training.gradient(rows, before);
  const shares = tape.shares(pattern.leaves[place], m);
  const samples = rows.map((row, i) => ({ row, gradient: shares[i] * m, move: scale * shares[i] }));
  samples.sort((a, b) => Math.abs(b.move) - Math.abs(a.move));
  return {
    before: before[place], after: moves[place].p, move: moves[place].p - before[place], memory, decay: scale * l2 * before[place], samples,
    formula: OPTIMISERS[last.optimiser].formula,
    paths: (row, table) => explainedPaths(problem.sample(before, problem.train[row]), place, scale / m, table),
  };
}

// The paths of one sample, each with its part of the move.
function explainedPaths(graph, place, factor, table) {
  const { paths, rest } = explain(graph.cost, graph.leaves[place], table, 6);
  return { paths: paths.map(({ nodes, product }) => ({ nodes, move: factor * product })), others: rest.count, rest: factor * rest.sum };
}

const THRESHOLD = 0.01; // of |σ'(z)|, below which a neuron is saturated on a sample

// Every hidden neuron over the training data, at the weights of now: as inspect.saturation.
export function slopes(training) {
  const { problem, pattern, tape, theta } = training, m = problem.train.length;
  training.fill(tape, training.columns);
  tape.forward(theta, m);
  return pattern.z.slice(0, -1).flatMap((layer, i) => layer.map((node, j) => {
    const answer = pattern.a[i][j], z = tape.column(node), a = tape.column(answer);
    const [rule, ...others] = answer === node ? [1] : answer.op.partials, more = answer === node ? [] : answer.op.defaults;
    let total = 0, below = 0, negative = 0;
    for (let s = 0; s < m; s++) {
      const slope = Math.abs(typeof rule === "number" ? rule : rule(a[s], z[s], ...more.slice(0, others.length)));
      total += slope;
      below += slope < THRESHOLD;
      negative += z[s] <= 0;
    }
    return { l: i + 1, j: j + 1, mean: total / m, saturated: below / m, negative: negative / m, m };
  }));
}

// Those to be marked, with the reason.
export function stuck(training) {
  return slopes(training).filter(({ saturated }) => saturated === 1).map((neuron) => {
    const { l, j, mean, negative, m } = neuron, kind = mean === 0 ? "dead" : "saturated";
    const why = mean > 0 ? `|σ′(z)| is below ${THRESHOLD} on all ${m} samples, ${mean.toPrecision(2)} on the average: hardly any gradient passes`
      : negative === 1 ? `z is never above 0 on ${m} samples, so σ′(z) is 0 for all: no sample can teach it`
      : `σ′(z) is 0 on all ${m} samples: no sample can teach it`;
    return { l, j, kind, why };
  });
}
