"""``onrecord dehydrate``: withhold the words that rights do not allow to be passed on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.options import Paths, add_paths, add_text_format, add_write
from onrecord.cli.parser import Parser, add_notes, runs
from onrecord.cli.plans import carry_out
from onrecord.cli.reading import each_file, find
from onrecord.cli.texts import add_texts_option
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
    add_notes(parser, "onrecord dehydrate dataset --texts ../texts --write")
    runs(parser, run, Options)
    add_paths(parser, "PATH", "documents and JSONL tables, or folders of them")
    add_texts_option(parser, "where to keep the texts that are withheld", of="paths", written=True)
    add_text_format(parser)
    add_write(parser)


def run(options: Options) -> int:
    """Withhold words."""
    need("validate")
    from onrecord.rights.files import dehydrate_file

    plans = [
        dehydrate_file(file, options.texts)
        for file in each_file(find(options, options.text_format))
    ]
    return carry_out(plans, write=options.write)
