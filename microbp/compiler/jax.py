"""The same instructions under JAX: pure, over `jax.numpy`, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import InputTypeError, ShapeError, missing_extra
from .libraries import Library, column, index

if TYPE_CHECKING:
    from .program import Program


def to_jax(program: Program) -> Callable[..., tuple[Any, Any]]:
    """A pure function ``(params, *batch) -> (cost, gradient)``, ready for `jax.jit`.

    ``params`` is a vector as `Program.gather` gives it, and the gradient is one like it; the batch has one sample
    per row. NaN and infinity are passed on, not raised: inside `jax.jit` nothing can be.
    JAX is switched to double precision, for the whole process.

    Raises:
        MissingExtraError: JAX is not installed.
    """
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        raise missing_extra("jax", "jax") from None
    if program.several:
        raise InputTypeError("the function returns several numbers: compile one cost for JAX")
    jax.config.update("jax_enable_x64", True)
    code, library, wanted = program.instructions, jax_library(), len(program.parameters)
    others = [p.data for p in program.others]

    def value_and_grad(params: Any, *batch: Any) -> tuple[Any, Any]:
        P = jnp.concatenate([jnp.asarray(params, dtype=float), jnp.asarray(others, dtype=float)])
        columns = [jnp.asarray(x, dtype=float).reshape(len(x), -1).T for x in batch]
        leaves = dict(enumerate([P.reshape(-1, 1), *columns]))
        found = code.evaluate(library, leaves, columns[0].shape[1] if columns else 1)
        C, G = [found[i] for i in code.outputs]
        return jnp.mean(C), G[:wanted, 0]

    return value_and_grad


def data_parallel(program: Program, devices: Sequence[Any]) -> Callable[..., tuple[Any, Any]]:
    """`to_jax` compiled by XLA with the batch laid over devices and the parameters on each of them.

    Every device computes its share of the samples; XLA adds the parts of the mean up. The numbers are
    those of one device up to the order of that sum. With `jax.distributed`, every process gives all devices
    here and its own part of the batch at the call, parts of one size, and gets the result for the whole batch.

    Raises:
        ShapeError: at the call, the number of samples is no multiple of the number of devices of this process.
    """
    compute = to_jax(program)
    import jax
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    mesh = Mesh(np.array(devices), ("samples",))
    rows, everywhere = NamedSharding(mesh, PartitionSpec("samples")), NamedSharding(mesh, PartitionSpec())
    compiled = jax.jit(compute, out_shardings=everywhere)
    lay, own = jax.make_array_from_process_local_data, len(mesh.local_devices)

    def value_and_grad(params: Any, *batch: Any) -> tuple[Any, Any]:
        for x in batch:
            if len(x) % own:
                raise ShapeError(f"{len(x)} samples on {own} devices: take a multiple of {own}")
        arrays = [lay(rows, np.asarray(x, dtype=float)) for x in batch]
        found: tuple[Any, Any] = compiled(lay(everywhere, np.asarray(params, dtype=float)), *arrays)
        return found

    return value_and_grad


def jax_library() -> Library:
    """What instructions and the text of rows call when they run on JAX."""
    import jax
    import jax.numpy as jnp
    import jax.scipy.special as special
    import numpy as np

    def add_rows(x: Any, order: Any, starts: Any) -> Any:
        group = np.repeat(np.arange(len(starts)), np.diff([*starts, len(order)]))
        return jax.ops.segment_sum(x[order], group, num_segments=len(starts))

    def scatter(shape: tuple[int, int], parts: Sequence[tuple[Any, Any]]) -> Any:
        z = jnp.zeros(shape)
        for rows, part in parts:
            z = z.at[rows].add(part)
        return z

    return Library(
        vars(jnp), column=column, index=index, add_rows=add_rows, scatter=scatter,
        erf=special.erf, erfc=special.erfc, lgamma=special.gammaln,
        polygamma=lambda n, x: special.polygamma(jnp.asarray(n).astype(int), x),
    )  # fmt: skip
