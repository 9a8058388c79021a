// The colours of the page's scheme as numbers, for canvases: orange below 0, paper at 0, blue above.

export class Colours {
  constructor() {
    this.scheme = window.matchMedia("(prefers-color-scheme: dark)");
    this.read();
  }

  read() {
    const style = window.getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(`--${name}`).trim();
    for (const name of ["pos", "neg", "paper", "ink", "muted", "rule"]) this[name] = value(name);
    const [pos, neg, paper] = ["pos", "neg", "paper"].map((name) => rgb(this[name]));
    this.vivid = ramp(pos, neg, paper, 0.74);
    this.soft = ramp(pos, neg, paper, 0.42);
  }
}

function rgb(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

// From -1 to 1 in 513 pixels.
function ramp(pos, neg, paper, most) {
  return Uint32Array.from({ length: 513 }, (_, i) => {
    const t = (i - 256) / 256, end = t < 0 ? neg : pos, strength = most * Math.abs(t) ** 0.8;
    const [r, g, b] = paper.map((p, k) => Math.round(p + (end[k] - p) * strength));
    return (255 << 24) | (b << 16) | (g << 8) | r;
  });
}

export const pixel = (colours, t) => colours[Math.round(256 * (1 + Math.max(-1, Math.min(1, t))))];
