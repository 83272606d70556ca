"""``onrecord anchor``: find the words of spans in the text, and fill in their offsets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import (
    Paths,
    paths_argument,
    text_format_option,
    withheld_texts_option,
    write_option,
)
from onrecord.cli.parser import flag, with_options
from onrecord.cli.printing import say
from onrecord.cli.reading import each_file, find
from onrecord.errors import need
from onrecord.text_formats import TextFormatName

if TYPE_CHECKING:
    from onrecord.anchoring.article_text import Candidate
    from onrecord.anchoring.result import Anchored, Anchoring

_OUTCOMES = ("anchored", "fits", "ambiguous", "similar", "changed", "lost")
_TIERS = {"exact": "the same", "white-space": "white space", "typography": "typography"}
# Words are shown up to this length.
_LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class _Options(Paths):
    paths: list[Path] = paths_argument("FILE", "documents")
    texts: Path | None = withheld_texts_option()
    text_format: TextFormatName | None = text_format_option()
    text_changed: bool = flag("find the words again in a text that was edited since")
    write: bool = write_option()


@with_options(
    _Options,
    """
    onrecord anchor dataset/articles/2024/ID.yaml --texts ../texts
    onrecord anchor dataset/articles/2024/ID.yaml --texts ../texts --write
    onrecord anchor dataset/articles/2024/ID.yaml --texts ../newer --text-changed
    """,
    "0 every span has its place, 1 some have not, 2 wrong usage, 3 could not look",
)
def command(options: _Options) -> int:
    """Anchor the spans of documents, and write the documents if the user asked for it."""
    need("validate")
    from onrecord.anchoring.anchor import anchor
    from onrecord.files.texts import TextFolder

    folder = (
        TextFolder(options.texts, allow_outside=options.allow_outside) if options.texts else None
    )
    anchorings = [
        anchor(file, folder, text_changed=options.text_changed)
        for file in each_file(find(options, options.text_format))
    ]
    for anchoring in anchorings:
        for line in _lines(anchoring):
            say(line)
        if options.write:
            anchoring.write()
        elif anchoring.changed:
            print("nothing is written; add --write to change the file")
        if anchoring.text_changed and not anchoring.changed:
            print("nothing is written while a span is not found again in the changed text")
    return DONE if all(anchoring.complete for anchoring in anchorings) else FINDINGS


def _lines(anchoring: Anchoring) -> Iterator[str]:
    """Yield lines that describe the result of anchoring a document."""
    for finding in anchoring.findings:
        yield f"{finding.place}: {finding.message}; {finding.hint}"
    for span in anchoring.spans:
        yield from _span(span)
    counts: Counter[str] = Counter(span.outcome for span in anchoring.spans)
    parts = [f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES if counts[outcome]]
    if anchoring.withheld:
        parts.append(f"{anchoring.withheld} withheld")
    if anchoring.store is not None:
        parts.append(f"the text goes to {anchoring.store[0].name}, since its rights pass it on")
    if parts or not anchoring.findings:
        yield f"{anchoring.file.name}: {', '.join(parts) or 'no spans with words'}"


def _span(span: Anchored) -> Iterator[str]:
    """Yield lines that describe a span that the user should review."""
    if span.outcome == "ambiguous":
        yield f"{span.place}: {span.path}: {_quoted(span.words)} {_ambiguity(span)}:"
        for candidate in span.candidates:
            yield _passage(candidate)
            if candidate.context:
                yield f"    {_context(candidate.context, span.place.file)}"
            else:
                yield f"    start: {candidate.start}, end: {candidate.end}"
    elif span.now is not None:
        yield (
            f"{span.place}: {span.path}: {_quoted(span.words)} is now {_quoted(span.now)} "
            f"({_TIERS[span.tier or 'exact']})"
        )
    elif span.outcome == "changed":
        yield (
            f"{span.place}: {span.path}: {_quoted(span.words)} has changed: "
            "numbers or negations differ"
        )
        if span.nearest:
            yield _passage(span.nearest)
    elif span.outcome in ("similar", "lost"):
        yield f"{span.place}: {span.path}: {_quoted(span.words)} is not in the text"
        if span.nearest:
            yield f"  the passage most like it ({span.nearest.score:.0f} of 100):"
            yield _passage(span.nearest)


def _ambiguity(span: Anchored) -> str:
    """Return why the place of a span's words is unknown, and what to do."""
    number = len(span.candidates)
    places = f"is in {number} places" if number > 1 else "is in a place that may be another"
    named = " and ".join(f"{name} {_quoted(span.given[name])}" for name in span.unmatched)
    if len(span.unmatched) == 1:
        return f"{places}, but none of them has the {named}; give one of these instead"
    if span.unmatched:
        return f"{places}, but none of them has both the {named}; give one of these instead"
    if span.given:
        given = " and ".join(span.given)
        return f"{places} that its {given} does not distinguish; give one of these instead"
    return f"{places}; add one of these to the span, to say which is meant"


def _context(context: Mapping[str, str], file: str) -> str:
    """Format a prefix or suffix for pasting into a document, in a form that keeps its spaces."""
    is_json = file.casefold().endswith(".json")
    fields = []
    for name, words in context.items():
        value = json.dumps(words, ensure_ascii=False)
        if not is_json:  # YAML has no pairs of surrogates
            value = "".join(
                one if one.isprintable() or ord(one) < 0x10000 else f"\\U{ord(one):08X}"
                for one in value
            )
        fields.append(f'"{name}": {value}' if is_json else f"{name}: {value}")
    return ", ".join(fields)


def _passage(candidate: Candidate) -> str:
    return (
        f"  line {candidate.line}, {candidate.start}-{candidate.end}: "
        f"{candidate.before}[{candidate.words}]{candidate.after}"
    )


def _quoted(words: str) -> str:
    return f"“{words if len(words) <= _LONGEST else words[:_LONGEST] + '…'}”"
