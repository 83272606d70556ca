"""Compare the words of a span, their digest and their context with the text."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from onrecord.findings import Fact
from onrecord.rules.base import Rule


class ProvenRule(Rule, listed=False):
    """Share what rules have whose findings may prove the correct value."""

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the expected value, if it is proven."""
        return {path: facts["expected"]} if facts.get("proven") else {}


class SpanWordsDiffer(ProvenRule):
    """Report spans whose words are neither at their offsets nor anywhere else in the text. If the
    digest of the span proves what the text has at its offsets, `--fix` replaces the words.

    Models that use the offsets learn other words than people read in the quote, and nobody can know
    which were said."""

    title = "words that the text does not have"
    message = "{path:plain} says {found}, but the text has {expected} there{like:plain}"
    hint = "correct the words, or run onrecord anchor, which shows the passage most like them"
    safe = True
    scope = "article"
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
    fails = "quotes: [{content: [{exact: 'We shall rebuild the harbour'}]}]"


class SpanWithoutWords(Rule):
    """Report spans with neither their words nor a digest of them.

    Nothing shows that the offsets are right, and after the smallest change to the text the words
    are lost."""

    title = "neither words nor digest"
    message = "{path:plain} has neither exact nor sha256"
    hint = "write the words into exact, or their digest into sha256 where they are withheld"
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT s.record_type, s.locator, s.path
        FROM spans AS s
        WHERE s.exact IS NULL AND s.sha256 IS NULL
    """
    fails = "quotes: [{content: [{exact: null}]}]"


class SpanDigestDiffers(ProvenRule):
    """Report spans whose digest is not that of their words.

    If words are withheld, the digest is all that proves them: with a wrong one nobody can restore
    or verify the span."""

    title = "a digest that does not match the words"
    message = "{path:plain} is {found}, but the words there have {expected}"
    hint = "check the offsets; onrecord dehydrate computes the digest of the words"
    safe = True
    scope = "article"
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
    """Report spans whose prefix or suffix is not the text before or after them. White space at the
    edges of either is ignored, since YAML drops it from unquoted values.

    The context is recorded to find the words again if the text changes, and would now lead to the
    wrong place."""

    title = "a prefix or suffix that the text does not have there"
    message = "{path:plain} is {found}, but the text has {expected} there"
    hint = "delete prefix and suffix and run onrecord anchor --write, which fills them in"
    safe = True
    scope = "article"
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
        return {path: facts["expected"]}
