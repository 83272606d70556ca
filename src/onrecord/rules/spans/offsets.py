"""Find offsets that are impossible, in other units, out of order, or those of other words."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact
from onrecord.rules.base import Rule


class OffsetsRule(Rule, listed=False):
    """Share what rules about offsets have: a suggestion of the offsets at which the words are."""

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the offsets at which the words of the span are, as far as they differ."""
        found = {"start": facts.get("now_start"), "end": facts.get("now_end")}
        return {
            f"{path.removesuffix('.end')}.{name}": value
            for name, value in found.items()
            if value is not None and value != facts[name]
        }


class SpanMoved(OffsetsRule):
    """Report spans whose words are not at their offsets but in exactly one other place of the text,
    or in one place with the same prefix and suffix.

    Programs that read the offsets get other words than those that were said."""

    title = "words that are elsewhere in the text"
    message = "{path:plain} is {start}-{end}, but {words} is at {now_start}-{now_end}, line {line}"
    hint = "set start to {now_start} and end to {now_end}, or run onrecord anchor --write"
    safe = True
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path, s.exact AS words, s.start_at AS "start",
            s.end_at AS "end", s.fit_start AS now_start, s.fit_end AS now_end, s.line
        FROM spans AS s
        WHERE s.fit = 'moved' AND s.start_at < s.end_at
    """
    fails = "quotes: [{content: [{start: 4, end: 32}]}]"


class SpanAmbiguous(Rule):
    """Report spans whose words are not at their offsets but in several other places of the text.

    Nobody can know which of the places is meant, so that the offsets cannot be corrected
    automatically."""

    title = "words that occur in several other places"
    message = (
        "{path:plain} is {start}-{end}, but {words} is in {places} other places: {first:plain}"
    )
    hint = "set start and end to the place that is meant, or add a prefix or suffix that tells"
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path, s.exact AS words, s.start_at AS "start",
            s.end_at AS "end", s.places,
            s.first_places || CASE WHEN s.places > 3 THEN ', ...' ELSE '' END AS "first"
        FROM spans AS s
        WHERE s.fit = 'ambiguous' AND s.start_at < s.end_at
    """
    fails = """
        quotes:
          - cue: [{exact: said, start: 1, end: 5}]
        article:
          text: “We will rebuild the harbour,” the mayor said. Nobody else said a word.
    """
    fixed = fails.replace("start: 1, end: 5", "start: 41, end: 45")


class OffsetsInOtherUnits(OffsetsRule):
    """Report spans whose offsets match their words if they count UTF-16 units, as JavaScript, Java
    and Windows do, or bytes of UTF-8.

    Everything after the first emoji or accent is moved by a few characters, so that the offsets
    give other words. At the beginning of a text the error is small and easily overlooked."""

    title = "offsets in UTF-16 units or bytes"
    message = (
        "{path:plain} is {start}-{end} in {units:plain}; in code points it is {now_start}-{now_end}"
    )
    hint = "count Unicode code points; the import commands take --offsets utf16 or bytes"
    safe = True
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path, s.words, s.start_at AS "start", s.end_at AS "end",
            CASE s.fit WHEN 'utf16' THEN 'UTF-16 units' ELSE 'bytes of UTF-8' END AS units,
            s.fit_start AS now_start, s.fit_end AS now_end, s.line
        FROM spans AS s
        WHERE s.fit IN ('utf16', 'bytes')
    """
    fails = "quotes: [{cue: [{start: 45, end: 49}]}]"


class SpanLengthDiffers(Rule):
    """Report spans whose words have another length than their offsets say. This is found without
    the text.

    The offsets were counted in other units than Unicode code points, or belong to another version
    of the words, and give other words."""

    title = "offsets that are further apart than the words are long"
    message = "{path:plain} has {found} characters, but the span is {expected} long"
    hint = "check the words and both offsets; they count Unicode code points"
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path || '.exact' AS path, s.exact AS words,
            LENGTH(s.exact) AS found, s.end_at - s.start_at AS expected
        FROM spans AS s
        JOIN articles AS a ON a.locator = s.owner
        WHERE s.fit IS NULL AND LENGTH(s.exact) <> s.end_at - s.start_at
            AND s.start_at < s.end_at AND s.end_at <= COALESCE(a.text_length, s.end_at)
    """
    passes = "article: {url: 'https://example.org', text: null, rights: {redistribute: quotes}}"
    fails = """
        article: {url: "https://example.org", text: null, rights: {redistribute: quotes}}
        quotes: [{content: [{end: 30}]}]
    """


class SpanOutsideText(Rule):
    """Report spans that end after the end of the text and whose words are not in it.

    The offsets belong to another text or count other units than Unicode code points. Programs that
    read them get an error, or fewer words."""

    title = "a span beyond the end of the text"
    message = "{path:plain} is {end}, but the text has {length} characters"
    hint = "count offsets in Unicode code points; run onrecord anchor --write to find the words"
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path || '.end' AS path,
            s.end_at AS "end", COALESCE(t.length, a.text_length) AS length
        FROM spans AS s
        JOIN articles AS a ON a.locator = s.owner
        LEFT JOIN texts AS t ON t.owner = s.owner AND t.indexed
        WHERE s.end_at > COALESCE(t.length, a.text_length) AND s.start_at < s.end_at
            AND COALESCE(s.fit, 'lost') = 'lost'
    """
    fails = "quotes: [{content: [{exact: 'We shall rebuild the harbour', end: 290}]}]"


class SpanEmpty(OffsetsRule):
    """Report spans that end where they begin, or before.

    Such a span contains no words, so that the record points to nothing."""

    title = "an empty or reversed span"
    message = "{path:plain} is {end}, but the span begins at {start}"
    hint = "end is the offset just past the last character, so greater than start"
    safe = True
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path || '.end' AS path,
            s.start_at AS "start", s.end_at AS "end", s.fit_start AS now_start,
            s.fit_end AS now_end
        FROM spans AS s
        WHERE s.start_at >= s.end_at
    """
    fails = "quotes: [{content: [{end: 1}]}]"


class SpanHalfLocated(OffsetsRule):
    """Report spans with a start and no end, or with an end and no start.

    One offset alone does not say where the words are, so that the span cannot be verified."""

    title = "a start without an end, or the reverse"
    message = "{path:plain} has {there:plain} but no {lacking:plain}"
    hint = "give both offsets or neither; onrecord anchor --write fills them in"
    safe = True
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path,
            CASE WHEN s.end_at IS NULL THEN 'a start' ELSE 'an end' END AS there,
            CASE WHEN s.end_at IS NULL THEN 'end' ELSE 'start' END AS lacking,
            s.start_at AS "start", s.end_at AS "end", s.fit_start AS now_start,
            s.fit_end AS now_end
        FROM spans AS s
        WHERE (s.start_at IS NULL) <> (s.end_at IS NULL)
    """
    passes = "quotes: [{content: [{start: null, end: null}]}]"
    fails = "quotes: [{content: [{end: null}]}]"
    fixed = ""


class SpansOutOfOrder(Rule):
    """Report spans of one quote, cue or claim that overlap, or that are not in the order of the
    text. Mentions may be in any order: the first is the one that the record relies on.

    Joined together they give words in an order in which nobody said them."""

    title = "spans out of order, or overlapping"
    message = "{path:plain} begins at {start}, before the span ahead of it ends at {before}"
    hint = "list the spans in text order, so that none overlaps another"
    safe = True
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path || '.start' AS path,
            s.start_at AS "start", p.end_at AS "before",
            s.end_at <= p.start_at AND COALESCE(o.end_at <= s.start_at, o.path IS NULL)
                AND COALESCE(p.end_at <= n.start_at, n.path IS NULL) AS exchanged,
            p.path AS ahead, p.start_at AS ahead_start, s.end_at AS "end", p.end_at AS ahead_end,
            s.exact, p.exact AS ahead_exact, s.sha256, p.sha256 AS ahead_sha256,
            s.prefix, p.prefix AS ahead_prefix, s.suffix, p.suffix AS ahead_suffix,
            s.quoted, p.quoted AS ahead_quoted
        FROM spans AS s
        JOIN spans AS p
            ON p.record_type = s.record_type AND p.locator = s.locator
            AND p.role = s.role AND p.position = s.position - 1
        LEFT JOIN spans AS o
            ON o.record_type = s.record_type AND o.locator = s.locator
            AND o.role = s.role AND o.position = s.position - 2
        LEFT JOIN spans AS n
            ON n.record_type = s.record_type AND n.locator = s.locator
            AND n.role = s.role AND n.position = s.position + 1
        WHERE s.position > 0 AND s.start_at < p.end_at AND p.start_at < p.end_at
            AND s.start_at < s.end_at AND NOT ENDS_WITH(s.role, 'mentions')
    """
    passes = """
        quotes:
          - content:
              - {exact: We will rebuild, start: 1, end: 16, quoted: true}
              - {exact: "the harbour,", start: 17, end: 29, quoted: true}
    """
    fails = """
        quotes:
          - content:
              - {exact: "the harbour,", start: 17, end: 29, quoted: true}
              - {exact: We will rebuild, start: 1, end: 16, quoted: true}
    """

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest to exchange two spans, if that puts them in order with those around them."""
        if not facts.get("exchanged"):
            return {}
        here, ahead = path.removesuffix(".start"), facts["ahead"]
        fields = ("exact", "start", "end", "sha256", "prefix", "suffix", "quoted")
        moved = {f"{ahead}.{name}": facts[name] for name in fields}
        moved |= {f"{here}.{name}": facts[f"ahead_{name}"] for name in fields}
        return {
            name: value
            for name, value in moved.items()
            if value is not None or _other(name, moved, here, str(ahead)) is not None
        }


class OffsetsWithoutDigest(Rule):
    """Report articles with spans that have offsets, but without the digest or the length of the
    text.

    Offsets are valid for one exact text only. Without its digest nobody can know whether a text is
    the one that was annotated."""

    title = "offsets without a text digest to index"
    message = "{spans} spans have offsets, but the article has no {lacking:plain}"
    hint = "run onrecord anchor --write, which fills in text_sha256 and text_length"
    safe = True
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, a.locator, '' AS path, COUNT(*) AS spans,
            CASE WHEN a.text_sha256 IS NULL THEN 'text_sha256' ELSE 'text_length' END AS lacking,
            CASE WHEN COUNT(*) = SUM(CASE WHEN s.fit = 'here' THEN 1 ELSE 0 END)
                THEN MIN(t.sha256) END AS sha256,
            MIN(t.length) AS length
        FROM articles AS a
        JOIN spans AS s ON s.owner = a.locator
        LEFT JOIN texts AS t ON t.owner = a.locator AND t.indexed
        WHERE (a.text_sha256 IS NULL OR a.text_length IS NULL) AND s.start_at IS NOT NULL
        GROUP BY a.locator, a.text_sha256
    """
    fails = "article: {text_sha256: null}"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:  # noqa: ARG003
        """Suggest digest and length of the available text, if all spans of the article fit it."""
        if facts["sha256"] is None:
            return {}
        return {"text_sha256": facts["sha256"], "text_length": facts["length"]}


def _other(name: str, moved: Mapping[str, Fact], here: str, ahead: str) -> Fact:
    """Return the value that a field of one of two spans gets from the other."""
    span, _, field = name.rpartition(".")
    return moved[f"{ahead if span == here else here}.{field}"]
