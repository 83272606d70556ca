"""Pull a publication: turn it back into record files, one document per article.

Publishing these gives the same tables. All files are written, or none; files that exist are not
replaced.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from onrecord.corpus import reading as corpora
from onrecord.corpus.corpus import Corpus
from onrecord.editing.writing import as_yaml
from onrecord.errors import InputError, system_errors
from onrecord.files import scratch, texts
from onrecord.files.containment import Boundary
from onrecord.files.texts import TextFolder, UnreadableTextError
from onrecord.publishing import croissant, hub
from onrecord.publishing.hub.release import Release
from onrecord.readers import formats
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.rights.records import RefusedError, hydrate, hydrate_record
from onrecord.schema import RecordType, current
from onrecord.schema.flat import by_article, nest
from onrecord.text_formats import TEXT_FORMATS

# The articles without quotes and claims, whose provenance is not known.
ARTICLES = "articles.jsonl"
_YEAR = re.compile(r"[0-9]{4}(?![0-9])")
# Characters of a line of corpus.yaml, about.
_WIDTH = 100
_SPDX = "https://spdx.org/licenses/"


@dataclass(frozen=True, slots=True)
class Pull:
    """Report the result of pulling.

    Attributes:
        out: The folder of the record files.
        written: The names of the files that were written.
        present: The number of files that were there already, with the same content.
        articles: The number of articles; likewise ``quotes`` and ``claims``.
        restored: The number of articles whose words were restored from a text.
        missing: The ids of articles whose words are withheld, and whose text is not available.
        refusals: Why the words of other articles were not restored, one line each.
    """

    out: Path
    written: tuple[str, ...]
    present: int
    articles: int
    quotes: int
    claims: int
    restored: int
    missing: tuple[str, ...]
    refusals: tuple[str, ...]


def pull(
    source: Path | str,
    out: Path | str,
    *,
    texts: Path | str | None = None,
    allow_outside: bool = False,
) -> Pull:
    """Turn a publication into record files, after checking that it is as it was published.

    Args:
        source: The folder of a publication, or its name on the Hub: ``ORG/NAME`` or
            ``ORG/NAME@REVISION``.
        out: The folder to write into. What is there must not differ from what would be written.
        texts: A folder of article texts, from which withheld words are restored.
        allow_outside: Whether links in ``texts`` may lead out of it.

    Raises:
        InputError: There is no publication, it is not as it was published, or it cannot be written.
        HubError: It cannot be downloaded.
    """
    folder = TextFolder(Path(texts), allow_outside=allow_outside) if texts is not None else None
    with _publication(source) as found:
        return _Puller(found, folder).write(Path(out))


@contextmanager
def _publication(source: Path | str) -> Iterator[Path]:
    """Yield the folder of a publication, which is downloaded if it is on the Hub."""
    if Path(source).is_dir():
        yield Path(source)
        return
    repository = hub.Repository.parse(str(source))
    with tempfile.TemporaryDirectory(dir=scratch.folder()) as folder:
        hub.download(repository.name, repository.revision, Path(folder))
        yield Path(folder)


class _Puller:
    """Turn one publication into record files."""

    def __init__(self, publication: Path, texts: TextFolder | None) -> None:
        release = Release.read(publication)
        self.tables = publication / formats.DATA / release.digest
        self.version = release.version
        self.corpus: Corpus = corpora.read(self.tables)
        if self.corpus.findings:
            raise InputError(f"{publication}: {self.corpus.findings[0].message}")
        self.texts = texts
        self.restored = 0
        self.missing: list[str] = []
        self.refusals: list[str] = []

    def write(self, out: Path) -> Pull:
        """Write everything or nothing."""
        written, present = _write(out, self._files())
        corpus = self.corpus
        counts = (len(corpus.articles), len(corpus.quotes), len(corpus.claims))
        missing, refusals = tuple(self.missing), tuple(self.refusals)
        return Pull(out, tuple(written), present, *counts, self.restored, missing, refusals)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the names and contents of the files."""
        info = _info(self.tables, self.version)
        if info is not None:
            yield CORPUS, info.encode()
        kinds: tuple[RecordType, ...] = ("quote", "claim")
        quotes, claims = (by_article(self.corpus.table(each).to_pylist()) for each in kinds)
        alone: list[str] = []
        for batch in self.corpus.table("article").to_batches(max_chunksize=1024):
            for article in batch.to_pylist():
                of_article = quotes.get(article["id"], []), claims.get(article["id"], [])
                if any(of_article):
                    yield from self._document(article, *of_article)
                else:
                    alone.append(self._line(article))
        if alone:
            yield ARTICLES, "".join(alone).encode()

    def _document(
        self, article: dict[str, Any], quotes: list[dict[str, Any]], claims: list[dict[str, Any]]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the document of an article, and its text if it is known."""
        document = nest(article, quotes, claims)
        text = self._text(article)
        if text is not None:
            try:
                document = hydrate(document, text)
                self.restored += 1
            except RefusedError as error:
                self.refusals.append(str(error))
        name = f"{_folder(article)}/{article['id']}"
        text = document.article.text
        sha256 = article["text_sha256"]
        if text is not None and sha256 == texts.sha256(text) and texts.can_be_file(text):
            body = document.article.model_copy(update={"text": None})
            document = document.model_copy(update={"article": body})
            yield f"{name}.txt", text.encode()
        yield f"{name}.yaml", as_yaml(document).encode()

    def _line(self, article: dict[str, Any]) -> str:
        """Return an article by itself as a line of JSON."""
        text = self._text(article)
        if text is not None:
            article = hydrate_record(article, article, text)
            self.restored += 1
        record = current.Article.model_validate(article)
        about = {"record_type": "article", "schema_version": record.schema_version}
        line = json.dumps(
            about | record.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False
        )
        return f"{line}\n"

    def _text(self, article: dict[str, Any]) -> str | None:
        """Return the text that a withheld article's digest proves; note why if there is none."""
        sha256 = article["text_sha256"]
        if self.texts is None or article["text"] is not None or sha256 is None:
            return None
        problem = None
        for text_format in TEXT_FORMATS:
            try:
                text = self.texts.find(article["id"], sha256, text_format)
            except UnreadableTextError as error:
                problem = str(error)
                continue
            if text is not None and texts.sha256(text) == sha256:
                return text
            if text is not None:
                problem = f"the text of article {article['id']} there is another one"
        if problem is None:
            self.missing.append(article["id"])
        else:
            self.refusals.append(problem)
        return None


def _folder(article: Mapping[str, Any]) -> str:
    """Return the folder for an article: by the year in which it was published, if that is known."""
    year = _YEAR.match(str(article["published"] or ""))
    return f"articles/{year[0]}" if year else "articles"


def _info(tables: Path, version: str | None) -> str | None:
    """Return corpus.yaml as far as a publication says what was in it; None if that is too little."""
    if version is None:
        return None
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        stated: dict[str, Any] = json.loads((tables / croissant.NAME).read_text("utf-8"))
        licence = stated["license"]
        known = {
            "title": stated["name"],
            "version": version,
            "description": stated["description"],
            "license": licence.removeprefix(_SPDX) if isinstance(licence, str) else licence["name"],
            "citation": stated["citeAs"],
            "url": stated.get("url"),
            "creators": [_creator(one) for one in stated.get("creator", ())],
            "collection": stated.get("rai:dataCollection"),
            "limitations": stated.get("rai:dataLimitations"),
        }
        info = current.CorpusInfo.model_validate(known)  # its errors are ValueErrors
        values = info.model_dump(mode="json", exclude_defaults=True)
        text: str = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=_WIDTH)
        return text
    return None


def _creator(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": stated["name"],
        "kind": stated["@type"].lower(),
        "url": stated.get("url"),
        "orcid": stated.get("sameAs"),
        "affiliation": stated["affiliation"]["name"] if "affiliation" in stated else None,
    }


def _write(out: Path, files: Iterator[tuple[str, bytes]]) -> tuple[list[str], int]:
    """Write files beside a folder, and move them there when all are complete.

    Returns:
        The names of the files that were written, and how many were there before.

    Raises:
        InputError: They cannot be written, or others of the same names exist.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is not a folder")
    names: list[str] = []
    with system_errors(f"{out} cannot be written"):
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        Boundary.of_output(out)
        with scratch.beside(out.absolute()) as stage:
            stage.mkdir()
            for name, data in files:
                path = stage / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                names.append(name)
            if not out.exists() or (not out.is_symlink() and not any(out.iterdir())):
                stage.rename(out)
                return names, 0
            return _merge(out, stage, names)


def _merge(out: Path, stage: Path, names: list[str]) -> tuple[list[str], int]:
    """Move files into a folder with others, unless it has other files of the same names."""
    boundary = Boundary.of(out)
    for name in names:
        boundary.check_write(out / name)
    there = [name for name in names if os.path.lexists(out / name)]
    differing = [name for name in there if not _is_equal(out / name, stage / name)]
    if differing:
        more = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
        raise InputError(
            f"{out / differing[0]}{more} would be replaced by other content; nothing is written; "
            "name another folder with --out"
        )
    new = [name for name in names if name not in set(there)]
    for name in new:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).rename(out / name)
    return new, len(there)


def _is_equal(one: Path, other: Path) -> bool:
    """Return whether a path is a file with the content of another one."""
    return one.is_file() and one.read_bytes() == other.read_bytes()
