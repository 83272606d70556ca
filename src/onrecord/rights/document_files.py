"""Plan to withhold and restore the words of documents."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from onrecord.anchoring.article_text import ArticleText, copies, read_text
from onrecord.editing.document import DocumentEditor, open_document
from onrecord.errors import system_errors
from onrecord.files import texts
from onrecord.files.opening import File
from onrecord.findings import Finding, Problem
from onrecord.readers.models.records import point
from onrecord.rights import plans
from onrecord.rights.records import KEEP, Facts, refusal, restore, settled, withhold
from onrecord.schema.edits import Edit


def dehydrated_document(file: File, texts_out: FilePath | None) -> plans.Plan:
    """Plan how to withhold the words of a document."""
    draft = _valid_document(file)
    if not isinstance(draft, DocumentEditor):
        return plans.Plan(file, findings=draft)
    body: Any = draft.value["article"]
    article = Facts.of(body)
    if article.redistribute == "full":
        return plans.Plan(file, messages=(f"{file.name}: its rights let everything pass",))
    beside = file.at(texts.beside(file.path, article.id))
    out = plans.kept_file(plans.folder_of(file, texts_out), article)
    here = _text_here(file, body, article)
    kept = plans.kept_text(out, article)
    steps = list(plans.not_kept(("article",), out, kept, here)) if here is not None else []
    if out and out.path.resolve() == beside.path.resolve():
        steps.append(refusal(("article",), f"its text would stay beside it, in {out.name}", KEEP))
    if beside.exists() and read_text(beside, article.sha256) != here:
        message = f"its text is another one than that in {beside.name}, which would be lost"
        steps.append(refusal(("article", "text"), message, "delete one of them"))
    text = here if here is not None else kept if plans.is_of(article, kept) else None
    known = None if text is None else ArticleText(text)
    edits, refusals = settled(
        [*steps, *withhold(draft.version.models["document"], draft.value, article, known)]
    )
    writes: list[plans.Write] = []
    notes = [f"{plans.words_of_spans(plans.count_edits(edits, 'sha256'))} withheld"]
    if here is not None and out:
        notes.append(f"the text is kept in {out.name}")
        if kept is None:
            writes.append(_new_text(out, _supplied(beside, here)))
    elif known is None and plans.count_edits(edits, "sha256"):
        notes.append("no copy of the text is available, and without one they cannot be restored")
    removals = (beside,) if beside.exists() else ()
    return _document_plan(draft, edits, refusals, writes, notes, removals)


def hydrated_document(file: File, folder: texts.TextFolder) -> plans.Plan:
    """Plan how to restore the words of a document."""
    draft = _valid_document(file)
    if not isinstance(draft, DocumentEditor):
        return plans.Plan(file, findings=draft)
    body: Any = draft.value["article"]
    article = Facts.of(body)
    beside = file.at(texts.beside(file.path, article.id))
    here = _text_here(file, body, article)
    found = folder.find(article.id, article.sha256, file.text_format) if here is None else here
    if found is None:
        if article.redistribute == "full" or article.sha256 is None:
            return plans.Plan(file, messages=(f"{file.name}: nothing is withheld",))
        message = f"the text of article {article.id} is not available"
        refused = refusal(("article",), message, f"put {beside.path.name} into {folder.folder}")
        return _document_plan(draft, [], [refused], [], [])
    edits, refusals = settled(
        restore(
            draft.version.models["document"], draft.value, article, ArticleText(found), inline=False
        )
    )
    notes = [f"{plans.words_of_spans(plans.count_edits(edits, 'exact'))} restored"]
    writes: list[plans.Write] = []
    if here is None:
        writes.append(_new_text(beside, found.encode()))
        notes.append(f"the text is put into {beside.name}")
    return _document_plan(draft, edits, refusals, writes, notes)


def _valid_document(file: File) -> DocumentEditor | tuple[Finding, ...]:
    """Return the document in a file if it has no findings, otherwise the findings."""
    draft = open_document(file)
    return draft if isinstance(draft, tuple) else plans.findings_in(file) or draft


def _text_here(file: File, body: Any, article: Facts) -> str | None:
    """Return the text in a document or in the file beside it."""
    text: str | None = body.get("text")
    beside = copies(file, article.id, article.sha256, None)
    return text if text is not None else next((found for _, found in beside), None)


def _supplied(beside: File, text: str) -> bytes:
    """Return the content of a file if the text can be read from it, else the text alone."""
    with system_errors(beside.name):
        raw = beside.path.read_bytes() if beside.exists() else b""
    return raw if text in texts.readings(raw.decode(), beside.text_format) else text.encode()


def _new_text(file: File, data: bytes) -> plans.Write:
    return plans.Write(file, lambda: (data,), new=True)


def _document_plan(
    draft: DocumentEditor,
    edits: list[Edit],
    refusals: list[Problem],
    writes: list[plans.Write],
    notes: list[str],
    removals: tuple[File, ...] = (),
) -> plans.Plan:
    file = draft.source.file
    if refusals:
        placed = (
            one.finding(located=point(draft.source, draft.root, one.path))
            for one in refusals[: plans.MAX_REFUSALS]
        )
        return plans.Plan(file, refusals=tuple(placed))
    if edits:
        data = draft.edited(edits).encode()
        writes = [*writes, plans.Write(file, lambda: (data,))]
    return plans.Plan(file, tuple(writes), removals, (f"{file.name}: {'; '.join(notes)}",))
