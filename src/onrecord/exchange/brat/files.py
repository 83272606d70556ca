"""Read the files of an article in brat: annotations, text, and the files of an export."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from onrecord.exchange.base import SourceItem, Value, in_text, problem_at
from onrecord.exchange.brat.options import BratOptions, listed
from onrecord.exchange.brat.pairing import Names, Pair
from onrecord.exchange.brat.standoff import SIDECAR
from onrecord.exchange.jsonfiles import JsonText, read_lines
from onrecord.exchange.references import localise
from onrecord.files.opening import File, Text, content, decode, mark_at
from onrecord.files.texts import sha256
from onrecord.findings import Located, Mark, Problem, Where
from onrecord.rules import articles, importing, reading
from onrecord.schema import CURRENT

# How many possible names of the text of an annotation file are listed.
_EXPECTED = 3


class Files:
    """Read the files of an article: annotations, text, and what an export wrote beside them.

    Attributes:
        annotations: The file of annotations.
        start: Finds its beginning.
        article: The article in the form of a document, without its text.
        beside: The records that an export wrote to a file beside the annotations.
        text: The text; None if there is none.
        where_in_text: Finds the location of an offset in the text.
        problems: Problems of the files.
    """

    def __init__(self, options: BratOptions, file: File, pair: Pair, article_id: str) -> None:
        self._options = options
        self._file = file
        self.problems: list[Problem] = []
        self.annotations = decode(file, content(file))
        self.problems += [
            in_text(self.annotations, problem) for problem in self.annotations.problems
        ]
        self.start: Where = lambda: self.annotations.point(Mark(0, 0, 0))
        self.article, self.beside = self._sidecar(article_id)
        self.where_in_text: Callable[[int], Located] | None = None
        self.text = self._text(pair.text)

    @property
    def has_leading_mark(self) -> bool:
        """Return whether the text begins with a byte order mark, which some programs count."""
        return any(problem.check is importing.LeadingMark for problem in self.problems)

    def _text(self, path: Path | None) -> str | None:
        """Return the text beside the annotations; None if there is none."""
        if path is None:
            names = Names(listed(self._options.names)).readings(self._file.path)
            texts = list(dict.fromkeys(f"{text}.txt" for text, _ in names))
            folder = self._options.source_texts
            inside = f" in {folder}" if folder else ""
            named = " or ".join(texts[:_EXPECTED]) or f"a name such as {self._options.names}"
            missing = importing.TextMissing
            self.problems.append(problem_at(self.start, missing, expected=named + inside))
            return None
        file = self._file.at(path, self._options.source_texts)
        source = decode(file, content(file))
        text, known = source.text, self.article.get("text_sha256")
        self.where_in_text = lambda at: source.point(mark_at(source.text, at))
        marked = any(problem.check is reading.ByteOrderMark for problem in source.problems)
        if marked and known == sha256("\ufeff" + text):
            return "\ufeff" + text
        self.problems += [in_text(source, problem) for problem in source.problems]
        begin: Where = lambda: source.point(Mark(0, 0, 0))  # noqa: E731  # a place, as elsewhere
        if not text and source.readable:
            facts = {"field": "text", "found": "empty", "expected": "at least one character"}
            self.problems.append(problem_at(begin, reading.NotAllowed, **facts))
        elif known is not None and known != sha256(text):
            facts = {"found": sha256(text), "expected": str(known)}
            self.problems.append(problem_at(begin, articles.TextDigestDiffers, **facts))
        self._note_line_ends(source)
        return text

    def _note_line_ends(self, source: Text) -> None:
        ends = list(re.finditer(r"\r\n|\n|\r", source.text))
        other = next((one for one in ends if one[0] != ends[0][0]), None)
        if other is not None:
            kinds = [one[0] for one in ends]
            named = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}
            facts = {name: kinds.count(kind) for name, kind in named.items()}
            mark = mark_at(source.text, other.start())
            mixed = importing.MixedLineEnds
            self.problems.append(problem_at(lambda: source.point(mark), mixed, **facts))

    def _sidecar(self, article_id: str) -> tuple[Value, list[SourceItem]]:
        """Return the article, and the records that an export wrote beside the annotations."""
        path = self._file.path.with_suffix(SIDECAR)
        article: Value = {
            "id": article_id,
            "language": self._options.language_of(),
            "rights": self._options.rights_of_text(),
        }
        items: list[SourceItem] = []
        sidecar = self._file.at(path)
        if sidecar.exists():
            for source, _ in read_lines(sidecar):
                record = source.value
                if isinstance(record, dict) and record.get("record_type") == "article":
                    article = self._rights({**entry_of(record), "id": record.get("id")})
                    self.problems += [*source.problems, *_version(source, record)]
                else:
                    items.append(_beside_item(source))
        for item in items:
            if item.value is not None:
                localise(item.value, article)
        return article, items

    def _rights(self, article: Value) -> Value:
        """Return an article with its rights, unless options override them."""
        said = {"license": self._options.license, "redistribute": self._options.redistribute}
        rights = article.get("rights")
        if isinstance(rights, dict):
            article["rights"] = rights | {name: value for name, value in said.items() if value}
        return article


def entry_of(record: Value) -> Value:
    """Return a flat record without the fields that a document has elsewhere."""
    outside = ("record_type", "schema_version", "article_id")
    return {name: value for name, value in record.items() if name not in outside}


def _version(source: JsonText, record: Value) -> list[Problem]:
    """Return the problem that a record names an unsupported schema version, if it does."""
    found = record.get("schema_version")
    if found == CURRENT.number:
        return []
    where, facts = lambda: source.locate(("schema_version",)), {"supported": CURRENT.number}
    return [problem_at(where, reading.UnsupportedVersion, found=str(found), **facts)]


def _beside_item(source: JsonText) -> SourceItem:
    """Convert a record from the file beside the annotations to an item."""
    where: Where = lambda: source.locate(())  # noqa: E731  # a place, as elsewhere
    record, problems = source.value, source.problems
    if not isinstance(record, dict) or record.get("record_type") not in ("quote", "claim"):
        if source.readable:
            problems = [*problems, source.no_object(record, (), "an article, a quote or a claim")]
        return SourceItem(where, "quote", problems=problems)
    value = {**entry_of(record), "id": record.get("id")}
    kind: Literal["quote", "claim"] = "quote" if record["record_type"] == "quote" else "claim"
    return SourceItem(where, kind, value, [*problems, *_version(source, record)], exported=True)
