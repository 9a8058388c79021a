"""Colours and type of every picture, for light paper, dark screens and print.

Rules begin with a class of their own for each kind of picture: in a notebook they all meet on one page.

A colour is said once per scheme. Renderers without CSS variables (librsvg, Inkscape) take the light one.
"""

from __future__ import annotations

import re

#            name         light      dark
# fmt: off
PALETTE = {
    "paper":            ("#ffffff", "#14181f"),
    "ink":              ("#1b2430", "#e9edf3"),
    "muted":            ("#5a6573", "#a3aebd"),
    "rule":             ("#97a1af", "#6b7788"),
    "leaf":             ("#e3f4ef", "#12332d"),
    "leaf-line":        ("#0f7a67", "#4cc3ab"),
    "parameter":        ("#efe9fb", "#2b2147"),
    "parameter-line":   ("#6d3fc4", "#b79bf2"),
    "constant":         ("#f3f4f6", "#222831"),
    "operation":        ("#f7f8fa", "#1d232c"),
    "operation-line":   ("#66707e", "#8793a3"),
    "root":             ("#fff4d6", "#3a2f10"),
    "root-line":        ("#8a6100", "#e0b64a"),
    "pos":              ("#1f5fd0", "#82b1ff"),
    "neg":              ("#c0391b", "#ff9a7d"),
    "mark":             ("#ffe07a", "#6a5510"),
}
# fmt: on

MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'
SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
SERIF = '"STIX Two Text", "Latin Modern Roman", "Times New Roman", "DejaVu Serif", serif'

GRAPH = """
.microbp.graph { font-family: SANS; font-variant-numeric: tabular-nums; }
.microbp.graph .paper { fill: var(--paper); }
.microbp.graph text { fill: var(--ink); }
.microbp.graph .label { font: italic 15px SERIF; }
.microbp.graph .op { font: 600 12.5px SANS; }
.microbp.graph .label + .op { font: 11px SANS; fill: var(--muted); }
.microbp.graph .name, .microbp.graph .caption { font: 10.5px SANS; fill: var(--muted); }
.microbp.graph .value { font: 11px MONO; }
.microbp.graph .none { font: italic 10.5px SANS; fill: var(--muted); }
.microbp.graph .partial text { font: 10px MONO; }
.microbp.graph .box { fill: var(--operation); stroke: var(--operation-line); stroke-width: 1.2; }
.microbp.graph .leaf .box { fill: var(--leaf); stroke: var(--leaf-line); }
.microbp.graph .parameter .box { fill: var(--parameter); stroke: var(--parameter-line); }
.microbp.graph .constant .box { fill: var(--constant); stroke: var(--rule); stroke-dasharray: 3 2; }
.microbp.graph .root .box { fill: var(--root); stroke: var(--root-line); stroke-width: 1.8; }
.microbp.graph .root .inner, .microbp.graph .behind { fill: none; stroke: var(--root-line); stroke-width: 0.8; }
.microbp.graph .behind { stroke: var(--operation-line); }
.microbp.graph .line { fill: none; stroke: var(--rule); }
.microbp.graph .head { fill: var(--rule); }
.microbp.graph .pos .line { stroke: var(--pos); }
.microbp.graph .neg .line { stroke: var(--neg); stroke-dasharray: 6 3; }
.microbp.graph .plain .line { stroke-dasharray: 1.5 3; }
.microbp.graph .pos .head, .microbp.graph text.pos { fill: var(--pos); }
.microbp.graph .neg .head, .microbp.graph text.neg { fill: var(--neg); }
.microbp.graph .blank { stroke: var(--muted); stroke-dasharray: 1.5 2.5; }
.microbp.graph .mark { fill: none; stroke: var(--mark); stroke-linecap: round; }
.microbp.graph .on .box { stroke-width: 2.6; }
.microbp.graph .node.off, .microbp.graph .edge.off, .microbp.graph .off text { opacity: 0.35; }
.microbp.graph .node.off text { opacity: 1; }
"""

NETWORK = """
.microbp.network { font-family: SANS; font-variant-numeric: tabular-nums; }
.microbp.network .paper, .microbp.network .back { fill: var(--paper); }
.microbp.network text { fill: var(--ink); }
.microbp.network .heading { font: 600 12px SANS; }
.microbp.network .caption { font: 10.5px SANS; fill: var(--muted); }
.microbp.network .number { font-family: MONO; }
.microbp.network .output { font: 11px MONO; }
.microbp.network .class { font: 12px SANS; fill: var(--muted); }
.microbp.network .class.chosen { font-weight: 700; fill: var(--ink); }
.microbp.network .edge { stroke: var(--rule); }
.microbp.network .edge.pos { stroke: var(--pos); }
.microbp.network .edge.neg { stroke: var(--neg); stroke-dasharray: 5 2.5; }
.microbp.network .ring { fill: none; stroke: var(--operation-line); stroke-width: 1.2; }
.microbp.network .neuron.pos .fill { fill: var(--pos); }
.microbp.network .neuron.neg .fill { fill: var(--neg); }
.microbp.network .neuron.neg .ring { stroke-dasharray: 3.5 2; }
.microbp.network .ellipsis, .microbp.network .pixels { fill: var(--ink); }
.microbp.network .frame { fill: none; stroke: var(--rule); }
.microbp.network .curve { fill: none; stroke: var(--operation-line); stroke-width: 1.5; }
.microbp.network .dot { fill: var(--pos); }
"""


LINES = """
.microbp.lines { font-family: SANS; font-variant-numeric: tabular-nums; }
.microbp.lines .paper { fill: var(--paper); }
.microbp.lines text { fill: var(--ink); }
.microbp.lines .label { font: italic 16px SERIF; }
.microbp.lines .value { font: 12px MONO; }
.microbp.lines .caption { font: 11px SANS; fill: var(--muted); }
.microbp.lines text.tick { font: 10px MONO; fill: var(--muted); }
.microbp.lines .factor { font: 11.5px SANS; fill: var(--muted); }
.microbp.lines .moved { font: 12px MONO; }
.microbp.lines .axis, .microbp.lines path.tick { stroke: var(--rule); fill: none; }
.microbp.lines .still .axis { stroke-dasharray: 3 3; }
.microbp.lines .point { fill: var(--ink); }
.microbp.lines .actual { fill: var(--paper); stroke: var(--ink); stroke-width: 1.4; }
.microbp.lines .move { stroke-width: 3.5; }
.microbp.lines .pos .move { stroke: var(--pos); }
.microbp.lines .neg .move { stroke: var(--neg); stroke-dasharray: 6 2; }
.microbp.lines .pos .head, .microbp.lines .pos .moved, .microbp.lines .band.pos { fill: var(--pos); }
.microbp.lines .neg .head, .microbp.lines .neg .moved, .microbp.lines .band.neg { fill: var(--neg); }
.microbp.lines .band { fill-opacity: 0.14; }
.microbp.lines .band.zero { fill: var(--rule); }
"""

# How the pages that pictures stand on say their scheme: JupyterLab, VS Code, Colab, Sphinx.
LIGHT_PAGES = '[data-jp-theme-light="true"], .vscode-light, html[theme="light"], [data-theme="light"]'
DARK_PAGES = '[data-jp-theme-light="false"], .vscode-dark, html[theme="dark"], [data-theme="dark"]'


def stylesheet(rules: str, root: str = ".microbp") -> str:
    """Rules over the palette's names as CSS: each colour with its light value for old renderers.

    The scheme is that of the page around the picture, where it says so, else that of the system.
    """
    for family, fonts in (("MONO", MONO), ("SANS", SANS), ("SERIF", SERIF)):
        rules = rules.replace(family, fonts)
    rules = re.sub(r"([\w-]+): var\(--([\w-]+)\)", _with_fallback, rules)
    light, dark = (" ".join(f"--{name}: {colours[scheme]};" for name, colours in PALETTE.items()) for scheme in (0, 1))
    return (
        f"{root} {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ {root} {{ {dark} }} }}\n"
        f"@media screen {{ :is({LIGHT_PAGES}) {root} {{ {light} }} :is({DARK_PAGES}) {root} {{ {dark} }} }}\n"
        f"{rules.strip()}\n"
    )


def _with_fallback(match: re.Match[str]) -> str:
    if match[2] not in PALETTE:  # a page's own, mixed from these
        return match[0]
    return f"{match[1]}: {PALETTE[match[2]][0]}; {match[0]}"
