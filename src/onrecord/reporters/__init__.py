"""Write reports in several formats: one file per format, and its name here."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TextIO

from onrecord.findings import Report
from onrecord.reporters.base import Reporter


def _reporter(name: str) -> Reporter:
    """Return the reporter of a format; its module is imported on first use, so that help is quick."""

    def write(report: Report, out: TextIO, **options: Any) -> None:
        reporter: Reporter = import_module(f"{__name__}.{name}").write
        reporter(report, out, **options)

    return write


REPORTERS: dict[str, Reporter] = {
    name: _reporter(name)
    for name in ("text", "json", "github", "sarif", "junit", "html", "markdown")
}
