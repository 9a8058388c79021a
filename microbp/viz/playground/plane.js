// The plane: the output's answer as a colour, the decision boundary, the samples; where points are chosen and drawn.
import { pixel } from "./colours.js";
import { SIDE } from "./field.js";

const REACH = 22; // pixels around a click in which the nearest sample is meant

export class Plane {
  // onsample(i): a sample of the training data was chosen. ondraw(x, again): a point was drawn there.
  constructor({ heat, overlay, colours, onsample, ondraw }) {
    Object.assign(this, { heat, overlay, colours, onsample, ondraw });
    heat.width = heat.height = SIDE;
    this.cursor = null; // of the keyboard, while points are drawn
    this.drawing = false;
    overlay.addEventListener("pointerdown", (event) => this.press(event));
    overlay.addEventListener("pointermove", (event) => {
      if (this.drawing && event.buttons && this.far(event)) this.draw(event, true);
    });
    overlay.addEventListener("keydown", (event) => this.key(event));
  }

  show(training, field, chosen) {
    Object.assign(this, { training, field, chosen });
    const { problem } = training;
    const spread = problem.values ? Math.max(...problem.points.map((p) => Math.abs(p.y))) || 1 : null;
    const middle = problem.output === "sigmoid" ? 0.5 : 0, scale = spread ?? (problem.output === "sigmoid" ? 0.5 : 3);
    field.paint(this.heat, field.answers(training.pattern.a.length, 1), this.colours.soft, middle, scale);
    this.spread = spread;
    this.redraw();
  }

  redraw() {
    const { overlay, training, colours } = this, size = overlay.clientWidth, dots = window.devicePixelRatio || 1;
    if (overlay.width !== Math.round(size * dots)) overlay.width = overlay.height = Math.round(size * dots);
    const context = overlay.getContext("2d"), unit = overlay.width / SIDE;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, overlay.width, overlay.height);
    context.lineWidth = 1.6 * dots;
    context.strokeStyle = colours.ink;
    context.beginPath();
    for (const [[a, b], [c, d]] of this.field.contour(training.problem.threshold)) {
      context.moveTo(a * unit, b * unit);
      context.lineTo(c * unit, d * unit);
    }
    context.stroke();
    context.scale(dots, dots);
    for (const point of training.problem.test) this.dot(context, point, 2.6, 0.5);
    for (const point of training.problem.train) this.dot(context, point, 3.4, 1);
    const current = training.problem.train[this.chosen];
    if (current) this.ring(context, this.pixel(current.x), colours.ink, 8);
    if (this.cursor && this.drawing) this.ring(context, this.pixel(this.cursor), colours.pos, 6);
  }

  dot(context, { x, y }, r, alpha) {
    const [left, top] = this.pixel(x), { colours } = this;
    context.globalAlpha = alpha;
    context.beginPath();
    context.arc(left, top, r, 0, 2 * Math.PI);
    context.fillStyle = this.spread ? shade(colours, y / this.spread) : y > 0.5 ? colours.pos : colours.neg;
    context.fill();
    context.lineWidth = 1.1;
    context.strokeStyle = colours.paper;
    context.stroke();
    context.globalAlpha = 1;
  }

  ring(context, [left, top], colour, r) {
    context.beginPath();
    context.arc(left, top, r, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.strokeStyle = colour;
    context.stroke();
  }

  pixel([x1, x2]) {
    const { x, y, size } = this.field.box, side = this.overlay.clientWidth;
    return [((x1 - x) / size) * side, (1 - (x2 - y) / size) * side];
  }

  place(event) {
    const { x, y, size } = this.field.box, frame = this.overlay.getBoundingClientRect();
    return [x + ((event.clientX - frame.left) / frame.width) * size, y + (1 - (event.clientY - frame.top) / frame.height) * size];
  }

  press(event) {
    if (this.drawing) return this.draw(event, false);
    const [left, top] = this.pixel(this.place(event)), points = this.training.problem.train;
    const far = points.map((point) => Math.hypot(...this.pixel(point.x).map((p, k) => p - [left, top][k])));
    const nearest = far.indexOf(Math.min(...far));
    if (far[nearest] <= REACH) this.onsample(nearest);
    return undefined;
  }

  draw(event, again) {
    this.lastDrawn = [event.clientX, event.clientY];
    this.ondraw(this.place(event), again);
  }

  far(event) {
    return !this.lastDrawn || Math.hypot(event.clientX - this.lastDrawn[0], event.clientY - this.lastDrawn[1]) > 12;
  }

  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const n = this.training.problem.train.length;
    if (this.drawing && steps) {
      const { x, y, size } = this.field.box, from = this.cursor ?? [x + size / 2, y + size / 2];
      this.cursor = from.map((c, k) => Math.min([x, y][k] + size, Math.max([x, y][k], c + (steps[k] * size) / 24)));
      this.redraw();
    } else if (this.drawing && (event.key === "Enter" || event.key === " ") && this.cursor) {
      this.ondraw(this.cursor, false);
    } else if (steps) {
      this.onsample((this.chosen + steps[0] + steps[1] + n) % n);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

function shade(colours, t) {
  const found = pixel(colours.vivid, t * 1.2);
  return `rgb(${found & 255} ${(found >> 8) & 255} ${(found >> 16) & 255})`;
}
