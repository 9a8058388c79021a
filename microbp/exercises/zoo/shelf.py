"""The shelf of famous mistakes: each one has happened to many, and somebody has written it down."""
# ruff: noqa: E501  # a mistake is a text before and a text after

from __future__ import annotations

from typing import NamedTuple

from .mutate import Mutant
from .run import text


class Famous(NamedTuple):
    """A mistake that is known.

    Attributes:
        name: what it is called.
        specimen: the program that it happens to.
        right, wrong: the text before and after.
        source: who tells of it.
    """

    name: str
    specimen: str
    right: str
    wrong: str
    source: str


NIELSEN = "Nielsen, Neural Networks and Deep Learning (2015), chapter 2"
KARPATHY = "Karpathy, the most common neural net mistakes (2018)"
LECTURE = "Karpathy, The spelled-out intro to neural networks and backpropagation (2022)"
KINGMA = "Kingma and Ba, Adam (2015), section 3"
BOOK = "Goodfellow, Bengio, Courville, Deep Learning (2016), section 4.1"
NOTES = "slips of the notes on optimisers; see docs/curriculum.md, section 7"

SHELF = (
    Famous("a gradient that is overwritten where a number is used twice", "engine",
           "            self.grad += other.data * out.grad\n", "            self.grad = other.data * out.grad\n", LECTURE),
    Famous("backward without a topological order", "engine",
           "                for parent in node.parents:\n                    visit(parent)\n                order.append(node)\n",
           "                order.append(node)\n                for parent in node.parents:\n                    visit(parent)\n", LECTURE),
    Famous("the order is not turned round", "engine", "for node in reversed(order):", "for node in order:", LECTURE),
    Famous("inner gradients of the last pass are still there", "engine",
           "            if node.parents:\n                node.grad = 0.0\n", "            pass\n", KARPATHY),
    Famous("probabilities for a cost that takes logits", "classifier",
           "-log_softmax(z)[right]", "-log_softmax(softmax(z))[right]", KARPATHY),
    Famous("softmax that overflows", "classifier", "math.exp(value - top) for value in z]", "math.exp(value) for value in z]", BOOK),
    Famous("the logarithm of a probability that has become 0", "classifier",
           "    top = max(z)\n    total = math.log(sum(math.exp(value - top) for value in z))\n    return [value - top - total for value in z]",
           "    return [math.log(a) for a in softmax(z)]", BOOK),
    Famous("Adam without the correction of its averages", "optimisers", "v_corrected = v / (1 - beta1**t)", "v_corrected = v", KINGMA),
    Famous("Adam with one β for both averages", "optimisers", "s = beta2 * s + (1 - beta2) * g * g\n    v_c",
           "s = beta1 * s + (1 - beta1) * g * g\n    v_c", KINGMA),
    Famous("ε inside the root", "optimisers", "rate * g / (math.sqrt(s) + eps), s", "rate * g / math.sqrt(s + eps), s", KINGMA),
    Famous("RMSprop without ε", "optimisers", "rate * g / (math.sqrt(s) + eps), s", "rate * g / math.sqrt(s), s", NOTES),
    Famous("the average of squares without the square", "optimisers",
           "s = beta * s + (1 - beta) * g * g", "s = beta * s + (1 - beta) * g", NOTES),
    Famous("a decay that is infinite at epoch 0", "optimisers", "rate / (1 + decay * epoch)", "rate / (decay * epoch)", NOTES),
    Famous("momentum without 1 - β", "optimisers", "v = beta * v + (1 - beta) * g\n    return w - rate * v, v",
           "v = beta * v + g\n    return w - rate * v, v", NOTES),
    Famous("BP2 with w_jk for w_kj", "layer", "W[l][j][k] * delta[j] for j", "W[l][k][j] * delta[j] for j", NIELSEN),
    Famous("BP2 without σ'", "layer", "before.append(error * a * (1.0 - a))", "before.append(error)", NIELSEN),
    Famous("BP1 without σ'", "layer", "(a - t) * a * (1.0 - a) for", "(a - t) for", NIELSEN),
    Famous("the sum over the samples where the mean belongs", "layer",
           "delta[j] * activations[l][k] / len(X)", "delta[j] * activations[l][k]", NIELSEN),
    Famous("the layer's own activation in BP4", "layer", "delta[j] * activations[l][k] / len(X)",
           "delta[j] * activations[l + 1][j] / len(X)", NIELSEN),
    Famous("the last samples are lost", "training", "range(0, len(order), size)", "range(0, len(order) - size + 1, size)", KARPATHY),
    Famous("the samples are not shuffled", "training", "    rng.shuffle(order)\n", "", KARPATHY),
    Famous("the test set is scaled by itself", "training", "[(x - mean) / deviation for x in test]",
           "[(x - sum(test) / len(test)) / deviation for x in test]", KARPATHY),
    Famous("inputs and targets are paired anew", "training", "[Y[i] for i in chosen]", "[Y[i] for i in sorted(chosen)]", KARPATHY),
    Famous("σ' taken at a", "rows", "return a * (1.0 - a)", "return sigmoid(a) * (1.0 - sigmoid(a))", NIELSEN),
    Famous("a sigmoid that overflows", "rows",
           "return 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else math.exp(x) / (1.0 + math.exp(x))", "return 1.0 / (1.0 + math.exp(-x))", BOOK),
    Famous("the quotient rule without its minus", "rows", "-x / (y * y)", "x / (y * y)", NIELSEN),
)  # fmt: skip


def planted(famous: Famous) -> Mutant:
    """The program with that mistake in it."""
    source = text(famous.specimen)
    at = source.index(famous.right)
    line = source.count("\n", 0, at) + 1
    broken = source.replace(famous.right, famous.wrong, 1)
    return Mutant(broken, line, famous.right.strip(), famous.wrong.strip(), famous.name)
