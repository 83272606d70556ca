"""The commands. Only here is anything printed, and only here does the program end.

What a command needs is imported when it runs, so that help is quick and the schema commands work
where only the schema package is installed.
"""

from __future__ import annotations

import argparse
import inspect
import io
import json
import os
import shlex
import shutil
import signal
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import partial
from itertools import takewhile
from pathlib import Path
from types import FrameType
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NoReturn,
    TextIO,
    get_args,
    get_origin,
    get_type_hints,
)

from onrecord.display import escape_for_display as _inert
from onrecord.display import escape_line_for_display
from onrecord.errors import InputError, OnrecordError, did_you_mean, need
from onrecord.files import scratch
from onrecord.reporters import LIMIT, REPORTERS
from onrecord.version import __version__

if TYPE_CHECKING:
    from onrecord.anchoring.anchoring import Anchored, Anchoring, Candidate
    from onrecord.corpus.corpus import Part
    from onrecord.exchange import Exporter, Importer
    from onrecord.exchange.base import Left
    from onrecord.findings import Finding, Report
    from onrecord.readers import File, How
    from onrecord.reporters.output import Output
    from onrecord.rights.files import Plan
    from onrecord.rules.base import Check
    from onrecord.validation.selection import Selection

# How many of the articles of which the same is left out are named.
_NAMED = 3
_OUTCOMES = ("anchored", "fits", "ambiguous", "similar", "changed", "lost")
_TIERS = {"exact": "the same", "white-space": "white space", "typography": "typography"}
# Words are shown up to this length.
_LONGEST = 80

DONE, FINDINGS, USAGE, COULD_NOT_LOOK, STOPPED = 0, 1, 2, 3, 128


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the program."""
    _open_streams()
    stops = _noticed_stops()
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        code = _run(given) if given else _first_steps()
        sys.stdout.flush()
    except OnrecordError as error:
        print(f"onrecord: {_inert(str(error))}", file=sys.stderr)
        code = COULD_NOT_LOOK
    except BrokenPipeError:
        _drop_output()
        code = DONE
    except OSError as error:
        if error.filename is None:
            _drop_output()
        where = "could not write" if error.filename is None else os.fsdecode(error.filename)
        print(f"onrecord: {_inert(f'{where}: {error.strerror or error}')}", file=sys.stderr)
        code = COULD_NOT_LOOK
    except KeyboardInterrupt:
        code = STOPPED + (stops or [signal.SIGINT])[0]
    except Exception:
        if not stops:
            raise
        code = STOPPED + stops[0]
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name, and return its exit status."""
    options = _parser(arguments).parse_args(arguments)
    scratch.sweep()
    code: int = options.run(options)
    return code


def _first_steps() -> int:
    """Print what to begin with, to people who give no arguments."""
    print(
        "onrecord validates, anchors and publishes records of public statements.\n\n"
        "first steps:\n"
        "  onrecord validate FOLDER                    check records, and say how to fix them\n"
        "  onrecord anchor FILE --texts DIR --write    fill in the offsets of the words in a text\n"
        "  onrecord explain CODE                       explain a check, with an example\n"
        "  onrecord publish FOLDER                     write a valid corpus as Parquet\n\n"
        "onrecord --help lists all commands, and onrecord COMMAND --help the options of one",
        file=sys.stderr,
    )
    return USAGE


def _open_streams() -> None:
    """Write UTF-8, and nowhere where a stream is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # to the end
            setattr(sys, name, nowhere)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Let what is not written yet go nowhere: Python would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _noticed_stops() -> list[int]:
    """What the signals are added to from now on that stop the program: Ctrl-C, of which DuckDB makes
    errors of its own, and those of a job that is cancelled and a terminal that is closed.
    """
    noticed: list[int] = []

    def notice(number: int, frame: FrameType | None) -> None:
        noticed.append(number)
        signal.default_int_handler(number, frame)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, notice)
    return noticed


class _Parser(argparse.ArgumentParser):
    """A parser that suggests what a mistyped command, option or value was probably meant to be.

    What an error repeats of the arguments nothing obeys.
    """

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        own = takewhile(lambda one: one != "--" and self._is_own(one), args or ())
        for option in (one.partition("=")[0] for one in own if one.startswith("--")):
            known = self._option_string_actions
            if not any(name.startswith(option) for name in known):
                advice = did_you_mean(option, known) or f"{self.prog} --help lists all options"
                self.error(f"unrecognized option {option}: {advice}")
        return super().parse_known_args(args, namespace)

    def _is_own(self, argument: str) -> bool:
        """Return whether an argument is before any that another parser reads."""
        return self._subparsers is None or argument.startswith("-")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(map(str, action.choices))
            advice = did_you_mean(str(value), known)
            what = f"invalid choice: {value!r}{f', {advice}' if advice else ''}"
            raise argparse.ArgumentError(action, f"{what} (choose from {', '.join(known)})")

    def error(self, message: str) -> NoReturn:
        for action in self._actions:
            if action.nargs == argparse.PARSER and message.endswith(f"required: {action.metavar}"):
                message += f" (choose from {', '.join(action.choices or ())})"
        super().error(_inert(message))


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="onrecord",
        description="Who said what, where it stands in the source, and what it claims: "
        "validate, anchor and publish records of public statements.",
        epilog="examples:\n"
        "  onrecord validate dataset\n"
        "  onrecord anchor draft.yaml --texts ../texts --write\n"
        "  onrecord explain span-words-differ\n"
        "  onrecord publish dataset\n\n"
        "onrecord COMMAND --help tells more about a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"onrecord {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    _validate_parser(commands)
    anchor = _command(
        commands,
        "anchor",
        _anchor,
        "find the words of spans in the text, and fill in their offsets",
        """
        onrecord anchor dataset/articles/2024/ID.yaml --texts ../texts
        onrecord anchor dataset/articles/2024/ID.yaml --texts ../texts --write
        onrecord anchor dataset/articles/2024/ID.yaml --texts ../newer --text-changed
        """,
        "exit status: 0 every span has its place, 1 some have not, 2 wrong usage, 3 could not look",
    )
    _paths(anchor, "FILE", "documents")
    _texts(anchor)
    anchor.add_argument(
        "--text-changed",
        action="store_true",
        help="find the words again in a text that was edited since",
    )
    anchor.add_argument("--write", action="store_true", help="change the files")

    dehydrate = _command(
        commands,
        "dehydrate",
        _dehydrate,
        "withhold the words that rights do not allow to be passed on",
        """
        onrecord dehydrate dataset --texts ../texts --write
        """,
    )
    _paths(dehydrate, "PATH", "documents and JSONL tables, or folders of them")
    dehydrate.add_argument(
        "--texts", metavar="DIR", type=Path, help="where to keep the texts that are withheld"
    )
    dehydrate.add_argument("--write", action="store_true", help="change the files")

    hydrate = _command(
        commands,
        "hydrate",
        _hydrate,
        "restore withheld words from the texts, and prove them by their digests",
        """
        onrecord hydrate dataset --texts ../texts --write
        """,
    )
    _paths(hydrate, "PATH", "documents and JSONL tables, or folders of them")
    hydrate.add_argument(
        "--texts",
        metavar="DIR",
        type=Path,
        required=True,
        help="texts of the articles (.txt), found by digest or id",
    )
    hydrate.add_argument("--write", action="store_true", help="change the files")

    explain = _command(
        commands,
        "explain",
        _explain,
        "tell what a check finds, and show an example; without a code, list all checks",
        "onrecord explain span-words-differ",
    )
    explain.add_argument("code", metavar="CODE", nargs="?", help="the code of a check, or a family")

    rules = _command(
        commands,
        "rules",
        _rules,
        "list all checks: code, severity and what each finds, by family",
        """
        onrecord rules
        onrecord rules --format json
        """,
    )
    rules.add_argument("--format", choices=("text", "json"), default="text", help="default: text")

    publish = _command(
        commands,
        "publish",
        _publish,
        "validate a corpus, and write it as Parquet with a dataset card",
        """
        onrecord publish dataset
        onrecord publish dataset --out build/dataset
        onrecord publish dataset --check
        """,
        "exit status: 0 published (or fresh), 1 findings (or stale), 2 wrong usage, "
        "3 could not look or write",
    )
    publish.add_argument("folder", metavar="DIR", type=Path, help="the folder of the corpus")
    publish.add_argument(
        "--out", metavar="DIR", type=Path, help="where to publish (default: the folder itself)"
    )
    _reading_options(publish)
    _allow_outside(publish)
    _limit(publish)
    publish.add_argument(
        "--check", action="store_true", help="write nothing; fail if what is published is stale"
    )

    named = [one for one in arguments if not one.startswith("-")]
    _exchange_parser(commands, "import", named)
    _exchange_parser(commands, "export", named)

    schema = _command(
        commands, "schema", None, "list, show or export the JSON Schemas", "onrecord schema list"
    )
    actions = schema.add_subparsers(metavar="ACTION", required=True)
    _command(actions, "list", _schema_list, "list the versions and their schemas")
    show = _command(
        actions, "show", _schema_show, "print a JSON Schema", "onrecord schema show quote"
    )
    show.add_argument("name", metavar="NAME", help="article, quote, claim, document or corpus")
    show.add_argument("--schema-version", metavar="VERSION", help="default: the current one")
    export = _command(
        actions,
        "export",
        _schema_export,
        "write all JSON Schemas to a folder",
        "onrecord schema export --out schema",
    )
    export.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("schema"), help="default: schema"
    )
    return parser


def _validate_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser of the command validate."""
    validate = _command(
        commands,
        "validate",
        _validate,
        "check records, and say what is wrong and how to mend it",
        """
        onrecord validate dataset
        onrecord validate dataset --texts ../texts
        onrecord validate dataset --texts ../texts --fix
        onrecord validate dataset --output sarif=onrecord.sarif --output html=report.html
        onrecord validate dataset --changed-since origin/main
        onrecord validate dataset --texts ../texts --watch
        """,
        "exit status: 0 nothing at or above the threshold, 1 findings, 2 wrong usage, "
        "3 could not look",
    )
    _paths(
        validate,
        "PATH",
        "record files, or folders of them; in a folder, a file is one by its name (such as "
        "quotes.jsonl.gz) or by two of its top-level keys (such as article and quotes)",
    )
    _reading_options(validate)
    validate.add_argument(
        "--format", choices=tuple(REPORTERS), default="text", help="default: text"
    )
    validate.add_argument(
        "--output",
        metavar="FORMAT=FILE",
        action="append",
        default=[],
        type=_output,
        help="write a report to a file too; may be given several times",
    )
    validate.add_argument(
        "--sarif-suppressed",
        action="store_true",
        help="have findings that are ignored in SARIF too, marked as suppressed",
    )
    validate.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        default="error",
        help="the least severity that makes the exit status 1 (default: error)",
    )
    for name, what in (
        ("select", "report only these checks"),
        ("ignore", "do not report these checks"),
    ):
        validate.add_argument(
            f"--{name}",
            metavar="CODES",
            type=_names,
            action="extend",
            default=[],
            help=f"{what}: codes or families, with commas between them",
        )
    _limit(validate)
    validate.add_argument(
        "--statistics",
        action="store_true",
        help="show how many findings each check has, and not the findings",
    )
    validate.add_argument(
        "--baseline",
        metavar="FILE",
        type=Path,
        help="findings that are tolerated until they are mended "
        "(default: the baseline that the settings name)",
    )
    once = validate.add_mutually_exclusive_group()
    once.add_argument(
        "--fix", action="store_true", help="fix what has only one fix, and say what was done"
    )
    once.add_argument(
        "--diff", action="store_true", help="show what --fix would do, and write nothing"
    )
    once.add_argument(
        "--write-baseline",
        action="store_true",
        help="tolerate all that is found now: write it to the baseline",
    )
    once.add_argument(
        "--changed-since",
        metavar="REV",
        help="tell only what is in files that changed since HEAD and this revision parted, and "
        "what their change broke elsewhere",
    )
    once.add_argument(
        "--watch", action="store_true", help="validate again whenever a file changes, until Ctrl-C"
    )
    validate.add_argument(
        "--fix-all",
        action="store_true",
        help="as --fix, and also fill in offsets, digests and context that are missing, as anchor "
        "does; with --diff, show that",
    )


def _exchange_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    command: Literal["import", "export"],
    named: Sequence[str],
) -> None:
    """Add the command import or export; its formats, if it is named; and load the one named."""
    parser = _command(commands, command, None, *_EXCHANGE[command])
    if [command] != named[:1]:
        return
    from onrecord.exchange import EXPORTERS, IMPORTERS

    formats = parser.add_subparsers(metavar="FORMAT", required=True)
    for name, title in (IMPORTERS if command == "import" else EXPORTERS).titles.items():
        about = title.rstrip(".")
        if [name] != named[1:2]:
            formats.add_parser(name, help=about)
            continue
        need("validate")
        if command == "export":
            one = _format(formats, name, about, EXPORTERS[name], "record files, or folders of them")
            one.set_defaults(run=_export)
            _texts(one)
        else:
            _import_options(formats, name, about, IMPORTERS[name])


def _import_options(
    formats: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    title: str,
    importer: type[Importer],
) -> None:
    """Add the parser of a format that is imported."""
    paths = f"files of the format, or folders of them ({', '.join(importer.suffixes)})"
    one = _format(formats, name, title, importer, paths)
    one.set_defaults(run=_import)
    one.add_argument(
        "--as",
        dest="form",
        choices=("yaml", "jsonl"),
        help="a document an article, or flat tables (default: %(default)s)",
        default=importer.form,
    )
    one.add_argument(
        "--texts", metavar="DIR", type=Path, help="where to keep texts that rights withhold"
    )
    _limit(one)


# What each of the two commands does, with examples and its exit status.
_EXCHANGE = {
    "import": (
        "read files of another format as records, and say what is wrong with them",
        """
        onrecord import wikinews-de german-wikinews --out build/de
        onrecord import brat --help
        """,
        "exit status: 0 every item is a record now, 1 some are not, 2 wrong usage, "
        "3 could not look or write",
    ),
    "export": (
        "write records in another format; what rights withhold is withheld there too",
        """
        onrecord export web-annotation dataset --out build/annotations
        onrecord export csv dataset --out build/csv
        """,
        "exit status: 0 all is written, 1 findings, or something could not be written, "
        "2 wrong usage, 3 could not look or write",
    ),
}


def _format(
    formats: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    title: str,
    format_: type[Importer | Exporter],
    paths: str,
) -> argparse.ArgumentParser:
    """Add the parser of a format: its documentation, its options, and those that all have."""
    parser = formats.add_parser(
        name,
        help=title,
        description=inspect.getdoc(format_),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(format=format_)
    _paths(parser, "PATH", paths)
    _out(parser)
    hints = get_type_hints(format_)
    for field in fields(format_):
        kind = hints[field.name]
        choices = [
            choice
            for part in (kind, *get_args(kind))
            if get_origin(part) is Literal
            for choice in get_args(part)
        ]
        told = "" if field.default is None else f" (default: {field.default})"
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            choices=choices or None,
            metavar=field.metadata["metavar"],
            default=field.default,
            type=Path if Path in (kind, *get_args(kind)) else str,
            required=field.metadata.get("required", False),
            help=field.metadata["help"] + told,
        )
    return parser


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="DIR|FILE", type=Path, required=True, help="where to write"
    )
    parser.add_argument("--force", action="store_true", help="replace files that are there already")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int] | None,
    description: str,
    examples: str = "",
    notes: str = "",
) -> argparse.ArgumentParser:
    shown = textwrap.indent(textwrap.dedent(examples).strip(), "  ")
    epilog = "\n\n".join(
        part for part in (f"examples:\n{shown}" if shown.strip() else "", notes) if part
    )
    parser = commands.add_parser(
        name,
        help=description,
        description=f"{description[0].upper()}{description[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if run:
        parser.set_defaults(run=run)
    return parser


def _paths(parser: argparse.ArgumentParser, metavar: str, help_text: str) -> None:
    parser.add_argument("paths", metavar=metavar, nargs="+", type=Path, help=help_text)
    _allow_outside(parser)


def _texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--texts",
        metavar="DIR",
        type=Path,
        help="texts of withheld articles (.txt), found by digest or id",
    )


def _allow_outside(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--allow-outside",
        action="store_true",
        help="follow links, and names of files in settings, that lead out of the folder and the "
        "git checkout that contains it",
    )


def _limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit",
        metavar="N",
        type=_number,
        default=LIMIT,
        help="findings that are shown of each check, as text; 0 shows all (default: %(default)s)",
    )


def _reading_options(parser: argparse.ArgumentParser) -> None:
    _texts(parser)
    parser.add_argument(
        "--judge-all",
        action="store_true",
        help="judge each record of a table by itself, slowly, also those that a glance clears; "
        "what is found is the same",
    )
    parser.add_argument(
        "--max-findings",
        metavar="N",
        type=_number,
        default=None,
        help="of each check, list no more than N findings in a file and count the others "
        "(default: 1000; 0: list all)",
    )

    parser.add_argument(
        "--show-files", action="store_true", help="list the files that are read and ignored"
    )


def _show_files(report: Report, out: TextIO) -> None:
    """List the files that were read, and those that were ignored with the reasons."""
    for name in report.checked.read:
        print(_inert(f"read {name}"), file=out)
    for one in report.checked.ignored:
        print(_inert(f"ignored {one.file}: {one.reason}"), file=out)


def _how(options: argparse.Namespace) -> How:
    from onrecord.readers.options import HOW, How

    found = HOW.findings if options.max_findings is None else options.max_findings
    return How(judge_all=options.judge_all, allow_outside=options.allow_outside, findings=found)


def _find(options: argparse.Namespace) -> list[File]:
    from onrecord import readers
    from onrecord.files.containment import Boundary
    from onrecord.reporters.base import ignored_files

    boundary = Boundary.around(options.paths, allow_outside=options.allow_outside)
    found = readers.survey(options.paths, boundary=boundary)
    if found.ignored:
        print(ignored_files(found.ignored))
    return found.files


def _validate(options: argparse.Namespace) -> int:
    need("validate")
    if wrong := _at_odds(options):
        print(f"onrecord: {wrong}", file=sys.stderr)
        return USAGE
    from onrecord.reporters import counted
    from onrecord.validation.validate import tolerate_all

    if options.write_baseline:
        from onrecord.corpus.corpus import read

        corpus = read(*options.paths, texts=options.texts, watch=_reading, how=_how(options))
        path, number = tolerate_all(corpus, baseline=options.baseline)
        told = f"{counted(number, 'finding')} that {'is' if number == 1 else 'are'} tolerated"
        print(_inert(f"wrote {path}: {told} from now on"))
    if not options.watch:
        return _validated(options)
    from onrecord.validation.watching import changes

    beside = [path for path in (options.texts, options.baseline) if path is not None]
    for _ in changes([*options.paths, *beside]):
        if sys.stdout.isatty():
            print("\033[2J\033[H", end="")
        try:
            _validated(options)
        except InputError as error:
            print(f"onrecord: {_inert(str(error))}", file=sys.stderr)
        print("watching for changes; Ctrl-C ends it", file=sys.stderr)
        sys.stdout.flush()
    return DONE


def _at_odds(options: argparse.Namespace) -> str | None:
    """Return why some options cannot be given together, if that is so."""
    if options.statistics and options.format != "text":
        return f"--statistics is for --format text; {options.format} reports have every finding"
    if options.write_baseline and (options.select or options.ignore):
        return "--write-baseline writes all findings; leave out --select and --ignore"
    if options.fix_all:
        for name in ("write_baseline", "changed_since", "watch"):
            if getattr(options, name):
                return f"--fix-all is not allowed with --{name.replace('_', '-')}"
    return None


def _validated(options: argparse.Namespace) -> int:
    """Validate, report, and give the exit status."""
    from onrecord.findings import Severity
    from onrecord.validation.selection import Selection
    from onrecord.validation.validate import validate

    hindered = False
    selection = Selection(options.select, options.ignore)
    if options.fix or options.fix_all or options.diff:
        report, hindered = _mend(options, selection)
    else:
        report = validate(
            *options.paths,
            texts=options.texts,
            baseline=options.baseline,
            changed_since=options.changed_since,
            watch=_reading,
            how=_how(options),
        )
    report = selection.of(report)
    threshold = None if options.fail_on == "never" else Severity[options.fail_on.upper()]
    failed = threshold and any(one.severity >= threshold for one in report.findings)
    status = FINDINGS if failed else COULD_NOT_LOOK if hindered else DONE
    _tell(report, options, status)
    return status


def _tell(report: Report, options: argparse.Namespace, status: int) -> None:
    """Write a report wherever it was asked for."""
    from onrecord.files.atomic import replacing
    from onrecord.reporters.github import step_summary

    out = sys.stderr if options.diff else sys.stdout
    if options.show_files:
        _show_files(report, out if options.format == "text" else sys.stderr)
    style: dict[str, Any] = {
        "status": status,
        "top": _top(options.paths[0]),
        "suppressed": options.sarif_suppressed,
    }
    REPORTERS[options.format](
        report,
        out,
        **style,
        color=_color(),
        width=_width(),
        limit=options.limit,
        statistics=options.statistics,
    )
    if options.format == "text":
        out.writelines(f"{_inert(line)}\n" for line in _next_step(report, options))
    for output in options.output:
        with replacing(output.path) as stream:
            output.write(report, stream, **style)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if options.format == "github" and summary:
        step_summary(report, Path(summary))


def _next_step(report: Report, options: argparse.Namespace) -> Iterator[str]:
    """Return what to do about documents whose spans have no offsets yet."""
    from onrecord.readers import open_reader
    from onrecord.readers.models.document import DocumentReader

    seen = report.checked
    if seen.spans == seen.verified + seen.unverified:
        return
    documents = [
        file.name for file in _find(options) if isinstance(open_reader(file), DocumentReader)
    ]
    if documents:
        name = shlex.quote(documents[0]) if len(documents) == 1 else "FILE"
        folder = shlex.quote(str(options.texts)) if options.texts else "DIR"
        yield (
            f"next, fill in the offsets of spans: onrecord anchor {name} --texts {folder} --write"
            + ("" if options.texts else " (DIR holds the texts, unless they are in the files)")
        )


def _top(path: Path) -> Path | None:
    """Return the folder that services know files by: the top of the checkout that a path is in.

    Where a runner has several checkouts, or none, they are in its workspace.
    """
    from onrecord.validation.git import checkout_of

    top = checkout_of(path)
    if given := os.environ.get("GITHUB_WORKSPACE"):
        workspace = Path(os.path.realpath(given))
        return top if top and top.is_relative_to(workspace) else workspace
    return top


def _mend(options: argparse.Namespace, selection: Selection) -> tuple[Report, bool]:
    """Mend what can be mended, or show how; the report that remains, and whether a file could not
    be written.

    A diff is all that goes to the standard output, so that it can be applied as a patch.
    """
    from onrecord.fixing.mending import mend
    from onrecord.reporters import counted
    from onrecord.validation.validate import validate_corpus

    mending = mend(
        *options.paths,
        texts=options.texts,
        how=_how(options),
        check=partial(validate_corpus, baseline=options.baseline),
        wanted=selection.wants,
        fill=options.fix_all,
    )
    told = sys.stderr if options.diff else sys.stdout
    for file in mending.files:
        for done in file.mends:
            print(_inert(str(done)), file=told)
    for line in mending.left:
        print(_inert(line), file=told)
    if options.diff:
        _print_diff(mending.diff())
        return mending.found, False
    errors = mending.write()
    for error in errors:
        print(f"onrecord: {_inert(str(error))}", file=sys.stderr)
    number = sum(len(file.mends) for file in mending.files)
    print(f"{counted(number, 'mend')} in {counted(len(mending.files), 'file')}\n")
    return (mending.found if errors else mending.report), bool(errors)


def _print_diff(diff: str) -> None:
    lines = io.StringIO(diff, newline="\n").readlines()
    shown = [escape_line_for_display(line) for line in lines]
    sys.stdout.writelines(shown)
    if shown != lines:
        print(
            "onrecord: characters that a terminal or a CI runner obeys are shown as escapes, "
            "so this diff cannot be applied; --fix writes the files",
            file=sys.stderr,
        )


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


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)


def _reading(parts: Iterator[Part], total: int) -> Iterable[Part]:
    """Parts of what is read, with a progress bar where a person is watching."""
    from onrecord.cli.progress import counted

    return counted(parts, total=total, unit="records", description="reading")


def _watch(files: Sequence[File]) -> Iterable[File]:
    """Files one by one, with a progress bar where a person is watching."""
    from onrecord.cli.progress import watched

    return watched(files, total=len(files), unit="files", description="reading")


def _color() -> bool:
    """Whether to write in colour (no-color.org)."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _width() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def _explain(options: argparse.Namespace) -> int:
    from onrecord.rules import CHECKS, families

    if options.code is None:
        return _list_rules()
    if options.code in families():
        return _list_rules(options.code)
    if options.code not in CHECKS:
        advice = did_you_mean(options.code, CHECKS) or "onrecord explain lists them"
        print(f"onrecord: there is no check {_inert(options.code)}; {advice}", file=sys.stderr)
        return USAGE
    print(_explanation(CHECKS[options.code]))
    return DONE


def _rules(options: argparse.Namespace) -> int:
    from onrecord.rules import CHECKS
    from onrecord.rules.examples import about

    if options.format == "text":
        return _list_rules()
    told = [
        {
            "code": info.code,
            "family": info.family,
            "severity": str(info.severity),
            "title": info.title,
            "explanation": info.explanation,
            "hint": info.hint,
            "fix": check.safe,
        }
        for check, info in zip(CHECKS.values(), map(about, CHECKS.values()), strict=True)
    ]
    print(json.dumps(told, indent=2, ensure_ascii=False))
    return DONE


def _list_rules(only: str | None = None) -> int:
    from onrecord.rules import CHECKS, families, family_about

    width = max(map(len, CHECKS))
    for family, checks in families().items():
        if only not in (None, family):
            continue
        print(f"{family_about(family)}\n")
        for check in checks:
            fix = " (--fix)" if check.safe else ""
            print(f"  {check.code:{width}}  {check.severity!s:7}  {check.title}{fix}")
        print()
    print("onrecord explain CODE tells more about one of them")
    return DONE


def _explanation(check: type[Check]) -> str:
    from onrecord.rules import IMPORT_CHECKS
    from onrecord.rules.examples import SOUND, about

    info = about(check)
    sound = "The sound document that examples are laid over:\n\n" + textwrap.indent(SOUND, "    ")
    parts = [
        f"{info.code} ({info.severity}): {info.title}",
        info.explanation,
        f"How to mend it: {info.hint}.",
        *(["onrecord validate --fix mends it."] if check.safe else []),
        "Found in:\n\n" + textwrap.indent(info.fails, "    "),
        "Not found in:\n\n" + textwrap.indent(info.passes, "    "),
        *([] if info.code in IMPORT_CHECKS else [sound]),
    ]
    return "\n\n".join(parts)


def _publish(options: argparse.Namespace) -> int:
    need("validate")
    from onrecord import publish

    if options.check:
        comparison = publish.check(
            options.folder, options.out, texts=options.texts, watch=_reading, how=_how(options)
        )
        if options.show_files:
            _show_files(comparison.report, sys.stdout)
        _show(comparison.report, options.limit)
        for difference in comparison.differences:
            print(_inert(difference))
        if comparison.fresh:
            print("what is published is fresh")
        elif comparison.differences:
            print(
                f"what is published is stale; run: onrecord publish {_inert(str(options.folder))}"
            )
        return DONE if comparison.fresh else FINDINGS
    publication = publish.publish(
        options.folder, options.out, texts=options.texts, watch=_reading, how=_how(options)
    )
    if options.show_files:
        _show_files(publication.report, sys.stdout)
    _show(publication.report, options.limit)
    if publication.manifest is None:
        print("nothing is published while there are errors")
        return FINDINGS
    for path, file in publication.files:
        print(f"wrote {_inert(path.as_posix())}: {file.rows:,} rows, {file.bytes:,} bytes")
    return DONE


def _show(report: Report, limit: int = LIMIT) -> None:
    """Print a report as text."""
    REPORTERS["text"](report, sys.stdout, color=_color(), width=_width(), limit=limit)


def _anchor(options: argparse.Namespace) -> int:
    need("validate")
    from onrecord.anchoring.anchoring import anchor
    from onrecord.files.texts import TextFolder

    folder = (
        TextFolder(options.texts, allow_outside=options.allow_outside) if options.texts else None
    )
    anchorings = [
        anchor(file, folder, text_changed=options.text_changed) for file in _watch(_find(options))
    ]
    for anchoring in anchorings:
        for line in _anchored(anchoring):
            print(_inert(line))
        if options.write:
            anchoring.write()
        elif anchoring.changed:
            print("nothing is written; add --write to change the file")
        if anchoring.text_changed and not anchoring.changed:
            print("nothing is written while a span is not found again in the changed text")
    return DONE if all(anchoring.complete for anchoring in anchorings) else FINDINGS


def _anchored(anchoring: Anchoring) -> Iterator[str]:
    """What anchoring a document came to, a line at a time."""
    for finding in anchoring.findings:
        yield f"{finding.place}: {finding.message}; {finding.hint}"
    for span in anchoring.spans:
        yield from _found(span)
    counts: Counter[str] = Counter(span.outcome for span in anchoring.spans)
    told = [f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES if counts[outcome]]
    if anchoring.withheld:
        told.append(f"{anchoring.withheld} withheld")
    if anchoring.store is not None:
        told.append(f"the text goes to {anchoring.store[0].name}, since its rights pass it on")
    if told or not anchoring.findings:
        yield f"{anchoring.file.name}: {', '.join(told) or 'no spans with words'}"


def _found(span: Anchored) -> Iterator[str]:
    """What became of a span that people should look at."""
    if span.outcome == "ambiguous":
        yield f"{span.place}: {span.path}: {_quoted(span.words)} {_ambiguity(span)}:"
        for candidate in span.candidates:
            yield _passage(candidate)
            if candidate.context:
                yield f"    {_context(candidate.context, span.place.file)}"
            else:
                yield f"    start: {candidate.start}, end: {candidate.end}"
    elif span.now is not None:
        yield (
            f"{span.place}: {span.path}: {_quoted(span.words)} is now {_quoted(span.now)} "
            f"({_TIERS[span.tier or 'exact']})"
        )
    elif span.outcome == "changed":
        yield (
            f"{span.place}: {span.path}: {_quoted(span.words)} has changed: "
            "numbers or negations differ"
        )
        if span.nearest:
            yield _passage(span.nearest)
    elif span.outcome in ("similar", "lost"):
        yield f"{span.place}: {span.path}: {_quoted(span.words)} is not in the text"
        if span.nearest:
            yield f"  the passage most like it ({span.nearest.score:.0f} of 100):"
            yield _passage(span.nearest)


def _ambiguity(span: Anchored) -> str:
    """Return why the place of a span's words cannot be known, and what to do."""
    number = len(span.candidates)
    places = f"is in {number} places" if number > 1 else "is in a place that may be another"
    named = " and ".join(f"{name} {_quoted(span.given[name])}" for name in span.unmatched)
    if len(span.unmatched) == 1:
        return f"{places}, but none of them has the {named}; give one of these instead"
    if span.unmatched:
        return f"{places}, but none of them has both the {named}; give one of these instead"
    if span.given:
        given = " and ".join(span.given)
        return f"{places} that its {given} does not tell apart; give one of these instead"
    return f"{places}; add one of these to the span, which tells which is meant"


def _context(context: Mapping[str, str], file: str) -> str:
    """Return a prefix or suffix as it can be pasted into a document, so that no blank is lost."""
    is_json = file.casefold().endswith(".json")
    fields = []
    for name, words in context.items():
        value = json.dumps(words, ensure_ascii=False)
        if not is_json:  # YAML has no pairs of surrogates
            value = "".join(
                one if one.isprintable() or ord(one) < 0x10000 else f"\\U{ord(one):08X}"
                for one in value
            )
        fields.append(f'"{name}": {value}' if is_json else f"{name}: {value}")
    return ", ".join(fields)


def _passage(candidate: Candidate) -> str:
    return (
        f"  line {candidate.line}, {candidate.start}-{candidate.end}: "
        f"{candidate.before}[{candidate.words}]{candidate.after}"
    )


def _quoted(words: str) -> str:
    return f"“{words if len(words) <= _LONGEST else words[:_LONGEST] + '…'}”"


def _dehydrate(options: argparse.Namespace) -> int:
    need("validate")
    from onrecord.rights.files import dehydrate_file

    files = _find(options)
    plans = [dehydrate_file(file, options.texts) for file in _watch(files)]
    return _carry_out(plans, options)


def _hydrate(options: argparse.Namespace) -> int:
    need("validate")
    from onrecord.files.texts import TextFolder
    from onrecord.rights.files import hydrate_file

    folder = TextFolder(options.texts, allow_outside=options.allow_outside)
    files = _find(options)
    plans = [hydrate_file(file, folder) for file in _watch(files)]
    return _carry_out(plans, options)


def _carry_out(plans: Sequence[Plan], options: argparse.Namespace) -> int:
    """Tell what is to be done, and do it if nothing at all stands in the way."""
    from onrecord.rights.files import carry_out

    hindered = False
    for plan in plans:
        for finding in plan.findings:
            print(_inert(f"{finding.place}: {finding.message}; {finding.hint}"))
        for line in (*map(str, plan.refusals), *plan.messages):
            print(_inert(line))
        hindered = hindered or bool(plan.findings or plan.refusals)
    if hindered:
        print("nothing is written")
        return FINDINGS
    if options.write:
        for plan in plans:
            carry_out(plan)
    elif any(plan.writes or plan.removals for plan in plans):
        print("nothing is written; add --write to change the files")
    return DONE


def _options_of(options: argparse.Namespace) -> Any:
    """The format that was asked for, with its options."""
    format_ = options.format
    return format_(**{field.name: getattr(options, field.name) for field in fields(format_)})


def _import(options: argparse.Namespace) -> int:
    from onrecord.cli.progress import measured
    from onrecord.exchange import import_records
    from onrecord.reporters import counted, counted_findings
    from onrecord.reporters.text import finding_lines

    shown: Counter[str] = Counter()

    def wanted(code: str) -> bool:
        shown[code] += 1
        return not options.limit or shown[code] <= options.limit

    def report(finding: Finding) -> None:
        print("\n".join(finding_lines(finding, color=_color(), width=_width())))

    importer = _options_of(options)
    tally = import_records(
        importer,
        options.paths,
        options.out,
        form=options.form,
        texts=options.texts,
        replace_existing=options.force,
        allow_outside=options.allow_outside,
        report=report,
        wanted=wanted,
        watch=lambda drafts, total: measured(
            drafts, lambda draft: draft.size, total=total, description="importing"
        ),
    )
    for code, number in sorted(tally.findings.items()):
        print(counted_findings(code, number, options.limit))
    made = [counted(tally.quotes, "quote"), counted(tally.claims, "claim")]
    records = " + ".join(one for one in made if not one.startswith("no ")) or "no records"
    print(
        f"{counted(tally.items, importer.item)} in {counted(tally.files, 'file')} = {records} "
        f"+ {tally.refused:,} that could not become records"
    )
    if tally.articles:
        print(
            f"wrote {_inert(str(options.out))}: {counted(tally.articles, 'article')}, "
            f"{' and '.join(made)} with {counted(tally.spans, 'span')}"
        )
    else:
        print("nothing is written")
    if tally.withheld and not options.texts:
        print(
            f"the texts of {counted(tally.withheld, 'article')} are withheld by their rights; "
            "--texts DIR keeps them, --license and --redistribute tell other rights"
        )
    return FINDINGS if tally.refused else DONE


def _export(options: argparse.Namespace) -> int:
    from onrecord.exchange import export_records
    from onrecord.readers import How
    from onrecord.reporters import counted

    exporter = _options_of(options)
    exported = export_records(
        exporter,
        options.paths,
        options.out,
        texts=options.texts,
        replace_existing=options.force,
        watch=_reading,
        how=How(allow_outside=options.allow_outside),
    )
    if exported.report.errors:
        _show(exported.report)
        print("nothing is written while there are errors")
        return FINDINGS
    for message, articles in _grouped(exported.left).items():
        some = ", ".join(articles[:_NAMED]) + (", …" if len(articles) > _NAMED else "")
        named = f"{counted(len(articles), 'article')} ({some})" if len(articles) > 1 else some
        print(_inert(f"{named}: {message}"))
    print(
        f"wrote {_inert(str(options.out))}: {counted(len(exported.files), 'file')} from "
        f"{counted(exported.articles, 'article')}, {counted(exported.quotes, 'quote')} and "
        f"{counted(exported.claims, 'claim')}"
        + (", without what is named above" if exported.left else "")
    )
    return FINDINGS if exported.left else DONE


def _grouped(left: Iterable[Left]) -> dict[str, list[str]]:
    """The articles of which something is left out, by what is said of them."""
    grouped: dict[str, list[str]] = {}
    for one in left:
        grouped.setdefault(one.message, []).append(one.article_id)
    return grouped


def _schema_list(options: argparse.Namespace) -> int:
    from onrecord.schema import CURRENT, VERSIONS

    for version in VERSIONS.values():
        current = " (current)" if version is CURRENT else ""
        print(f"{version.number}{current}: {', '.join(version.models)}")
    return DONE


def _schema_show(options: argparse.Namespace) -> int:
    from onrecord.schema import json_schema

    try:
        schema = json_schema(options.name, options.schema_version)
    except ValueError as error:
        print(f"onrecord: {_inert(str(error))}", file=sys.stderr)
        return USAGE
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return DONE


def _schema_export(options: argparse.Namespace) -> int:
    from onrecord.schema.export import export

    try:
        written = export(options.out)
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from None
    print(f"wrote {len(written)} schemas to {_inert(str(options.out))}")
    return DONE
