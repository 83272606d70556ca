"""Decide which words an article's rights allow to be passed on."""

from __future__ import annotations

from onrecord.language.brief import is_brief


def may_stay(redistribute: str, role: str, words: str, *, quoted: bool) -> bool:
    """Return whether the words of a span may be passed on.

    Args:
        redistribute: The value of ``redistribute`` in the article's rights.
        role: The path of the field, such as ``speakers.mentions``.
        words: The words.
        quoted: Whether it is a span of a quote's content inside quotation marks.
    """
    if redistribute == "quotes":
        return quoted or (role.rpartition(".")[2] != "content" and is_brief(words))
    return redistribute == "full"
