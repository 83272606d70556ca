"""Fill in templates; every value is escaped unless it is marked as safe."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from onrecord.display import escape_for_display


def environment(*packages: str, escape: Callable[[str], str] = escape_for_display) -> Environment:
    """Return an environment with the templates of packages.

    Args:
        packages: Packages with a folder ``templates``.
        escape: Escapes what is no ``Markup``. If it returns no ``Markup``, HTML is escaped as well.
    """
    return Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else escape(str(value)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def html_environment(*packages: str) -> Environment:
    """Return an environment with the templates of packages and ``page.html.j2``, which pages extend.

    A page is one file, and loads and runs nothing else. Neither browsers nor terminals interpret
    the values in it. ``file(NAME)`` is a file of styles or scripts, to be put on the page as it is.
    """
    pages = environment(*packages, "onrecord.reporters")

    def file(name: str) -> Markup:
        return Markup(pages.get_template(name).render())  # noqa: S704

    pages.globals["file"] = file
    pages.filters |= {"digest": _digest, "number": "{:,}".format}
    return pages


def _digest(text: str) -> str:
    """Return the source that permits an inline style or script in a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
