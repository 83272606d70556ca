"""Text that nothing obeys."""

from __future__ import annotations

import json
import re

# The older commands of CI runners, such as ``##[add-mask]`` and ``##vso[task.complete]``: they are
# obeyed wherever in a line they stand.
COMMAND = re.compile(r"##(?=[\w-]*\[)")


def inert(text: str) -> str:
    """Text that nothing obeys: neither a terminal nor a CI runner.

    Findings name files, records and values that anyone may have written. What is not printable,
    line breaks and bidirectional controls included, stands as the escape that JSON has for it, so
    that JSON stays the same JSON.
    """
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else json.dumps(character)[1:-1]
            for character in text
        )
    return COMMAND.sub(r"\\u0023#", text) if "##" in text else text
