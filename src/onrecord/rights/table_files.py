"""Plan to withhold and restore the words of tables in JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path as FilePath

from pydantic import ValidationError

from onrecord.anchoring.article_text import ArticleText
from onrecord.editing.splices import write_row
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.opening import File, decode, raw_lines
from onrecord.findings import Finding, Place
from onrecord.readers.bulk.jsonl import underived
from onrecord.readers.models.records import Row, identifier, older, point, version_of
from onrecord.readers.syntax.json import parse as parse_json
from onrecord.rights import plans, records
from onrecord.rules.reading import OlderSchemaVersion
from onrecord.schema import CURRENT, RecordType
from onrecord.schema.current import Article
from onrecord.schema.edits import edited


class _Articles:
    """Find the articles of a table by their ids, without loading their texts.

    Attributes:
        path: The table.
        text: Returns the available text of an article, from the table or elsewhere.
    """

    def __init__(
        self, file: File, record_type: RecordType, elsewhere: Callable[[records.Facts], str | None]
    ) -> None:
        self.path = file.path.with_name("articles.jsonl") if record_type != "article" else file.path
        table = file.at(self.path)
        if not table.exists():
            raise InputError(f"{file.name}: its rights are in {self.path}, which does not exist")
        self._elsewhere = elsewhere
        self._facts: dict[str, records.Facts | None] = {}
        self._starts: dict[str, int] = {}
        for _, start, raw in raw_lines(table):
            with suppress(ValidationError, ValueError, RecursionError):
                value = json.loads(raw)
                if (version := version_of(value)) not in (None, CURRENT):
                    finding = OlderSchemaVersion.finding(Place(table.name), older(table, version))
                    raise InputError(f"{table.name}: {finding.message}; {finding.hint}")
                article = Article.model_validate_json(underived(raw.decode(), value, CURRENT))
                twice = article.id in self._facts
                self._facts[article.id] = None if twice else records.Facts.of(article.model_dump())
                self._starts[article.id] = start
        # The records of an article are usually adjacent.
        self.text = lru_cache(32)(self._text)

    def of(self, row: Row) -> records.Facts | None:
        """Return the article of a record if the table has exactly one with its id."""
        return self._facts.get(row["id" if row["record_type"] == "article" else "article_id"])

    def _text(self, article: records.Facts) -> ArticleText | None:
        text = self._own_text(article) or self._elsewhere(article)
        return None if text is None else ArticleText(text)

    def _own_text(self, article: records.Facts) -> str | None:
        if not article.carries_text:
            return None
        with suppress(OSError, ValueError), self.path.open("rb") as stream:
            stream.seek(self._starts[article.id])
            row = json.loads(stream.readline())
            return row.get("text") if identifier(row) == article.id else None
        return None


def dehydrated_table(file: File, record_type: RecordType, texts_out: FilePath | None) -> plans.Plan:
    """Plan how to withhold the words of a table."""
    folder = plans.folder_of(file, texts_out)

    def elsewhere(article: records.Facts) -> str | None:
        kept = plans.kept_text(plans.kept_file(folder, article), article)
        return kept if plans.is_of(article, kept) else None

    articles = _Articles(file, record_type, elsewhere)
    moved: list[plans.Write] = []

    def steps(row: Row) -> Iterator[records.Step]:
        article = articles.of(row)
        if article:
            yield from records.withhold(
                records.model_of_record(row), row, article, articles.text(article)
            )
        else:
            message = f"{articles.path} does not have its article once, so its rights are not known"
            yield records.refusal((), message, "fix that first")

    def checked(row: Row) -> Iterator[records.Step]:
        yield from steps(row)
        article, text = articles.of(row), row.get("text")
        if record_type == "article" and article and article.redistribute != "full" and text:
            out = plans.kept_file(folder, article)
            kept = plans.kept_text(out, article)
            yield from plans.not_kept(("text",), out, kept, text)
            if out and kept is None:
                moved.append(plans.Write(out, partial(_text_of, articles, article), new=True))

    plan = _table_plan(file, checked, steps, "sha256", "withheld")
    if moved and not plan.refusals:
        note = f"{file.name}: {len(moved)} texts are kept in {texts_out}"
        return replace(plan, writes=(*moved, *plan.writes), messages=(*plan.messages, note))
    return plan


def _text_of(articles: _Articles, article: records.Facts) -> Iterator[bytes]:
    text = articles.text(article)
    if text is None:
        raise InputError(f"{articles.path} has changed meanwhile; it is left as it was")
    yield text.text.encode()


def hydrated_table(file: File, record_type: RecordType, folder: texts.TextFolder) -> plans.Plan:
    """Plan how to restore the words of a table."""
    missing: set[str] = set()
    unreadable: dict[str, texts.UnreadableTextError] = {}

    def elsewhere(article: records.Facts) -> str | None:
        try:
            return folder.find(article.id, article.sha256, file.text_format)
        except texts.UnreadableTextError as error:
            unreadable[article.id] = error
            return None

    articles = _Articles(file, record_type, elsewhere)

    def steps(row: Row) -> Iterator[records.Step]:
        article = articles.of(row)
        if article and (text := articles.text(article)):
            yield from records.restore(records.model_of_record(row), row, article, text)
        elif article and article.id not in missing:
            yield records.refusal((), "its text is not available", "")

    def checked(row: Row) -> Iterator[records.Step]:
        article = articles.of(row)
        if article and articles.text(article) is None and article.id not in missing:
            missing.add(article.id)
            if error := unreadable.get(article.id):
                message = f"the text of article {article.id} cannot be read: {error.file}"
                yield records.refusal((), f"{message}: {error.problem}", error.advice)
        yield from steps(row)

    plan = _table_plan(file, checked, steps, "exact", "restored")
    if missing and not plan.refusals:
        note = f"{file.name}: records of {len(missing)} articles stay as they are, without a text"
        return replace(plan, messages=(*plan.messages, note))
    return plan


_Steps = Callable[[Row], Iterator[records.Step]]


def _table_plan(file: File, check: _Steps, steps: _Steps, name: str, done: str) -> plans.Plan:
    """Plan to change a table row by row, after checking that all rows allow it."""
    if findings := plans.findings_in(file):
        return plans.Plan(file, findings=findings)
    refusals: list[Finding] = []
    number_of_words, changes = 0, False
    for number, _, raw in raw_lines(file):
        if len(refusals) >= plans.MAX_REFUSALS:
            break
        if raw.strip():
            edits, refused = records.settled(check(json.loads(raw)))
            number_of_words += plans.count_edits(edits, name)
            changes = changes or bool(edits)
            if refused:
                source = decode(file, raw.rstrip(b"\r\n"), number)
                root, _ = parse_json(source.text)
                refusals += [one.finding(located=point(source, root, one.path)) for one in refused]
    if refusals:
        return plans.Plan(file, refusals=tuple(refusals[: plans.MAX_REFUSALS]))
    message = f"{file.name}: {plans.words_of_spans(number_of_words)} {done}"
    writes = (plans.Write(file, lambda: _rewritten(file, steps)),) if changes else ()
    return plans.Plan(file, writes, messages=(message,))


def _rewritten(file: File, steps: _Steps) -> Iterator[bytes]:
    """Yield the lines of a table; those that change keep their style."""
    for _, _, raw in raw_lines(file):
        row = json.loads(raw) if raw.strip() else {}
        edits, refusals = records.settled(steps(row)) if row else ([], [])
        if refusals:
            raise InputError(f"{file.name} has changed meanwhile; it is left as it was")
        if edits:
            yield write_row(raw, edited(row, edits))
        else:
            yield raw
