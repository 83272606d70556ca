"""Fill in the templates of pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, Undefined
from markupsafe import Markup

from onrecord.language.search_terms import RULES
from onrecord.reporters.base import counted
from onrecord.reporters.templating import environment
from onrecord.site import marked, names, parts, wording

# The lists, with what each is called.
KINDS = {
    "articles": "Articles",
    "speakers": "Speakers",
    "statements": "Statements",
    "claims": "Claims",
}
# Where a page has something of its own: a character that values cannot contain, since it is escaped.
_PLACE = Markup("\0")


@cache
def _pages() -> Environment:
    # Records have no absent values.
    pages = environment(
        "onrecord.site", "onrecord.reporters", escape=wording.visible, undefined=Undefined
    )
    pages.filters |= {
        "date": wording.date,
        "language": wording.language,
        "local": names.local,
        "speakers": marked.speakers,
        **parts.as_filters(parts.FILTERS),
        "number": "{:,}".format,
    }
    pages.globals |= {
        "counted": counted,
        "search_rules": RULES,
        "search_filters": list(wording.FILTERS.items()),
        "place": _PLACE,
    }
    return pages


def page(template: str, up: str, *, corpus: Mapping[str, Any] | None, **values: Any) -> str:
    """Return a page of a site.

    Args:
        template: The name of its template without the ending.
        up: The way from the folder of the page to that of the site: empty or ``../``.
        corpus: What is known of the corpus.
        **values: What the template needs.
    """
    text = part(template, "content.html.j2", up=up, corpus=corpus, **values)
    name, head, main = text.split(_PLACE)
    return framed(frame(up, corpus), name, main, head)


def part(template: str, layout: str, **values: Any) -> str:
    """Return a filled-in template in the layout of a view that is no page of a site."""
    return _pages().get_template(f"{template}.html.j2").render(layout=layout, **values)


class Frame(NamedTuple):
    """Hold the HTML that all pages have before, between and after their title, head and main part."""

    before: str
    named: str
    headed: str
    after: str


def frame(up: str, corpus: Mapping[str, Any] | None) -> Frame:
    """Return the HTML that the pages of a folder share; see `page`."""
    return _frame(up, corpus and (corpus["title"], corpus["version"], corpus["license"]))


def framed(shared: Frame, name: str, main: str, head: str = "") -> str:
    """Return a page, given its own name and parts as HTML."""
    before, named, headed, after = shared
    return f"{before}{name}{named}{head}{headed}{main}{after}"


@lru_cache
def _frame(up: str, known: tuple[str, str, str] | None) -> Frame:
    corpus = known and dict(zip(("title", "version", "license"), known, strict=True))
    own = dict.fromkeys(("name", "head", "main"), _PLACE)
    shared = _pages().get_template("site.html.j2")
    return Frame(*shared.render(up=up, corpus=corpus, lists=KINDS, **own).split(_PLACE))


def asset(name: str) -> str:
    """Return a file of styles or scripts, which pages link to."""
    return _pages().get_template(name).render()
