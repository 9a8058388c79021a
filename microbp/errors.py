"""The exceptions microbp raises, each with the cure in its message.

::

    MicrobpError
    ├── DomainError (ValueError)              an operation outside its domain: log(-1)
    │   └── DivisionByZeroError (ZeroDivisionError)
    ├── RangeError (OverflowError)            a result too large for a float: exp(1000)
    ├── InputTypeError (TypeError)            not a number, not a Value: Value("3")
    │   └── TraceError                        a function to be compiled looks at the numbers of one sample
    │       └── MismatchError                 a compiled program gives other numbers than its function
    ├── InputError (ValueError)               an argument that makes no sense here
    │   ├── ShapeError                        wrong sizes of inputs, weights, targets, batches
    │   ├── NotFiniteError                    NaN or infinity in data, in a cost, in a parameter
    │   ├── ExpressionError                   text that is not an expression of the op table
    │   └── RowError                          an operation of your own whose readings contradict each other
    ├── GradientError (ArithmeticError)       a derivative that is wrong, missing or not finite
    │   └── StaleGraphError                   the data were edited after the graph was recorded
    ├── StateError (ValueError)               a state dict that does not fit the model
    ├── FileFormatError (ValueError)          a truncated or foreign file
    └── MissingExtraError (ImportError)       an optional dependency that is not installed

Every class also derives from the built-in exception that Python users would
expect, so ``except ValueError`` keeps working.
"""


class MicrobpError(Exception):
    """The root of the tree: ``except MicrobpError`` catches all that this library raises on purpose."""


class DomainError(MicrobpError, ValueError):
    """An operation was asked for a point outside its domain."""


class DivisionByZeroError(DomainError, ZeroDivisionError):
    """A division by exactly zero."""


class RangeError(MicrobpError, OverflowError):
    """A result is too large for a 64-bit float (about 1.8e308)."""


class InputTypeError(MicrobpError, TypeError):
    """An argument is not of a kind the operation can use."""


class TraceError(InputTypeError):
    """A function to be compiled does something that depends on the numbers of the one sample it is traced with."""


class MismatchError(TraceError):
    """A compiled program gives other numbers than the function it was made from."""


class InputError(MicrobpError, ValueError):
    """An argument has the right type and a value that makes no sense."""


class ShapeError(InputError):
    """Sizes that must agree do not."""


class NotFiniteError(InputError):
    """NaN or infinity where a finite number is needed."""


class ExpressionError(InputError):
    """Text that is not an expression over the table of operations."""


class RowError(InputError):
    """The readings of an operation contradict each other.

    Attributes:
        text: whether only the text over arrays is at fault, so that the scalar engine can use the row.
    """

    def __init__(self, message: str, text: bool = False) -> None:
        super().__init__(message)
        self.text = text


class GradientError(MicrobpError, ArithmeticError):
    """A derivative is wrong, missing or not finite."""


class StaleGraphError(GradientError):
    """The graph was recorded with other numbers than its nodes hold now."""


class StateError(MicrobpError, ValueError):
    """A state dict has missing, extra or misshapen entries; nothing was loaded."""


class FileFormatError(MicrobpError, ValueError):
    """A file is truncated, damaged or of another format."""


class MissingExtraError(MicrobpError, ImportError):
    """An optional dependency is not installed; the message names the extra."""


def missing_extra(package: str, extra: str) -> MissingExtraError:
    """The error to raise when ``package`` cannot be imported.

    >>> print(missing_extra("matplotlib", "plot"))
    matplotlib is not installed: pip install 'microbp[plot]'
    """
    return MissingExtraError(f"{package} is not installed: pip install 'microbp[{extra}]'")
