// Number lines that answer back: drag a point, and those below move by the derivative times it, more or less.
// On a line: a filled point where the number is, a ring where it was, an arrow's head where the derivative sends it.
import { gradients, refresh } from "./engine.js";
import { byKey } from "./editing.js";
import { figure, full, rounded, sign, signed, stepOf } from "./figures.js";
import { Graph } from "./graph.js";
import { $, derivative, element, named } from "./words.js";

const LEFT = 120, RIGHT = 18, TOP = 44, APART = 76, TICKS = 6, WINDOW = 10; // the window is so many nudges wide
const data = JSON.parse($("data").textContent), graph = new Graph(data.graph), stage = $("stage");
const lines = data.lines.map(({ id, moves }) => ({ item: graph.byId.get(id), moves }));
let before = graph.numbers(), pulled = null, waiting = false, svg = null, dragging = null;

const index = (item) => graph.items.indexOf(item);
const was = (item) => before[index(item)].data;
const shift = (item) => graph.data(item) - was(item);

// -- changes ---------------------------------------------------------------------------------------

// The nodes that a node goes into, in order: the demon changes one of them, and those before it stay.
function after(item) {
  const reached = new Set([item.value]);
  return graph.nodes.filter((node) => node !== item.value && node.parents.some((p) => reached.has(p)) && reached.add(node));
}

function pull(item, x) {
  const now = graph.numbers();
  try {
    item.value.data = x;
    refresh(after(item));
    $("trouble").textContent = "";
  } catch (error) {
    graph.restore(now);
    $("trouble").textContent = error.message;
  }
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw();
  });
}

function begin(item) {
  if (pulled !== item) before = graph.numbers();
  pulled = item;
}

// The derivative of a line's number with respect to the one that is pulled, as it was before.
function slope(item) {
  const now = graph.numbers();
  graph.restore(before);
  const found = gradients(item.value, graph.nodes.slice(0, graph.nodes.indexOf(item.value) + 1).filter((node) => below(item, node))).get(pulled.value) ?? 0;
  graph.restore(now);
  return found;
}
function below(item, node) {
  if (!item.needs) {
    item.needs = new Set([item.value]);
    for (const end of item.needs) for (const p of end.parents) item.needs.add(p); // grows while it is read
  }
  return item.needs.has(node);
}

// -- the drawing -----------------------------------------------------------------------------------

function shape(tag, attributes, text = "") {
  const found = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  found.textContent = text;
  return found;
}

function draw() {
  const focus = document.activeElement?.dataset?.item, width = Math.max(320, Math.min(900, stage.clientWidth));
  const axis = width - LEFT - RIGHT, unit = axis / (WINDOW * data.longest), height = TOP + APART * (lines.length - 1) + 44;
  const middle = LEFT + axis / 2, place = (item, x) => Math.max(LEFT, Math.min(LEFT + axis, middle + (x - graph.opening[index(item)].data) * unit));
  svg ??= stage.appendChild(shape("svg", { class: "microbp lines", role: "group", "aria-label": "Number lines" }));
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) svg.setAttribute(name, value);
  const parts = [], moving = lines.filter(({ moves }) => moves).map(({ item }) => item);
  const predicted = new Map(lines.map(({ item }) => [item, pulled && moving.includes(item) && moving.indexOf(item) > moving.indexOf(pulled) ? slope(item) * shift(pulled) : null]));
  lines.forEach(({ item }, n) => parts.push(...line(item, TOP + APART * n, { axis, unit, middle, place }, predicted.get(item))));
  svg.replaceChildren(...parts.filter((part) => !part.matches(".point")), ...parts.filter((part) => part.matches(".point")));
  if (focus) svg.querySelector(`[data-item="${focus}"]`)?.focus();
  tell(predicted.get(graph.root));
}

function line(item, y, { axis, unit, middle, place }, guess) {
  const x = place(item, graph.data(item)), old = place(item, was(item)), name = shape("text", { class: "label", x: 16, y: y + 5 });
  name.append(...item.runs.map(([text, level]) => shape("tspan", level === "base" ? {} : { "font-size": 11, "baseline-shift": level === "sub" ? "sub" : "super" }, text)));
  const value = shape("text", { class: "value", x: LEFT - 10, y: y + 5, "text-anchor": "end" }, figure(graph.data(item)));
  value.append(shape("title", {}, full(graph.data(item))));
  const found = [name, value, shape("path", { class: "axis", d: `M${LEFT} ${y}h${axis}` })], centre = graph.opening[index(item)].data;
  for (const tick of ticks(centre - axis / 2 / unit, centre + axis / 2 / unit)) {
    const at = middle + (tick - centre) * unit;
    found.push(shape("path", { class: "tick", d: `M${at} ${y - 4}v8` }), shape("text", { class: "tick", x: at, y: y + 18, "text-anchor": "middle" }, figure(tick)));
  }
  const move = shift(item), colour = sign(move);
  if (move !== 0) {
    found.push(shape("path", { class: `move ${colour}`, d: `M${old} ${y}H${x}` }), shape("circle", { class: "actual", cx: old, cy: y, r: 5 }));
    const words = guess === null ? `${signed(move)}` : `${signed(move)}, the derivative said ${signed(guess)}`;
    found.push(shape("text", { class: `moved ${colour}`, x: LEFT + axis, y: y - 24, "text-anchor": "end" }, words));
  }
  if (guess) {
    const to = place(item, was(item) + guess);
    found.push(shape("path", { class: `head ${sign(guess)}`, d: `M${to} ${y - 9}l-5 -8h10Z` }));
  }
  const point = shape("circle", {
    class: "point", cx: x, cy: y, r: 9, tabindex: 0, role: "slider", "data-item": item.id, "aria-orientation": "horizontal",
    "aria-label": item.name, "aria-valuenow": graph.data(item), "aria-valuetext": figure(graph.data(item)),
  });
  point.dataset.data = graph.data(item);
  point.addEventListener("pointerdown", (event) => {
    begin(item);
    dragging = { item, from: event.clientX, x: graph.data(item), unit, step: stepOf(graph.data(item)) };
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  point.addEventListener("keydown", (event) => {
    const key = { ArrowRight: "+", ArrowUp: "+", ArrowLeft: "-", ArrowDown: "-" }[event.key] ?? event.key, next = byKey(key, graph.data(item));
    if (next === null) return;
    event.preventDefault();
    begin(item);
    pull(item, next);
  });
  return [...found, point];
}

function ticks(low, high) {
  const rough = (high - low) / TICKS, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => power * k).find((k) => k >= rough) ?? rough, found = [];
  for (let k = Math.ceil(low / step); k <= Math.floor(high / step); k++) found.push(Number((step * k).toPrecision(12)));
  return found;
}

// The line above: who was moved, and what became of the output.
function tell(guess) {
  const { root } = graph;
  $("reset").disabled = !pulled;
  if (!pulled) return $("outcome").replaceChildren(element("span", "Drag a point, or choose it and press the arrow keys.", { class: "hint" }));
  const who = pulled.value.op ? ["the demon moves ", named(pulled), " by "] : [named(pulled), " moves by "];
  const parts = [[...who, signed(shift(pulled))]];
  if (pulled !== root) {
    parts.push([named(root), " moves by ", element("b", signed(shift(root)), { id: "came", title: full(shift(root)) })]);
    if (guess !== null) parts.push([derivative(root, pulled), " said ", element("b", signed(guess), { id: "predicted", title: full(guess) })]);
  }
  $("outcome").replaceChildren(...parts.map((words) => element("span", words)));
}

stage.addEventListener("pointermove", (event) => {
  if (!dragging) return;
  const { item, from, x, unit, step } = dragging;
  pull(item, rounded(x + (event.clientX - from) / unit, step / 10));
});
for (const kind of ["pointerup", "pointercancel"]) stage.addEventListener(kind, () => (dragging = null));
$("reset").addEventListener("click", () => {
  graph.restore(graph.opening);
  [before, pulled] = [graph.numbers(), null];
  draw();
});
window.addEventListener("resize", draw);
if (graph.foreign) $("trouble").textContent = `${graph.foreign} is an operation of your own, which the page does not have: the picture stands still.`;
else {
  stage.replaceChildren();
  $("controls").hidden = false;
  draw();
}
