"""``onrecord dehydrate``: withhold the words that rights do not allow to be passed on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.options import Paths, paths_argument, text_format_option, write_option
from onrecord.cli.parser import with_options
from onrecord.cli.plans import carry_out
from onrecord.cli.reading import each_file, find
from onrecord.cli.texts import texts_option
from onrecord.errors import need
from onrecord.text_formats import TextFormatName


@dataclass(frozen=True, kw_only=True)
class _Options(Paths):
    paths: list[Path] = paths_argument("PATH", "documents and JSONL tables, or folders of them")
    texts: Path | None = texts_option("where to keep the texts that are withheld", written=True)
    text_format: TextFormatName | None = text_format_option()
    write: bool = write_option()


@with_options(_Options, "onrecord dehydrate dataset --texts ../texts --write")
def command(options: _Options) -> int:
    """Withhold words."""
    need("validate")
    from onrecord.rights.files import dehydrate_file

    plans = [
        dehydrate_file(file, options.texts)
        for file in each_file(find(options, options.text_format))
    ]
    return carry_out(plans, write=options.write)
