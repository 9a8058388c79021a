"""`History`: what happened in a training, epoch by epoch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from ..tables import html_table


@dataclass
class History:
    """What happened, epoch by epoch.

    Attributes:
        loss: mean cost over the epoch's samples, each taken just before its batch's step.
        accuracy: fraction of these samples that were classified right; empty for other tasks.
        val_loss, val_accuracy: the same on the validation data, after the epoch. They have an entry less than
            ``loss`` if the training was interrupted in between.
        rate: the learning rate of the epoch's last step.
        gradients: for every parameter tensor the root mean square of its gradient in the last batch.
        parameters: the state dict after every epoch, when it was asked for.
        steps: the optimiser's steps, also those of an epoch that was interrupted.
        best_epoch: the epoch (from 1) whose parameters were kept, if the best were restored.
        stopped: "finished", "early" or "interrupted".
        engine: "compiled" to matrices, or "eager" on the scalar graph.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    gradients: list[dict[str, float]] = field(default_factory=list)
    parameters: list[dict[str, Any]] = field(default_factory=list)
    steps: int = 0
    best_epoch: int | None = None
    stopped: str = "finished"
    engine: str = "eager"

    @property
    def epochs(self) -> int:
        """The number of whole epochs."""
        return len(self.loss)

    def append(self, **entries: Any) -> None:
        """Append to several lists at once, an entry to each: no interrupt falls between them."""
        vars(self).update({name: [*getattr(self, name), entry] for name, entry in entries.items()})

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain lists and numbers, for JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        parts = [f"{self.epochs} epochs, {self.stopped}"]
        parts += [
            f"{name} {series[-1]:.4g}"
            for name in ("loss", "accuracy", "val_loss", "val_accuracy")
            if (series := getattr(self, name))
        ]
        return f"History({', '.join(parts)})"

    def _repr_html_(self) -> str:
        """The epochs as a notebook shows them; of many, some that are spread over the training."""
        names = [name for name in ("loss", "accuracy", "val_loss", "val_accuracy", "rate") if getattr(self, name)]
        shown = sorted({round(k * (self.epochs - 1) / 9) for k in range(10)}) if self.epochs else []
        series = [getattr(self, name) for name in names]
        rows = [(k + 1, *[f"{s[k]:.4g}" if k < len(s) else "" for s in series]) for k in shown]
        return html_table([("epoch", *names), *rows]) + f"<p>{escape(repr(self))}</p>"
