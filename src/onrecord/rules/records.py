"""Quotes and claims: fields that must agree with one another."""

from __future__ import annotations

from onrecord.rules.base import Rule


class AttributedWithoutSpeaker(Rule):
    """The quote is said to be attributed, but names no speaker. A speaker who was forgotten looks
    like one whom the article leaves open, and the two must be told apart."""

    title = "attributed, without a speaker"
    message = "attribution is attributed, but there is no speaker"
    hint = "add the speaker; anonymous or unattributed where the article does not say who it is"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'attribution' AS path
        FROM quotes AS q
        WHERE q.attribution = 'attributed' AND q.speaker IS NULL
    """
    passes = "quotes: [{attribution: unattributed, speaker: null}]"
    fails = "quotes: [{speaker: null}]"


class UnattributedWithSpeaker(Rule):
    """The quote is said to be unattributed by design, but has a speaker. One of the two is wrong,
    and whoever counts speakers counts differently from whoever counts attributions."""

    title = "unattributed, with a speaker"
    message = "attribution is unattributed, but there is a speaker"
    hint = "write attributed, or delete the speaker"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'attribution' AS path
        FROM quotes AS q
        WHERE q.attribution = 'unattributed' AND q.speaker IS NOT NULL
    """
    passes = "quotes: [{attribution: anonymous, speaker: {kind: unnamed, role: null}}]"
    fails = "quotes: [{attribution: unattributed}]"


class ClaimWithoutBasis(Rule):
    """The claim rests on no quote and on no words of the article, so that nobody can see where it
    comes from."""

    title = "a claim with neither quotes nor spans"
    message = "the claim has neither quote_ids nor content"
    hint = "name the quotes it rests on, or the article's words that assert it"
    query = """
        SELECT 'claim' AS record_type, c.locator, '' AS path
        FROM claims AS c
        WHERE NOT EXISTS (
            SELECT 1 FROM links AS l
            WHERE l.record_type = 'claim' AND l.role = 'quote_ids' AND l.locator = c.locator
        ) AND NOT EXISTS (
            SELECT 1 FROM spans AS s
            WHERE s.record_type = 'claim' AND s.role = 'content' AND s.locator = c.locator
        )
    """
    passes = "claims: [{quote_ids: [], content: [{exact: the harbour, start: 17, end: 28}]}]"
    fails = "claims: [{quote_ids: null}]"
