// A function of x1 and x2 that a reader typed: parsed here (no eval), evaluated, and written for Python.
//   sum := product (("+" | "-") product)*     product := sign (("*" | "/") sign)*
//   sign := "-" sign | power                  power := atom (("^" | "**") sign)?

const FUNCTIONS = {
  sin: Math.sin, cos: Math.cos, tan: Math.tan, tanh: Math.tanh, exp: Math.exp, log: Math.log, sqrt: Math.sqrt, abs: Math.abs,
};
const NAMES = { x1: 0, x2: 1, x: 0, y: 1 };
const LONGEST = 200;

// {f, python, calls}; throws an Error with what is wrong and where.
export function parse(text) {
  if (text.length > LONGEST) throw new Error(`a formula has at most ${LONGEST} characters`);
  const tokens = [...text.matchAll(/\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[a-z]\w*|\*\*|[-+*/^()])|\s*(\S)/giy)];
  const calls = new Set();
  let at = 0;
  const bad = tokens.find((token) => token[2]);
  if (bad) throw new Error(`“${bad[2]}” is no part of a formula`);
  const look = () => tokens[at]?.[1];
  const take = (...wanted) => (wanted.includes(look()) ? tokens[at++][1] : null);
  const need = (sign) => { if (!take(sign)) throw new Error(look() ? `${sign} is missing before “${look()}”` : `${sign} is missing at the end`); };

  function sum() {
    let left = product();
    for (let sign; (sign = take("+", "-"));) left = joined(left, sign, product(), 1);
    return left;
  }
  function product() {
    let left = signed();
    for (let sign; (sign = take("*", "/"));) left = joined(left, sign, signed(), 2);
    return left;
  }
  function joined(a, sign, b, level) {
    const f = { "+": (x, y) => a.f(x, y) + b.f(x, y), "-": (x, y) => a.f(x, y) - b.f(x, y),
                "*": (x, y) => a.f(x, y) * b.f(x, y), "/": (x, y) => a.f(x, y) / b.f(x, y) }[sign];
    return { f, level, python: `${inside(a, level)} ${sign} ${inside(b, level + 1)}` };
  }
  function signed() {
    if (!take("-")) return power();
    const a = signed();
    return { f: (x, y) => -a.f(x, y), level: 2, python: `-${inside(a, 2)}` };
  }
  function power() {
    const a = atom();
    if (!take("^", "**")) return a;
    const b = signed();
    return { f: (x, y) => a.f(x, y) ** b.f(x, y), level: 3, python: `${inside(a, 4)} ** ${inside(b, 3)}` };
  }
  function atom() {
    const token = look();
    if (token === undefined) throw new Error("the formula ends too early");
    at++;
    if (token === "(") {
      const inner = sum();
      need(")");
      return inner;
    }
    if (/^[\d.]/.test(token)) return { f: () => Number(token), level: 4, python: String(Number(token)) };
    const name = token.toLowerCase();
    if (Object.hasOwn(NAMES, name)) return { f: (...xs) => xs[NAMES[name]], level: 4, python: `x${NAMES[name] + 1}` };
    if (name === "pi") return { f: () => Math.PI, level: 4, python: calls.add("pi") && "pi" };
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`“${token}” is unknown: use x1, x2, pi and ${Object.keys(FUNCTIONS).join(", ")}`);
    need("(");
    const a = sum();
    need(")");
    if (name !== "abs") calls.add(name);
    return { f: (x, y) => FUNCTIONS[name](a.f(x, y)), level: 4, python: `${name}(${a.python})` };
  }

  const found = sum();
  if (at < tokens.length) throw new Error(`“${look()}” is not expected here`);
  return { f: found.f, python: found.python, calls: [...calls].sort() };
}

const inside = (part, level) => (part.level < level ? `(${part.python})` : part.python);
