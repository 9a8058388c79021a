// Functions of one or two numbers that Math lacks, or has in a form that overflows: by hand, as in
// microbp/table/stable.py, whose comments give the sources. Where there is no value, a function throws a Trouble, or
// gives NaN or infinity, which `finite` turns into one.

const DOMAIN = "domain", DIVISION = "division", RANGE = "range";

// Why there is no number: what Python raises as ValueError, ZeroDivisionError and OverflowError.
export class Trouble {
  constructor(kind) { this.kind = kind; }
}
const TROUBLES = Object.fromEntries([DOMAIN, DIVISION, RANGE].map((kind) => [kind, new Trouble(kind)]));

export function finite(x) {
  if (Number.isFinite(x)) return x;
  throw TROUBLES[Number.isNaN(x) ? DOMAIN : RANGE];
}

export function divide(x, y) {
  if (y === 0) throw TROUBLES[DIVISION];
  return x / y;
}

// Python's %: the remainder has the sign of the divisor.
export function mod(x, y) {
  if (y === 0) throw TROUBLES[DIVISION];
  const r = x % y;
  if (r === 0) return y < 0 ? -0 : 0;
  return r < 0 !== y < 0 ? r + y : r;
}

// Python's //: what the remainder leaves is a whole number of divisors, up to rounding.
export function floor_divide(x, y) {
  if (y === 0) throw TROUBLES[DIVISION];
  const r = x % y;
  const quotient = (x - r) / y - (r !== 0 && r < 0 !== y < 0 ? 1 : 0);
  if (quotient === 0) return 0 * Math.sign(x) * Math.sign(y);
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

// The nearest whole number, of two the even one: beyond 2^52 there are no others, and a sum there is rounded so.
export const rint = (x) => (Math.abs(x) < 2 ** 52 ? Math.sign(x) * (Math.abs(x) + 2 ** 52 - 2 ** 52) : x);

// Poles: Math gives infinity, and Python no number.
export const log = (x) => (x > 0 ? Math.log(x) : NaN);
export const log2 = (x) => (x > 0 ? Math.log2(x) : NaN);
export const log10 = (x) => (x > 0 ? Math.log10(x) : NaN);
export const log1p = (x) => (x > -1 ? Math.log1p(x) : NaN);
export const arctanh = (x) => (Math.abs(x) < 1 ? Math.atanh(x) : NaN);
export const pow = (x, y) => (x === 0 && y < 0 ? NaN : x ** y);

export function sigmoid(x) {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}
export const softplus = (x) => (x > 0 ? x : 0) + Math.log1p(Math.exp(-Math.abs(x)));
export const log_sigmoid = (x) => -softplus(-x);
export const logaddexp = (x, y) => (y > x ? y + Math.log1p(Math.exp(x - y)) : x + Math.log1p(Math.exp(y - x)));
export const maximum = (x, y) => (x > y || Number.isNaN(x) ? x : y);
export const minimum = (x, y) => (x < y || Number.isNaN(x) ? x : y);
export const where = (condition, x, y) => (condition === 0 ? y : x);

const holds = (relation) => (x, y) => (Number.isNaN(x) || Number.isNaN(y) ? NaN : Number(relation(x, y)));
export const less = holds((x, y) => x < y);
export const less_equal = holds((x, y) => x <= y);
export const greater = holds((x, y) => x > y);
export const greater_equal = holds((x, y) => x >= y);
export const equal = holds((x, y) => x === y);
export const not_equal = holds((x, y) => x !== y);

// -- special functions -----------------------------------------------------------------------------

// The series up to 1.5 and the continued fraction beyond: Abramowitz & Stegun (1964), 7.1.6 and 7.1.14.
export const erf = (x) => (Math.abs(x) < 1.5 ? erfSeries(x) : Math.sign(x) * (1 - erfcFraction(Math.abs(x))));
export const erfc = (x) => (Math.abs(x) < 1.5 ? 1 - erfSeries(x) : x > 0 ? erfcFraction(x) : 2 - erfcFraction(-x));

function erfSeries(x) {
  let term = x, sum = x;
  for (let k = 1; k < 30; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function erfcFraction(x) {
  if (x > 27.3) return 0;
  let tail = x;
  for (let k = 100; k > 0; k--) tail = x + k / 2 / tail;
  return gauss(x) / Math.sqrt(Math.PI) / tail;
}

// exp(-x^2), with the square in two parts: of a large one the rounding would be seen.
function gauss(x) {
  const high = Math.fround(x), low = x - high;
  return Math.exp(-high * high) * Math.exp(-low * (high + x));
}

// Lanczos, SIAM Journal on Numerical Analysis 1 (1964), with the coefficients for g = 6.02... and 13 terms of the
// Boost library, which Python's math.lgamma uses too.
const LANCZOS_G = 6.024680040776729583740234375;
const LANCZOS_ABOVE = [
  23531376880.410759, 42919803642.649099, 35711959237.355668, 17921034426.037210, 6039542586.3520280, 1439720407.3117217,
  248874557.86205416, 31426415.585400194, 2876370.6289353725, 186056.26539522350, 8071.6720023658162, 210.82427775157935,
  2.5066282746310002,
];
const LANCZOS_BELOW = [0, 39916800, 120543840, 150917976, 105258076, 45995730, 13339535, 2637558, 357423, 32670, 1925, 66, 1];

function lanczosSum(x) {
  const value = (coefficients) =>
    x < 5 ? coefficients.reduceRight((sum, c) => sum * x + c, 0) : coefficients.reduce((sum, c) => sum / x + c, 0);
  return value(LANCZOS_ABOVE) / value(LANCZOS_BELOW);
}

export function lgamma(x) {
  if (!(x > 0)) return NaN;
  if (x === 1 || x === 2) return 0;
  if (x < 1e-20) return -Math.log(x);
  return Math.log(lanczosSum(x)) - LANCZOS_G + (x - 0.5) * (Math.log(x + LANCZOS_G - 0.5) - 1);
}

const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];
const FACTORIAL = [1];
while (FACTORIAL.length < 171) FACTORIAL.push(FACTORIAL.at(-1) * FACTORIAL.length);

export function polygamma(n, x) {
  if (!(n >= 0 && n < FACTORIAL.length && Number.isInteger(n) && x > 0)) return NaN;
  let sum = 0;
  const limit = 16 + n;
  while (x < limit) {
    sum += overPower(FACTORIAL[n], x, n + 1);
    x += 1;
  }
  const first = n ? overPower(FACTORIAL[n - 1], x, n) : 1;
  sum += (n ? first : -Math.log(x)) + (0.5 * first * (n || 1)) / x;
  let rising = ((n || 1) * (n + 1)) / 2 / x / x;
  BERNOULLI.forEach((b, i) => {
    const k = i + 1;
    sum += first * b * rising;
    rising *= ((n + 2 * k) * (n + 2 * k + 1)) / ((2 * k + 1) * (2 * k + 2)) / x / x;
  });
  return n % 2 ? sum : -sum;
}

function overPower(factor, x, n) {
  const half = Math.floor(n / 2);
  return factor * finite(x ** -half) * finite(x ** (half - n));
}
