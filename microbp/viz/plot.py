"""A figure of matplotlib as a picture of ours: SVG with text as text, in the colours of the page around it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .style import PALETTE, SANS, stylesheet
from .svg import Shown, document

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RULES = """
.microbp.plot .paper { fill: var(--paper); }
.microbp.plot text { fill: var(--ink); }
"""
PIXELS = 96 / 72  # in a point
NAMES = {colours[0]: name for name, colours in PALETTE.items()}


class Plot(Shown):
    """A plot: shows itself in a notebook, and saves itself.

    Attributes:
        figure: the figure of matplotlib, to go on with. Whatever it can do, the plot can: ``plot.axes``.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    @property
    def svg(self) -> str:
        """The picture as a whole SVG file, for light and dark pages."""
        import matplotlib

        out = io.StringIO()
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "microbp"}):
            self.figure.savefig(out, format="svg", bbox_inches="tight", pad_inches=0.12, metadata={"Date": None})
        written = out.getvalue()
        width, height = (float(x) * PIXELS for x in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', written)[0])
        body = written[written.index("<defs>") : written.rindex("</svg>")]
        title = ", ".join(text for pane in self.figure.axes if (text := pane.get_title())) or "Plot"
        drawn = f'<g transform="scale({PIXELS:.6g})">{page_colours(shorter(only_used_ids(body)))}</g>'
        return document("plot", width, height, [drawn], stylesheet(RULES), title)

    def formats(self) -> dict[str, Callable[[], str | bytes]]:
        """svg as it is shown; the rest by matplotlib, in light colours."""
        return super().formats() | {f".{ending}": partial(self._by_matplotlib, ending) for ending in ("png", "pdf")}

    def _by_matplotlib(self, ending: str) -> bytes:
        out = io.BytesIO()
        self.figure.savefig(out, format=ending, bbox_inches="tight")
        return out.getvalue()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "figure":  # such as what a notebook or copy asks for
            raise AttributeError(name)
        return getattr(self.figure, name)

    def __repr__(self) -> str:
        return f"Plot({', '.join(pane.get_title() for pane in self.figure.axes if pane.get_title())})"


def page_colours(drawn: str) -> str:
    """Colours of our palette by name, so that they change with the page; fonts that every system has.

    >>> page_colours('style="fill: #ffffff; opacity: 0.5"')
    'style="fill: #ffffff; fill: var(--paper); opacity: 0.5"'
    """
    fonts = SANS.replace('"', "'")
    drawn = re.sub(r"(font(?:-family)?: (?:[^'\";]*px )?)'[^\";]*", lambda m: m[1] + fonts, drawn)
    return re.sub(r"(fill|stroke): (#[0-9a-f]{6})", _by_name, drawn)


def _by_name(match: re.Match[str]) -> str:
    name = NAMES.get(match[2])
    return f"{match[0]}; {match[1]}: var(--{name})" if name else match[0]


def only_used_ids(drawn: str) -> str:
    """Without the ids that nothing refers to: those of two plots would meet on one page."""
    used = set(re.findall(r'["(]#([^")]+)[")]', drawn))
    drawn = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", drawn)
    return drawn.replace("xlink:href", "href")


def shorter(drawn: str) -> str:
    """Places and paths to a tenth of a point: half of the size.

    >>> shorter('<path d="M 10.123456 20.5 L 3 4.9999"/>')
    '<path d="M10.1 20.5L3 5"/>'
    """

    def rounded(attribute: re.Match[str]) -> str:
        text = re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.1f}".rstrip("0").rstrip("."), attribute[0])
        return re.sub(r'\s+(?=[A-Z"])|(?<=[A-Z])\s+', "", text)

    return re.sub(r'(?<= )(?:d|x|y|width|height|transform)="[^"]*"', rounded, re.sub(r">\s+<", "><", drawn))
