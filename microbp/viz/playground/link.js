// A state as a link: the settings, and what was done with them. Opening it does the same again.

// "moons" and the like, numbers, lists; the epochs as optimiser:rate:batch:l2:epochs, the newest last.
export function toHash(settings, training) {
  const { points, features, layers, formula, ...rest } = settings, params = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) params.set(name, value);
  params.set("features", features.join("."));
  params.set("layers", layers.join("."));
  if (settings.data === "function") params.set("formula", formula);
  if (settings.data === "drawn") params.set("points", points.map((point) => point.join("_")).join(";"));
  if (training.segments.length) params.set("run", training.segments.map((s) => [s.optimiser, s.rate, s.batch, s.l2, s.epochs].join(":")).join(";"));
  if (training.log.length) params.set("steps", training.log.length);
  return `#${params}`;
}

const numbers = (text, mark) => (text ? text.split(mark).map(Number) : []);

// {settings, run, steps}, or null where there is nothing; `settled` puts right what is wrong.
export function fromHash(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  if (!params.has("data")) return null;
  const settings = {};
  for (const [name, value] of params) {
    if (["data", "activation", "cost", "optimiser", "formula"].includes(name)) settings[name] = value;
    if (["n", "noise", "test", "rate", "batch", "l2", "seed"].includes(name)) settings[name] = Number(value);
  }
  if (params.has("features")) settings.features = params.get("features").split(".");
  if (params.has("layers")) settings.layers = numbers(params.get("layers"), ".").filter(Number.isFinite);
  if (params.has("points")) settings.points = params.get("points").split(";").map((point) => numbers(point, "_"));
  const run = (params.get("run") ?? "").split(";").filter(Boolean).map((text) => {
    const [optimiser, ...rest] = text.split(":"), [rate, batch, l2, epochs] = rest.map(Number);
    return { optimiser, rate, batch, l2, epochs };
  });
  return { settings, run, steps: Number(params.get("steps")) || 0 };
}
