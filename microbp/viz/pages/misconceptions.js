// The mistakes that are made on paper, each one carried out on the graph: the wrong answer it leads to tells which it
// was. The names, the advice and the answers are those of microbp/exercises/misconceptions.py; a test holds them to it.
import { sweep } from "./engine.js";

const MOST = 12; // paths that are gone over one by one

export const MISCONCEPTIONS = [
  {
    name: "forgot a path",
    advice: "a leaf counts once for every way that it reaches the output: add up all paths",
    *wrong({ graph, paths }) {
      for (let kept = 1; kept < 2 ** paths.length - 1; kept++) {
        const [inside, outside] = [true, false].map((is) => paths.filter((_, i) => Boolean(kept & (1 << i)) === is));
        yield [inside.reduce((sum, { product }) => sum + product, 0), outside.map((path) => route(graph, path)).join(", ")];
      }
    },
  },
  {
    name: "forgot a local derivative",
    advice: "every step of a path gives a factor, the first and the last too",
    *wrong(question) {
      for (const link of question.links) if (question.graph.partial(link) !== 1) yield [total(question, [[link, 1]]), symbol(link)];
    },
  },
  {
    name: "sign error",
    advice: "what is subtracted or divided by brings a minus sign, what is added does not",
    *wrong(question) {
      yield [-question.answer, "on every path"];
      for (const link of question.links) {
        if (question.paths.some(({ links }) => !links.includes(link))) yield [total(question, [[link, -question.graph.partial(link)]]), `in ${symbol(link)}`];
      }
    },
  },
  {
    name: "value after instead of before",
    advice: "a local derivative is taken at what went into the operation, not at what came out",
    *wrong(question) {
      for (const link of question.links) {
        const after = link.target.value.data;
        if (link.target.value.op.name === "square") yield [total(question, [[link, 2 * after]]), symbol(link)];
        else if (isFactor(link)) yield [total(question, [[link, after]]), symbol(link)];
      }
    },
  },
  {
    name: "swapped factors",
    advice: "the derivative of a product by one factor is the other factor",
    *wrong(question) {
      for (const link of question.links) if (isFactor(link)) yield [total(question, [[link, link.source.value.data]]), symbol(link)];
    },
  },
  {
    name: "averaged instead of summed",
    advice: "where paths meet, what they bring is added, and not divided by their number",
    *wrong({ answer, paths }) {
      if (paths.length > 1) yield [answer / paths.length, `${paths.length} paths meet`];
    },
  },
  {
    name: "summed instead of averaged",
    advice: "a mean over n terms gives each of them the factor 1/n",
    *wrong(question) {
      const means = new Set(question.links.map((link) => link.target).filter((item) => item.value.op.name === "mean"));
      for (const mean of means) {
        const changed = question.links.filter((link) => link.target === mean).map((link) => [link, 1]);
        yield [total(question, changed), `${mean.name} is a mean`];
      }
    },
  },
];

// Every mistake that can be made about the derivative of the root by an item: {name, advice, answer, where}.
export function mistakes(graph, item) {
  const answer = graph.grad(item), links = [...graph.route(item)].filter((link) => link.k !== null);
  const paths = graph.countPaths(item) <= MOST ? graph.largestPaths(item, MOST) : [];
  const question = { graph, item, answer, links, paths };
  return MISCONCEPTIONS.flatMap(({ name, advice, wrong }) => [...wrong(question)].map(([given, where]) => ({ name, advice, answer: given, where })));
}

// The derivative with some local derivatives changed.
function total({ graph, item }, changed) {
  const before = changed.map(([link]) => graph.partial(link));
  const put = (numbers) => changed.forEach(([link], n) => (link.target.value.partials[link.k] = numbers[n]));
  put(changed.map(([, x]) => x));
  const found = sweep(graph.root.value, graph.nodes).get(item.value);
  put(before);
  return found;
}

// Whether an operation multiplies this argument with another; the bias of a weighted sum is added.
function isFactor({ target: { value }, position }) {
  return value.op.name === "mul" || (value.op.name === "weighted_sum" && position < value.args.length - 1);
}

const symbol = ({ source, target }) => `∂${target.name}/∂${source.name}`;
const route = (graph, { links }) => [links[0].source, ...links.map((link) => link.target)].map((item) => item.name).join(" → ");
