"""Write the page of a speaker."""

from __future__ import annotations

from collections import Counter
from typing import Any

from onrecord.site.pages import page


def speaker_page(entries: list[dict[str, Any]], **common: Any) -> str:
    """Return the page of a speaker, given everything on record in the order of time."""
    names = Counter(entry["source"]["name"] for entry in entries if entry["source"].get("name"))
    (name, _), *others = names.most_common() or [("", 0)]
    kinds = Counter(entry["source"].get("kind") for entry in entries)
    roles: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if role := entry["source"].get("role"):
            roles.setdefault(role, entry)
    qids = [entry["source"]["wikidata"] for entry in entries if entry["source"].get("wikidata")]
    return page(
        "speaker",
        "../",
        name=name,
        others=[other for other, _ in others],
        kind=kinds.most_common(1)[0][0],
        wikidata=qids[0] if qids else None,
        roles=list(roles.items()),
        entries=entries,
        **common,
    )
