// What the panel says about the pass that is shown, and the line about the last change.
import { figure, full, signed } from "./figures.js";
import { uses } from "./passes.js";
import { $, element, formula, formulasOf, named, number } from "./words.js";

export function showStep(graph, passes, predict, at, state) {
  const { kind, item } = passes.list[at];
  const passing = kind === "backward" ? item.into.filter((link) => link.k !== null) : [];
  const fed = [...new Set(passing.map((link) => link.source))];
  const backward = kind === "seed" || kind === "backward";
  $("phase").textContent = predict.on ? "Predict" : backward ? "Backward" : "Forward";
  $("narration").replaceChildren(...(predict.on ? asked(predict) : narration(graph, kind, item, state, fed, at === passes.list.length - 1)));
  fill("products", predict.on ? [] : passing.map((link) => [
    named(link.source), number(state.adjoint.get(item)), "×", number(graph.partial(link)), "=", number(state.passed.get(link)),
  ]));
  fill("sums", predict.on ? [] : fed.filter((source) => uses(source) > 1).map((source) => [named(source), running(source, state)]));
}

function asked(predict) {
  const found = predict.found.size, all = predict.questions.length;
  return [`The derivatives are hidden. Go back from the output, node by node: ${found} of ${all} found${found === all ? ", all of them" : ""}.`];
}

function fill(table, rows) {
  $(table).hidden = rows.length === 0;
  $(table).tBodies[0].replaceChildren(...rows.map((cells) => element("tr", cells.map((cell) => element("td", cell)))));
}

function running(item, state) {
  const shares = state.fed.get(item), shown = shares.slice(-6).map((x) => figure(x)), waits = uses(item) - shares.length;
  const sum = `${shares.length > 6 ? "… + " : ""}${shown.join(" + ")} = ${figure(state.adjoint.get(item))}`;
  return element("span", `${sum}${waits ? `, ${waits} still to come` : ""}`, { class: "mono" });
}

function narration(graph, kind, item, state, fed, complete) {
  if (kind === "start") return ["The leaves and constants hold their numbers. Step forward to compute the rest."];
  if (kind === "forward") {
    const pieces = formulasOf(item)?.value;
    return [named(item), " is computed: ", ...(pieces ? [formula(graph, pieces), " = "] : []), `${figure(graph.data(item))}.`];
  }
  if (kind === "seed") return ["The backward pass begins: the derivative of ", named(item), " with respect to itself is 1."];
  const shares = state.fed.get(item) ?? [];
  const sum = shares.length > 1 ? `, the sum over the ${shares.length} edges out of it` : "";
  const to = fed.length === 1 ? named(fed[0]) : `${fed.length} nodes`;
  const given = fed.length ? [" It passes its adjoint times each local derivative to ", to, "."] : [];
  return [named(item), ` is settled: its grad is ${figure(state.adjoint.get(item))}${sum}.`, ...given, complete ? " The pass is complete." : ""];
}

// The last change: the number that was changed, the output before and now, what the gradient predicted and what came.
export function outcome(graph, before, origin, trouble, hidden) {
  if (trouble) return $("outcome").replaceChildren(element("strong", trouble, { class: "neg" }));
  if (!before) {
    const how = graph.foreign ? "" : "Drag a number to the left or right, or choose it and type.";
    return $("outcome").replaceChildren(element("span", how, { class: "hint" }));
  }
  const place = graph.items.indexOf(origin), { root } = graph, old = before[graph.items.indexOf(root)].data, now = graph.data(root);
  const moved = graph.data(origin) - before[place].data, was = before[place];
  const from = origin.value?.op ? "" : `${figure(was.data)} → ${figure(graph.data(origin))}`;
  const parts = [origin.constant ? "a constant" : named(origin), ` ${from || "has another activation"}`];
  const of = [named(root), ` ${figure(old)} → ${figure(now)}`];
  const came = ["change ", element("b", signed(now - old), { title: full(now - old), id: "came" })];
  const predicted = origin.value && !origin.value.op && !hidden
    ? ["the gradient predicted ", element("b", signed(was.grad * moved), { title: full(was.grad * moved), id: "predicted" })]
    : [];
  $("outcome").replaceChildren(...[parts, of, came, predicted].filter((words) => words.length).map((words) => element("span", words)));
}
