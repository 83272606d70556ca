"""``onrecord diff``: compare two publications, folders of records, or git revisions of one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import format_option, outside_option
from onrecord.cli.parser import argument, flag, with_options
from onrecord.errors import need


@dataclass(frozen=True, kw_only=True)
class _Options:
    old: str = argument(
        "OLD", "a publication, a folder of records, a record file, or a git revision of NEW"
    )
    new: Path = argument("NEW", "a publication, a folder of records or a record file", type=Path)
    format: str = format_option("text", "markdown", "json")
    exit_code: bool = flag("exit with status 1 if anything differs")
    allow_outside: bool = outside_option()


@with_options(
    _Options,
    """
    onrecord diff v0.1.0 dataset
    onrecord diff old/data/0123456789abcdef new/data/fedcba9876543210 --format markdown
    """,
    "0, or with --exit-code 1 if anything differs; 2 wrong usage, 3 could not look",
)
def command(options: _Options) -> int:
    """Compare two corpora."""
    need("validate")
    from onrecord.publishing.diff import diff
    from onrecord.publishing.diff_output import FORMATS
    from onrecord.readers.options import ReadOptions

    read = ReadOptions(allow_outside=options.allow_outside)
    difference = diff(options.old, options.new, options=read)
    sys.stdout.write(FORMATS[options.format](difference))
    return FINDINGS if difference and options.exit_code else DONE
