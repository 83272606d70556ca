"""Find markup of web pages that was left in a text."""

from __future__ import annotations

import html
import re
from html.entities import name2codepoint

from onrecord.language.characters import Defect

# Elements that only format text and are never written as words.
_FORM = (
    "blockquote body br center dd div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 head hr "
    "html iframe img li nobr ol p script span strong style sub sup table tbody td th thead tr ul "
    "wbr"
)
# All others of HTML (https://html.spec.whatwg.org/#elements-3) and those that it has given up:
# without attributes they are markup where they are closed, too.
_OTHER = (
    "a abbr acronym address area article aside audio b base bdi bdo big button canvas caption cite "
    "code col colgroup data datalist del details dfn dialog embed fieldset footer form frame "
    "frameset header hgroup i input ins kbd label legend link main map mark marquee menu meta meter "
    "nav noscript object optgroup option output param picture pre progress q rp rt ruby s samp "
    "search section select slot small source strike summary svg template textarea tfoot time title "
    "track tt u var video"
)
# The entities that pages really use: those of HTML 4 (html.entities), and a few that came later.
_ENTITIES = frozenset({*name2codepoint, "apos", "AMP", "LT", "GT", "QUOT"})

_MARKUP = re.compile(
    r"""&(?:(?P<entity>[A-Za-z][A-Za-z0-9]{1,7})
          | \#(?:[0-9]{1,7} | [xX][0-9a-fA-F]{1,6}));
      | <!--.*?-->
      | <(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9]{0,10})
         (?P<attributes>(?:\s+[A-Za-z][A-Za-z:-]*\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*)
         \s*/?>
    """,
    re.VERBOSE | re.DOTALL,
)
_MARKS = frozenset("`\"'“”„‘’‚«»‹›")


def markup(text: str) -> list[Defect]:
    """Find tags and character references of HTML, by their real names.

    Markup that is alone inside quotation marks or backticks is ignored: the text is about it.
    """
    return [
        Defect(found.start(), found.end(), _meant(found[0]))
        for found in _MARKUP.finditer(text)
        if _is_markup(text, found) and not _is_mentioned(text, found)
    ]


def _meant(markup: str) -> str | None:
    if markup.startswith("<"):
        return None
    character = html.unescape(markup)
    return character if character.isprintable() or character.isspace() else None


def _is_markup(text: str, found: re.Match[str]) -> bool:
    if found["entity"]:
        return found["entity"] in _ENTITIES
    if not found["tag"]:
        return True
    tag = found["tag"].lower()
    if tag in _FORM.split():
        return True
    closed = found["close"] or found["attributes"] or f"</{tag}>" in text.lower()
    return bool(tag in _OTHER.split() and closed)


def _is_mentioned(text: str, found: re.Match[str]) -> bool:
    start, end = found.span()
    return start > 0 and text[start - 1] in _MARKS and text[end : end + 1] in _MARKS
