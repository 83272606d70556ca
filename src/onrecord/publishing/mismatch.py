"""Describe one thing in a publication that is not as it was published."""

from __future__ import annotations

from dataclasses import dataclass

AGAIN = "get it again from where the publication came from, or publish again"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Describe something in a publication that is not as it was published.

    Attributes:
        file: The file, relative to the folder of the publication.
        expected: What was expected of it.
        found: What was found.
        advice: What to do.
    """

    file: str
    expected: str
    found: str
    advice: str = AGAIN

    def __str__(self) -> str:
        return f"{self.file}: expected {self.expected}, found {self.found}; {self.advice}"
