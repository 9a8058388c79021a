// Formulas and numbers as text, as microbp.inspect.notation writes them for a terminal.
import { repr } from "../pages/errors.js";
import { isNumber } from "./symbols.js";

export const PRODUCT = 1; // how tightly something binds, as SUM, POWER and CALL
const SUM = 0, POWER = 2, CALL = 3;
const SHOWN = 6; // factors or terms
const OPENING = ["{", "(", "|", ",", "&"], CLOSING = ["}", ")", "|", ",", "&"];
const RELATIONS = { "==": "=", "!=": "≠", "<=": "≤", ">=": "≥" };
const KNOWN = [
  [Math.LN2, "ln 2", CALL], [Math.LN10, "ln 10", CALL], [Math.sqrt(0.5), "√½", CALL],
  [Math.sqrt(2 * Math.PI), "√(2π)", CALL], [2 / Math.sqrt(Math.PI), "2/√π", PRODUCT],
];

// Six digits as Python's "%.6g" sets them: ties go to the even digit.
export function short(x) {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return String(x);
  let [digits, exponent] = Math.abs(x).toExponential(5).split("e");
  const exact = Math.abs(x).toExponential(60);
  if (/^\d\.\d{5}50*e/.test(exact) && Number(exact[6]) % 2 === 0) [digits, exponent] = [exact.slice(0, 7), exact.split("e")[1]];
  const e = Number(exponent), sign = x < 0 ? "-" : "";
  if (e < -4 || e >= 6) return `${sign}${String(Number(digits))}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
  return sign + plain(digits.replace(".", ""), e);
}

// Digits with the point after the first, moved by e places; zeros at the end left out.
function plain(digits, e) {
  const text = e < 0 ? `0.${"0".repeat(-e - 1)}${digits}` : `${digits.slice(0, e + 1)}.${digits.slice(e + 1)}`;
  return text.replace(/\.?0+$/, "");
}

export const signed = (x) => (x < 0 ? `(${short(x)})` : short(x));

const exact = (x) => (Number.isInteger(x) && Math.abs(x) < 1e15 ? String(x) : repr(x));

function known(x) {
  const found = KNOWN.find(([number]) => number === x);
  if (found || repr(x).length < 8 || !(x > 1e-6 && x < 1)) return found?.slice(1);
  const n = Math.round(1 / x);
  return 1 / n === x ? [`1/${n}`, PRODUCT] : undefined;
}

export class Writer {
  // rows: for each row [how tightly it binds, its text for a terminal]; numbers: put them in for the names.
  constructor(rows, numbers = false) {
    this.rows = rows;
    this.numbers = numbers;
  }

  // The formula, in parentheses if it binds less tightly than asked.
  text(formula, asked = SUM) {
    const [written, level] = this.write(formula);
    return level >= asked ? written : `(${written})`;
  }

  write(formula) {
    if (isNumber(formula)) return this.constant(formula);
    if (formula.name) return this.named(formula);
    const { op, sign, args } = formula;
    if (sign) return [args.map((a) => this.write(a)[0]).join(` ${RELATIONS[sign] ?? sign} `), SUM - 1];
    if (op === "where") return [this.cases(formula), CALL];
    if (op === "mul" || op === "prod") return [elided(args.map((a) => this.text(a, PRODUCT))).join(" · "), PRODUCT];
    if (op === "sum") return [elided(args.map((a) => this.text(a, PRODUCT))).join(" + "), SUM];
    const [level, template] = this.rows[op];
    return [this.filled(template || `${op}(${elided(args.map((_, i) => `{${i}}`)).join(", ")})`, op, level, args), level];
  }

  constant(x) {
    return (!this.numbers && known(x)) || digits(this.numbers ? short(x) : exact(x));
  }

  named({ name, value }) {
    if (this.numbers) return digits(short(value));
    return [name, /[⁰-⁹⁽⁾¹²³^]/.test(name) ? POWER : CALL];
  }

  cases(formula) {
    const branches = [];
    let rest = formula;
    for (; rest.op === "where"; rest = rest.args[2]) branches.push(`${this.write(rest.args[1])[0]} if ${this.write(rest.args[0])[0]}`);
    return `{${[...branches, `${this.write(rest)[0]} otherwise`].join("; ")}}`;
  }

  filled(template, op, level, args) {
    return template.replace(/\{(\d+)\}/g, (place, i, start) => {
      if (Number(i) >= args.length) return place;
      const before = template.slice(0, start).trimEnd(), after = template.slice(start + place.length).trimStart();
      const x = args[i];
      if (after[0] === "^" || after[0] === "²") return this.text(x, isNumber(x) || x.name ? CALL : CALL + 1);
      if (before.endsWith("^")) return this.text(x, CALL);
      if (OPENING.some((sign) => before.endsWith(sign)) && CLOSING.some((sign) => after.startsWith(sign))) return this.text(x, SUM);
      return this.text(x, Math.min(level, SUM + 1) + (before !== "" && level !== CALL && op !== "add" ? 1 : 0));
    });
  }
}

const digits = (text) => [text, text.startsWith("-") ? SUM : CALL];

export const elided = (parts) => (parts.length <= SHOWN ? parts : [...parts.slice(0, SHOWN - 2), "⋯", parts.at(-1)]);
