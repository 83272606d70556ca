"""Find the text of an article, and search for words in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from onrecord.files import texts
from onrecord.files.limits import MAX_BYTES
from onrecord.files.opening import File, decode
from onrecord.language import context
from onrecord.language.passages import PassageSearch
from onrecord.language.text_index import MAX_PLACES, TextIndex
from onrecord.rules.reading import ByteOrderMark

# How many code points before and after a span are kept to reanchor it.
CONTEXT = 32
# How many places of words are listed, at most.
MAX_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """Describe a place in the article's text where the words of a span may be.

    Attributes:
        start: Offset of its first character, in code points.
        end: Offset just after its last character.
        line: Line of the text, from 1.
        before: Some of the text before it.
        words: The text there.
        after: Some of the text after it.
        score: Its similarity to the words of the span, from 0 to 100 (identical).
        context: A prefix, a suffix or both that distinguish it from all other places of the words,
            by these names; empty if that needs more than a span may have.
    """

    start: int
    end: int
    line: int
    before: str
    words: str
    after: str
    score: float = 100.0
    context: Mapping[str, str] = field(default_factory=dict)


class ArticleText(TextIndex):
    """Search for words in the text of an article, and compute its digest."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._search = PassageSearch()

    @cached_property
    def sha256(self) -> str:
        """Return the digest of the text."""
        return texts.sha256(self.text)

    def context(self, start: int, end: int) -> tuple[str, str]:
        """Return the text around two offsets that is used as prefix and suffix."""
        return self.text[max(0, start - CONTEXT) : start], self.text[end : end + CONTEXT]

    def candidate(self, start: int, end: int, score: float = 100.0) -> Candidate:
        """Return a candidate with the text around it."""
        before, after = self.context(start, end)
        return Candidate(start, end, self.line(start), before, self.text[start:end], after, score)

    def candidates(self, extents: Sequence[tuple[int, int]]) -> tuple[Candidate, ...]:
        """Return at most ``MAX_CANDIDATES`` places of the same words, with distinct context."""
        some = [self.candidate(*extent) for extent in extents[:MAX_CANDIDATES]]
        if len(extents) > MAX_PLACES:
            return tuple(some)
        stated = context.distinguishing(self.text, extents, MAX_CANDIDATES)
        return tuple(replace(one, context=known) for one, known in zip(some, stated, strict=True))

    def nearest(self, words: str) -> Candidate | None:
        """Return the passage that is most similar to some words, extended to whole words."""
        found = self._search.nearest(words, self.text)
        return self.candidate(*found) if found else None


def copies(
    file: File, article_id: str, digest: str | None, folder: texts.TextFolder | None
) -> Iterator[tuple[str, str]]:
    """Yield texts that may be an article's, beside its document and in a folder, with their paths.

    Raises:
        UnreadableTextError: One of them cannot be read.
    """
    beside = file.at(texts.beside(file.path, article_id))
    beside.check()
    if beside.path.exists():
        yield beside.name, read_text(beside, digest)
    if folder and (found := folder.find(article_id, digest, file.text_format)) is not None:
        yield str(folder.folder), found


def read_text(file: File, digest: str | None) -> str:
    """Read the text of an article from a file, given its digest if that is known.

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
    return texts.choose(file.path, text.text, digest, file.text_format)
