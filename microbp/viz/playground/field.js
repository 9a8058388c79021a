// What every neuron answers on a grid of points: its own picture, and the decision boundary.
import { pixel } from "./colours.js";
import { Tape } from "./tape.js";

export const SIDE = 60; // points of the grid along each axis

export class Field {
  constructor(training) {
    this.training = training;
    const { problem, pattern } = training;
    this.box = boxOf(problem);
    this.tape = new Tape(pattern.output.op ? pattern.output : pattern.cost, pattern.inputs, pattern.leaves, SIDE * SIDE);
    const points = this.grid().map((x) => problem.inputs(x));
    pattern.inputs.forEach((leaf, k) => this.tape.column(leaf).set(points.map((inputs) => inputs[k])));
  }

  // Row by row from the top.
  grid() {
    const { x, y, size } = this.box, at = (i) => ((i + 0.5) / SIDE) * size;
    return Array.from({ length: SIDE * SIDE }, (_, i) => [x + at(i % SIDE), y + size - at(Math.floor(i / SIDE))]);
  }

  refresh() { this.tape.forward(this.training.theta); }

  // The answers of the neuron j of layer l (both from 1); of a feature for l = 0.
  answers(l, j) {
    const { pattern } = this.training;
    return this.tape.column(l ? pattern.a[l - 1][j - 1] : pattern.inputs[j - 1]);
  }

  // As a picture: the middle of the activation's range is paper.
  paint(canvas, column, ramp, middle = 0, scale = null) {
    const context = canvas.getContext("2d"), image = context.createImageData(SIDE, SIDE), pixels = new Uint32Array(image.data.buffer);
    let largest = scale ?? 1e-12;
    if (scale === null) for (const a of column) largest = Math.max(largest, Math.abs(a - middle));
    for (let i = 0; i < pixels.length; i++) pixels[i] = pixel(ramp, (column[i] - middle) / largest);
    context.putImageData(image, 0, 0);
  }

  // Where the output crosses a level: line segments in grid units, by marching squares.
  contour(level) {
    const z = this.answers(this.training.pattern.a.length, 1), segments = [];
    for (let r = 0; r < SIDE - 1; r++) {
      for (let c = 0; c < SIDE - 1; c++) {
        const i = r * SIDE + c, corners = [[c, r, z[i]], [c + 1, r, z[i + 1]], [c + 1, r + 1, z[i + SIDE + 1]], [c, r + 1, z[i + SIDE]]];
        const cuts = [];
        corners.forEach(([x, y, a], k) => {
          const [u, v, b] = corners[(k + 1) % 4];
          if (a > level !== b > level) {
            const t = (level - a) / (b - a);
            cuts.push([x + t * (u - x) + 0.5, y + t * (v - y) + 0.5]);
          }
        });
        for (let k = 0; k + 1 < cuts.length; k += 2) segments.push([cuts[k], cuts[k + 1]]);
      }
    }
    return segments;
  }
}

// A square around the points with a margin; the same for all that can be drawn or typed.
function boxOf({ settings, points }) {
  if (settings.data === "drawn" || settings.data === "function") return { x: -2, y: -2, size: 4 };
  const xs = points.map((p) => p.x[0]), ys = points.map((p) => p.x[1]);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = Math.max(right - left, high - low) * 1.25;
  return { x: (left + right - size) / 2, y: (low + high - size) / 2, size };
}
