"""Read YAML 1.2 (core schema): resolve scalars, and parse texts into trees.

PyYAML, which `yaml_tree` needs, is loaded when a text is parsed: most documents are read without locations
first (`usual_yaml`), and need none if nothing is wrong with them.
"""

from __future__ import annotations

import re

from onrecord.findings import Problem
from onrecord.readers.syntax.nodes import Node, Scalar

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Characters that only YAML 1.1 treats as line breaks.
SEPARATORS = re.compile("[\x85\u2028\u2029]")


def parse(text: str) -> tuple[Node, list[Problem]]:
    """Parse a YAML text into a tree, with problems that do not prevent that.

    Raises:
        UnreadableError: The text cannot be parsed.
    """
    from onrecord.readers.syntax import yaml_tree

    return yaml_tree.parse(text)


def is_text(text: str) -> bool:
    """Return whether a plain scalar is a string, here and for every other YAML parser."""
    return isinstance(resolve(text), str) and not SEPARATORS.search(text)


def resolve(text: str) -> Scalar:
    """Resolve a plain scalar by the core schema; dates, yes and no are strings."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0].isalpha():
        return text
    if _INT.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        digits = text[2:] if base != 10 else text
        return int(digits, base) if len(digits) < 1000 else float("inf")
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _NOT_FINITE.fullmatch(text) else text
