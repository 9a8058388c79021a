// The form: what can be chosen, and its present state.
import { byId, h, svg } from "./dom.js";
import { SETS } from "./data.js";
import { BATCHES, DATA, DECAYS, RATES } from "./settings.js";
import { OPTIMISERS } from "./optimisers.js";

const COSTS = {
  bce_with_logits: "Cross-entropy (logits)", binary_cross_entropy: "Cross-entropy (σ)", squared_error: "(a − y)²",
  half_squared_error: "½ (a − y)²", hinge: "Hinge",
};
const NAMES = { relu: "ReLU", leaky_relu: "Leaky ReLU", elu: "ELU", selu: "SELU", gelu: "GELU", silu: "SiLU" };
const TITLES = { moons: "Moons", circles: "Circles", spiral: "Spiral", xor: "XOR", drawn: "Draw", function: "f(x₁, x₂)" };

export class Controls {
  // change(settings): some of the settings are to be other ones.
  constructor(table, change) {
    this.change = change;
    this.select("activation", table.activations.map((name) => [name, NAMES[name] ?? name]));
    this.select("cost", Object.keys(table.costs).map((name) => [name, COSTS[name] ?? name]));
    this.select("optimiser", Object.entries(OPTIMISERS).map(([name, { name: title }]) => [name, title]), (optimiser) => ({ optimiser, rate: table.rates[optimiser] }));
    this.select("rate", RATES.map((x) => [x, String(x)]));
    this.select("batch", BATCHES.map((n) => [n, n ? String(n) : "all"]));
    this.select("l2", DECAYS.map((x) => [x, x ? String(x) : "none"]));
    for (const id of ["n", "noise", "test"]) {
      byId(id).addEventListener("input", () => this.say(id, Number(byId(id).value)));
      byId(id).addEventListener("change", () => change({ [id]: Number(byId(id).value) }));
    }
    byId("seed").addEventListener("change", () => change({ seed: Number(byId("seed").value) }));
    byId("formula").addEventListener("change", () => change({ formula: byId("formula").value, data: "function" }));
    byId("sets").replaceChildren(...DATA.map((name) => this.thumbnail(name)));
  }

  select(id, options, changed = (value) => ({ [id]: value })) {
    const numeric = typeof options[0][0] === "number";
    byId(id).replaceChildren(...options.map(([value, title]) => h("option", { value }, title)));
    byId(id).addEventListener("change", () => this.change(changed(numeric ? Number(byId(id).value) : byId(id).value)));
  }

  thumbnail(name) {
    const points = Object.hasOwn(SETS, name) ? SETS[name]({ n: 60, noise: name === "xor" ? 0 : 0.06, seed: 1 }) : [];
    const xs = points.map((p) => p.x[0]), ys = points.map((p) => p.x[1]), low = Math.min(...xs), bottom = Math.min(...ys);
    const size = Math.max(Math.max(...xs) - low, Math.max(...ys) - bottom) || 1, tall = (Math.max(...ys) - bottom) / size, wide = (Math.max(...xs) - low) / size;
    const dots = points.map(({ x, y }) => svg("circle", { class: y ? "pos" : "neg", r: name === "xor" ? 3.2 : 1.5,
      cx: 20 + 28 * ((x[0] - low) / size - wide / 2), cy: 20 - 28 * ((x[1] - bottom) / size - tall / 2) }));
    if (name === "drawn") dots.push(svg("path", { class: "pen", d: "M9 31l2.5-8.5L25 9l6 6-13.500 13.500zM22 12l6 6" }));
    if (name === "function") dots.push(svg("path", { class: "wave", d: "M6 20c5-18 9-18 14 0s9 18 14 0" }));
    return h("button", { class: "set", "data-set": name, "aria-pressed": "false", onclick: () => this.change({ data: name }) },
      svg("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" }, ...dots), h("span", {}, TITLES[name]));
  }

  show(settings, problem) {
    for (const id of ["activation", "cost", "optimiser", "rate", "batch", "l2"]) this.pick(byId(id), settings[id]);
    for (const id of ["n", "noise", "test"]) {
      byId(id).value = settings[id];
      this.say(id, settings[id]);
    }
    byId("seed").value = settings.seed;
    byId("formula").value = settings.formula;
    for (const button of byId("sets").children) button.setAttribute("aria-pressed", String(button.dataset.set === settings.data));
    const { data } = settings;
    for (const [id, shown] of [["n", data !== "xor" && data !== "drawn"], ["noise", data !== "xor" && data !== "drawn"], ["test", data !== "xor"]]) {
      byId(id).closest("label").hidden = !shown;
    }
    byId("drawing").hidden = data !== "drawn";
    byId("typing").hidden = data !== "function";
    byId("learns").textContent = problem.values ? "The network learns its values." : "The network learns where it is above 0.";
    byId("layer-count").textContent = String(settings.layers.length);
  }

  // A value that is not in the list gets an entry of its own.
  pick(select, value) {
    if (![...select.options].some((option) => option.value === String(value))) select.append(h("option", { value }, String(value)));
    select.value = String(value);
  }

  say(id, value) {
    byId(`${id}-said`).textContent = id === "test" ? `${Math.round(100 * value)} %` : String(value);
  }
}
