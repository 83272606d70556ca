"""Measure what ``onrecord new`` proposes: spans, cues and speakers of quotes in quotation marks.

Reference are the annotations of the made-up gazette and, with ``--german DIR``, those of German
Wikinews articles (Petersen-Frey and Biemann 2024): quotes with words in quotation marks, and of
these only the words inside. The proposals, and those of a naive baseline, are compared with them as
``onrecord compare`` does, with the languages given. Proposals that call themselves doubtful, such as
titles, do not count.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import onrecord
from onrecord.drafting.agreement import compare
from onrecord.drafting.proposals import propose
from onrecord.editing.writing import to_file
from onrecord.exchange import import_records
from onrecord.exchange.wikinews_de import WikinewsDe
from onrecord.files.texts import sha256
from onrecord.language.marked import within_marks
from onrecord.language.marks import is_of_word
from onrecord.schema.current import Document

ROOT = Path(__file__).parents[1]
ROWS = (
    ("spans, exact", "quotes", "exact"),
    ("spans, overlapping", "quotes", "overlap"),
    ("cues, exact", "quotes.cue", "exact"),
    ("cues, overlapping", "quotes.cue", "overlap"),
    ("speakers, words exact", "quotes.speakers.mentions", "exact"),
    ("speakers, words overlapping", "quotes.speakers.mentions", "overlap"),
)

# A passage as the proposals and the baseline give it: pieces, cues and the speaker's words.
Extent = tuple[int, int]
Found = tuple[list[Extent], list[Extent], Extent | None]

_MARKED = re.compile(r"[“„«»\"]\s*([^“”„«»\"\n]+?)\s*[”“»«\"]")
_NAME = re.compile(r"(?:[^\W\d_a-zß-ÿа-яіїєґ]\w+ ?)+")
_WORD = re.compile(r"\b\w+\b")


def ours(text: str, language: str) -> Iterator[Found]:
    """Yield what ``onrecord new`` proposes."""
    for one in propose(text, language):
        if not one.is_doubtful:
            yield list(one.passage.pieces), list(one.cue), one.mention


def baseline(text: str, language: str) -> Iterator[Found]:  # noqa: ARG001  # of any language
    """Yield what is between any two marks, with the nearest capitalised words outside as the speaker,
    and the word next to them, on the side of the marks, as the cue.
    """
    for one in _MARKED.finditer(text):
        near = [
            name
            for name in _NAME.finditer(text, max(0, one.start() - 200), one.end() + 200)
            if name.end() <= one.start() or name.start() >= one.end()
        ]
        name = min(
            near,
            key=lambda name: max(name.start() - one.end(), one.start() - name.end()),
            default=None,
        )
        mention = (name.start(), name.start() + len(name[0].rstrip())) if name else None
        after = mention is not None and mention[0] > one.end()
        words = [
            word.span()
            for word in _WORD.finditer(text, max(0, one.start() - 200), one.end() + 200)
            if mention
            and (
                one.end() <= word.start() < mention[0]
                or (not after and mention[1] <= word.start() < one.start())
            )
        ]
        yield [one.span(1)], words[-1:] if after else words[:1], mention


def reference(document: Document, text: str) -> Iterator[Found]:
    """Yield the quotes of a document that have words in quotation marks."""
    for quote in document.quotes:
        pieces = [
            _inside(text, span.start, span.end)
            for span in quote.content
            if span.quoted and span.start is not None and span.end is not None
        ]
        pieces = [piece for piece in pieces if any(map(is_of_word, text[slice(*piece)]))]
        cues = [(cue.start, cue.end) for cue in quote.cue if cue.start is not None and cue.end]
        spoken = [span for speaker in quote.speakers for span in speaker.mentions[:1]]
        mention = (spoken[0].start, spoken[0].end) if spoken else None
        if pieces:
            yield pieces, cues, mention if mention and None not in mention else None  # type: ignore[misc]


def _inside(text: str, start: int, end: int) -> Extent:
    """Return an extent without the marks at its edges, which the German annotations include."""
    first, last = within_marks(text[start:end])
    return start + first, start + last


def record(document: Document, text: str, found: Iterator[Found]) -> Document:
    """Return a document with what was found as its quotes."""
    quotes: list[dict[str, Any]] = []
    for pieces, cues, mention in sorted(found, key=lambda one: one[0]):
        spans = [[_span(text, one) for one in some] for some in (pieces, cues)]
        speaker = {"mentions": [_span(text, mention)]} if mention else None
        quotes.append(
            {
                "id": f"q{len(quotes) + 1}",
                "type": "direct",
                "content": [{**span, "quoted": True} for span in spans[0]],
                "attribution": "attributed" if speaker else "unknown",
                "speakers": [speaker] if speaker else [],
                "cue": spans[1],
            }
        )
    article = document.article.model_dump(exclude_defaults=True) | {
        "text": text,
        "text_sha256": sha256(text),
        "text_length": len(text),
        "rights": {"license": "CC0-1.0", "redistribute": "full"},
    }
    value = {"schema_version": "1.0", "annotation": {"method": "automatic"}, "article": article}
    return Document.model_validate({**value, "quotes": quotes})


def _span(text: str, extent: Extent) -> dict[str, Any]:
    return {"exact": text[slice(*extent)], "start": extent[0], "end": extent[1]}


def gazette() -> Iterator[tuple[str, Document, str]]:
    """Yield the articles of the gazette that have a text, and their languages."""
    for path in sorted((ROOT / "docs/examples/gazette/articles").rglob("*.yaml")):
        document = onrecord.Document.from_yaml(path.read_text(encoding="utf-8"))
        if (text := path.with_suffix(".txt")).exists():
            yield (
                f"gazette, {document.article.language}",
                document,
                text.read_text(encoding="utf-8"),
            )


def german(folder: Path) -> Iterator[tuple[str, Document, str]]:
    """Yield the articles of German Wikinews."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "records"
        import_records(WikinewsDe(), [folder], out)
        for path in sorted(out.rglob("*.yaml")):
            document = onrecord.Document.from_yaml(path.read_text(encoding="utf-8"))
            yield (
                "German Wikinews",
                document,
                document.article.text or path.with_suffix(".txt").read_text("utf-8"),
            )


def main() -> None:
    """Print a table of precision, recall and F1 for each corpus and language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--german", type=Path, metavar="DIR", help="JSON files of German Wikinews")
    parser.add_argument("--differences", action="store_true", help="list where ours differs")
    options = parser.parse_args()
    groups: dict[str, list[tuple[Document, str]]] = {}
    for group, document, text in (*gazette(), *(german(options.german) if options.german else ())):
        groups.setdefault(group, []).append((document, text))
    print(
        "| texts | what | ours: P | R | F1 | baseline: P | R | F1 |\n|---|---|---:|---:|---:|---:|---:|---:|"
    )
    for group, articles in groups.items():
        scores = [
            _scores(articles, finder, show=options.differences and finder is ours)
            for finder in (ours, baseline)
        ]
        for label, of, matching in ROWS:
            cells = [_cells(some.get((of, matching))) for some in scores]
            print(f"| {group} | {label} | {' | '.join(cells)} |")


def _scores(
    articles: list[tuple[Document, str]],
    finder: Callable[[str, str], Iterator[Found]],
    *,
    show: bool,
) -> dict[tuple[str, str], Any]:
    """Return the scores of proposals, by what they are of and how they match."""
    with tempfile.TemporaryDirectory() as name:
        folders = Path(name, "reference"), Path(name, "candidate")
        for document, text in articles:
            for folder, found in zip(
                folders,
                (reference(document, text), finder(text, document.article.language)),
                strict=True,
            ):
                folder.mkdir(exist_ok=True)
                to_file(record(document, text, found), folder / f"{document.article.id}.yaml")
        agreement = compare(*folders)
    if show:
        for one in agreement.differences:
            print(one)
    return {(one.of, one.matching): one.score for one in agreement.measures if one.among == "all"}


def _cells(score: Any) -> str:
    values = (score.precision, score.recall, score.f1) if score else (None, None, None)
    return " | ".join("-" if value is None else f"{value:.2f}" for value in values)


if __name__ == "__main__":
    main()
