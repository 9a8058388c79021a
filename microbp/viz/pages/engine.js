// microbp in a page: the table's rows, a graph that remembers how it was made, and the reverse sweep.
//
//   const w = new Value(0.6, "w"), x = new Value(1.5, "x");
//   const z = ops.weighted_sum([w], [x], 0.1);   // an operation by the name of its row; a plain number is a constant
//   const a = ops.tanh(z);                       // of plain numbers it gives a plain number: ops.tanh(0.5)
//   const nodes = order(a);                      // the leaves, then the operations, each after its arguments
//   backward(a, nodes);                          // writes every node's grad anew: nothing accumulates
//   w.data = 0.7;                                // a leaf is changed ...
//   refresh(nodes);                              // ... and the graph is computed again in place: data and partials
//   z.op = ROWS.sigmoid;                         // another row (of rows.js) of the same arguments; then refresh(nodes)
//
// A node has data, grad, op (a row: name, value, partials, domain, ...; null for a leaf), args (Values and plain
// numbers, lists spread out), parents (those that are Values), partials (the local derivative by each), label.
// sweep(root, nodes) gives the adjoints as a Map and writes nothing; steps(root, nodes) lists what it does. gradients(root, nodes) does too and refuses what is
// not finite. Sums and products are done in the order of the engine in Python, so that the numbers are its numbers.
//
// Errors are Python's, with its messages; error.name is the name of the class there (DomainError, RangeError,
// GradientError, ...). After an error in refresh, put the leaf back and refresh again: all is as it was.
import {
  DivisionByZeroError, DomainError, GradientError, InputError, InputTypeError, NotFiniteError, ShapeError, TooLargeError, repr, shorten,
} from "./errors.js";
import { ROWS } from "./rows.js";
import { Trouble, finite } from "./stable.js";

export class Value {
  constructor(data, label = "", op = null, args = [], partials = []) {
    this.data = checked(data);
    this.grad = 0;
    this.op = op;
    this.args = args;
    this.parents = args.filter((a) => a instanceof Value);
    this.partials = partials;
    this.label = label;
  }
}

function checked(data) {
  if (typeof data !== "number") throw new InputTypeError(`expected a real number or a Value, got ${shorten(String(data))} of type ${typeof data}`);
  if (!Number.isFinite(data)) throw new NotFiniteError(`Value(${repr(data)}): a node holds a finite number; clean the data or rescale it`);
  return data;
}

// -- operations ------------------------------------------------------------------------------------

// Every row by its name as a function: of Values it records a node, of plain numbers it gives a number.
export const ops = Object.fromEntries(Object.values(ROWS).map((row) => [row.name, (...args) => apply(row, args)]));

export function apply(row, given) {
  const args = flatten(row, complete(row, given));
  const data = evaluate(row, args);
  if (!args.some((a) => a instanceof Value)) return data;
  const node = new Value(data, "", row, args);
  differentiate(node);
  return node;
}

// The arguments with the defaults of those that were left out; max(x, y) is max([x, y]).
function complete(row, args) {
  if (row.vectors.length === 1 && row.vectors[0] && args.length > 1) return [args];
  const count = row.partials.length, missing = count - args.length;
  if (missing < 0 || missing > row.defaults.length) {
    throw new InputError(`${row.name} takes ${count} argument${count === 1 ? "" : "s"}, got ${args.length}`);
  }
  return [...args, ...row.defaults.slice(row.defaults.length - missing)];
}

function flatten(row, args) {
  if (row.vectors.length) {
    for (const list of args.filter((_, i) => row.vectors[i])) {
      if (!Array.isArray(list)) throw new InputTypeError(`${row.name} takes a list of numbers or Values, got ${shorten(String(list))}`);
    }
    const sizes = [...new Set(args.filter((_, i) => row.vectors[i]).map((list) => list.length))].sort((m, n) => m - n);
    if (sizes.length !== 1) throw new ShapeError(`${row.name} needs lists of one length, got lengths [${sizes.join(", ")}]`);
    if (sizes[0] === 0) throw new ShapeError(`${row.name} of nothing: give at least one number`);
  }
  const flat = args.flat();
  for (const a of flat) {
    if (typeof a !== "number" && !(a instanceof Value)) checked(a);
  }
  return flat;
}

// The inverse of flatten: a list for every list argument.
function split(row, flat) {
  if (!row.vectors.length) return flat;
  const lists = row.vectors.filter(Boolean).length;
  const size = (flat.length - row.vectors.length + lists) / lists;
  let at = 0;
  return row.vectors.map((isList) => (isList ? flat.slice(at, (at += size)) : flat[at++]));
}

const numbersOf = (args) => args.map((a) => (a instanceof Value ? a.data : a));

function evaluate(row, args) {
  const numbers = numbersOf(args);
  try {
    return finite(row.value(...split(row, numbers)));
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    throw failure(row, args, trouble.kind);
  }
}

// The error for numbers at which a row has no finite value.
function failure(row, args, kind) {
  const call = `${row.name}(${shorten(args.map(shown).join(", "))})`;
  if (kind === "range") return new TooLargeError(`${call} is too large for a float: rescale it, or work with logarithms`);
  const Kind = kind === "division" ? DivisionByZeroError : DomainError;
  return new Kind(`${call} is undefined${row.domain ? `: ${row.domain}` : ""}`);
}

function shown(a) {
  if (!(a instanceof Value)) return repr(a);
  return a.label ? `${a.label}=${repr(a.data)}` : repr(a.data);
}

// Write the local derivatives of a node; NaN where there is none, which a sweep refuses by name.
function differentiate(node) {
  const { op: row, args, data } = node, given = split(row, numbersOf(args));
  let at = 0, next = 0;
  for (let i = 0; i < given.length; i++) {
    const size = row.vectors[i] ? given[i].length : 1, end = at + size;
    if (args.slice(at, end).some((a) => a instanceof Value)) {
      const slope = localDerivative(row, i, data, given);
      for (let k = 0; k < size; k++) {
        if (args[at + k] instanceof Value) node.partials[next++] = Array.isArray(slope) ? slope[k] : slope;
      }
    }
    at = end;
  }
}

function localDerivative(row, i, z, args) {
  const rule = row.partials[i];
  if (typeof rule === "number") return rule;
  if (rule === null) throw new InputTypeError(`${row.name} has no derivative by one of these arguments: give a plain number`);
  try {
    return rule(z, ...args);
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    return NaN;
  }
}

// -- the graph -------------------------------------------------------------------------------------

// All nodes that the root depends on, in the order of Python's topological_order; nothing recurses.
export function order(root) {
  const found = operations(root), leaves = new Set(root.op ? [] : [root]);
  for (const node of found) for (const p of node.parents) if (!p.op) leaves.add(p);
  return [...leaves, ...found];
}

function operations(root) {
  const found = [], seen = new Set(), stack = root.op ? [root] : [];
  while (stack.length) {
    const node = stack.pop();
    if (node === null) { // the mark above a node whose arguments are all listed
      found.push(stack.pop());
    } else if (!seen.has(node)) {
      seen.add(node);
      const missing = node.parents.filter((p) => p.op && !seen.has(p));
      if (missing.length) stack.push(node, null, ...missing);
      else found.push(node);
    }
  }
  return found;
}

// Compute the nodes again in place, in the order given, from the numbers that the leaves hold now.
export function refresh(nodes) {
  for (const node of nodes) {
    if (!node.op) {
      checked(node.data);
    } else {
      node.data = evaluate(node.op, node.args);
      differentiate(node);
    }
  }
}

// The chain rule from the root down; every node comes after all that use it. each(node, k, adjoint, before, after) is told
// of every step: the adjoint of node.parents[k] grows from before to after by node.partials[k] times that of the node.
export function sweep(root, nodes = order(root), seed = 1, each = null) {
  const adjoints = new Map([[root, seed]]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { parents, partials } = nodes[i], adjoint = adjoints.get(nodes[i]);
    for (let k = 0; k < parents.length; k++) {
      const before = adjoints.get(parents[k]), share = partials[k] * adjoint;
      const after = before === undefined ? share : before + share;
      adjoints.set(parents[k], after);
      if (each) each(nodes[i], k, adjoint, before ?? 0, after);
    }
  }
  return adjoints;
}

// The steps of the sweep in their order, one for every edge, as inspect's Steps gives them.
export function steps(root, nodes = order(root)) {
  const found = [];
  sweep(root, nodes, 1, (node, k, adjoint, before, after) => {
    found.push({ node, k, parent: node.parents[k], adjoint, partial: node.partials[k], before, after });
  });
  return found;
}

export function gradients(root, nodes = order(root), seed = 1) {
  const adjoints = sweep(root, nodes, seed);
  for (const adjoint of adjoints.values()) if (!Number.isFinite(adjoint)) refuse(nodes, adjoints);
  return adjoints;
}

export function backward(root, nodes = order(root), seed = 1) {
  for (const [node, adjoint] of gradients(root, nodes, seed)) node.grad = adjoint;
}

// Name the first edge on which a product or a sum of the sweep is NaN or infinite.
function refuse(nodes, adjoints) {
  const sums = new Map();
  for (const node of nodes.toReversed()) {
    const adjoint = adjoints.get(node);
    node.parents.forEach((parent, k) => {
      const local = node.partials[k];
      if (!Number.isFinite(local)) {
        const cure = node.op.domain ? `: ${node.op.domain}` : "";
        throw new GradientError(`${described(node)} has no finite derivative by ${described(parent)}${cure}`);
      }
      sums.set(parent, (sums.get(parent) ?? 0) + local * adjoint);
      if (!Number.isFinite(sums.get(parent))) {
        throw new GradientError(
          `the gradient by ${described(parent)} overflows at ${described(node)}: ${repr(adjoint)} times ${repr(local)}; rescale, or take the stable form of the cost`,
        );
      }
    });
  }
}

function described(node) {
  const name = node.label ? `${node.label} = ` : "";
  return node.op ? `${name}${node.op.name}(${shorten(node.args.map(shown).join(", "))})` : `${name}leaf(${repr(node.data)})`;
}
