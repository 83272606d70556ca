"""Text that nothing obeys."""

from __future__ import annotations

import json
import re

# The older commands of CI runners, such as ``##[add-mask]`` and ``##vso[task.complete]``: they are
# obeyed wherever in a line they stand.
COMMAND = re.compile(r"##(?=[\w-]*\[)")
# The commands of GitHub, such as ``::error::``, which begin a line, or follow white space there.
_AT_START = re.compile(r"^(\s*):(?=:)")
# What may stay in a line of source: a tab, and spaces of all widths.
_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def inert(text: str, keep: str = "") -> str:
    """Text that nothing obeys: neither a terminal nor a CI runner.

    Findings name files, records and values that anyone may have written. What is not printable,
    line breaks and bidirectional controls included, stands as the escape that JSON has for it, so
    that JSON stays the same JSON. Characters to ``keep`` stay as they are.
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


def inert_line(line: str) -> str:
    """Return a line of a file, with its end, as ``inert`` does, but with all its spaces kept.

    Most lines stay as they are, so that a patch of them can be applied.
    """
    body = line.removesuffix("\n").removesuffix("\r")
    return inert(body, keep=_SPACES) + line[len(body) :]
