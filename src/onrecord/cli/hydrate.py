"""``onrecord hydrate``: restore withheld words from the texts, and prove them by their digests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import USAGE
from onrecord.cli.options import Paths, paths_argument, text_format_option, write_option
from onrecord.cli.parser import with_options
from onrecord.cli.plans import carry_out
from onrecord.cli.printing import complain
from onrecord.cli.reading import each_file, find
from onrecord.cli.texts import VARIABLE, texts_option
from onrecord.errors import need
from onrecord.text_formats import TextFormatName


@dataclass(frozen=True, kw_only=True)
class _Options(Paths):
    paths: list[Path] = paths_argument("PATH", "documents and JSONL tables, or folders of them")
    texts: Path | None = texts_option("texts of the articles (.txt), found by digest or id")
    text_format: TextFormatName | None = text_format_option()
    write: bool = write_option()


@with_options(_Options, "onrecord hydrate dataset --texts ../texts --write")
def command(options: _Options) -> int:
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
