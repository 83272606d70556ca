"""``onrecord show``: print articles with their annotations."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import (
    outside_option,
    text_format_option,
    whole_number,
    withheld_texts_option,
)
from onrecord.cli.parser import argument, option, with_options
from onrecord.cli.printing import color, width
from onrecord.cli.reading import chunk_progress
from onrecord.errors import InputError, closest, need
from onrecord.text_formats import TextFormatName

if TYPE_CHECKING:
    from onrecord.findings import Finding
    from onrecord.schema import RecordType
    from onrecord.site.found import Found
    from onrecord.site.records import Articles


def _corpus(given: Mapping[str, Any]) -> Path:
    """Return the corpus to read: the folder, if one is given, the named path, or this folder."""
    path = Path(given["what"])
    return given["folder"] or (path if path.exists() else Path())


@dataclass(frozen=True, kw_only=True)
class _Options:
    what: str = argument(
        "FILE|ID", "a record file or a folder of them; or the id of an article, quote or claim"
    )
    folder: Path | None = option(
        "the corpus that has the article, quote or claim (default: the current folder)",
        "--in",
        metavar="DIR",
        type=Path,
    )
    texts: Path | None = withheld_texts_option(of=_corpus)
    text_format: TextFormatName | None = text_format_option()
    color: bool | None = option(
        "use colours (default: if the output is a terminal, and NO_COLOR is not set)",
        action=argparse.BooleanOptionalAction,
    )
    width: int | None = option(
        "the width of lines in cells (default: that of the terminal)",
        metavar="N",
        type=whole_number,
    )
    allow_outside: bool = outside_option()


@with_options(
    _Options,
    """
    onrecord show dataset/articles/2023/harbour.yaml
    onrecord show harbour.q1 --in dataset --texts ../texts
    onrecord show harbour --color | less -R
    """,
    "0 no errors found, 1 errors were found and are shown, 2 wrong usage, 3 could not look",
)
def command(options: _Options) -> int:
    """Print articles with their quotes, claims and findings."""
    need("validate")
    from onrecord.corpus import reading
    from onrecord.findings import Severity
    from onrecord.readers.options import ReadOptions
    from onrecord.site.records import Articles
    from onrecord.site.reported import article_of, may_be_shown
    from onrecord.site.terminal import terminal_lines
    from onrecord.validation.validate import validate_corpus

    folder = _corpus({"what": options.what, "folder": options.folder})
    is_path = options.folder is None and folder == Path(options.what)
    read = ReadOptions(allow_outside=options.allow_outside, text_format=options.text_format)
    if not is_path and _looks_like_a_path(options.what):
        exists = options.folder is not None and Path(options.what).exists()
        wrong = "--in is for ids, not for files" if exists else "there is no such file"
        raise InputError(f"{options.what}: {wrong}")
    corpus = reading.read(folder, texts=options.texts, progress=chunk_progress, options=read)
    articles = Articles(corpus)
    findings = [*may_be_shown(validate_corpus(corpus), articles.withheld)]
    found = articles if is_path else _with_id(articles, options.what, folder, findings)
    paint = color() if options.color is None else options.color
    focus = options.what if "." in options.what and not is_path else None
    shown: list[Severity] = []
    number = 0
    for number, each in enumerate(found, 1):
        own = [one for one in findings if article_of(one) == each.article["id"]]
        shown += [one.severity for one in own]
        lines = terminal_lines(each, own, width=options.width or width(), color=paint, focus=focus)
        sys.stdout.writelines(f"{line}\n" for line in ([""] * 2 if number > 1 else []))
        sys.stdout.writelines(f"{line}\n" for line in lines)
    if not number:
        advice = (
            f"onrecord validate {folder} says what is wrong"
            if findings
            else "no record file has one"
        )
        raise InputError(f"{folder}: there is no article that can be shown; {advice}")
    return FINDINGS if Severity.ERROR in shown else DONE


def _looks_like_a_path(what: str) -> bool:
    return "/" in what or "\\" in what or what.endswith((".yaml", ".yml", ".jsonl", ".parquet"))


def _with_id(
    articles: Articles, record_id: str, folder: Path, findings: Iterable[Finding]
) -> Iterator[Found]:
    """Return the article that has an id, or whose quote or claim has it.

    Raises:
        InputError: There is none, or its record is not valid.
    """
    article_id, dot, _ = record_id.partition(".")
    types: tuple[RecordType, ...] = ("quote", "claim") if dot else ("article",)
    known = {row["id"] for each in types for row in articles.columns(each, "id")}
    if record_id not in known:
        read = {row["id"] for row in articles.columns("article", "id")}
        invalid = {record_id, article_id} - read
        if wrong := next((one for one in findings if one.record in invalid), None):
            raise InputError(
                f"{record_id} cannot be shown: {wrong.record} is not valid; "
                f"onrecord validate {wrong.place.file} says what is wrong"
            )
        near = closest(record_id, known)
        advice = f"; did you mean {near}?" if near else ""
        kind = "quote or claim" if dot else "article"
        raise InputError(f"{folder} has no {kind} with the id {record_id}{advice}")
    return articles.with_id(article_id)
