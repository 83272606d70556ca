"""Escape and shorten text that anyone may have written, before it is displayed.

Notebooks display some values as HTML. Their classes are below the pages that they are displayed by,
so that these are registered here: ``onrecord/__init__.py`` does that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

# The older commands of CI runners, such as ``##[add-mask]`` and ``##vso[task.complete]``: they are
# interpreted wherever they are in a line.
COMMAND = re.compile(r"##(?=[\w-]*\[)")
# The commands of GitHub, such as ``::error::``, which begin a line, or follow white space there.
_AT_START = re.compile(r"^(\s*):(?=:)")
# Characters that are not escaped in a line of source: a tab, and spaces of all widths.
_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

# Characters of a value that a message quotes, at most.
LONGEST = 80


def escape_for_display(text: str, keep: str = "") -> str:
    """Escape text so that neither terminals nor CI runners interpret it.

    Findings name files, records and values that anyone may have written. Characters that are not
    printable, line breaks and bidirectional controls included, become the escapes of JSON, so that
    escaped JSON has the same value. Characters in ``keep`` are not escaped.
    """
    if not text.isprintable():
        text = "".join(
            character
            if character.isprintable() or character in keep
            else json.dumps(character)[1:-1]
            for character in text
        )
    if "::" in text:
        text = _AT_START.sub(r"\1\\u003a", text)
    return COMMAND.sub(r"\\u0023#", text) if "##" in text else text


def escape_line_for_display(line: str) -> str:
    """Escape a line of a file, but keep its spaces of all widths and its line end.

    Most lines do not change, so that a patch that consists of them can be applied.
    """
    body = line.removesuffix("\n").removesuffix("\r")
    return escape_for_display(body, keep=_SPACES) + line[len(body) :]


def shorten(text: str, longest: int = LONGEST) -> str:
    """Return text in one line, at most about `longest` characters long, and escaped.

    The middle of a longer text is replaced by an ellipsis.
    """
    if len(text) > longest:
        half = (longest - 3) // 2
        text = f"{text[:half]} … {text[-half:]}"
    return escape_for_display(text)


# Functions that return the HTML that displays a value; None if it is displayed by its ``repr``.
HTML: list[Callable[[Any], str | None]] = []


class InNotebooks:
    """Let notebooks display an object as HTML: as the first function of ``HTML`` returns it."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return next(filter(None, (html(self) for html in HTML)), None)
