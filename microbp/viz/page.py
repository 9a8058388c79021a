"""What our pages have in common: one file, and a policy that lets nothing else in."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from .labels import escape

HERE = Path(__file__).parent


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
    '{"label": "\\\\u003c/script\\\\u003e"}'
    """
    return json.dumps(data, allow_nan=False).replace("<", "\\u003c").replace(">", "\\u003e")
