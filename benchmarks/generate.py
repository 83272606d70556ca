"""Generate realistic records: ``python benchmarks/generate.py FOLDER --scale 0.1``.

A corpus of scale 1 has 125,000 articles of about 5 KB, a million quotes of about 600 bytes and
300,000 claims. All of it is fictional and valid: spans have the words at their offsets, digests are
those of the texts, references lead to records. Every article depends only on its number and the
seed, by integer operations, so that a seed gives the same bytes everywhere.

``--defective`` makes exactly one in a hundred records of each table defective, and writes the
number of each kind of defect to ``defects.tsv``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import Any

Record = dict[str, Any]

ARTICLES = 125_000
# Quotes and claims of five articles in a row: 8 and 2.4 an article.
QUOTES = (8, 3, 12, 6, 11)
CLAIMS = (2, 2, 3, 2, 3)
ABOUT = """\
title: Made-up news
version: "1.0.0"
description: Articles, quotes and claims that a program made up, to measure with.
license: CC0-1.0
citation: None; all of it is made up.
"""
# Articles that are made at a time; their quotes and claims come in hundreds, too.
CHUNK = 500
SEED = 1
TABLES = ("articles", "quotes", "claims")


@dataclass(frozen=True)
class Language:
    """The elements of fictional news in a language: script, quotation marks, sentence templates.

    Templates have slots: ``words`` and ``more`` are what is said, ``plain`` is paraphrased by the
    article, ``speaker`` and ``cue`` are what their names say.
    """

    code: str
    share: int  # in hundred articles
    syllables: tuple[str, str, str]  # beginnings, middles, ends; single characters each
    frequent: str
    between: str
    stop: str
    comma: str
    width: int  # bytes of a character, roughly
    direct: str
    parted: str
    nested: str
    indirect: str
    mixed: str
    reported: str
    alone: str
    free: str
    claim: str
    fact: str
    cues: str
    acts: str
    unnamed: str
    roles: str
    institute: str


LANGUAGES = (
    Language(
        "en", 40, ("bcdfghklmnprstvwz", "aeiou", "lnrstm"),
        "the of and to in a for on with at by from", " ", ".", ",", 1,
        "“{words},” {speaker} {cue}.", "“{words},” {speaker} {cue}, “{more}.”",
        "“{words} ‘{more}’ {plain},” {speaker} {cue}.", "{speaker} {cue} that {plain}.",
        "{speaker} {cue} that {plain} “{words}”.", "{speaker} {cue} {plain}.",
        "“{words}.”", "{plain}!", "{name} said in {year} that {plain}.", "In {year} {plain}.",
        "said, added, explained, warned, told reporters, insisted", "praised, rejected, defended",
        "an official, a witness, one resident", "mayor, minister, union leader, coach",
        "{} Institute",
    ),
    Language(
        "de", 18, ("bdfghklmnprstvwz", "aeiouäöü", "lnrstß"),
        "der die und in den von zu das mit sich auf für", " ", ".", ",", 1,
        "„{words}“, {cue} {speaker}.", "„{words}“, {cue} {speaker}, „{more}.“",
        "„{words} ‚{more}‘ {plain}“, {cue} {speaker}.", "{speaker} {cue}, dass {plain}.",
        "{speaker} {cue}, dass {plain} „{words}“.", "{speaker} {cue} {plain}.",
        "„{words}.“", "{plain}!", "{name} sagte {year}, dass {plain}.", "Im Jahr {year} {plain}.",
        "sagte, erklärte, betonte, warnte, ergänzte", "lobte, kritisierte, verteidigte",
        "ein Beamter, eine Zeugin, ein Anwohner", "Bürgermeisterin, Minister, Trainer",
        "Institut {}",
    ),
    Language(
        "ru", 14, ("бвгдзклмнпрстф", "аеиоуыя", "лнрстй"),
        "и в на с по для от из при за к до", " ", ".", ",", 2,
        "«{words}», — {cue} {speaker}.", "«{words}, — {cue} {speaker}. — {more}».",
        "«{words} „{more}“ {plain}», — {cue} {speaker}.", "{speaker} {cue}, что {plain}.",
        "{speaker} {cue}, что {plain} «{words}».", "{speaker} {cue} {plain}.",
        "«{words}».", "{plain}!", "{name} заявил в {year} году, что {plain}.",
        "В {year} году {plain}.",
        "заявил, сказал, добавил, пояснил, отметил", "похвалил, раскритиковал, поддержал",
        "один чиновник, свидетель, местный житель", "мэр, министр, тренер",
        "Институт {}",
    ),
    Language(
        "ar", 10, ("بتجدرزسشفقكلمن", "اوي", "بدرسلمن"),
        "في من على إلى عن مع بعد قبل", " ", ".", "،", 2,
        "{cue} {speaker}: «{words}».", "«{words}»، {cue} {speaker}: «{more}».",
        "{cue} {speaker}: «{words} “{more}” {plain}».", "{cue} {speaker} أن {plain}.",
        "{cue} {speaker} أن {plain} «{words}».", "{cue} {speaker} {plain}.",
        "«{words}».", "{plain}!", "{name} قال في عام {year} أن {plain}.", "في عام {year} {plain}.",
        "قال, أضاف, أوضح, أكد", "رفض, انتقد, أيد",
        "مسؤول محلي, شاهد عيان, أحد السكان", "الوزير, المدرب, رئيس البلدية",
        "معهد {}",
    ),
    Language(
        "zh", 10,
        (
            "城市河山海路桥港田林石火水木金土天风云雨雪花草",
            "新旧大小高低东西南北中上下前后左右内外长短",
            "车船工农商学校院店馆场园厂站台楼房门口村镇县",
        ),
        "的 在 和 与 将 于 由 从", "", "。", "，", 3,
        "{speaker}{cue}：“{words}。”", "“{words}，”{speaker}{cue}，“{more}。”",
        "{speaker}{cue}：“{words}‘{more}’{plain}。”", "{speaker}{cue}，{plain}。",
        "{speaker}{cue}，{plain}“{words}”。", "{speaker}{cue}{plain}。",
        "“{words}。”", "{plain}！", "{name}在{year}年表示{plain}。", "{year}年{plain}。",
        "表示, 指出, 强调, 补充说", "赞扬了, 批评了, 支持",
        "一名官员, 一位目击者, 有居民", "市长, 部长, 教练",
        "{}研究所",
    ),
    Language(
        "ja", 8,
        ("町市川山海道橋港田林石空風雲雨雪花", "のをがにへと", "あいうえおかきくけこさしすせたちてなには"),
        "は が を に で と も から", "", "。", "、", 3,
        "「{words}」と{speaker}は{cue}。", "「{words}」と{speaker}は{cue}、「{more}」と続けた。",
        "「{words}『{more}』{plain}」と{speaker}は{cue}。", "{speaker}は{plain}と{cue}。",
        "{speaker}は{plain}「{words}」と{cue}。", "{speaker}は{plain}を{cue}。",
        "「{words}」。", "{plain}！", "{name}は{year}年に{plain}と述べた。", "{year}年に{plain}。",
        "述べた, 語った, 説明した, 強調した", "称賛した, 批判した, 支持した",
        "ある職員, 目撃者, 住民の一人", "市長, 大臣, 監督",
        "{}研究所",
    ),
)  # fmt: skip

EMOJI = ("👍", "🎉", "🌍", "👩‍🔧", "👍🏽", "🇪🇺", "❤️")
MEDIA = ("speech", "interview", "press_conference", "statement", None, None)
KINDS = ("event", "quantity", "causal", "comparison", "opinion", "prediction", "norm", None)
# Verdicts that do not contradict one another, with what reviewers call them.
VERDICTS = (
    (("true", "True"), ("mostly_true", "Mostly true")),
    (("false", "False"), ("mostly_false", "Mostly false")),
    (("mixed", "Half true"), ("misleading", "Out of context")),
    (("unverifiable", "Unproven"), ("outdated", "Outdated")),
)
DAYS = [(date(2012, 1, 1) + timedelta(days)).isoformat() for days in range(4500)]
WORDS = 1 << 13
PEOPLE = 3000


class Draw:
    """Random numbers that are the same in every version and on every machine."""

    def __init__(self, *seeds: int) -> None:
        number = 0
        for seed in seeds:
            number = number << 40 | seed
        self.bits = Random(number).getrandbits

    def below(self, bound: int) -> int:
        """Return a number from 0 to below a bound that is small compared with 2**32."""
        return self.bits(32) * bound >> 32

    def one(self, choices: Sequence[Any]) -> Any:
        return choices[self.bits(32) * len(choices) >> 32]

    def many(self, choices: Sequence[str], times: int) -> list[str]:
        """Return random elements of a sequence of 65,536."""
        numbers = struct.unpack(f"<{times}H", self.bits(16 * times).to_bytes(2 * times, "little"))
        return [choices[number] for number in numbers]


class Lexicon:
    """The words, people and institutions of a language, and its templates as lists of pieces."""

    def __init__(self, language: Language, seed: int) -> None:
        draw = Draw(seed, LANGUAGES.index(language))
        self.language = language
        frequent = language.frequent.split()
        words = list(dict.fromkeys([*frequent, *(_word(draw, language) for _ in range(2 * WORDS))]))
        # The nth word is drawn about as often as 1 / (n + 20), which is Zipf's law.
        weights = [10**6 // (rank + 20) for rank in range(len(words[:WORDS]))]
        total, passed = sum(weights), 0
        self.words: list[str] = []
        for word, weight in zip(words, weights, strict=False):
            passed += weight
            self.words += [word] * ((passed << 16) // total - len(self.words))
        given = _unique(draw, language, 200, 1)
        family = _unique(draw, language, PEOPLE, 2)
        space = language.between
        self.people = [space.join((given[n % 200], one)) for n, one in enumerate(family)]
        self.bodies = [language.institute.format(one) for one in _unique(draw, language, 400, 2)]
        self.papers = _unique(draw, language, 150, 2)
        self.lists = {
            name: [one.strip() for one in getattr(language, name).split(",")]
            for name in ("cues", "acts", "unnamed", "roles")
        }
        self.templates = {
            name: _pieces(getattr(language, name))
            for name in (
                *("direct", "parted", "nested", "indirect", "mixed", "reported", "alone", "free"),
            )
        }


@cache
def lexicon(number: int, seed: int) -> Lexicon:
    return Lexicon(LANGUAGES[number], seed)


def _word(draw: Draw, language: Language) -> str:
    first, middle, last = language.syllables
    if not language.between:
        return "".join(draw.one(draw.one(language.syllables)) for _ in range(1 + draw.below(3)))
    syllables = (draw.one(first) + draw.one(middle) for _ in range(1 + draw.below(4)))
    return "".join(syllables) + (draw.one(last) if draw.below(2) else "")


def _unique(draw: Draw, language: Language, number: int, syllables: int) -> list[str]:
    """Return distinct names that are not among the words."""
    first, middle, last = language.syllables
    names: dict[str, None] = {}
    while len(names) < number:
        word = "".join(draw.one(first) + draw.one(middle) for _ in range(syllables))
        names[(word + draw.one(last)).capitalize()] = None
    return list(names)


def _pieces(template: str) -> list[tuple[str, str]]:
    """Split a template into pairs of text and the slot after it."""
    parts = [*re.split(r"\{(\w+)\}", template), ""]
    return list(zip(parts[::2], parts[1::2], strict=True))


class Writer:
    """Builds the text of an article, and records where everything is in it."""

    def __init__(self, draw: Draw, words: Lexicon) -> None:
        self.draw, self.lexicon, self.language = draw, words, words.language
        self.parts: list[str] = []
        self.at = 0

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.at += len(text)

    def phrase(self, least: int, most: int, *, capital: bool = False) -> str:
        draw, language = self.draw, self.language
        words = draw.many(self.lexicon.words, least + draw.below(most - least + 1))
        if len(words) > 8 and language.between:
            words[len(words) // 2] += language.comma
        if capital:
            words[0] = words[0][:1].upper() + words[0][1:]
        return language.between.join(words)

    def sentence(self) -> Record:
        """Write a sentence without a quote."""
        start = self.at
        self.add(self.phrase(8, 22, capital=True) + self.language.stop)
        return {"exact": self.parts[-1], "start": start, "end": self.at}

    def fill(self, template: str, fillers: Record) -> Record:
        """Write a template; return the spans of its slots."""
        spans = {}
        for text, slot in self.lexicon.templates[template]:
            self.add(text)
            if slot:
                start, words = self.at, fillers[slot]
                self.add(words)
                spans[slot] = {"exact": words, "start": start, "end": self.at}
        return spans


def article(number: int, seed: int) -> tuple[Record, list[Record], list[Record]]:
    """Return an article, its quotes and its claims."""
    draw = Draw(seed, 1 << 32, number)
    at = number * 37 % 100
    language = 0
    while at >= LANGUAGES[language].share:
        at -= LANGUAGES[language].share
        language += 1
    words = lexicon(language, seed)
    writer = Writer(draw, words)
    identifier = f"a{number:07}"
    day = 400 + draw.below(3600)
    annotation = _annotation(draw, day)
    quotes: list[Record] = []
    facts: list[Record] = []
    wanted = QUOTES[number % 5]
    length = (2500 + draw.below(5000)) // words.language.width
    sentences = 0
    while writer.at < length or len(quotes) < wanted or not facts:
        if len(quotes) < wanted and writer.at * wanted >= len(quotes) * length:
            _quote(writer, identifier, day, quotes, annotation, room=wanted - len(quotes))
        else:
            facts.append(writer.sentence())
        sentences += 1
        writer.add("\n\n" if sentences % 4 == 0 else words.language.between)
    text = "".join(writer.parts).rstrip()
    record = _article(draw, words, identifier, day, text)
    claims = _claims(draw, words, number, day, quotes, facts, annotation)
    spans = [span for one in (*quotes, *claims) for span in _spans(one)]
    if "text" not in record:
        _withhold(record["rights"]["redistribute"], spans)
    elif number % 8 == 3:
        for span in spans:
            span["prefix"] = text[max(0, span["start"] - 32) : span["start"]]
            span["suffix"] = text[span["end"] : span["end"] + 32]
    return record, quotes, claims


def _annotation(draw: Draw, day: int) -> Record:
    if draw.below(4):
        made = {"annotators": [f"coder-{draw.below(40):02}"], "method": "manual"}
        if not draw.below(5):
            made["reviewed_by"] = [f"reviewer-{draw.below(10)}"]
    else:
        tool = f"quote finder {1 + draw.below(3)}.{draw.below(10)}"
        made = {"method": "automatic", "tool": tool, "confidence": (50 + draw.below(51)) / 100}
    return {**made, "on": DAYS[day + 300][: (10, 10, 7)[draw.below(3)]]}


def _article(draw: Draw, words: Lexicon, identifier: str, day: int, text: str) -> Record:
    code = words.language.code
    paper = draw.below(len(words.papers))
    rights = {"license": "CC-BY-4.0", "redistribute": "full"}
    if not draw.below(12):
        rights = {"license": "NOASSERTION", "redistribute": draw.one(("quotes", "quotes", "none"))}
    writer = Writer(draw, words)
    record: Record = {
        "record_type": "article",
        "schema_version": "1.0",
        "id": identifier,
        "title": writer.phrase(4, 9, capital=True),
        "url": f"https://{code}{paper}.example.org/{DAYS[day].replace('-', '/')}/{identifier}",
        "publisher": {"name": words.papers[paper], "domain": f"{code}{paper}.example.org"},
        "authors": [draw.one(words.people) for _ in range(draw.below(3))],
        "published": _published(draw, day),
        "retrieved": f"{DAYS[day + 200]}T{draw.below(24):02}:30:00Z",
        "language": code,
    }
    if not draw.below(4):
        record["archived_url"] = f"https://archive.example.org/{identifier}"
    if rights["redistribute"] == "full":
        record["text"] = text
    record["text_sha256"] = sha256(text.encode()).hexdigest()
    record["text_length"] = len(text)
    record["rights"] = rights
    if draw.below(2):
        record["subjects"] = [_entity(draw, words)]
    if not draw.below(20):
        record["corrections"] = [{"date": DAYS[day + 3], "note": writer.phrase(5, 12)}]
    return record


def _published(draw: Draw, day: int) -> str:
    if draw.below(4) == 0:
        return f"{DAYS[day]}T{draw.below(24):02}:{draw.below(60):02}:00Z"
    return DAYS[day][: draw.one((10, 10, 10, 10, 10, 7, 4))]


def _entity(draw: Draw, words: Lexicon) -> Record:
    number = draw.below(len(words.bodies))
    entity = {"name": words.bodies[number]}
    if number % 2:
        entity["wikidata"] = f"Q{9_500_000_000 + LANGUAGES.index(words.language) * 10_000 + number}"
    return entity


def _source(draw: Draw, words: Lexicon, other_than: str | None = None) -> Record:
    """Return a source that has a name."""
    if not draw.below(8):
        return {**_entity(draw, words), "kind": "organization"}
    number = draw.below(PEOPLE)
    if words.people[number] == other_than:
        number = (number + 1) % PEOPLE
    source = {"name": words.people[number], "kind": "person"}
    if number % 3 == 0:
        source["wikidata"] = f"Q{9_000_000_000 + LANGUAGES.index(words.language) * 10_000 + number}"
    if draw.below(3) == 0:
        source["role"] = draw.one(words.lists["roles"])
    return source


# How often a quote is of which kind, in sixteenths.
SHAPES = (
    *("direct",) * 6,
    *("indirect",) * 3,
    *("parted", "nested", "nested", "mixed", "reported", "alone", "free"),
)
TYPES = {
    "parted": "direct",
    "nested": "direct",
    "alone": "direct",
    "free": "free_indirect",
}


def _quote(
    writer: Writer, article_id: str, day: int, quotes: list[Record], annotation: Record, room: int
) -> None:
    """Write one quote, or two of which one is nested in the other."""
    draw, words = writer.draw, writer.lexicon
    shape = draw.one(SHAPES)
    if shape == "nested" and room < 2:
        shape = "direct"
    silent = shape in ("alone", "free")
    named = shape == "free" or (not silent and draw.below(8) > 0)
    speaker = _source(draw, words) if named else {"kind": "person"}
    act = shape == "reported"
    said = writer.phrase(4, 16, capital=shape != "mixed")
    if not draw.below(20):
        said += " " + draw.one(EMOJI)
    spans = writer.fill(
        shape,
        {
            "words": said,
            "more": writer.phrase(3, 9),
            "plain": writer.phrase(3, 12, capital=shape == "free"),
            "speaker": speaker["name"] if named else draw.one(words.lists["unnamed"]),
            "cue": draw.one(words.lists["acts" if act else "cues"]),
        },
    )
    if shape == "alone":
        attribution = "unknown" if annotation["method"] == "automatic" else "unattributed"
    else:
        attribution = "attributed" if named else "anonymous"
    record: Record = {
        "record_type": "quote",
        "schema_version": "1.0",
        "id": f"{article_id}.q{len(quotes) + 1:02}",
        "article_id": article_id,
        "type": TYPES.get(shape, shape),
        "content": _content(writer, shape, spans),
        "attribution": attribution,
    }
    if not silent:
        speaker |= {"mentions": [spans["speaker"]], "reference": "named" if named else "nominal"}
        record |= {"speakers": [speaker], "cue": [spans["cue"]]}
    elif named:
        record["speakers"] = [speaker | {"reference": "implicit"}]
    _circumstances(writer, record, day)
    record["annotation"] = annotation
    quotes.append(record)
    if shape == "nested":
        quotes.append(_nested(draw, words, record, spans["more"], len(quotes) + 1))


def _circumstances(writer: Writer, record: Record, day: int) -> None:
    """Add fields that only few quotes have."""
    draw = writer.draw
    if medium := draw.one(MEDIA):
        record["medium"] = medium
    if not draw.below(4):
        record["said"] = DAYS[day - draw.below(20)][: draw.one((10, 10, 7))]
    if not draw.below(10):
        record["venue"] = writer.phrase(2, 4)
    if not draw.below(25):
        page = f"https://mirror.example.org/{record['id']}"
        record["appearances"] = [{"url": page, "published": DAYS[day + draw.below(30)]}]
    if not draw.below(30):
        record["translated_from"] = "fr"
    # The first quote replaces others, and none replaces it.
    first = f"{record['article_id']}.q01"
    if not draw.below(50) and record["id"] != first:
        record |= {"status": "corrected", "replaced_by": first}
    if not draw.below(10):
        record["relayed_by"] = None


def _content(writer: Writer, shape: str, spans: Record) -> list[Record]:
    if shape == "parted":
        return [spans["words"] | {"quoted": True}, spans["more"] | {"quoted": True}]
    if shape == "nested":
        start, end = spans["words"]["start"], spans["plain"]["end"]
        whole = "".join(writer.parts)
        return [{"exact": whole[start:end], "start": start, "end": end, "quoted": True}]
    if shape == "mixed":
        return [
            spans[name] | {"quoted": name == "words"}
            for name in sorted(("words", "plain"), key=lambda name: spans[name]["start"])
        ]
    name = "words" if shape in ("direct", "alone") else "plain"
    return [spans[name] | {"quoted": name == "words"}]


def _nested(draw: Draw, words: Lexicon, outer: Record, said: Record, number: int) -> Record:
    record = {
        "record_type": "quote",
        "schema_version": "1.0",
        "id": f"{outer['article_id']}.q{number:02}",
        "article_id": outer["article_id"],
        "type": "direct",
        "content": [said | {"quoted": True}],
        "attribution": "unattributed",
        "within": outer["id"],
        "annotation": outer["annotation"],
    }
    if draw.below(2):
        name = outer["speakers"][0].get("name")
        other = _source(draw, words, name)
        if other["name"] != name:
            record |= {"attribution": "attributed", "speakers": [other]}
    return record


def _claims(
    draw: Draw,
    words: Lexicon,
    number: int,
    day: int,
    quotes: list[Record],
    facts: list[Record],
    annotation: Record,
) -> list[Record]:
    claims: list[Record] = []
    writer = Writer(draw, words)
    attributed = [one for one in quotes if one["attribution"] == "attributed" and "cue" in one]
    year = DAYS[day][:4]
    for index in range(CLAIMS[number % 5]):
        # Claims are counted through the corpus: what refers to what follows from that count.
        count = number // 5 * sum(CLAIMS) + sum(CLAIMS[: number % 5]) + index
        plain = writer.phrase(8, 20)
        record: Record = {
            "record_type": "claim",
            "schema_version": "1.0",
            "id": _claim_id(count),
            "article_id": f"a{number:07}",
        }
        if attributed and draw.below(4):
            quote = draw.one(attributed)
            claimant = {
                name: value
                for name, value in quote["speakers"][0].items()
                if name in ("name", "kind", "wikidata", "role")
            }
            record["text"] = words.language.claim.format(
                name=claimant["name"], year=year, plain=plain
            )
            record |= {"language": words.language.code, "voice": "source", "claimant": claimant}
            record["quote_ids"] = [quote["id"]]
            if "said" in quote:
                record["said"] = quote["said"]
        else:
            record["text"] = words.language.fact.format(year=year, plain=plain)
            record |= {"language": words.language.code, "voice": "article"}
            record["content"] = [dict(draw.one(facts))]
        kind = draw.one(KINDS)
        if kind:
            record["kind"] = kind
            record["checkable"] = kind not in ("opinion", "prediction", "norm")
        if kind == "event":
            record["period"] = draw.one((DAYS[day - 5], f"{DAYS[day - 60][:7]}/{year}", year))
        if draw.below(3) == 0:
            record["about"] = [_entity(draw, words)]
        if relation := _relation(count):
            record["relations"] = [relation]
        if count % 10 in (0, 4):
            record["assessments"] = _assessments(draw, writer, record["id"], day)
        record["annotation"] = annotation
        claims.append(record)
    return claims


def _claim_id(count: int) -> str:
    fives, rest = divmod(count, sum(CLAIMS))
    number = 0
    while rest >= CLAIMS[number]:
        rest -= CLAIMS[number]
        number += 1
    return f"a{fives * 5 + number:07}.c{rest + 1}"


def _relation(count: int) -> Record | None:
    """Return the relation of a claim to an earlier one; the sixth of ten are the same in runs of
    three.

    The second of ten has no relations, and claims that contradict each other are never the same.
    """
    tens, place = divmod(count, 10)
    if place == 6:
        first = tens - tens % 3
        return {"type": "same_as", "claim_id": _claim_id(first * 10 + 6)} if tens % 3 else None
    kind = {3: "supports", 5: "contradicts", 8: "qualifies", 9: "updates"}.get(place)
    if kind is None or tens < 1:
        return None
    return {"type": kind, "claim_id": _claim_id(tens // 2 * 10 + 7)}


def _assessments(draw: Draw, writer: Writer, claim: str, day: int) -> list[Record]:
    found = []
    for number, (rating, label) in enumerate(draw.one(VERDICTS)[: 1 + draw.below(2)]):
        page = f"https://checks.example.org/{claim}/{number}"
        evidence = [
            {
                "url": f"https://archive.example.org/{claim}/{number}/{each}",
                "title": writer.phrase(3, 7, capital=True),
                "published": DAYS[day - draw.below(300)],
                "stance": draw.one(("supports", "refutes", "context")),
            }
            for each in range(draw.below(3))
        ]
        found.append(
            {
                "reviewer": ("Harbour Desk", "Pier Checks")[number],
                "url": page,
                "published": DAYS[day + 40 + draw.below(60)],
                "rating": rating,
                "original_rating": label,
                "justification": writer.phrase(10, 30, capital=True) + writer.language.stop,
                "evidence": evidence,
            }
        )
    return found


def _spans(record: Record) -> Iterator[Record]:
    yield from record.get("content", ())
    yield from record.get("cue", ())
    for speaker in record.get("speakers", ()):
        yield from speaker.get("mentions", ())


def _withhold(redistribute: str, spans: Sequence[Record]) -> None:
    """Replace words by digests, except those in quotation marks if quotes may be passed on."""
    for span in spans:
        if redistribute == "none" or not span.get("quoted"):
            span["sha256"] = sha256(span.pop("exact").encode()).hexdigest()


# Defects: each takes a record that nothing refers to, and gives its line, or None if it cannot.
def _dumped(change: Callable[[Record], Any]) -> Callable[[Record, str], bytes | None]:
    def spoilt(record: Record, _: str) -> bytes | None:
        changed = json.loads(_line(record))
        return None if change(changed) is False else _line(changed)

    return spoilt


def _missing_field(record: Record) -> None:
    del record["rights" if record["record_type"] == "article" else "annotation"]


def _out_of_range(record: Record) -> bool:
    span = next((one for one in _spans(record) if "start" in one), None)
    if record["record_type"] == "article":
        record["text_length"] = -1
    elif span:
        span["start"] = -span["start"] - 1
    return record["record_type"] == "article" or span is not None


def _dangling(record: Record) -> bool:
    if record["record_type"] == "claim":
        record["relations"] = [{"type": "supports", "claim_id": "nowhere.c1"}]
    elif record["record_type"] == "quote" and "within" not in record:
        record["within"] = f"{record['article_id']}.q99"
    else:
        return False
    return True


def _same_id(record: Record, ahead: str) -> bytes | None:
    if record["record_type"] == "article" or "within" in record or not ahead:
        return None
    return _line(record | {"id": ahead})


DEFECTS: dict[str, Callable[[Record, str], bytes | None]] = {
    "wrong pattern": _dumped(lambda record: record.update(language="English!")),
    "missing field": _dumped(_missing_field),
    "unknown field": _dumped(lambda record: record.update(speeker="Ada")),
    "wrong type": _dumped(lambda record: record.update(language=7)),
    "out of range": _dumped(_out_of_range),
    "no such choice": _dumped(lambda record: record.update(record_type="opinion")),
    "broken JSON": lambda record, _: _line(record)[:-40] + b"\n",
    "bad UTF-8": lambda record, _: _line(record)[:-3] + b'", "x": "\xff"}\n',
    "duplicate key": lambda record, _: _line(record)[:-2] + b', "id": "a0.q0"}\n',
    "duplicate id": _same_id,
    "dangling reference": _dumped(_dangling),
}


def _spoil(
    records: Sequence[Record], lines: list[bytes], referred: set[str], draw: Draw, block: int
) -> Counter[str]:
    """Make one in a hundred records defective, with each kind of defect in turn."""
    found: Counter[str] = Counter()
    kinds = list(DEFECTS)
    for first in range(0, len(records), 100):
        at, number = draw.below(100), min(100, len(records) - first)
        while True:
            kind = kinds[block % len(kinds)]
            record = records[first + at % number]
            ahead = records[first + at % number - 1]["id"] if at % number else ""
            free = kind != "duplicate id" or record["id"] not in referred
            line = DEFECTS[kind](record, ahead) if free else None
            if line is not None:
                break
            # A defect that articles cannot have is left out.
            at, block = at + 1, block + (record["record_type"] == "article")
        lines[first + at % number] = line
        found[kind] += 1
        block += 1
    return found


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _line(record: Record) -> bytes:
    return (_ENCODER.encode(record) + "\n").encode()


def chunk(task: tuple[int, int, int, bool]) -> tuple[list[list[bytes]], list[Counter[str]]]:
    """Return the lines of the three tables for some articles, and the counts of their defects."""
    seed, first, last, defective = task
    tables: tuple[list[Record], ...] = ([], [], [])
    for number in range(first, last):
        one, quotes, claims = article(number, seed)
        tables[0].append(one)
        tables[1].extend(quotes)
        tables[2].extend(claims)
    lines = [[_line(record) for record in table] for table in tables]
    defects: list[Counter[str]] = [Counter() for _ in tables]
    if defective:
        referred = {one["within"] for one in tables[1] if "within" in one}
        referred |= {target for one in tables[2] for target in one.get("quote_ids", ())}
        referred |= {one["id"] for n, one in enumerate(tables[2]) if n % 10 != 1}
        draw = Draw(seed, 2 << 32, first)
        defects = [
            _spoil(table, some, referred, draw, first // 100 * len(table) // 100)
            for table, some in zip(tables, lines, strict=True)
        ]
    return lines, defects


def generate(
    folder: Path,
    scale: float,
    *,
    seed: int = SEED,
    defective: bool = False,
    shuffle: bool = False,
    tables: Sequence[str] = TABLES,
) -> None:
    """Write ``articles.jsonl``, ``quotes.jsonl`` and ``claims.jsonl`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "corpus.yaml").write_text(ABOUT)
    articles = round(ARTICLES * scale / CHUNK) * CHUNK or max(1, round(ARTICLES * scale))
    tasks = [
        (seed, first, min(first + CHUNK, articles), defective)
        for first in range(0, articles, CHUNK)
    ]
    totals = {name: Counter[str]() for name in tables}
    records = Counter[str]()
    paths = {name: folder / f"{name}.jsonl" for name in tables}
    outs = {name: path.open("wb") for name, path in paths.items()}
    with Pool(os.cpu_count()) as pool:
        for lines, defects in pool.imap(chunk, tasks):
            for name, some, wrong in zip(TABLES, lines, defects, strict=True):
                if name in tables:
                    outs[name].writelines(some)
                    totals[name] += wrong
                    records[name] += len(some)
    for out in outs.values():
        out.close()
    if shuffle:
        for path in paths.values():
            _shuffle(path, Draw(seed, 3 << 32))
    if defective:
        told = [
            f"{name}\t{kind}\t{number}\n"
            for name, found in totals.items()
            for kind, number in {
                "records": records[name],
                "defective": found.total(),
                **found,
            }.items()
        ]
        (folder / "defects.tsv").write_text("".join(told))


def _shuffle(path: Path, draw: Draw) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    for last in range(len(lines) - 1, 0, -1):
        at = draw.below(last + 1)
        lines[last], lines[at] = lines[at], lines[last]
    path.write_bytes(b"".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 is a million quotes")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--defective", action="store_true", help="spoil 1 %% of the records")
    parser.add_argument("--shuffle", action="store_true", help="lines in no order of their ids")
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    options = parser.parse_args()
    generate(
        options.folder,
        options.scale,
        seed=options.seed,
        defective=options.defective,
        shuffle=options.shuffle,
        tables=options.tables,
    )


if __name__ == "__main__":
    main()
