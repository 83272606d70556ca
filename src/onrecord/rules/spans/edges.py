"""Find spans that begin or end in the wrong place: at white space, or within a word or character."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Rule, Shared

# Longest prefix and suffix.
_CONTEXT = 64
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
    """Select the spans whose edges may be wrong: all but those that begin and end with a plain
    character, with one that is in no word, or none, beside it, or whose letter needs no space
    there."""

    scope = "article"
    empty_without = "spans"
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
    """Report spans that begin or end with white space.

    White space is not part of what was said. Two annotators who mean the same words seem to
    disagree, and so do the spans of a system and these."""

    severity = Severity.WARNING
    title = "a span that begins or ends with white space"
    message = "{path:plain} {edges:plain} with white space: {found}"
    hint = "leave the white space out of the words and of the offsets"
    safe = True
    scope = "article"
    empty_without = "doubtful_edges"
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
    fails = "quotes: [{content: [{exact: 'We will rebuild ', end: 17}]}]"
    fixed = "quotes: [{content: [{exact: We will rebuild, end: 16}]}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        words = str(facts["found"])
        return shortened(path, facts, len(words) - len(words.lstrip()), len(words.rstrip()))


class CharacterCut(Rule):
    """Report spans that begin or end inside what readers see as one character: between a letter and
    its accent or vowel sign, or inside an emoji or a flag.

    The span contains characters that nobody can see in the text. Its offsets were counted in other
    units, or the text was normalised after they were counted."""

    title = "a span that cuts a character"
    message = "{path:plain} {edge:plain} inside the character {character}"
    hint = "move the edge before or behind the whole character"
    scope = "article"
    empty_without = "doubtful_edges"
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
    fails = """
        article:
          text: "“We will rebuild it 👍🏽,” the mayor said."
        quotes:
          - content: [{exact: We will rebuild it 👍, end: 21}]
            speakers: [{mentions: [{start: 25, end: 34}]}]
            cue: [{start: 35, end: 39}]
    """
    fixed = fails.replace("👍, end: 21", "👍🏽, end: 22")


class WordCut(Rule):
    """Report spans that begin or end inside a word or a number. Scripts without spaces between
    words are not reported, nor are the particles, articles and pronouns that Korean, Arabic and
    Hebrew join to words. The check needs the text, since white space may be missing at the edges of
    a prefix or suffix.

    The span contains a word that nobody said, and no tokenizer can align it with the text."""

    severity = Severity.WARNING
    title = "a span that cuts a word"
    message = "{path:plain} {edge:plain} inside the word {word}"
    hint = "move the edge to the beginning or the end of the word"
    scope = "article"
    empty_without = "doubtful_edges"
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
    fails = "quotes: [{content: [{exact: We will rebuild the harb, end: 25}]}]"


def shortened(path: str, facts: Mapping[str, Fact], first: int, last: int) -> Mapping[str, Fact]:
    """Return the fields of a span that is reduced to some of its words.

    Args:
        path: The path of the span.
        facts: Its fields, and its words as ``found``.
        first: Index of the first character to keep.
        last: Index just after the last one.
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
