"""Compare regular expressions by the texts that they allow."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interegular.fsm import FSM

_ANY = r"[\s\S]*"

# A pattern that allows more characters in a row than this, repetitions with a limit written out, is
# not compared: that would take too long.
_LONGEST = 2000
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?:\d*,)?(\d+),?\}|.", re.DOTALL)


class UnknownPatternError(ValueError):
    """Signal that a pattern cannot be compared, such as one with a back reference."""


def example(pattern: str, other: str, longest: int | None = None) -> str | None:
    """Return the shortest text that a pattern allows and another does not; None if there is none.

    Args:
        pattern: A regular expression as in JSON Schema: it matches anywhere unless it is anchored.
        other: Likewise.
        longest: The length that the text may have at most.

    Raises:
        UnknownPatternError: One of them cannot be compared.
    """
    found = _automaton(pattern) - _automaton(other)
    seen, queue = {found.initial}, deque([(found.initial, "")])
    while queue:
        state, text = queue.popleft()
        if longest is not None and len(text) > longest:
            return None
        if state in found.finals:
            return text
        steps = {
            _character(found.alphabet.by_transition[key]): after
            for key, after in found.map.get(state, {}).items()
        }
        for character, after in sorted(steps.items()):
            if after not in seen and found.islive(after):
                seen.add(after)
                queue.append((after, text + character))
    return None


def _character(symbols: Collection[object]) -> str:
    """Return one of the characters of a transition; one that no pattern names stands for the others."""
    return min((each for each in symbols if isinstance(each, str)), default="é")


@cache
def _automaton(pattern: str) -> FSM:
    """Return the automaton of the texts that a pattern allows."""
    from interegular import InvalidSyntax, Unsupported, parse_pattern

    # The anchors of "^a|b$" belong to one alternative each.
    start, end = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith(r"\$")
    core = pattern[start : len(pattern) - end]
    whole = f"{'' if start else _ANY}({core}){'' if end else _ANY}"
    try:
        if (start or end) and _alternatives(core):
            raise UnknownPatternError(pattern)
        re.compile(pattern)
        if _written_out(pattern) > _LONGEST:
            raise UnknownPatternError(pattern)
        return parse_pattern(whole).to_fsm()
    except (InvalidSyntax, Unsupported, re.error) as error:
        raise UnknownPatternError(pattern) from error


def _written_out(pattern: str) -> int:
    """Return the length of a valid pattern if each repetition with a limit is written out."""
    sizes, last = [0], 0
    for token in _TOKEN.finditer(pattern):
        if token[0] == "(":
            sizes.append(0)
            continue
        if token[0] == ")":
            last = sizes.pop()
        elif token[1]:
            # The repeated part is counted once already.
            sizes[-1] -= last
            last *= int(token[1])
        else:
            last = 1
        sizes[-1] += last
    return sizes[0]


def _alternatives(pattern: str) -> bool:
    """Return whether a pattern has alternatives outside parentheses."""
    depth, escaped = 0, False
    for sign in pattern:
        if not escaped and sign == "|" and not depth:
            return True
        depth += not escaped and {"(": 1, "[": 1, ")": -1, "]": -1}.get(sign, 0)
        escaped = sign == "\\" and not escaped
    return False
