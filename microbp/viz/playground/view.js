// What is seen of the state: numbers, pictures, explanations; a state as a link, and as a program.
import { drawChart } from "./chart.js";
import { tooltip } from "./diagram.js";
import { byId, h, maths, number } from "./dom.js";
import { toHash } from "./link.js";
import { stuck } from "./moves.js";
import { neuronPanel } from "./neuron.js";
import { short } from "./notation.js";
import { pythonCode } from "./python.js";
import { samplePanel } from "./sample.js";
import { weightPanel } from "./weight.js";

export class View {
  // -- what is seen --------------------------------------------------------------------------------

  draws() {
    const { training, field } = this;
    field.refresh();
    this.diagram.show(this.chosen);
    this.plane.show(training, field, this.sample);
    drawChart(byId("chart"), training);
    byId("epochs").textContent = training.epochs.toLocaleString("en");
    const percent = (x) => (training.problem.values || x === undefined ? "" : `${(100 * x).toFixed(1)} %`);
    byId("train-loss").textContent = training.loss.length ? training.loss.at(-1).toFixed(4) : "–";
    byId("train-accuracy").textContent = percent(training.accuracy.at(-1));
    byId("test-row").hidden = !training.testTape;
    byId("test-loss").textContent = training.testLoss.length ? training.testLoss.at(-1).toFixed(4) : "–";
    byId("test-accuracy").textContent = percent(training.testAccuracy.at(-1));
  }

  explain() {
    this.explained = window.performance.now();
    this.diagram.mark(stuck(this.training));
    byId("sample-number").textContent = `Sample ${this.sample + 1} of ${this.training.problem.train.length}`;
    const { weight, neuron, sample } = this.chosen ?? {}, focused = document.activeElement?.closest("#panel") ? document.activeElement.dataset.weight : null;
    try {
      byId("panel").replaceChildren(...(weight !== undefined ? weightPanel(this, weight) : neuron ? neuronPanel(this, ...neuron) : sample ? samplePanel(this) : [hint()]));
    } catch (error) {
      byId("panel").replaceChildren(h("p", { class: "warning" }, error.message));
    }
    if (focused) byId("panel").querySelector(`[data-weight="${focused}"]`)?.focus();
  }

  choose(what) {
    this.chosen = what;
    this.diagram.show(what);
    this.explain();
  }

  chooseSample(i) {
    const n = this.training.problem.train.length;
    this.sample = ((i % n) + n) % n;
    this.memo = {};
    if (!this.chosen || this.chosen.sample) this.chosen = { sample: true };
    this.plane.chosen = this.sample;
    this.plane.redraw();
    this.explain();
  }

  hover(place, event) {
    if (place === null) return tooltip(null);
    const { training } = this, { label } = training.problem.network.parameters[place];
    training.now();
    const gradient = training.grads[place];
    return tooltip([h("p", {}, maths(label), " = ", number(training.theta[place], short(training.theta[place]))), h("p", {}, maths(`∂C/∂${label}`), " = ", number(gradient, short(gradient)))], event);
  }

  complain(error) {
    byId("status").textContent = error ? error.message : "";
    byId("status").classList.toggle("warning", Boolean(error));
  }

  // -- taking it away ------------------------------------------------------------------------------

  share() {
    const hash = toHash(this.settings, this.training), address = window.location.href.split("#")[0] + hash;
    try { window.history.replaceState(null, "", hash); } catch { /* a frame without an address of its own */ }
    this.dialog("Share this state", "The link holds what was done; whoever opens it sees the same numbers.", address);
  }

  python() {
    const { training } = this, partial = training.log.length ? ` The ${training.log.length} steps of the epoch under way are not in it.` : "";
    const epochs = training.epochs ? `${training.epochs} epochs` : "One epoch";
    this.dialog("The same in Python", `${epochs} with the library, from the same data, weights and batches: the same losses.${partial}`, pythonCode(training));
  }

  dialog(title, text, content) {
    byId("dialog-title").textContent = title;
    byId("dialog-text").textContent = text;
    byId("dialog-content").value = content;
    byId("copy").textContent = "Copy";
    byId("dialog").showModal();
    byId("dialog-content").scrollTop = 0;
  }

  async copy() {
    byId("dialog-content").select();
    try {
      await window.navigator.clipboard.writeText(byId("dialog-content").value);
      byId("copy").textContent = "Copied";
    } catch {
      byId("copy").textContent = "Selected: press Ctrl+C";
    }
  }
}

const hint = () => h("p", { class: "hint" }, "Click a weight for its derivation, a neuron for its error, a point for its wishes.");
