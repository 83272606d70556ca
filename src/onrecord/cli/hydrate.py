"""``onrecord hydrate``: restore withheld words from the texts, and prove them by their digests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import USAGE
from onrecord.cli.options import Paths, add_paths, add_text_format, add_write
from onrecord.cli.parser import Parser, add_notes, runs
from onrecord.cli.plans import carry_out
from onrecord.cli.printing import complain
from onrecord.cli.reading import each_file, find
from onrecord.cli.texts import VARIABLE, add_texts_option
from onrecord.errors import need
from onrecord.text_formats import TextFormatName


@dataclass(frozen=True, kw_only=True)
class Options(Paths):
    """The options of the command, by the names of its arguments; their help says what they mean."""

    texts: Path | None
    text_format: TextFormatName | None
    write: bool


def configure(parser: Parser) -> None:
    """Add the arguments of the command."""
    add_notes(parser, "onrecord hydrate dataset --texts ../texts --write")
    runs(parser, run, Options)
    add_paths(parser, "PATH", "documents and JSONL tables, or folders of them")
    add_texts_option(parser, "texts of the articles (.txt), found by digest or id", of="paths")
    add_text_format(parser)
    add_write(parser)


def run(options: Options) -> int:
    """Restore words."""
    need("validate")
    from onrecord.files.texts import TextFolder
    from onrecord.rights.files import hydrate_file

    if options.texts is None:
        complain(
            f"no texts are named: give --texts DIR, set {VARIABLE}, or write texts in corpus.yaml"
        )
        return USAGE
    folder = TextFolder(options.texts, allow_outside=options.allow_outside)
    plans = [hydrate_file(file, folder) for file in each_file(find(options, options.text_format))]
    return carry_out(plans, write=options.write)
