// The derivation of one derivative from a recorded graph: factors, paths, definitions, as microbp.inspect.explain.
import { gradients, order } from "../pages/engine.js";
import { fsum } from "../pages/lists.js";
import { PRODUCT, Writer, signed } from "./notation.js";
import { applied, read } from "./symbols.js";

const PATHS = 10;

// table: {rules, rows}. The result holds texts and full numbers.
export function explain(output, leaf, table, most = PATHS) {
  const nodes = order(output), names = namesOf(nodes), formula = new Writer(table.rows), number = new Writer(table.rows, true);
  const value = gradients(output, nodes).get(leaf) ?? 0, counts = countPaths(nodes, leaf);
  const paths = largestPaths(nodes, output, leaf, most), count = counts.get(output) ?? 0;
  const symbol = (node) => ({ name: names.get(node), value: node.data });
  const edges = distinct(paths, depths(nodes, leaf));
  const factors = edges.map(({ node, which }) => {
    const of = names.get(node), by = names.get(node.parents[which]), told = localDerivative(node, which, symbol, table.rules);
    const twice = node.parents.filter((p) => p === node.parents[which]).length > 1;
    return {
      symbol: twice ? `[∂${of}/∂${by}]${which + 1}` : `∂${of}/∂${by}`, of, by,
      formula: formula.text(told), factor: formula.text(told, PRODUCT), numbers: number.text(told), value: node.partials[which],
    };
  });
  const listed = paths.map(({ edges: way, product }) => ({ nodes: [...way.map((e) => names.get(e.node.parents[e.which])), names.get(output)], product }));
  const sumOfListed = fsum(listed.map((path) => path.product));
  return {
    symbol: `∂${names.get(output)}/∂${names.get(leaf)}`, value, count, paths: listed, factors,
    rest: count > paths.length ? { count: count - paths.length, sum: value - sumOfListed } : { count: 0, sum: 0 },
    definitions: definitions(nodes, paths, output, names, symbol, formula),
    product: count === 1 ? factors.map((f) => signed(f.value)).join(" · ") : "",
  };
}

// Labels; other operations are v₁, v₂, ... in the order of computation.
function namesOf(nodes) {
  const names = new Map();
  let count = 0;
  for (const node of nodes) names.set(node, node.label || `v${[...String(++count)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`);
  return names;
}

// The rule of the row, read with names. Of a list row it is read for the entry alone.
export function localDerivative(node, which, symbol, rules) {
  const operand = (a) => (typeof a === "number" ? a : symbol(a)), { op, args } = node;
  let place = args.map((a, i) => (typeof a === "number" ? -1 : i)).filter((i) => i >= 0)[which];
  if (op.name !== "weighted_sum") return read(rules[op.name][place], symbol(node), args.map(operand));
  const n = (args.length - 1) / 2, k = place % n, list = place === 2 * n ? 2 : Math.floor(place / n);
  place = [k, n + k, 2 * n];
  return read(rules.weighted_sum[list], symbol(node), place.map((i) => operand(args[i])));
}

function definitions(nodes, paths, output, names, symbol, formula) {
  const nearby = new Set([output]);
  for (const { edges } of paths) {
    for (const { node } of edges) {
      nearby.add(node);
      for (const p of node.parents) if (p.op) nearby.add(p);
    }
  }
  return nodes.filter((node) => nearby.has(node) && (node === output || !node.label)).map((node) => {
    const args = node.args.map((a) => (typeof a === "number" ? a : symbol(a)));
    return { name: names.get(node), formula: formula.text(applied(node.op.name, args)), value: node.data };
  });
}

// -- paths -----------------------------------------------------------------------------------------

function countPaths(nodes, leaf) {
  const counts = new Map([[leaf, 1]]);
  for (const node of nodes) if (node.op && node !== leaf) counts.set(node, node.parents.reduce((sum, p) => sum + (counts.get(p) ?? 0), 0));
  return counts;
}

// Best first: a partial path is ranked by what it has lost, in logarithms, against the best one.
function largestPaths(nodes, output, leaf, most) {
  const best = new Map([[leaf, 0]]), edges = new Map();
  for (const node of nodes) {
    if (node === leaf) continue;
    const found = node.parents.map((p, which) => ({ node, which, p })).filter(({ p }) => best.has(p));
    if (!found.length) continue;
    const reach = found.map(({ which, p }) => log(node.partials[which]) + best.get(p)), top = Math.max(...reach);
    best.set(node, top);
    edges.set(node, found.map((edge, i) => ({ ...edge, loss: reach[i] === top ? 0 : top - reach[i] })));
  }
  const queue = [{ lost: 0, depth: 0, at: 0, node: output, trail: null }], paths = [];
  let at = 0;
  while (queue.length && paths.length < most) {
    const first = queue.reduce((a, b) => (a.lost - b.lost || a.depth - b.depth || a.at - b.at) <= 0 ? a : b);
    queue.splice(queue.indexOf(first), 1);
    if (first.node === leaf) {
      paths.push(pathOf(first.trail));
      continue;
    }
    for (const edge of edges.get(first.node) ?? []) {
      queue.push({ lost: first.lost + edge.loss, depth: first.depth - 1, at: ++at, node: edge.p, trail: { edge, next: first.trail } });
    }
  }
  return paths.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
}

const log = (x) => (x ? Math.log(Math.abs(x)) : -Infinity);

function pathOf(trail) {
  const edges = [];
  for (let rest = trail; rest; rest = rest.next) edges.push(rest.edge);
  return { edges, product: edges.reduceRight((product, { node, which }) => product * node.partials[which], 1) };
}

function depths(nodes, leaf) {
  const depth = new Map();
  for (const node of nodes) depth.set(node, node === leaf ? 0 : node.parents.reduce((most, p) => Math.max(most, depth.get(p) + 1), 0));
  return depth;
}

// The edges of the paths, each once, from the leaf to the output: layer by layer where there are several paths.
function distinct(paths, depth) {
  const found = [];
  for (const { edges } of paths) for (const edge of edges) if (!found.some((e) => e.node === edge.node && e.which === edge.which)) found.push(edge);
  if (paths.length === 1) return found;
  return found.map((edge, i) => ({ edge, i })).sort((a, b) =>
    depth.get(a.edge.p) - depth.get(b.edge.p) || depth.get(a.edge.node) - depth.get(b.edge.node) || a.i - b.i).map(({ edge }) => edge);
}
