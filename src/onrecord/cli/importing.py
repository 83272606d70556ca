"""``onrecord import``: read files of another format as records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.formats import Exchange, add_formats, runs_with_format
from onrecord.cli.options import limit_option, workers_option
from onrecord.cli.parser import Parser, option, with_actions
from onrecord.cli.printing import color, say, width
from onrecord.cli.texts import texts_option

if TYPE_CHECKING:
    from onrecord.exchange.base import Importer
    from onrecord.exchange.importing import ImportSummary
    from onrecord.findings import Finding


@dataclass(frozen=True, kw_only=True)
class _Options(Exchange):
    format: Importer
    form: Literal["yaml", "jsonl"] = option(
        "a document an article, or flat tables (default: %(default)s)",
        "--as",
        choices=("yaml", "jsonl"),
    )
    texts: Path | None = texts_option(
        "where to keep texts that rights withhold", of="out", written=True
    )
    limit: int = limit_option()
    workers: int | None = 1


@dataclass(frozen=True, kw_only=True)
class BulkOptions(_Options):
    """Hold the options of formats whose files are large."""

    workers: int | None = workers_option("map large files")


@with_actions(
    """
    onrecord import wikinews-de german-wikinews --out build/de
    onrecord import brat --help
    """,
    "0 every item is a record now, 1 some are not, 2 wrong usage, 3 could not look or write",
)
def command(parser: Parser) -> None:
    """Add the formats."""
    from onrecord.exchange import IMPORTERS

    add_formats(parser, IMPORTERS, _configure_format)


def _configure_format(parser: Parser, importer: type[Importer]) -> None:
    from onrecord.exchange.base import BulkImporter

    options = BulkOptions if issubclass(importer, BulkImporter) else _Options
    paths = f"files of the format, or folders of them ({', '.join(importer.suffixes)})"
    runs_with_format(parser, run, options, importer, paths)
    parser.set_defaults(form=importer.form)


def run(options: _Options) -> int:
    """Import files; print findings and a summary."""
    from onrecord.cli.progress import watched
    from onrecord.exchange import import_records
    from onrecord.files.process import cores
    from onrecord.reporters.base import counted_findings
    from onrecord.reporters.text import finding_lines

    shown: Counter[str] = Counter()

    def wanted(code: str) -> bool:
        shown[code] += 1
        return not options.limit or shown[code] <= options.limit

    def report(finding: Finding) -> None:
        print("\n".join(finding_lines(finding, color=color(), width=width())))

    summary = import_records(
        options.format,
        options.paths,
        options.out,
        form=options.form,
        texts=options.texts,
        replace_existing=options.force,
        allow_outside=options.allow_outside,
        workers=cores() if options.workers is None else options.workers,
        report=report,
        wanted=wanted,
        progress=lambda chunks, total: watched(
            chunks, description="importing", unit="B", total=total, size=lambda chunk: chunk.size
        ),
    )
    for code, number in sorted(summary.findings.items()):
        print(counted_findings(code, number, options.limit))
    _print_summary(summary, options)
    return FINDINGS if summary.refused else DONE


def _print_summary(summary: ImportSummary, options: _Options) -> None:
    """Print how many items became records, and where they were written."""
    from onrecord.reporters.base import counted

    made = [counted(summary.quotes, "quote"), counted(summary.claims, "claim")]
    records = " + ".join(one for one in made if not one.startswith("no ")) or "no records"
    print(
        f"{counted(summary.items, options.format.item)} in {counted(summary.files, 'file')} = "
        f"{records} + {summary.refused:,} that could not become records"
    )
    if summary.articles:
        say(
            f"wrote {options.out}: {counted(summary.articles, 'article')}, "
            f"{' and '.join(made)} with {counted(summary.spans, 'span')}"
        )
    else:
        print("nothing is written")
    if summary.withheld and not options.texts:
        print(
            f"the texts of {counted(summary.withheld, 'article')} are withheld by their rights; "
            "--texts DIR keeps them, --license and --redistribute state other rights"
        )
