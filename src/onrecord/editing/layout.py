"""Convert edits of mappings and lists into splices of a text that keep its layout.

The parser's tree has the position where every value begins. It does not have the end of a block
collection of YAML (the end of the node includes the blank lines and comments that follow), so ends
are computed from the values inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from onrecord.editing import ends
from onrecord.editing.splices import Splice, write_value
from onrecord.readers.syntax.nodes import Member, Node
from onrecord.schema.edits import Entry, ItemEdit, MemberEdit, SetItem, revised

_PROPERTIES = re.compile(r"(?:[!&]\S*\s+)*")
_COLON = re.compile(r"\s*:")
_COMMA = re.compile(r"\s*,\s*")
_CLOSE_COLON = re.compile(r"[ \t]*:[ \t]*")
_CLOSE_COMMA = re.compile(r"[ \t]*,[ \t]*")
_DASH = re.compile(r"[ \t]*-[ \t]+")
_COMMENT_LINE = re.compile(r"[ \t]*#[^\r\n]*(?:\r\n?|\n)")
_FAR_COMMA = re.compile(r"(?:\s|#[^\r\n]*+)*+(,)")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Compute the splices that edit a mapping in the text."""

    text: str
    node: Node
    members: list[Member]

    def splices(self, edits: Iterable[MemberEdit]) -> Iterator[Splice]:
        """Yield the splices that make the edits of the mapping."""
        entries = [
            Entry(str(member.key.value), None, origin) for origin, member in enumerate(self.members)
        ]
        entries = revised(entries, edits)
        slots = slots_of(len(self.members), entries)
        if not entries:
            yield from self._emptied()
        elif not self.members:
            new = ", ".join(
                f"{write_value(entry.name)}: {write_value(entry.value)}" for entry in entries
            )
            yield Splice(self._inside(), self._inside(), new)
        else:
            yield from self._flow(slots) if self.node.flow else self._block(slots)

    def _emptied(self) -> Iterator[Splice]:
        if self.node.flow and self._braced():
            yield Splice(self._inside(), self.node.end - 1, "")
        else:
            yield Splice(self._start(0), self._end(len(self.members) - 1), "{}")

    def _inside(self) -> int:
        """Return the index just after the opening brace."""
        return self._past_properties(self.node) + 1

    def _braced(self) -> bool:
        """Return whether the mapping has braces; in ``[name: value]`` it has none."""
        return self.text[self._past_properties(self.node)] == "{"

    # Flow style, and JSON

    def _flow(self, slots: list[Slot]) -> Iterator[Splice]:
        bare = not self._braced()
        if bare:
            yield Splice(self.node.start.index, self.node.start.index, "{")
        for index, slot in enumerate(slots):
            if slot.entry is None:
                continue
            yield from self._changed(index, slot.entry)
            comma = self._comma(index)
            new = "".join(f"{comma}{self._member(index, entry)}" for entry in slot.after)
            yield Splice(self._end(index), self._end(index), new)
        for first, last in _runs(slots):
            yield from self._cut(first, last)
        if bare:
            end = self._end(len(slots) - 1)
            yield Splice(end, end, "}")

    def _cut(self, first: int, last: int) -> Iterator[Splice]:
        """Yield the splices that remove consecutive members with their commas, but keep comments."""
        if first:
            inside = range(first, last + 1)
            gaps = [self.text[self._end(index - 1) : self._start(index)] for index in inside]
            if not any("#" in gap for gap in gaps):
                yield Splice(self._end(first - 1), self._end(last), "")
                return
        for index in range(first, last + 1):
            start, end = self._start(index), self._end(index)
            if comma := _COMMA.match(self.text, end):
                yield Splice(start, comma.end(), "")
            else:
                yield Splice(start, end, "")
                if comma := _FAR_COMMA.match(self.text, end):
                    yield Splice(comma.start(1), comma.end(1), "")

    def _comma(self, index: int) -> str:
        """Return the text between a new member and the one before, in the mapping's style."""
        start = self._start(index)
        begin = ends.stripped(self.text, start, " \t")
        if begin and not ends.ends_in_break(self.text, begin):
            if len(self.members) > 1:
                gap = self.text[self._end(0) : self._start(1)]
                return gap if _CLOSE_COMMA.fullmatch(gap) else ", "
            return "," if self._colon(index) == ":" else ", "
        return f",{self._line_break(start)}{self.text[begin:start]}"

    # Block style

    def _block(self, slots: list[Slot]) -> Iterator[Splice]:
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
                yield Splice(end, end, new)
        # The first member may follow a dash; then the next one moves there.
        moving = bool(self.text[self._line_start(0) : self._start(0)].strip())
        for index, slot in enumerate(slots):
            if slot.entry is not None:
                moving = False
            elif moving:
                following = ends.next_visible(self.text, self._line_end(index))
                yield Splice(self._start(index), following, "")
                moving = following == self._start(index + 1)
            else:
                yield self._cut_lines(index)

    def _cut_lines(self, index: int) -> Splice:
        """Return the splice that removes the lines of a member and the line break before them."""
        start, end = self._line_start(index), self._line_end(index)
        before = ends.break_before(self.text, start)
        if before == start:
            after = ends.BREAK.match(self.text, end)
            return Splice(start, after.end() if after else end, "")
        if (
            end == len(self.text)
            and index
            and ends.block_scalar(self.text, ends.last_leaf(self.members[index - 1].value))
        ):
            return Splice(start, end, "")
        return Splice(before, end, "")

    def _closed(self, value: Node) -> Iterator[Splice]:
        """Yield a splice that adds ``-`` to the header of a block scalar at the end of the text.

        Without it, the scalar would gain a line break when a member is added after it.
        """
        leaf = ends.last_leaf(value)
        header = ends.block_scalar(self.text, leaf)
        if header and leaf.end == len(self.text) and not ends.ends_in_break(self.text, leaf.end):
            width = header["header"].rstrip("+-")
            yield Splice(header.start("header"), header.end("header"), f"{width}-")

    # Both styles

    def _changed(self, index: int, entry: Entry) -> Iterator[Splice]:
        """Yield the splices that replace a member, its name or its value."""
        member = self.members[index]
        if entry.origin is None:
            yield Splice(self._start(index), self._end(index), self._member(index, entry))
            return
        if entry.renamed:
            yield Splice(member.key.start.index, member.key.end, self._name(index, entry))
        if entry.wrapped:
            yield from self._wrapped(member.value)
        if not entry.changed:
            return
        new = write_value(entry.value)
        if self._empty(member):
            colon = _COLON.match(self.text, member.key.end)
            at = colon.end() if colon else member.key.end
            yield Splice(at, at, f" {new}" if colon else f": {new}")
        else:
            header = ends.block_scalar(self.text, member.value)
            comment = (header and header["comment"]) or ""
            yield Splice(member.value.start.index, self._end(index), new + comment)

    def _wrapped(self, value: Node) -> Iterator[Splice]:
        """Yield the splices that make a value the only item of a list; null stays null."""
        if value.value is None:
            return
        start, end = value.start.index, ends.end_of(self.text, value)
        if value.flow or not isinstance(value.value, dict):
            yield Splice(start, start, "[")
            yield Splice(end, end, "]")
            return
        yield Splice(start, start, "- ")
        for line_break in ends.BREAK.finditer(self.text, start, end):
            at = line_break.end()
            if not ends.BREAK.match(self.text, at):
                yield Splice(at, at, "  ")

    def _member(self, index: int, entry: Entry) -> str:
        """Return the text of a new member in the style of its neighbour."""
        return f"{self._name(index, entry)}{self._colon(index)}{write_value(entry.value)}"

    def _colon(self, index: int) -> str:
        """Return the text between name and value in the neighbour's style, without line breaks."""
        member = self.members[index]
        if self.node.flow and not self._empty(member):
            gap = self.text[member.key.end : member.value.start.index]
            if _CLOSE_COLON.fullmatch(gap):
                return gap
        return ": "

    def _name(self, index: int, entry: Entry) -> str:
        quoted = self.text[self._past_properties(self.members[index].key)] == '"'
        return write_value(entry.name) if quoted or not _PLAIN.fullmatch(entry.name) else entry.name

    def _start(self, index: int) -> int:
        """Return the index of a member's name, or of the question mark before it."""
        start = self.members[index].key.start.index
        before = ends.stripped(self.text, start, " \t")
        return before - 1 if before < start and self.text[before - 1 : before] == "?" else start

    def _end(self, index: int) -> int:
        """Return the index just after a member."""
        member = self.members[index]
        if self._empty(member):
            colon = _COLON.match(self.text, member.key.end)
            if self.node.flow and colon:
                return member.value.end
            return colon.end() if colon else member.key.end
        return ends.end_of(self.text, member.value)

    def _line_end(self, index: int) -> int:
        """Return the index of the line break after a member."""
        return ends.end_of_line(self.text, self._end(index))

    def _line_start(self, index: int) -> int:
        """Return the index of the beginning of the line in which a member begins."""
        start = self.members[index].key.start
        return start.index - start.column

    def _line_break(self, at: int) -> str:
        """Return the line break at an index, else the first one of the text, else a line feed."""
        found = ends.BREAK.match(self.text, at) or ends.BREAK.search(self.text)
        return found[0] if found else "\n"

    def _empty(self, member: Member) -> bool:
        """Return whether a member has no text for its value."""
        value = member.value
        return value.value is None and value.end == value.start.index

    def _past_properties(self, node: Node) -> int:
        match = _PROPERTIES.match(self.text, node.start.index)
        return match.end() if match else node.start.index


@dataclass(frozen=True, slots=True)
class Items:
    """Compute the splices that edit a list in the text."""

    text: str
    node: Node
    items: list[Node]

    def splices(self, edits: Iterable[ItemEdit]) -> Iterator[Splice]:
        """Yield the splices that make the edits of the list."""
        for edit in edits:
            if isinstance(edit, SetItem):
                item = self.items[edit.index]
                header = ends.block_scalar(self.text, item)
                comment = (header and header["comment"]) or ""
                start, end = item.start.index, ends.end_of(self.text, item)
                yield Splice(start, end, write_value(edit.value) + comment)
            else:
                extents = self._lines() or [
                    (item.start.index, ends.end_of(self.text, item)) for item in self.items
                ]
                for (start, end), index in zip(extents, edit.order, strict=True):
                    yield Splice(start, end, self.text[slice(*extents[index])])

    def _lines(self) -> list[tuple[int, int]]:
        """Return the start and end of the lines of each item, with the comment lines before it.

        The list is empty if two items may share a line.
        """
        extents: list[tuple[int, int]] = []
        for item in self.items:
            start = item.start.index - item.start.column
            if self.node.flow or not _DASH.fullmatch(self.text, start, item.start.index):
                return []
            if extents:
                after = ends.BREAK.match(self.text, extents[-1][1])
                start = after.end() if after else start
            else:
                while start and _COMMENT_LINE.fullmatch(
                    self.text, above := self._line_above(start), start
                ):
                    start = above
            extents.append((start, ends.end_of_line(self.text, ends.end_of(self.text, item))))
        return extents

    def _line_above(self, start: int) -> int:
        end = ends.break_before(self.text, start)
        return max(self.text.rfind("\n", 0, end), self.text.rfind("\r", 0, end)) + 1


def _runs(slots: list[Slot]) -> Iterator[tuple[int, int]]:
    """Yield the first and last index of each run of slots that have no entry."""
    gone = [index for index, slot in enumerate(slots) if slot.entry is None]
    if gone:
        breaks = [index for index, (a, b) in enumerate(pairwise(gone), 1) if b != a + 1]
        for first, last in pairwise([0, *breaks, len(gone)]):
            yield gone[first], gone[last - 1]


@dataclass(slots=True)
class Slot:
    """Hold a member's new content at its position in the text, and members inserted after it."""

    entry: Entry | None = None
    after: list[Entry] = field(default_factory=list)


def slots_of(size: int, entries: Iterable[Entry]) -> list[Slot]:
    """Return the slots of a mapping that has ``size`` members in the text.

    New members before the first remaining one go into the first slot; an empty mapping has one slot
    for them.
    """
    slots = [Slot() for _ in range(max(size, 1))]
    at = 0
    for entry in entries:
        if entry.origin is not None:
            at = entry.origin
        if entry.origin is not None or slots[at].entry is None:
            slots[at].entry = entry
        else:
            slots[at].after.append(entry)
    return slots
