"""Read exports of Label Studio: tasks, and which of their annotations are imported."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, SourceItem, Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.jsonfiles import JsonText, read_document, refused
from onrecord.exchange.label_studio.records import items_of
from onrecord.exchange.label_studio.regions import RECORDS
from onrecord.exchange.label_studio.results import Results
from onrecord.exchange.values import kind, written
from onrecord.files.opening import File
from onrecord.findings import Problem
from onrecord.language.offsets import Located
from onrecord.rules import reading

if TYPE_CHECKING:
    from onrecord.exchange.label_studio.formats import LabelStudioImport

# The members of the data of a task that become fields of its article.
_OF_ARTICLE = ("text", "article_id", "title", "url", "published", "language")
# What JSON-MIN has beside them.
_OF_EXPORT = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time")


def imported_articles(importer: LabelStudioImport, file: File) -> Iterator[ImportedArticle]:
    """Yield the articles of a file.

    Raises:
        InputError: The file cannot be read.
    """
    source = read_document(file)
    size = file.path.stat().st_size
    if not source.readable or not isinstance(source.value, list | dict):
        yield refused(source, expected="a list of tasks", size=size)
        return
    value = source.value
    tasks = [source.entry(value)] if isinstance(value, dict) else [*source.entries(value)]
    for number, entry in enumerate(tasks, 1):
        if isinstance(entry, Problem):
            imported = ImportedArticle(
                entry.where, items=[SourceItem(entry.where, "quote", problems=[entry])]
            )
        else:
            imported = _Task(importer, source, entry, number).imported()
        imported.problems += source.problems if number == 1 else []
        imported.size = size if number == 1 else 0
        yield imported


class _Task:
    """Read one task: an article, with the quotes and claims of one of its annotations."""

    def __init__(
        self, importer: LabelStudioImport, source: JsonText, entry: Entry, number: int
    ) -> None:
        self._importer = importer
        self._source = source
        self._entry = entry
        self._number = number
        # In JSON-MIN, the data are beside the results.
        self._is_short = "data" not in entry.raw and "annotations" not in entry.raw
        self._data = entry if self._is_short else entry.entry("data", required=True)

    def imported(self) -> ImportedArticle:
        """Return the article of the task with its quotes and claims."""
        entry = self._entry
        records = self._records()
        article = self._article(records)
        imported = ImportedArticle(entry.where(), article, {"method": "manual"})
        text = Located("" if article is None else article["text"], self._importer.offsets, _same)
        results = self._results()
        if article is not None and results is not None:
            imported.items = items_of(article, records, text, results)
            entry.problems += results.lost
        imported.problems = entry.problems
        if any(problem.is_error for problem in imported.problems) and not imported.items:
            imported.items = [SourceItem(entry.where(), "quote")]
        return imported

    def _records(self) -> Mapping[str, Any]:
        """Return the records in the data of the task, as far as they have the form of an export."""
        found = self._data.entry(RECORDS) if self._data else None
        if found is None:
            return {}
        known: dict[str, Any] = {}
        article = found.entry("article")
        if article is not None and isinstance(article.raw.get("id"), str):
            known["article"] = dict(article.raw)
        for name in ("quotes", "claims"):
            some = [*found.entries(name)]
            known[name] = [one for one in some if isinstance(one.raw.get("id"), str)]
            for one in some:
                if not isinstance(one.raw.get("id"), str):
                    one.report(
                        reading.WrongType, "id", found=kind(one.raw.get("id")), expected="text"
                    )
        return known

    def _article(self, records: Mapping[str, Any]) -> Value | None:
        data, importer = self._data, self._importer
        if data is None:
            return None
        text = data.raw.get("text")
        if not isinstance(text, str):
            if text is None:
                data.lacks("text", "the data of the task", "offsets index it", "text")
            else:
                data.report(reading.WrongType, "text", found=kind(text), expected="text")
            return None
        if known := records.get("article"):
            own = known.get("rights")
            own = own if isinstance(own, dict) else importer.rights
            rights = {**own, **importer.stated_rights()}
            digests = ("text_sha256", "text_length", "record_type", "schema_version")
            known = {name: value for name, value in known.items() if name not in digests}
            return {**known, "text": text, "rights": rights}
        named = data.string("article_id")
        number = self._entry.raw.get("id", self._number)
        self._lose_rest(data)
        return {
            "id": ids.slug(named) if named else f"task-{ids.slug(str(number))}",
            "title": data.string("title"),
            "url": data.url("url"),
            "published": data.date("published"),
            "language": importer.language_of(data.language("language")),
            "text": text,
            "rights": importer.rights_of_text(),
        }

    def _lose_rest(self, data: Entry) -> None:
        """Report the data of a task that no field of an article can hold."""
        for name, value in data.raw.items():
            known = _OF_ARTICLE + (_OF_EXPORT if self._is_short else ())
            is_result = self._is_short and (_are_regions(value) or value == [])
            if name not in known and not is_result:
                data.leave_out(f"data.{name} of the task", "no field stands for it", name)

    def _results(self) -> Results | None:
        """Return the results that are imported; None if there are none."""
        if self._is_short:
            return self._short_results()
        chosen = self._chosen()
        if chosen is None:
            return None
        predicted = self._importer.use == "predictions"
        made: Value = {"method": "automatic" if predicted else "manual"}
        people = _names(chosen.raw.get("completed_by"))
        if predicted:
            made["tool"] = chosen.string("model_version") or "Label Studio prediction"
        elif people:
            made["annotators"] = people[-1:]
        if on := chosen.date("updated_at") or chosen.date("created_at"):
            made["on"] = on
        result = chosen.raw.get("result")
        entries = self._source.entries(result, (*chosen.path, "result"))
        return Results([*entries], made, is_short=False)

    def _chosen(self) -> Entry | None:
        """Return the annotation or prediction that is imported; None if there is none."""
        wanted = self._importer.annotator
        usable = []
        for one in self._entry.entries(self._importer.use):
            if one.raw.get("was_cancelled") is True:
                self._skip(one, "it was cancelled")
            elif wanted is not None and wanted not in _names(one.raw.get("completed_by")):
                self._skip(one, f"it is not by {wanted}")
            else:
                usable.append(one)
        usable.sort(key=_rank)
        for one in usable[:-1]:
            self._skip(one, "another annotation of the task is imported (--annotator names one)")
        return usable[-1] if usable else None

    def _short_results(self) -> Results:
        """Return the regions in JSON-MIN, which are in lists beside the data."""
        entry = self._entry
        found: list[Entry | Problem] = []
        for name, value in entry.raw.items():
            if _are_regions(value):
                found += self._source.entries(value, (*entry.path, name))
        made: Value = {"method": "manual"}
        if people := _names(entry.raw.get("annotator")):
            made["annotators"] = people[-1:]
        return Results(found, made, is_short=True)

    def _skip(self, one: Entry, why: str) -> None:
        one.leave_out(f"annotation {written(one.raw.get('id') or one.name())}", why)


def _are_regions(value: Any) -> bool:
    """Return whether a member of a task in JSON-MIN is a list of regions."""
    return isinstance(value, list) and any(
        isinstance(one, dict) and "labels" in one for one in value
    )


def _names(value: Any) -> list[str]:
    """Return how a person may be named: by id, and by e-mail address or name."""
    if isinstance(value, dict):
        found = [value.get(name) for name in ("id", "email", "username")]
        return [str(one) for one in found if isinstance(one, str | int) and str(one).strip()]
    return [str(value)] if isinstance(value, str | int) and str(value).strip() else []


def _rank(entry: Entry) -> tuple[bool, str]:
    """Return a sort key: ground truth is last, then the newest."""
    when = entry.raw.get("updated_at") or entry.raw.get("created_at")
    return entry.raw.get("ground_truth") is True, when if isinstance(when, str) else ""


def _same(found: str, words: str) -> bool:
    """Return whether words are those of the text, perhaps with HTML entities or escaped line ends."""
    return found in (words, html.unescape(words), words.replace("\\n", "\n"))
