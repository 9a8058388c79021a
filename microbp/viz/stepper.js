"use strict";
// The passes of one graph, replayed. Legend: a step is {kind, node}; `at` is the step that is shown.
//   start      the leaves hold their numbers
//   forward    node is computed from its arguments
//   seed       the root's adjoint is 1
//   backward   node is settled, and passes adjoint x local derivative on to each argument
(() => {
  const graph = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const edges = graph.edges.map(([id, source, target, partial]) => ({ id, source, target, partial }));
  for (const node of graph.nodes) {
    Object.assign(node, { into: [], out: [], element: $(node.id), name: node.runs.map((run) => run[0]).join("") });
    const [data, gradName, grad] = ["text.data", ".name:nth-last-of-type(2)", "text.grad"].map((part) => node.element.querySelector(part));
    node.texts = { data, grad, gradName, title: node.element.querySelector("title") };
  }
  for (const edge of edges) {
    byId.get(edge.target).into.push(edge);
    if (edge.partial !== null) byId.get(edge.source).out.push(edge);
    edge.element = $(edge.id);
    edge.label = document.querySelector(`.partial[data-edge="${edge.id}"]`);
  }
  const steps = [
    { kind: "start" },
    ...graph.order.map((id) => ({ kind: "forward", node: byId.get(id) })),
    { kind: "seed", node: byId.get(graph.root) },
    ...graph.order.toReversed().map((id) => ({ kind: "backward", node: byId.get(id) })),
  ];
  const svg = document.querySelector("#stage svg"), width = svg.width.baseVal.value, height = svg.height.baseVal.value;
  const layers = { partials: svg.querySelector(".partials"), front: svg.appendChild(document.createElementNS(svg.namespaceURI, "g")) };
  const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
  let at = 0, timer = null, chosen = null, focused = byId.get(graph.root);

  // -- numbers -------------------------------------------------------------------------------------

  // Four significant digits as Python's "%.4g" sets them: ties go to the even digit.
  function figure(x) {
    if (x === 0) return "0";
    const size = Math.abs(x);
    const exact = size.toExponential(60);
    let [digits, exponent] = size.toExponential(3).split("e");
    if (/^\d\.\d{3}50*e/.test(exact) && Number(exact[4]) % 2 === 0) [digits, exponent] = [exact.slice(0, 5), exact.split("e")[1]];
    const e = Number(exponent);
    const text = e < -4 || e >= 4 ? `${Number(digits)}e${e < 0 ? "−" : ""}${Math.abs(e)}` : String(Number(`${digits}e${e}`));
    return (x < 0 ? "−" : "") + text;
  }
  // All digits, for hovering.
  const full = (x) => String(x === 0 ? 0 : x).replace("e+", "e").replaceAll("-", "−");
  const sign = (x) => (x > 0 ? "pos" : x < 0 ? "neg" : "");
  const aligned = (x) => (x < 0 ? "" : "\u00a0") + figure(x);

  // The state after step k: which data are known, and the adjoints with what has flowed into them.
  function stateAt(k) {
    const state = { known: new Set(), adjoint: new Map(), fed: new Map(), passed: new Map(), settled: new Set() };
    for (const node of graph.nodes) if (!node.into.length) state.known.add(node);
    for (const { kind, node } of steps.slice(1, k + 1)) {
      if (kind === "forward") state.known.add(node);
      if (kind === "seed") state.adjoint.set(node, 1);
      if (kind !== "backward") continue;
      state.settled.add(node);
      for (const edge of node.into) {
        if (edge.partial === null) continue;
        const source = byId.get(edge.source);
        const share = edge.partial * state.adjoint.get(node);
        state.passed.set(edge, share);
        state.adjoint.set(source, state.adjoint.has(source) ? state.adjoint.get(source) + share : share);
        state.fed.set(source, (state.fed.get(source) ?? []).concat(share));
      }
    }
    return state;
  }

  // -- the picture ---------------------------------------------------------------------------------

  function show(k) {
    at = Math.max(0, Math.min(steps.length - 1, k));
    const step = steps[at], state = stateAt(at);
    const active = new Set(step.kind === "backward" || step.kind === "forward" ? step.node.into : []);
    const targets = new Set(step.kind === "backward" ? step.node.into.filter((edge) => edge.partial !== null).map((edge) => byId.get(edge.source)) : []);
    for (const node of graph.nodes) showNode(node, state, step.node === node, targets.has(node));
    for (const edge of edges) showEdge(edge, state, active.has(edge));
    spellOut(step, state);
    showPanel(step, state);
    showChosen(state);
    $("scrub").value = at;
    $("scrub").setAttribute("aria-valuetext", `${step.kind} ${step.node?.name ?? ""}`);
    $("count").textContent = `${at} of ${steps.length - 1}`;
    for (const id of ["first", "back"]) $(id).disabled = at === 0;
    for (const id of ["next", "last"]) $(id).disabled = at === steps.length - 1;
    if (step.node) reveal(step.node.element);
  }

  function showNode(node, state, current, fed) {
    const { classList } = node.element;
    classList.toggle("waiting", !state.known.has(node));
    classList.toggle("current", current);
    classList.toggle("fed", fed);
    if (node.constant) return;
    node.texts.data.textContent = state.known.has(node) ? aligned(node.data) : "";
    const adjoint = state.adjoint.get(node), { grad, gradName, title } = node.texts;
    const partly = adjoint !== undefined && node.out.length > (state.fed.get(node)?.length ?? 0);
    gradName.textContent = partly && node.id !== graph.root ? "sum" : "grad";
    grad.textContent = adjoint === undefined ? "" : aligned(adjoint);
    grad.setAttribute("class", `value grad ${sign(adjoint ?? 0)}`);
    if (adjoint === undefined) delete node.element.dataset.grad;
    else node.element.dataset.grad = adjoint;
    title.textContent = `${node.name}${state.known.has(node) ? `, data ${full(node.data)}` : ""}${adjoint === undefined ? "" : `, ${gradName.textContent} ${full(adjoint)}`}`;
  }

  function showEdge(edge, state, active) {
    edge.element.classList.toggle("active", active);
    edge.element.classList.toggle("quiet", !state.known.has(byId.get(edge.target)));
    if (!edge.label) return;
    edge.label.classList.toggle("quiet", !state.known.has(byId.get(edge.target)));
    const passed = state.passed.get(edge);
    edge.label.classList.toggle("active", active);
    edge.label.classList.toggle("passed", passed !== undefined);
    write(edge, [passed ?? edge.partial].map(figure), passed ?? edge.partial);
    edge.label.querySelector("title").textContent = full(passed ?? edge.partial);
    layers.partials.append(edge.label);
  }

  // The lines of a label in a box of their size.
  function write(edge, lines, coloured) {
    const [box, words] = ["rect", "text"].map((part) => edge.label.querySelector(part));
    const width = Math.max(...lines.map((line) => line.length)) * 6.05 + (lines.length > 1 ? 10 : 2);
    const height = 13 * lines.length;
    const spans = lines.map((line, n) => {
      const span = document.createElementNS(svg.namespaceURI, "tspan");
      span.textContent = line;
      span.setAttribute("x", lines.length > 1 ? width / 2 - 5 : 0);
      span.setAttribute("y", 3.5 - height / 2 + 13 * n + 6.5);
      return span;
    });
    words.replaceChildren(...spans);
    words.setAttribute("class", sign(coloured) || "zero");
    words.setAttribute("text-anchor", lines.length > 1 ? "end" : "middle");
    for (const [name, value] of Object.entries({ x: -width / 2, y: -height / 2, width, height })) box.setAttribute(name, value);
  }

  // Adjoint x local derivative = contribution, on the edges of the node that is settled: in front of
  // everything, on as many edges as there is room for. All of them stand in the panel.
  function spellOut(step, state) {
    const taken = [];
    for (const edge of step.kind === "backward" ? step.node.into : []) {
      if (!edge.label) continue;
      layers.front.append(edge.label);
      const { e: x, f: y } = edge.label.transform.baseVal[0].matrix;
      if (taken.some(([u, v]) => Math.abs(u - x) < 90 && Math.abs(v - y) < 40)) continue;
      taken.push([x, y]);
      const passed = state.passed.get(edge);
      write(edge, [figure(state.adjoint.get(step.node)), `× ${figure(edge.partial)}`, `= ${figure(passed)}`], passed);
    }
  }

  function reveal(element) {
    const stage = $("stage"), frame = stage.getBoundingClientRect(), box = element.getBoundingClientRect();
    const shift = (low, high, start, end) => (low < start + 40 ? low - start - 80 : high > end - 40 ? high - end + 80 : 0);
    stage.scrollBy({
      left: shift(box.left, box.right, frame.left, frame.right),
      top: shift(box.top, box.bottom, frame.top, frame.bottom),
      behavior: reduced.matches ? "auto" : "smooth",
    });
  }

  // -- words ---------------------------------------------------------------------------------------

  function element(tag, content, className) {
    const found = document.createElement(tag);
    if (className) found.className = className;
    found.append(...[content].flat());
    return found;
  }
  const tags = { base: "span", sub: "sub", sup: "sup" };
  const set = (runs, className) => element("span", runs.map(([text, level]) => element(tags[level], text)), className);
  const named = (node) => set(node.runs, "name");
  const formula = (node) => set(node.formula, "formula");
  const number = (x) => Object.assign(element("td", figure(x), `number ${sign(x)}`), { title: full(x) });

  function fill(table, rows) {
    $(table).hidden = rows.length === 0;
    $(table).tBodies[0].replaceChildren(...rows.map((cells) => element("tr", cells)));
  }

  function showPanel(step, state) {
    const passing = step.kind === "backward" ? step.node.into.filter((edge) => edge.partial !== null) : [];
    const fed = [...new Set(passing.map((edge) => byId.get(edge.source)))];
    $("phase").textContent = step.kind === "seed" || step.kind === "backward" ? "Backward" : "Forward";
    $("narration").replaceChildren(...narration(step, state, fed));
    fill("products", passing.map((edge) => [
      element("td", named(byId.get(edge.source))), number(state.adjoint.get(step.node)), element("td", "×"),
      number(edge.partial), element("td", "="), number(state.passed.get(edge)),
    ]));
    fill("sums", fed.filter((node) => node.out.length > 1).map((node) => [
      element("td", named(node)), element("td", running(node, state), "number"),
    ]));
  }

  function running(node, state) {
    const shares = state.fed.get(node), shown = shares.slice(-6).map(figure);
    const before = shares.length > 6 ? "… + " : "";
    const waits = node.out.length - shares.length;
    return `${before}${shown.join(" + ")} = ${figure(state.adjoint.get(node))}${waits ? `, ${waits} still to come` : ""}`;
  }

  function narration({ kind, node }, state, fed) {
    if (kind === "start") return ["The leaves and constants hold their numbers. Step forward to compute the rest."];
    if (kind === "forward") return [named(node), " is computed: ", formula(node), ` = ${figure(node.data)}.`];
    if (kind === "seed") return ["The backward pass begins: the derivative of ", named(node), " by itself is 1."];
    const shares = state.fed.get(node) ?? [];
    const sum = shares.length > 1 ? `, the sum over the ${shares.length} edges out of it` : "";
    const to = fed.length === 1 ? named(fed[0]) : `${fed.length} nodes`;
    const given = fed.length ? [" It passes its adjoint times each local derivative to ", to, "."] : [];
    const done = at === steps.length - 1 ? " The pass is complete." : "";
    return [named(node), ` is settled: its grad is ${figure(state.adjoint.get(node))}${sum}.`, ...given, done];
  }

  // -- a chosen node -------------------------------------------------------------------------------

  function choose(node) {
    chosen = node;
    if (node) {
      focused.element.tabIndex = -1;
      focused = node;
      node.element.tabIndex = 0;
    }
    showChosen(stateAt(at));
  }

  // Every path from a node to the root as a list of edges; the first few of them.
  function paths(node, most) {
    const found = [], stack = [[node, []]];
    while (stack.length && found.length < most) {
      const [end, taken] = stack.pop();
      if (end.id === graph.root) found.push(taken);
      else for (const edge of end.out.toReversed()) stack.push([byId.get(edge.target), [...taken, edge]]);
    }
    return found;
  }

  function countPaths(node) {
    const count = new Map([[byId.get(graph.root), 1]]);
    for (const id of graph.order.toReversed()) {
      for (const edge of byId.get(id).into) {
        const source = byId.get(edge.source);
        count.set(source, (count.get(source) ?? 0) + (count.get(byId.get(id)) ?? 0));
      }
    }
    return count.get(node) ?? 0;
  }

  function onRoute(node) {
    const reached = new Set([node]), route = new Set();
    for (const end of reached) for (const edge of end.out) { // grows while it is read
      route.add(edge);
      reached.add(byId.get(edge.target));
    }
    return route;
  }

  function showChosen(state) {
    const route = chosen && !chosen.constant ? onRoute(chosen) : new Set();
    for (const edge of edges) edge.element.classList.toggle("route", route.has(edge));
    for (const node of graph.nodes) node.element.classList.toggle("chosen", node === chosen);
    const hint = element("p", "Click a node, or reach it with the up and down arrows.", "hint");
    const parts = chosen ? described(chosen, state) : [hint];
    $("details").replaceChildren(element("h2", "Node"), ...parts);
  }

  function described(node, state) {
    const parts = [element("p", node.formula.length ? [named(node), " = ", formula(node)] : [named(node)])];
    if (node.constant) return [...parts, element("p", "A constant: it takes no part in the backward pass.")];
    parts.push(Object.assign(element("p", `data ${figure(node.data)}`, "mono"), { title: full(node.data) }));
    const adjoint = state.adjoint.get(node);
    const grad = element("p", `grad ${adjoint === undefined ? "not computed yet" : figure(adjoint)}`, "mono");
    parts.push(adjoint === undefined ? grad : Object.assign(grad, { title: full(adjoint) }));
    for (const edge of node.into) {
      if (edge.partial !== null) parts.push(element("p", ["local derivative by ", named(byId.get(edge.source)), ` = ${figure(edge.partial)}`]));
    }
    const total = countPaths(node);
    parts.push(element("p", `${total === 1 ? "One path leads" : `${figure(total)} paths lead`} to the root. The factors on the way:`));
    for (const taken of paths(node, 4)) {
      const product = taken.reduce((x, edge) => x * edge.partial, 1);
      const factors = taken.length ? taken.map((edge) => figure(edge.partial)).join(" × ") : "1";
      parts.push(element("p", taken.length > 1 ? `${factors} = ${figure(product)}` : factors, "mono"));
    }
    if (total > 4) parts.push(element("p", "… and the others", "hint"));
    return parts;
  }

  // -- controls ------------------------------------------------------------------------------------

  function play(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => (at < steps.length - 1 ? show(at + 1) : play(false)), 900) : null;
    if (on) show(at === steps.length - 1 ? 0 : at + 1);
    $("play").textContent = on ? "Pause" : "Play";
    $("play").setAttribute("aria-label", on ? "Pause" : "Play");
  }
  const go = (k) => { play(false); show(k); };

  function moveFocus(by) {
    const n = graph.nodes.indexOf(focused);
    const next = graph.nodes[Math.max(0, Math.min(graph.nodes.length - 1, n + by))];
    choose(next);
    next.element.focus({ preventScroll: true });
    reveal(next.element);
  }

  const keys = {
    ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(steps.length - 1),
    " ": () => play(timer === null), ArrowUp: () => moveFocus(-1), ArrowDown: () => moveFocus(1), Escape: () => choose(null),
  };
  document.addEventListener("keydown", (event) => {
    const native = event.key === " " && event.target.tagName === "BUTTON";
    if (!(event.key in keys) || native || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  $("first").addEventListener("click", () => go(0));
  $("back").addEventListener("click", () => go(at - 1));
  $("play").addEventListener("click", () => play(timer === null));
  $("next").addEventListener("click", () => go(at + 1));
  $("last").addEventListener("click", () => go(steps.length - 1));
  $("scrub").addEventListener("input", (event) => go(Number(event.target.value)));

  function fit(on) {
    const stage = $("stage");
    const scale = on ? Math.min(1, stage.clientWidth / width, stage.clientHeight / height) : 1;
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    $("zoom").setAttribute("aria-pressed", on);
    $("zoom").textContent = on ? "Full size" : "Fit";
  }
  $("zoom").addEventListener("click", () => fit($("zoom").getAttribute("aria-pressed") === "false"));

  for (const node of graph.nodes) {
    node.element.setAttribute("role", "button");
    node.element.tabIndex = node === focused ? 0 : -1;
    node.element.addEventListener("click", () => choose(node));
    node.element.addEventListener("focus", () => choose(node));
  }
  svg.setAttribute("role", "group");
  $("scrub").max = steps.length - 1;
  $("controls").hidden = $("panel").hidden = false;
  fit($("stage").clientWidth > 0.7 * width && $("stage").clientHeight > 0.7 * height);
  show(0);
})();
