// Reading an answer, as microbp/exercises/reading.py does: the same grammar, its table of words, its sentences.
//
// rules holds what Python says once: words (spelling to kind and meaning), sentences, limits. A tree is a list:
// ["number", text], ["name", label], ["constant", name], [sign, x, y], ["neg", x] or ["call", function, x, ...].
import { DivisionByZeroError, MicrobpError, shorten } from "./errors.js";
import { Value, ops } from "./engine.js";

export class Unreadable extends Error {}

const NUMERAL = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+\u2212]?[0-9]+(?![0-9]))?/y;
const WITH_COMMA = /(?<![0-9.,])([-+\u2212]?[0-9]+),([0-9]+)(?![0-9.,])/g;

export function say(rules, name, ...given) {
  return rules.sentences[name].replace(/\{(\d)\}/g, (_, n) => given[n]);
}

export function refuse(rules, name, ...given) {
  throw new Unreadable(say(rules, name, ...given));
}

export const quoted = (text) => `'${shorten(text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/g, "\ufffd"))}'`;

// -- words -----------------------------------------------------------------------------------------

function words(text, table, rules) {
  const size = [...text].length;
  if (size > rules.longest) refuse(rules, "long", size, rules.longest);
  const found = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at += 1;
      continue;
    }
    NUMERAL.lastIndex = at;
    const number = NUMERAL.exec(text);
    if (number) {
      found.push({ kind: "number", value: checked(number[0], rules), text: number[0] });
      at += number[0].length;
      continue;
    }
    let length = Math.min(rules.longestWord, text.length - at);
    while (length && !table.has(text.slice(at, at + length))) length -= 1;
    if (!length) refuse(rules, "unknown", quoted(text.slice(at).split(/\s/)[0]), known(table, rules));
    const spelled = text.slice(at, at + length), [kind, value] = table.get(spelled);
    if (kind !== "skip") found.push({ kind, value, text: spelled });
    at += length;
  }
  return found;
}

function checked(number, rules) {
  const plain = number.replace("\u2212", "-");
  const [mantissa, exponent = ""] = plain.toLowerCase().split("e");
  if (mantissa.length > rules.digits || exponent.length > 4 || Math.abs(Number(exponent)) > rules.largestPower) {
    refuse(rules, "digits", shorten(plain), rules.digits, rules.largestPower);
  }
  return plain;
}

function known(table, rules) {
  const names = new Set([...table.values()].filter(([kind]) => kind === "name").map(([, label]) => label));
  return names.size ? say(rules, "names", [...names].join(", ")) : "";
}

// What stands after the last equals sign; a comma in a decimal made a point.
export function afterTheSign(text, rules) {
  const last = text.split(/[=\u2248]/).at(-1);
  if (last.includes("(")) return last;
  for (const [, before, after] of last.matchAll(WITH_COMMA)) {
    const digits = before.replace(/^[-+\u2212]+/, "");
    if (after.length === 3 && digits.length <= 3 && digits !== "0") refuse(rules, "thousands", before, after);
  }
  return last.replace(WITH_COMMA, "$1.$2");
}

// -- the grammar -----------------------------------------------------------------------------------

export function parse(text, table, rules) {
  const found = words(afterTheSign(text, rules), table, rules);
  if (!found.length) refuse(rules, "empty");
  const reader = new Reader(found, rules), tree = reader.sum();
  if (reader.at < found.length) {
    const word = found[reader.at];
    if (word.value === ",") refuse(rules, "comma", quoted(text.trim()));
    refuse(rules, "on", quoted(word.text));
  }
  return tree;
}

class Reader {
  constructor(found, rules) {
    this.words = found;
    this.rules = rules;
    this.at = 0;
    this.depth = 0;
  }

  get word() { return this.words[this.at]; }

  refuse(name, ...given) { refuse(this.rules, name, ...given); }

  next(...signs) {
    if (this.word?.kind !== "sign" || !signs.includes(this.word.value)) return "";
    this.at += 1;
    return this.words[this.at - 1].value;
  }

  starts(...kinds) {
    return Boolean(this.word) && (kinds.includes(this.word.kind) || (this.word.kind === "sign" && ["(", "frac"].includes(this.word.value)));
  }

  deeper(sentence) {
    this.depth += 1;
    if (this.depth > this.rules.deepest) this.refuse(sentence);
  }

  sum() {
    this.deeper("deep");
    let left = this.product(), sign;
    while ((sign = this.next("+", "-"))) left = [sign, left, this.product()];
    this.depth -= 1;
    return left;
  }

  product() {
    let left = this.signed(), divided = false;
    for (;;) {
      const sign = this.next("*", "/");
      if (sign) {
        left = [sign, left, this.signed()];
        divided = sign === "/";
      } else if (this.starts("name", "function", "constant")) {
        if (divided) this.refuse("two_ways", quoted(this.word.text));
        left = ["*", left, this.power()];
      } else if (this.word?.kind === "number") {
        this.refuse("sign", quoted(this.word.text));
      } else {
        return left;
      }
    }
  }

  signed() {
    this.deeper("signs");
    const sign = this.next("+", "-");
    const tree = sign === "-" ? ["neg", this.signed()] : sign ? this.signed() : this.power();
    this.depth -= 1;
    return tree;
  }

  power() {
    const base = this.atom();
    const exponent = this.exponent();
    return exponent ? ["^", base, exponent] : base;
  }

  exponent() {
    if (this.next("^")) return this.signed();
    if (this.word?.kind !== "power") return null;
    this.at += 1;
    return ["number", this.words[this.at - 1].value];
  }

  atom() {
    if (!this.word) this.refuse("end");
    if (this.next("(")) return this.closed(this.sum());
    if (this.next("frac")) return ["/", this.group(), this.group()];
    const { kind, value, text } = this.word;
    this.at += 1;
    if (["number", "name", "constant"].includes(kind)) return [kind, value];
    if (kind === "function") return this.call(value, text);
    return this.refuse("before", quoted(text));
  }

  // What belongs to a LaTeX command: the next brackets, or the next digit of \frac12.
  group() {
    if (this.next("(")) return this.closed(this.sum());
    if (this.word?.kind === "number" && /^[0-9]{2}$/.test(this.word.text)) {
      this.words.splice(this.at, 1, ...[...this.word.text].map((d) => ({ kind: "number", value: d, text: d })));
    }
    return this.atom();
  }

  closed(tree) {
    if (!this.next(")")) this.word ? this.refuse("unclosed", quoted(this.word.text)) : this.refuse("closing");
    return tree;
  }

  call(name, text) {
    const exponent = this.exponent();
    let args;
    if (this.next("(")) {
      args = [this.sum()];
      while (this.next(",")) args.push(this.sum());
      this.closed();
    } else if (this.starts("name", "number", "constant", "function")) {
      args = [this.power()];
    } else {
      this.refuse("of_what", text);
    }
    const needed = ["maximum", "minimum"].includes(name) ? 2 : 1;
    if (args.length !== needed) this.refuse("takes", text, needed, args.length);
    const tree = ["call", name, ...args];
    return exponent ? ["^", tree, exponent] : tree;
  }
}

// -- the value -------------------------------------------------------------------------------------

const SIGNS = { "+": ops.add, "-": ops.sub, "*": ops.mul, "/": ops.div };
const CONSTANTS = { e: Math.E, pi: Math.PI };

// A formula with numbers or Values for its names.
export function evaluate(tree, names) {
  const [kind, ...rest] = tree;
  switch (kind) {
    case "number": return numeral(rest[0]);
    case "name": return names.get(rest[0]);
    case "constant": return CONSTANTS[rest[0]];
    case "neg": return ops.neg(evaluate(rest[0], names));
    case "call": return called(rest[0], rest.slice(1).map((part) => evaluate(part, names)));
  }
  const [x, y] = rest.map((part) => evaluate(part, names));
  if (kind !== "^") return SIGNS[kind](x, y);
  return y === 2 ? ops.square(x) : ops.pow(x, y);
}

export function numeral(text) {
  const [above, below = "1"] = text.split("/");
  return Number(above) / Number(below);
}

function called(name, args) {
  if (!name.endsWith("'")) return ops[name](...args);
  return ops[name.slice(0, -1)](new Value(args[0])).partials[0];
}

// The number that an answer gives.
export function value(tree, names, rules) {
  try {
    const found = evaluate(tree, names);
    if (Number.isFinite(found)) return found;
  } catch (error) {
    if (error instanceof DivisionByZeroError) refuse(rules, "zero");
    if (!(error instanceof MicrobpError)) throw error;
  }
  return refuse(rules, "no_value");
}

export const isBare = (tree) => tree[0] === "number" || (tree[0] === "neg" && isBare(tree[1]));

export function hasDecimals(tree) {
  if (tree[0] === "number") return /[.e]/i.test(tree[1]);
  return tree.some((part) => Array.isArray(part) && hasDecimals(part));
}
