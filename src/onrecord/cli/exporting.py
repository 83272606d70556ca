"""``onrecord export``: write records in another format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.formats import Exchange, add_formats, runs_with_format
from onrecord.cli.options import (
    memory_option,
    no_cache_option,
    text_format_option,
    withheld_texts_option,
    workers_option,
)
from onrecord.cli.parser import Parser, with_actions
from onrecord.cli.printing import say, show
from onrecord.cli.reading import chunk_progress, with_resources
from onrecord.text_formats import TextFormatName

if TYPE_CHECKING:
    from onrecord.exchange.base import Exporter, Omission

# How many articles with the same omission are named.
_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class _Options(Exchange):
    format: Exporter
    texts: Path | None = withheld_texts_option()
    text_format: TextFormatName | None = text_format_option()
    workers: int | None = workers_option()
    memory: int | None = memory_option()
    no_cache: bool = no_cache_option()


@with_actions(
    """
    onrecord export web-annotation dataset --out build/annotations
    onrecord export csv dataset --out build/csv
    """,
    "0 all is written, 1 findings, or something could not be written, 2 wrong usage, "
    "3 could not look or write",
)
def command(parser: Parser) -> None:
    """Add the formats."""
    from onrecord.exchange import EXPORTERS

    add_formats(parser, EXPORTERS, _configure_format)


def _configure_format(parser: Parser, exporter: type[Exporter]) -> None:
    runs_with_format(parser, run, _Options, exporter, "record files, or folders of them")


def run(options: _Options) -> int:
    """Export records, and print what could not be exported."""
    from onrecord.exchange import export_records
    from onrecord.readers.options import ReadOptions
    from onrecord.reporters.base import counted

    read = ReadOptions(allow_outside=options.allow_outside, text_format=options.text_format)
    exported = export_records(
        options.format,
        options.paths,
        options.out,
        texts=options.texts,
        replace_existing=options.force,
        progress=chunk_progress,
        options=with_resources(read, options.workers, options.memory),
        cache=not options.no_cache,
    )
    if exported.report.errors:
        show(exported.report)
        print("nothing is written while there are errors")
        return FINDINGS
    for message, articles in _grouped(exported.omissions).items():
        some = ", ".join(articles[:_NAMED]) + (", …" if len(articles) > _NAMED else "")
        named = f"{counted(len(articles), 'article')} ({some})" if len(articles) > 1 else some
        say(f"{named}: {message}")
    say(
        f"wrote {options.out}: {counted(len(exported.files), 'file')} from "
        f"{counted(exported.articles, 'article')}, {counted(exported.quotes, 'quote')} and "
        f"{counted(exported.claims, 'claim')}"
        + (", without what is named above" if exported.omissions else "")
    )
    return FINDINGS if exported.omissions else DONE


def _grouped(omissions: Iterable[Omission]) -> dict[str, list[str]]:
    """Group the ids of articles by the description of what is left out of them."""
    grouped: dict[str, list[str]] = {}
    for one in omissions:
        grouped.setdefault(one.message, []).append(one.article_id)
    return grouped
