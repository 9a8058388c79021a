// How numbers are set and read, as in microbp/viz/figures.py.

// Significant digits as Python's "%.4g" sets them: ties go to the even digit.
export function figure(x, digits = 4) {
  if (x === 0) return "0";
  if (Number.isNaN(x)) return "undefined";
  const size = Math.abs(x), half = new RegExp(`^\\d\\.?\\d{${digits - 1}}50*e`);
  let [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  const exact = half.test(size.toExponential(digits + 12)) ? size.toExponential(60) : "";
  const last = digits > 1 ? digits : 0; // the place of the last digit
  if (half.test(exact) && Number(exact[last]) % 2 === 0) [mantissa, exponent] = [exact.slice(0, last + 1), exact.split("e")[1]];
  const e = Number(exponent);
  const text = e < -4 || e >= digits ? `${Number(mantissa)}e${e < 0 ? "−" : ""}${Math.abs(e)}` : String(Number(`${mantissa}e${e}`));
  return (x < 0 ? "−" : "") + text;
}

// With as many of the digits as there is room for.
export function fitted(x, room) {
  let digits = 4, text = figure(x);
  while (text.length > room && digits > 1) text = figure(x, --digits);
  return text;
}

export const full = (x) => String(x === 0 ? 0 : x).replace("e+", "e").replaceAll("-", "−");
export const sign = (x) => (x > 0 ? "pos" : x < 0 ? "neg" : "zero");
export const aligned = (text) => (text.startsWith("−") ? text : `\u00a0${text}`);
export const signed = (x) => (x > 0 ? `+${figure(x)}` : figure(x));

// The width of a line for a number: from 0.8 at 0 towards 4.
export const weight = (x) => 0.8 + 3.2 * (Math.abs(x) < 1e300 ? Math.abs(x) / (1 + Math.abs(x)) : 1);

// The number that was typed: 0.5, 0,5, −1, 3/4, 1e-3; NaN for anything else.
export function read(text) {
  const [above, below, ...more] = text.trim().replaceAll("−", "-").replace(",", ".").split("/").map(decimal);
  return more.length ? NaN : below === undefined ? above : above / below;
}
const decimal = (text) => (/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : NaN);

// A step that is small beside the number: a hundredth near 1.
export function stepOf(x) {
  const size = Math.abs(x);
  return size < 0.1 && size > 0 ? 10 ** (Math.floor(Math.log10(size)) - 2) : size < 10 ? 0.01 : 10 ** (Math.floor(Math.log10(size)) - 2);
}
export const rounded = (x, step) => Number((Math.round(x / step) * step).toPrecision(12));
