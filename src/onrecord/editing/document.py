"""Edit a document in place and keep its comments and layout.

An edit states what is to change in the value; `onrecord.editing.layout` decides where in the text.
The changed text is parsed again: unless it has exactly the expected value, the edit fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from onrecord.editing.layout import Items, Layout
from onrecord.editing.splices import OverlapError, Splice, spliced
from onrecord.errors import InputError
from onrecord.files.opening import File, Text, content, decode
from onrecord.files.texts import UnreadableTextError
from onrecord.findings import Finding, Path
from onrecord.readers.formats import DOCUMENTS, reader_of
from onrecord.readers.models.document import DocumentReader, Parse
from onrecord.readers.models.records import follows_older, hygiene, identifier, point, version_of
from onrecord.readers.syntax.nodes import Json, Node, UnreadableError, find, nearest, to_value
from onrecord.rules.reading import UnreadableText
from onrecord.schema import CURRENT, SchemaVersion
from onrecord.schema.edits import Edit, ItemEdit, MemberEdit, Wrap, edited


class EditError(InputError):
    """Signal that an edit would have changed more or less than requested; nothing is changed.

    The document has a layout that cannot be edited.
    """


@dataclass(frozen=True, slots=True)
class DocumentEditor:
    """Edit a document in place: hold its text, its tree, its value and its parser."""

    source: Text
    root: Node
    value: dict[str, Json]
    version: SchemaVersion
    parse: Parse

    def node(self, path: Path) -> Node:
        """Return the node at a path, or the nearest existing one around it."""
        return nearest(self.root, path)

    def edited(self, edits: Sequence[Edit]) -> str:
        """Return the text after some edits.

        Raises:
            EditError: The layout does not allow them.
        """
        try:
            return edited_text(self.source.text, self.root, edits, self.parse)
        except EditError as error:
            raise EditError(f"{self.source.file.name}: {error}") from None


def open_document(file: File, *, any_version: bool = False) -> DocumentEditor | tuple[Finding, ...]:
    """Open the document in a file; return the findings if it cannot be edited.

    It need not be valid by the model, but must be a mapping without duplicate names, in a known
    encoding and of the current version of the schema.

    Args:
        file: The file.
        any_version: Whether it may also follow an older version.

    Raises:
        InputError: The file cannot be read, or holds no document.
    """
    if file.unread:
        return (file.unread,)
    reader = reader_of(file.path)
    if not isinstance(reader, DocumentReader):
        raise InputError(f"{file.name} is no document; those are {', '.join(DOCUMENTS)}")
    editor = editor_of(decode(file, content(file)), reader.parse)
    if editor and editor.version is not CURRENT and not any_version:
        return (follows_older(editor.source, editor.root, editor.version),)
    return editor or tuple(item for item in reader.read(file) if isinstance(item, Finding))


def unreadable_text(editor: DocumentEditor, error: UnreadableTextError) -> Finding:
    """Return the finding that the text of a document's article cannot be read."""
    place, excerpt = point(editor.source, editor.root, ("article", "id"))
    record = identifier(editor.value.get("article"))
    return UnreadableText.finding(place, error.facts, record=record, path="text", excerpt=excerpt)


def editor_of(source: Text, parse: Parse) -> DocumentEditor | None:
    """Return an editor for a document, or a record in a line of a table, if it can be edited."""
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
    return DocumentEditor(source, root, value, version, parse)


def edited_text(text: str, root: Node, edits: Sequence[Edit], parse: Parse) -> str:
    """Return the text of a document after some edits, with everything else unchanged.

    Args:
        text: The document.
        root: Its tree, as ``parse`` returns it.
        edits: The edits, applied one after the other, as in ``edited``, but values are wrapped
            last, the innermost first.
        parse: The parser of the document's syntax.

    Raises:
        EditError: The changed text would not have the value that ``edited`` returns.
        ValueError: An edit refers to a value that does not exist.
    """
    wraps = [edit for edit in edits if isinstance(edit, Wrap)]
    others: list[Edit] = [edit for edit in edits if not isinstance(edit, Wrap)]
    # Wrapping moves what is inside, so it comes last, the innermost values first.
    wraps.sort(key=lambda wrap: -len(wrap.path))
    passes: list[list[Edit]] = [others]
    passes += [list(group) for _, group in groupby(wraps, lambda wrap: len(wrap.path))]
    for some in passes:
        if some:
            text = _edited_at_once(text, root, some, parse)
            root = parse(text)[0]
    return text


def _edited_at_once(text: str, root: Node, edits: Sequence[Edit], parse: Parse) -> str:
    """Return the text after edits that do not move each other's values."""
    expected = edited(to_value(root), edits)
    groups: dict[Path, list[Edit]] = {}
    for edit in edits:
        groups.setdefault(edit.path, []).append(edit)
    splices: list[Splice] = []
    # Where a mapping ends with another one inside it, new lines of the inner one come first.
    for path in sorted(groups, key=len, reverse=True):
        node = find(root, path)
        if node and isinstance(node.value, list):
            items = Items(text, node, node.value)
            splices += items.splices(edit for edit in groups[path] if isinstance(edit, ItemEdit))
        elif node and isinstance(node.value, dict):
            layout = Layout(text, node, list(node.value.values()))
            splices += layout.splices(edit for edit in groups[path] if isinstance(edit, MemberEdit))
        else:
            raise ValueError(f"there is no mapping or list at {path}")
    try:
        result = spliced(text, splices)
        value = to_value(parse(result)[0])
    except (UnreadableError, OverlapError):
        value = None
    # Compared as they are written, so that the order of names and the types of numbers count.
    if repr(value) != repr(expected):
        raise EditError("this layout cannot be edited without changing more; nothing is changed")
    return result
