"""Write the small parts that pages have many of: people, words, dates, links, verdicts.

They are filters of the templates. Macros would say the same and take several times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from onrecord.reporters.base import counted
from onrecord.site import wording
from onrecord.site.marked import gap, pieces

if TYPE_CHECKING:
    from onrecord.site.paths import Paths

# Characters of a gap that are drawn where words are not in their text.
_DRAWN = 240
# Values that are kept, since most occur again and again.
_KEPT = 4096
_DOTS = ' <span class="dots">…</span> '
_METHODS = {"manual": "by hand", "assisted": "with a tool", "automatic": "by a tool"}

Record = Mapping[str, Any]


@lru_cache(_KEPT)
def html(text: str) -> str:
    """Return text as HTML."""
    return str(escape(wording.visible(text)))


@lru_cache(_KEPT)
def foreign(tag: str) -> Markup:
    """Return the attributes of words in a language."""
    return Markup(f'lang="{html(tag)}" dir="{wording.direction(tag)}"')  # noqa: S704


@lru_cache(_KEPT)
def when(text: str | None) -> Markup:
    """Return a date or period; nothing if there is none."""
    return Markup(f"<time>{html(wording.date(text))}</time>" if text else "")  # noqa: S704


def quote_type(quote: Record) -> Markup:
    """Return the type of a quote."""
    name = html(quote["type"])
    return Markup(f'<span class="type {name}">{wording.spaced(name)}</span>')  # noqa: S704


def person(source: Record, up: str, site: Paths) -> Markup:
    """Return the name of a source, with a link to its page, and its role.

    Args:
        source: The source.
        up: The way to the folder of the site.
        site: The paths of its pages.
    """
    return Markup(_person(source, up, site))  # noqa: S704


def people(sources: Sequence[Record], up: str, site: Paths) -> Markup:
    """Return the names of several sources; see `person`."""
    *some, last = [_person(source, up, site) for source in sources]
    return Markup(f"{'; '.join(some)} and {last}" if some else last)  # noqa: S704


def _person(source: Record, up: str, site: Paths) -> str:
    path, name = site.speaker(source), source.get("name")
    if path:
        shown = f'<a href="{up}{html(path)}"><bdi>{html(name or "")}</bdi></a>'
    elif named := name or source.get("wikidata"):
        shown = f"<bdi>{html(named)}</bdi>"
    else:
        shown = f'<span class="unnamed">unnamed {html(source.get("kind") or "source")}</span>'
    role = source.get("role")
    return f'{shown}, <bdi class="role">{html(role)}</bdi>' if role else shown


def words(record: Record, tag: str) -> Markup:
    """Return the words of a record's content in a language, with gaps for those that are withheld."""
    shown: list[str] = []
    for piece in pieces(record):
        text = piece["text"]
        if text is None:
            length = piece["length"]
            shown.append(gap(min(length, _DRAWN), f"[{counted(length, 'character')} withheld]"))
        else:
            shown.append(f"<q>{html(text)}</q>" if piece["quoted"] else html(text))
    return Markup(f'<span class="words" {foreign(tag)}>{_DOTS.join(shown)}</span>')  # noqa: S704


def verdict(one: Record) -> Markup:
    """Return the verdict of an assessment."""
    return rating(one.get("rating") or one["original_rating"], known=bool(one.get("rating")))


def rating(value: str, *, known: bool | None = None) -> Markup:
    """Return a verdict: one of those that the schema names, or one in the words of its reviewer."""
    known = value in wording.SYMBOLS if known is None else known
    name, spoken = (value, wording.spaced(value)) if known else ("other", value)
    symbol = wording.SYMBOLS.get(value, "•") if known else "•"
    return Markup(  # noqa: S704
        f'<span class="verdict {html(name)}"><span aria-hidden="true">{symbol}</span> '
        f"{html(spoken)}</span>"
    )


def link(url: Any, text: str) -> Markup:
    """Return text that links to an address, if that is one of the web."""
    if not wording.web_address(url):
        return Markup(html(text))  # noqa: S704
    return Markup(  # noqa: S704
        f'<a class="out" href="{html(url)}" rel="noopener noreferrer nofollow external">'
        f"{html(text)}</a>"
    )


def outlet(of: Record, up: str) -> Markup:
    """Return a link to an article, with who published it, and when."""
    shown = [f'<a href="{up}{html(of["path"])}"><bdi {foreign(of["language"])}>']
    shown.append(f"{html(of['title'] or of['id'])}</bdi></a>")
    if of["publisher"]:
        shown.append(f", <bdi>{html(of['publisher'])}</bdi>")
    if of["published"]:
        shown.append(f", {when(of['published'])}")
    return Markup("".join(shown))  # noqa: S704


def provenance(made: Record) -> Markup:
    """Return how a record was annotated, folded up."""
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
    return Markup(  # noqa: S704
        f"<details><summary>Annotated {_METHODS[made['method']]}</summary>\n"
        f"<p>{html(' · '.join(filter(None, by)))}</p>\n{more}</details>\n"
    )


FILTERS: Mapping[str, Callable[..., Markup]] = {
    "foreign": foreign,
    "when": when,
    "type": quote_type,
    "person": person,
    "people": people,
    "words": words,
    "verdict": verdict,
    "rating": rating,
    "link": link,
    "outlet": outlet,
    "provenance": provenance,
}
