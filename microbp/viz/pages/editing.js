// Changing numbers by hand: a drag to the left or the right over a box, by mouse or finger, and the keys plus and minus.
import { rounded, stepOf } from "./figures.js";

const STILL = 3; // pixels that a finger may move in a tap

// begin, change, end: what to do when a change of an item starts, moves to a number, is done.
export function dragged(element, { begin, change, end }) {
  let from = null, moved = false;
  element.classList.add("adjustable");
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const x = begin();
    from = { at: event.clientX, x, step: stepOf(x) };
    moved = false;
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!from) return;
    const pixels = event.clientX - from.at;
    if (!moved && Math.abs(pixels) < STILL) return;
    moved = true;
    const step = event.shiftKey ? from.step / 10 : from.step;
    change(rounded(from.x + pixels * step, step));
  });
  const done = () => {
    if (from && moved) end();
    from = null;
  };
  element.addEventListener("pointerup", done);
  element.addEventListener("pointercancel", done);
}

// The number that a key leads to; null for another key.
export function byKey(key, x) {
  const step = 10 * stepOf(x);
  const by = { "+": 1, "=": 1, "-": -1, "−": -1, PageUp: 10, PageDown: -10 }[key];
  return by === undefined ? null : rounded(x + by * step, step / 10);
}
