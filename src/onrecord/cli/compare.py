"""``onrecord compare``: measure how two annotations of the same texts agree, and list the differences."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE
from onrecord.cli.options import Containment, add_allow_outside, whole_number
from onrecord.cli.parser import Parser, add_notes, runs
from onrecord.cli.reading import chunk_progress
from onrecord.errors import need

FORMATS = ("text", "markdown", "json")
# Differences that are shown by default.
LIMIT = 50


@dataclass(frozen=True, kw_only=True)
class Options(Containment):
    """The options of the command, by the names of its arguments; their help says what they mean."""

    reference: Path
    candidate: Path
    format: str
    limit: int


def configure(parser: Parser) -> None:
    """Add the arguments of the command."""
    add_notes(
        parser,
        """
        onrecord compare first.yaml second.yaml
        onrecord compare annotator1 annotator2 --format markdown > agreement.md
        """,
        "0 compared, however large the differences are, 2 wrong usage, 3 could not look: a record "
        "cannot be read, or there is no article in common",
    )
    runs(parser, run, Options)
    for name, metavar, what in (("reference", "A", "reference"), ("candidate", "B", "candidate")):
        parser.add_argument(
            name, metavar=metavar, type=Path, help=f"the {what}: a file or a folder of records"
        )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole_number,
        default=LIMIT,
        help="differences that are shown, as text and Markdown; 0 shows all (default: %(default)s)",
    )
    add_allow_outside(parser)


def run(options: Options) -> int:
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
