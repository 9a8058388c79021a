// What is said of a chosen weight or bias: its derivation, and why it moved.
import { explain } from "./derivation.js";
import { derivative, h, maths, number, path, table } from "./dom.js";
import { short, signed } from "./notation.js";
import { whyMoved } from "./moves.js";

const LISTED = 6; // samples

export function weightPanel(app, place) {
  const { training, table: rules } = app, { label } = training.problem.network.parameters[place];
  const graph = app.graph(), told = explain(graph.cost, graph.leaves[place], rules);
  return [
    h("h2", { class: "chosen-name" }, maths(label), " = ", number(training.theta[place], short(training.theta[place]))),
    h("div", { class: "cards" }, derivationCard(app, place, graph, told), factorsCard(told), movedCard(app, place, label)),
  ];
}

// BP3 or BP4, the paths, and the mean over all samples.
function derivationCard(app, place, graph, told) {
  const { training } = app, { l, j, k } = training.problem.network.parameters[place];
  const z = graph.z[l - 1][j - 1], input = k ? (l > 1 ? graph.a[l - 2] : graph.inputs)[k - 1] : null;
  const delta = app.gradients().get(z) ?? 0, error = `δ${z.label.slice(1)}`;
  const sides = told.symbol.split("/").map((part) => part.slice(1));
  const equation = h("p", { class: "equation" }, derivative(...sides), " = ", input ? [maths(input.label), " · "] : null, maths(error), " = ",
    input ? [signed(input.data).replace("-", "−"), " · "] : null, signed(delta).replace("-", "−"), " = ", number(told.value, short(told.value)));
  const rows = told.paths.map(({ nodes, product }) => [number(product, short(product)), path(nodes)]);
  if (told.rest.count) rows.push([number(told.rest.sum, short(told.rest.sum)), `${told.rest.count} other path${told.rest.count > 1 ? "s" : ""} together`]);
  const { cost } = training.now(), mean = training.grads[place];
  return h("section", {},
    h("h3", {}, k ? "BP4: the input times the error" : "BP3: the error"), equation,
    h("p", {}, told.count === 1 ? "One path leads to the cost." : `The chain rule adds up ${told.count.toLocaleString("en")} paths to the cost:`),
    table(["product>", "path"], rows, "Paths"),
    h("p", {}, `Over the ${training.problem.train.length} samples, on the average: `, derivative("C", training.problem.network.parameters[place].label), " = ", number(mean, short(mean)), h("span", { class: "muted" }, `, where C = ${short(cost)}`)));
}

function factorsCard(told) {
  const rows = told.factors.map((f) => [fractionOf(f), maths(f.formula), maths(f.numbers), number(f.value, short(f.value))]);
  return h("section", { class: "factors" },
    h("h3", {}, "The factors"), table(["factor", "formula", "with numbers", "value>"], rows, "Factors"),
    told.definitions.length ? h("dl", { class: "definitions" }, told.definitions.map((d) => [h("dt", {}, maths(d.name)), h("dd", {}, "= ", maths(d.formula), " = ", short(d.value).replace("-", "−"))])) : null);
}

const fractionOf = ({ symbol, of, by }) => {
  const element = derivative(of, by);
  element.dataset.text = symbol;
  return element;
};

// The last step, by what came from before and by samples; for the sample shown, by paths.
function movedCard(app, place, label) {
  const moved = whyMoved(app.training, place);
  if (!moved) return h("section", {}, h("h3", {}, "Why did it move?"), h("p", { class: "muted" }, "Take a step, and every sample's part in it stands here."));
  const { samples } = moved, largest = Math.abs(samples[0].move) || 1;
  const rows = [];
  if (moved.memory) rows.push(["earlier steps", "", number(moved.memory, short(moved.memory))]);
  if (moved.decay) rows.push(["L2 decay", "", number(moved.decay, short(moved.decay))]);
  for (const { row, move } of samples.slice(0, LISTED)) {
    rows.push([h("button", { class: "link", onclick: () => app.chooseSample(row) }, `sample ${row + 1}`), bar(move / largest), number(move, short(move))]);
  }
  const others = samples.slice(LISTED), rest = others.reduce((sum, { move }) => sum + move, 0);
  if (others.length) rows.push([`${others.length} other samples`, "", number(rest, short(rest))]);
  rows.push([h("b", {}, "together"), "", number(moved.move, short(moved.move))]);
  return h("section", { class: "moved" },
    h("h3", {}, "Why did it move?"),
    h("p", {}, maths(`Δ${label}`), " = ", number(moved.move, short(moved.move)), h("span", { class: "muted" }, ` in the last step: ${short(moved.before)} → ${short(moved.after)}`.replaceAll("-", "−"))),
    h("p", { class: "muted" }, maths(moved.formula)),
    table(["from", "", "Δw>"], rows, "Parts of the move"),
    movedPaths(app, moved));
}

function movedPaths(app, moved) {
  const { row } = moved.samples.find((sample) => sample.row === app.sample) ?? moved.samples[0];
  const { paths, others, rest } = moved.paths(row, app.table);
  const rows = paths.map(({ nodes, move }) => [number(move, short(move)), path(nodes)]);
  if (others) rows.push([number(rest, short(rest)), `${others} other paths together`]);
  return h("details", {}, h("summary", {}, `Sample ${row + 1}, path by path`), table(["Δw>", "path"], rows, `Paths of sample ${row + 1}`));
}

export function bar(share) {
  const inner = h("span", { class: share < 0 ? "neg" : "pos" });
  inner.style.width = `${Math.min(1, Math.abs(share)) * 50}%`;
  inner.style[share < 0 ? "right" : "left"] = "50%";
  return h("span", { class: "bar", "aria-hidden": "true" }, inner);
}
