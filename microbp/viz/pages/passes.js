// The two passes as the page plays them: a pass is {kind, item}.
//   start      the leaves hold their numbers
//   forward    item is computed from its arguments
//   seed       the root's adjoint is 1
//   backward   item is settled, and passes adjoint x local derivative on to each argument
import { steps } from "./engine.js";

export class Passes {
  constructor(graph) {
    this.graph = graph;
    const computed = graph.nodes.filter((node) => node.op).map((node) => graph.item.get(node));
    this.list = [
      { kind: "start" },
      ...computed.map((item) => ({ kind: "forward", item })),
      { kind: "seed", item: graph.root },
      ...computed.toReversed().map((item) => ({ kind: "backward", item })),
    ];
    this.update();
  }

  // After a change of the graph.
  update() { this.steps = steps(this.graph.root.value, this.graph.nodes); }

  // After pass k: which data are known, the adjoints, the shares that they are sums of, and what went along each link.
  state(k) {
    const { graph } = this, done = this.list.slice(0, k + 1);
    const settled = new Set(done.filter(({ kind }) => kind === "backward").map(({ item }) => item.value));
    const state = { known: new Set(graph.items.filter((item) => !item.into.length)), adjoint: new Map(), fed: new Map(), passed: new Map() };
    for (const { kind, item } of done) {
      if (kind === "forward") state.known.add(item);
      if (kind === "seed") state.adjoint.set(item, 1);
    }
    for (const { node, k: which, parent, adjoint, partial, after } of this.steps) {
      if (!settled.has(node)) break;
      const source = graph.item.get(parent), share = adjoint * partial;
      state.passed.set(graph.item.get(node).into.find((link) => link.k === which), share);
      state.adjoint.set(source, after);
      state.fed.set(source, [...(state.fed.get(source) ?? []), share]);
    }
    return state;
  }
}

// In how many terms a node's adjoint is a sum.
export const uses = (item) => item.out.filter((link) => link.k !== null).length;
