"""Write an agreement as text, Markdown or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple, TextIO

from onrecord.display import escape_for_display, shorten
from onrecord.drafting.agreement import Agreement, OnlyIn
from onrecord.drafting.counts import Choice, Measure
from onrecord.drafting.differences import Difference, Side
from onrecord.publishing import markdown
from onrecord.reporters.base import counted, write_json
from onrecord.version import __version__

# The version of the form of the JSON.
AGREEMENT_VERSION = 1
# How a figure that is undefined is shown, and what that means.
_UNDEFINED = "-"
UNDEFINED = (
    "A figure is - if it is undefined: there is nothing to divide by, or, for kappa, both annotations "
    "have one and the same value everywhere."
)
_FIGURES = ("precision", "recall", "F1")
# Characters of a value that are shown, at most.
_LONGEST = 160


class Table(NamedTuple):
    """Hold a table of figures.

    Attributes:
        title: What it is about.
        words: How many of the first columns are words, and not numbers.
        heads: The heads of the columns.
        rows: The cells of each row.
    """

    title: str
    words: int
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]


def write_text(agreement: Agreement, out: TextIO, limit: int) -> None:
    """Write an agreement as text; ``limit`` differences at most, 0 for all."""
    lines = [*_summary(agreement), ""]
    for table in _tables(agreement):
        lines += [table.title, *_aligned(table), ""]
    lines += [UNDEFINED, "", *_listed(agreement, limit)]
    out.writelines(f"{escape_for_display(line)}\n" for line in lines)


def write_markdown(agreement: Agreement, out: TextIO, limit: int) -> None:
    """Write an agreement as Markdown.

    Everything that files contain is in blocks of code, so that it cannot link, mention people or contain
    HTML.
    """
    out.write(f"{_block(_summary(agreement))}\n")
    out.writelines(
        f"\n**{table.title}**\n\n{markdown.table(table.heads, table.rows)}\n"
        for table in _tables(agreement)
    )
    out.write(f"\n{UNDEFINED}\n\n{_block(_listed(agreement, limit))}\n")


def write_as_json(agreement: Agreement, out: TextIO, limit: int) -> None:
    """Write an agreement as JSON; the number of differences is not limited."""
    del limit
    value = {
        "agreement_version": AGREEMENT_VERSION,
        "onrecord_version": __version__,
        "reference": agreement.reference,
        "candidate": agreement.candidate,
        "articles": {
            "compared": agreement.articles,
            "only_in_reference": [asdict(one) for one in agreement.only_in_reference],
            "only_in_candidate": [asdict(one) for one in agreement.only_in_candidate],
        },
        "measures": list(map(_measure, agreement.measures)),
        "choices": list(map(_choice, agreement.choices)),
        "differences": list(map(_difference, agreement.differences)),
    }
    write_json(value, out, 2)


WRITERS: Mapping[str, Callable[[Agreement, TextIO, int], None]] = {
    "text": write_text,
    "markdown": write_markdown,
    "json": write_as_json,
}


def _summary(agreement: Agreement) -> Iterator[str]:
    """Yield lines that say what was compared, and what was not."""
    yield f"A (reference): {agreement.reference}"
    yield f"B (candidate): {agreement.candidate}"
    sizes = [
        f"{counted(one.score.reference, of)} in A and {counted(one.score.candidate, of)} in B"
        for of in ("quote", "claim")
        for one in agreement.measures
        if (one.of, one.among) == (f"{of}s", "all") and one.matching in {"exact", "one to one"}
    ]
    number = counted(agreement.articles, "article")
    yield f"{number} compared: {', '.join(sizes)}"
    groups = Counter(one.what for one in agreement.differences)
    several = (("split in B", "split"), ("merged in B", "merge"), ("split otherwise", "regrouped"))
    if any(groups[what] for _, what in several):
        yield f"claims of A: {', '.join(f'{groups[what]:,} {name}' for name, what in several)}"
    for name, alone in (("A", agreement.only_in_reference), ("B", agreement.only_in_candidate)):
        for one in alone:
            yield f"only in {name}, not in the figures: {_alone(one)}"


def _alone(one: OnlyIn) -> str:
    why = "; the other annotation has another text under this id" if one.other_text else ""
    return f"{one.id} ({counted(one.quotes, 'quote')}, {counted(one.claims, 'claim')}{why})"


def _tables(agreement: Agreement) -> Iterator[Table]:
    """Yield the tables of figures."""
    for title, of, fields in (
        ("Quotes by their spans", "quotes", False),
        ("In matched quotes", "quotes", True),
        ("Claims", "claims", False),
        ("In matched claims", "claims", True),
    ):
        rows = [
            _measured(one)
            for one in agreement.measures
            if one.of.partition(".")[:2] == (of, "." if fields else "")
        ]
        if rows:
            yield Table(title, 2, ("of", "matching", *_FIGURES, "matched", "in A", "in B"), rows)
    if agreement.choices:
        rows = [_chosen(one) for one in agreement.choices]
        heads = ("choice", "kappa", "n", "observed", "expected")
        yield Table("Cohen's kappa in matched quotes and claims", 1, heads, rows)


def _measured(one: Measure) -> tuple[str, ...]:
    score = one.score
    field = one.of.partition(".")[2] or one.among
    several = f" / {score.confirmed:,}" if score.confirmed != score.found else ""
    return (
        field,
        one.matching,
        *map(_figure, (score.precision, score.recall, score.f1)),
        f"{score.found:,}{several}",
        f"{score.reference:,}",
        f"{score.candidate:,}",
    )


def _chosen(one: Choice) -> tuple[str, ...]:
    found = one.kappa
    figures = (found.observed, found.expected)
    return (one.field, _figure(found.kappa), f"{found.n:,}", *map(_figure, figures))


def _figure(value: float | None) -> str:
    return _UNDEFINED if value is None else f"{value:.3f}"


def _aligned(table: Table) -> Iterator[str]:
    """Yield the lines of a table with aligned columns; numbers are aligned to the right."""
    rows = [table.heads, *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if number < table.words else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {'  '.join(cells)}".rstrip()


def _listed(agreement: Agreement, limit: int) -> Iterator[str]:
    """Yield lines that list the differences, the worst first."""
    found = agreement.differences
    if not found:
        yield "no differences"
        return
    shown = found[:limit] if limit else found
    some = f", the worst {len(shown):,} of which are shown" if len(shown) < len(found) else ""
    yield f"{counted(len(found), 'difference')}{some}"
    for difference in shown:
        yield ""
        yield difference.title
        for name, sides in (("A", difference.reference), ("B", difference.candidate)):
            for side in sides:
                yield f"  {name} {side.place} ({side.id}): {shorten(side.value, _LONGEST)}"


def _block(lines: Iterable[str]) -> str:
    return markdown.block("\n".join(map(escape_for_display, lines)))


def _measure(one: Measure) -> dict[str, Any]:
    score = one.score
    return {
        "of": one.of,
        "among": one.among,
        "matching": one.matching,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
        "matched_in_reference": score.found,
        "matched_in_candidate": score.confirmed,
        "reference": score.reference,
        "candidate": score.candidate,
    }


def _choice(one: Choice) -> dict[str, Any]:
    found = one.kappa
    return {
        "field": one.field,
        "kappa": found.kappa,
        "n": found.n,
        "observed": found.observed,
        "expected": found.expected,
        "pairs": [
            {"reference": mine, "candidate": theirs, "count": number}
            for mine, theirs, number in found.pairs
        ],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "what": one.what,
        "record_type": one.record_type,
        "article_id": one.article_id,
        "field": one.field or None,
        "reference": list(map(_side, one.reference)),
        "candidate": list(map(_side, one.candidate)),
    }


def _side(side: Side) -> dict[str, Any]:
    return {"id": side.id, "value": side.value, **asdict(side.place)}
