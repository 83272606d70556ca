"""Write the page of a claim."""

from __future__ import annotations

from typing import Any

from onrecord.site.pages import page

_GROUPS = ("supports", "contradicts", "qualifies", "updates")


def claim_page(entries: list[dict[str, Any]], **common: Any) -> str:
    """Return the page of a claim, given its wordings in the order of time."""
    own = {entry["claim"]["id"] for entry in entries}
    relations: dict[str, dict[tuple[str, bool], Any]] = {}
    for entry in entries:
        for related in common["site"].related(entry["claim"]["id"]):
            if related.type in _GROUPS and related.id not in own:
                group = relations.setdefault(related.type, {})
                group[related.id, related.outgoing] = related
    return page(
        "claim",
        "../",
        entries=entries,
        groups=[(name, list(relations[name].values())) for name in _GROUPS if name in relations],
        **common,
    )
