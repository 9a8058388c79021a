// The errors of the library that an engine in a page can meet, with Python's names and messages.

export class MicrobpError extends Error {
  constructor(message) {
    super(message);
    this.name = this.constructor.pythonName;
  }
}

export class DomainError extends MicrobpError { static pythonName = "DomainError"; }
export class DivisionByZeroError extends DomainError { static pythonName = "DivisionByZeroError"; }
export class TooLargeError extends MicrobpError { static pythonName = "RangeError"; } // JavaScript has another RangeError
export class InputTypeError extends MicrobpError { static pythonName = "InputTypeError"; }
export class InputError extends MicrobpError { static pythonName = "InputError"; }
export class ShapeError extends InputError { static pythonName = "ShapeError"; }
export class NotFiniteError extends InputError { static pythonName = "NotFiniteError"; }
export class GradientError extends MicrobpError { static pythonName = "GradientError"; }

// A number as Python's repr writes it: 1.0, 1e+16, 1e-05.
export function repr(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (Object.is(x, -0)) return "-0.0";
  const [digits, exponent] = x.toExponential().split("e"), e = Number(exponent);
  if (x !== 0 && (e < -4 || e >= 16)) return `${digits}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
  const text = String(x);
  return text.includes(".") ? text : `${text}.0`;
}

// A text cut to a width that a message can carry.
export function shorten(text, width = 80) {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 3).join("")}...`;
}
