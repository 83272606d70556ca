"""Changing members of a document where they stand, so that all around them stays as it was.

An edit says what is to change in the value; where the document's layout lets it stand is settled
here. The tree that a reader made tells where every value begins. Where a block collection of YAML
ends it does not tell (its end takes in the blank lines and comments that follow), so ends are
found from the values inside. Whatever has been changed is read again: unless it says exactly what
was asked for, nothing comes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from onrecord.errors import InputError
from onrecord.files.opening import Text, content, decode
from onrecord.files.problems import Path
from onrecord.files.texts import UnreadableTextError
from onrecord.findings import Finding
from onrecord.readers import DOCUMENTS, File, reader_of
from onrecord.readers.models.document import DocumentReader, Parse
from onrecord.readers.models.records import hygiene, identifier, point, version_of
from onrecord.readers.syntax.nodes import (
    Json,
    Member,
    Node,
    UnreadableError,
    find,
    nearest,
    to_value,
)
from onrecord.rules.reading import UnreadableText
from onrecord.schema import SchemaVersion

# What an edit can write.
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Put:
    """Give a member of the mapping at ``path`` a value.

    A member that is not there yet goes in after the one named ``after``, or at the end.
    """

    path: Path
    name: str
    value: Value
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a member out of the mapping at ``path``."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Put another member, ``to``, in the place of one in the mapping at ``path``."""

    path: Path
    name: str
    to: str
    value: Value


@dataclass(frozen=True, slots=True)
class SetItem:
    """Give an item of the list at ``path`` a value."""

    path: Path
    index: int
    value: Value


@dataclass(frozen=True, slots=True)
class Reorder:
    """Put the items of the list at ``path`` in another order, with the comments ahead of them.

    ``order`` has their present indices. Nothing inside the list can be edited with it.
    """

    path: Path
    order: tuple[int, ...]


MemberEdit = Put | Remove | Rename
ItemEdit = SetItem | Reorder
Edit = MemberEdit | ItemEdit


class EditError(InputError):
    """An edit would have changed more, or less, than was asked for, so nothing is changed.

    It takes a layout that this module does not know.
    """


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it stands in a file: its text, its tree, its value, and how it is read."""

    source: Text
    root: Node
    value: dict[str, Json]
    version: SchemaVersion
    parse: Parse

    def node(self, path: Path) -> Node:
        """The node at a path, or the nearest one around it that is there."""
        return nearest(self.root, path)

    def edited(self, edits: Sequence[Edit]) -> str:
        """The text with the edits made.

        Raises:
            EditError: They cannot be made.
        """
        try:
            return edited_text(self.source.text, self.root, edits, self.parse)
        except EditError as error:
            raise EditError(f"{self.source.file.name}: {error}") from None


def open_draft(file: File) -> Draft | tuple[Finding, ...]:
    """The document in a file, or the findings that keep it from being edited.

    It need not fit the model, but must be a mapping, with no name twice in any, in an encoding
    and by a version of the schema that are known.

    Raises:
        InputError: The file cannot be read, or holds no document.
    """
    if file.unread:
        return (file.unread,)
    reader = reader_of(file.path)
    if not isinstance(reader, DocumentReader):
        raise InputError(f"{file.name} is no document; those are {', '.join(DOCUMENTS)}")
    draft = draft_of(decode(file, content(file)), reader.parse)
    return draft or tuple(item for item in reader.read(file) if isinstance(item, Finding))


def unreadable_text(draft: Draft, error: UnreadableTextError) -> Finding:
    """Return the finding that the text of a document's article cannot be read."""
    place, excerpt = point(draft.source, draft.root, ("article", "id"))
    record = identifier(draft.value.get("article"))
    return UnreadableText.finding(place, error.facts, record=record, path="text", excerpt=excerpt)


def draft_of(source: Text, parse: Parse) -> Draft | None:
    """The document, or the record in a line of a table, that a text is, if it can be edited."""
    if source.problems:
        return None
    try:
        root, problems = parse(source.text)
    except UnreadableError:
        return None
    value = to_value(root)
    version = version_of(value)
    if problems or any(hygiene(root)) or version is None or not isinstance(value, dict):
        return None
    return Draft(source, root, value, version, parse)


def edited(value: Any, edits: Iterable[Edit]) -> Any:
    """The value with the edits made, one after the other; the value itself stays as it is.

    Raises:
        ValueError: What is to be changed is not there.
    """
    root = _copy(value)
    for edit in edits:
        if isinstance(edit, ItemEdit):
            items = _at(root, edit.path, list)
            items[:] = _revised_items(items, edit)
            continue
        mapping = _at(root, edit.path, dict)
        entries = _revised([_Entry(name, inner) for name, inner in mapping.items()], [edit])
        mapping.clear()
        mapping.update((entry.name, entry.value) for entry in entries)
    return root


def edited_text(text: str, root: Node, edits: Sequence[Edit], parse: Parse) -> str:
    """A document's text with the edits made, and everything else in it as it was.

    Args:
        text: The document.
        root: Its tree, as ``parse`` gives it.
        edits: What to change. They stand for each other's results, as in ``edited``.
        parse: Reads the document.

    Raises:
        EditError: Read again, the text would not say what ``edited`` says.
        ValueError: What is to be changed is not there.
    """
    expected = edited(to_value(root), edits)
    groups: dict[Path, list[Edit]] = {}
    for edit in edits:
        groups.setdefault(edit.path, []).append(edit)
    splices: list[_Splice] = []
    # Where a mapping ends with another one inside it, new lines of the inner one come first.
    for path in sorted(groups, key=len, reverse=True):
        node = find(root, path)
        if node and isinstance(node.value, list):
            items = _Items(text, node, node.value)
            splices += items.splices(edit for edit in groups[path] if isinstance(edit, ItemEdit))
        elif node and isinstance(node.value, dict):
            layout = _Layout(text, node, list(node.value.values()))
            splices += layout.splices(edit for edit in groups[path] if isinstance(edit, MemberEdit))
        else:
            raise ValueError(f"there is no mapping or list at {path}")
    try:
        result = _spliced(text, splices)
        value = to_value(parse(result)[0])
    except (UnreadableError, _OverlapError):
        value = None
    # Compared as they are written, so that the order of names and the types of numbers count.
    if repr(value) != repr(expected):
        raise EditError("this layout cannot be edited without changing more; nothing is changed")
    return result


def dropped(path: Path, name: str, mapping: Mapping[str, Any]) -> Edit:
    """A member gone: null where the mapping writes nulls, else no member at all."""
    nulls = any(value is None for value in mapping.values())
    return Put(path, name, None) if nulls else Remove(path, name)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(inner) for name, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list | tuple) else value


_Kind = TypeVar("_Kind", dict[str, Any], list[Any])


def _at(root: Any, path: Path, kind: type[_Kind]) -> _Kind:
    try:
        for step in path:
            root = root[step]
    except (LookupError, TypeError):
        root = None
    if isinstance(root, kind):
        return root
    raise ValueError(f"there is no {'mapping' if kind is dict else 'list'} at {path}")


def _revised_items(items: list[Any], edit: ItemEdit) -> list[Any]:
    """The items of a list after an edit of it."""
    if isinstance(edit, Reorder):
        if sorted(edit.order) != list(range(len(items))):
            raise ValueError(f"{edit.order} is no order of {len(items)} items")
        return [items[index] for index in edit.order]
    if not 0 <= edit.index < len(items):
        raise ValueError(f"there is no item {edit.index}")
    return [*items[: edit.index], edit.value, *items[edit.index + 1 :]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member of a mapping.

    Attributes:
        name: What it is called.
        value: Its value.
        origin: Which of the members that stand in the text it is; absent for a new one.
        renamed: Whether it had another name there.
        changed: Whether it had another value there.
    """

    name: str
    value: Any
    origin: int | None = None
    renamed: bool = False
    changed: bool = False


def _revised(entries: list[_Entry], edits: Iterable[Put | Remove | Rename]) -> list[_Entry]:
    """The members of a mapping after some edits of it."""
    for edit in edits:
        names = [entry.name for entry in entries]
        at = names.index(edit.name) if edit.name in names else None
        match edit:
            case Put(_, name, value, after) if at is None:
                new = names.index(after) + 1 if after in names else len(names)
                entries.insert(new, _Entry(name, value))
                continue
        if at is None:
            raise ValueError(f"there is no {edit.name}")
        match edit:
            case Put(_, _, value):
                entries[at] = replace(entries[at], value=value, changed=True)
            case Remove():
                del entries[at]
            case Rename(_, _, to, value):
                if to in names:
                    raise ValueError(f"{to} is there already")
                entries[at] = replace(entries[at], name=to, value=value, renamed=True, changed=True)
    return entries


@dataclass(slots=True)
class _Slot:
    """Where a member stands in the text: what is to stand there, and what comes in after it."""

    entry: _Entry | None = None
    after: list[_Entry] = field(default_factory=list)


def _slots(size: int, entries: Iterable[_Entry]) -> list[_Slot]:
    """The slots of a mapping that has ``size`` members in the text.

    New members before any that stays take the place of the first; in an empty mapping there is
    one slot for them.
    """
    slots = [_Slot() for _ in range(max(size, 1))]
    at = 0
    for entry in entries:
        if entry.origin is not None:
            at = entry.origin
        if entry.origin is not None or slots[at].entry is None:
            slots[at].entry = entry
        else:
            slots[at].after.append(entry)
    return slots


class _Splice(NamedTuple):
    """A piece of the text, from ``start`` to ``end``, and what is to stand there."""

    start: int
    end: int
    new: str


class _OverlapError(Exception):
    """Two edits touch the same piece of the text."""


def _spliced(text: str, splices: Iterable[_Splice]) -> str:
    parts, at, last = [], 0, None
    for splice in sorted(splices, key=lambda splice: splice.start):
        if splice == last and splice.start < splice.end:
            continue  # mappings inside each other that end in the same scalar
        if splice.start < at:
            raise _OverlapError
        last = splice
        parts += [text[at : splice.start], splice.new]
        at = splice.end
    return "".join([*parts, text[at:]])


_BREAK = re.compile(r"\r\n?|\n")
_SOMETHING = re.compile(r"\S")
_PROPERTIES = re.compile(r"(?:[!&]\S*\s+)*")
_BLOCK_SCALAR = re.compile(
    r"(?:[!&]\S*\s+)*(?P<header>[|>][+-]?[0-9]?[+-]?)(?P<comment>[ \t]+#[^\r\n]*)?"
)
_COLON = re.compile(r"\s*:")
_COMMA = re.compile(r"\s*,\s*")
_CLOSE_COLON = re.compile(r"[ \t]*:[ \t]*")
_CLOSE_COMMA = re.compile(r"[ \t]*,[ \t]*")
_DASH = re.compile(r"[ \t]*-[ \t]+")
_COMMENT_LINE = re.compile(r"[ \t]*#[^\r\n]*(?:\r\n?|\n)")
_FAR_COMMA = re.compile(r"(?:\s|#[^\r\n]*+)*+(,)")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What a double-quoted string may hold as it is, but had better not: it ends lines for some
# readers, reorders them, is no character, or is not let through by YAML.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def _written(value: Value) -> str:
    """A value as JSON and YAML both read it."""
    written = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


@dataclass(frozen=True, slots=True)
class _Layout:
    """A mapping as it is laid out in the text."""

    text: str
    node: Node
    members: list[Member]

    def splices(self, edits: Iterable[MemberEdit]) -> Iterator[_Splice]:
        """What to do to the text to make the edits of the mapping."""
        entries = [
            _Entry(str(member.key.value), None, origin)
            for origin, member in enumerate(self.members)
        ]
        entries = _revised(entries, edits)
        slots = _slots(len(self.members), entries)
        if not entries:
            yield from self._emptied()
        elif not self.members:
            new = ", ".join(f"{_written(entry.name)}: {_written(entry.value)}" for entry in entries)
            yield _Splice(self._inside(), self._inside(), new)
        else:
            yield from self._flow(slots) if self.node.flow else self._block(slots)

    def _emptied(self) -> Iterator[_Splice]:
        if self.node.flow and self._braced():
            yield _Splice(self._inside(), self.node.end - 1, "")
        else:
            yield _Splice(self._start(0), self._end(len(self.members) - 1), "{}")

    def _inside(self) -> int:
        """The index just past the opening brace."""
        return self._past_properties(self.node) + 1

    def _braced(self) -> bool:
        """Whether braces stand around the mapping: not so in ``[name: value]``."""
        return self.text[self._past_properties(self.node)] == "{"

    # Flow style, and JSON

    def _flow(self, slots: list[_Slot]) -> Iterator[_Splice]:
        bare = not self._braced()
        if bare:
            yield _Splice(self.node.start.index, self.node.start.index, "{")
        for index, slot in enumerate(slots):
            if slot.entry is None:
                continue
            yield from self._changed(index, slot.entry)
            comma = self._comma(index)
            new = "".join(f"{comma}{self._member(index, entry)}" for entry in slot.after)
            yield _Splice(self._end(index), self._end(index), new)
        for first, last in _runs(slots):
            yield from self._cut(first, last)
        if bare:
            end = self._end(len(slots) - 1)
            yield _Splice(end, end, "}")

    def _cut(self, first: int, last: int) -> Iterator[_Splice]:
        """Members that follow each other, taken out with their commas; comments stay."""
        if first:
            inside = range(first, last + 1)
            gaps = [self.text[self._end(index - 1) : self._start(index)] for index in inside]
            if not any("#" in gap for gap in gaps):
                yield _Splice(self._end(first - 1), self._end(last), "")
                return
        for index in range(first, last + 1):
            start, end = self._start(index), self._end(index)
            if comma := _COMMA.match(self.text, end):
                yield _Splice(start, comma.end(), "")
            else:
                yield _Splice(start, end, "")
                if comma := _FAR_COMMA.match(self.text, end):
                    yield _Splice(comma.start(1), comma.end(1), "")

    def _comma(self, index: int) -> str:
        """What separates a new member from the one before: the members' own way."""
        start = self._start(index)
        begin = _stripped(self.text, start, " \t")
        if begin and not _ends_in_break(self.text, begin):
            if len(self.members) > 1:
                gap = self.text[self._end(0) : self._start(1)]
                return gap if _CLOSE_COMMA.fullmatch(gap) else ", "
            return "," if self._colon(index) == ":" else ", "
        return f",{self._line_break(start)}{self.text[begin:start]}"

    # Block style

    def _block(self, slots: list[_Slot]) -> Iterator[_Splice]:
        indent = " " * (self._start(0) - self._line_start(0))
        for index, slot in enumerate(slots):
            if slot.entry is None:
                continue
            yield from self._changed(index, slot.entry)
            if slot.after:
                end = self._line_end(index)
                line = self._line_break(end) + indent
                new = "".join(f"{line}{self._member(index, entry)}" for entry in slot.after)
                if slot.entry.origin is not None and not slot.entry.changed:
                    yield from self._closed(self.members[index].value)
                yield _Splice(end, end, new)
        # The first member may stand behind a dash; then the next one moves up there.
        moving = bool(self.text[self._line_start(0) : self._start(0)].strip())
        for index, slot in enumerate(slots):
            if slot.entry is not None:
                moving = False
            elif moving:
                following = _following(self.text, self._line_end(index))
                yield _Splice(self._start(index), following, "")
                moving = following == self._start(index + 1)
            else:
                yield self._cut_lines(index)

    def _cut_lines(self, index: int) -> _Splice:
        """The lines of a member, with the break before them."""
        start, end = self._line_start(index), self._line_end(index)
        before = _break_before(self.text, start)
        if before == start:
            after = _BREAK.match(self.text, end)
            return _Splice(start, after.end() if after else end, "")
        if (
            end == len(self.text)
            and index
            and _open(self.text, _last(self.members[index - 1].value))
        ):
            return _Splice(start, end, "")
        return _Splice(before, end, "")

    def _closed(self, value: Node) -> Iterator[_Splice]:
        """A block scalar at the end of a text that ends within a line, kept from growing."""
        leaf = _last(value)
        header = _open(self.text, leaf)
        if header and leaf.end == len(self.text) and not _ends_in_break(self.text, leaf.end):
            width = header["header"].rstrip("+-")
            yield _Splice(header.start("header"), header.end("header"), f"{width}-")

    # Both styles

    def _changed(self, index: int, entry: _Entry) -> Iterator[_Splice]:
        """What takes the place of a member, of its name, or of its value."""
        member = self.members[index]
        if entry.origin is None:
            yield _Splice(self._start(index), self._end(index), self._member(index, entry))
            return
        if entry.renamed:
            yield _Splice(member.key.start.index, member.key.end, self._name(index, entry))
        if not entry.changed:
            return
        new = _written(entry.value)
        if self._empty(member):
            colon = _COLON.match(self.text, member.key.end)
            at = colon.end() if colon else member.key.end
            yield _Splice(at, at, f" {new}" if colon else f": {new}")
        else:
            header = _open(self.text, member.value)
            comment = (header and header["comment"]) or ""
            yield _Splice(member.value.start.index, self._end(index), new + comment)

    def _member(self, index: int, entry: _Entry) -> str:
        """A new member, written as a neighbour is."""
        return f"{self._name(index, entry)}{self._colon(index)}{_written(entry.value)}"

    def _colon(self, index: int) -> str:
        """What stands between name and value: as a neighbour has it, in one line."""
        member = self.members[index]
        if self.node.flow and not self._empty(member):
            gap = self.text[member.key.end : member.value.start.index]
            if _CLOSE_COLON.fullmatch(gap):
                return gap
        return ": "

    def _name(self, index: int, entry: _Entry) -> str:
        quoted = self.text[self._past_properties(self.members[index].key)] == '"'
        return _written(entry.name) if quoted or not _PLAIN.fullmatch(entry.name) else entry.name

    def _start(self, index: int) -> int:
        """Where a member begins: at its name, or at the question mark before that."""
        start = self.members[index].key.start.index
        before = _stripped(self.text, start, " \t")
        return before - 1 if before < start and self.text[before - 1 : before] == "?" else start

    def _end(self, index: int) -> int:
        """The index just past a member."""
        member = self.members[index]
        if self._empty(member):
            colon = _COLON.match(self.text, member.key.end)
            if self.node.flow and colon:
                return member.value.end
            return colon.end() if colon else member.key.end
        return _end_of(self.text, member.value)

    def _line_end(self, index: int) -> int:
        """The end of the line that a member ends in, just before the line break."""
        return _end_of_line(self.text, self._end(index))

    def _line_start(self, index: int) -> int:
        """The start of the line that a member begins in."""
        start = self.members[index].key.start
        return start.index - start.column

    def _line_break(self, at: int) -> str:
        """The line break that the text has, there or first of all."""
        found = _BREAK.match(self.text, at) or _BREAK.search(self.text)
        return found[0] if found else "\n"

    def _empty(self, member: Member) -> bool:
        """Whether nothing is written where the value would be."""
        value = member.value
        return value.value is None and value.end == value.start.index

    def _past_properties(self, node: Node) -> int:
        match = _PROPERTIES.match(self.text, node.start.index)
        return match.end() if match else node.start.index


@dataclass(frozen=True, slots=True)
class _Items:
    """A list as it is laid out in the text."""

    text: str
    node: Node
    items: list[Node]

    def splices(self, edits: Iterable[ItemEdit]) -> Iterator[_Splice]:
        """What to do to the text to make the edits of the list."""
        for edit in edits:
            if isinstance(edit, SetItem):
                item = self.items[edit.index]
                header = _open(self.text, item)
                comment = (header and header["comment"]) or ""
                start, end = item.start.index, _end_of(self.text, item)
                yield _Splice(start, end, _written(edit.value) + comment)
            else:
                extents = self._lines() or [
                    (item.start.index, _end_of(self.text, item)) for item in self.items
                ]
                for (start, end), index in zip(extents, edit.order, strict=True):
                    yield _Splice(start, end, self.text[slice(*extents[index])])

    def _lines(self) -> list[tuple[int, int]]:
        """The lines of each item with those ahead of it, where no two share a line."""
        extents: list[tuple[int, int]] = []
        for item in self.items:
            start = item.start.index - item.start.column
            if self.node.flow or not _DASH.fullmatch(self.text, start, item.start.index):
                return []
            if extents:
                after = _BREAK.match(self.text, extents[-1][1])
                start = after.end() if after else start
            else:
                while start and _COMMENT_LINE.fullmatch(
                    self.text, above := self._line_above(start), start
                ):
                    start = above
            extents.append((start, _end_of_line(self.text, _end_of(self.text, item))))
        return extents

    def _line_above(self, start: int) -> int:
        end = _break_before(self.text, start)
        return max(self.text.rfind("\n", 0, end), self.text.rfind("\r", 0, end)) + 1


def _runs(slots: list[_Slot]) -> Iterator[tuple[int, int]]:
    """The first and the last of slots in a row that are to go."""
    gone = [index for index, slot in enumerate(slots) if slot.entry is None]
    if gone:
        breaks = [index for index, (a, b) in enumerate(pairwise(gone), 1) if b != a + 1]
        for first, last in pairwise([0, *breaks, len(gone)]):
            yield gone[first], gone[last - 1]


def _last(node: Node) -> Node:
    """The node that a node ends with: itself, or the last one inside a block collection."""
    while not node.flow and node.value:
        if isinstance(node.value, dict):
            node = next(reversed(node.value.values())).value
        elif isinstance(node.value, list):
            node = node.value[-1]
    return node


def _end_of(text: str, node: Node) -> int:
    """The index just past a value that something is written for."""
    last = _last(node)
    if header := _open(text, last):
        if "+" in header["header"] and _ends_in_break(text, last.end):
            return _break_before(text, last.end)
        return _stripped(text, last.end, "\r\n")
    if last.end == last.start.index:
        return _stripped(text, last.end, " \t\r\n")
    return last.end


def _open(text: str, node: Node) -> re.Match[str] | None:
    """The header of a block scalar, if it is one: such a scalar takes in the lines below it."""
    if isinstance(node.value, str) and node.end > node.start.index:
        return _BLOCK_SCALAR.match(text, node.start.index)
    return None


def _end_of_line(text: str, at: int) -> int:
    """The end of a line, just before its break."""
    found = _BREAK.search(text, at)
    return found.start() if found else len(text)


def _break_before(text: str, start: int) -> int:
    """Where the line break just before the start of a line begins."""
    return start - (2 if text[max(0, start - 2) : start] == "\r\n" else min(start, 1))


def _ends_in_break(text: str, end: int) -> bool:
    return text[max(0, end - 1) : end] in ("\r", "\n")


def _following(text: str, at: int) -> int:
    """Where the next thing after ``at`` stands that is no white space."""
    found = _SOMETHING.search(text, at)
    return found.start() if found else len(text)


def _stripped(text: str, end: int, characters: str) -> int:
    """The end of the text before ``end`` without these characters in its tail."""
    while end and text[end - 1] in characters:
        end -= 1
    return end
