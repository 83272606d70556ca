"""Find the words of spans in an article's text, and find them again after it has changed.

Annotators write the words; this module finds their offsets and adds some of the text before and
after, which distinguishes the words from the same words elsewhere. It never guesses. Words that are
in several places need a ``prefix`` or ``suffix`` from the annotator, and for words that are not in
the text, the most similar passage is shown.

In a text that was edited, words are found again if they differ only in white space or typography.
Other differences are shown and never accepted; differences in numbers or negations are pointed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onrecord.anchoring.article_text import MAX_CANDIDATES, ArticleText
from onrecord.anchoring.facts import Facts, available_text, edited_text, facts_of
from onrecord.anchoring.reanchor import Reanchored, Wanted, reanchor, same_sense
from onrecord.anchoring.result import Anchored, Anchoring, Outcome
from onrecord.anchoring.spans import offset, spans
from onrecord.editing.document import DocumentEditor, open_document, unreadable_text
from onrecord.files import texts
from onrecord.files.opening import File, mark_at
from onrecord.findings import Finding, Path, path_text
from onrecord.language import context
from onrecord.language.passages import ALIKE
from onrecord.language.text_index import MAX_PLACES
from onrecord.readers.formats import open_reader
from onrecord.readers.syntax.nodes import Node
from onrecord.schema.edits import Edit, Put, dropped


def anchor(
    file: File, folder: texts.TextFolder | None = None, *, text_changed: bool = False
) -> Anchoring:
    """Find the words of a document's spans in the text of its article.

    The text is the one in the document, otherwise in ``ID.txt`` beside it, otherwise in the folder.
    If the article has no digest and length, they are filled in too. If rights allow to pass on the
    text and it comes from the folder, it is to be stored beside the document. Nothing is written.

    If rights withhold any words of the article, or a span of the document has a digest in place of
    its words, no words are added: offsets are filled in, ``prefix`` and ``suffix`` are not.

    Args:
        file: The document, which need not be complete.
        folder: Texts of articles, found by digest or id.
        text_changed: Whether a text other than the one that the offsets refer to is an edited
            version of it. All spans are found again in it, or nothing is filled in.

    Raises:
        InputError: The document or text cannot be read, the text is not available, or it is not the
            one that the offsets refer to and ``text_changed`` is false.
    """
    editor = open_document(file)
    if isinstance(editor, tuple):
        return Anchoring(file, findings=editor)
    source = editor.source.text
    facts = facts_of(editor)
    if facts is None:
        return Anchoring(file, source, source, findings=tuple(_findings(file)))
    try:
        text = ArticleText(
            edited_text(file, facts, folder)
            if text_changed
            else available_text(file, facts, folder)
        )
    except texts.UnreadableTextError as error:
        return Anchoring(file, source, source, findings=(unreadable_text(editor, error),))
    found = [
        (path, span) for path, _, span in spans(editor.version.models["document"], editor.value)
    ]
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


def _to_store(editor: DocumentEditor, facts: Facts, text: ArticleText) -> tuple[File, str] | None:
    """Return the file and the text of an article, if it may be published and is not stored."""
    file = editor.source.file
    beside = file.at(texts.beside(file.path, facts.id))
    if facts.text is not None or beside.exists() or not _passes_on_all(editor.value):
        return None
    return beside, text.text


def missing(editor: DocumentEditor, folder: texts.TextFolder | None = None) -> list[Edit]:
    """Return edits that fill in absent values of a document without changing existing ones.

    These are the digest and length of the text, absent offsets of words, and the context of words
    that are at their offsets, unless rights withhold words of the article.

    Raises:
        InputError: The text is not available, or is not the one that the offsets refer to.
    """
    facts = facts_of(editor)
    if facts is None:
        return []
    text = ArticleText(available_text(editor.source.file, facts, folder))
    found = [
        (path, span)
        for path, _, span in spans(editor.version.models["document"], editor.value)
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


def _is_legible(span: Any) -> bool:
    """Return whether the words of a span are known; its offsets may be invalid."""
    if not isinstance(span, dict) or span.get("exact") == "":
        return False
    words = [span.get(name) for name in ("exact", "prefix", "suffix")]
    offsets = [span.get(name) for name in ("start", "end")]
    return all(isinstance(one, str | None) for one in words) and not any(
        isinstance(one, dict | list) for one in offsets
    )


def _passes_on_all(document: Mapping[str, Any]) -> bool:
    """Return whether the article's rights allow all of its words to be passed on."""
    rights = document["article"].get("rights")
    return isinstance(rights, dict) and rights.get("redistribute") == "full"


def _reanchored(
    editor: DocumentEditor,
    legible: Sequence[tuple[Path, Mapping[str, Any]]],
    facts: Facts,
    text: ArticleText,
    findings: tuple[Finding, ...],
) -> Anchoring:
    """Find all spans again in the edited text."""
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
    """Yield the edits of a span for the edited text, with context only if rights allow it."""
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
        # Offsets and context contradict each other.
        some = text.places(words, MAX_CANDIDATES)
    else:
        some = text.places_between(prefix, words, suffix, MAX_CANDIDATES)
        some = some or text.places(words, MAX_CANDIDATES)
        if len(some) == 1:
            return became("anchored", start=some[0], end=some[0] + len(words))
    if not some:
        return became("lost", nearest=text.nearest(words))
    found = {at: (at, at + len(words)) for at in text.places(words, MAX_PLACES + 1)}
    # A distinguishing context is computed among all places; those that match the context come first.
    extents = [found.pop(at, (at, at + len(words))) for at in some]
    candidates = text.candidates([*extents, *found.values()])[: len(some)]
    given = {name: value for name, value in (("prefix", prefix), ("suffix", suffix)) if value}
    unmatched = _unmatched(text, words, given)
    return became("ambiguous", candidates=candidates, given=given, unmatched=unmatched)


def _unmatched(text: ArticleText, words: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return which of a prefix and suffix are at no place of the words; both if not at the same."""
    prefix, suffix = given.get("prefix", ""), given.get("suffix", "")
    sides = {"prefix": (prefix, ""), "suffix": ("", suffix)}
    alone = tuple(
        name for name in given if not text.places_between(sides[name][0], words, sides[name][1], 1)
    )
    both = text.places_between(prefix, words, suffix, 1)
    return alone or (() if both else tuple(given))


def _span_edits(
    path: Path, span: Mapping[str, Any], found: Anchored, text: ArticleText, *, around: bool
) -> Iterator[Edit]:
    """Yield the edits that fill in a span, with context only if rights allow it."""
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
    """Yield the edits of prefix and suffix.

    If they differ from the text only in white space at their edges, this is corrected. If they are
    absent or have other words, they are taken from the text if rights allow it; otherwise words
    from an earlier text (``stale``) are removed.
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
    """Yield the findings in some parts of a document."""
    source = editor.source
    extents = [
        (source.point(node.start)[0].sort_key, source.point(mark_at(source.text, node.end))[0])
        for node in nodes
    ]
    for finding in _findings(source.file):
        at = finding.place.sort_key
        if any(start <= at < end.sort_key or at == start for start, end in extents):
            yield finding
