"""``onrecord hydrate``: restore withheld words from the texts, and prove them by their digests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.options import Paths, add_paths, add_text_format, add_write
from onrecord.cli.parser import Parser, add_notes, runs
from onrecord.cli.plans import carry_out
from onrecord.cli.reading import each_file, find
from onrecord.errors import need
from onrecord.text_formats import TextFormatName


@dataclass(frozen=True, kw_only=True)
class Options(Paths):
    """The options of the command, by the names of its arguments; their help says what they mean."""

    texts: Path
    text_format: TextFormatName | None
    write: bool


def configure(parser: Parser) -> None:
    """Add the arguments of the command."""
    add_notes(parser, "onrecord hydrate dataset --texts ../texts --write")
    runs(parser, run, Options)
    add_paths(parser, "PATH", "documents and JSONL tables, or folders of them")
    parser.add_argument(
        "--texts",
        metavar="DIR",
        type=Path,
        required=True,
        help="texts of the articles (.txt), found by digest or id",
    )
    add_text_format(parser)
    add_write(parser)


def run(options: Options) -> int:
    """Restore words."""
    need("validate")
    from onrecord.files.texts import TextFolder
    from onrecord.rights.files import hydrate_file

    folder = TextFolder(options.texts, allow_outside=options.allow_outside)
    plans = [hydrate_file(file, folder) for file in each_file(find(options, options.text_format))]
    return carry_out(plans, write=options.write)
