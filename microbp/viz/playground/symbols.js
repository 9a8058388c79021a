// Formulas: the table's rules read with names instead of numbers, simplified a little (as microbp.inspect.symbols).
// A formula is a number, {name, value}, {op, args} or a comparison {sign, args}.
import { ROWS } from "../pages/rows.js";

export const isNumber = (x) => typeof x === "number";
const isOp = (x, op) => x.op === op;
const op = (name, ...args) => ({ op: name, args });
const SIGNS = { less: "<", less_equal: "<=", greater: ">", greater_equal: ">=", equal: "==", not_equal: "!=" };

// A rule as Python wrote it: a number, "z" for the output, the place of an argument as text, or [row, ...arguments].
export function read(rule, z, args) {
  if (isNumber(rule)) return rule;
  if (typeof rule === "string") return rule === "z" ? z : args[Number(rule)];
  const [name, ...inner] = rule, given = inner.map((part) => read(part, z, args));
  if (name === "where" && isNumber(given[0])) return given[0] ? given[1] : given[2];
  if (given.every(isNumber)) return Number(ROWS[name].value(...given));
  if (Object.hasOwn(SIGNS, name)) return { sign: SIGNS[name], args: given };
  return applied(name, given);
}

// The formula of a row, simplified where a schoolbook would not write it out.
export function applied(name, args) {
  return Object.hasOwn(SIMPLER, name) ? SIMPLER[name](...args) : op(name, ...args);
}

// x y, the numbers multiplied out and in front, a minus sign before everything.
export function product(x, y) {
  const [c, xs] = coefficient(x), [d, ys] = coefficient(y), last = xs.at(-1);
  if (last?.name && ys.length === 1 && ys[0].name === last.name) return scaled(c * d, [...xs.slice(0, -1), op("square", ys[0])]);
  return scaled(c * d, [...xs, ...ys]);
}

// A formula as a number times other factors.
function coefficient(x) {
  if (isNumber(x)) return [x, []];
  if (isOp(x, "neg")) {
    const [c, factors] = coefficient(x.args[0]);
    return [-c, factors];
  }
  if (isOp(x, "mul")) return isNumber(x.args[0]) ? [x.args[0], x.args.slice(1)] : [1, x.args];
  return [1, [x]];
}

function scaled(c, factors) {
  if (c === 0 || !factors.length) return c;
  const all = Math.abs(c) === 1 ? factors : [Math.abs(c), ...factors];
  const body = all.length === 1 ? all[0] : op("mul", ...all);
  return c < 0 ? op("neg", body) : body;
}

function negative(x) {
  const [c, factors] = coefficient(x);
  return scaled(-c, factors);
}
const isNegative = (x) => (isNumber(x) ? x < 0 : isOp(x, "neg"));

function sum(x, y) {
  if (x === 0 || y === 0) return x === 0 ? y : x;
  return isNegative(y) ? op("sub", x, negative(y)) : op("add", x, y);
}

function difference(x, y) {
  if (x === 0 || y === 0) return x === 0 ? negative(y) : x;
  return isNegative(y) ? op("add", x, negative(y)) : op("sub", x, y);
}

function quotient(x, y) {
  if (isNegative(x) || isNegative(y)) {
    const over = quotient(isNegative(x) ? negative(x) : x, isNegative(y) ? negative(y) : y);
    return isNegative(x) && isNegative(y) ? over : negative(over);
  }
  return y === 1 || x === 0 ? x : op("div", x, y);
}

function power(x, y) {
  if (y === 0 || y === 1) return y === 0 ? 1 : x;
  return y === 2 ? op("square", x) : op("pow", x, y);
}

// w1 a1 + w2 a2 + ... + b; the lists are spread out.
function weightedSum(...flat) {
  const n = (flat.length - 1) / 2, terms = flat.slice(0, n).map((w, k) => product(w, flat[n + k]));
  if (flat.at(-1) !== 0) terms.push(flat.at(-1));
  return terms.length === 1 ? terms[0] : op("sum", ...terms);
}

const SIMPLER = {
  add: sum, sub: difference, mul: product, div: quotient, pow: power, neg: negative, weighted_sum: weightedSum,
  identity: (x) => x, frozen: (x) => x,
};
