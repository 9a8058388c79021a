// The data sets of microbp.data, number for number; and points drawn or computed in the page.
import { Random, shuffled } from "./random.js";

const { PI, cos, sin } = Math;

// Each curve is shared by n points in equal steps of u; then noise, then a shuffle.
function scatter(curves, { n, noise, seed }, closed = false) {
  const rng = new Random(seed), points = [];
  curves.forEach((curve, c) => {
    const count = Math.floor((n + c) / curves.length), steps = closed ? count : Math.max(count - 1, 1);
    for (let k = 0; k < count; k++) {
      const [x1, x2] = curve(k / steps);
      points.push({ x: [x1 + rng.gauss(0, noise), x2 + rng.gauss(0, noise)], y: c });
    }
  });
  rng.shuffle(points);
  return points;
}

const arm = (c) => (u) => {
  const r = 0.1 + 0.9 * u, theta = (2 * PI * c) / 2 + 4 * u;
  return [r * cos(theta), r * sin(theta)];
};

export const RANGE = 2; // a typed function is sampled between minus and plus this, on both axes

export const SETS = {
  moons: (s) => scatter([(u) => [cos(PI * u), sin(PI * u)], (u) => [1 - cos(PI * u), 0.5 - sin(PI * u)]], s),
  circles: (s) => scatter([(u) => [cos(2 * PI * u), sin(2 * PI * u)], (u) => [0.5 * cos(2 * PI * u), 0.5 * sin(2 * PI * u)]], s, true),
  spiral: (s) => scatter([arm(0), arm(1)], s),
  xor: () => [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]].map(([a, b, y]) => ({ x: [a, b], y })),
};

// Points of a function of x1 and x2, with noise on its values.
export function sampled(f, { n, noise, seed }) {
  const rng = new Random(seed), points = [];
  for (let i = 0; i < n; i++) points.push({ x: [rng.uniform(-RANGE, RANGE), rng.uniform(-RANGE, RANGE)] });
  for (const point of points) point.y = f(...point.x) + rng.gauss(0, noise);
  return points;
}

// As data.split: the last samples of a shuffle are for testing; as many as Python's round says.
export function split(points, share, seed) {
  const rows = shuffled(points.length, seed), wanted = share * points.length, down = Math.floor(wanted);
  const test = wanted - down === 0.5 ? down + (down % 2) : Math.round(wanted);
  const kept = points.length - test;
  if (!test || !kept) return { train: points, test: [] };
  return { train: rows.slice(0, kept).map((i) => points[i]), test: rows.slice(kept).map((i) => points[i]) };
}

// What the network may see of a point: name, label of the graph, value, and the same in Python.
export const FEATURES = [
  { id: "x1", label: "x₁", of: (a) => a, python: "x1" },
  { id: "x2", label: "x₂", of: (a, b) => b, python: "x2" },
  { id: "x1x1", label: "x₁²", of: (a) => a * a, python: "x1 * x1" },
  { id: "x2x2", label: "x₂²", of: (a, b) => b * b, python: "x2 * x2" },
  { id: "x1x2", label: "x₁x₂", of: (a, b) => a * b, python: "x1 * x2" },
  { id: "sin1", label: "sin x₁", of: (a) => sin(a), python: "sin(x1)" },
  { id: "sin2", label: "sin x₂", of: (a, b) => sin(b), python: "sin(x2)" },
];

export const chosenFeatures = (ids) => FEATURES.filter((feature) => ids.includes(feature.id));
