"""Define errors for users: what could not be done, which extra is missing, what was probably meant."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable


class OnrecordError(Exception):
    """It could not be done. The message is one line for people."""


class InputError(OnrecordError):
    """The input could not be looked at: a file is missing, unreadable or broken.

    Bad *content* is a finding, never this.
    """


class MissingExtraError(OnrecordError, ImportError):
    """A feature needs packages that an extra of this one installs."""

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
        "pyarrow",
        "yaml",
        "rapidfuzz",
        "tqdm",
        "watchfiles",
        "wcwidth",
    ),
    "publish": ("datasets",),
}


def need(extra: str) -> None:
    """Make sure that the packages of an extra are installed.

    Raises:
        MissingExtraError: One is not.
    """
    for module in EXTRAS[extra]:
        if importlib.util.find_spec(module) is None:
            raise MissingExtraError(extra, module)


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a mistyped one is most like, or None if none is like it.

    Capitals, spaces, hyphens and underscores make no difference.
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
