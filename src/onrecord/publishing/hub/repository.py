"""Parse the names of dataset repositories on the Hub."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from onrecord.display import shorten
from onrecord.errors import InputError

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?P<name>{_PART}/{_PART})(?:@(?P<revision>[^\s@^~:?*\[\\]+))?")


@dataclass(frozen=True, slots=True)
class Repository:
    """Name a dataset repository on the Hub, at a revision.

    Attributes:
        name: Its owner and name, such as ``org/dataset``.
        revision: A branch, tag or commit; None is the newest commit.
    """

    name: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str, *, revision: bool = True) -> Self:
        """Return the repository that ``ORG/NAME`` or ``ORG/NAME@REVISION`` names.

        Args:
            text: The name.
            revision: Whether it may contain a revision.

        Raises:
            InputError: It is not such a name.
        """
        found = _NAME.fullmatch(text)
        if found and not revision and found["revision"]:
            found = None
        if found is None or "--" in found["name"] or ".." in text:
            form = "ORG/NAME or ORG/NAME@REVISION" if revision else "ORG/NAME"
            raise InputError(f"{shorten(text)!r} is not the name of a dataset on the Hub: {form}")
        return cls(found["name"], found["revision"])

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" if self.revision else self.name
