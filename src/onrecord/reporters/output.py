"""Parse ``--output`` options, and write reports to files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from onrecord.errors import did_you_mean
from onrecord.findings import Report
from onrecord.reporters import REPORTERS


class Output(NamedTuple):
    """Name a format, and the file to write a report to."""

    format: str
    path: Path

    @classmethod
    def parse(cls, text: str) -> Output:
        """Parse ``FORMAT=FILE``.

        Raises:
            ValueError: The format does not exist, or the file is missing; the message is for users.
        """
        name, _, path = text.partition("=")
        if name not in REPORTERS:
            advice = did_you_mean(name, REPORTERS) or f"choose from {', '.join(REPORTERS)}"
            raise ValueError(f"there is no format {name!r}; {advice}")
        if not path:
            raise ValueError(f"name a file, as in {name}=FILE")
        return cls(name, Path(path))

    def write(self, report: Report, stream: BinaryIO, **style: Any) -> None:
        """Write the report to an open file, in UTF-8 with LF and without colours.

        Args:
            report: The report.
            stream: The open file.
            **style: Further options of `Reporter`.
        """
        out = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
        REPORTERS[self.format](report, out, **style)
        out.flush()
        out.detach()
