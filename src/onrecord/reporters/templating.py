"""Fill in templates; every value is escaped unless it is marked as safe."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Undefined
from jinja2.compiler import CodeGenerator
from markupsafe import Markup
from markupsafe import escape as escape_html

from onrecord.display import escape_for_display

# The names that dictionaries have themselves.
_METHODS = frozenset(dir(dict))
# The escaped values that are kept, since names, ids and types occur again and again.
_KEPT = 4096


class _Generator(CodeGenerator):
    """Generate code that escapes each value once, by the environment, and not Markup once more."""

    def _output_child_pre(self, *_: object) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, *_: object) -> None:
        self.write(")")


class _Templates(Environment):
    """Read `record.name` in templates as a key of a dictionary, which may be absent: templates of
    records do this so often that it has to be quick.
    """

    code_generator_class = _Generator

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._absent: dict[str, Undefined] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute of an object; of a dictionary, a key before its methods."""
        if type(obj) is not dict or attribute in _METHODS:
            return super().getattr(obj, attribute)
        if attribute in obj:
            return obj[attribute]
        if attribute not in self._absent:
            self._absent[attribute] = self.undefined(name=attribute)
        return self._absent[attribute]


def environment(
    *packages: str,
    escape: Callable[[str], str] = escape_for_display,
    undefined: type[Undefined] = StrictUndefined,
) -> Environment:
    """Return an environment with the templates of packages.

    Args:
        packages: Packages with a folder ``templates``.
        escape: Escapes what is no ``Markup``. If it returns no ``Markup``, HTML is escaped as well.
        undefined: What values are that do not exist.
    """
    escaped = lru_cache(_KEPT)(lambda text: escape_html(escape(text)))

    def finalize(value: Any) -> Markup:
        return value if type(value) is Markup else escaped(str(value))

    return _Templates(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True,
        finalize=finalize,
        undefined=undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
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
