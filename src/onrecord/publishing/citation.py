"""Say how to cite a corpus: as a Citation File Format file, and as BibTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from onrecord.publishing import markdown
from onrecord.publishing.licences import Licence
from onrecord.schema import current

if TYPE_CHECKING:
    from onrecord.publishing.publication import Publishing

NAME = "CITATION.cff"
# What has a meaning in TeX.
_TEX = re.compile(r"[\\{}$&#^_~%]")
_TEX_NAMES = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"}


def write(publishing: Publishing) -> None:
    """Write CITATION.cff, if the corpus has a corpus.yaml."""
    if info := publishing.source.info:
        (publishing.tables / NAME).write_text(cff(info), "utf-8", newline="\n")


def cff(info: current.CorpusInfo) -> str:
    """Return the file CITATION.cff of a corpus (Citation File Format 1.2.0).

    A creator is an entity with a name, since how a name is divided is not known. If no creators are
    known, the corpus itself is named, as the format requires somebody. Equal creators are one.
    """
    authors = [
        {"name": _line(one.name)}
        | ({"orcid": one.orcid} if one.orcid else {})
        | ({"website": one.url} if one.url else {})
        for one in info.creators
    ]
    # The format has no author twice; two names may differ in white space alone.
    unique = [one for index, one in enumerate(authors) if one not in authors[:index]]
    title = _line(info.title)
    message = "If you use this corpus, cite it"
    message += "." if _is_bibtex(info.citation) else f": {_line(info.citation)}"
    content: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": message,
        "type": "dataset",
        "title": title,
        "abstract": markdown.seen(info.description).strip(),
        "authors": unique or [{"name": title}],
        "version": _line(info.version),
    }
    if info.date_published:
        content["date-released"] = info.date_published
    licence = Licence.of(info.license)
    if licence.common:
        content["license"] = licence.spdx
    elif licence.url:
        content["license-url"] = licence.url
    if info.url:
        content["url"] = info.url
    content["keywords"] = ["quotations", "claims"]
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def bibtex(info: current.CorpusInfo) -> str:
    """Return the citation of a corpus as BibTeX: what corpus.yaml gives, or an entry of its fields."""
    if _is_bibtex(info.citation):
        return markdown.seen(info.citation).strip()
    fields = {
        "title": f"{{{_tex(info.title)}}}",
        "author": " and ".join(f"{{{_tex(one.name)}}}" for one in info.creators),
        "year": (info.date_published or "")[:4],
        "version": _tex(info.version),
        "url": _line(info.url or ""),
    }
    width = max(map(len, fields))
    lines = [f"  {name:{width}} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(info.title)},", *lines, "}"])


def _is_bibtex(citation: str) -> bool:
    return citation.lstrip().startswith("@")


def _key(title: str) -> str:
    """Return a key for a title: its first words in lower case, as far as they are ASCII."""
    return "-".join(re.findall("[a-z0-9]+", title.lower())[:4]) or "corpus"


def _tex(words: str) -> str:
    return _TEX.sub(lambda found: _TEX_NAMES.get(found[0], f"\\{found[0]}"), _line(words))


def _line(words: str) -> str:
    return " ".join(markdown.seen(words).split())
