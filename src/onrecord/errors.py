"""Define errors for users: what could not be done, which extra is missing, what was probably meant."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onrecord.findings import Finding


class OnrecordError(Exception):
    """Signal that a command failed. The message is one line for users."""


class InputError(OnrecordError):
    """Signal that the input could not be read: a file is missing, unreadable or damaged.

    Where a function returns findings, invalid *content* is one of them, never this error.
    """


class InvalidDocumentError(InputError):
    """Signal that a document is not valid, so that it cannot be returned.

    Attributes:
        findings: All reasons, with their locations.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        first, *more = findings
        rest = f" (and {len(more)} more)" if more else ""
        super().__init__(f"{first.place}: {first.message}; {first.hint}{rest}")
        self.findings = tuple(findings)


@contextmanager
def system_errors(name: object) -> Iterator[None]:
    """Raise an error of the operating system as an ``InputError`` that begins with a name."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or error}") from None


class MissingExtraError(OnrecordError, ImportError):
    """Signal that a feature needs packages that one of onrecord's extras installs."""

    def __init__(self, extra: str, module: str) -> None:
        super().__init__(
            f"this needs {module}, which is not installed; run: pip install 'onrecord[{extra}]'"
        )


# What each extra brings beyond Pydantic.
EXTRAS = {
    "validate": (
        "duckdb",
        "ftfy",
        "jinja2",
        "numpy",
        "packaging",
        "py3langid",
        "pyarrow",
        "yaml",
        "rapidfuzz",
        "shtab",
        "svg",
        "tqdm",
        "watchfiles",
        "wcwidth",
    ),
    "publish": ("datasets", "huggingface_hub"),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "spark": ("pyspark", "sqlglot"),
}


def need(extra: str) -> None:
    """Check that the packages of an extra are installed.

    Raises:
        MissingExtraError: One of them is not.
    """
    for module in EXTRAS[extra]:
        if sys.modules.get(module) is None and importlib.util.find_spec(module) is None:
            raise MissingExtraError(extra, module)


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most similar to a mistyped one; None if none is similar.

    Case, spaces, hyphens and underscores are ignored.
    """
    import difflib  # when something is mistyped, and not at each start

    plain = {_plain(one): one for one in known}
    found = difflib.get_close_matches(_plain(word), plain, 1)
    return plain[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the question that suggests the closest known word, or None if there is none."""
    near = closest(word, known)
    return f"did you mean {near}?" if near else None


def _plain(word: str) -> str:
    return word.strip(" -").casefold().replace(" ", "-").replace("_", "-")
