"""Derive from the verb of a quote how it was said: in writing or in thought."""

from __future__ import annotations

from onrecord.language.languages import knowledge_of


def cue_manner(cue: str, language: str) -> str | None:
    """Return how something was said, if the cue leaves no doubt.

    Returns:
        ``writing`` (``wrote``), ``thought`` (``thought``), or None if the cue leaves it open.
    """
    word = " ".join(cue.lower().split()).strip(" ,.:，。：")
    cues = knowledge_of(language).cues
    return "writing" if word in cues.writing else "thought" if word in cues.thought else None
