"""Reports in files: which formats are asked for, and where they go."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from onrecord.errors import did_you_mean
from onrecord.findings import Report
from onrecord.reporters import REPORTERS


class Output(NamedTuple):
    """A format, and the file that a report is written to in it."""

    format: str
    path: Path

    @classmethod
    def parse(cls, text: str) -> Output:
        """What ``FORMAT=FILE`` asks for.

        Raises:
            ValueError: There is no such format, or no file; the message is for people.
        """
        name, _, path = text.partition("=")
        if name not in REPORTERS:
            advice = did_you_mean(name, REPORTERS) or f"choose from {', '.join(REPORTERS)}"
            raise ValueError(f"there is no format {name!r}; {advice}")
        if not path:
            raise ValueError(f"name a file, as in {name}=FILE")
        return cls(name, Path(path))

    def write(self, report: Report, stream: BinaryIO, **style: Any) -> None:
        """Write a report to the file, which is open: UTF-8 with line feeds, without colours.

        Args:
            report: What to write.
            stream: The file.
            **style: What the format may need to know besides, as `Reporter` describes it.
        """
        out = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
        REPORTERS[self.format](report, out, **style)
        out.flush()
        out.detach()
