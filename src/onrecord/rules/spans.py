"""Spans: the words, where they stand, and whether the two agree."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from onrecord.findings import Fact, Severity
from onrecord.language.marks import COUNTED, LIKE_MARKS, ONE_SIGN, OPENING, within_marks
from onrecord.rules.base import Rule, Shared, in_sql

# Longest prefix and suffix.
_CONTEXT = 64

# Marks that stand beside words or near them, where nothing but punctuation and spaces is between;
# signs that may be marks of another kind are among those.
_NEAR = f"[{LIKE_MARKS}{ONE_SIGN[1:]}"
_BEFORE = in_sql(_NEAR + r"[\p{Z}\p{P}]*\z")
_AFTER = in_sql(r"^[\p{Z}\p{P}]*" + _NEAR)
_BESIDE = f"""
    (REGEXP_MATCHES(RIGHT(s.before, 6), {_BEFORE})
        OR REGEXP_MATCHES(LEFT(s.after, 6), {_AFTER})
        OR REGEXP_MATCHES(LEFT(s.words, 1) || RIGHT(s.words, 1), {in_sql(ONE_SIGN)}))
"""
# That a span is said to be verbatim, and its words stand at its offsets.
_JUDGED = "s.verbatim AND s.words IS NOT NULL AND COALESCE(s.fit, 'here') = 'here'"


class UnclearMarks(Shared):
    """The verbatim spans of quotes that have no quotation mark beside them, and whether they stand
    inside marks nevertheless: null where the text leaves that open."""

    query = f"""
        SELECT s.locator, s.path, s.words, IS_MARKED(t.text, s.start_at, s.end_at) AS marked
        FROM spans AS s
        JOIN texts AS t ON t.owner = s.owner AND t.indexed
        WHERE s.record_type = 'quote' AND s.role = 'content' AND {_JUDGED} AND NOT {_BESIDE}
    """


# Whether a span of a quote, s, stands inside marks; m is its row of ``unclear_marks``.
MARKED = f"CASE WHEN {_JUDGED} THEN m.path IS NULL OR m.marked END"


class ProvenRule(Rule):
    """A rule about a value of which it may be proven what it should be."""

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """What is expected, where that is proven."""
        return {path: facts["expected"]} if facts.get("proven") else {}


class OffsetsRule(Rule):
    """A rule about offsets of a span, which tells at which others its words stand."""

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """The offsets at which the words of the span do stand, those that differ."""
        found = {"start": facts.get("now_start"), "end": facts.get("now_end")}
        return {
            f"{path.removesuffix('.end')}.{name}": value
            for name, value in found.items()
            if value is not None and value != facts[name]
        }


class SpanWordsDiffer(ProvenRule):
    """The words of a span are not what the article has at its offsets, nor anywhere else. Who
    trains on the offsets learns other words than who reads the quote, and nobody can tell which
    were said. If the span's digest proves what the text has there, that is put in their place."""

    title = "words that the text does not have"
    message = "{path:plain} says {found}, but the text has {expected} there{like:plain}"
    hint = "correct the words, or run onrecord anchor, which shows the passage most like them"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path || '.exact' AS path,
            s.exact AS found, s.words AS expected, s.nearest, s.line,
            CASE WHEN s.nearest IS NULL OR s.nearest = s.words THEN ''
                ELSE '; the passage most like it is in line ' || CAST(s.line AS VARCHAR) END
                AS "like",
            COALESCE(s.sha256 = SHA256(s.words), FALSE) AS proven
        FROM spans AS s
        WHERE s.fit = 'lost' AND s.exact <> s.words
    """
    passes = ""
    fails = "quotes: [{content: [{exact: 'We shall rebuild the harbour'}]}]"


class SpanMoved(OffsetsRule):
    """The words of a span do not stand at its offsets, but in one other place of the text, or in
    one where its prefix and suffix stand around them. Who reads the offsets gets other words."""

    title = "words that stand elsewhere in the text"
    message = (
        "{path:plain} is {start}-{end}, but {words} stands at {now_start}-{now_end}, line {line}"
    )
    hint = "set start to {now_start} and end to {now_end}, or run onrecord anchor --write"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path, s.exact AS words, s.start_at AS "start",
            s.end_at AS "end", s.fit_start AS now_start, s.fit_end AS now_end, s.line
        FROM spans AS s
        WHERE s.fit = 'moved' AND s.start_at < s.end_at
    """
    passes = ""
    fails = "quotes: [{content: [{start: 4, end: 32}]}]"


class SpanAmbiguous(Rule):
    """The words of a span do not stand at its offsets, but in several other places of the text.
    Nobody can tell which of them is meant."""

    title = "words that stand in several other places"
    message = (
        "{path:plain} is {start}-{end}, but {words} stands in {places} other places: {first:plain}"
    )
    hint = "set start and end to the place that is meant, or add a prefix or suffix that tells"
    query = """
        SELECT s.record_type, s.locator, s.path, s.exact AS words, s.start_at AS "start",
            s.end_at AS "end", s.places,
            s.first_places || CASE WHEN s.places > 3 THEN ', ...' ELSE '' END AS "first"
        FROM spans AS s
        WHERE s.fit = 'ambiguous' AND s.start_at < s.end_at
    """
    passes = ""
    fails = """
        quotes:
          - cue: [{exact: said, start: 1, end: 5}]
        article:
          text: “We will rebuild the harbour,” the mayor said. Nobody else said a word.
    """


class OffsetsInOtherUnits(OffsetsRule):
    """The offsets of a span fit its words if they count UTF-16 units, as JavaScript, Java and
    Windows do, or bytes of UTF-8. Everything behind the first emoji or accent is then off, by a
    little at first, so that it is seen late."""

    title = "offsets in UTF-16 units or bytes"
    message = (
        "{path:plain} is {start}-{end} in {units:plain}; in code points it is {now_start}-{now_end}"
    )
    hint = "count Unicode code points; the import commands take --offsets utf16 or bytes"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path, s.words, s.start_at AS "start", s.end_at AS "end",
            CASE s.fit WHEN 'utf16' THEN 'UTF-16 units' ELSE 'bytes of UTF-8' END AS units,
            s.fit_start AS now_start, s.fit_end AS now_end, s.line
        FROM spans AS s
        WHERE s.fit IN ('utf16', 'bytes')
    """
    passes = ""
    fails = "quotes: [{cue: [{start: 45, end: 49}]}]"


class SpanLengthDiffers(Rule):
    """A span is longer or shorter than its words, so that its offsets cannot be theirs. They were
    counted in other units than Unicode code points, or belong to another version of the words. No
    text is needed to tell."""

    title = "offsets that are further apart than the words are long"
    message = "{path:plain} has {found} characters, but the span is {expected} long"
    hint = "check the words and both offsets; they count Unicode code points"
    query = """
        SELECT s.record_type, s.locator, s.path || '.exact' AS path, s.exact AS words,
            LENGTH(s.exact) AS found, s.end_at - s.start_at AS expected
        FROM spans AS s
        JOIN articles AS a ON a.locator = s.owner
        WHERE s.fit IS NULL AND LENGTH(s.exact) <> s.end_at - s.start_at
            AND s.start_at < s.end_at AND s.end_at <= COALESCE(a.text_length, s.end_at)
    """
    passes = "article: {text: null, rights: {redistribute: quotes}}"
    fails = """
        article: {text: null, rights: {redistribute: quotes}}
        quotes: [{content: [{end: 30}]}]
    """


class SpanOutsideText(Rule):
    """A span ends beyond the end of the text, and its words are not found in it. Its offsets
    belong to another text, or are counted in other units than Unicode code points."""

    title = "a span beyond the end of the text"
    message = "{path:plain} is {end}, but the text has {length} characters"
    hint = "count offsets in Unicode code points; run onrecord anchor --write to find the words"
    query = """
        SELECT s.record_type, s.locator, s.path || '.end' AS path,
            s.end_at AS "end", COALESCE(t.length, a.text_length) AS length
        FROM spans AS s
        JOIN articles AS a ON a.locator = s.owner
        LEFT JOIN texts AS t ON t.owner = s.owner AND t.indexed
        WHERE s.end_at > COALESCE(t.length, a.text_length) AND s.start_at < s.end_at
            AND COALESCE(s.fit, 'lost') = 'lost'
    """
    passes = ""
    fails = "quotes: [{content: [{exact: 'We shall rebuild the harbour', end: 290}]}]"


class SpanEmpty(OffsetsRule):
    """A span that ends where it begins, or before, holds no words at all."""

    title = "an empty or reversed span"
    message = "{path:plain} is {end}, but the span begins at {start}"
    hint = "end is the offset just past the last character, so greater than start"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path || '.end' AS path,
            s.start_at AS "start", s.end_at AS "end", s.fit_start AS now_start,
            s.fit_end AS now_end
        FROM spans AS s
        WHERE s.start_at >= s.end_at
    """
    passes = ""
    fails = "quotes: [{content: [{end: 1}]}]"


class SpanHalfLocated(OffsetsRule):
    """A span has a start and no end, or an end and no start, so that nobody can tell where its
    words stand."""

    title = "a start without an end, or the reverse"
    message = "{path:plain} has {there:plain} but no {lacking:plain}"
    hint = "give both offsets or neither; onrecord anchor --write fills them in"
    safe = True
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


class SpansOutOfOrder(Rule):
    """The spans of one quote, cue or claim overlap or do not follow the text. Put together they
    give words in an order in which nobody said them."""

    title = "spans out of order, or overlapping"
    message = "{path:plain} begins at {start}, before the span ahead of it ends at {before}"
    hint = "list the spans in text order, so that none overlaps another"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path || '.start' AS path,
            s.start_at AS "start", p.end_at AS "before",
            s.end_at <= p.start_at AND COALESCE(o.end_at <= s.start_at, o.path IS NULL)
                AND COALESCE(p.end_at <= n.start_at, n.path IS NULL) AS exchanged,
            p.path AS ahead, p.start_at AS ahead_start, s.end_at AS "end", p.end_at AS ahead_end,
            s.exact, p.exact AS ahead_exact, s.sha256, p.sha256 AS ahead_sha256,
            s.prefix, p.prefix AS ahead_prefix, s.suffix, p.suffix AS ahead_suffix,
            s.verbatim, p.verbatim AS ahead_verbatim
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
            AND s.start_at < s.end_at
    """
    passes = """
        quotes:
          - content:
              - {exact: We will rebuild, start: 1, end: 16, verbatim: true}
              - {exact: "the harbour,", start: 17, end: 29, verbatim: true}
    """
    fails = """
        quotes:
          - content:
              - {exact: "the harbour,", start: 17, end: 29, verbatim: true}
              - {exact: We will rebuild, start: 1, end: 16, verbatim: true}
    """

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """The two spans exchanged, where that puts them in order with those around them."""
        if not facts.get("exchanged"):
            return {}
        here, ahead = path.removesuffix(".start"), facts["ahead"]
        fields = ("exact", "start", "end", "sha256", "prefix", "suffix", "verbatim")
        moved = {f"{ahead}.{name}": facts[name] for name in fields}
        moved |= {f"{here}.{name}": facts[f"ahead_{name}"] for name in fields}
        return {
            name: value
            for name, value in moved.items()
            if value is not None or _other(name, moved, here, str(ahead)) is not None
        }


class SpanWithoutWords(Rule):
    """A span has neither its words nor a digest of them. Nothing shows that its offsets are right,
    and after the least change to the text the words are lost."""

    title = "neither words nor digest"
    message = "{path:plain} has neither exact nor sha256"
    hint = "write the words into exact, or their digest into sha256 where they are withheld"
    query = """
        SELECT s.record_type, s.locator, s.path
        FROM spans AS s
        WHERE s.exact IS NULL AND s.sha256 IS NULL
    """
    passes = ""
    fails = "quotes: [{content: [{exact: null}]}]"


class SpanDigestDiffers(ProvenRule):
    """The digest of a span is not that of its words. Where words are withheld it is all that
    proves them, so that nobody can restore or check this span."""

    title = "a digest that does not match the words"
    message = "{path:plain} is {found}, but the words there have {expected}"
    hint = "check the offsets; onrecord dehydrate computes the digest of the words"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path || '.sha256' AS path,
            s.sha256 AS found, SHA256(COALESCE(s.exact, s.words)) AS expected,
            COALESCE(s.exact = s.words, FALSE) AS proven
        FROM spans AS s
        WHERE CASE WHEN s.sha256 IS NULL OR s.exact IS NULL AND COALESCE(s.fit, 'lost') <> 'lost'
            THEN FALSE
            ELSE s.sha256 <> SHA256(COALESCE(s.exact, s.words))
                AND COALESCE(s.sha256 <> SHA256(s.words), TRUE) END
    """
    passes = f"quotes: [{{cue: [{{exact: null, sha256: {sha256(b'said').hexdigest()}}}]}}]"
    fails = f"quotes: [{{cue: [{{exact: null, sha256: '{'0' * 64}'}}]}}]"


class SpanContextDiffers(Rule):
    """The prefix or suffix of a span is not what stands before or after it. It is there to find
    the words again when the text changes, and would now lead astray. White space at the edges of
    either makes no difference, since YAML drops it where they are not quoted."""

    title = "a prefix or suffix that the text does not have there"
    message = "{path:plain} is {found}, but the text has {expected} there"
    hint = "delete prefix and suffix and run onrecord anchor --write, which fills them in"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path || '.prefix' AS path,
            s.prefix AS found, RIGHT(s.before, LENGTH(s.prefix)) AS expected
        FROM spans AS s
        WHERE CASE WHEN s.prefix <> RIGHT(s.before, LENGTH(s.prefix))
                AND COALESCE(s.exact, s.words) = s.words
            THEN NOT IS_PREFIX(s.prefix, s.before) END
        UNION ALL
        SELECT s.record_type, s.locator, s.path || '.suffix' AS path,
            s.suffix AS found, LEFT(s.after, LENGTH(s.suffix)) AS expected
        FROM spans AS s
        WHERE CASE WHEN s.suffix <> LEFT(s.after, LENGTH(s.suffix))
                AND COALESCE(s.exact, s.words) = s.words
            THEN NOT IS_SUFFIX(s.suffix, s.after) END
    """
    passes = "quotes: [{cue: [{prefix: the mayor, suffix: .}]}]"
    fails = "quotes: [{cue: [{prefix: 'the mayors '}]}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        return {path: facts["expected"] or None}


class OffsetsWithoutDigest(Rule):
    """Offsets index one text exactly. Without its digest and length nobody can tell whether the
    text at hand is the one that is meant."""

    title = "offsets without a text digest to index"
    message = "{spans} spans have offsets, but the article has no {lacking:plain}"
    hint = "run onrecord anchor --write, which fills in text_sha256 and text_length"
    safe = True
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
    passes = ""
    fails = "article: {text_sha256: null}"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:  # noqa: ARG003
        """Digest and length of the text at hand, if all spans of the article fit it."""
        if facts["sha256"] is None:
            return {}
        return {"text_sha256": facts["sha256"], "text_length": facts["length"]}


class VerbatimContradictsType(Rule):
    """All of a direct quote stands inside quotation marks, nothing of an indirect, reported or
    free indirect one, and some of a mixed one. Where verbatim says otherwise, words are passed
    off as the speaker's own that are not, or the reverse."""

    title = "verbatim at odds with the quote's type"
    message = "a quote of type {type} has {found:plain}, but needs {expected:plain}"
    hint = "correct verbatim of its spans, or the type"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'type' AS path, q.type,
            CASE WHEN v.verbatim = 0 THEN 'no verbatim span'
                WHEN v.verbatim = v.spans THEN 'verbatim spans only'
                ELSE 'spans of both kinds' END AS found,
            CASE q.type WHEN 'direct' THEN 'verbatim spans only'
                WHEN 'mixed' THEN 'some that are verbatim and some that are not'
                ELSE 'no verbatim span' END AS expected
        FROM quotes AS q
        JOIN (
            SELECT locator, COUNT(*) AS spans,
                SUM(CASE WHEN verbatim THEN 1 ELSE 0 END) AS verbatim
            FROM spans
            WHERE record_type = 'quote' AND role = 'content'
            GROUP BY locator
        ) AS v ON v.locator = q.locator
        WHERE CASE q.type WHEN 'direct' THEN v.verbatim < v.spans
            WHEN 'mixed' THEN v.verbatim = 0 OR v.verbatim = v.spans
            ELSE v.verbatim > 0 END
    """
    passes = ""
    fails = "quotes: [{content: [{verbatim: false}]}]"


# Characters that readers never take for one with another such: those of
# ``onrecord.language.edges``; those of them that are no white space, and some that are in no word.
_PLAIN = (
    r"[ -~\x{A0}-\x{AC}\x{AE}-\x{2FF}\x{370}-\x{482}\x{48A}-\x{587}\x{5D0}-\x{5EA}"
    r"\x{620}-\x{64A}\x{E01}-\x{E30}\x{2010}-\x{2027}\x{2030}-\x{205E}\x{3001}-\x{3029}"
    r"\x{3030}-\x{3098}\x{309B}-\x{9FFF}\x{AC00}-\x{D7A3}\x{FF01}-\x{FF9D}]"
)
_SEEN = _PLAIN.replace(r" -~\x{A0}-", r"!-~\x{A1}-")
_NO_LETTER = (
    r"[\n -/:-@\[-`{-~\x{A0}\x{A1}\x{AB}\x{BB}\x{BF}\x{2010}-\x{2027}\x{2030}-\x{203A}"
    r"\x{3001}\x{3002}\x{3008}-\x{3011}\x{FF01}\x{FF08}\x{FF09}\x{FF0C}\x{FF1A}\x{FF1B}\x{FF1F}]"
)
# Letters of scripts that put no space between words.
_UNSPACED = "[一-鿿ぁ-ゖァ-ヺก-ะ]"
# Two characters of which one goes on: neither plain, nor one of ASCII behind any other.
_WHOLE = rf"[ -~]\z|^{_PLAIN}{_PLAIN}\z"


class DoubtfulEdges(Shared):
    """The spans whose edges may be wrong: all but those that begin and end with a plain character,
    with one that is in no word, or none, beside it, or whose letter needs no space there."""

    query = f"""
        SELECT s.record_type, s.locator, s.path, s.exact, s.sha256, s.prefix, s.suffix,
            s.start_at, s.end_at, s.words, s.before, s.after
        FROM spans AS s
        WHERE COALESCE(s.fit, 'here') = 'here' AND COALESCE(s.words, s.exact) IS NOT NULL AND NOT (
            REGEXP_MATCHES(COALESCE(s.words, s.exact), '^{_SEEN}')
            AND REGEXP_MATCHES(COALESCE(s.words, s.exact), '{_SEEN}\\z')
            AND (
                REGEXP_MATCHES(COALESCE(s.before, s.prefix, ''), '(^|{_NO_LETTER})\\z')
                OR REGEXP_MATCHES(COALESCE(s.words, s.exact), '^{_UNSPACED}')
                AND REGEXP_MATCHES(COALESCE(s.before, s.prefix, ''), '{_PLAIN}\\z')
            )
            AND REGEXP_MATCHES(
                COALESCE(s.after, s.suffix, ''), '^({_NO_LETTER}|{_UNSPACED}|\\z)'
            )
        )
    """


class SpanEdgeBlank(Rule):
    """A span begins or ends with white space, which is no part of what was said. Two annotators
    who mean the same words then seem to disagree, and so do a system's spans and these."""

    severity = Severity.WARNING
    title = "a span that begins or ends with white space"
    message = "{path:plain} {edges:plain} with white space: {found}"
    hint = "leave the white space out of the words and of the offsets"
    safe = True
    query = """
        SELECT s.record_type, s.locator, s.path,
            CASE WHEN NOT REGEXP_MATCHES(RIGHT(COALESCE(s.exact, s.words), 1), '[\\s\\p{Z}]')
                THEN 'begins'
                WHEN NOT REGEXP_MATCHES(LEFT(COALESCE(s.exact, s.words), 1), '[\\s\\p{Z}]')
                THEN 'ends' ELSE 'begins and ends' END AS edges,
            COALESCE(s.exact, s.words) AS found, s.exact, s.sha256, s.prefix, s.suffix,
            s.start_at AS "start", s.end_at AS "end"
        FROM doubtful_edges AS s
        WHERE REGEXP_MATCHES(
            LEFT(COALESCE(s.exact, s.words), 1) || RIGHT(COALESCE(s.exact, s.words), 1),
            '[\\s\\p{Z}]'
        )
            AND NOT COALESCE(RIGHT(s.before, 1) || LEFT(s.words, 1) = CHR(13) || CHR(10), FALSE)
            AND NOT COALESCE(RIGHT(s.words, 1) || LEFT(s.after, 1) = CHR(13) || CHR(10), FALSE)
    """
    passes = ""
    fails = "quotes: [{content: [{exact: 'We will rebuild ', end: 17}]}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        words = str(facts["found"])
        return _shortened(path, facts, len(words) - len(words.lstrip()), len(words.rstrip()))


class CharacterCut(Rule):
    """A span begins or ends inside what readers take for one character: between a letter and its
    accent or vowel sign, or inside an emoji or a flag. Its words are none that stand in the text;
    the offsets were counted in other units, or the text was normalised after they were."""

    title = "a character that a span cuts"
    message = "{path:plain} {edge:plain} inside the character {character}"
    hint = "move the edge before or behind the whole character"
    query = f"""
        SELECT c.record_type, c.locator, c.path, c.edge, c.character
        FROM (
            SELECT s.record_type, s.locator, s.path || '.start' AS path, 'begins' AS edge,
                CASE WHEN NOT REGEXP_MATCHES(
                    RIGHT(COALESCE(s.before, s.prefix), 1) || LEFT(COALESCE(s.words, s.exact), 1),
                    '{_WHOLE}'
                ) THEN CUT_CHARACTER(
                        COALESCE(s.before, s.prefix), COALESCE(s.words, s.exact)
                    ) END AS character
            FROM doubtful_edges AS s
            UNION ALL
            SELECT s.record_type, s.locator, s.path || '.end' AS path, 'ends' AS edge,
                CASE WHEN NOT REGEXP_MATCHES(
                    RIGHT(COALESCE(s.words, s.exact), 1) || LEFT(COALESCE(s.after, s.suffix), 1),
                    '{_WHOLE}'
                ) THEN CUT_CHARACTER(
                        COALESCE(s.words, s.exact), COALESCE(s.after, s.suffix)
                    ) END AS character
            FROM doubtful_edges AS s
        ) AS c
        WHERE c.character IS NOT NULL
    """
    passes = ""
    fails = """
        article:
          text: "“We will rebuild it 👍🏽,” the mayor said."
        quotes:
          - content: [{exact: We will rebuild it 👍, end: 21}]
            speaker: {mention: {start: 25, end: 34}}
            cue: [{start: 35, end: 39}]
    """


class WordCut(Rule):
    """A span begins or ends inside a word or a number. It gives a word that nobody said, and no
    tokenizer can line it up with the text. Scripts that do not part words are not judged, nor are
    the particles, articles and pronouns that Korean, Arabic and Hebrew join to words. Only the text
    tells: white space may be missing at the edges of a prefix or suffix."""

    severity = Severity.WARNING
    title = "a word that a span cuts"
    message = "{path:plain} {edge:plain} inside the word {word}"
    hint = "move the edge to the beginning or the end of the word"
    query = f"""
        SELECT w.record_type, w.locator, w.path, w.edge, w.word
        FROM (
            SELECT s.record_type, s.locator, s.path || '.start' AS path, 'begins' AS edge,
                CASE WHEN REGEXP_MATCHES(
                    RIGHT(s.before, 1) || LEFT(COALESCE(s.words, s.exact), 1),
                    '^[\\p{{L}}\\p{{M}}\\p{{Nd}}][\\p{{L}}\\p{{Nd}}]$'
                ) AND NOT REGEXP_MATCHES(COALESCE(s.words, s.exact), '^{_UNSPACED}') THEN CUT_WORD_AT_START(s.before, COALESCE(s.words, s.exact)) END AS word
            FROM doubtful_edges AS s
            UNION ALL
            SELECT s.record_type, s.locator, s.path || '.end' AS path, 'ends' AS edge,
                CASE WHEN REGEXP_MATCHES(
                    RIGHT(COALESCE(s.words, s.exact), 1) || LEFT(s.after, 1),
                    '^[\\p{{L}}\\p{{M}}\\p{{Nd}}][\\p{{L}}\\p{{Nd}}]$'
                ) AND NOT REGEXP_MATCHES(s.after, '^{_UNSPACED}') THEN CUT_WORD_AT_END(COALESCE(s.words, s.exact), s.after) END AS word
            FROM doubtful_edges AS s
        ) AS w
        WHERE w.word IS NOT NULL
    """
    passes = ""
    fails = "quotes: [{content: [{exact: We will rebuild the harb, end: 25}]}]"


class MarksInSpan(Rule):
    """The quotation marks of a quote are part of its span. They are the article's, not the
    speaker's, and the same words then differ from quote to quote by the marks of each newspaper.
    Records with an origin are not judged: what they were imported from may have spans its own way.
    """

    severity = Severity.WARNING
    title = "quotation marks that are part of a span"
    message = "{path:plain} begins and ends with its quotation marks {marks:plain}"
    hint = "leave the marks out of the words and of the offsets"
    query = f"""
        SELECT m.record_type, m.locator, m.path, m.marks, m.found, m.exact, m.sha256, m.prefix,
            m.suffix, m."start", m."end"
        FROM (
            SELECT s.record_type, s.locator, s.path, COALESCE(s.exact, s.words) AS found,
                s.exact, s.sha256, s.prefix, s.suffix, s.start_at AS "start", s.end_at AS "end",
                CASE WHEN s.verbatim AND REGEXP_MATCHES(
                    LEFT(COALESCE(s.exact, s.words), 2), {in_sql("^" + OPENING)}
                ) THEN MARKS_AROUND(
                    COALESCE(s.exact, s.words), COALESCE(s.before, s.prefix, ''),
                    COALESCE(s.after, s.suffix, ''), s.before IS NOT NULL
                ) END AS marks
            FROM spans AS s
            JOIN quotes AS q ON q.locator = s.locator
            WHERE s.record_type = 'quote' AND COALESCE(s.fit, 'here') = 'here'
                AND q.annotation.origin IS NULL
        ) AS m
        WHERE m.marks IS NOT NULL
    """
    passes = ""
    fails = "quotes: [{content: [{exact: '“We will rebuild the harbour,”', start: 0, end: 30}]}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        return _shortened(path, facts, *within_marks(str(facts["found"])))


class MarksMissing(Rule):
    """A span is said to be verbatim, but no quotation marks stand around it in the text. The
    article gives these words as its own, so that they may not be the speaker's at all. Speech
    after a dash or a colon is not judged, nor is any text whose marks do not pair; of a mixed quote
    that has no marks at all, mixed-without-marks tells."""

    severity = Severity.WARNING
    title = "verbatim words without quotation marks"
    message = "{path:plain} is true, but the text has no quotation marks around {words}"
    hint = "set verbatim to false and type to fit, or check the offsets"
    query = f"""
        SELECT 'quote' AS record_type, u.locator, u.path || '.verbatim' AS path, u.words
        FROM unclear_marks AS u
        JOIN quotes AS q ON q.locator = u.locator
        JOIN spans AS s ON s.locator = u.locator AND s.record_type = 'quote' AND s.role = 'content'
        LEFT JOIN unclear_marks AS m ON m.locator = s.locator AND m.path = s.path
        WHERE NOT u.marked
        GROUP BY u.locator, u.path, u.words
        HAVING MIN(q.type) <> 'mixed' OR MAX(CASE WHEN {MARKED} THEN 1 ELSE 0 END) = 1
    """
    passes = ""
    fails = """
        article: {text: "“Never,” said one. We will rebuild the harbour, the mayor said."}
        quotes:
          - content: [{start: 19, end: 47}]
            speaker: {mention: {start: 48, end: 57}}
            cue: [{start: 58, end: 62}]
    """


class MarksUnheeded(Rule):
    """A span is said not to be verbatim, but it is just what the text has between two quotation
    marks. The article gives these words as the speaker's own."""

    severity = Severity.WARNING
    title = "words in quotation marks that are not verbatim"
    message = "{path:plain} is false, but the text has quotation marks {marks:plain} around {words}"
    hint = "set verbatim to true and type to fit; leave it where the marks mean something else"
    query = f"""
        SELECT m.record_type, m.locator, m.path, m.marks, m.words
        FROM (
            SELECT s.record_type, s.locator, s.path || '.verbatim' AS path, s.words,
                CASE WHEN NOT s.verbatim AND REGEXP_MATCHES(
                    RIGHT(s.before, 2), {in_sql(OPENING)}
                )
                    THEN MARKS_BESIDE(s.before, s.words, s.after) END AS marks
            FROM spans AS s
            JOIN quotes AS q ON q.locator = s.locator
            WHERE s.record_type = 'quote' AND s.role = 'content'
                AND q.type IN ('indirect', 'mixed') AND q.within IS NULL
                AND COALESCE(s.fit, 'here') = 'here'
        ) AS m
        WHERE m.marks IS NOT NULL
    """
    passes = ""
    fails = "quotes: [{type: indirect, content: [{verbatim: false}]}]"


class MarksUnbalanced(Rule):
    """A span has a quotation mark without its pair: it begins or ends in the middle of what stands
    in the marks, or takes in the words between two quotations, which nobody said. The pair may be
    in another span of the same words, where these are not together in the text."""

    severity = Severity.WARNING
    title = "a quotation mark without its pair"
    message = "{path:plain} has the quotation mark {mark:plain} without its pair: {words}"
    hint = "move the edge, or make a span of each part that stands between marks"
    query = f"""
        WITH alone AS (
            SELECT m.record_type, m.locator, m.role, m.path, m.mark, m.words
            FROM (
                SELECT s.record_type, s.locator, s.role, s.path,
                    COALESCE(s.exact, s.words) AS words,
                    CASE WHEN REGEXP_MATCHES(COALESCE(s.exact, s.words), {in_sql(COUNTED)})
                        THEN MARK_ALONE(COALESCE(s.exact, s.words)) END AS mark
                FROM spans AS s
                WHERE COALESCE(s.fit, 'here') = 'here'
            ) AS m
            WHERE m.mark IS NOT NULL
        ),
        together AS (
            SELECT s.record_type, s.locator, s.role,
                STRING_AGG(COALESCE(s.exact, s.words), ' ' ORDER BY s.position) AS words,
                STRING_AGG(COALESCE(s.exact, s.words), CHR(10) ORDER BY s.position) AS lines
            FROM spans AS s
            JOIN (SELECT DISTINCT record_type, locator, role FROM alone) AS a
                ON a.record_type = s.record_type AND a.locator = s.locator AND a.role = s.role
            GROUP BY s.record_type, s.locator, s.role
        )
        SELECT a.record_type, a.locator, a.path, a.mark, a.words
        FROM alone AS a
        JOIN together AS t
            ON t.record_type = a.record_type AND t.locator = a.locator AND t.role = a.role
        WHERE MARK_ALONE(t.words) IS NOT NULL AND MARK_ALONE(t.lines) IS NOT NULL
    """
    passes = """
        quotes:
          - content:
              - {exact: "“We will", start: 0, end: 8, verbatim: true}
              - {exact: "rebuild the harbour,”", start: 9, end: 30, verbatim: true}
    """
    fails = "quotes: [{content: [{exact: '“We will rebuild the harbour,', start: 0}]}]"


def _other(name: str, moved: Mapping[str, Fact], here: str, ahead: str) -> Fact:
    """What the field of this path, in one of two spans, is to be in the other."""
    span, _, field = name.rpartition(".")
    return moved[f"{ahead if span == here else here}.{field}"]


def _shortened(path: str, facts: Mapping[str, Fact], first: int, last: int) -> Mapping[str, Fact]:
    """A span with only some of its words, and all else that follows from that.

    Args:
        path: The span.
        facts: Its fields, and its words as ``found``.
        first: Index of the first character to keep.
        last: Index just past the last one.
    """
    words, start, end = str(facts["found"]), facts["start"], facts["end"]
    kept = words[first:last]
    fields: dict[str, Fact] = {}
    if isinstance(start, int) and isinstance(end, int):
        if end - start != len(words):
            return {}
        fields |= {"start": start + first, "end": start + last}
    if not kept:
        return {}
    if facts["exact"] is not None:
        fields["exact"] = kept
    if facts["sha256"] is not None:
        fields["sha256"] = sha256(kept.encode()).hexdigest()
    if isinstance(prefix := facts["prefix"], str):
        fields["prefix"] = (prefix + words[:first])[-_CONTEXT:]
    if isinstance(suffix := facts["suffix"], str):
        fields["suffix"] = (words[last:] + suffix)[:_CONTEXT]
    return {f"{path}.{name}": value for name, value in fields.items() if value != facts[name]}
