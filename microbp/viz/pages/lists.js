// The rows of lists, by hand as in microbp/table: the value, and for every argument its local derivatives, one per
// entry or a single one that holds for all.
import { divide, finite } from "./stable.js";

// The exact sum, rounded once: Shewchuk, Discrete & Computational Geometry 18 (1997); Python's math.fsum.
export function fsum(xs) {
  const parts = [];
  for (const entry of xs) {
    let x = entry, kept = 0;
    for (const part of parts) {
      const [large, small] = Math.abs(x) < Math.abs(part) ? [part, x] : [x, part];
      const high = large + small, low = small - (high - large);
      if (low !== 0) parts[kept++] = low;
      x = high;
    }
    parts.length = kept;
    if (x !== 0) parts.push(finite(x));
  }
  return rounded(parts);
}

// The parts do not overlap and grow: from the largest down, until one is rounded off, ties to the even one.
function rounded(parts) {
  let n = parts.length, high = n ? parts[--n] : 0, low = 0;
  while (n > 0 && low === 0) {
    const x = high, y = parts[--n];
    high = x + y;
    low = y - (high - x);
  }
  if (n > 0 && low < 0 === parts[n - 1] < 0) {
    const twice = low * 2, further = high + twice;
    if (twice === further - high) high = further;
  }
  return high;
}

const largest = (xs) => xs.reduce((top, x) => (x > top || Number.isNaN(x) ? x : top));
const smallest = (xs) => xs.reduce((low, x) => (x < low || Number.isNaN(x) ? x : low));

function logsumexp(xs) {
  const top = largest(xs), at = xs.indexOf(top);
  return top + Math.log1p(fsum(xs.filter((_, i) => i !== at).map((x) => Math.exp(x - top))));
}

function weightedSum(w, a, b) {
  let z = 0;
  for (let i = 0; i < w.length; i++) z += w[i] * a[i];
  return z + b;
}

// For each entry the product of all others, without a division.
function productsOfTheOthers(xs) {
  const before = [1], after = [1];
  for (let i = 1; i < xs.length; i++) {
    before.push(before[i - 1] * xs[i - 1]);
    after.push(after[i - 1] * xs[xs.length - i]);
  }
  return before.map((b, i) => b * after[xs.length - 1 - i]);
}

// Equal shares of 1 for the entries that equal z.
function share(z, xs) {
  const ties = xs.map((x) => Number(x === z)), count = fsum(ties);
  return ties.map((tie) => tie / count);
}

export const LISTS = {
  weighted_sum: { value: weightedSum, partials: [(z, w, a) => a, (z, w) => w, 1] },
  sum: { value: fsum, partials: [1] },
  mean: { value: (xs) => fsum(xs) / xs.length, partials: [(z, xs) => 1 / xs.length] },
  prod: { value: (xs) => xs.reduce((x, y) => x * y), partials: [(z, xs) => productsOfTheOthers(xs)] },
  max: { value: largest, partials: [share] },
  min: { value: smallest, partials: [share] },
  norm: { value: (xs) => Math.hypot(...xs), partials: [(z, xs) => xs.map((x) => divide(x, z === 0 ? 1 : z))] },
  logsumexp: { value: logsumexp, partials: [(z, xs) => xs.map((x) => finite(Math.exp(x - z)))] },
};
