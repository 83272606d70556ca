"""Write the small parts that pages have many of: people, words, dates, links, verdicts.

They return HTML, in which all values are escaped. Templates use them as filters; pages of which there are
many are put together from them without templates, which would take several times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markupsafe import Markup
from pydantic_core import from_json, to_json

from onrecord.reporters.base import counted
from onrecord.site import wording
from onrecord.site.marked import gap, pieces
from onrecord.site.paths import Paths

# Characters of a gap that are drawn where words are not in their text.
_DRAWN = 240
# Values that are kept, since most occur again and again.
_KEPT = 4096
# What is between facts in a line, which does not begin with it.
DOT = "\u00a0· "
_DOTS = ' <span class="dots">…</span> '
_METHODS = {"manual": "by hand", "assisted": "with a tool", "automatic": "by a tool"}

Record = Mapping[str, Any]


@lru_cache(_KEPT)
def html(text: str) -> str:
    """Return text as HTML."""
    return escape(wording.visible(text))


@lru_cache(_KEPT)
def foreign(tag: str) -> str:
    """Return the attributes of words in a language."""
    return f'lang="{html(tag)}" dir="{wording.direction(tag)}"'


@lru_cache(_KEPT)
def when(text: str | None) -> str:
    """Return a date or period; nothing if there is none."""
    if not text:
        return ""
    # What may be long may be divided between lines.
    long = "/" in text or text[-1] in "?~%"
    return f"<time{' class=long' if long else ''}>{html(wording.date(text))}</time>"


def quote_type(quote: Record) -> str:
    """Return the type of a quote."""
    name = html(quote["type"])
    return f'<span class="type {name}">{wording.spaced(name)}</span>'


def person(source: Record, up: str, site: Paths) -> str:
    """Return the name of a source, with a link to its page, and its role.

    Args:
        source: The source.
        up: The way to the folder of the site.
        site: The paths of its pages.
    """
    path, name = site.speaker(source), source.get("name")
    if path:
        shown = f'<a href="{up}{html(path)}"><bdi>{html(name or "")}</bdi></a>'
    elif named := name or source.get("wikidata"):
        shown = f"<bdi>{html(named)}</bdi>"
    else:
        shown = f'<span class="unnamed">unnamed {html(source.get("kind") or "source")}</span>'
    role = source.get("role")
    return f'{shown}, <bdi class="role">{html(role)}</bdi>' if role else shown


def people(sources: Sequence[Record], up: str, site: Paths) -> str:
    """Return the names of several sources; see `person`."""
    *some, last = [person(source, up, site) for source in sources]
    return f"{'; '.join(some)} and {last}" if some else last


def words(record: Record, tag: str) -> str:
    """Return the words of a record's content in a language, with gaps for those that are withheld."""
    shown: list[str] = []
    for text, length, quoted in pieces(record):
        if text is None:
            shown.append(gap(min(length, _DRAWN), f"[{counted(length, 'character')} withheld]"))
        else:
            shown.append(f"<q>{html(text)}</q>" if quoted else html(text))
    return f'<span class="words" {foreign(tag)}>{_DOTS.join(shown)}</span>'


def verdict(one: Record) -> str:
    """Return the verdict of an assessment."""
    return rating(one.get("rating") or one["original_rating"], known=bool(one.get("rating")))


def rating(value: str, *, known: bool | None = None) -> str:
    """Return a verdict: one of those that the schema names, or one in the words of its reviewer."""
    known = value in wording.SYMBOLS if known is None else known
    name, spoken = (value, wording.spaced(value)) if known else ("other", value)
    symbol = wording.SYMBOLS.get(value, "•") if known else "•"
    return (
        f'<span class="verdict {html(name)}"><span aria-hidden="true">{symbol}</span> '
        f"{html(spoken)}</span>"
    )


def link(url: Any, text: str) -> str:
    """Return text that links to an address, if that is one of the web."""
    if not wording.web_address(url):
        return html(text)
    return (
        f'<a class="out" href="{html(url)}" rel="noopener noreferrer nofollow external">'
        f"{html(text)}</a>"
    )


def outlet(of: Record, up: str) -> str:
    """Return a link to an article, with who published it, and when."""
    shown = [f'<a href="{up}{html(of["path"])}"><bdi {foreign(of["language"])}>']
    shown.append(f"{html(of['title'] or of['id'])}</bdi></a>")
    if of["publisher"]:
        shown.append(f", <bdi>{html(of['publisher'])}</bdi>")
    if of["published"]:
        shown.append(f", {when(of['published'])}")
    return "".join(shown)


def provenance(made: Record) -> str:
    """Return how a record was annotated, folded up."""
    return _provenance(to_json(made))


@lru_cache(_KEPT)
def _provenance(encoded: bytes) -> str:
    made = from_json(encoded)
    guideline = made.get("guideline") or {}
    by = (
        ", ".join(made.get("annotators") or ()),
        made.get("tool"),
        " ".join(guideline[name] for name in ("name", "version") if guideline.get(name)),
        wording.date(made.get("on")),
    )
    lines = []
    if reviewed := made.get("reviewed_by"):
        lines.append(f"Reviewed by {', '.join(reviewed)}")
    if made.get("confidence") is not None:
        lines.append(f"Confidence {made['confidence']}")
    if note := made.get("note"):
        lines.append(note)
    more = "".join(f"<p>{html(line)}</p>" for line in lines)
    return (
        f"<details><summary>Annotated {_METHODS[made['method']]}</summary>\n"
        f"<p>{html(DOT.join(filter(None, by)))}</p>\n{more}</details>\n"
    )


def as_filters(parts: Mapping[str, Callable[..., str]]) -> dict[str, Callable[..., Markup]]:
    """Return functions as filters of templates, which need not escape what these return."""

    def as_filter(part: Callable[..., str]) -> Callable[..., Markup]:
        return lambda *values: Markup(part(*values))  # noqa: S704

    return {name: as_filter(part) for name, part in parts.items()}


FILTERS: Mapping[str, Callable[..., str]] = {
    "foreign": foreign,
    "when": when,
    "type": quote_type,
    "person": person,
    "people": people,
    "words": words,
    "verdict": verdict,
    "outlet": outlet,
}
