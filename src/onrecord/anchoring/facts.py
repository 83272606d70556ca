"""Compare the text of an article with what its document says about it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from onrecord.anchoring.article_text import copies
from onrecord.anchoring.spans import offset
from onrecord.editing.document import DocumentEditor
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.opening import File
from onrecord.schema.fields import Slug


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold the fields of a document about its article's text: id, text, digest and length."""

    id: str
    text: str | None
    sha256: str | None
    length: int | None

    def fit(self, text: str) -> bool:
        """Return whether a text may be the one that the offsets refer to."""
        if self.sha256 is not None:
            return texts.sha256(text) == self.sha256
        return self.length in (None, len(text))


_slug: TypeAdapter[str] = TypeAdapter(Slug)


def facts_of(editor: DocumentEditor) -> Facts | None:
    """Return the fields of a document about its article's text; None if its article is unusable."""
    article = editor.value.get("article")
    if not isinstance(article, dict):
        return None
    text, digest, length = (article.get(f"text{part}") for part in ("", "_sha256", "_length"))
    try:
        article_id = _slug.validate_python(article.get("id"))
    except ValidationError:
        return None
    if not isinstance(text, str | None) or not isinstance(digest, str | None) or text == "":
        return None
    if length is not None and offset(length) is None:
        return None
    return Facts(article_id, text, digest, offset(length))


def available_text(file: File, facts: Facts, folder: texts.TextFolder | None) -> str:
    """Return the text that the offsets of a document refer to.

    Raises:
        InputError: It is not available.
        UnreadableTextError: A text cannot be read.
    """
    inline = [("the document", facts.text)] if facts.text is not None else None
    other: tuple[str, str] | None = None
    for where, text in inline or copies(file, facts.id, facts.sha256, folder):
        if facts.fit(text):
            return text
        other = other or (where, text)
    if other:
        where, text = other
        raise InputError(
            f"{file.name}: the text in {where} is another than the one that was anchored before: "
            f"it has {len(text)} characters and SHA-256 {texts.sha256(text)}, the article's "
            f"text_length is {facts.length} and its text_sha256 {facts.sha256}; give that text, "
            "or say --text-changed to find the words again in this one"
        )
    elsewhere = f" ({folder.folder} does not have it)" if folder else ""
    raise InputError(
        f"{file.name}: the text of article {facts.id} is not available; put it into {facts.id}.txt "
        f"beside the file, or name the folder that has it: --texts DIR{elsewhere}"
    )


def edited_text(file: File, facts: Facts, folder: texts.TextFolder | None) -> str:
    """Return an available text that the offsets do not refer to, otherwise the one that they do."""
    found = (
        [facts.text]
        if facts.text is not None
        else [text for _, text in copies(file, facts.id, facts.sha256, folder)]
    )
    if folder and facts.text is None:
        known = {one for text in found for one in texts.readings(text, file.text_format)}
        with suppress(*([texts.UnreadableTextError] if found else [])):
            named = folder.find(facts.id, None, file.text_format)
            if named is not None and named not in known:
                found.append(named)
    return next((text for text in found if not facts.fit(text)), None) or available_text(
        file, facts, folder
    )
