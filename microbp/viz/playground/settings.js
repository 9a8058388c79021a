// What can be chosen, and what a link or a reader may have chosen wrongly: settings are always put right here.
import { FEATURES, RANGE, SETS } from "./data.js";
import { OPTIMISERS } from "./optimisers.js";

export const DATA = [...Object.keys(SETS), "drawn", "function"];
export const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
export const BATCHES = [1, 5, 10, 20, 50, 100, 0];
export const DECAYS = [0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1];
export const MOST = { samples: 500, points: 500, seed: 2 ** 31, epochs: 100_000 };

const within = (x, low, high, fallback) => (Number.isFinite(x) ? Math.min(high, Math.max(low, x)) : fallback);
const whole = (x, low, high, fallback) => Math.round(within(x, low, high, fallback));
const oneOf = (x, list, fallback) => (list.includes(x) ? x : fallback);

// given: anything; the result: settings that hold together.
export function settled(given, fallback, table) {
  const s = { ...fallback, ...given }, features = FEATURES.map(({ id }) => id).filter((id) => s.features.includes(id));
  return {
    data: oneOf(s.data, DATA, fallback.data),
    n: whole(s.n, 10, MOST.samples, fallback.n),
    noise: within(s.noise, 0, 0.5, fallback.noise),
    test: within(s.test, 0, 0.5, fallback.test),
    formula: String(s.formula).slice(0, 200),
    points: s.points.filter((p) => p.length === 3 && p.every(Number.isFinite)).slice(0, MOST.points)
      .map(([a, b, y]) => [within(a, -RANGE, RANGE, 0), within(b, -RANGE, RANGE, 0), y > 0.5 ? 1 : 0]),
    features: features.length ? features : ["x1", "x2"],
    layers: s.layers.slice(0, table.most.layers).map((size) => whole(size, 1, table.most.neurons, 1)),
    activation: oneOf(s.activation, table.activations, fallback.activation),
    cost: oneOf(s.cost, Object.keys(table.costs), fallback.cost),
    optimiser: oneOf(s.optimiser, Object.keys(OPTIMISERS), fallback.optimiser),
    rate: within(s.rate, 1e-6, 100, fallback.rate),
    batch: whole(s.batch, 0, MOST.samples, fallback.batch),
    l2: within(s.l2, 0, 1, fallback.l2),
    seed: whole(s.seed, 0, MOST.seed, fallback.seed),
  };
}

// Changes of these go on with the training; all others begin it anew.
export const GOING_ON = ["optimiser", "rate", "batch", "l2"];
