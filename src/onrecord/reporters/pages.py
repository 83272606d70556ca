"""Fill in templates of HTML pages: each page is one file, and loads and runs nothing else."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from onrecord.display import escape_for_display


def environment(*packages: str) -> Environment:
    """Return the templates of packages, and ``page.html.j2``, which each page extends.

    Every value is escaped, so that neither browsers nor terminals interpret it. ``file(NAME)`` is a
    file of styles or scripts, to be put on the page as it is.

    Args:
        packages: Packages with a folder ``templates``.
    """
    loader = ChoiceLoader([PackageLoader(name) for name in (*packages, "onrecord.reporters")])
    pages = Environment(
        loader=loader,
        autoescape=True,
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.globals["file"] = lambda name: Markup(loader.get_source(pages, name)[0])  # noqa: S704
    pages.filters |= {"digest": _digest, "number": "{:,}".format}
    return pages


def _escaped(value: Any) -> Any:
    """Escape a value for terminals; the environment escapes it for HTML."""
    return value if isinstance(value, Markup) else escape_for_display(str(value))


def _digest(text: str) -> str:
    """Return a text as a Content-Security-Policy permits it inline."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
