// The loss curves: training and test over the epochs.
import { svg } from "./dom.js";

const MOST = 240; // points of a curve
const BOX = { width: 300, height: 96, left: 34, right: 4, top: 6, bottom: 16 };

export function drawChart(element, { loss, testLoss }) {
  const shown = [["test", testLoss], ["train", loss]].filter(([, curve]) => curve.length);
  const top = nice(Math.max(1e-9, ...shown.map(([, curve]) => Math.max(...thinned(curve).map(([, c]) => c)))));
  const last = Math.max(1, loss.length), { width, height, left, right, bottom } = BOX;
  const x = (epoch) => left + ((width - left - right) * epoch) / last, y = (c) => height - bottom - ((height - bottom - BOX.top) * Math.min(c, top)) / top;
  element.setAttribute("viewBox", `0 0 ${width} ${height}`);
  element.replaceChildren(
    svg("path", { class: "axis", d: `M${left} ${BOX.top}V${height - bottom}H${width - right}` }),
    text(left - 5, BOX.top + 8, "end", figure(top)), text(left - 5, height - bottom, "end", "0"),
    text(left, height - 3, "start", "0"), text(width - right, height - 3, "end", `epoch ${loss.length}`),
    ...shown.map(([name, curve]) => svg("path", { class: `curve ${name}`, d: path(thinned(curve), x, y) })),
  );
}

const path = (points, x, y) => points.map(([epoch, c], i) => `${i ? "L" : "M"}${x(epoch).toFixed(1)} ${y(c).toFixed(1)}`).join("");

function thinned(curve) {
  const every = Math.max(1, Math.ceil(curve.length / MOST)), found = [];
  for (let i = 0; i < curve.length; i += every) found.push([i + 1, curve[i]]);
  if ((curve.length - 1) % every) found.push([curve.length, curve.at(-1)]);
  return found;
}

function text(x, y, anchor, content) {
  const element = svg("text", { x, y, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

// The next number of 1, 2, 5 times a power of ten.
function nice(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].map((k) => k * power).find((k) => k >= x * 0.999);
}

const figure = (x) => String(Number(x.toPrecision(2)));
