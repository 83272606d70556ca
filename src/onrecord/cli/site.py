"""``onrecord site``: build pages that show a corpus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import Containment, add_allow_outside, add_texts
from onrecord.cli.parser import Parser, add_notes, runs
from onrecord.cli.printing import say
from onrecord.cli.reading import chunk_progress
from onrecord.errors import need
from onrecord.text_formats import TextFormatName


@dataclass(frozen=True, kw_only=True)
class Options(Containment):
    """The options of the command, by the names of its arguments; their help says what they mean."""

    folder: Path
    out: Path
    texts: Path | None
    text_format: TextFormatName | None


def configure(parser: Parser) -> None:
    """Add the arguments of the command."""
    add_notes(
        parser,
        """
        onrecord site dataset --out build/site
        onrecord site dataset --texts ../texts --out build/site
        """,
        "0 written, 1 written, and errors were found, 2 wrong usage, 3 could not look or write",
    )
    runs(parser, run, Options)
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="the folder of the corpus, or a record file"
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        required=True,
        help="the folder to write: a new one, or that of an earlier site, which is replaced",
    )
    add_texts(parser, of="folder")
    add_allow_outside(parser)


def run(options: Options) -> int:
    """Build a site, and print where it begins."""
    need("validate")
    from onrecord.readers import ReadOptions
    from onrecord.reporters.base import counted, tally
    from onrecord.site.build import build_site

    site = build_site(
        options.folder,
        options.out,
        texts=options.texts,
        progress=chunk_progress,
        options=ReadOptions(allow_outside=options.allow_outside, text_format=options.text_format),
    )
    say(f"wrote {counted(site.pages, 'page')} ({tally(site.report)}); open {site.out}/index.html")
    return FINDINGS if site.report.errors else DONE
