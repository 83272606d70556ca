"""Publish the changelog of a corpus, and quote its newest entry on the card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from onrecord.files.opening import File, content, decode

if TYPE_CHECKING:
    from onrecord.publishing.publication import Publishing

NAME = "CHANGELOG.md"

_ENTRY = re.compile(r"^## +(?P<title>.*)$", re.MULTILINE)
# The most lines of an entry that the card quotes, and their longest.
_LINES, _LENGTH = 40, 1000


def write(publishing: Publishing) -> None:
    """Write a copy of the corpus's changelog, if it has one."""
    if (text := read(publishing)) is not None:
        (publishing.tables / NAME).write_text(text, "utf-8", newline="\n")


def read(publishing: Publishing) -> str | None:
    """Return the changelog in the folder of a corpus; None if it has none.

    Raises:
        InputError: It cannot be read, is not UTF-8, or is a link that leads out of the boundary.
    """
    path = publishing.folder / NAME
    file = File(path, path.as_posix(), boundary=publishing.source.records.corpus.boundary)
    return decode(file, content(file)).text.replace("\r\n", "\n") if file.exists() else None


def newest(changelog: str) -> Markup | None:
    """Return the first entry of a changelog as a quotation in Markdown; None if there is none.

    Its Markdown has no effect beyond the quotation, and no HTML in it has an effect.
    """
    if not (found := _ENTRY.search(changelog)):
        return None
    following = _ENTRY.search(changelog, found.end())
    lines = changelog[found.start() : following.start() if following else None].strip().split("\n")
    shown = [line[:_LENGTH] for line in lines[:_LINES]]
    if len(lines) > _LINES or shown != lines[:_LINES]:
        shown += ["", "…"]
    return Markup("\n".join(f"> {_harmless(line)}".rstrip() for line in shown))  # noqa: S704


def _harmless(line: str) -> str:
    line = re.sub("^##", "###", line)
    return re.sub("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", "\ufffd", line).replace(
        "<", "&lt;"
    )
