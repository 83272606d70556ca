"""Generate valid records and whole consistent corpora, as Hypothesis strategies.

For this project's tests, and for those of anyone who reads or writes its records::

    from hypothesis import given

    from onrecord.testing import documents

    @given(documents())
    def test_my_reader_finds_every_quote(document): ...

In what they yield, every rule of the project holds. The texts mix scripts, directions, combining
marks and emoji, so that code which counts bytes, UTF-16 units or user-perceived characters where
it should count code points, or which takes a text apart or folds it, is soon found out.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from hashlib import sha256
from itertools import combinations
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from onrecord.language.names import name_defect
from onrecord.schema import v0
from onrecord.schema.shape import Scalar, members
from onrecord.schema.v0.document import flatten

try:
    from hypothesis import strategies as st
except ImportError as missing:
    raise ImportError("onrecord.testing needs Hypothesis: pip install hypothesis") from missing

Form = Literal["hydrated", "dehydrated"]


def articles(form: Form = "hydrated") -> st.SearchStrategy[v0.Article]:
    """Articles as flat records (``form`` as in `corpora`)."""
    return documents(form).map(
        lambda document: v0.Article.model_validate(*flatten(document)["article"])
    )


def quotes(form: Form = "hydrated") -> st.SearchStrategy[v0.Quote]:
    """Quotes as flat records (``form`` as in `corpora`), each without what it is nested in."""
    return (
        _documents(needs="quote")
        .map(lambda document: flatten(_in_form(document, form))["quote"])
        .flatmap(st.sampled_from)
        .map(v0.Quote.model_validate)
    )


def claims(form: Form = "hydrated") -> st.SearchStrategy[v0.Claim]:
    """Claims as flat records (``form`` as in `corpora`), each without what it names."""
    return (
        _documents(needs="claim")
        .flatmap(lambda document: _related([document]))
        .map(lambda corpus: flatten(_in_form(corpus[0], form))["claim"])
        .flatmap(st.sampled_from)
        .map(v0.Claim.model_validate)
    )


def documents(form: Form = "hydrated") -> st.SearchStrategy[v0.Document]:
    """Articles with their quotes and claims: corpora of one document (``form`` as in `corpora`)."""
    return corpora(form, max_size=1).map(lambda corpus: corpus[0])


def corpora(
    form: Form = "hydrated", *, min_size: int = 1, max_size: int = 3
) -> st.SearchStrategy[tuple[v0.Document, ...]]:
    """Whole corpora, in which every rule holds inside each document and across them.

    Among them are quotes of all types, discontinuous and nested ones too; claims of sources and of
    articles, with assessments; relations to claims of the same document and of others; dates of
    every precision; and all modes of rights.

    Args:
        form: ``hydrated`` has all words, and every article's text, as where it is annotated; so
            the rules about rights do not hold yet. ``dehydrated`` has what the rights of each
            article let pass on, and digests in place of all other words.
        min_size: The least number of documents.
        max_size: The largest number of documents.
    """
    separate = st.lists(
        _documents(),
        min_size=min_size,
        max_size=max_size,
        unique_by=(lambda document: document.article.id, lambda document: document.article.text),
    )
    return (
        separate.filter(_differ)
        .flatmap(_related)
        .map(lambda corpus: tuple(_in_form(document, form) for document in corpus))
    )


def corpus_infos() -> st.SearchStrategy[v0.CorpusInfo]:
    """What corpora say of themselves in ``corpus.yaml``."""
    return st.builds(
        v0.CorpusInfo,
        title=_lines,
        version=st.builds("{}.{}.{}".format, *[st.integers(0, 99)] * 3),
        description=_paragraphs,
        license=st.sampled_from(_OPEN_LICENSES),
        citation=_paragraphs,
    )


# Words: of several scripts, with marks that have no composed form, and beyond the basic plane.

_VOCABULARY = (
    *("bread", "peace", "2024", "Österreich", "ọ̀rọ̀", "мир", "Україна", "السلام", "سَلَام", "שלום"),
    *("שָׁלוֹם", "和平", "平和です", "평화", "शांति", "สันติภาพ", "𠮷野", "𐐔𐐯𐑅"),
)
_SYMBOLS = ("🕊️", "👩‍👩‍👧", "🇺🇦", "👍🏽", "می\N{ZERO WIDTH NON-JOINER}رود", "½", "3.5%")


def _sentences(vocabulary: Sequence[str], shortest: int, longest: int) -> st.SearchStrategy[str]:
    """So many words, drawn as a string in which each letter stands for a word.

    That makes a sentence one choice for Hypothesis, quick to draw and to shrink. The letters up to
    U+024F stand for words of the vocabulary, any others for themselves. No word begins with a
    character that joins up with the one before.
    """

    def word(letter: str) -> str:
        number = ord(letter) - ord("A")
        return vocabulary[number % len(vocabulary)] if letter < "\u0250" else letter

    letters = st.characters(categories=("Lu", "Ll"))
    return st.text(letters, min_size=shortest, max_size=longest).map(
        lambda string: " ".join(map(word, string))
    )


def _composed(line: str) -> str:
    return unicodedata.normalize("NFC", line)


_phrases = _sentences(_VOCABULARY + _SYMBOLS, 1, 6).map(_composed)
_maybe_phrase = _sentences(_VOCABULARY + _SYMBOLS, 0, 6).map(
    lambda phrase: _composed(phrase) or None
)
_lines = _sentences(_VOCABULARY, 1, 3).map(_composed)
_maybe_line = _sentences(_VOCABULARY, 0, 3).map(lambda line: _composed(line) or None)
_some_lines = st.lists(_lines, max_size=2, unique=True).map(tuple)
_paragraphs = st.builds("{}{}{}".format, _lines, st.sampled_from([" ", "\n", "\n\n"]), _lines)

# Any assigned characters, composed, but for controls, those that turn the direction of writing,
# byte order marks, zero-width spaces and signs of a damaged text: the replacement character, question
# marks, the letters that begin a UTF-8 sequence read as Latin-1, and those that begin markup.
_any_text = st.text(
    st.characters(
        exclude_categories=("Cc", "Cn", "Cs"),
        exclude_characters="".join(
            map(chr, (*range(0xC2, 0xF5), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
        )
        + "\u200b\ufeff\ufffd?<&",
        include_characters="\n",
    ),
    min_size=1,
    max_size=40,
).map(_composed)

_SLUG_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_slugs = st.text(_SLUG_LETTERS + "-_", min_size=1, max_size=12).map(
    lambda letters: letters.strip("-_") or "a"
)
_suffixes = st.text(_SLUG_LETTERS, max_size=6).map(lambda letters: letters and f"-{letters}")
_domains = st.sampled_from(["example.org", "news.example.net", "example.co.uk"])
_urls = st.builds(
    "https://{}/{}{}".format,
    _domains,
    _slugs,
    st.sampled_from(["", "?page=2&q=%D0%BC%D0%B8%D1%80", "#comments"]),
)
_some_urls = st.lists(_urls, max_size=2, unique=True)

_LANGUAGES = ("en", "uk", "ru", "ar", "he", "zh-Hans", "ja", "ko", "pt-BR", "hi", "sr-Latn-RS")
_languages = st.sampled_from(_LANGUAGES)


@cache
def _choices(model: type[BaseModel], name: str, *but: str) -> st.SearchStrategy[Any]:
    """The values that a field of a model may have, but for some."""
    choices: dict[str, tuple[str | None, ...]] = {
        member.name: (None, *member.shape.choices) if member.nullable else member.shape.choices
        for member in members(model)
        if isinstance(member.shape, Scalar)
    }
    return st.sampled_from([choice for choice in choices[name] if choice not in but])


# Dates: all of a document lie on one line of time, minutes to years apart, so that whatever
# precision they are written with, they can be in their order.


class _Times(NamedTuple):
    said: datetime
    published: datetime
    corrected: datetime
    assessed: datetime
    retrieved: datetime
    annotated: datetime


_YEAR = 365 * 24 * 60
_times = st.builds(
    lambda start, step: _Times(
        *(
            datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=start + number * step)
            for number in range(len(_Times._fields))
        )
    ),
    st.integers(-150 * _YEAR, 10 * _YEAR),
    st.integers(0, 2000) | st.integers(0, 2 * _YEAR),
)
_precisions = st.sampled_from(
    [None, "%Y", "%Y-%m", "%Y-%m-%d", "minutes", "seconds", "milliseconds"]
)
_zones = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def _date(draw: st.DrawFn, moment: datetime) -> str | None:
    """A moment as a year, month or day, or as an instant in a zone where it is the same day."""
    precision = draw(_precisions)
    if precision is None:
        return None
    if "%" in precision:
        return moment.strftime(precision)
    local = moment.astimezone(draw(_zones))
    chosen = local if local.date() == moment.date() else moment
    return chosen.isoformat(timespec=precision).replace("+00:00", "Z")


def _period(draw: st.DrawFn, times: _Times) -> str | None:
    length = draw(st.sampled_from([4, 7, 10, 25]))
    start, end = (moment.isoformat()[:length] for moment in (times.said, times.published))
    return draw(st.sampled_from([None, start, f"{start}/{end}", f"../{end}", f"{start}/.."]))


# Who there is, what is known of them, and who made a record


def _qid(name: str) -> str:
    """An item for each name, the same in all documents."""
    return f"Q{zlib.crc32(name.encode()) + 1}"


_identified = st.builds(
    lambda name, certain: {"name": name, "wikidata": _qid(name) if certain else None},
    _lines,
    st.booleans(),
)
_entities = st.lists(
    _identified.map(lambda known: v0.Entity(**known)),
    max_size=2,
    unique_by=lambda entity: entity.name,
).map(tuple)


class _Setting(NamedTuple):
    """What the records of a document share: its sources, its language and its times."""

    sources: list[dict[str, Any]]
    language: str
    times: _Times


_settings = st.builds(
    _Setting,
    st.lists(
        st.builds(
            lambda known, kind: known | {"kind": kind},
            # A number is nobody's name.
            _identified.filter(lambda known: name_defect(known["name"]) is None),
            _choices(v0.Source, "kind", "unnamed"),
        ),
        min_size=1,
        max_size=2,
        unique_by=lambda source: source["name"],
    ),
    _languages,
    _times,
)


class _Party(NamedTuple):
    """What is known of a source, and the words in the text that mention it, if any do."""

    known: dict[str, Any]
    mention: str | None


def _party(draw: st.DrawFn, sources: Sequence[dict[str, Any]]) -> _Party:
    source = draw(st.sampled_from(sources))
    mention = draw(_maybe_phrase)
    if mention is None:
        references = [None, "implicit"]
    elif "name" in source and draw(st.booleans()):
        mention = source["name"]
        references = [None, "named"]
    else:
        references = [None, "nominal", "pronominal"]
    known = {"reference": draw(st.sampled_from(references)), "role": draw(_maybe_line)}
    return _Party(source | known, mention)


def _annotation(draw: st.DrawFn, times: _Times) -> v0.Annotation:
    method = draw(_choices(v0.Annotation, "method"))
    maker, *checkers = draw(st.lists(_lines, min_size=1, max_size=3, unique=True))
    return v0.Annotation(
        method=method,
        annotators=() if method == "automatic" else (maker,),
        tool=None if method == "manual" else draw(_lines),
        confidence=draw(st.none() | st.floats(0, 1)),
        reviewed_by=tuple(checkers),
        on=_date(draw, times.annotated),
        origin=draw(_maybe_origin),
    )


_origin_fields = st.lists(
    st.builds(v0.OriginField, name=_lines, value=_paragraphs),
    max_size=2,
    unique_by=lambda field: field.name,
).map(tuple)
_maybe_origin = st.none() | st.builds(
    v0.Origin, dataset=_lines, id=_lines, label=_maybe_line, fields=_origin_fields
)


def _appearances(draw: st.DrawFn, times: _Times) -> tuple[v0.Appearance, ...]:
    return tuple(
        v0.Appearance(
            url=url,
            archived_url=draw(st.none() | _urls),
            published=_date(draw, times.said),
            first=None if number else draw(st.none() | st.booleans()),
        )
        for number, url in enumerate(draw(_some_urls))
    )


# What a text is written from: any characters, statements of the article's own, and quotations


@dataclass(frozen=True, slots=True)
class _Statement:
    """What the article itself says, in one or more pieces."""

    pieces: list[str]


@dataclass(frozen=True, slots=True)
class _Quotation:
    """A quote before it is written: its words in order, and all that does not stand in the text.

    The attribution (mentions and cues) is written before the span of that number, or at the end.
    The nested quotation, if there is one, stands in the last span, before its last words.
    """

    facts: dict[str, Any]
    id_suffix: str
    content: list[tuple[str, bool]]
    marks: str
    parties: dict[str, _Party]
    cues: list[str]
    attribution_at: int
    nested: _Quotation | None
    last_words: str


# For each type of quote, which of its spans are verbatim.
_VERBATIM: dict[str, list[tuple[bool, ...]]] = {
    "direct": [(True,), (True, True), (True, True, True)],
    "indirect": [(False,), (False, False)],
    "mixed": [(False, True), (True, False), (False, True, False), (True, False, True)],
    "reported": [(False,)],
    "free_indirect": [(False,), (False, False)],
}
_MARKS = ["“”‘’", "«»„“", "「」『』", "\"\"''", "„“‚‘"]


@st.composite
def _quotations(
    draw: st.DrawFn,
    setting: _Setting,
    types: Sequence[str] = tuple(_VERBATIM),
    depth: int = 0,
    outer: _Party | None = None,
) -> _Quotation:
    type_ = draw(st.sampled_from(types))
    verbatim = draw(st.sampled_from(_VERBATIM[type_]))
    nestable = ["direct"] if verbatim[-1] else ["direct", "indirect", "mixed", "reported"]
    nests = depth < 2 and draw(st.booleans())
    attribution = draw(_choices(v0.Quote, "attribution"))
    parties = {}
    if attribution == "attributed":
        parties["speaker"] = _party(draw, setting.sources)
    elif attribution == "anonymous" and draw(st.booleans()):
        parties["speaker"] = _party(draw, [_UNNAMED])
    for role in draw(st.sampled_from([(), ("addressee",), ("relayed_by",)])):
        parties[role] = _party(draw, [*setting.sources, _UNNAMED])
    # Who quotes themselves says so.
    speaker = parties.get("speaker")
    quotes_itself = outer and speaker and outer.known.get("name") == speaker.known.get("name")
    cues = st.lists(_phrases, min_size=int(bool(quotes_itself)), max_size=2)
    others = [language for language in _LANGUAGES if language != setting.language]
    return _Quotation(
        facts={
            "type": type_,
            "attribution": attribution,
            "medium": draw(_choices(v0.Quote, "medium")),
            "venue": draw(_maybe_line),
            "said": _date(draw, setting.times.said),
            "appearances": _appearances(draw, setting.times),
            "language": draw(st.sampled_from([None, *others[::2]])),
            "translated_from": draw(st.sampled_from([None, *others[1::2]])),
            "status": draw(_choices(v0.Quote, "status", *(["withdrawn"] if nests else []))),
            "annotation": _annotation(draw, setting.times) if draw(st.booleans()) else None,
        },
        id_suffix=draw(_suffixes),
        content=[(draw(_phrases), flag) for flag in verbatim],
        marks=draw(st.sampled_from(_MARKS))[2 * (depth % 2) :][:2],
        parties=parties,
        cues=[] if type_ == "free_indirect" else draw(cues),
        attribution_at=draw(st.integers(0, len(verbatim))),
        nested=draw(_quotations(setting, nestable, depth + 1, speaker)) if nests else None,
        last_words=draw(_phrases) if nests else "",
    )


_UNNAMED = {"kind": "unnamed"}
_statements = st.lists(_phrases, min_size=1, max_size=3).map(_Statement)


# The text, and where everything stands in it


class _Extent(NamedTuple):
    start: int
    end: int


@dataclass(slots=True)
class _Placed:
    """A quotation that is written."""

    quotation: _Quotation
    id: str
    within: str | None
    content: list[tuple[_Extent, bool]] = field(default_factory=list)
    cues: list[_Extent] = field(default_factory=list)
    mentions: dict[str, _Extent] = field(default_factory=dict)


class _Writer:
    """Writes passages into one text, a line each, and keeps where everything stands.

    A span begins after a space or an opening mark and ends before a space, a comma or a closing
    mark, so that none cuts a word or what readers take for one character.
    """

    def __init__(self, passages: Sequence[str | _Statement | _Quotation]) -> None:
        self.text = ""
        self.statements: list[list[_Extent]] = []
        self.quotes: list[_Placed] = []
        for number, passage in enumerate(passages):
            if number:
                self.text += "\n"
            if isinstance(passage, _Statement):
                self.statements.append([self._write(piece, gap=", ") for piece in passage.pieces])
            elif isinstance(passage, _Quotation):
                self._write_quotation(passage, within=None)
            else:
                self.text += passage

    def span(self, extent: _Extent) -> v0.Span:
        return v0.Span(**self._located(extent))

    def content_span(self, extent: _Extent, verbatim: bool) -> v0.ContentSpan:
        return v0.ContentSpan(**self._located(extent), verbatim=verbatim)

    def _located(self, extent: _Extent) -> dict[str, Any]:
        start, end = extent
        return {
            "exact": self.text[start:end],
            "start": start,
            "end": end,
            "prefix": self.text[max(0, start - 32) : start],
            "suffix": self.text[end : end + 32],
        }

    def _write(self, words: str, gap: str = " ", opening: str = "") -> _Extent:
        begins_line = not self.text or self.text.endswith("\n")
        self.text += opening if begins_line else gap + opening
        start = len(self.text)
        self.text += words
        return _Extent(start, len(self.text))

    def _write_quotation(self, quotation: _Quotation, within: str | None) -> None:
        placed = _Placed(quotation, f"q{len(self.quotes) + 1}{quotation.id_suffix}", within)
        self.quotes.append(placed)
        for number, (words, verbatim) in enumerate(quotation.content):
            if number == quotation.attribution_at:
                self._write_attribution(placed)
            marks = quotation.marks if verbatim else ""
            start, end = self._write(words, gap=", ", opening=marks[:1])
            if quotation.nested and number + 1 == len(quotation.content):
                self._write_quotation(quotation.nested, within=placed.id)
                end = self._write(quotation.last_words).end
            self.text += marks[1:]
            placed.content.append((_Extent(start, end), verbatim))
        if quotation.attribution_at == len(quotation.content):
            self._write_attribution(placed)

    def _write_attribution(self, placed: _Placed) -> None:
        for role, party in placed.quotation.parties.items():
            if party.mention is not None:
                placed.mentions[role] = self._write(party.mention)
        placed.cues = [self._write(cue) for cue in placed.quotation.cues]


# The records


@st.composite
def _documents(draw: st.DrawFn, needs: Literal["quote", "claim"] | None = None) -> v0.Document:
    """Documents whose claims have no relations yet, with at least one record that is needed."""
    setting = draw(_settings)
    quotations = [_quotations(setting), _quotations(setting)]
    passages = draw(
        st.lists(st.one_of(_any_text, _statements, *quotations), min_size=1, max_size=3)
    )
    if needs == "quote":
        passages.append(draw(quotations[0]))
    elif needs == "claim":
        passages.append(draw(_statements))
    writer = _Writer(passages)
    quotes = tuple(_quote(placed, writer) for placed in writer.quotes)
    grounds = list(_grounds(writer, quotes))
    lines = st.lists(_lines, min_size=int(needs == "claim"), max_size=2)
    annotation = _annotation(draw, setting.times)
    article = _article(draw, setting, writer.text)
    return v0.Document(
        schema_version="0.9",
        annotation=annotation,
        article=article,
        quotes=quotes,
        claims=tuple(
            # No other claim and no quote has the same words.
            _claim(draw, setting, f"c{number}", f"{article.id}.c{number}: {line}", grounds)
            for number, line in enumerate(draw(lines) if grounds else [], start=1)
        ),
    )


def _article(draw: st.DrawFn, setting: _Setting, text: str) -> v0.DocumentArticle:
    times = setting.times
    id_, domain = draw(_slugs), draw(_domains)
    url = f"https://{domain}/{id_}"
    corrections = [
        v0.Correction(date=_date(draw, times.corrected), note=note)
        for note in draw(st.lists(_paragraphs, max_size=2, unique=True))
    ]
    return v0.DocumentArticle(
        id=id_,
        title=draw(_maybe_line),
        url=draw(st.sampled_from([None, url])),
        archived_url=draw(st.sampled_from([None, f"https://web.archive.org/web/2024/{url}"])),
        publisher=v0.Publisher(**draw(_identified), domain=domain) if draw(st.booleans()) else None,
        authors=draw(_some_lines),
        published=_date(draw, times.published),
        retrieved=_date(draw, times.retrieved),
        language=setting.language,
        text=text,
        text_sha256=_digest(text),
        text_length=len(text),
        rights=draw(_rights),
        subjects=draw(_entities),
        corrections=tuple(sorted(corrections, key=lambda correction: correction.date or "")),
    )


_OPEN_LICENSES = ("CC-BY-4.0", "CC0-1.0", "CC-BY-SA-4.0")
_LICENSES = {
    "full": _OPEN_LICENSES,
    "quotes": (*_OPEN_LICENSES, "NOASSERTION", "LicenseRef-Publisher"),
    "none": (*_OPEN_LICENSES, "NOASSERTION", "LicenseRef-Publisher"),
}
_rights = _choices(v0.Rights, "redistribute").flatmap(
    lambda redistribute: st.builds(
        v0.Rights,
        license=st.sampled_from(_LICENSES[redistribute]),
        redistribute=st.just(redistribute),
        holder=_maybe_line,
        notice=_maybe_line,
    )
)


def _quote(placed: _Placed, writer: _Writer) -> v0.DocumentQuote:
    fields = placed.quotation.facts | {
        role: v0.Source(
            **party.known,
            mention=writer.span(placed.mentions[role]) if role in placed.mentions else None,
        )
        for role, party in placed.quotation.parties.items()
    }
    return v0.DocumentQuote(
        id=placed.id,
        within=placed.within,
        content=tuple(writer.content_span(*located) for located in placed.content),
        cue=tuple(map(writer.span, placed.cues)),
        **fields,
    )


def _grounds(writer: _Writer, quotes: Sequence[v0.DocumentQuote]) -> Iterator[dict[str, Any]]:
    """What a claim may rest on: a statement of the article, or quotes of one speaker."""
    for extents in writer.statements:
        yield {"voice": "article", "content": tuple(map(writer.span, extents))}
    said: dict[str, list[str]] = {}
    for quote in quotes:
        if quote.speaker and quote.status != "withdrawn":
            ids = said.setdefault(quote.speaker.name, []) if quote.speaker.name else []
            ids.append(quote.id)
            yield {"voice": "source", "claimant": quote.speaker, "quote_ids": tuple(ids)}


def _claim(
    draw: st.DrawFn, setting: _Setting, id_: str, text: str, grounds: Sequence[dict[str, Any]]
) -> v0.DocumentClaim:
    checkable = draw(st.none() | st.booleans())
    unlike = draw(st.sampled_from(_OPPOSITES))
    assessments = [
        v0.Assessment(
            reviewer=draw(_lines),
            url=draw(st.sampled_from([url, None])),
            published=_date(draw, setting.times.assessed),
            rating=draw(_choices(v0.Assessment, "rating", *unlike)),
            original_rating=draw(_lines),
            justification=draw(st.none() | _paragraphs),
            evidence=tuple(_evidence(draw, setting.times)),
        )
        for url in (draw(_some_urls) if checkable else [])
    ]
    return v0.DocumentClaim(
        id=id_ + draw(_suffixes),
        text=text,
        language=draw(_languages),
        said=_date(draw, setting.times.said),
        venue=draw(_maybe_line),
        appearances=_appearances(draw, setting.times),
        kind=draw(_choices(v0.Claim, "kind", *["opinion", "norm"] if checkable else [])),
        checkable=checkable,
        period=_period(draw, setting.times),
        about=draw(_entities),
        assessments=tuple(sorted(assessments, key=lambda verdict: verdict.published or "")),
        status=draw(_choices(v0.Claim, "status")),
        annotation=_annotation(draw, setting.times) if draw(st.booleans()) else None,
        **draw(st.sampled_from(grounds)),
    )


# The reviewers of a claim agree: none of them gives ratings of one of the two sides.
_OPPOSITES = [("true", "mostly_true"), ("false", "mostly_false")]


def _evidence(draw: st.DrawFn, times: _Times) -> Iterator[v0.Evidence]:
    for url in draw(_some_urls):
        yield v0.Evidence(
            url=url.replace("://", "://data."),
            archived_url=draw(st.none() | _urls),
            title=draw(_maybe_line),
            published=_date(draw, times.published),
            stance=draw(_choices(v0.Evidence, "stance")),
            question=draw(st.none() | _paragraphs),
            answer=draw(st.none() | _paragraphs),
        )


@st.composite
def _related(draw: st.DrawFn, corpus: Sequence[v0.Document]) -> tuple[v0.Document, ...]:
    """The documents with relations between their claims, which contradict each other nowhere.

    A claim names only claims that come before it in some order, and gives but one of them more
    than support: so no two claims are said to be the same and to contradict each other, not even
    by way of others. Nor are verdicts on claims that are the same opposed: those that are the same
    as another one have none themselves.
    """
    everywhere = [(document, claim) for document in corpus for claim in document.claims]
    standing: list[str] = []
    related: dict[str, v0.DocumentClaim] = {}
    for document, claim in draw(st.permutations(everywhere)):
        prefix = f"{document.article.id}."
        same = ["same_as"] if claim.assessments else []
        types = (draw(_choices(v0.Relation, "type", *same)), "supports")
        some = st.lists(st.sampled_from(standing), max_size=len(types), unique=True)
        others = draw(some) if standing else []
        relations = tuple(
            v0.Relation(type=type_, claim_id=other.removeprefix(prefix))
            for type_, other in zip(types, others, strict=False)
        )
        related[prefix + claim.id] = claim.model_copy(update={"relations": relations})
        if claim.status != "withdrawn":
            standing.append(prefix + claim.id)
    return tuple(
        document.model_copy(
            update={
                "claims": tuple(
                    related[f"{document.article.id}.{claim.id}"] for claim in document.claims
                )
            }
        )
        for document in corpus
    )


def _differ(corpus: Sequence[v0.Document]) -> bool:
    """Whether no two texts are nearly the same, as short ones hardly ever are."""
    texts = [(document.article.text or "").casefold().split() for document in corpus]
    lines = [" ".join(words) for words in texts]
    shingles = [{line[at : at + 8] for at in range(len(line) - 7)} for line in lines]
    return all(
        4 * len(one & other) < 3 * len(one | other) or len(one) < 64
        for one, other in combinations(shingles, 2)
    )


def _in_form(document: v0.Document, form: Form) -> v0.Document:
    return document if form == "hydrated" else _dehydrated(document)


def _dehydrated(document: v0.Document) -> v0.Document:
    """The document without the words that its rights withhold, with their digests instead."""
    mode = document.article.rights.redistribute
    if mode == "full":
        return document

    def withheld(node: Any, name: str = "") -> Any:
        if isinstance(node, list):
            return [withheld(item, name) for item in node]
        if not isinstance(node, dict):
            return node
        if "exact" not in node:
            return {key: withheld(value, key) for key, value in node.items()}
        words = node["exact"]
        brief = len(words.split()) <= 2 and len(words.encode()) <= 40
        free = node.get("verbatim") or (brief and name in ("cue", "mention"))
        told = {"exact": words} if mode == "quotes" and free else {"sha256": _digest(words)}
        return told | {key: node[key] for key in ("start", "end", "verbatim") if key in node}

    fields = withheld(document.model_dump(mode="json", exclude_none=True))
    del fields["article"]["text"]
    return v0.Document.model_validate(fields)


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
