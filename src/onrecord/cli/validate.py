"""``onrecord validate``: check records, and report what is wrong and how to fix it."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.cli.engine import Engine, Given, conflict, listed_findings
from onrecord.cli.exits import COULD_NOT_LOOK, DONE, FINDINGS, USAGE
from onrecord.cli.options import Paths, format_option, limit_option, no_cache_option
from onrecord.cli.parser import argument, flag, option, with_options
from onrecord.cli.printing import color, complain, say, show_files, width
from onrecord.cli.reading import chunk_progress, find, read_options
from onrecord.display import escape_line_for_display
from onrecord.errors import InputError, need
from onrecord.reporters import REPORTERS

if TYPE_CHECKING:
    from onrecord.findings import Report
    from onrecord.reporters.output import Output
    from onrecord.validation.selection import Selection


def _output(text: str) -> Output:
    from onrecord.reporters.output import Output

    try:
        return Output.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _names(text: str) -> list[str]:
    from onrecord.validation.selection import names

    try:
        return names(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _codes(what: str) -> Any:
    """Declare codes and families of checks."""
    return option(
        f"{what}: codes or families, with commas between them",
        metavar="CODES",
        type=_names,
        action="extend",
        default=[],
    )


@dataclass(frozen=True, kw_only=True)
class _Options(Engine, Paths):
    paths: list[Path] = argument(
        "PATH",
        "record files, or folders of them; in a folder, a file is one by its name (such as "
        "quotes.jsonl.gz) or by two of its top-level keys (such as article and quotes)",
        nargs="+",
        action=Given,
    )
    given_paths: list[str]
    format: str = format_option(*REPORTERS)
    output: list[Output] = option(
        "write a report to a file too; may be given several times",
        metavar="FORMAT=FILE",
        action="append",
        default=[],
        type=_output,
    )
    sarif_suppressed: bool = flag(
        "have findings that are ignored in SARIF too, marked as suppressed"
    )
    fail_on: str = option(
        "the least severity that makes the exit status 1 (default: error)",
        choices=("error", "warning", "note", "never"),
        default="error",
    )
    select: list[str] = _codes("report only these checks")
    ignore: list[str] = _codes("do not report these checks")
    limit: int = limit_option()
    statistics: bool = flag("show how many findings each check has, and not the findings")
    baseline: Path | None = option(
        "findings that are tolerated until they are fixed "
        "(default: the baseline that the settings name)",
        metavar="FILE",
        type=Path,
    )
    fix: bool = flag("fix what has only one fix, and say what was done", mode=True)
    diff: bool = flag("show what --fix would do, and write nothing", mode=True)
    write_baseline: bool = flag(
        "tolerate all that is found now: write it to the baseline", mode=True
    )
    changed_since: str | None = option(
        "report only findings in files that changed since the branch diverged from this "
        "revision, and what the changes broke elsewhere",
        metavar="REV",
        mode=True,
    )
    watch: bool = flag("validate again whenever a file changes, until Ctrl-C", mode=True)
    fix_all: bool = flag(
        "as --fix, and also fill in offsets, digests and context that are missing, as anchor "
        "does; with --diff, show that"
    )
    no_cache: bool = no_cache_option()


@with_options(
    _Options,
    """
    onrecord validate dataset
    onrecord validate dataset --texts ../texts
    onrecord validate dataset --texts ../texts --fix
    onrecord validate dataset --output sarif=onrecord.sarif --output html=report.html
    onrecord validate dataset --changed-since origin/main
    onrecord validate dataset --texts ../texts --watch
    onrecord validate s3a://bucket/corpus --engine spark --master spark://host:7077
    """,
    "0 nothing at or above the threshold, 1 findings, 2 wrong usage, 3 could not look",
)
def command(options: _Options) -> int:
    """Validate once, or repeatedly."""
    need("validate")
    if wrong := _conflict(options) or conflict(options):
        complain(wrong)
        return USAGE
    if options.write_baseline:
        _write_baseline(options)
    if not options.watch:
        return _validate(options)
    from onrecord.validation.watching import changes

    beside = [path for path in (options.texts, options.baseline) if path is not None]
    for _ in changes([*options.paths, *beside]):
        if sys.stdout.isatty():
            print("\033[2J\033[H", end="")
        try:
            _validate(options)
        except InputError as error:
            complain(error)
        print("watching for changes; Ctrl-C ends it", file=sys.stderr)
        sys.stdout.flush()
    return DONE


def _conflict(options: _Options) -> str | None:
    """Return why some options cannot be combined; None if they can."""
    if options.statistics and options.format != "text":
        return f"--statistics is for --format text; {options.format} reports have every finding"
    if options.write_baseline and (options.select or options.ignore):
        return "--write-baseline writes all findings; leave out --select and --ignore"
    for name in ("write_baseline", "changed_since", "watch"):
        if options.fix_all and getattr(options, name):
            return f"--fix-all is not allowed with --{name.replace('_', '-')}"
    return None


def _write_baseline(options: _Options) -> None:
    """Write all findings to the baseline."""
    from onrecord.corpus.reading import read
    from onrecord.reporters.base import counted
    from onrecord.validation.validate import tolerate_all

    corpus = read(
        *options.paths,
        texts=options.texts,
        progress=chunk_progress,
        options=read_options(options),
    )
    path, number = tolerate_all(corpus, baseline=options.baseline)
    are = "is" if number == 1 else "are"
    say(f"wrote {path}: {counted(number, 'finding')} that {are} tolerated from now on")


def _validate(options: _Options) -> int:
    """Validate once, write the reports, and return the exit status."""
    from onrecord.findings import Severity
    from onrecord.validation.selection import Selection
    from onrecord.validation.validate_files import validate

    failed_writes = False
    selection = Selection(options.select, options.ignore)
    if options.fix or options.fix_all or options.diff:
        report, failed_writes = _fix(options, selection)
    elif options.engine == "spark":
        report = _validate_on_spark(options)
    else:
        report = validate(
            *options.paths,
            texts=options.texts,
            baseline=options.baseline,
            changed_since=options.changed_since,
            passages="html" in {options.format, *(one.format for one in options.output)},
            progress=chunk_progress,
            options=read_options(options),
            cache=not options.no_cache,
        )
    report = selection.of(report)
    threshold = None if options.fail_on == "never" else Severity[options.fail_on.upper()]
    failed = threshold and any(one.severity >= threshold for one in report.findings)
    status = FINDINGS if failed else COULD_NOT_LOOK if failed_writes else DONE
    _report(report, options, status)
    return status


def _validate_on_spark(options: _Options) -> Report:
    """Validate the tables at the paths on Spark."""
    from onrecord.spark import validate_files
    from onrecord.spark.session import session

    with session(options.master) as spark:
        return validate_files(
            spark,
            *options.given_paths,
            baseline=options.baseline,
            findings=listed_findings(options),
            allow_outside=options.allow_outside,
        )


def _fix(options: _Options, selection: Selection) -> tuple[Report, bool]:
    """Fix findings, or show the changes as a diff.

    A diff is the only output on the standard output, so that it can be applied as a patch.

    Returns:
        The report of the remaining findings, and whether a file could not be written.
    """
    from onrecord.fixing.fix import fix
    from onrecord.reporters.base import counted
    from onrecord.validation.validate import validate_corpus

    fixed = fix(
        *options.paths,
        texts=options.texts,
        options=read_options(options),
        check=partial(validate_corpus, baseline=options.baseline),
        wanted=selection.wants,
        fill=options.fix_all,
    )
    out = sys.stderr if options.diff else sys.stdout
    for file in fixed.files:
        for one in file.fixes:
            say(one, out)
    for line in fixed.left:
        say(line, out)
    if options.diff:
        _print_diff(fixed.diff())
        return fixed.found, False
    errors = fixed.write()
    for error in errors:
        complain(error)
    number = sum(len(file.fixes) for file in fixed.files)
    print(f"{counted(number, 'change')} in {counted(len(fixed.files), 'file')}\n")
    return (fixed.found if errors else fixed.report), bool(errors)


def _print_diff(diff: str) -> None:
    lines = io.StringIO(diff, newline="\n").readlines()
    shown = [escape_line_for_display(line) for line in lines]
    sys.stdout.writelines(shown)
    if shown != lines:
        complain(
            "characters that a terminal or a CI runner obeys are shown as escapes, "
            "so this diff cannot be applied; --fix writes the files"
        )


def _report(report: Report, options: _Options, status: int) -> None:
    """Write the report in all requested formats."""
    from onrecord.files.atomic import replacing
    from onrecord.reporters.github import step_summary

    out = sys.stderr if options.diff else sys.stdout
    if options.show_files:
        show_files(report, out if options.format == "text" else sys.stderr)
    style: dict[str, Any] = {
        "status": status,
        "top": None if any("://" in one for one in options.given_paths) else _top(options.paths[0]),
        "suppressed": options.sarif_suppressed,
    }
    REPORTERS[options.format](
        report,
        out,
        **style,
        color=color(),
        width=width(),
        limit=options.limit,
        statistics=options.statistics,
    )
    if options.engine == "spark":
        from onrecord.spark import NOT_CHECKED

        is_text = options.format == "text"
        say(f"not checked on Spark: {NOT_CHECKED}", out if is_text else sys.stderr)
    elif options.format == "text":
        for line in _next_step(report, options):
            say(line, out)
    for output in options.output:
        with replacing(output.path) as stream:
            output.write(report, stream, **style)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if options.format == "github" and summary:
        step_summary(report, Path(summary))


def _next_step(report: Report, options: _Options) -> Iterator[str]:
    """Yield the command that finds the offsets of spans without any, if a document has some."""
    seen = report.checked
    if seen.spans == seen.verified + seen.unverified:
        return
    from onrecord.readers.formats import open_reader
    from onrecord.readers.models.document import DocumentReader

    documents = [
        file.name
        for file in find(options, options.text_format)
        if isinstance(open_reader(file), DocumentReader)
    ]
    if documents:
        name = shlex.quote(documents[0]) if len(documents) == 1 else "FILE"
        folder = shlex.quote(str(options.texts)) if options.texts else "DIR"
        yield (
            f"next, fill in the offsets of spans: onrecord anchor {name} --texts {folder}"
            + (f" --text-format {options.text_format}" if options.text_format else "")
            + " --write"
            + ("" if options.texts else " (DIR holds the texts, unless they are in the files)")
        )


def _top(path: Path) -> Path | None:
    """Return the folder that CI services resolve file names against: the top of the git checkout.

    If a runner has several checkouts, or none, it is the workspace.
    """
    from onrecord.validation.git import checkout_of

    top = checkout_of(path)
    if given := os.environ.get("GITHUB_WORKSPACE"):
        workspace = Path(os.path.realpath(given))
        return top if top and top.is_relative_to(workspace) else workspace
    return top
