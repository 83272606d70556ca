"""Fill in the templates of pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, Undefined

from onrecord.language.search_terms import RULES
from onrecord.reporters.base import counted
from onrecord.reporters.templating import environment
from onrecord.site import marked, names, parts, wording

_RELATIONS = {
    ("same_as", True): "same as", ("same_as", False): "same as",
    ("contradicts", True): "contradicts", ("contradicts", False): "contradicted by",
    ("supports", True): "supports", ("supports", False): "supported by",
    ("qualifies", True): "qualifies", ("qualifies", False): "qualified by",
    ("updates", True): "updates", ("updates", False): "updated by",
    ("same_statement", True): "same statement as", ("same_statement", False): "same statement as",
    ("translation_of", True): "translation of", ("translation_of", False): "translated by",
    ("paraphrases", True): "paraphrases", ("paraphrases", False): "paraphrased by",
    ("answers", True): "answers", ("answers", False): "answered by",
}  # fmt: skip


@cache
def _pages() -> Environment:
    # Records have no absent values.
    pages = environment(
        "onrecord.site", "onrecord.reporters", escape=wording.visible, undefined=Undefined
    )
    pages.filters |= {
        "date": wording.date,
        "language": wording.language,
        "spaced": wording.spaced,
        "web": wording.web_address,
        "local": names.local,
        "speakers": marked.speakers,
        **parts.FILTERS,
        "number": "{:,}".format,
    }
    pages.globals |= {
        "counted": counted,
        "search_rules": RULES,
        "search_filters": list(wording.FILTERS.items()),
        "symbols": wording.SYMBOLS,
        "relations": _RELATIONS,
    }
    return pages


def page(template: str, up: str, *, layout: str = "site.html.j2", **values: Any) -> str:
    """Return a page.

    Args:
        template: The name of its template without the ending.
        up: The way from the folder of the page to that of the site: empty or ``../``.
        layout: The template of what is around it, for pages that are also parts of others.
        **values: What the template needs.
    """
    return _pages().get_template(f"{template}.html.j2").render(up=up, layout=layout, **values)


def asset(name: str) -> str:
    """Return a file of styles or scripts, which pages link to."""
    return _pages().get_template(name).render()
