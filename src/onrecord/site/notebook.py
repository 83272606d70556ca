"""Display values in notebooks: as a part of a page that loads and runs nothing.

What is displayed has a bounded size, and contains no words that rights withhold. A quote or claim
by itself does not say what its article's rights allow, so that its words are gaps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.records import Records
from onrecord.exchange.bundles import compact
from onrecord.findings import Report
from onrecord.reporters.base import counted, summary
from onrecord.rights.tables import PassedOn, allowed, same_level
from onrecord.schema import CURRENT, RecordType, current
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.flat import flatten
from onrecord.site.annotated import Segment, annotate
from onrecord.site.article import article_main
from onrecord.site.found import Record
from onrecord.site.links import Related
from onrecord.site.names import local
from onrecord.site.pages import asset, part
from onrecord.site.paths import Paths

# Records, and characters of a text, that are displayed.
_MOST = 20
_LONGEST = 20_000
_FRAGMENT = "fragment.html.j2"


def html(value: object) -> str | None:
    """Return the HTML that displays a value; None if there is nothing to see but its fields."""
    return next((view(value) for types, view in _VIEWS if isinstance(value, types)), None)


def _report(report: Report) -> str:
    title, *rest = summary(report)
    return _list("finding", f"{title} {' '.join(rest)}".strip(), report.findings)


def _alone(article: current.Article | current.DocumentArticle) -> str:
    record = article.model_dump(exclude_defaults=True)
    return _article(_withheld("article", [record], article.rights.redistribute), [], [])


def _quote(quote: current.Quote | current.DocumentQuote) -> str:
    return _record("quote", quote.model_dump(exclude_defaults=True))


def _claim(claim: current.Claim | current.DocumentClaim) -> str:
    return _record("claim", claim.model_dump(exclude_defaults=True))


def _record(kind: RecordType, value: Record) -> str:
    """Return the HTML of a quote or claim with gaps for its words, as its rights are not known."""
    (record,) = _withheld(kind, [value], "none")
    more = "Its words are shown with its article, whose rights decide which may be passed on."
    title = f"{kind.capitalize()} {record['id']}"
    return _list(kind, title, [record], more=more if record.get("content") else "")


def _corpus(corpus: Corpus) -> str:
    counts = (counted(corpus.records(one).num_rows, one) for one in ("article", "quote", "claim"))
    return _records(corpus.articles, " · ".join(counts))


def _records(records: Records[Any], title: str | None = None) -> str:
    kind = records.record_type
    batches = records.arrow.slice(0, _MOST).to_batches()
    passed_on = PassedOn(records.corpus)
    some = [one for batch in batches for one in passed_on.some(kind, batch).to_pylist()]
    some = [compact(one) for one in some]
    return _list(kind, title or counted(len(records), kind), some, len(records))


def _document(document: current.Document) -> str:
    records = flatten(document, sparse=True)
    redistribute = document.article.rights.redistribute
    article, quotes, claims = (
        _withheld(kind, records[kind], redistribute) for kind in ("article", "quote", "claim")
    )
    return _article(article, quotes, claims)


def _article(articles: list[Record], quotes: list[Record], claims: list[Record]) -> str:
    shown = annotate(articles[0], quotes[:_MOST], claims[:_MOST])
    left = [
        counted(len(some) - _MOST, f"more {kind}")
        for kind, some in (("quote", quotes), ("claim", claims))
        if len(some) > _MOST
    ]
    if shown.length > _LONGEST:
        left.append(counted(shown.length - _LONGEST, "more character"))
        marks = tuple(mark for mark in shown.marks if mark.start < _LONGEST)
        shown = replace(shown, segments=tuple(_begun(shown.segments)), marks=marks)
    more = f"Not displayed here: {', '.join(left)}." if left else ""
    site = _Unlinked([*quotes, *claims])
    main = Markup(article_main(shown, "", site))  # noqa: S704  # its values are escaped
    return part("article", _FRAGMENT, main=main, style=_style(), more=more)


def _begun(segments: Iterable[Segment]) -> Iterable[Segment]:
    """Yield the segments at the beginning of a text."""
    for one in segments:
        if one.end >= _LONGEST:
            text = one.text and one.text[: _LONGEST - one.start]
            yield one._replace(end=_LONGEST, text=text)
            return
        yield one


def _list(
    kind: str, title: str, some: Sequence[Any], number: int | None = None, more: str = ""
) -> str:
    left = (number or len(some)) - _MOST
    if left > 0:
        more = f"Not displayed here: {counted(left, f'more {kind}')}."
    return part(
        "notebook",
        _FRAGMENT,
        kind=kind,
        title=title,
        entries=list(islice(some, _MOST)),
        more=more,
        style=_style(),
        site=_Unlinked([]),
    )


def _withheld(kind: RecordType, records: list[Record], redistribute: str) -> list[Record]:
    """Return records with only the words that may be passed on."""
    model = CURRENT.models[kind]
    batch = pa.RecordBatch.from_pylist(records, arrow_schema(model))
    found = allowed(kind, batch, same_level(redistribute, len(records)))
    return [compact(one) for one in found.to_pylist()]


@cache
def _style() -> Markup:
    """Return the styles of pages, for one element and what is in it."""
    css = f"{asset('site.css')}\n:root {{ padding: 1rem; }}"
    css = re.sub(r"(?<![\w-])(?::root|html|body)(?= \{)", ":scope", css)
    return Markup(f"@scope (.onrecord-view) {{\n{css}\n}}")  # noqa: S704  # a file of this package


class _Unlinked(Paths):
    """Replace the paths of pages by places in the same article, since there are no pages.

    Args:
        records: The quotes and claims that are displayed.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._relations = {one["id"]: one.get("relations", ()) for one in records}

    def speaker(self, _: Any) -> None:
        """Return no page for a source."""

    def statement(self, _: str) -> None:
        """Return no page for a statement."""

    def claim_page(self, _: str) -> None:
        """Return no page for a claim."""

    def claim(self, claim_id: str) -> str:
        """Return the place of a claim in the article."""
        return f"#claim-{local(claim_id)}"

    def quote(self, quote_id: str) -> str:
        """Return the place of a quote in the article."""
        return f"#quote-{local(quote_id)}"

    def related(self, record_id: str) -> list[Related]:
        """Return the records that a record names."""
        return [
            Related(one["type"], outgoing=True, id=other, text=other, language="und")
            for one in self._relations.get(record_id, ())
            for other in (one.get("quote_id") or one.get("claim_id"),)
        ]


_VIEWS: Sequence[tuple[type | tuple[type, ...], Callable[[Any], str]]] = (
    (Corpus, _corpus),
    (Records, _records),
    (Report, _report),
    (current.Document, _document),
    ((current.Article, current.DocumentArticle), _alone),
    ((current.Quote, current.DocumentQuote), _quote),
    ((current.Claim, current.DocumentClaim), _claim),
)
