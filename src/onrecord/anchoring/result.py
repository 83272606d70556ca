"""The result of anchoring a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from onrecord.anchoring.article_text import Candidate
from onrecord.files.atomic import replace_file
from onrecord.findings import Finding, Place
from onrecord.language.folding import Tier
from onrecord.readers import File

Outcome = Literal["anchored", "fits", "ambiguous", "similar", "changed", "lost"]


@dataclass(frozen=True, slots=True)
class Anchored:
    """Give the result of anchoring one span.

    Attributes:
        path: Where the span is in the document, such as ``quotes[0].content[0]``.
        place: Where its words are in the document's file.
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
    """Give the result of anchoring a document, and what would change in it.

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
        """Return whether there is anything to write."""
        return self.before != self.after or self.store is not None

    @property
    def complete(self) -> bool:
        """Return whether every span that has words has its place."""
        settled = all(span.outcome in ("anchored", "fits") for span in self.spans)
        return settled and not self.findings

    def write(self) -> None:
        """Write the document, if anything in it changed, and the text that is to be beside it.

        Raises:
            InputError: One of them cannot be written; then it is not changed.
        """
        if self.before != self.after:
            replace_file(self.file.path, self.after.encode(), self.file.boundary)
        if self.store is not None:
            beside, text = self.store
            replace_file(beside.path, text.encode(), beside.boundary)
