"""``onrecord pull``: turn a publication back into record files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE, FINDINGS, USAGE
from onrecord.cli.options import outside_option
from onrecord.cli.parser import argument, option, with_options
from onrecord.cli.printing import complain, say
from onrecord.cli.texts import texts_option
from onrecord.errors import need


@dataclass(frozen=True, kw_only=True)
class _Options:
    source: str = argument(
        "DIR|ORG/NAME[@REVISION]",
        "the folder of a publication or, if there is no such folder, a dataset on the Hub",
    )
    texts: Path | None = texts_option(
        "texts of withheld articles (.txt), found by digest or id, to restore words from",
        of="source",
    )
    out: Path | None = option(
        "where to write the records (default: NAME here, for a dataset on the Hub)",
        metavar="DIR",
        type=Path,
    )
    allow_outside: bool = outside_option()


@with_options(
    _Options,
    """
    onrecord pull org/statements@v0.2.0 --texts ../texts
    onrecord pull dataset --out records
    """,
    "0 pulled, 1 a text is not that of its article, 2 wrong usage, 3 could not read or write",
)
def command(options: _Options) -> int:
    """Pull a publication."""
    need("validate")
    from onrecord import publishing
    from onrecord.publishing.hub import Repository

    out = options.out
    if out is None:
        if Path(options.source).is_dir():
            complain(f"add --out DIR, the folder to write the records of {options.source} into")
            return USAGE
        out = Path(Repository.parse(options.source).name.rpartition("/")[2])
    result = publishing.pull(
        options.source, out, texts=options.texts, allow_outside=options.allow_outside
    )
    for name in result.written:
        say(f"wrote {(out / name).as_posix()}")
    if result.present:
        say(f"{result.present:,} files were there already, with the same content")
    say(f"{result.articles:,} articles, {result.quotes:,} quotes, {result.claims:,} claims")
    if options.texts is not None:
        say(f"the words of {result.restored:,} articles are restored")
        if result.missing:
            shown = ", ".join(result.missing[:5])
            more = f" and {len(result.missing) - 5:,} more" if len(result.missing) > 5 else ""
            say(f"without a text in {options.texts}: {shown}{more}")
    for line in result.refusals:
        say(line)
    return FINDINGS if result.refusals else DONE
