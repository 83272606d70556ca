"""``onrecord stats``: count what is in a corpus."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import format_option, outside_option
from onrecord.cli.parser import argument, with_options
from onrecord.cli.printing import say
from onrecord.cli.reading import chunk_progress
from onrecord.errors import need


@dataclass(frozen=True, kw_only=True)
class _Options:
    folder: Path = argument("DIR", "a folder of records, a publication or a record file", type=Path)
    format: str = format_option("text", "json")
    allow_outside: bool = outside_option()


@with_options(
    _Options,
    """
    onrecord stats dataset
    onrecord stats dataset --format json
    """,
    "0, 1 if some records could not be read and are not counted, 2 wrong usage, 3 could not look",
)
def command(options: _Options) -> int:
    """Print statistics of a corpus."""
    need("validate")
    from onrecord.corpus import reading
    from onrecord.publishing.counting import count
    from onrecord.publishing.statistics_output import FORMATS
    from onrecord.readers.options import ReadOptions
    from onrecord.rights.tables import PassedOn

    read = ReadOptions(allow_outside=options.allow_outside)
    corpus = reading.read(options.folder, progress=chunk_progress, options=read)
    sys.stdout.write(FORMATS[options.format](count(PassedOn(corpus))))
    if corpus.broken or corpus.findings:
        advice = f"to see why, run: onrecord validate {options.folder}"
        say(f"some records could not be read, and are not counted; {advice}", sys.stderr)
        return FINDINGS
    return DONE
