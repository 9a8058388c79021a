// What a layer wants for one sample: minus the derivatives of the cost, as inspect.nudges.
import { gradients } from "../pages/engine.js";

const minus = (x) => 0 - x;

// For layer l (from 1): z and bias by neuron, weights and activations before by neuron and input, and their sums.
export function wishes(graph, network, l) {
  const grads = gradients(graph.cost), before = l > 1 ? graph.a[l - 2] : graph.inputs, { weights } = network.layers[l - 1];
  const z = graph.z[l - 1].map((node) => minus(grads.get(node) ?? 0));
  const byWeight = z.map((want) => before.map((a) => want * a.data));
  const byInput = z.map((want, j) => weights[j].map((place) => want * graph.leaves[place].data));
  return { l, z, bias: z, weights: byWeight, previous: byInput, summed: before.map((_, k) => byInput.reduce((sum, row) => sum + row[k], 0)) };
}

export const largest = (xs) => xs.reduce((best, x, i) => (Math.abs(x) > Math.abs(xs[best]) ? i : best), 0);
