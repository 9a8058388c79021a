"""The same program under JAX: the generated text over `jax.numpy`, pure, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ShapeError, missing_extra
from .machine import function

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
    jax.config.update("jax_enable_x64", True)
    run, wanted = function(program.lines, _names(program)), len(program.parameters)
    others = [p.data for p in program.others]

    def value_and_grad(params: Any, *batch: Any) -> tuple[Any, Any]:
        P = jnp.concatenate([jnp.asarray(params, dtype=float), jnp.asarray(others, dtype=float)])
        columns = [jnp.asarray(x, dtype=float).reshape(len(x), -1).T for x in batch]
        C, G = run(P.reshape(-1, 1), *columns)
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


def _names(program: Program) -> dict[str, Any]:
    """What generated code may call when it runs on JAX."""
    import jax
    import jax.numpy as jnp
    import jax.scipy.special as special

    def add_rows(x: Any, order: Any, starts: Any) -> Any:
        import numpy as np

        group = np.repeat(np.arange(len(starts)), np.diff([*starts, len(order)]))
        return jax.ops.segment_sum(x[order], group, num_segments=len(starts))

    def scatter(shape: tuple[int, int], *parts: tuple[Any, Any]) -> Any:
        z = jnp.zeros(shape)
        for rows, part in parts:
            z = z.at[rows].add(part)
        return z

    names = {**vars(jnp), **program.code.arrays}
    names.update(add_rows=add_rows, scatter=scatter, frozen=lambda x: x)
    names.update(erf=special.erf, erfc=special.erfc, lgamma=special.gammaln)
    names["polygamma"] = lambda n, x: special.polygamma(jnp.asarray(n).astype(int), x)
    return names
