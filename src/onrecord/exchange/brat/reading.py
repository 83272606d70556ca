"""brat's standoff format: annotations in ``.ann`` files beside the texts, in ``.txt`` files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, pairwise
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

from onrecord.display import shorten
from onrecord.errors import InputError
from onrecord.exchange import ids
from onrecord.exchange.base import (
    Draft,
    Item,
    Remark,
    TextImporter,
    Value,
    Where,
    option,
)
from onrecord.exchange.brat.pairing import ANNOTATOR, TEXT, Names, Pair, Texts, beside, check_apart
from onrecord.exchange.brat.standoff import (
    CLAIM,
    LINE_ENDS,
    NOTE,
    SIDECAR,
    VERBATIM,
    WITHIN,
    Line,
    Reference,
    Standoff,
)
from onrecord.exchange.entries import is_sentinel
from onrecord.exchange.jsonfiles import JsonText, read_lines
from onrecord.exchange.nesting import holders
from onrecord.exchange.spans import edge_remarks, located_span, span_at
from onrecord.files.opening import Text, absolute, content, decode, mark_at
from onrecord.files.problems import Mark
from onrecord.files.texts import sha256
from onrecord.findings import Fact
from onrecord.language.marks import Extent, Piece, Quoted, around, pieces, quoted
from onrecord.language.offsets import Located
from onrecord.readers import File
from onrecord.readers.models.records import Located as Pinned
from onrecord.rules import articles, importing, reading, spans
from onrecord.rules.base import Check
from onrecord.schema import CURRENT
from onrecord.schema.shape import Scalar, members
from onrecord.schema.v0 import DocumentQuote

_CHOICES = {
    member.name: member.shape.choices
    for member in members(DocumentQuote)
    if isinstance(member.shape, Scalar)
}
_QID = re.compile(r"Q[1-9][0-9]*")
_SPACE = re.compile(r"\s+")
# How many names of texts are told that a file of annotations may be of.
_EXPECTED = 3


@dataclass(frozen=True, kw_only=True)
class Brat(TextImporter):
    """Attributions annotated with brat, a pair of files `.ann` and `.txt` an article.

    Source: Stenetorp et al. (2012), "brat: a Web-based Tool for NLP-Assisted Text Annotation",
    https://brat.nlplab.org/standoff.html. By default the types are those of PolNeAR (Newell,
    Margolin and Ruths 2018): events `Attribution` with the arguments `Source`, `Cue` and `Content`.
    Options take several names with commas between them; arguments of a name may be several and
    numbered, `Content Content2`.

    A path is a folder, an `.ann` or a `.txt` file. Texts are taken exactly as they are, with the
    line ends that they have; offsets count code points unless --offsets says otherwise. A text
    without an `.ann` file is reported and not imported.

    Which text a file of annotations is of:

    - --names tells the forms of the names of `.ann` files, without the ending, with commas between
      them; the first that gives a text is taken. `{text}` is the name of the text, `{annotator}`
      who annotated it. By default these are `{text}` and `{text}_{annotator}`, as in PolNeAR, where
      `attributions/pier_ab12.ann` is of `text/pier.txt`. A form may have folders:
      `{annotator}/{text}` is for one folder an annotator.
    - The text is beside the annotations, else anywhere in the folders that are imported; of
      several, in the folder that has most in common with that of the annotations. --source-texts
      names another folder, and then texts are only looked for there.
    - The annotations of several people of one text are quotes of one article. The annotator is in
      `annotation.annotators` and in the ids: `q1-ab12`. Two files of one text of which no names of
      annotators are known are an error.
    - A file without a text is reported with the names that were expected.

    What maps to what:

    - the text's name: the article's `id`, with the folder's where two texts have the same. The text
      is `text`. Of title, date and rights brat says nothing: use --license and --redistribute.
    - each event of the type --event: a quote, `q1` and so on in their order, the event's id as
      `annotation.origin.id`. Its fragments and arguments --content are `content`, in text order;
      --cue is `cue`, --source the `speaker`, --addressee the `addressee`, --relay `relayed_by`,
      each with the words as `mention`. A text-bound annotation may be used by many events.
    - a mention is one span: of several sources, or a discontinuous one, the first in the text; the
      offsets of the others are kept in `annotation.origin.fields`, and a warning says so.
    - the trigger: kept in `annotation.origin.fields` if it stands outside of all arguments. Name
      `trigger` in --cue if it is the cue.
    - `attribution`: attributed with a source, unattributed without one. --no-source names
      attributes, values of attributes or `NAME=VALUE` that say that there is none; so do events and
      attributes with the name of the event before such a name, as `Attribution-no-source`;
      --attribution-attribute names one with the values of the field itself. Where they contradict
      the arguments, a warning says so and the arguments count; `unknown` stands for a source that
      there is said to be and none is marked.
    - `type`: from the attribute --type-attribute, if there is one. Otherwise the quotation marks in
      the text decide: direct, if all words of the content are inside them; indirect, if none is;
      else mixed. The spans of a mixed quote are split at the marks, so that those inside are
      `verbatim` and the others are not; otherwise spans are as annotated, with outer marks if they
      have them. Marks are “…” „…“ «…» »…« 「…」 『…』 ‘…’ "…" ``…'' ‘‘…’’ and their like, paired
      within a paragraph; speech that goes on in the next one repeats the mark that opens it, or
      has the one that closes it at its beginning. ’ in a word or at its end is an apostrophe where
      another one closes. Marks around the whole of the quote that one is nested in say nothing about it.
    - `medium`: from the attribute --medium-attribute.
    - `within`: the quote that a relation --within names (Arg1 is within Arg2), else the smallest
      one that holds all words of this one. Two of just the same words are not nested.
    - normalisations of a source to `Wikidata:Q…`: its `wikidata`, and its `name` if there is one.
    - other arguments, attributes and normalisations, and notes: `annotation.origin.fields`.
    - what an export of this program adds (notes `Onrecord`, events `Claim`, the attribute
      `Verbatim`, files `.onrecord.jsonl`) is read as it was written. The rights of its articles are
      theirs, unless --license or --redistribute say otherwise.

    What is lost, with a warning for each: annotations that are part of no attribution, events of
    other types with their arguments, relations but for nesting, and equivalences. A line that is
    malformed, twice there or wrong in its offsets refuses the attributions that need it; if none
    does, it counts as an item of its own.
    """

    name: ClassVar[str] = "brat"
    item: ClassVar[str] = "attribution"
    suffixes: ClassVar[tuple[str, ...]] = (".ann", ".txt")
    form: ClassVar = "yaml"

    event: str = option("types of events that are attributions", "Attribution", metavar="TYPES")
    source: str = option("arguments that are the speaker", "Source", metavar="NAMES")
    cue: str = option("arguments that are the cue", "Cue", metavar="NAMES")
    content: str = option("arguments that are what is said", "Content", metavar="NAMES")
    addressee: str = option("arguments that are the addressee", "Addressee", metavar="NAMES")
    relay: str = option("arguments through whom it is known", "Relay", metavar="NAMES")
    type_attribute: str = option("attributes that give the type", "Type", metavar="NAMES")
    attribution_attribute: str = option(
        "attributes that give the attribution", "Attribution", metavar="NAMES"
    )
    medium_attribute: str = option("attributes that give the medium", "Medium", metavar="NAMES")
    no_source: str = option(
        "attributes that say that there is no source",
        "NoSource,Unattributed,Source=None",
        metavar="NAMES",
    )
    names: str = option(
        "forms of the names of .ann files, without the ending",
        f"{TEXT},{TEXT}_{ANNOTATOR}",
        metavar="FORMS",
    )
    source_texts: Path | None = option(
        "folder of the texts (default: beside the annotations, or in the folder that is imported)",
        metavar="DIR",
    )
    within: str = option("relations of a quote to the outer one", WITHIN, metavar="TYPES")
    dataset: str = option("name of the dataset, for annotation.origin", "brat", metavar="NAME")

    def files(self, files: list[File]) -> list[File]:
        """The ``.ann`` files, and the texts that have none."""
        paths = [file.path for file in files]
        for path in paths:
            if path.suffix.lower() not in self.suffixes:
                raise InputError(f"{path.as_posix()} is neither an .ann nor a .txt file")
        texts = [path for path in paths if path.suffix.lower() == ".txt"]
        annotations = {absolute(path): path for path in paths if path.suffix.lower() == ".ann"}
        for path in texts:
            if found := beside(path, ".ann"):
                annotations.setdefault(absolute(found), found)
        names, among = Names(_names(self.names)), self._texts(texts)
        pairs = [among.pair(path, names) for _, path in sorted(annotations.items())]
        check_apart(pairs)
        self._pairs.update((absolute(pair.annotations), pair) for pair in pairs)
        self._ids.update(_ids({pair.name for pair in pairs}))
        paired = {absolute(pair.text) for pair in pairs if pair.text}
        alone = [path for path in texts if absolute(path) not in paired]
        chosen = [*(pair.annotations for pair in pairs), *alone]
        return [files[0].at(path) for path in sorted(chosen)]

    def _texts(self, texts: list[Path]) -> Texts:
        """The texts among which those of annotations are: of a folder, if the user names one."""
        folder = self.source_texts
        if folder is None:
            return Texts(texts, beside=True)
        if not folder.is_dir():
            raise InputError(f"--source-texts: {folder} is not a folder")
        found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() == ".txt"]
        found = [path for path in found if path.is_file() and not path.name.startswith(".")]
        if not found:
            raise InputError(f"--source-texts: {folder} holds no .txt file")
        return Texts(found, beside=False)

    def read(self, file: File) -> Iterator[Draft]:
        """The article of a file with its attributions."""
        if file.path.suffix.lower() == ".txt":
            yield _without_annotations(file)
        else:
            yield _Page(self, file).draft()

    def pair_of(self, path: Path) -> Pair:
        """The pair that a file of annotations is part of."""
        found = self._pairs.get(absolute(path))
        return found or self._texts([]).pair(path, Names(_names(self.names)))

    def id_of(self, path: Path) -> str:
        """The identifier of the article in a file, if nothing else gives one."""
        name = self.pair_of(path).name
        return self._ids.get(name) or ids.slug(name.stem)

    @cached_property
    def _ids(self) -> dict[Path, str]:
        return {}

    @cached_property
    def _pairs(self) -> dict[Path, Pair]:
        return {}

    def is_attribution(self, line: Line) -> bool:
        """Whether an event is an attribution, maybe one whose type says that it has no source."""
        types = _names(self.event)
        return line.type in types or self.has_no_source(line.type)

    def has_no_source(self, name: str) -> bool:
        """Whether a name is that of an event or attribute without a source, as --no-source says.

        Names of both together are such, too: ``Attribution-no-source``.
        """
        told = {_plain(one) for one in _names(self.no_source) if "=" not in one}
        return any(
            _plain(name) == _plain(event) + one for event in _names(self.event) for one in told
        )

    @cached_property
    def roles(self) -> dict[str, str]:
        """The fields that arguments become, by their names."""
        named = {
            "speaker": self.source,
            "cue": self.cue,
            "content": self.content,
            "addressee": self.addressee,
            "relayed_by": self.relay,
        }
        return {name: role for role, names in named.items() for name in _names(names)}

    def role(self, name: str) -> str | None:
        """The field that an argument becomes; its name may end in a number."""
        return self.roles.get(name) or self.roles.get(re.sub(r"[0-9]+$", "", name))


def _ids(paths: Iterable[Path]) -> dict[Path, str]:
    """An identifier for each file: its name, with the folders' where that is not enough."""
    named: dict[str, list[Path]] = {}
    for path in sorted(paths):
        named.setdefault(ids.slug(path.stem), []).append(path)
    found = {}
    for name, alike in named.items():
        shared = len(_common(alike)) if len(alike) > 1 else 0
        for path in alike:
            apart = "/".join(path.with_suffix("").parts[shared:])
            found[path] = name if len(alike) == 1 else ids.slug(apart)
    return found


def _common(paths: Sequence[Path]) -> list[str]:
    """The folders that paths have in common."""
    shared = []
    for parts in zip(*(path.parent.parts for path in paths), strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return shared


def _names(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _plain(name: str) -> str:
    """A name as it is compared: no matter which letters are capitals and how words are joined."""
    return re.sub(r"[\W_]+", "", name).casefold()


def _without_annotations(file: File) -> Draft:
    text = decode(file, content(file))
    where: Where = lambda: text.point(Mark(0, 0, 0))  # noqa: E731  # a place, as elsewhere
    why = "no .ann file annotates it; --names tells how the names of files pair"
    facts = {"what": f"the text {file.path.name}", "why": why}
    remarks = [Remark(importing.NotCarriedOver, where, facts)]
    return Draft(where, remarks=remarks, size=file.path.stat().st_size)


class _Argument(NamedTuple):
    """An argument of an event, the annotation that it is, and where its words stand."""

    name: str
    role: str | None
    line: Line
    spans: list[Value]

    @property
    def extents(self) -> list[Extent]:
        return _extents(self.spans)


@dataclass(slots=True)
class _Quote:
    """An attribution on its way to a quote.

    Attributes:
        declared: Its type, if that is annotated.
        marked: Whether each span of its content is annotated as verbatim.
        extents: Where its content stands, as annotated.
        settled: Whether it comes from an export, so that nothing about it need be derived.
    """

    event: Line
    item: Item
    declared: str | None = None
    marked: list[bool] = field(default_factory=list)
    extents: list[Extent] = field(default_factory=list)
    settled: bool = False
    parent: _Quote | None = None

    @property
    def hull(self) -> Extent:
        """From the first to the last of its words, as they are now."""
        value = self.item.value or {}
        found = _extents(value["content"])
        return found[0][0], found[-1][1]


class _Page:
    """An article in brat: a text, the annotations of it, and what an export put beside them."""

    def __init__(self, format_: Brat, file: File) -> None:
        self.format = format_
        self.file = file
        self.remarks: list[Remark] = []
        self.items: list[Item] = []
        annotations = decode(file, content(file))
        self._encoding(annotations)
        self.standoff = Standoff(annotations)
        self.start: Where = lambda: annotations.point(Mark(0, 0, 0))
        self.pair = format_.pair_of(file.path)
        self.annotators = [shorten(self.pair.annotator, 200)] if self.pair.annotator else []
        self.article, self.beside = self._sidecar()
        self.where_in_text: Callable[[int], Pinned] | None = None
        self.text = self._text()
        marked = any(remark.check is importing.LeadingMark for remark in self.remarks)
        self.located = Located(self.text or "", format_.offsets, _alike, marked=marked)
        self._spans: dict[str, tuple[list[Value], list[Remark]]] = {}
        self._used: set[str] = set()
        self._told: set[str] = set()

    def draft(self) -> Draft:
        """The article with its attributions and claims."""
        size = self.file.path.stat().st_size
        article = None
        if self.text is None or any(remark.is_error for remark in self.remarks):
            self._refuse()
        else:
            article = {**self.article, "text": self.text}
            self._take()
        annotation: Value = {"method": "manual", "annotators": self.annotators}
        draft = Draft(self.start, article, annotation, self.items, self.remarks, size)
        draft.where_in_text = self.where_in_text
        return draft

    def _refuse(self) -> None:
        """Refuse all attributions, for what is wrong in the file or the text."""
        self.items = [
            Item(self.standoff.where(line), "quote")
            for line in self.standoff.lines
            if line.kind == "E" and self.format.is_attribution(line)
        ]
        self._take_wrong()
        if not self.items:
            self.items = [Item(self.start, "quote")]

    def _take(self) -> None:
        events = [line for line in self.standoff.lines if line.kind == "E"]
        records = {line.id: self._record(line) for line in events}
        quotes, claims = [], []
        names = self._quote_ids(list(filter(self.format.is_attribution, events)), records)
        for event in events:
            record, remarks = records[event.id]
            if event.id in names:
                quotes.append(self._quote(event, names[event.id], record, remarks))
            elif event.type == CLAIM and (record is not None or remarks):
                claims.append((event, record or {}, remarks))
        self._nest(quotes)
        for quote in quotes:
            self._settle(quote)
        for quote in quotes:
            self._set_within(quote)
        by_event = {quote.event.id: quote for quote in quotes}
        self.items += [quote.item for quote in quotes]
        self.items += [self._claim(*claim, by_event) for claim in claims]
        self.items += self.beside
        self._take_wrong()
        self._take_rest({*by_event, *(event.id for event, *_ in claims)})

    def _take_wrong(self) -> None:
        """The lines that cannot be read, as items that are refused, unless some attribution was."""
        self.items += [
            Item(wrong.remark.where, "quote", remarks=[wrong.remark])
            for wrong in self.standoff.wrong
            if wrong.id not in self._told
        ]

    # The files

    def _encoding(self, text: Text) -> None:
        """Note what is wrong in the encoding of a file."""
        for problem in text.problems:
            check = problem.check
            check = importing.LeadingMark if check is reading.ByteOrderMark else check
            where: Where = lambda mark=problem.mark: text.point(mark)  # type: ignore[misc]  # noqa: E731
            self.remarks.append(Remark(check, where, problem.facts))

    def _text(self) -> str | None:
        """The text beside the annotations, and what is wrong with it; None if it has none."""
        path = self.pair.text
        if path is None:
            names = Names(_names(self.format.names)).readings(self.file.path)
            texts = list(dict.fromkeys(f"{text}.txt" for text, _ in names))
            folder = self.format.source_texts
            inside = f" in {folder}" if folder else ""
            named = " or ".join(texts[:_EXPECTED]) or f"a name such as {self.format.names}"
            facts: dict[str, Fact] = {"expected": named + inside}
            self.remarks.append(Remark(importing.TextMissing, self.start, facts))
            return None
        file = self.file.at(path, self.format.source_texts)
        source = decode(file, content(file))
        text, known = source.text, self.article.get("text_sha256")
        self.where_in_text = lambda at: source.point(mark_at(source.text, at))
        marked = any(problem.check is reading.ByteOrderMark for problem in source.problems)
        if marked and known == sha256("\ufeff" + text):
            return "\ufeff" + text
        self._encoding(source)
        begin: Where = lambda: source.point(Mark(0, 0, 0))  # noqa: E731  # a place, as elsewhere
        if not text and source.readable:
            expected = "at least one character"
            facts = {"field": "text", "found": "empty", "expected": expected}
            self.remarks.append(Remark(reading.NotAllowed, begin, facts))
        elif known is not None and known != sha256(text):
            facts = {"found": sha256(text), "expected": str(known)}
            self.remarks.append(Remark(articles.TextDigestDiffers, begin, facts))
        self._line_ends(source)
        return text

    def _line_ends(self, source: Text) -> None:
        ends = list(re.finditer(r"\r\n|\n|\r", source.text))
        other = next((one for one in ends if one[0] != ends[0][0]), None)
        if other is not None:
            kinds = [one[0] for one in ends]
            named = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}
            facts = {name: kinds.count(kind) for name, kind in named.items()}
            mark = mark_at(source.text, other.start())
            where: Where = lambda: source.point(mark)  # noqa: E731  # a place, as elsewhere
            self.remarks.append(Remark(importing.MixedLineEnds, where, facts))

    def _sidecar(self) -> tuple[Value, list[Item]]:
        """The article, and the records that brat cannot show, as an export put them beside it."""
        path = self.file.path.with_suffix(SIDECAR)
        article: Value = {
            "id": self.format.id_of(self.file.path),
            "language": self.format.language_of(),
            "rights": self.format.rights_of_text(),
        }
        items: list[Item] = []
        sidecar = self.file.at(path)
        if sidecar.exists():
            for source, _ in read_lines(sidecar):
                record = source.value
                if isinstance(record, dict) and record.get("record_type") == "article":
                    article = self._rights({**_body(record), "id": record.get("id")})
                    self.remarks += [*source.remarks, *_version(source, record)]
                else:
                    items.append(_beside_item(source))
        for item in items:
            if item.value is not None:
                _localise(item.value, article)
        return article, items

    def _rights(self, article: Value) -> Value:
        """An article with its rights, unless the user says otherwise."""
        said = {"license": self.format.license, "redistribute": self.format.redistribute}
        rights = article.get("rights")
        if isinstance(rights, dict):
            article["rights"] = rights | {name: value for name, value in said.items() if value}
        return article

    # Attributions

    def _record(self, event: Line) -> tuple[Value | None, list[Remark]]:
        """What an export says of an event in its note, and what is wrong in that."""
        note = next((one for one in self.standoff.about(event.id, "#") if one.type == NOTE), None)
        if note is None:
            return None, []
        value = _json(note.text or "")
        if isinstance(value, dict):
            _localise(value, self.article)
            return value, []
        facts = {"format": "JSON", "problem": f"the note {NOTE} holds the fields of a record"}
        return None, [Remark(reading.SyntaxError, self.standoff.where(note), facts, note.id)]

    def _quote_ids(
        self, events: Sequence[Line], records: Mapping[str, tuple[Value | None, Any]]
    ) -> dict[str, Any]:
        """The identifiers of quotes: as an export gives them, else by their order."""
        found: dict[str, Any] = {}
        for event in events:
            record = records[event.id][0]
            if record is not None:
                found[event.id] = record.get("id")
        taken = {str(id_) for id_ in found.values()} | {
            str(item.value["id"]) for item in self.beside if item.value is not None
        }
        whose = "".join(f"-{ids.slug(name)}" for name in self.annotators)
        for number, event in enumerate(events, start=1):
            if event.id not in found:
                names = (f"q{one}{whose}" for one in count(number))
                name = next(one for one in names if one not in taken)
                found[event.id] = name
                taken.add(name)
        return found

    def _quote(self, event: Line, id_: Any, record: Value | None, remarks: list[Remark]) -> _Quote:
        exported = record is not None
        item = Item(self.standoff.where(event), "quote", remarks=remarks, exported=exported)
        arguments = self._arguments(event, remarks)
        attributes = _Attributes(self, event, remarks)
        quote = _Quote(event, item, settled=record is not None)
        said = [(span, one) for one in arguments if one.role == "content" for span in one.spans]
        said.sort(key=lambda part: _extents([part[0]]))
        marked = {one.line.id: self._is_marked(one.line) for one in arguments}
        quote.marked = [marked[one.line.id] for _, one in said]
        quote.declared = attributes.label(self.format.type_attribute, "type")
        cue = [span for one in arguments if one.role == "cue" for span in one.spans]
        cue.sort(key=lambda span: _extents([span]))
        fields = _Fields()
        value = {
            **(record or {}),
            "id": id_,
            "content": [span for span, _ in said],
            "cue": cue or (record or {}).get("cue"),
            "medium": attributes.label(self.format.medium_attribute, "medium"),
        }
        for role in ("speaker", "addressee", "relayed_by"):
            value[role] = self._source(event, role, arguments, value.get(role), fields, remarks)
        has_speaker = value["speaker"] is not None
        value["attribution"] = attributes.attribution(has_speaker=has_speaker)
        self._keep(event, arguments, attributes, fields, settled=quote.settled)
        origin = {"dataset": self.format.dataset, "id": event.id}
        label = attributes.written.get("type")
        known = (record or {}).get("annotation")
        value["annotation"] = _annotation(known, origin, label, fields, self.annotators)
        self._check_order(event, "content", value["content"], remarks)
        self._check_order(event, "cue", cue, remarks)
        if not said and not any(remark.is_error for remark in remarks):
            description = "the words that are said"
            facts = {"field": "content", "parent": event.id, "description": description}
            remarks.append(Remark(reading.MissingField, item.where, facts, event.id))
        quote.extents = _extents(value["content"])
        item.value = value
        return quote

    def _claim(
        self,
        event: Line,
        record: Value,
        remarks: list[Remark],
        quotes: Mapping[str, _Quote],
    ) -> Item:
        """A claim, of which an export says all but where its words stand and whose they are."""
        item = Item(self.standoff.where(event), "claim", remarks=remarks, exported=True)
        value = {**record, "id": record.get("id")}
        arguments = self._arguments(event, remarks, {"Content": "content", "Claimant": "claimant"})
        found = [span for one in arguments if one.role == "content" for span in one.spans]
        if found:
            value["content"] = found
            self._check_order(event, "content", found, remarks)
        if any(one.role == "claimant" for one in arguments):
            claimant = value.get("claimant")
            fields = _Fields()
            value["claimant"] = self._source(
                event, "claimant", arguments, claimant, fields, remarks
            )
        named = [one for one in event.references[1:] if one.name.startswith("Quote")]
        for one in named:
            quote = quotes.get(one.target)
            if quote is None or quote.item.refused:
                remarks.append(self._unknown(event, one))
        if named:
            held = [quotes[one.target].item.value for one in named if one.target in quotes]
            value["quote_ids"] = [quote["id"] for quote in held if quote]
        item.value = value
        return item

    def _arguments(
        self, event: Line, remarks: list[Remark], roles: Mapping[str, str] | None = None
    ) -> list[_Argument]:
        """The trigger and the arguments of an event that are text-bound."""
        found: list[_Argument] = []
        wrong = {one.id for one in self.standoff.wrong if one.id.startswith("T")}
        for number, one in enumerate(event.references):
            line = self.standoff.get(one.target)
            name = one.name if number else "trigger"
            if one.target in wrong:
                self._told.add(one.target)
                self._used.add(one.target)
                problems = [it.remark for it in self.standoff.wrong if it.id == one.target]
                remarks += [problem for problem in problems if problem not in remarks]
            elif line is None:
                remarks.append(self._unknown(event, one))
            elif line.kind == "T":
                self._used.add(line.id)
                located, problems = self._located(line)
                remarks += [problem for problem in problems if problem not in remarks]
                plain = re.sub(r"[0-9]+$", "", name)
                role = roles.get(plain) if roles is not None else self.format.role(name)
                found.append(_Argument(name, role, line, located))
            elif roles is None:
                facts = {
                    "what": f"the argument {one.name} of {event.id}",
                    "why": f"{one.target} has no words",
                }
                where = self.standoff.where(event, one.column)
                remarks.append(Remark(importing.NotCarriedOver, where, facts, event.id))
        return found

    def _unknown(self, line: Line, to: Reference) -> Remark:
        where = self.standoff.where(line, to.column)
        facts = {"id": line.id, "target": to.target}
        return Remark(importing.UnknownTarget, where, facts, line.id)

    def _located(self, line: Line) -> tuple[list[Value], list[Remark]]:
        """The spans of a text-bound annotation, in text order, and what is wrong in them."""
        if line.id not in self._spans:
            self._spans[line.id] = self._locate(line)
        return self._spans[line.id]

    def _locate(self, line: Line) -> tuple[list[Value], list[Remark]]:
        where = self.standoff.where(line, line.offsets_column)
        found: list[Value] = []
        remarks: list[Remark] = []
        notes: list[Remark] = []
        words = line.text or ""
        parts = _parts(words, line.extents)
        for (start, end), part in zip(line.extents, parts, strict=True):
            located = located_span(self.located, start, end, part, where, line.id, notes)
            if isinstance(located, list):
                remarks += located
            else:
                found.append(located)
        together = " ".join(span["exact"] for span in found)
        if not remarks and not notes and not _alike(together, words):
            facts: dict[str, Fact] = {"found": together, "expected": words, "fits": ""}
            facts.update(start=line.extents[0][0], end=line.extents[-1][1])
            remarks.append(Remark(importing.OffsetsMismatch, where, facts, line.id))
        found.sort(key=lambda span: _extents([span]))
        remarks = remarks or [*notes, *edge_remarks(found, where, line.id)]
        return self._as_exported(line, found), remarks

    def _as_exported(self, line: Line, found: list[Value]) -> list[Value]:
        """Spans with what an export says of them in a note."""
        note = next((one for one in self.standoff.about(line.id, "#") if one.type == NOTE), None)
        said = _json(note.text or "") if note else None
        if not isinstance(said, dict) or not found:
            return found
        text = self.text or ""
        start, end = found[0]["start"], found[-1]["end"]
        gaps = (text[one["end"] : two["start"]] for one, two in pairwise(found))
        if said.get("lines") is True and all(map(LINE_ENDS.fullmatch, gaps)):
            found = [span_at(text, start, end)]
        if len(found) > 1:
            return found
        (span,) = found
        for name, context in (("prefix", text[:start][::-1]), ("suffix", text[end:])):
            if name in said:
                length = said[name]
                if isinstance(length, int) and 0 <= length <= len(context):
                    taken = context[:length]
                    span[name] = taken[::-1] if name == "prefix" else taken
                else:
                    span[name] = None
        if said.get("sha256") is True:
            span["sha256"] = sha256(span["exact"])
            span["exact"] = None if said.get("exact") is False else span["exact"]
        return found

    def _is_marked(self, line: Line) -> bool:
        return any(one.type == VERBATIM for one in self.standoff.about(line.id, "AM"))

    def _source(
        self,
        event: Line,
        role: str,
        arguments: Iterable[_Argument],
        known: Any,
        fields: _Fields,
        remarks: list[Remark],
    ) -> Any:
        """A speaker or the like: what is known of it, and where it is mentioned first."""
        mentions = sorted(
            ((span, one) for one in arguments if one.role == role for span in one.spans),
            key=lambda part: _extents([part[0]]),
        )
        if not mentions:
            return known
        (mention, first), *more = mentions
        if more:
            fields.add(first.name, _written(span for span, _ in more))
            facts = {
                "what": f"the rest of {first.name} of {event.id}, {_written(one for one, _ in more)}",
                "why": "a mention is one span",
            }
            where = self.standoff.where(event)
            remarks.append(Remark(importing.NotCarriedOver, where, facts, event.id))
        source = {**known} if isinstance(known, dict) else {}
        for line in self.standoff.about(first.line.id, "N"):
            database, _, id_ = line.reference.partition(":")
            if database.casefold() == "wikidata" and _QID.fullmatch(id_):
                source["wikidata"] = id_
                if line.text and is_sentinel(line.text):
                    facts = {"field": line.id, "found": line.text}
                    where = self.standoff.where(line)
                    remarks.append(Remark(importing.NoValue, where, facts, line.id))
                elif line.text:
                    source["name"] = line.text
                break
        return {**source, "mention": mention}

    def _check_order(
        self, event: Line, path: str, found: Sequence[Value], remarks: list[Remark]
    ) -> None:
        """Note spans that overlap: put together they would say words twice."""
        for one, two in pairwise(found):
            if two["start"] < one["end"]:
                facts: dict[str, Fact] = {
                    "path": f"{path} of {event.id}",
                    "start": two["start"],
                    "before": one["end"],
                }
                where = self.standoff.where(event)
                remarks.append(Remark(spans.SpansOutOfOrder, where, facts, event.id))
                return

    def _keep(
        self,
        event: Line,
        arguments: Sequence[_Argument],
        attributes: _Attributes,
        fields: _Fields,
        *,
        settled: bool,
    ) -> None:
        """Keep what an attribution says and has no field for."""
        others = [extent for one in arguments if one.name != "trigger" for extent in one.extents]
        for one in arguments:
            if one.name != "trigger" and one.role is None:
                fields.add(one.name, _written(one.spans))
            elif one.role is None and not settled:
                outside = (e for e in one.extents if not any(_within(e, it) for it in others))
                if any(outside):
                    fields.add("trigger", _written(one.spans))
        for name, value in attributes.rest:
            fields.add(name, value)
        for name, line in (
            *(("", line) for line in self.standoff.about(event.id, "#N")),
            *((one.name, line) for one in arguments for line in self.standoff.about(one.line.id)),
        ):
            if line.type in (NOTE, VERBATIM):
                continue
            told = " ".join(part for part in (line.reference, line.text) if part) or "true"
            is_item = line.kind == "N" and _QID.fullmatch(line.reference.partition(":")[2])
            if not name or not (is_item and self._is_source(name)):
                fields.add(f"{name}.{line.type}" if name else line.type, told)

    def _is_source(self, name: str) -> bool:
        return self.format.role(name) in ("speaker", "addressee", "relayed_by")

    # Nesting, types and verbatim words

    def _nest(self, quotes: Sequence[_Quote]) -> None:
        """Find the quote that each is nested in."""
        live = [quote for quote in quotes if not quote.item.refused]
        inside = holders([quote.extents for quote in live])
        told = self._told_nesting(live)
        for quote, found in zip(live, inside, strict=True):
            outer = told.get(quote.event.id)
            if outer is not None and _within(quote.hull, outer.hull):
                quote.parent = outer
            elif found and not quote.settled:
                quote.parent = live[found[0]]
            if outer is not None and (quote.parent is not outer or _is_in_circle(quote)):
                quote.parent = None if quote.parent is outer else quote.parent
                facts = {
                    "field": f"{self.format.within} of {quote.event.id}",
                    "found": outer.event.id,
                    "spans": "that one does not hold its words, or is itself nested in it",
                }
                where = quote.item.where
                quote.item.remarks.append(Remark(importing.NestingDisagrees, where, facts))

    def _told_nesting(self, quotes: Sequence[_Quote]) -> dict[str, _Quote]:
        """The quotes that relations name as the outer ones, by the events inside them."""
        by_event = {quote.event.id: quote for quote in quotes}
        types = _names(self.format.within)
        found = {}
        for line in self.standoff.lines:
            if line.kind == "R" and line.type in types and len(line.references) == 2:
                inner, outer = (one.target for one in line.references)
                if inner in by_event and outer in by_event and inner not in found:
                    found[inner] = by_event[outer]
                    self._used.add(line.id)
        return found

    @cached_property
    def _quoted(self) -> list[Quoted]:
        return quoted(self.text or "")

    def _settle(self, quote: _Quote) -> None:
        """Give a quote its type, and tell which of its spans are verbatim."""
        value = quote.item.value
        if value is None or quote.item.refused:
            return
        found: list[Value] = value["content"]
        if any(quote.marked):
            verbatim = quote.marked
        elif quote.declared not in (None, "mixed"):
            verbatim = [quote.declared == "direct"] * len(found)
        else:
            found, verbatim = self._by_marks(quote, found)
        kinds = set(verbatim)
        kind = quote.declared or ("mixed" if len(kinds) > 1 else _KINDS[verbatim[0]])
        value["type"] = kind
        value["content"] = [
            {**span, "verbatim": flag} for span, flag in zip(found, verbatim, strict=True)
        ]
        needed = {"direct": {True}, "mixed": {True, False}}.get(kind, {False})
        if kinds != needed:
            told = {
                frozenset({True}): "verbatim spans only",
                frozenset({False}): "no verbatim span",
            }
            both = "spans of both kinds"
            facts = {
                "type": kind,
                "found": told.get(frozenset(kinds), both),
                "expected": told.get(frozenset(needed), both),
            }
            where = quote.item.where
            quote.item.remarks.append(Remark(spans.VerbatimContradictsType, where, facts))

    def _by_marks(self, quote: _Quote, found: list[Value]) -> tuple[list[Value], list[bool]]:
        """The spans of a quote, split at quotation marks where only a part stands inside them."""
        text = self.text or ""
        regions = self._quoted
        if quote.parent is not None:
            holder = _holder(quote.parent.extents, quote.extents[0])
            outer = around(text, holder, regions)
            regions = [region for region in regions if region not in outer]
        cut = [pieces(text, extent, regions) for extent in quote.extents]
        if len({piece.verbatim for one in cut for piece in one}) < 2:
            verbatim = any(piece.verbatim for one in cut for piece in one)
            return found, [verbatim] * len(found)
        split: list[tuple[Value, bool]] = []
        for span, part in zip(found, cut, strict=True):
            split += _split(text, span, part)
        return [span for span, _ in split], [verbatim for _, verbatim in split]

    def _set_within(self, quote: _Quote) -> None:
        """Name the outer quote, if it still holds the words now that spans are split."""
        parent, value = quote.parent, quote.item.value
        if parent is None or parent.item.refused or value is None or quote.item.refused:
            return
        if _within(quote.hull, parent.hull):
            value["within"] = (parent.item.value or {}).get("id")
        else:
            facts = {
                "what": f"that {quote.event.id} stands within {parent.event.id}",
                "why": "without its quotation marks that one does not hold all of it",
            }
            where = quote.item.where
            quote.item.remarks.append(Remark(importing.NotCarriedOver, where, facts))

    # What is left

    def _take_rest(self, events: set[str]) -> None:
        """Tell what became part of no record, and which lines point nowhere."""
        covered = {target for wrong in self.standoff.wrong for target in wrong.targets}
        for line in self.standoff.lines:
            if line.kind == "E" and line.id not in events:
                covered |= {one.target for one in line.references}
        for line in self.standoff.lines:
            if line.id in events or line.id in self._used:
                continue
            self._take_orphan(line, is_covered=line.id in covered)
        for id_, where in self.standoff.unknown:
            facts = {"what": id_, "why": "brat has no annotations of this kind"}
            self.remarks.append(Remark(importing.NotCarriedOver, where, facts))

    def _take_orphan(self, line: Line, *, is_covered: bool) -> None:
        """Tell of a line that no attribution needs; if it is wrong, it is an item by itself."""
        where = self.standoff.where(line)
        wrong = {one.id for one in self.standoff.wrong}
        problems = [
            self._unknown(line, one)
            for one in line.references
            if self.standoff.get(one.target) is None and one.target not in wrong
        ]
        if line.kind == "T":
            problems += [one for one in self._located(line)[1] if one.is_error]
        if problems:
            self.items.append(Item(where, "quote", remarks=problems))
            return
        about = line.references[0].target if line.kind in "AMN#" else None
        if about is not None and not (about.startswith("R") and self.standoff.get(about)):
            return
        if not is_covered:
            facts = {"what": f"{line.id} ({line.type})", "why": _WHY[line.kind]}
            self.remarks.append(Remark(importing.NotCarriedOver, where, facts, line.id))


_KINDS = {True: "direct", False: "indirect"}
_WHY = {
    "T": "it is part of no attribution",
    "E": "it is no attribution",
    "R": "relations but for nesting have no field",
    "*": "equivalences have no field",
    **dict.fromkeys("AMN#", "it is about a relation"),
}


class _Attributes:
    """The attributes of an event, read by what they stand for."""

    def __init__(self, page: _Page, event: Line, remarks: list[Remark]) -> None:
        self._page = page
        self._event = event
        self._remarks = remarks
        self._lines = page.standoff.about(event.id, "AM")
        self._taken: set[str] = set()
        self.written: dict[str, str] = {}

    def label(self, names: str, field_: str) -> str | None:
        """The value of a field that an attribute gives."""
        line = next((one for one in self._lines if one.type in _names(names) and one.text), None)
        if line is None:
            return None
        value = (line.text or "").strip()
        known = {_plain(choice): choice for choice in _CHOICES[field_]}
        if (choice := known.get(_plain(value))) is not None:
            self._taken.add(line.id)
            self.written[field_] = value
            return choice
        if field_ == "attribution":
            return None
        facts: dict[str, Any] = {"field": f"{line.type} of {self._event.id}", "found": value}
        check: type[Check] = importing.NoValue
        if is_sentinel(value):
            self._taken.add(line.id)
        else:
            check = importing.UnknownLabel
            facts["expected"] = "one of " + ", ".join(_CHOICES[field_])
        self._remarks.append(Remark(check, self._page.standoff.where(line), facts, line.id))
        return None

    def attribution(self, *, has_speaker: bool) -> str:
        """Whether the article says who speaks, by the attributes and whether a speaker is there."""
        said = self.label(self._page.format.attribution_attribute, "attribution")
        if said is None and self._says_none():
            said = "unattributed"
        if has_speaker:
            found = "anonymous" if said == "anonymous" else "attributed"
        else:
            found = {"attributed": "unknown", None: "unattributed"}.get(said, said) or ""
        if said not in (None, found):
            spans_ = "a source is marked" if has_speaker else "no source is marked"
            facts = {"id": self._event.id, "found": said, "spans": spans_}
            where = self._page.standoff.where(self._event)
            self._remarks.append(Remark(importing.SourceDisagrees, where, facts, self._event.id))
        return found

    def _says_none(self) -> bool:
        """Whether the event's type or an attribute says that there is no source."""
        if self._page.format.has_no_source(self._event.type):
            return True
        for line in self._lines:
            if self._page.format.has_no_source(line.type) and _is_true(line.text):
                self._taken.add(line.id)
                return True
        for told in _names(self._page.format.no_source):
            name, _, value = map(_plain, told.partition("="))
            for line in self._lines:
                its_name, its_value = _plain(line.type), _plain(line.text or "")
                if value:
                    says = (its_name, its_value) == (name, value)
                else:
                    says = its_value == name or (its_name == name and _is_true(line.text))
                if says:
                    self._taken.add(line.id)
                    return True
        return False

    @property
    def rest(self) -> list[tuple[str, str]]:
        """The attributes that stand for nothing here, and their values."""
        return [
            (line.type, (line.text or "").strip() or "true")
            for line in self._lines
            if line.id not in self._taken
        ]


def _is_true(value: str | None) -> bool:
    """Whether an attribute with such a value, or none, says so."""
    return _plain(value or "") not in ("false", "no", "0")


class _Fields:
    """What is kept of an attribution that has no field in a record."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []

    def add(self, name: str, value: str) -> None:
        """Keep a value, unless it says nothing."""
        if value.strip():
            self.found.append({"name": name, "value": value})


def _annotation(
    known: Any, origin: Value, label: str | None, fields: _Fields, annotators: list[str]
) -> Any:
    """Who made a quote and how: as an export says, with what was added to it since; else brat."""
    if known is None:
        told = {**origin, "label": label, "fields": fields.found}
        return {"annotators": annotators, "method": "manual", "origin": told}
    if not fields.found or not isinstance(known, dict):
        return known
    told = known.get("origin") or origin
    if not isinstance(told, dict) or not isinstance(told.get("fields") or [], list):
        return known
    return {**known, "origin": {**told, "fields": [*(told.get("fields") or []), *fields.found]}}


def _alike(found: str, words: str) -> bool:
    """Whether words are those of the text: a line end may have become a space."""
    plain, given = _SPACE.sub(" ", found), _SPACE.sub(" ", words)
    return plain in (given, given.rstrip())


def _parts(words: str, extents: Sequence[Extent]) -> list[str | None]:
    """The words of each fragment, cut out of what is given for all together."""
    lengths = [end - start for start, end in extents]
    if len(extents) == 1:
        return [words]
    if sum(lengths) + len(lengths) - 1 != len(words):
        return [None] * len(extents)
    parts: list[str | None] = []
    at = 0
    for length in lengths:
        parts.append(words[at : at + length])
        at += length + 1
    return parts


def _extents(found: Iterable[Value]) -> list[Extent]:
    return [(span["start"], span["end"]) for span in found]


def _written(found: Iterable[Value]) -> str:
    """Places as they are kept in a field."""
    return ";".join(f"{start}-{end}" for start, end in _extents(found))


def _within(inner: Extent, outer: Extent) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _is_in_circle(quote: _Quote) -> bool:
    outer = quote.parent
    while outer is not None and outer is not quote:
        outer = outer.parent
    return outer is quote


def _holder(outer: Sequence[Extent], inner: Extent) -> Extent:
    """The span of a quote that holds another one, or all of it."""
    whole = (outer[0][0], outer[-1][1])
    return next((extent for extent in outer if _within(inner, extent)), whole)


def _split(text: str, span: Value, cut: Sequence[Piece]) -> Iterator[tuple[Value, bool]]:
    """A span whose words stand inside and outside of quotation marks as several spans."""
    kinds = {piece.verbatim for piece in cut}
    if len(kinds) < 2:
        yield span, kinds == {True}
        return
    for piece in cut:
        yield span_at(text, piece.start, piece.end), piece.verbatim


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _body(record: Value) -> Value:
    """A flat record without what a document says elsewhere."""
    outside = ("record_type", "schema_version", "article_id")
    return {name: value for name, value in record.items() if name not in outside}


def _localise(value: Value, article: Value) -> None:
    """Give identifiers the form that they have in a document of the article."""
    for name in ("id", "within"):
        if isinstance(value.get(name), str):
            value[name] = value[name].removeprefix(f"{article['id']}.")


def _version(source: JsonText, record: Value) -> list[Remark]:
    """What is wrong with the version of the schema that a record names."""
    found = record.get("schema_version")
    if found == CURRENT.number:
        return []
    facts = {"found": str(found), "supported": CURRENT.number}
    return [Remark(reading.UnsupportedVersion, lambda: source.locate(("schema_version",)), facts)]


def _beside_item(source: JsonText) -> Item:
    """A record that an export put beside the annotations, since it has no place in the text."""
    where: Where = lambda: source.locate(())  # noqa: E731  # a place, as elsewhere
    record, remarks = source.value, source.remarks
    if not isinstance(record, dict) or record.get("record_type") not in ("quote", "claim"):
        if source.readable:
            remarks = [*remarks, source.no_object(record, (), "an article, a quote or a claim")]
        return Item(where, "quote", remarks=remarks)
    value = {**_body(record), "id": record.get("id")}
    kind: Literal["quote", "claim"] = "quote" if record["record_type"] == "quote" else "claim"
    return Item(where, kind, value, [*remarks, *_version(source, record)], exported=True)
