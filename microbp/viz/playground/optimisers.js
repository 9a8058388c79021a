// The optimisers of microbp.optim, one parameter at a time. Legend: p parameter, g gradient, s state, t step from 1.
// A step also says of what it is made: p moves by `memory + scale * g`, so that a move can be shared among samples.

const average = (v, x, beta) => beta * v + (1 - beta) * x;
const EPS = 1e-8;

export const OPTIMISERS = {
  sgd: {
    name: "SGD", python: (rest) => `optim.SGD(model.parameters(), ${rest})`, slots: 0,
    formula: "Δw = −α g",
    step: (p, g, s, lr) => ({ p: p - lr * g, s, memory: 0, scale: -lr }),
  },
  momentum: {
    name: "Momentum", python: (rest) => `optim.SGD(model.parameters(), ${rest}, momentum=0.9)`, slots: 1,
    formula: "v ← 0.9 v + g, Δw = −α v",
    step(p, g, [v], lr) {
      const now = 0.9 * v + g;
      return { p: p - lr * now, s: [now], memory: -lr * 0.9 * v, scale: -lr };
    },
  },
  rmsprop: {
    name: "RMSprop", python: (rest) => `optim.RMSprop(model.parameters(), ${rest})`, slots: 1,
    formula: "s ← 0.99 s + 0.01 g², Δw = −α g / (√s + ε)",
    step(p, g, [s], lr) {
      const now = average(s, g * g, 0.99), root = Math.sqrt(now) + EPS;
      return { p: p - lr * (g / root), s: [now], memory: 0, scale: -lr / root };
    },
  },
  adam: {
    name: "Adam", python: (rest) => `optim.Adam(model.parameters(), ${rest})`, slots: 2,
    formula: "m ← 0.9 m + 0.1 g, s ← 0.999 s + 0.001 g², Δw = −α m̂ / (√ŝ + ε)",
    step(p, g, [m, s], lr, t) {
      const mean = average(m, g, 0.9), square = average(s, g * g, 0.999);
      const first = 1 - 0.9 ** t, root = Math.sqrt(square / (1 - 0.999 ** t)) + EPS;
      const factor = -lr / root / first;
      return { p: p - (lr * (mean / first)) / root, s: [mean, square], memory: factor * 0.9 * m, scale: factor * (1 - 0.9) };
    },
  },
};
