"""Write reports as SARIF 2.1.0 (OASIS), which code scanning and editors read.

The output respects the limits of GitHub's code scanning; a notification says what is left out.
"""

from __future__ import annotations

import os
import posixpath
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from onrecord.display import escape_for_display
from onrecord.findings import CheckInfo, Finding, Report
from onrecord.reporters.base import counted, from_top, groups, inside, write_json

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# GitHub refuses runs of more results than this, and files of more than 10 MB when compressed.
RESULTS = 25_000
COMPRESSED = 9_500_000
# GitHub shows this many characters of a description.
DESCRIPTION = 1024


def write(
    report: Report,
    out: TextIO,
    *,
    status: int | None = None,
    top: Path | None = None,
    suppressed: bool = False,
    documentation: str | None = None,
    **_: object,
) -> None:
    """Write a report as a log with one run, the most severe results first.

    Ignored findings are left out by default, since code scanning would show them as open alerts.
    Rules lead to their pages in the documentation: at the given address, or at that of the package. As
    long as there is none, they do not.
    """
    from onrecord import version

    base = documentation or version.documentation()
    report = from_top(report, top)
    ignored = [(one.finding, one.reason) for one in report.ignored if suppressed]
    ranked = [(one, None) for group in groups(report) for one in group.findings]
    every = [*ranked, *ignored]
    root = "The top of the checkout." if top else "The folder that the validator ran in."
    codes = list(dict.fromkeys([*report.checks, *sorted({one.code for one, _ in every})]))
    rules = [_rule(code, report.checks.get(code), base) for code in codes]
    results = list(_fitting(_results(every, codes, suppressible=bool(ignored))))
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if status is not None:
        invocation["exitCode"] = status
    if left := len(every) - len(results):
        invocation["toolExecutionNotifications"] = [_left_out(left)]
    run = {
        "tool": {"driver": {"name": "onrecord", "version": version.__version__, "rules": rules}},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": root}}},
        "results": results,
    }
    write_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, out, levels=4)


def _left_out(number: int) -> dict[str, Any]:
    text = (
        f"{counted(number, 'result')} left out, the least severe first, to stay within the "
        "limits of code scanning; onrecord validate in a terminal lists all"
    )
    return {"level": "warning", "message": {"text": text}}


def _rule(code: str, check: CheckInfo | None, base: str | None) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": code}
    # A name without more information than the id is left out.
    if "-" in code:
        rule["name"] = "".join(part.capitalize() for part in code.split("-"))
    if check is None:
        return {**rule, "shortDescription": {"text": code}}
    plain, markdown = [], []
    for heading, text, blocks in check.sections():
        plain += [heading, *filter(None, (text, *blocks))]
        markdown += [f"## {heading}", *filter(None, (text, *map(_block, blocks)))]
    return {
        **rule,
        "shortDescription": {"text": _cut(check.title)},
        "fullDescription": {"text": _cut(" ".join(check.explanation.split()))},
        **({"helpUri": f"{base}{check.page}"} if base else {}),
        "help": {"text": "\n\n".join(plain), "markdown": "\n\n".join(markdown)},
        "defaultConfiguration": {"level": str(check.severity)},
        "properties": {"tags": [check.family]},
    }


def _cut(text: str) -> str:
    return text if len(text) <= DESCRIPTION else f"{text[: DESCRIPTION - 1]}…"


def _block(words: str) -> str:
    longest = max(map(len, re.findall("`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{words}\n{fence}"


def _results(
    findings: Iterable[tuple[Finding, str | None]], codes: list[str], *, suppressible: bool
) -> Iterator[dict[str, Any]]:
    index = {code: number for number, code in enumerate(codes)}
    seen: Counter[str] = Counter()
    for finding, reason in findings:
        fingerprint = finding.fingerprint
        seen[fingerprint] += 1
        again = f"-{seen[fingerprint]}" if seen[fingerprint] > 1 else ""
        result = {
            "ruleId": finding.code,
            "ruleIndex": index[finding.code],
            "level": str(finding.severity),
            "message": {"text": _message(finding)},
            "locations": [_location(finding)],
            "partialFingerprints": {"onrecord/v1": f"{fingerprint}{again}"},
        }
        # All results of a run have this or none.
        if suppressible:
            result["suppressions"] = (
                []
                if reason is None
                else [{"kind": "external", "justification": escape_for_display(reason)}]
            )
        yield result


def _fitting(results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield as many results as code scanning accepts."""
    packer, packed = zlib.compressobj(), 0
    for number, result in enumerate(results):
        packed += len(packer.compress(repr(result).encode("utf-8", "backslashreplace")))
        if number == RESULTS or packed > COMPRESSED:
            return
        yield result


def _message(finding: Finding) -> str:
    """Return the message of a result, with braces (placeholders) and links escaped for SARIF."""
    row = f" (row {finding.place.row})" if finding.place.row else ""
    text = "; ".join(
        escape_for_display(part) for part in (f"{finding.message}{row}", finding.hint) if part
    )
    return text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")


def _location(finding: Finding) -> dict[str, Any]:
    place = finding.place
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.file)}
    if place.line is not None:
        physical["region"] = _region(finding)
    location: dict[str, Any] = {"physicalLocation": physical}
    if within := inside(finding):
        location["logicalLocations"] = [
            {"fullyQualifiedName": escape_for_display(within), "kind": "member"}
        ]
    if place.row is not None:
        location["properties"] = {"row": place.row}
    return location


def _artifact(file: str) -> Mapping[str, Any]:
    """Return the location of a file as a URI, relative to the sources' root unless absolute."""
    path = file.replace(os.sep, "/")
    quoted = quote(os.fsencode(posixpath.normpath(path)))
    if posixpath.isabs(path):
        return {"uri": f"file:///{quoted.lstrip('/')}"}
    return {"uri": quoted, "uriBaseId": "%SRCROOT%"}


def _region(finding: Finding) -> dict[str, Any]:
    """Return the region from the location to the end of the line, or of the excerpt."""
    place, excerpt = finding.place, finding.excerpt
    region: dict[str, Any] = {"startLine": place.line}
    if place.column is not None:
        region["startColumn"] = place.column
        if excerpt and (words := excerpt.text[excerpt.caret :]):
            region["endColumn"] = place.column + len(words)
            region["snippet"] = {"text": words}
    return region
