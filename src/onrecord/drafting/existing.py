"""Find the articles of a corpus that have the id or the text of a new one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from onrecord.corpus import reading
from onrecord.corpus.corpus import Corpus
from onrecord.drafting.draft import DraftedDocument
from onrecord.errors import InputError
from onrecord.files.article_texts import texts_of
from onrecord.files.limits import MAX_BYTES
from onrecord.files.opening import File, PackingError, opened
from onrecord.files.texts import sha256
from onrecord.readers import discovery
from onrecord.readers.naming import DOCUMENT_ENDINGS, table_name

# A part of a text that is the same in all notations of YAML and JSON.
_PLAIN = re.compile(r"[A-Za-z0-9]+")
# How much longer than its text a file with it may be, such as by a header, line ends and a byte order mark.
_HEADER = 4096


class Existing:
    """Look up the articles of a corpus, and those that a command adds to it, by id and by text.

    Args:
        drafts: The documents that are to be written to one corpus, or to one folder.

    Raises:
        InputError: The corpus cannot be searched.
    """

    def __init__(self, drafts: Sequence[DraftedDocument]) -> None:
        # The names of the files that have an id, and those that have a text, by its digest.
        self._ids: dict[str, str] = {}
        self._digests: dict[str, tuple[str, str]] = {}
        corpora = dict.fromkeys((one.corpus, one.path.parent) for one in drafts)
        for corpus, folder in corpora:
            files = _files(corpus, folder)
            if some := [*_candidates(files, drafts)]:
                self._add(reading.read_files(some, [file.path for file in some]))

    def check(self, draft: DraftedDocument) -> None:
        """Check that no article has the id or the text of a draft, which is then one of them.

        Raises:
            InputError: An article has it.
        """
        article_id, digest = draft.document.article.id, sha256(draft.text)
        if found := self._digests.get(digest):
            file, other = found
            raise InputError(
                f"{file} has this text already, as the article {other}; correct that document, or delete "
                "it to draft it again"
            )
        if file := self._ids.get(article_id, ""):
            raise InputError(
                f"{file} has another article with the id {article_id} already; give the file of the text "
                "another name, or name the document with --out"
            )
        self._ids[article_id] = path = draft.path.as_posix()
        self._digests[digest] = path, article_id

    def _add(self, corpus: Corpus) -> None:
        """Add the articles of a corpus."""
        for first, batch in corpus.parts("article"):
            ids = batch["id"].to_pylist()
            files = [corpus.file_of("article", first + at).name for at in range(len(ids))]
            self._ids.update(zip(ids, files, strict=True))
            of = list(zip(files, ids, strict=True))
            stated = zip(batch["text_sha256"].to_pylist(), of, strict=True)
            self._digests.update((digest, one) for digest, one in stated if digest)
            texts, _ = texts_of(batch, np.arange(batch.num_rows), None)
            rows = zip(texts["sha256"].to_pylist(), texts["owner"].to_pylist(), strict=True)
            self._digests.update((digest, of[at]) for digest, at in rows)


def _files(corpus: Path | None, folder: Path) -> list[File]:
    """Return the record files of a corpus; without one, the documents of a folder."""
    if corpus is not None:
        with suppress(discovery.NoRecordsError):
            return discovery.find([corpus])
        return []
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    documents = [one for one in there if one.is_file() and one.suffix in DOCUMENT_ENDINGS]
    return discovery.find(documents) if documents else []


def _candidates(files: Sequence[File], drafts: Sequence[DraftedDocument]) -> Iterator[File]:
    """Yield the files that may have an article with the id or the text of a draft.

    Most do not contain one of these words, and need not be parsed.
    """
    words = {one.document.article.id for one in drafts} | {sha256(one.text) for one in drafts}
    words.update(max(_PLAIN.findall(one.text), key=len, default="") for one in drafts)
    words.update(_text_files({file.path.parent for file in files}, {one.text for one in drafts}))
    sought = [word.encode() for word in sorted(words - {""})]
    for file in files:
        table = table_name(file.path)
        may = not file.unread and (table is None or table.record_type == "article")
        if may and (file.path.suffix.lower() == ".parquet" or _contains(file, sought)):
            yield file


def _text_files(folders: Collection[Path], texts: Collection[str]) -> Iterator[str]:
    """Yield the names of files of texts in folders that have one of some texts: ids of articles."""
    sought = [text.encode() for text in texts]
    for path in (path for folder in folders for path in folder.glob("*.txt")):
        with suppress(OSError):
            size = path.stat().st_size
            near = [text for text in sought if 0 <= size - len(text) <= _HEADER]
            if near and any(text in path.read_bytes() for text in near):
                yield path.stem


def _contains(file: File, words: Sequence[bytes]) -> bool:
    """Return whether a file has one of some words."""
    with suppress(PackingError, InputError), opened(file) as stream:
        if table_name(file.path):
            return any(word in line for line in stream for word in words)
        data = stream.read(MAX_BYTES)
        return any(word in data for word in words)
    return False
