"""What our pages have in common: one file, and a policy that lets nothing else in."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from os.path import relpath
from pathlib import Path
from typing import Any

from .labels import escape

HERE = Path(__file__).parent
PAGES = HERE / "pages"
IMPORT = re.compile(r'^import (\* as \w+|\{[^}]*\}) from "(\.{1,2}/[\w/]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) ([\w$]+))", re.MULTILINE)
UNSAFE = re.compile("[<>\ud800-\udfff]")  # in JSON inside a script element of a file in UTF-8
MARGIN = re.compile(r"^ *(?://.*\n)?", re.MULTILINE)  # indents, and comments on lines of their own


def script(*names: str) -> str:
    """Modules of the folder ``pages``, with all that they import, as one script without imports.

    Each module stands once, after those that it imports, in a scope of its own: ``$engine`` is what engine.js exports.
    A name may lead to another folder: ``../playground/main``.
    The result goes into a ``<script type="module">``, whose hash `policy` allows.

    >>> script("errors").partition("{")[0]
    'const $errors = (() => '
    """
    found: dict[str, str] = {}
    for name in names:
        _add_module(name, found)
    return "".join(found.values())


def _add_module(name: str, found: dict[str, str]) -> None:
    source = (PAGES / f"{name}.js").read_text("utf-8")
    for _, path in IMPORT.findall(source):
        if (imported := _resolved(name, path)) not in found:
            _add_module(imported, found)
    body = IMPORT.sub(lambda m: f"const {_pattern(m[1])} = {_scope(_resolved(name, m[2]))};\n", MARGIN.sub("", source))
    exported = ", ".join(EXPORT.findall(body))
    found[name] = f"const {_scope(name)} = (() => {{\n{EXPORT.sub('', body)}return {{ {exported} }};\n}})();\n"


def _resolved(name: str, path: str) -> str:
    """The module that another one imports, seen from the folder ``pages``."""
    return relpath((PAGES / name).parent / path, PAGES).replace("\\", "/")


def _scope(name: str) -> str:
    return "$" + name.removeprefix("../").replace("/", "_")


def _pattern(names: str) -> str:
    """What is imported as a pattern of a declaration: ``{ a as b }`` becomes ``{ a: b }``."""
    return names.removeprefix("* as ").replace(" as ", ": ")


def policy(script: str, style: str) -> str:
    """The content security policy: this script and this style, and nothing else from anywhere."""
    scripts, styles = (f"'sha256-{b64encode(sha256(s.encode()).digest()).decode()}'" for s in (script, style))
    return f"default-src 'none'; script-src {scripts}; style-src {styles}; base-uri 'none'; form-action 'none'"


def framed(page: str, title: str, height: int) -> str:
    """A page inside another, such as a notebook: it may run its script, and reach nothing outside."""
    return (
        f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts" width="100%" height="{height}" '
        f'title="{title}" style="border: 0"></iframe>'
    )


def inert(data: Any) -> str:
    """JSON that can stand inside a script element: no tag and no comment begins in it.

    >>> inert({"label": "</script>"})
    '{"label":"\\\\u003c/script\\\\u003e"}'
    """
    written = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)
