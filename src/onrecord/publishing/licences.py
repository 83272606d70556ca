"""Write the licence of the annotations, and what is allowed with the texts of articles."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from onrecord.publishing import markdown
from onrecord.rights.tables import PassedOn
from onrecord.schema import current

if TYPE_CHECKING:
    from onrecord.publishing.publication import Publishing

LICENSE = "LICENSE"
TEXTS = "LICENSE-TEXTS.md"

# Groups of articles with the same rights, and articles of a group, that are listed.
_GROUPS, _ARTICLES = 200, 25

_CC = "https://creativecommons.org"
_ODC = "https://opendatacommons.org/licenses"


def _creative_commons() -> Iterator[tuple[str, tuple[str, str, str]]]:
    conditions = {
        "by": "Attribution",
        "by-sa": "Attribution-ShareAlike",
        "by-nd": "Attribution-NoDerivatives",
        "by-nc": "Attribution-NonCommercial",
        "by-nc-sa": "Attribution-NonCommercial-ShareAlike",
        "by-nc-nd": "Attribution-NonCommercial-NoDerivatives",
    }
    for short, name in conditions.items():
        for version, scope in (("4.0", "International"), ("3.0", "Unported"), ("2.0", "Generic")):
            spdx = f"CC-{short.upper()}-{version}"
            full = f"Creative Commons {name} {version} {scope}"
            yield spdx, (full, f"{_CC}/licenses/{short}/{version}/legalcode", spdx.lower())


def _cdla(kind: str) -> tuple[str, tuple[str, str, str]]:
    name, short = kind.replace("-", " "), kind.lower()
    page = f"https://cdla.dev/{short.replace('.', '-')}/"
    return f"CDLA-{kind}", (f"Community Data License Agreement {name}", page, f"cdla-{short}")


# Licences for data by their SPDX identifiers: the name, the address of the text, and what the Hub
# calls them (https://huggingface.co/docs/hub/repositories-licenses).
_KNOWN: dict[str, tuple[str, str, str]] = {
    **dict(_creative_commons()),
    "CC0-1.0": (
        "Creative Commons Zero 1.0 Universal",
        f"{_CC}/publicdomain/zero/1.0/legalcode",
        "cc0-1.0",
    ),
    "ODbL-1.0": ("Open Database License 1.0", f"{_ODC}/odbl/1-0/", "odbl"),
    "ODC-By-1.0": ("Open Data Commons Attribution License 1.0", f"{_ODC}/by/1-0/", "odc-by"),
    "PDDL-1.0": (
        "Open Data Commons Public Domain Dedication and License 1.0",
        f"{_ODC}/pddl/1-0/",
        "pddl",
    ),
    **dict(map(_cdla, ("Permissive-1.0", "Permissive-2.0", "Sharing-1.0"))),
    "etalab-2.0": (
        "Etalab Open License 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        "etalab-2.0",
    ),
    "Apache-2.0": (
        "Apache License 2.0",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "apache-2.0",
    ),
    "MIT": ("MIT License", "https://opensource.org/license/mit", "mit"),
    "Unlicense": ("The Unlicense", "https://unlicense.org/", "unlicense"),
}
# What the Hub calls a version of Creative Commons that it does not know.
_NOT_ON_HUB = {"cc-by-nd-2.0", "cc-by-nd-3.0", "cc-by-sa-2.0", "cc-by-nc-nd-2.0"}
_BY_LOWER = {spdx.lower(): spdx for spdx in _KNOWN}


@dataclass(frozen=True, slots=True)
class Licence:
    """Describe a licence by its SPDX identifier, with its name and the address of its text.

    Attributes:
        spdx: Its SPDX identifier, as SPDX writes it if SPDX knows it.
        name: Its name; the identifier if the name is not known.
        url: Where its text is; None if that is not known.
        on_hub: What the Hugging Face Hub calls it; None if the Hub does not know it.
        common: Whether it is one of the common licences for data, which every list contains.
    """

    spdx: str
    name: str
    url: str | None
    on_hub: str | None
    common: bool = False

    @classmethod
    def of(cls, spdx: str) -> Licence:
        """Describe a licence, given its SPDX identifier."""
        if common := _BY_LOWER.get(spdx.lower()):
            name, url, on_hub = _KNOWN[common]
            known = None if on_hub in _NOT_ON_HUB else on_hub
            return cls(common, name, url, known, common=True)
        if spdx.upper() == "NOASSERTION":
            return cls(spdx, "not known", None, "unknown")
        try:
            exact = canonicalize_license_expression(spdx)
        except InvalidLicenseExpression:
            return cls(spdx, spdx, None, None)
        listed = not exact.startswith("LicenseRef-")
        return cls(
            exact, exact, f"https://spdx.org/licenses/{exact}.html" if listed else None, None
        )


def write(publishing: Publishing) -> None:
    """Write the licence of the annotations, and what is allowed with texts."""
    source = publishing.source
    files = {LICENSE: of_annotations(source.info), TEXTS: of_texts(source.records)}
    for name, text in files.items():
        (publishing.tables / name).write_text(text, "utf-8", newline="\n")


def of_annotations(info: current.CorpusInfo | None) -> str:
    """Write the licence of the annotations of a corpus."""
    if info is None:
        return (
            "The licence of these annotations is not stated: the corpus has no corpus.yaml.\n"
            f"For the texts of articles, see {TEXTS}.\n"
        )
    licence = Licence.of(info.license)
    where = f"\n{licence.url}" if licence.url else ""
    title = " ".join(markdown.seen(info.title).split())
    version = " ".join(markdown.seen(info.version).split())
    return (
        f"{title}, version {version}\n\n"
        "The annotations of this corpus are licensed under:\n\n"
        f"{licence.name}\nSPDX-License-Identifier: {licence.spdx}{where}\n\n"
        "Annotations are everything except the words of the articles, which have licences of their\n"
        f"own: see {TEXTS}.\n"
    )


@dataclass(slots=True)
class _Group:
    """Count articles with the same rights, and keep the first ids with lines about them."""

    number: int = 0
    articles: list[tuple[str, Markup]] = field(default_factory=list)

    def add(self, article: dict[str, Any]) -> None:
        """Add an article; which ones are the first does not depend on the order of reading."""
        self.number += 1
        if len(self.articles) < _ARTICLES or article["id"] < self.articles[-1][0]:
            insort(self.articles, (article["id"], _article(article)))
            del self.articles[_ARTICLES:]


# Licence, what may be passed on, holder, notice.
_Key = tuple[str, ...]


def of_texts(records: PassedOn) -> str:
    """Write what is allowed with the texts of articles, for groups of articles with equal rights.

    Args:
        records: The records that are published.
    """
    groups: dict[_Key, _Group] = {}
    columns = ["id", "title", "url", "publisher", "published", "authors", "rights"]
    for batch in records.batches("article", columns):
        for article in batch.to_pylist():
            rights = article["rights"]
            key = (rights["license"], rights["redistribute"], rights["holder"], rights["notice"])
            groups.setdefault(tuple(one or "" for one in key), _Group()).add(article)
    shown = sorted(groups)[:_GROUPS]
    blocks = [_HEAD, *(_section(key, groups[key]) for key in shown)]
    if others := sum(group.number for key, group in groups.items() if key not in {*shown}):
        blocks.append(f"## Others\n\n{others:,} further articles have other rights.")
    return "\n\n".join(blocks) + "\n"


_HEAD = """\
# Licences of the texts

What is allowed with the words of each article, and the notices that belong to them. The column
`rights` of the table `articles` states the same for every article."""

_PUBLISHED = {
    "full": "The text is published.",
    "quotes": "Only words inside quotation marks are published.",
    "none": "No words are published.",
}


def _section(key: _Key, group: _Group) -> str:
    spdx, redistribute, holder, notice = key
    licence = Licence.of(spdx)
    name = Markup("") if licence.name == licence.spdx else f" ({markdown.line(licence.name)})"
    url = f" {licence.url}" if licence.url else ""
    lines = [f"## {markdown.code(licence.spdx)}{name}", "", f"{_PUBLISHED[redistribute]}{url}"]
    if holder:
        lines += ["", f"Holder of the rights: {markdown.line(holder)}"]
    if notice:
        lines += ["", markdown.block(notice)]
    articles = "article" if group.number == 1 else "articles"
    lines += ["", f"{group.number:,} {articles}:", "", *(f"- {one}" for _, one in group.articles)]
    if more := group.number - len(group.articles):
        lines.append(f"- and {more:,} more")
    return "\n".join(lines)


def _article(article: dict[str, Any]) -> Markup:
    """Write a line about an article, with what an attribution needs."""
    by = ", ".join((article["authors"] or ())[:5])
    publisher = (article["publisher"] or {}).get("name")
    known = [one for one in (article["title"], by, publisher, article["published"]) if one]
    described = Markup(", ").join(markdown.line(one) for one in known)
    url = Markup(", {}").format(markdown.code(article["url"])) if article["url"] else ""
    return Markup("{}{}{}{}").format(
        markdown.code(article["id"]), ": " if known else "", described, url
    )
