// The run of the page as a Python program: the library's fit gives the same losses.
import { OPTIMISERS } from "./optimisers.js";
import { parse } from "./formula.js";
import { RANGE } from "./data.js";
import { repr } from "../pages/errors.js";

const INDENT = "    ";

export function pythonCode(training) {
  const { problem } = training, { settings } = problem, segments = training.segments.length ? training.segments : [{ ...settings, epochs: 1 }];
  const { imports, lines } = dataLines(problem);
  const head = [...imports, `from microbp import data, fit, losses, nn, optim`];
  const features = featureLines(problem, head);
  const splitting = problem.test.length ? [`X, Y, X_test, Y_test = data.split(X, Y, test=${settings.test}, seed=${settings.seed})`] : [];
  const signed = problem.cost.signed ? ["Y = [2 * y - 1 for y in Y]  # hinge reads -1 and +1"] : [];
  const sizes = [...settings.layers, 1].join(", ");
  const model = `model = nn.MLP(${problem.features.length}, [${sizes}], ${JSON.stringify(settings.activation)}, ${JSON.stringify(problem.output)}, seed=${settings.seed})`;
  return [
    "# The run of the microbp playground: the same data, first weights and batches, and so the same losses.",
    ...head.toSorted((a, b) => a.startsWith("from microbp") - b.startsWith("from microbp")).flatMap((line) => (line.startsWith("from microbp") ? ["", line] : [line])).filter((line, i) => line || i),
    "", ...lines, ...features, ...signed, ...splitting, model, "loss = []",
    ...trainingLines(problem, segments), "",
    `print(f"loss {loss[-1]:.6f} after {len(loss)} epochs")`, "",
  ].join("\n");
}

function dataLines({ settings, points, values }) {
  const { data, n, noise, seed } = settings;
  if (data === "xor") return { imports: [], lines: ["X, Y = data.xor()"] };
  if (data === "spiral") return { imports: [], lines: [`X, Y = data.spiral(${n}, classes=2, noise=${noise}, seed=${seed})`] };
  if (data === "drawn") {
    const rows = points.map(({ x, y }) => `${INDENT}(${repr(x[0])}, ${repr(x[1])}, ${y}),`);
    return { imports: [], lines: ["points = [", ...rows, "]", "X, Y = [[x1, x2] for x1, x2, _ in points], [y for _, _, y in points]"] };
  }
  if (data !== "function") return { imports: [], lines: [`X, Y = data.${data}(${n}, noise=${noise}, seed=${seed})`] };
  const { python, calls } = parse(settings.formula), value = `target(x1, x2) + rng.gauss(0.0, ${noise})`;
  return {
    imports: [...(calls.length ? [`from math import ${calls.join(", ")}`] : []), "from random import Random"],
    lines: [
      "", "def target(x1, x2):", `${INDENT}return ${python}`, "", "",
      `rng = Random(${seed})`, `X = [[rng.uniform(-${RANGE}, ${RANGE}), rng.uniform(-${RANGE}, ${RANGE})] for _ in range(${n})]`,
      `Y = [${values ? value : `int(${value} > 0.0)`} for x1, x2 in X]`,
    ],
  };
}

// What the network sees, where that is not just x1 and x2.
function featureLines({ features }, head) {
  if (features.map(({ id }) => id).join() === "x1,x2") return [];
  if (features.some(({ python }) => python.startsWith("sin"))) addImport(head, "sin");
  return [`X = [[${features.map(({ python }) => python).join(", ")}] for x1, x2 in X]`];
}

function addImport(head, name) {
  const at = head.findIndex((line) => line.startsWith("from math import "));
  if (at < 0) head.unshift(`from math import ${name}`);
  else if (!head[at].slice(17).split(", ").includes(name)) head[at] += `, ${name}`;
}

// One fit for every stretch of epochs with the same settings; an optimiser goes on while it is the same.
function trainingLines(problem, segments) {
  const { settings, test, train } = problem, lines = [];
  let done = 0, before = null;
  for (const segment of segments) {
    const { optimiser, rate, batch, l2, epochs } = segment;
    if (before?.optimiser !== optimiser) {
      lines.push("", `optimizer = ${OPTIMISERS[optimiser].python([`lr=${rate}`, ...(l2 ? [`weight_decay=${l2}`] : [])].join(", "))}`);
    } else {
      lines.push("");
      if (before.rate !== rate) lines.push(`optimizer.lr = ${rate}`);
      if (before.l2 !== l2) lines.push(`optimizer.weight_decay = ${l2}`);
    }
    const more = [`seed=${settings.seed + done}`];
    if (test.length) more.push("validation=(X_test, Y_test)");
    if (problem.cost.reads === "number" && !problem.values) more.push('prediction="probability"');
    lines.push(`history = fit(model, losses.${settings.cost}, (X, Y), optimizer, ${epochs}, ${batch || train.length}, ${more.join(", ")})`, "loss += history.loss");
    done += epochs;
    before = segment;
  }
  return lines;
}
