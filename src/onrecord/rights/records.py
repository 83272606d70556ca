"""Withhold and restore words in documents and flat records, as values.

All changes are computed first; if words could not be restored, that is refused before anything is
changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from onrecord.anchoring.article_text import ArticleText
from onrecord.anchoring.spans import offset, spans
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.findings import Finding, Path, Problem
from onrecord.readers.models.records import Row, version_of
from onrecord.rights.allowed import may_stay
from onrecord.rules.base import Check
from onrecord.schema.arrow import OF_WORDS
from onrecord.schema.current import Article, Document
from onrecord.schema.edits import Edit, Put, Rename, dropped, edited

D = TypeVar("D", bound=Document)


class Irreversible(Check, listed=False):
    """Report that words cannot be withheld or restored without losing something."""

    message = "{message:whole}"
    hint = "{hint:whole}"


def refusal(path: Path, message: str, hint: str) -> Problem:
    """Return a problem because of which words are neither withheld nor restored."""
    return Problem(Irreversible, facts={"message": message, "hint": hint}, path=path)


def refusal_line(finding: Finding) -> str:
    """Return the finding of a refusal as one line."""
    where = ": ".join(part for part in (str(finding.place), finding.path) if part)
    return f"{where}: {finding.message}; {finding.hint}"


class RefusedError(InputError):
    """Signal that words cannot be withheld or restored without losing something.

    Attributes:
        refusals: All reasons.
    """

    def __init__(self, refusals: Sequence[Problem]) -> None:
        more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        super().__init__(f"{refusal_line(refusals[0].finding())}{more}")
        self.refusals = tuple(refusals)


def dehydrate(document: D, text: str | None = None) -> D:
    """Return a document in which words that may not be passed on are replaced by digests.

    Args:
        document: A document whose spans are located.
        text: Its article's text, if the document does not contain it, to check the spans against.

    Raises:
        RefusedError: Withheld words could not be restored.
    """
    value = document.model_dump()
    article = value["article"]
    copy = _copy(article, text)
    return _typed(document, withhold(type(document), value, Facts.of(article), copy))


def hydrate(document: D, text: str) -> D:
    """Return a document with all words restored from the text, and the text itself.

    It is the inverse of `dehydrate`.

    Raises:
        RefusedError: The text is another one, or does not have the digest of a span at its offsets.
    """
    value = document.model_dump()
    facts = Facts.of(value["article"])
    return _typed(document, restore(type(document), value, facts, ArticleText(text)))


def dehydrate_record(record: Row, article: Row) -> dict[str, Any]:
    """Return a flat record in which words that may not be passed on are replaced by digests.

    Args:
        record: An article, a quote or a claim, as in a table.
        article: Its article; for an article, the record itself.

    Raises:
        RefusedError: Withheld words could not be restored.
    """
    steps = withhold(model_of_record(record), record, Facts.of(article), _copy(article, None))
    return _changed(record, steps)


def hydrate_record(record: Row, article: Row, text: str) -> dict[str, Any]:
    """Return a flat record with all words restored (``article`` as in `dehydrate_record`).

    Raises:
        RefusedError: The text is another one, or does not have the digest of a span at its offsets.
    """
    steps = restore(model_of_record(record), record, Facts.of(article), ArticleText(text))
    return _changed(record, steps)


# A change of a value: an edit, or what prevents it.
Step = Edit | Problem

ANCHOR = "run onrecord anchor --write, which fills in and corrects offsets"
_TEXT = "give the text that the article's offsets index"
KEEP = "name a folder that keeps it: --texts DIR"


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold the values of an article that decide which of its words are withheld."""

    id: str
    redistribute: str
    sha256: str | None
    length: int | None
    carries_text: bool

    @classmethod
    def of(cls, article: Row) -> Facts:
        return cls(
            article["id"],
            article["rights"]["redistribute"],
            article.get("text_sha256"),
            offset(article.get("text_length")),
            article.get("text") is not None,
        )


def _copy(article: Row, text: str | None) -> ArticleText | None:
    """Return the article's available text: the given one, otherwise its own."""
    text = article.get("text") if text is None else text
    return None if text is None else ArticleText(text)


def withhold(
    model: type[BaseModel], value: Row, article: Facts, text: ArticleText | None
) -> Iterator[Step]:
    """Yield the edits that remove withheld words from a value, and refusals if words would be lost.

    If the text is available, all words are checked against it.
    """
    if article.redistribute == "full":
        return
    path = _article_path(model)
    if text and (refusals := list(_other_text(path or (), article, text))):
        yield from refusals
        return
    steps = [
        step
        for span_path, role, span in spans(model, value)
        for step in _withhold_span(span_path, role, span, article, text)
    ]
    yield from steps
    body = _at(value, path) if path is not None else {}
    if (steps or text) and (article.sha256 is None or article.length is None):
        message = f"article {article.id} has no text_sha256 or text_length: without them nobody "
        yield refusal(path or (), f"{message}can restore what is withheld", ANCHOR)
    if path is not None and body.get("text") is not None:
        yield dropped(path, "text", body)
    # What derives from the words, in tables that were published and written again.
    yield from (dropped((), name, value) for name in OF_WORDS if value.get(name) is not None)


def _withhold_span(
    path: Path, role: str, span: Row, article: Facts, text: ArticleText | None
) -> Iterator[Step]:
    words, start, end = span.get("exact"), offset(span.get("start")), offset(span.get("end"))
    context = [name for name in ("prefix", "suffix") if span.get(name) is not None]
    quoted = bool(span.get("quoted"))
    stays = words is None or may_stay(article.redistribute, role, words, quoted=quoted)
    if start is None or end is None:
        if context or not stays:
            yield refusal(path, "without offsets its words could not be restored", ANCHOR)
    elif text and words is not None and not text.has(words, start, end):
        yield refusal((*path, "exact"), "the text has other words at its offsets", ANCHOR)
    elif words is not None and span.get("sha256") not in (None, texts.sha256(words)):
        hint = "delete it; it is computed when the words are withheld"
        yield refusal((*path, "sha256"), "this is not the digest of its words", hint)
    else:
        if words is not None and not stays:
            yield from _swapped(path, span, "exact", "sha256", texts.sha256(words))
        yield from (dropped(path, name, span) for name in context)


def restore(
    model: type[BaseModel], value: Row, article: Facts, text: ArticleText, *, inline: bool = True
) -> Iterator[Step]:
    """Yield the edits that restore words in a value, and refusals; ``inline`` also adds the text."""
    if article.redistribute == "full" and article.carries_text:
        return
    path = _article_path(model)
    if refusals := list(_other_text(path or (), article, text)):
        yield from refusals
        return
    if inline and path is not None and _at(value, path).get("text") is None:
        yield Put(path, "text", text.text, "language")
    for span_path, _, span in spans(model, value):
        yield from _restore_span(span_path, span, text)


def _restore_span(path: Path, span: Row, text: ArticleText) -> Iterator[Step]:
    words, digest = span.get("exact"), span.get("sha256")
    start, end = offset(span.get("start")), offset(span.get("end"))
    if start is None or end is None:
        if words is None:
            yield refusal(path, "without offsets its words cannot be restored", _TEXT)
        return
    there = text.text[start:end]
    if not 0 <= start < end <= len(text.text):
        yield refusal((*path, "end"), "its offsets lie outside the text", _TEXT)
    elif words is None and digest is None:
        hint = "write its words into exact"
        yield refusal(path, "it has neither words nor a digest to prove them by", hint)
    elif words not in (None, there):
        yield refusal((*path, "exact"), "the text has other words at its offsets", ANCHOR)
    elif digest not in (None, texts.sha256(there)):
        message = "the words that the text has at its offsets have another digest"
        yield refusal((*path, "sha256"), message, "correct the offsets, or write the words")
    else:
        if words is None:
            yield from _swapped(path, span, "sha256", "exact", there)
        prefix, suffix = text.context(start, end)
        for name, around, after in (("prefix", prefix, "end"), ("suffix", suffix, "prefix")):
            if span.get(name) is None:
                yield Put(path, name, around, after)


def _other_text(path: Path, article: Facts, text: ArticleText) -> Iterator[Problem]:
    """Yield a refusal if a text is not proved to be the article's."""
    if article.sha256 is None:
        message = f"article {article.id} has no text_sha256, which would prove its text"
        yield refusal(path, message, ANCHOR)
    elif article.sha256 != text.sha256:
        message = f"the available text is not that of article {article.id}: its SHA-256 is "
        yield refusal((*path, "text_sha256"), f"{message}{text.sha256}", _TEXT)
    elif article.length not in (None, len(text.text)):
        message = f"the text of article {article.id} has {len(text.text)} characters, not "
        yield refusal((*path, "text_length"), f"{message}{article.length}", "correct it")


def _swapped(path: Path, span: Row, name: str, to: str, value: str) -> Iterator[Edit]:
    """Yield the edits that replace one member of a span by another."""
    if to in span:
        yield Put(path, to, value)
        yield dropped(path, name, span)
    else:
        yield Rename(path, name, to, value)


def _article_path(model: type[BaseModel]) -> Path | None:
    """Return the path of the article in a value of a model; None if it has none."""
    if issubclass(model, Document):
        return ("article",)
    return () if issubclass(model, Article) else None


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def settled(steps: Iterable[Step]) -> tuple[list[Edit], list[Problem]]:
    """Separate edits from refusals."""
    edits: list[Edit] = []
    refusals: list[Problem] = []
    for step in steps:
        if isinstance(step, Problem):
            refusals.append(step)
        else:
            edits.append(step)
    return edits, refusals


def _changed(value: Row, steps: Iterable[Step]) -> dict[str, Any]:
    edits, refusals = settled(steps)
    if refusals:
        raise RefusedError(refusals)
    return dict(edited(value, edits))


def _typed(document: D, steps: Iterable[Step]) -> D:
    return type(document).model_validate(_changed(document.model_dump(), steps))


def model_of_record(record: Row) -> type[BaseModel]:
    """Return the model of a flat record."""
    version = version_of(dict(record))
    if version is None:
        raise ValueError(f"schema version {record['schema_version']!r} is not supported")
    return version.models[record["record_type"]]
