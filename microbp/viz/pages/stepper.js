// The stepper: one graph whose passes are played, whose numbers can be changed, and whose derivatives can be asked for.
import { Drawing } from "./drawing.js";
import { byKey, dragged } from "./editing.js";
import { figure } from "./figures.js";
import { Graph } from "./graph.js";
import { NodePanel } from "./node_panel.js";
import { Passes } from "./passes.js";
import { Predict } from "./predict.js";
import { outcome, showStep } from "./step_panel.js";
import { $ } from "./words.js";

const KEPT = 100; // changes that can be taken back
const LARGEST = 1.6; // times its size, a small graph in a large window
const graph = new Graph(JSON.parse($("data").textContent));
const passes = new Passes(graph), predict = new Predict(graph), svg = document.querySelector("#stage svg"), drawing = new Drawing(graph, svg);
const last = passes.list.length - 1, size = { width: svg.width.baseVal.value, height: svg.height.baseVal.value };
const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
const history = []; // of numbers, before each change
let at = 0, timer = null, chosen = null, focused = graph.root, waiting = false, trouble = "", before = null, origin = null;

const panel = new NodePanel(graph, predict, {
  set: (item, x) => attempt(item, () => graph.set(item, x)),
  exchange: (item, name) => attempt(item, () => graph.exchange(item, name)),
  found: () => { show(at); panel.show(chosen, passes.state(at)); },
  ask: (item) => choose(item, true),
});

// -- what is shown ---------------------------------------------------------------------------------

function show(k, follow = true) {
  at = Math.max(0, Math.min(last, k));
  const step = passes.list[at], state = passes.state(at);
  drawing.show(state, predict.on ? { kind: "predict" } : step, predict.hides, before);
  showStep(graph, passes, predict, at, state);
  panel.update(chosen, state);
  outcome(graph, before, origin, trouble, predict.on);
  $("scrub").value = at;
  $("scrub").setAttribute("aria-valuetext", `${step.kind} ${step.item?.name ?? ""}`);
  $("count").textContent = `${at} of ${last}`;
  for (const id of ["first", "back"]) $(id).disabled = at === 0;
  for (const id of ["next", "last"]) $(id).disabled = at === last;
  for (const id of ["undo", "reset"]) $(id).disabled = !history.length;
  if (follow && step.item) reveal(step.item);
}

// At most once a frame, however fast the numbers come.
function showSoon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    show(at, false);
  });
}

function reveal(item) {
  const stage = $("stage"), frame = stage.getBoundingClientRect(), box = $(item.id).getBoundingClientRect();
  const shift = (low, high, start, end) => (low < start + 40 ? low - start - 80 : high > end - 40 ? high - end + 80 : 0);
  stage.scrollBy({
    left: shift(box.left, box.right, frame.left, frame.right),
    top: shift(box.top, box.bottom, frame.top, frame.bottom),
    behavior: reduced.matches ? "auto" : "smooth",
  });
}

function choose(item, ask = false) {
  chosen = item;
  if (item) {
    $(focused.id).tabIndex = -1;
    focused = item;
    $(item.id).tabIndex = 0;
  }
  drawing.choose(item);
  panel.show(item, passes.state(at));
  if (ask) panel.focus();
}

// -- changes ---------------------------------------------------------------------------------------

// A change is one entry of the history, however many numbers a drag goes through.
let open = null;
function begin(item) {
  if (open === item) return;
  close();
  open = item;
  history.push(graph.numbers());
  if (history.length > KEPT) history.splice(1, 1); // the first one is the way back to the start
  before = history.at(-1);
  origin = item;
}

function attempt(item, change) {
  play(false);
  begin(item);
  trouble = "";
  try {
    change();
  } catch (error) {
    trouble = error.message;
  }
  passes.update();
  predict.forget();
  at = last;
  showSoon();
}

function close() {
  if (open === null) return;
  open = null;
  $("said").textContent = $("outcome").textContent;
}

function restore(numbers) {
  close();
  graph.restore(numbers);
  passes.update();
  predict.forget();
  [before, origin, trouble] = [null, null, ""];
  $("said").textContent = `${graph.root.name} is ${figure(graph.data(graph.root))} again`;
  show(at, false);
  panel.show(chosen, passes.state(at));
}
$("undo").addEventListener("click", () => restore(history.pop()));
$("reset").addEventListener("click", () => restore(history.splice(0)[0]));

function change(item, x) {
  attempt(item, () => graph.set(item, x));
  panel.fill(item, x);
}

// -- controls --------------------------------------------------------------------------------------

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => (at < last ? show(at + 1) : play(false)), 900) : null;
  if (on) show(at === last ? 0 : at + 1);
  $("play").textContent = on ? "Pause" : "Play";
}
const go = (k) => { play(false); show(k); };

function moveFocus(by) {
  const n = graph.items.indexOf(focused);
  const next = graph.items[Math.max(0, Math.min(graph.items.length - 1, n + by))];
  $(next.id).focus({ preventScroll: true });
  reveal(next);
}

const keys = {
  ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(last),
  " ": () => play(timer === null), ArrowUp: () => moveFocus(-1), ArrowDown: () => moveFocus(1), Escape: () => choose(null),
};
document.addEventListener("keydown", (event) => {
  const { key, target } = event, typing = target.tagName === "INPUT" && target.type === "text";
  if ((event.ctrlKey || event.metaKey) && key === "z" && !typing && history.length) {
    event.preventDefault();
    restore(history.pop());
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing || (key === " " && ["BUTTON", "SUMMARY"].includes(target.tagName))) return;
  if (["range", "radio"].includes(target.type) && target !== $("scrub")) return; // they have these keys themselves
  const item = graph.byId.get(target.id);
  if (item && key === "Enter") return void (event.preventDefault(), choose(item, true));
  const next = item && graph.canChange(item) ? byKey(key, graph.data(item)) : null;
  if (next !== null) change(item, next);
  else if (key in keys) keys[key]();
  else return;
  event.preventDefault();
});
document.addEventListener("focusout", close);

$("first").addEventListener("click", () => go(0));
$("back").addEventListener("click", () => go(at - 1));
$("play").addEventListener("click", () => play(timer === null));
$("next").addEventListener("click", () => go(at + 1));
$("last").addEventListener("click", () => go(last));
$("scrub").addEventListener("input", (event) => go(Number(event.target.value)));
$("predict").addEventListener("click", () => {
  predict.on = !predict.on;
  predict.forget();
  $("predict").setAttribute("aria-pressed", predict.on);
  go(last);
  choose(predict.on ? predict.next() : chosen, predict.on);
});

function fit(on) {
  const stage = $("stage"), scale = on ? Math.min(LARGEST, stage.clientWidth / size.width, stage.clientHeight / size.height) : 1;
  svg.setAttribute("width", size.width * scale);
  svg.setAttribute("height", size.height * scale);
  $("zoom").setAttribute("aria-pressed", on);
  $("zoom").textContent = on ? "Full size" : "Fit";
}
$("zoom").addEventListener("click", () => fit($("zoom").getAttribute("aria-pressed") === "false"));
window.addEventListener("resize", () => $("zoom").getAttribute("aria-pressed") === "true" && fit(true));

for (const item of graph.items) {
  const box = $(item.id);
  box.setAttribute("role", "button");
  box.tabIndex = item === focused ? 0 : -1;
  box.addEventListener("click", () => choose(item));
  box.addEventListener("focus", () => choose(item));
  if (graph.canChange(item)) dragged(box, { begin: () => graph.data(item), change: (x) => change(item, x), end: close });
}
svg.setAttribute("role", "group");
$("scrub").max = last;
for (const id of ["controls", "panel", "outcome"]) $(id).hidden = false;
if (graph.foreign) trouble = `${graph.foreign} is an operation of your own, which the page does not have: it plays the passes, and changes nothing.`;
fit(true);
show(0);
choose(null);
