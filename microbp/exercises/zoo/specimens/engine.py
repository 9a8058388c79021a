"""An engine for single numbers: a Value remembers what it was made from, and backward applies the chain rule."""

import math


class Value:
    """A number, its gradient, its parents, and how it passes its gradient on."""

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.pass_on = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def pass_on():
            self.grad += out.grad
            other.grad += out.grad

        out.pass_on = pass_on
        return out

    def __sub__(self, other):
        out = Value(self.data - other.data, (self, other))

        def pass_on():
            self.grad += out.grad
            other.grad -= out.grad

        out.pass_on = pass_on
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def pass_on():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.pass_on = pass_on
        return out

    def __pow__(self, n):
        out = Value(self.data**n, (self,))

        def pass_on():
            self.grad += n * self.data ** (n - 1) * out.grad

        out.pass_on = pass_on
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,))

        def pass_on():
            self.grad += (1 - out.data**2) * out.grad

        out.pass_on = pass_on
        return out

    def exp(self):
        out = Value(math.exp(self.data), (self,))

        def pass_on():
            self.grad += out.data * out.grad

        out.pass_on = pass_on
        return out

    def backward(self):
        order = []
        seen = set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        for node in order:
            if node.parents:
                node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            node.pass_on()
