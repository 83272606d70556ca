"""Compare the words of a span, their digest and their context with the text."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from onrecord.findings import Fact
from onrecord.rules.base import Rule


class ProvenRule(Rule):
    """A rule about a value of which it may be proven what it should be."""

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the expected value, if it is proven."""
        return {path: facts["expected"]} if facts.get("proven") else {}


class SpanWordsDiffer(ProvenRule):
    """The words of a span are not what the article has at its offsets, nor anywhere else. Who
    trains on the offsets learns other words than who reads the quote, and nobody can tell which
    were said. If the span's digest proves what the text has there, that is put in their place."""

    title = "words that the text does not have"
    message = "{path:plain} says {found}, but the text has {expected} there{like:plain}"
    hint = "correct the words, or run onrecord anchor, which shows the passage most like them"
    safe = True
    empty_without = "spans"
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


class SpanWithoutWords(Rule):
    """A span has neither its words nor a digest of them. Nothing shows that its offsets are right,
    and after the least change to the text the words are lost."""

    title = "neither words nor digest"
    message = "{path:plain} has neither exact nor sha256"
    hint = "write the words into exact, or their digest into sha256 where they are withheld"
    empty_without = "spans"
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
    empty_without = "spans"
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
    empty_without = "spans"
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
    fixed = fails.replace("mayors", "mayor")

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        return {path: facts["expected"] or None}
