"""``onrecord compare``: measure how two annotations of the same texts agree, and list the differences."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE
from onrecord.cli.options import format_option, outside_option, whole_number
from onrecord.cli.parser import argument, option, with_options
from onrecord.cli.reading import chunk_progress
from onrecord.errors import need


@dataclass(frozen=True, kw_only=True)
class _Options:
    reference: Path = argument("A", "the reference: a file or a folder of records", type=Path)
    candidate: Path = argument("B", "the candidate: a file or a folder of records", type=Path)
    format: str = format_option("text", "markdown", "json")
    limit: int = option(
        "differences that are shown, as text and Markdown; 0 shows all (default: %(default)s)",
        metavar="N",
        type=whole_number,
        default=50,
    )
    allow_outside: bool = outside_option()


@with_options(
    _Options,
    """
    onrecord compare first.yaml second.yaml
    onrecord compare annotator1 annotator2 --format markdown > agreement.md
    """,
    "0 compared, however large the differences are, 2 wrong usage, 3 could not look: a record "
    "cannot be read, or there is no article in common",
)
def command(options: _Options) -> int:
    """Compare two annotations, and print the result."""
    need("validate")
    from onrecord.drafting.agreement import compare
    from onrecord.drafting.report import WRITERS
    from onrecord.readers.options import ReadOptions

    agreement = compare(
        options.reference,
        options.candidate,
        progress=chunk_progress,
        options=ReadOptions(allow_outside=options.allow_outside),
    )
    WRITERS[options.format](agreement, sys.stdout, options.limit)
    return DONE
