"""The commands. Only here is anything printed, and only here does the program end.

What a command needs is imported when it runs, so that help is quick and the schema commands work
where only the schema package is installed.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from onrecord import __version__
from onrecord.findings import InputError, MissingExtraError

if TYPE_CHECKING:
    from onrecord.readers import File
    from onrecord.rules.base import Check, Example

DONE, FINDINGS, USAGE, COULD_NOT_LOOK, INTERRUPTED = 0, 1, 2, 3, 130

# What each extra brings, to tell which one is missing.
_EXTRAS = {
    "validate": ("duckdb", "numpy", "packaging", "pyarrow", "yaml", "rapidfuzz", "tqdm", "wcwidth"),
}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()
    except (InputError, MissingExtraError) as error:
        print(f"onrecord: {_inert(str(error))}", file=sys.stderr)
        code = COULD_NOT_LOOK
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _inert(text: str) -> str:
    from onrecord.rules.base import shown

    return shown(text, 2000)


def _need(extra: str) -> None:
    """Say which extra to install, if a package of it is missing.

    Raises:
        MissingExtraError: A package is missing.
    """
    for module in _EXTRAS[extra]:
        if importlib.util.find_spec(module) is None:
            raise MissingExtraError(extra, module)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onrecord",
        description="Who said what, where it stands in the source, and what it claims: "
        "validate, anchor and publish records of public statements.",
        epilog="onrecord COMMAND --help tells more about a command.",
    )
    parser.add_argument("--version", action="version", version=f"onrecord {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    validate = _command(
        commands,
        "validate",
        _validate,
        "check records, and say what is wrong and how to mend it",
        """
        onrecord validate dataset
        onrecord validate dataset --texts ../texts
        onrecord validate quotes.jsonl articles.jsonl --format json > report.json
        """,
        "exit status: 0 nothing at or above the threshold, 1 findings, 2 wrong usage, "
        "3 could not look",
    )
    _paths(validate, "PATH", "record files, or folders of them")
    _texts(validate)
    validate.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="default: text"
    )
    validate.add_argument(
        "--fail-on",
        choices=("error", "warning", "never"),
        default="error",
        help="the least severity that makes the exit status 1 (default: error)",
    )

    anchor = _command(
        commands,
        "anchor",
        _anchor,
        "find the words of spans in the text, and fill in their offsets",
        """
        onrecord anchor dataset/articles/2024/ID.yaml --texts ../texts
        onrecord anchor dataset/articles/2024/ID.yaml --texts ../texts --write
        """,
        "exit status: 0 every span has its place, 1 some have not, 2 wrong usage, 3 could not look",
    )
    _paths(anchor, "FILE", "documents")
    _texts(anchor)
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
    explain.add_argument("code", metavar="CODE", nargs="?", help="the code of a check")

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
    publish.add_argument(
        "--check", action="store_true", help="write nothing; fail if what is published is stale"
    )

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


def _texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--texts",
        metavar="DIR",
        type=Path,
        help="texts of withheld articles (.txt), found by digest or id",
    )


def _validate(options: argparse.Namespace) -> int:
    _need("validate")
    from onrecord.corpus import read
    from onrecord.findings import Severity
    from onrecord.progress import watched
    from onrecord.reporters import REPORTERS
    from onrecord.validation import validate_corpus

    def watch(files: Sequence[File]) -> Iterable[File]:
        return watched(files, total=len(files), unit="file", description="reading")

    corpus = read(*options.paths, texts=options.texts, watch=watch)
    report = validate_corpus(corpus)
    REPORTERS[options.format](report, sys.stdout, color=_color())
    threshold = {"error": Severity.ERROR, "warning": Severity.WARNING}.get(options.fail_on)
    failed = threshold and any(one.severity >= threshold for one in report.findings)
    return FINDINGS if failed else DONE


def _color() -> bool:
    """Whether to write in colour (no-color.org)."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _explain(options: argparse.Namespace) -> int:
    from onrecord.rules import CHECKS

    if options.code is None:
        width = max(map(len, CHECKS))
        for code, check in CHECKS.items():
            print(f"{code:{width}}  {check.severity!s:7}  {check.title}")
        return DONE
    if options.code not in CHECKS:
        near = difflib.get_close_matches(options.code, CHECKS, 1)
        advice = f"did you mean {near[0]}?" if near else "onrecord explain lists them"
        print(f"onrecord: there is no check {_inert(options.code)}; {advice}", file=sys.stderr)
        return USAGE
    print(_explanation(CHECKS[options.code]))
    return DONE


def _explanation(check: type[Check]) -> str:
    from onrecord.rules.examples import SOUND

    parts = [
        f"{check.code} ({check.severity}): {check.title}",
        check.explanation,
        f"How to mend it: {check.hint.replace(':plain}', '}')}.",
        "Found in:\n\n" + _example(check.fails),
        "Not found in:\n\n" + _example(check.passes),
        "The sound document that examples are laid over:\n\n" + textwrap.indent(SOUND, "    "),
    ]
    return "\n\n".join(parts)


def _example(example: Example) -> str:
    from onrecord.rules.examples import described

    return textwrap.indent(described(example), "    ")


def _publish(options: argparse.Namespace) -> int:
    _need("validate")
    raise NotImplementedError


def _anchor(options: argparse.Namespace) -> int:
    _need("validate")
    raise NotImplementedError


def _dehydrate(options: argparse.Namespace) -> int:
    _need("validate")
    raise NotImplementedError


def _hydrate(options: argparse.Namespace) -> int:
    _need("validate")
    raise NotImplementedError


def _schema_list(options: argparse.Namespace) -> int:
    from onrecord.schema import CURRENT, VERSIONS

    for version in VERSIONS.values():
        current = " (current)" if version is CURRENT else ""
        print(f"{version.number}{current}: {', '.join(version.models)}")
    return DONE


def _schema_show(options: argparse.Namespace) -> int:
    import json

    from onrecord.schema import CURRENT, json_schema

    try:
        schema = json_schema(options.name, options.schema_version or CURRENT.number)
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
