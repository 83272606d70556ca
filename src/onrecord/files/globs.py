"""Match paths with globs in time that is linear in the length of the path.

Globs come from files in contributions. Regular expressions would take exponential time on some of
them.
"""

from __future__ import annotations

import re
from functools import lru_cache

# In this order, so that "**/" is not read as "**" followed by a slash.
_WILD = re.compile(r"(\*\*/|\*\*|\*|\?)")
_SETS = re.compile(r"(\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\])")


class Glob:
    """Compile a glob pattern, and match whole paths with it.

    ``*`` matches any part of a name and ``?`` one character of it; ``**`` matches anything, and
    ``**/`` any number of folders, including none. With ``sets``, ``[a-c]`` and ``[!a-c]`` match one
    character of a name.

    The set of reachable positions in the pattern is stored as the bits of one integer, so that each
    character takes the same few operations.
    """

    def __init__(self, glob: str, *, sets: bool = False) -> None:
        wild = (_SETS if sets else _WILD).split(glob.removeprefix("./"))
        # What each position accepts before it is passed, a character or a set of them.
        self._accepted: list[str | None] = []
        self._stays = self._stays_in_name = 0
        # The positions from which one, or three, can be skipped without a character.
        self._skips_one = self._skips_three = 0
        last = ""
        for number, part in enumerate(wild):
            if not part:
                continue
            if number % 2 == 0:
                self._accepted += part
                last = ""
                continue
            bit = 1 << len(self._accepted)
            if part in ("*", "**"):
                if last in ("*", "**"):  # the same as one that stays wherever either does
                    bit >>= 1
                else:
                    self._accepted.append(None)
                self._skips_one |= bit
                if part == "*":
                    self._stays_in_name |= bit
                else:
                    self._stays |= bit
            elif part == "**/":
                if last == "**/" or (last in ("*", "**") and self._stays & bit >> 1):
                    continue  # it adds nothing to what comes before
                # Where it begins, it may be skipped; after that, it ends with a slash.
                self._accepted += [None, None, "/"]
                self._stays |= bit << 1
                self._skips_one |= bit | bit << 1
                self._skips_three |= bit
            else:
                self._accepted.append(part)
            last = part
        self._masks: dict[str, int] = {}

    def matches(self, path: str) -> bool:
        """Return whether the whole path matches."""
        positions = self._skipped(1)
        for character in path:
            stays = self._stays if character == "/" else self._stays | self._stays_in_name
            passed = (positions & self._mask(character)) << 1
            positions = self._skipped(positions & stays | passed)
            if not positions:
                return False
        return bool(positions >> len(self._accepted) & 1)

    def _skipped(self, positions: int) -> int:
        """Add to a set of positions those that are reachable without a character."""
        while True:
            one, three = positions & self._skips_one, positions & self._skips_three
            more = positions | one << 1 | three << 3
            if more == positions:
                return positions
            positions = more

    def _mask(self, character: str) -> int:
        """Return the positions whose part of the pattern matches a character."""
        if character not in self._masks:
            bits = (_accepts(one, character) for one in reversed(self._accepted))
            self._masks[character] = int("0" + "".join("01"[bit] for bit in bits), 2)
        return self._masks[character]


@lru_cache(1024)
def glob(pattern: str, *, sets: bool = False) -> Glob:
    """Compile a pattern."""
    return Glob(pattern, sets=sets)


def _accepts(one: str | None, character: str) -> bool:
    if one is None or one == character:
        return one is not None
    if character == "/" or (len(one) == 1 and one != "?"):
        return False
    return one == "?" or _is_in(one[1:-1], character)


def _is_in(inside: str, character: str) -> bool:
    """Return whether a character is in a set, given the text between its brackets."""
    excluded = inside.startswith("!")
    inside = inside[excluded:]
    found, at = False, 0
    while at < len(inside):
        last = inside[at + 2] if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside) else ""
        found = found or (inside[at] <= character <= last if last else inside[at] == character)
        at += 3 if last else 1
    return found != excluded
