"""Count the ends of sentences, by full stops and line ends."""

from __future__ import annotations

import re

END = re.compile(r"""[.!?…]['"'”’»“)\]]*\s+|[。！？][」』”’）]*|\n\s*""")
# Characters at the end of a sentence.
_OF_END = re.compile(r"""[.!?…。！？'"”’»“)\]」』）\s]""")


def sentences_between(text: str, start: int, end: int) -> int:
    """Return the number of sentences that end between two offsets of a text."""
    begin = start
    while begin and _OF_END.match(text, begin - 1):
        begin -= 1
    count = 0
    for found in END.finditer(text, begin):
        if found.end() > end:
            break
        count += found.end() >= start
    return count
