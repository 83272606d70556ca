"""Draft a document for a text: what the text itself says, and proposals for its quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.display import shorten
from onrecord.drafting.proposals import Proposal, propose
from onrecord.drafting.start import SCHEMAS
from onrecord.editing.writing import as_yaml
from onrecord.errors import InputError, system_errors
from onrecord.files.atomic import replace_file
from onrecord.files.containment import Boundary
from onrecord.files.opening import File
from onrecord.files.texts import beside, choose, read_data, sha256
from onrecord.language.characters import first_defect
from onrecord.language.decoding import controls
from onrecord.language.detection import detected_language
from onrecord.language.tags import given_language
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.models.corpus import text_format as requested_format
from onrecord.rights.records import dehydrate
from onrecord.schema import CURRENT
from onrecord.schema.current import Document
from onrecord.schema.fields import MEANING
from onrecord.text_formats import PLAIN
from onrecord.version import __version__

# The language of a text that nobody has determined (BCP 47).
UNDETERMINED = "und"
_OTHER = re.compile(r"[^a-z0-9_-]+")
_PROPOSAL = "Proposal, to be confirmed or corrected"
_YEAR = re.compile(r"[0-9]{4}(?=-|\Z)")
_HEADER = re.compile(r"\s*date[ \t]+[0-9]{4}-[0-9]{2}-[0-9]{2}\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold the metadata of an article that its text does not give.

    Attributes:
        language: Its language; by default what the text is detected to be.
        fields: Further fields of the article, such as ``url``.
        license: The licence of the text.
        redistribute: What may be passed on.
        text_format: The name of the format of the file; by default what corpus.yaml requests.
    """

    language: str | None = None
    fields: dict[str, Any]
    license: str = "NOASSERTION"
    redistribute: str = "quotes"
    text_format: str | None = None


@dataclass(frozen=True, slots=True)
class DraftedDocument:
    """Hold a document for a text, before it is written.

    Attributes:
        document: The document, without the words that rights withhold.
        text: The text of the article.
        proposals: The proposals for its quotes, in their order.
        path: Where it goes.
        corpus: The folder of the corpus that it goes to, if there is one.
        has_header: Whether the text begins with what may be no part of it.
        other_format: The format of the file, if it is not the one that corpus.yaml requests.
    """

    document: Document
    text: str
    proposals: tuple[Proposal, ...]
    path: Path
    corpus: Path | None
    has_header: bool
    other_format: str | None

    def write(self) -> list[Path]:
        """Write the document, and beside it the text, if its rights pass that on.

        Raises:
            InputError: The document is there already, or cannot be written.
        """
        refuse_existing(self.path)
        folder = self.path.parent
        Boundary.of_output(folder)
        boundary = Boundary.around([self.corpus or folder])
        schema = f"{SCHEMAS}/{CURRENT.number}/document.schema.json"
        head = ""
        if self.corpus and (self.corpus / schema).is_file():
            up = "../" * len(folder.resolve().relative_to(self.corpus.resolve()).parts)
            head = f"# yaml-language-server: $schema={up}{schema}\n"
        boundary.check_write(self.path)
        written = [self.path]
        with system_errors(f"{folder} cannot be written"):
            folder.mkdir(parents=True, exist_ok=True)
        text = beside(self.path, self.document.article.id)
        if self.document.article.rights.redistribute == "full":
            refuse_existing(text, self.text)
            replace_file(text, self.text.encode(), boundary)
            written.append(text)
        replace_file(self.path, f"{head}{as_yaml(self.document)}".encode(), boundary)
        return written


def refuse_existing(path: Path, same: str | None = None) -> None:
    """Check that a file is not there, or has the given content.

    Raises:
        InputError: It is there.
    """
    if path.is_symlink() or path.exists():
        if same is not None and path.is_file() and path.read_bytes() == same.encode():
            return
        raise InputError(f"{path} is there already, and is left as it was; name another with --out")


def draft(file: Path, out: Path | None, facts: Facts) -> DraftedDocument:
    """Draft the document of a text.

    Args:
        file: The text.
        out: A document, or a folder for it; by default the corpus at or above the current folder,
            or else the current folder.
        facts: What is known beside the text.

    Raises:
        InputError: The text cannot be read, or a fact is not valid.
    """
    article_id = id_of(file.stem)
    path, corpus = _place(article_id, out, facts.fields.get("published"))
    requested = _requested(corpus)
    text_format = facts.text_format or requested
    raw = _decoded(file)
    text = choose(file, raw, None, text_format)
    if not text.strip():
        raise InputError(f"{file} holds no text")
    if found := first_defect(text, controls(text)):
        raise InputError(
            f"{file}: line {found.line} has a control character ({found.name}){found.others}; delete "
            "what is no part of the text"
        )
    language = given_language(facts.language) or detected_language(text) or UNDETERMINED
    proposals = tuple(propose(text, language))
    document = {
        "schema_version": CURRENT.number,
        "annotation": {
            "method": "assisted",
            "tool": f"onrecord {__version__}",
            "note": f"{_PROPOSAL}: drafted by onrecord new.",
        },
        "article": {
            "id": path.stem if out and path == out else article_id,
            **facts.fields,
            "language": language,
            "text_sha256": sha256(text),
            "text_length": len(text),
            "rights": {"license": facts.license, "redistribute": facts.redistribute},
        },
        "quotes": [_quote(f"q{number}", one, text) for number, one in enumerate(proposals, 1)],
    }
    has_header = text_format == PLAIN and bool(_HEADER.match(text))
    other = None if text_format == requested else text_format
    return DraftedDocument(
        _allowed(document, text), text, proposals, path, corpus, has_header, other
    )


def _allowed(value: dict[str, Any], text: str) -> Document:
    """Return the document without words that its rights withhold.

    Raises:
        InputError: A given value is not valid.
    """
    from pydantic import ValidationError

    try:
        document = Document.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        expected = MEANING.get(first.get("ctx", {}).get("pattern", ""))
        wrong = (
            f' is "{shorten(str(first["input"]))}", but {expected} was expected'
            if expected
            else f": {first['msg']}"
        )
        raise InputError(f"{where}{wrong}") from None
    return document if document.article.rights.redistribute == "full" else dehydrate(document, text)


def _decoded(file: Path) -> str:
    data = read_data(file)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{file}: byte 0x{data[error.start]:02X} in line {line} is not UTF-8; save the file as UTF-8"
        ) from None


def _requested(corpus: Path | None) -> str:
    """Return the text format that a corpus requests."""
    if corpus is None:
        return PLAIN
    path = corpus / CORPUS
    return requested_format(File(path, path.as_posix(), boundary=Boundary.of(corpus)))


def _place(article_id: str, out: Path | None, published: str | None) -> tuple[Path, Path | None]:
    """Return where a document goes, and the folder of its corpus."""
    if out and out.suffix.lower() in (".yaml", ".yml"):
        return out, _corpus_at(out.parent)
    if out:
        return out / f"{article_id}.yaml", _corpus_at(out)
    corpus = _corpus_at(Path())
    if corpus is None:
        return Path(f"{article_id}.yaml"), None
    year = _YEAR.match(published or "")
    folder = corpus / "articles" / (year[0] if year else "")
    return folder / f"{article_id}.yaml", corpus


def _corpus_at(folder: Path) -> Path | None:
    """Return the nearest folder with a corpus.yaml at or above a folder, relative to it."""
    whole = folder.resolve()
    for above in (whole, *whole.parents):
        if (above / CORPUS).is_file():
            return (
                Path(*([".."] * (len(whole.parts) - len(above.parts))))
                if folder == Path()
                else above
            )
    return None


def id_of(name: str) -> str:
    """Return an id for a name; one without letters a-z or digits gets a digest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("-", plain)[:120].strip("-_") or f"article-{sha256(name)[:10]}"


def _span(text: str, extent: tuple[int, int], **more: Any) -> dict[str, Any]:
    start, end = extent
    return {"exact": text[start:end], "start": start, "end": end, **more}


def _quote(number: str, one: Proposal, text: str) -> dict[str, Any]:
    """Return the quote of a proposal."""
    speaker: dict[str, Any] = {}
    if one.reference:
        speaker = {"reference": one.reference}
        if one.mention:
            speaker["mentions"] = [_span(text, one.mention)]
        speaker |= {key: value for key in ("name", "role") if (value := getattr(one, key))}
    outer = one.passage.outer
    return {
        "id": number,
        "type": "direct",
        "content": [_span(text, piece, quoted=True) for piece in one.passage.pieces],
        "attribution": "attributed" if speaker else "unknown",
        "speakers": [speaker] if speaker else [],
        "cue": [_span(text, cue) for cue in one.cue],
        "within": None if outer is None else f"q{outer + 1}",
        "annotation": {
            "method": "assisted",
            "tool": f"onrecord {__version__}",
            "note": f"{_PROPOSAL}: {'; '.join(_reasons(one))}.",
        },
    }


def _reasons(one: Proposal) -> Iterator[str]:
    """Yield why a quote is proposed as it is."""
    yield "words in quotation marks"
    if one.is_doubtful:
        yield "perhaps a title, a name or words in scare quotes, and no quote"
    elif one.is_part:
        yield "they are part of a sentence of the article, so the quote may be mixed"
    yield one.why


def open_questions(draft: DraftedDocument) -> list[str]:
    """Return the decisions that a draft leaves to people, one line each."""
    article = draft.document.article
    lines = []
    absent = [
        name for name in ("title", "url", "publisher", "published") if not getattr(article, name)
    ]
    if absent:
        lines.append(f"article: {', '.join(absent)}: the text does not say")
    if article.language == UNDETERMINED:
        lines.append("article: language: it is not certain; give --language, such as en")
    if article.rights.license == "NOASSERTION":
        lines.append(
            f"article: rights: no licence is known; until you know more, redistribute is "
            f"{article.rights.redistribute}"
        )
    if draft.has_header:
        lines.append(
            "article: the text begins with a header date; if that is no part of it, delete the "
            "document, and give --text-format dated"
        )
    if draft.other_format:
        lines.append(
            f"corpus: for other commands to find this text, write text_format: {draft.other_format} "
            f"into corpus.yaml, or give them --text-format {draft.other_format}"
        )
    lines.append("annotation: annotators: who confirms the proposals; and whether coverage is all")
    for quote, one in zip(draft.document.quotes, draft.proposals, strict=True):
        words = one.passage.words(draft.text)
        lines.append(f"{quote.id}: {'; '.join(_undecided(one))}: {_shown(words)}")
    return lines


def _undecided(one: Proposal) -> Iterator[str]:
    if one.is_doubtful:
        yield "is it a quote, or a title, a name or words in scare quotes?"
    else:
        yield "type direct, or mixed with words around it?" if one.is_part else "type direct?"
    if one.name or one.mention or one.reference:
        yield f"speaker {one.name or one.role or one.reference}?"
    elif not one.is_doubtful:
        yield "who speaks?"
    if not one.cue and not one.is_doubtful:
        yield "no cue"


def _shown(words: str, most: int = 50) -> str:
    return f"“{words if len(words) <= most else words[:most].rstrip() + '…'}”"
