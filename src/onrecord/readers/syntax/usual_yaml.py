"""Load YAML in the form that most documents have, four times as fast as a parser of all of YAML.

It only accepts: whatever it loads has the values, and no problems, that ``yaml.parse`` finds. It is
undecided about everything else, such as multi-line strings in quotation marks, tags, tabs, and any
mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from onrecord.files.limits import MAX_VALUES
from onrecord.readers.syntax.nodes import Json, UndecidedError, unique_members
from onrecord.readers.syntax.yaml import resolve

# Names that need no quotation marks.
_NAME = r"(?!(?:null|true|false):)[a-z_][a-z0-9_]{0,99}"
# Escape sequences that mean the same in YAML and JSON.
_ESCAPE = r'\\(?:["\\/bfnrt]|u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4})'
_DOUBLE = rf'"(?:[^"\\\n]|{_ESCAPE}%s)*+"'
_SINGLE = r"'(?:[^'\n]|''%s)*+'"
# Characters that begin a scalar without quotation marks; some others would too. Like those below, they
# are written as what they are not: Python needs a millisecond to compile a set of so many.
_FIRST = r"[^\x00-\x20!\"#%&')*,\-:>?@\[\]`{|}\x7f-\xa0]"
_PLAIN = rf"{_FIRST} [^\n:\#]*+ (?: (?: :(?=[^ \n]) | (?<![ ])\# ) [^\n:\#]*+ )*+"
_BREAK = r"\n(?:[ ]*\n)*+\1[ ]++"
_LINE = re.compile(
    rf"""
    [ ]*(?:\#[^\n]*)?\n
    | ([ ]*+) (-[ ]+)?+
      (?: ({_NAME}|"{_NAME}") : (?=[ \n]) [ ]*+ )?
      (?: ([|>]-?\n (?: \1[ ]+[^ \n][^\n]*\n | [ ]*\n )*+)
        | ( {_DOUBLE % f"|{_BREAK}"} | {_SINGLE % f"|{_BREAK}"} | [\[{{][^\n]*
          | {_PLAIN} (?: \n\1[ ]+ {_PLAIN} (?=\n) )*+ )?+
          [ ]*+ (?: (?<=[ ])\#[^\n]* )? \n )
    | (.+)
    """,
    re.VERBOSE | re.DOTALL,
)
_TOKEN = re.compile(
    rf"""
    {_NAME}:[ ]+
    | {_DOUBLE % ""}
    | [\[\]{{}},][ ]*
    | {_FIRST}[^\n,\[\]{{}}:\#?]*+ (?: :(?=[^ ,\[\]{{}}?]) [^\n,\[\]{{}}:\#?]*+ )*+
    | {_SINGLE % ""}
    | :[ ]+ | [ ]+ | (?=["']) | .+
    """,
    re.VERBOSE,
)
_IS_FIRST = re.compile(_FIRST).match
# Characters that YAML excludes, that it treats as line breaks or white space, and that are rare.
_UNUSUAL = re.compile(r"[\x00-\t\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# The greatest indentation, and the most brackets in a line: together they stay below MAX_DEPTH.
_INDENTATION = _BRACKETS = 28


def load(text: str) -> Json:
    """Return the mapping in a YAML text as plain values; None if it is undecided."""
    text = text.replace("\r\n", "\n")
    if len(text) >= MAX_VALUES or text[-1:] != "\n" or _UNUSUAL.search(text):
        return None
    try:
        return _block(text) or None
    except ValueError:
        return None


def _block(text: str) -> dict[str, Json]:
    """Return the mapping in a text of lines.

    Raises:
        UndecidedError: Another parser must decide.
    """
    place = _Place()
    for indentation, dash, name, literal, written, other in _LINE.findall(text):
        if other:
            raise UndecidedError
        if name:
            place.go_to(len(indentation), dash, is_item=False)
            column = place.column
            if literal:
                place.add(name.strip('"'), _literal(literal, column))
            elif written:
                place.add(name.strip('"'), _value(written, column))
            else:
                place.expect(name.strip('"'))
        elif dash and written:
            place.go_to(len(indentation), dash, is_item=True)
            place.inner.append(_value(written, place.column))
        elif dash or literal or written:
            raise UndecidedError
    return place.root


class _Place:
    """Hold the list or mapping that the next lines add to, and those around it.

    Attributes:
        root: The outermost mapping.
        inner: The innermost list or mapping.
        column: The column at which its items or names begin.
    """

    def __init__(self) -> None:
        self.root: dict[str, Json] = {}
        self.inner: Any = self.root
        self.column = 0
        self._around: list[tuple[int, Any]] = []
        # The name whose value may begin on the next line.
        self._waiting: str | None = None

    def go_to(self, column: int, dash: str, *, is_item: bool) -> None:
        """Find or begin the list or mapping of a line that begins at a column.

        Args:
            column: The column.
            dash: The dash with which an item of a list begins, and the spaces after it; or empty.
            is_item: Whether the item is not a mapping that begins in the line, but its other value.
        """
        while column < self.column:
            self._leave()
        if dash:
            if self._waiting is not None:
                self._enter(column, [])
            elif column != self.column or type(self.inner) is not list:
                raise UndecidedError
            if not is_item:
                self._enter(column + len(dash), {})
            return
        if type(self.inner) is list:
            # It may have the same indentation as the name before it.
            self._leave()
        if self._waiting is not None and column > self.column:
            self._enter(column, {})
        elif column != self.column:
            raise UndecidedError

    def add(self, name: str, value: Json) -> None:
        """Add a member to the mapping."""
        if name in self.inner or self.column > _INDENTATION:
            raise UndecidedError
        self.inner[name] = value
        self._waiting = None

    def expect(self, name: str) -> None:
        """Add a member whose value is in the next lines, or is null."""
        self.add(name, None)
        self._waiting = name

    def _enter(self, column: int, value: Any) -> None:
        """Add a list or mapping to the present one, and go into it."""
        if self._waiting is None:
            self.inner.append(value)
        else:
            self.inner[self._waiting] = value
            self._waiting = None
        self._around.append((self.column, self.inner))
        self.column, self.inner = column, value

    def _leave(self) -> None:
        self.column, self.inner = self._around.pop()
        self._waiting = None


def _value(written: str, column: int) -> Json:
    """Return the value that begins in a line of a list or mapping at a column, and is all of it."""
    if "\n" in written:
        written = _folded(written, column)
    first = written[:1]
    if first == '"':
        return _decode(written) if "\\" in written else written[1:-1]
    if first in ("{", "["):
        if written.count("[") + written.count("{") > _BRACKETS:
            raise UndecidedError
        return _decode("".join(map(_AS_JSON.__getitem__, _TOKEN.findall(written))))
    if not first:
        raise UndecidedError
    return _scalar(written)


def _scalar(written: str) -> Json:
    """Return the value of a scalar in single quotation marks or none."""
    written = written.rstrip(" ")
    return written[1:-1].replace("''", "'") if written[0] == "'" else resolve(written)


def _folded(written: str, column: int) -> str:
    """Return a scalar of several lines in one."""
    first, *lines = written.split("\n")
    found, breaks = [first.rstrip(" ")], 0
    for line in lines:
        content = line.strip(" ")
        if not content:
            breaks += 1
            continue
        if line[: column + 1].strip(" "):
            raise UndecidedError
        found += (("\\n" if first[0] == '"' else "\n") * breaks or " ", content)
        breaks = 0
    return "".join(found)


_decode: Callable[[str], Json] = json.JSONDecoder(object_pairs_hook=unique_members).decode


def _literal(written: str, column: int) -> str:
    """Return the value of a literal or folded scalar in a mapping at a column."""
    head, *lines = written.split("\n")
    first = lines[0]
    begin = len(first) - len(first.lstrip(" "))
    if begin <= column or not first.strip(" "):
        raise UndecidedError
    for line in lines:
        if line[:begin].strip(" ") or (len(line) > begin and not line.strip(" ")):
            raise UndecidedError
    text = "\n".join([line[begin:] for line in lines]).rstrip("\n")
    if head[0] == ">":
        if "\n\n" in text or "\n " in text:
            raise UndecidedError
        text = text.replace("\n", " ")
    return text if head[1:] else text + "\n"


class _AsJson(dict[str, str]):
    """Translate tokens of flow collections to JSON; the results for short ones are kept."""

    def __missing__(self, token: str) -> str:
        if not token:
            # A string that is not closed, or not as in JSON.
            raise UndecidedError
        first, written = token[0], token.rstrip(" ")
        if first == '"':
            return token
        if written[-1:] == ":":
            written = f'"{written[:-1]}":' if written[:-1] else written
        elif first == "'" or _IS_FIRST(first):
            written = json.dumps(_scalar(token), allow_nan=False)
        elif first not in "[]{}, ":
            raise UndecidedError
        if len(token) < _SHORT and len(self) < _CACHED:
            self[token] = written
        return written


_SHORT, _CACHED = 24, 4096
_AS_JSON = _AsJson()
