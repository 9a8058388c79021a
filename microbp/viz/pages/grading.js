// Grading an answer, as microbp/exercises/grade.py does. A task holds, from Python: form, slack, options, and as
// formulas over its graph the lines, the key and every known mistake. The graph is computed here, by engine.js.
import { Value, backward, ops } from "./engine.js";
import { evaluate, hasDecimals, isBare, numeral, parse, quoted, refuse, say, value } from "./reading.js";

// The names of a task with their numbers, the local derivatives of its graph among them.
export function computed(task) {
  const nodes = new Map(task.numbers.map(([label, x]) => [label, new Value(numeral(x), label)]));
  const operand = (a) => (Array.isArray(a) ? a.map(operand) : typeof a === "string" ? nodes.get(a) : a);
  for (const [label, formula, args] of task.lines) {
    nodes.set(label, args ? ops[formula](...operand(args)) : evaluate(formula, nodes));
  }
  const names = new Map([...nodes].map(([label, node]) => [label, typeof node === "number" ? node : node.data]));
  for (const [name, label, which, after] of task.slopes) {
    const node = nodes.get(label);
    names.set(name, (after ? atItsValue(node) : node).partials[which]);
  }
  return { names, nodes };
}

// The operation again with its own result for every argument: where a local derivative is taken after instead of before.
function atItsValue(node) {
  const z = () => new Value(node.data);
  return node.op.vectors.length ? ops[node.op.name](...listsOf(node, z)) : ops[node.op.name](...node.args.map(z));
}

function listsOf(node, z) {
  const { vectors } = node.op, lists = vectors.filter(Boolean).length;
  const size = (node.args.length - vectors.length + lists) / lists;
  return vectors.map((isList) => (isList ? Array.from({ length: size }, z) : z()));
}

// The derivatives that the engine's sweep finds, where the task is a graph: a check of the key.
export function swept(task, { nodes }) {
  const root = nodes.get(task.output);
  backward(root);
  return nodes.get(task.leaf).grad;
}

export class Grader {
  constructor(task, rules) {
    this.task = task;
    this.rules = rules;
    this.computed = computed(task);
    this.table = new Map([...rules.words, ...task.words]);
    this.right = this.rows(task.key);
    this.mistakes = task.mistakes.map((m) => ({ ...m, answer: this.rows(m.formula) }));
  }

  rows(formulas) {
    return typeof formulas === "string" ? formulas : formulas.map((row) => row.map((cell) => evaluate(cell, this.computed.names)));
  }

  // What is to be said about an answer: { right, text }; or an Unreadable with a sentence.
  grade(text) {
    const given = this.read(text);
    const right = means(given, this.right, this.rules);
    if (!right && isNear(given, this.right, this.rules)) refuse(this.rules, "coarse", this.shown(valueOf(given)));
    const found = right
      ? this.mistakes.filter((m) => equal(m.answer, this.right, this.rules))
      : this.mistakes.filter((m) => means(given, m.answer, this.rules));
    return { right, text: this.verdict(right, right ? this.right : valueOf(given), found) };
  }

  read(text) {
    const { form, slack, options } = this.task;
    if (form === "choice") return letters(text, options, this.rules);
    if (form === "number") return [[this.number(text, slack)]];
    const last = text.split("=").at(-1).trim();
    if (form === "shape") return shape(last, text, this.rules);
    return table(last, this.rules).map((row) => row.map((cell) => this.number(cell, slack)));
  }

  // A number, and how far from it the number meant may lie; see Given in grade.py.
  number(text, slack) {
    const tree = parse(text, this.table, this.rules), x = value(tree, this.computed.names, this.rules);
    if (!isBare(tree)) return { value: x, tolerance: 0, slack: hasDecimals(tree) ? slack : 0, coarse: 0 };
    let bare = tree;
    while (bare[0] === "neg") bare = bare[1];
    const [mantissa, exponent = "0"] = bare[1].toLowerCase().split("e");
    const places = (mantissa.split(".")[1] ?? "").length - Number(exponent);
    const half = 0.5 * 10 ** -places, isDecimal = mantissa.includes(".");
    if (!slack) return { value: x, tolerance: isDecimal && places >= this.rules.places ? half : 0, slack: 0, coarse: 0 };
    const digits = mantissa.replace(".", "").replace(/^0+/, "").length;
    if (isDecimal && digits >= this.rules.places) return { value: x, tolerance: half, slack, coarse: 0 };
    return { value: x, tolerance: 0, slack, coarse: isDecimal ? half : 0 };
  }

  verdict(right, answer, mistakes) {
    const names = [...new Set(mistakes.map((m) => m.name))];
    if (right) return say(this.rules, "right", this.shown(answer)) + (names.length ? say(this.rules, "unseen", names.join(", ")) : "");
    const head = say(this.rules, "wrong", this.shown(answer));
    if (!names.length) return head + say(this.rules, "no_mistake");
    const lines = names.map((name) => {
      const same = mistakes.filter((m) => m.name === name);
      return `- ${name} (${same.map((m) => m.where).join("; or ")}): ${same[0].advice}.`;
    });
    return [head + (names.length > 1 ? say(this.rules, "several", names.length) : ""), ...lines].join("\n");
  }

  shown(x) {
    if (typeof x === "string") return [...x].join(", ");
    const one = x.length === 1 && x[0].length === 1;
    const cell = this.task.slack || this.task.form !== "number" ? sixDigits : fraction;
    const rows = x.map((row) => row.map(cell).join(", "));
    return one ? rows[0] : `[${rows.map((row) => `[${row}]`).join(", ")}]`;
  }
}

// -- comparing -------------------------------------------------------------------------------------

const isText = (x) => typeof x === "string";
const valueOf = (given) => (isText(given) ? given : given.map((row) => row.map((cell) => cell.value)));
const shapeOf = (rows) => rows.map((row) => row.length).join();

function everyCell(given, x, holds) {
  if (isText(given) || isText(x)) return given === x;
  return shapeOf(given) === shapeOf(x) && given.every((row, j) => row.every((cell, k) => holds(cell, x[j][k])));
}

function means(given, x, rules) {
  return everyCell(given, x, (cell, number) => meansOne(cell, number, rules));
}

function meansOne({ value: found, tolerance, slack }, x, rules) {
  return Math.abs(found - x) <= Math.max(tolerance * (1 + rules.same), Math.max(slack, rules.same) * Math.abs(x), rules.zero);
}

function isNear(given, x, rules) {
  if (isText(given)) return false;
  return everyCell(given, x, (cell, number) => meansOne(cell, number, rules)
    || (cell.coarse > 0 && Math.abs(cell.value - number) <= cell.coarse * (1 + rules.same)));
}

function equal(x, y, rules) {
  if (isText(x) || isText(y)) return x === y;
  return everyCell(x, y, (a, b) => Math.abs(a - b) <= Math.max(rules.same * Math.max(Math.abs(a), Math.abs(b)), rules.zero));
}

// -- tables and letters ----------------------------------------------------------------------------

function letters(answer, options, rules) {
  const rest = answer.toUpperCase().replace(/\b(AND|OPTIONS?|ANSWERS?)\b|[\s,;.()&+:]/g, "");
  const last = String.fromCharCode(64 + options);
  if (!rest || [...rest].some((c) => c < "A" || c > last)) refuse(rules, "letters", quoted(answer), last);
  return [...new Set(rest)].sort().join("");
}

function shape(text, answer, rules) {
  const cells = text.replace(/^[()[\] \t$]+|[()[\] \t$]+$/g, "").split(/\s*(?:[x×X]|\\times|by|,|;|\s)\s*/).filter(Boolean);
  if (!cells.length || !cells.every((cell) => /^[0-9]{1,9}$/.test(cell))) refuse(rules, "shape", quoted(answer));
  return [cells.map((cell) => ({ value: Number(cell), tolerance: 0, slack: 0, coarse: 0 }))];
}

const WRAPPED = /^(?:np\.|numpy\.)?(?:array|matrix)\s*\((.*)\)$/s;
const TURNED = /(?:\^\s*(?:T|\{T\}|\\top|\{\\top\})|\.T|ᵀ|⊤)\s*$/;
const LATEX = /^\\begin\{[pb]?matrix\}(.*)\\end\{[pb]?matrix\}$/s;

export function table(given, rules) {
  let text = given.trim().replace(WRAPPED, "$1");
  const turned = TURNED.exec(text);
  text = (turned ? text.slice(0, turned.index) : text).trim().replace(/^\$+|\$+$/g, "").trim();
  const latex = LATEX.exec(text);
  const rows = latex ? latex[1].split("\\\\").filter((row) => row.trim()).map((row) => row.split("&")) : listed(text, Boolean(turned));
  const cells = rows.map((row) => row.map((cell) => cell.trim()));
  if (!cells.length || new Set(cells.map((row) => row.length)).size !== 1 || !cells.every((row) => row.every(Boolean))) {
    refuse(rules, "rows", quoted(text));
  }
  return turned ? cells[0].map((_, k) => cells.map((row) => row[k])) : cells;
}

const opens = (text) => text.startsWith("[") || text.startsWith("(");

function listed(text, turned) {
  const inner = opens(text) && closesLast(text) ? text.slice(1, -1).trim() : text;
  const parts = splitOutside(inner, ",").map((part) => part.trim());
  if (opens(inner) && parts.every((part) => opens(part) && closesLast(part))) return parts.map((part) => splitOutside(part.slice(1, -1), ","));
  const rows = inner.split(/[;\n]/);
  const cells = rows.map((row) => (row.includes(",") || (rows.length === 1 && !row.trim().includes(" ")) ? splitOutside(row, ",") : row.trim().split(/\s+/).filter(Boolean)));
  return cells.length === 1 && cells[0].length > 1 && !turned ? cells[0].map((cell) => [cell]) : cells;
}

function closesLast(text) {
  let depth = 0;
  for (let n = 0; n < text.length; n++) {
    depth += "[({".includes(text[n]) - "])}".includes(text[n]);
    if (!depth) return n === text.length - 1;
  }
  return false;
}

function splitOutside(text, sign) {
  const parts = [""];
  let depth = 0;
  for (const c of text) {
    depth += "[({".includes(c) - "])}".includes(c);
    if (c === sign && !depth) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts;
}

// -- numbers in a sentence -------------------------------------------------------------------------

// A number as Python's %.6g writes it.
export function sixDigits(x) {
  if (x === 0) return "0";
  const [digits, exponent] = x.toExponential(5).split("e"), e = Number(exponent);
  if (e < -4 || e >= 6) return `${trimmed(digits)}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
  return trimmed(x.toFixed(Math.max(0, 5 - e)));
}

const trimmed = (digits) => (digits.includes(".") ? digits.replace(/0+$/, "").replace(/\.$/, "") : digits);

// A number as the simple fraction that it stands for, by its continued fraction.
export function fraction(x) {
  let [h0, h1, k0, k1, rest] = [1, Math.floor(x), 0, 1, x];
  while (Math.abs(h1 / k1 - x) > 1e-13 * Math.max(1, Math.abs(x)) && k1 < 1e6) {
    rest = 1 / (rest - Math.floor(rest));
    [h0, h1, k0, k1] = [h1, Math.floor(rest) * h1 + h0, k1, Math.floor(rest) * k1 + k0];
  }
  if (k1 > 1e6 || Math.abs(h1) > 1e12) return sixDigits(x);
  return k1 === 1 ? String(h1) : `${h1}/${k1}`;
}
