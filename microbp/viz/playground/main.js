// The playground: settings, training, pictures and explanations together.
import { gradients } from "../pages/engine.js";
import { Colours } from "./colours.js";
import { Controls } from "./controls.js";
import { RANGE } from "./data.js";
import { Diagram } from "./diagram.js";
import { byId } from "./dom.js";
import { Field } from "./field.js";
import { fromHash } from "./link.js";
import { Plane } from "./plane.js";
import { Problem } from "./problem.js";
import { GOING_ON, MOST, settled } from "./settings.js";
import { Training } from "./training.js";
import { View } from "./view.js";

const BUDGET = 9; // milliseconds of training in a frame, at full speed
const CALM = 300; // milliseconds between two explanations while the training runs

class App extends View {
  constructor({ table, settings }) {
    super();
    Object.assign(this, { table, first: settings, settings, sample: 0, chosen: null, running: false, explained: 0 });
    this.colours = new Colours();
    this.controls = new Controls(table, (change) => this.change(change));
    this.diagram = new Diagram(byId("network"), this.colours, {
      onweight: (weight) => this.choose({ weight }), onneuron: (l, j) => this.choose({ neuron: [l, j] }),
      onhover: (place, event) => this.hover(place, event), onfeature: (id) => this.toggle(id), onneurons: (i, by) => this.resize(i, by),
    });
    this.plane = new Plane({ heat: byId("heat"), overlay: byId("overlay"), colours: this.colours, onsample: (i) => this.chooseSample(i), ondraw: (x, again) => this.draw(x, again) });
    this.listen();
    this.open();
  }

  listen() {
    for (const [id, act] of Object.entries({
      run: () => this.run(!this.running), step: () => this.act(() => this.training.step()), epoch: () => this.act(() => this.training.epoch()), reset: () => this.reset(),
      share: () => this.share(), python: () => this.python(), "close-dialog": () => byId("dialog").close(), copy: () => this.copy(),
      "more-layers": () => this.layers(1), "fewer-layers": () => this.layers(-1), clear: () => this.change({ points: [[-1, 0, 0], [1, 0, 1]] }),
      "previous-sample": () => this.chooseSample(this.sample - 1), "next-sample": () => this.chooseSample(this.sample + 1), "show-sample": () => this.choose({ sample: true }),
    })) byId(id).addEventListener("click", act);
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("hashchange", () => this.open());
    window.addEventListener("resize", () => { this.diagram.build(this.training, this.field); this.draws(); });
    this.colours.scheme.addEventListener("change", () => { this.colours.read(); this.diagram.build(this.training, this.field); this.draws(); });
  }

  key(event) {
    if (event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { " ": "run", s: "step", e: "epoch", r: "reset" }[event.key];
    if (!act || (event.key === " " && event.target.closest("button, summary"))) return;
    event.preventDefault();
    byId(act).click();
  }

  // -- states --------------------------------------------------------------------------------------

  // What the link says, or the settings that the page came with.
  open() {
    const told = fromHash(window.location.hash);
    this.opened = window.location.hash;
    this.run(false);
    this.begin(settled(told?.settings ?? {}, this.first, this.table));
    if (told) this.replay(told.run.slice(0, 100), Math.min(told.steps, MOST.samples));
  }

  begin(settings) {
    try {
      this.training = new Training(new Problem(settings, this.table));
    } catch (error) {
      this.complain(error);
      if (this.training) return this.controls.show(this.settings, this.training.problem);
      return this.begin({ ...this.first, data: "moons" });
    }
    this.settings = settings;
    this.complain(null);
    this.version = 0;
    this.memo = {};
    this.field = new Field(this.training);
    this.sample = Math.min(this.sample, this.training.problem.train.length - 1);
    const { network } = this.training.problem, [l, j] = this.chosen?.neuron ?? [1, 1];
    if (this.chosen?.weight >= network.parameters.length || l > network.layers.length || j > network.sizes[l]) this.chosen = null;
    this.controls.show(settings, this.training.problem);
    this.plane.drawing = settings.data === "drawn";
    byId("overlay").classList.toggle("drawing", this.plane.drawing);
    this.diagram.build(this.training, this.field);
    this.changed(true);
    return undefined;
  }

  change(some) {
    const settings = settled({ ...this.settings, ...some }, this.settings, this.table);
    if (some.data === "drawn" && this.settings.data !== "drawn") settings.points = this.pointsToDrawOn();
    if (Object.keys(some).every((name) => GOING_ON.includes(name))) {
      this.act(() => {
        this.training.finish();
        this.settings = this.training.problem.settings = settings;
        this.training.begin();
      });
      this.controls.show(settings, this.training.problem);
    } else {
      this.begin(settings);
    }
  }

  pointsToDrawOn() {
    const clamp = (x) => Math.max(-RANGE, Math.min(RANGE, Number(x.toFixed(3))));
    return this.training.problem.points.map(({ x, y }) => [clamp(x[0]), clamp(x[1]), Number(y > 0.5)]);
  }

  reset() {
    this.run(false);
    this.begin(this.settings);
  }

  // Do again what a link tells, a frame's worth at a time.
  replay(run, steps) {
    const left = run.map((part) => ({ ...part, epochs: Math.min(Math.floor(part.epochs) || 0, MOST.epochs) })), { training } = this, wanted = this.settings;
    const total = left.reduce((sum, part) => sum + part.epochs, 0);
    this.replaying = true;
    const go = () => {
      if (training === this.training) this.act(again);
    };
    const again = () => {
      for (const end = window.performance.now() + 30; left.length && window.performance.now() < end;) {
        const { optimiser, rate, batch, l2 } = left[0];
        training.problem.settings = settled({ ...wanted, optimiser, rate, batch, l2 }, wanted, this.table);
        training.begin();
        if (left[0].epochs-- > 0) training.epoch();
        else left.shift();
      }
      byId("epochs").title = left.length ? `restoring epoch ${training.epochs} of ${total}` : "";
      if (left.length) return void window.requestAnimationFrame(go);
      training.problem.settings = wanted;
      training.begin();
      for (let i = 0; i < steps; i++) training.step();
      this.replaying = false;
      return undefined;
    };
    go();
  }

  resize(i, by) {
    const layers = [...this.settings.layers];
    layers[i] = Math.max(1, Math.min(this.table.most.neurons, layers[i] + by));
    this.change({ layers });
  }

  layers(by) {
    const { layers } = this.settings;
    this.change({ layers: by > 0 ? [...layers, layers.at(-1) ?? 4] : layers.slice(0, -1) });
  }

  toggle(id) {
    const { features } = this.settings;
    this.change({ features: features.includes(id) ? features.filter((one) => one !== id) : [...features, id] });
  }

  draw([a, b], again) {
    const brush = document.querySelector("input[name=brush]:checked").value, at = [a, b].map((x) => Number(x.toFixed(3)));
    const { points } = this.settings;
    if (brush === "erase") {
      const kept = points.filter(([x, y]) => Math.hypot(x - a, y - b) > 0.15);
      if (kept.length >= 2) this.change({ points: kept });
    } else if (points.length < MOST.points && !(again && points.length > MOST.points - 2)) {
      this.change({ points: [...points, [...at, Number(brush)]] });
    }
  }

  // -- training ------------------------------------------------------------------------------------

  run(on) {
    this.running = on;
    byId("run").setAttribute("aria-pressed", String(on));
    byId("run-word").textContent = on ? "Pause" : "Run";
    if (on) window.requestAnimationFrame(() => this.frame());
    else if (this.training) this.explain();
  }

  frame() {
    if (!this.running) return;
    const speed = byId("speed").value, end = window.performance.now() + BUDGET;
    this.act(() => {
      if (speed === "slow") this.training.step();
      else do this.training.epoch(); while (speed === "fast" && window.performance.now() < end);
    });
    window.requestAnimationFrame(() => this.frame());
  }

  act(what) {
    try {
      what();
      this.complain(null);
    } catch (error) {
      this.running = false;
      this.run(false);
      this.complain(error);
    }
    this.changed(false);
  }

  changed(atOnce) {
    this.version++;
    this.memo = {};
    this.draws();
    const now = window.performance.now();
    if (atOnce || !this.running || now - this.explained > CALM) this.explain();
  }

  // The graph of the sample shown, at the weights of now; its gradients.
  graph() { return (this.memo.graph ??= this.freshGraph()); }
  freshGraph() { return this.training.problem.sample(this.training.theta, this.training.problem.train[this.sample]); }
  gradients() { return (this.memo.gradients ??= gradients(this.graph().cost)); }
}

window.playground = new App(JSON.parse(byId("data").textContent)); // for the console
