"""Finding the words of spans in an article's text, and finding them again after it changed.

Annotators write the words; where they stand is found here and filled in: offsets, and a little of
the text before and after, so that the words can be told from the same words elsewhere. A guess is
never made. Words that stand in several places need a ``prefix`` or ``suffix`` from the annotator,
and words that are not in the text are shown with the passage that is most like them.

In a text that was edited, words are found again where they differ in white space or typography
only. What differs in anything else is shown and never taken for the same; where numbers or words
that negate differ, that is said.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from onrecord.anchoring.reanchor import Reanchored, Wanted, reanchor, same_sense
from onrecord.editing.document import DocumentEditor, open_document, unreadable_text
from onrecord.editing.edits import Edit, Put, dropped
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.atomic import replace_file
from onrecord.files.limits import MAX_BYTES
from onrecord.files.opening import decode, mark_at
from onrecord.files.problems import Path, path_text
from onrecord.findings import Finding, Place
from onrecord.language import context, passages
from onrecord.language.folding import Tier
from onrecord.readers import File, open_reader
from onrecord.readers.syntax.nodes import Node
from onrecord.rules.reading import ByteOrderMark
from onrecord.schema.shape import Struct, paths
from onrecord.schema.v0 import Span
from onrecord.schema.v0.types import Slug

# How many code points before and after a span are kept to find it again.
CONTEXT = 32
# How many places of words are told where they stand in many.
MAX_CANDIDATES = 100
# What tells a place from the others is looked for among so many and no more.
MAX_COMPARED = 10_000
# Passages like lost words are looked for in so many characters of text and no more; else a long
# document that was given the wrong text would keep people waiting.
MAX_SEARCHED = 200_000_000

# From this score on a passage is proposed for words that a changed text does not have.
ALIKE = 75.0

Outcome = Literal["anchored", "fits", "ambiguous", "similar", "changed", "lost"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in the article's text where the words of a span may stand.

    Attributes:
        start: Offset of its first character, in code points.
        end: Offset just past its last character.
        line: Line of the text, from 1.
        before: A little of the text before it.
        words: The text there.
        after: A little of the text after it.
        score: How alike it is to the words looked for, from 0 to 100, which is the same.
        context: The prefix or suffix, or both, that tells it from all other places of the words, by
            these names; nothing where no context that a span may have does.
    """

    start: int
    end: int
    line: int
    before: str
    words: str
    after: str
    score: float = 100.0
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Anchored:
    """What became of the words of one span.

    Attributes:
        path: Where the span is in the document, such as ``quotes[0].content[0]``.
        place: Where its words stand in the document's file.
        words: The words.
        outcome: ``fits``: its offsets were right already. ``anchored``: they were filled in.
            ``ambiguous``: the words stand in several places, or there is no telling whether the
            place where they stand is theirs. ``lost``: they stand in none. In a text that was
            edited, ``similar``: a passage much like them stands there; ``changed``: one does, with
            other numbers or other words that negate.
        start: Offset of the words in the text, if that is known; likewise ``end``.
        candidates: The places where ambiguous words stand, the first hundred at most.
        nearest: The passage most like lost words, if there is one that is at all.
        tier: How the words of an edited text that were found again are the same.
        now: The words as the edited text has them, where they are written otherwise.
        given: The prefix and suffix that ambiguous words were given with, by these names.
        unmatched: Which of these are at none of the places; both, if they are not at the same.
    """

    path: str
    place: Place
    words: str
    outcome: Outcome
    start: int | None = None
    end: int | None = None
    candidates: tuple[Candidate, ...] = ()
    nearest: Candidate | None = None
    tier: Tier | None = None
    now: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchoring:
    """What anchoring a document comes to.

    Attributes:
        file: The document's file.
        before: The document as it is.
        after: The document with all filled in that could be.
        spans: The spans with words, in the order in which they stand in the document.
        withheld: How many spans have a digest in place of words, and are left as they are.
        findings: What could not be read. Spans elsewhere are anchored all the same.
        text_changed: Whether the words were looked for in a text that was edited. Then all spans
            that have offsets are found again, or nothing is changed: the offsets of one document
            index one text.
        store: The text of an article whose rights pass it on whole, but which has it neither in the
            document nor beside it: it is written to ``ID.txt`` beside the document.
    """

    file: File
    before: str = ""
    after: str = ""
    spans: tuple[Anchored, ...] = ()
    withheld: int = 0
    findings: tuple[Finding, ...] = ()
    text_changed: bool = False
    store: tuple[File, str] | None = None

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after or self.store is not None

    @property
    def complete(self) -> bool:
        """Whether every span that has words has its place."""
        settled = all(span.outcome in ("anchored", "fits") for span in self.spans)
        return settled and not self.findings

    def write(self) -> None:
        """Write the document, if anything in it changed, and the text that is to be beside it.

        Raises:
            InputError: One of them cannot be written; then it is as it was.
        """
        if self.before != self.after:
            replace_file(self.file.path, self.after.encode(), self.file.boundary)
        if self.store is not None:
            beside, text = self.store
            replace_file(beside.path, text.encode(), beside.boundary)


def anchor(
    file: File, folder: texts.TextFolder | None = None, *, text_changed: bool = False
) -> Anchoring:
    """Find the words of a document's spans in the text of its article.

    The text is the one in the document, else in ``ID.txt`` beside it, else in the folder. The
    article's digest and length are filled in too where it has none. A text from the folder whose
    rights pass it on whole is to be stored beside the document. Nothing is written.

    Where rights withhold any words of the article, or a span of the document has a digest in place
    of its words, no words are added to any: offsets are filled in, ``prefix`` and ``suffix`` are
    not.

    Args:
        file: The document, which need not be complete.
        folder: Texts of articles, found by digest or id.
        text_changed: Whether a text other than the one that the offsets index is taken for that
            text, edited. All spans are found again in it, or nothing is filled in.

    Raises:
        InputError: The document or text cannot be read, the text is not at hand, or the one at
            hand is another than the document's offsets index and ``text_changed`` is not said.
    """
    editor = open_document(file)
    if isinstance(editor, tuple):
        return Anchoring(file, findings=editor)
    source = editor.source.text
    facts = _facts(editor)
    if facts is None:
        return Anchoring(file, source, source, findings=tuple(_findings(file)))
    try:
        text = ArticleText(
            _edited_text(file, facts, folder)
            if text_changed
            else _text_at_hand(file, facts, folder)
        )
    except texts.UnreadableTextError as error:
        return Anchoring(file, source, source, findings=(unreadable_text(editor, error),))
    found = [(path, span) for path, _, span in spans(editor.version.document, editor.value)]
    legible = [(path, span) for path, span in found if _is_legible(span)]
    legible.sort(key=lambda one: editor.node(one[0]).start)
    nodes = [editor.node(path) for path, span in found if not _is_legible(span)]
    findings = tuple(_findings_in(editor, nodes)) if nodes else ()
    if not facts.fit(text.text):
        reanchored = _reanchored(editor, legible, facts, text, findings)
        return (
            replace(reanchored, store=_to_store(editor, facts, text))
            if reanchored.changed
            else reanchored
        )
    withheld = sum(span.get("exact") is None for _, span in legible)
    around = not withheld and _passes_on_all(editor.value)
    edits: list[Edit] = list(_article_edits(editor.value["article"], text))
    anchored: list[Anchored] = []
    for path, span in legible:
        if span.get("exact") is not None:
            one = _anchored(editor, path, span, text)
            edits += _span_edits(path, span, one, text, around=around)
            anchored.append(one)
    return Anchoring(
        file,
        source,
        editor.edited(edits),
        tuple(anchored),
        withheld,
        findings,
        store=_to_store(editor, facts, text),
    )


def _to_store(editor: DocumentEditor, facts: _Facts, text: ArticleText) -> tuple[File, str] | None:
    """Return the file to store an article's text in, and the text, if it is to be published."""
    file = editor.source.file
    beside = file.at(texts.beside(file.path, facts.id))
    if facts.text is not None or beside.exists() or not _passes_on_all(editor.value):
        return None
    return beside, text.text


def missing(editor: DocumentEditor, folder: texts.TextFolder | None = None) -> list[Edit]:
    """What can be filled in where a document says nothing; nothing that it says is changed.

    That is the digest and the length of the text, the offsets of words that have none, and the
    context of words that stand at their offsets, unless rights withhold words of the article.

    Raises:
        InputError: The text is not at hand, or is another than the document's offsets index.
    """
    facts = _facts(editor)
    if facts is None:
        return []
    text = ArticleText(_text_at_hand(editor.source.file, facts, folder))
    found = [
        (path, span)
        for path, _, span in spans(editor.version.document, editor.value)
        if _is_legible(span)
    ]
    withheld = any(span.get("exact") is None for _, span in found)
    around = not withheld and _passes_on_all(editor.value)
    edits: list[Edit] = list(_article_edits(editor.value["article"], text))
    for path, span in found:
        given = {name for name, value in span.items() if value is not None}
        if "exact" in given:
            one = _anchored(editor, path, span, text)
            if one.outcome == "fits" or not {"start", "end"} <= given:
                edits += (
                    edit
                    for edit in _span_edits(path, span, one, text, around=around)
                    if isinstance(edit, Put)
                    and (edit.name not in given or edit.name in ("start", "end"))
                )
    return edits


class ArticleText:
    """The text of an article: to find words in, and to prove by its digest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._searched = 0

    @cached_property
    def sha256(self) -> str:
        """The text's digest."""
        return texts.sha256(self.text)

    def places(self, words: str, limit: int = MAX_CANDIDATES) -> list[int]:
        """Where words stand, overlapping or not: the first places, up to a limit."""
        found: list[int] = []
        at = self.text.find(words)
        while at >= 0 and len(found) < limit:
            found.append(at)
            at = self.text.find(words, at + 1)
        return found

    def has(self, words: str, start: int, end: int) -> bool:
        """Whether these words stand there."""
        return 0 <= start == end - len(words) and self.text.startswith(words, start)

    def context(self, start: int, end: int) -> tuple[str, str]:
        """The prefix and the suffix of a span."""
        return self.text[max(0, start - CONTEXT) : start], self.text[end : end + CONTEXT]

    def candidate(self, start: int, end: int, score: float = 100.0) -> Candidate:
        """A place in the text with what is around it."""
        line = bisect.bisect_right(self._lines, start)
        before, after = self.context(start, end)
        return Candidate(start, end, line, before, self.text[start:end], after, score)

    def candidates(self, extents: Sequence[tuple[int, int]]) -> tuple[Candidate, ...]:
        """Return places of the same words, the first hundred, each with what tells it apart."""
        some = [self.candidate(*extent) for extent in extents[:MAX_CANDIDATES]]
        if len(extents) > MAX_COMPARED:
            return tuple(some)
        told = context.telling(self.text, extents, MAX_CANDIDATES)
        return tuple(replace(one, context=known) for one, known in zip(some, told, strict=True))

    def nearest(self, words: str) -> Candidate | None:
        """The passage most like some words, widened to whole words."""
        if self._searched > MAX_SEARCHED:
            return None
        self._searched += len(self.text)
        found = passages.nearest(words, self.text)
        return self.candidate(*found) if found else None

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]


def spans(model: type[BaseModel], value: Any) -> Iterator[tuple[Path, str, Any]]:
    """The spans in a record of a model, or in a value that is meant to be one, whatever its state.

    Yields:
        The path of each, its role in the model (``quotes.speaker.mention``), and what stands
        there. Where something stands that leads to no span, its path comes with no mapping.
    """
    for steps in _span_steps(model):
        role = ".".join(steps).replace("[]", "")
        for path, found in _follow(value, steps, ()):
            yield path, role, found


def offset(value: Any) -> int | None:
    """A number as an offset; like the model, it reads JSON's 1.0 as 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else None


def copies(
    file: File, article_id: str, digest: str | None, folder: texts.TextFolder | None
) -> Iterator[tuple[str, str]]:
    """The texts that may be an article's, beside its document and in a folder, with their places.

    Raises:
        UnreadableTextError: One of them cannot be read.
    """
    beside = file.at(texts.beside(file.path, article_id))
    beside.check()
    if beside.path.exists():
        yield beside.name, read_text(beside, digest)
    if folder and (found := folder.find(article_id, digest)) is not None:
        yield str(folder.folder), found


def read_text(file: File, digest: str | None) -> str:
    """The text of an article in a file, given its digest if that is known.

    Raises:
        UnreadableTextError: It cannot be read, or is not UTF-8.
    """
    file.check()
    text = decode(file, texts.read_data(file.path, MAX_BYTES + 1))
    for problem in text.problems:
        if problem.check is not ByteOrderMark:
            finding = text.finding(problem)
            where = f"{finding.message} in line {finding.place.line}"
            raise texts.UnreadableTextError(file.path, where, finding.hint)
    return texts.choose(text.text, digest)


@cache
def _span_steps(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    found = []
    for steps, member in paths(model):
        if isinstance(member.inner, Struct) and issubclass(member.inner.model, Span):
            found.append(steps)
    return tuple(found)


def _follow(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if value is None:
        return
    if not steps or not isinstance(value, dict | BaseModel):
        yield path, value
        return
    name = steps[0].removesuffix("[]")
    inner = value.get(name) if isinstance(value, dict) else getattr(value, name)
    if name == steps[0]:
        yield from _follow(inner, steps[1:], (*path, name))
    elif isinstance(inner, list | tuple):
        for index, item in enumerate(inner):
            yield from _follow(item, steps[1:], (*path, name, index))
    elif inner is not None:
        yield (*path, name), None


def _is_legible(span: Any) -> bool:
    """Whether it can be told what is to be found; offsets that are none are no hindrance."""
    if not isinstance(span, dict) or span.get("exact") == "":
        return False
    words = [span.get(name) for name in ("exact", "prefix", "suffix")]
    offsets = [span.get(name) for name in ("start", "end")]
    return all(isinstance(one, str | None) for one in words) and not any(
        isinstance(one, dict | list) for one in offsets
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a document says of its article's text."""

    id: str
    text: str | None
    sha256: str | None
    length: int | None

    def fit(self, text: str) -> bool:
        """Whether it is the text that the document's offsets index, as far as can be told."""
        if self.sha256 is not None:
            return texts.sha256(text) == self.sha256
        return self.length in (None, len(text))


_slug: TypeAdapter[str] = TypeAdapter(Slug)


def _facts(editor: DocumentEditor) -> _Facts | None:
    article = editor.value.get("article")
    if not isinstance(article, dict):
        return None
    text, digest, length = (article.get(f"text{part}") for part in ("", "_sha256", "_length"))
    try:
        article_id = _slug.validate_python(article.get("id"))
    except ValidationError:
        return None
    if not isinstance(text, str | None) or not isinstance(digest, str | None) or text == "":
        return None
    if length is not None and offset(length) is None:
        return None
    return _Facts(article_id, text, digest, offset(length))


def _text_at_hand(file: File, facts: _Facts, folder: texts.TextFolder | None) -> str:
    inline = [("the document", facts.text)] if facts.text is not None else None
    other: tuple[str, str] | None = None
    for where, text in inline or copies(file, facts.id, facts.sha256, folder):
        if facts.fit(text):
            return text
        other = other or (where, text)
    if other:
        where, text = other
        raise InputError(
            f"{file.name}: the text in {where} is another than the one that was anchored before: "
            f"it has {len(text)} characters and SHA-256 {texts.sha256(text)}, the article's "
            f"text_length is {facts.length} and its text_sha256 {facts.sha256}; give that text, "
            "or say --text-changed to find the words again in this one"
        )
    elsewhere = f" ({folder.folder} does not have it)" if folder else ""
    raise InputError(
        f"{file.name}: the text of article {facts.id} is not at hand; put it into {facts.id}.txt "
        f"beside the file, or name the folder that has it: --texts DIR{elsewhere}"
    )


def _passes_on_all(document: Mapping[str, Any]) -> bool:
    """Whether the article's rights let every word pass."""
    rights = document["article"].get("rights")
    return isinstance(rights, dict) and rights.get("redistribute") == "full"


def _edited_text(file: File, facts: _Facts, folder: texts.TextFolder | None) -> str:
    """The text at hand that is not the one which the document's offsets index, else that one."""
    found = (
        [facts.text]
        if facts.text is not None
        else [text for _, text in copies(file, facts.id, facts.sha256, folder)]
    )
    named = folder.find(facts.id, None) if folder and facts.text is None else None
    if named is not None and named not in map(texts.take_in, found):
        found.append(named)
    return next((text for text in found if not facts.fit(text)), None) or _text_at_hand(
        file, facts, folder
    )


def _reanchored(
    editor: DocumentEditor,
    legible: Sequence[tuple[Path, Mapping[str, Any]]],
    facts: _Facts,
    text: ArticleText,
    findings: tuple[Finding, ...],
) -> Anchoring:
    """Find all spans again in the text, which was edited."""
    wanted = [_wanted(span) for _, span in legible]
    spans_: list[Anchored] = []
    edits: list[Edit] = [
        Put(("article",), "text_sha256", text.sha256, "text" if facts.text else "language"),
        Put(("article",), "text_length", len(text.text), "text_sha256"),
    ]
    every_word = all(one.words is not None for one in wanted) and _passes_on_all(editor.value)
    for (path, span), one, reanchored in zip(
        legible, wanted, reanchor(wanted, text.text, facts.length), strict=True
    ):
        found = _found_again(editor, path, one, reanchored, text)
        spans_.append(found)
        edits += _renewals(path, span, found, text, every_word=every_word)
    settled = all(
        found.start is not None
        for found, one in zip(spans_, wanted, strict=True)
        if one.start is not None or one.end is not None
    )
    before = editor.source.text
    after = editor.edited(edits) if settled and not findings else before
    return Anchoring(
        editor.source.file, before, after, tuple(spans_), findings=findings, text_changed=True
    )


def _wanted(span: Mapping[str, Any]) -> Wanted:
    digest = span.get("sha256")
    return Wanted(
        span.get("exact"),
        digest if isinstance(digest, str) else None,
        offset(span.get("start")),
        offset(span.get("end")),
        span.get("prefix") or "",
        span.get("suffix") or "",
    )


def _found_again(
    editor: DocumentEditor, path: Path, one: Wanted, reanchored: Reanchored, text: ArticleText
) -> Anchored:
    name = "exact" if one.words is not None else "sha256"
    place, _ = editor.source.point(editor.node((*path, name)).start)
    words = one.words if one.words is not None else f"SHA-256 {one.digest}"

    def became(outcome: Outcome, **known: Any) -> Anchored:
        return Anchored(path_text(path), place, words, outcome, **known)

    if reanchored.place:
        start, end, tier = reanchored.place
        now = text.text[start:end] if tier != "exact" else None
        outcome: Outcome = (
            "fits" if (start, end) == (one.start, one.end) and not now else "anchored"
        )
        return became(outcome, start=start, end=end, tier=tier, now=now)
    if reanchored.places:
        return became("ambiguous", candidates=text.candidates([at[:2] for at in reanchored.places]))
    nearest = text.nearest(one.words) if one.words else None
    if nearest is None or nearest.score < ALIKE or one.words is None:
        return became("lost", nearest=nearest)
    same = same_sense(one.words, nearest.words)
    return became("similar" if same else "changed", nearest=nearest)


def _renewals(
    path: Path, span: Mapping[str, Any], found: Anchored, text: ArticleText, *, every_word: bool
) -> Iterator[Edit]:
    """What a span is to say of the edited text; context where it may have any."""
    if found.start is None or found.end is None:
        return
    if found.now is not None:
        yield Put(path, "exact", found.now)
        if span.get("sha256") is not None:
            yield Put(path, "sha256", texts.sha256(found.now))
    yield Put(path, "start", found.start, "exact" if "exact" in span else "sha256")
    yield Put(path, "end", found.end, "start")
    extent = (found.start, found.end)
    yield from _context_edits(path, span, extent, text, around=every_word, stale=True)


def _article_edits(article: Any, text: ArticleText) -> Iterator[Put]:
    after = "text" if "text" in article else "language"
    if article.get("text_sha256") is None:
        yield Put(("article",), "text_sha256", text.sha256, after)
    if article.get("text_length") is None:
        yield Put(("article",), "text_length", len(text.text), "text_sha256")


def _anchored(
    editor: DocumentEditor, path: Path, span: Mapping[str, Any], text: ArticleText
) -> Anchored:
    words, prefix, suffix = (span.get(name) or "" for name in ("exact", "prefix", "suffix"))
    place, _ = editor.source.point(editor.node((*path, "exact")).start)

    def became(outcome: Outcome, **known: Any) -> Anchored:
        return Anchored(path_text(path), place, words, outcome, **known)

    start, end = offset(span.get("start")), offset(span.get("end"))
    if start is not None and end is not None and text.has(words, start, end):
        fits = context.is_before(prefix, text.text, start)
        fits = fits and context.is_after(suffix, text.text, end)
        if fits or text.places(words, 2) == [start]:
            return became("fits", start=start, end=end)
        # The offsets say one thing, the context another.
        some = text.places(words)
    else:
        some = context.places(text.text, words, prefix, suffix, MAX_CANDIDATES)
        some = some or text.places(words)
        if len(some) == 1:
            return became("anchored", start=some[0], end=some[0] + len(words))
    if not some:
        return became("lost", nearest=text.nearest(words))
    found = {at: (at, at + len(words)) for at in text.places(words, MAX_COMPARED + 1)}
    # What tells a place apart tells it from all; those that the context leaves come first.
    extents = [found.pop(at, (at, at + len(words))) for at in some]
    candidates = text.candidates([*extents, *found.values()])[: len(some)]
    given = {name: value for name, value in (("prefix", prefix), ("suffix", suffix)) if value}
    unmatched = _unmatched(text.text, words, given)
    return became("ambiguous", candidates=candidates, given=given, unmatched=unmatched)


def _unmatched(text: str, words: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return which of a prefix and suffix are at no place of the words; both if not at the same."""
    alone = tuple(
        name
        for name, value in given.items()
        if not context.places(text, words, **{"prefix": "", "suffix": "", name: value}, limit=1)
    )
    both = context.places(text, words, given.get("prefix", ""), given.get("suffix", ""), 1)
    return alone or (() if both else tuple(given))


def _span_edits(
    path: Path, span: Mapping[str, Any], found: Anchored, text: ArticleText, *, around: bool
) -> Iterator[Edit]:
    """What to fill in for a span; what is around it only if that is allowed."""
    if found.start is None or found.end is None:
        return
    if found.outcome == "anchored":
        yield Put(path, "start", found.start, "exact")
        yield Put(path, "end", found.end, "start")
    extent = (found.start, found.end)
    yield from _context_edits(path, span, extent, text, around=around)


def _context_edits(
    path: Path,
    span: Mapping[str, Any],
    extent: tuple[int, int],
    text: ArticleText,
    *,
    around: bool,
    stale: bool = False,
) -> Iterator[Edit]:
    """Return what prefix and suffix are to be.

    Where they differ from the text in white space at their edges, only that is corrected. Where
    they are missing or other words, they are taken from the text if that is allowed, and other
    words of an earlier text, which are ``stale``, are taken out if it is not.
    """
    start, end = extent
    prefix, suffix = text.context(start, end)
    sides = (
        ("prefix", prefix, "end", context.is_before, context.prefix_at, start),
        ("suffix", suffix, "prefix", context.is_after, context.suffix_at, end),
    )
    for name, beside, after, fits, corrected, at in sides:
        given = span.get(name)
        if given is not None and fits(given, text.text, at):
            exact = corrected(given, text.text, at)
            if exact and exact != given:
                yield Put(path, name, exact, after)
        elif around:
            yield Put(path, name, beside, after)
        elif stale and given is not None:
            yield dropped(path, name, span)


def _findings(file: File) -> Iterator[Finding]:
    return (item for item in open_reader(file).read(file) if isinstance(item, Finding))


def _findings_in(editor: DocumentEditor, nodes: Sequence[Node]) -> Iterator[Finding]:
    """What is wrong in some parts of a document."""
    source = editor.source
    extents = [
        (source.point(node.start)[0].sort_key, source.point(mark_at(source.text, node.end))[0])
        for node in nodes
    ]
    for finding in _findings(source.file):
        at = finding.place.sort_key
        if any(start <= at < end.sort_key or at == start for start, end in extents):
            yield finding
