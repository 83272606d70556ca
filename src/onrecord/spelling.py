"""Finding the known word that a mistyped one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable


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
