// The graph of a page. An item is a node or a constant of the picture: {id, name, runs, value (its node in the engine;
// null for a constant), number (of a constant), into, out (its links), shapes}. A link is one argument of one
// operation: {id, source, target, position (among the arguments), k (among those that are nodes; null from a constant)}.
// The numbers are those that Python recorded until the first change; then the engine computes them again.
import { Value, backward, order, refresh } from "./engine.js";
import { ROWS } from "./rows.js";

export const ACTIVATIONS = { sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU", identity: "linear" };

export class Graph {
  constructor(data) {
    const formulas = (given) => Object.fromEntries(Object.entries(given ?? {}).map(([op, n]) => [op, data.formulas[n]]));
    const nothing = { name: "", runs: [], label: "", op: "", partials: [] }; // what a page does not say
    this.items = data.items.map((given) => ({ ...nothing, ...given, formulas: formulas(given.formulas), recorded: given.number, value: null, into: [], out: [] }));
    this.byId = new Map(this.items.map((item) => [item.id, item]));
    this.links = data.links.map(([source, target, position, k], n) => ({ id: `e${n}`, source: this.items[source], target: this.items[target], position, k }));
    for (const link of this.links) {
      link.target.into.push(link);
      link.source.out.push(link);
    }
    this.foreign = null; // the name of an operation that the page cannot compute
    for (const item of this.items) this.#build(item); // arguments stand before their users
    this.root = this.byId.get(data.root);
    this.nodes = order(this.root.value);
    this.item = new Map(this.items.filter((item) => item.value).map((item) => [item.value, item]));
    backward(this.root.value, this.nodes);
    this.opening = this.numbers();
    this.changed = new Map();
  }

  #build(item) {
    if (item.constant) return;
    const args = item.into.map((link) => link.source.value ?? link.source.number);
    if (item.op && !(item.op in ROWS)) this.foreign = item.op;
    const row = item.op ? ROWS[item.op] ?? { name: item.op } : null;
    item.value = new Value(item.number, item.label, row, args, [...item.partials]);
  }

  data(item) { return item.value ? item.value.data : item.number; }
  grad(item) { return item.value ? item.value.grad : null; }
  partial(link) { return link.k === null ? null : link.target.value.partials[link.k]; }
  canChange(item) { return this.foreign === null && !item.value?.op; }
  canExchange(item) { return this.foreign === null && item.value?.op?.name in ACTIVATIONS; }

  // All that can change, and back to it.
  numbers() {
    return this.items.map(({ value, number }) => (value ? { data: value.data, grad: value.grad, op: value.op, partials: [...value.partials] } : { data: number }));
  }
  restore(numbers) {
    this.items.forEach((item, n) => {
      const { data, partials, ...rest } = numbers[n];
      if (item.value) Object.assign(item.value, { data, partials: [...partials], ...rest });
      else this.#place(item, data);
    });
  }
  #place(item, x) {
    item.number = x;
    for (const link of item.out) link.target.value.args[link.position] = x;
  }

  // Give a leaf or a constant another number, or an operation another row: everything follows, or nothing changes.
  set(item, x) { this.#attempt(() => (item.value ? (item.value.data = x) : this.#place(item, x))); }
  exchange(item, name) { this.#attempt(() => (item.value.op = ROWS[name])); }
  #attempt(change) {
    const before = this.numbers();
    try {
      change();
      refresh(this.nodes);
      backward(this.root.value, this.nodes);
    } catch (error) {
      this.restore(before);
      throw error;
    }
  }

  // From a node to the root: the number of paths, and those with the largest products as lists of links.
  countPaths(item) {
    const count = new Map([[item.value, 1]]);
    for (const node of this.nodes) {
      if (node !== item.value && node.op) count.set(node, node.parents.reduce((sum, p) => sum + (count.get(p) ?? 0), 0));
    }
    return count.get(this.root.value) ?? 0;
  }

  // Best first, guided by the largest product that each node can still add on its way, as microbp/inspect/paths.py.
  largestPaths(item, limit) {
    const best = new Map([[item.value, 0]]), lost = new Map();
    for (const node of this.nodes) {
      const ways = node === item.value ? [] : node.parents.flatMap((p, k) => (best.has(p) ? [[k, logSize(node.partials[k]) + best.get(p)]] : []));
      if (!ways.length) continue;
      const top = Math.max(...ways.map(([, reach]) => reach));
      best.set(node, top);
      lost.set(node, ways.map(([k, reach]) => [k, reach === top ? 0 : top - reach]));
    }
    const found = [], queue = [{ loss: 0, node: this.root.value, trail: [] }];
    while (queue.length && found.length < limit && best.has(this.root.value)) {
      const at = queue.reduce((least, entry, n) => (entry.loss < queue[least].loss || (entry.loss === queue[least].loss && entry.trail.length > queue[least].trail.length) ? n : least), 0);
      const [{ loss, node, trail }] = queue.splice(at, 1);
      if (node === item.value) found.push(this.#path(trail));
      else for (const [k, more] of lost.get(node)) queue.push({ loss: loss + more, node: node.parents[k], trail: [...trail, [node, k]] });
    }
    return found.sort((p, q) => Math.abs(q.product) - Math.abs(p.product));
  }
  #path(trail) {
    const links = trail.map(([node, k]) => this.item.get(node).into.find((link) => link.k === k));
    return { links: links.toReversed(), product: links.reduce((product, link) => product * this.partial(link), 1) };
  }

  // The links on the ways from a node to the root.
  route(item) {
    const reached = new Set([item]), found = new Set();
    for (const end of reached) { // grows while it is read
      for (const link of end.out) {
        found.add(link);
        reached.add(link.target);
      }
    }
    return found;
  }
}

const logSize = (x) => (Number.isNaN(x) ? Infinity : Math.log(Math.abs(x)));
