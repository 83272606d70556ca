"""Represent the result of anchoring a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from onrecord.anchoring.article_text import Candidate
from onrecord.files.atomic import replace_file
from onrecord.files.opening import File
from onrecord.findings import Finding, Place
from onrecord.language.folding import Tier

Outcome = Literal["anchored", "fits", "ambiguous", "similar", "changed", "lost"]


@dataclass(frozen=True, slots=True)
class Anchored:
    """Report the result of anchoring one span.

    Attributes:
        path: The path of the span in the document, such as ``quotes[0].content[0]``.
        place: The location of its words in the document's file.
        words: The words.
        outcome: ``fits``: its offsets were already correct. ``anchored``: they were filled in.
            ``ambiguous``: the words are in several places, or it is undecided whether the place is
            the right one. ``lost``: they are in no place. In an edited text also ``similar``: a
            similar passage is there; ``changed``: the same, with other numbers or negations.
        start: Offset of the words in the text, if it is known; likewise ``end``.
        candidates: The places of ambiguous words, at most a hundred.
        nearest: The passage that is most similar to lost words, if one is similar enough.
        tier: The tier in which the words of an edited text equal the earlier ones.
        now: The words as the edited text has them, if it differs.
        given: The prefix and suffix of ambiguous words, by these names.
        unmatched: Which of these match at none of the places; both, if at different ones.
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
    """Report the result of anchoring a document, and the changes to make.

    Attributes:
        file: The document's file.
        before: The document as it is.
        after: The document with everything filled in that could be.
        spans: The spans with words, in the order of the document.
        withheld: How many spans have a digest in place of words, and are not changed.
        findings: Why parts could not be read. Spans elsewhere are anchored all the same.
        text_changed: Whether the words were searched for in an edited text. Then all spans that
            have offsets are found again, or nothing is changed: the offsets of one document
            refer to one text.
        store: The text of an article whose rights allow to pass it on, if it is neither in the
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
        """Return whether the words of every span were found."""
        settled = all(span.outcome in ("anchored", "fits") for span in self.spans)
        return settled and not self.findings

    def write(self) -> None:
        """Write the document, if it changed, and the text that is to be stored beside it.

        Raises:
            InputError: One of them cannot be written; it is not changed.
        """
        if self.before != self.after:
            replace_file(self.file.path, self.after.encode(), self.file.boundary)
        if self.store is not None:
            beside, text = self.store
            replace_file(beside.path, text.encode(), beside.boundary)
