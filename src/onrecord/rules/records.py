"""Quotes and claims: fields that must agree with one another."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Rule


class InvalidLanguage(Rule):
    """The tag of a language has a code in it that is not registered for such tags (BCP 47, IANA), or
    that was replaced. Programs that choose a model, a font or a dictionary by it find none: *jp* and
    *cz* are codes of countries, Japanese is *ja* and Czech *cs*; British English is *en-GB*."""

    severity = Severity.WARNING
    title = "a language tag that is not valid"
    message = "{path:plain} is {tag}, but {problem:plain}"
    hint = "write {valid:plain}, or look it up in the language subtag registry of IANA"
    query = """
        WITH tags AS (
            SELECT 'article' AS record_type, locator, 'language' AS path, language AS tag
            FROM articles
            UNION ALL
            SELECT 'quote' AS record_type, locator, 'language' AS path, language AS tag FROM quotes
            UNION ALL
            SELECT 'quote' AS record_type, locator, 'translated_from' AS path,
                translated_from AS tag
            FROM quotes
            UNION ALL
            SELECT 'claim' AS record_type, locator, 'language' AS path, language AS tag FROM claims
        )
        SELECT t.record_type, t.locator, t.path, t.tag, d.problem,
            COALESCE(d.valid, 'a valid tag') AS valid
        FROM tags AS t
        JOIN (
            SELECT tag, LANGUAGE_DEFECT(MIN(tag)) AS problem, VALID_LANGUAGE(MIN(tag)) AS valid
            FROM tags
            WHERE tag IS NOT NULL
            GROUP BY tag
        ) AS d ON d.tag = t.tag
        WHERE d.problem IS NOT NULL
    """
    passes = "quotes: [{translated_from: zh-Hant-TW}]"
    fails = "quotes: [{translated_from: jp}]"
    fixed = "quotes: [{translated_from: ja}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the tag that was meant, if it is known."""
        return {} if facts["valid"] == "a valid tag" else {path: facts["valid"]}


class AttributedWithoutSpeaker(Rule):
    """The quote is said to be attributed, but names no speaker. A speaker who was forgotten looks
    like one whom the article leaves open, and the two must be told apart."""

    title = "attributed, without a speaker"
    message = "attribution is attributed, but there is no speaker"
    hint = "add the speaker; anonymous or unattributed where the article does not say who it is"
    empty_without = "quotes"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'attribution' AS path
        FROM quotes AS q
        WHERE q.attribution = 'attributed' AND q.speaker IS NULL
    """
    passes = "quotes: [{attribution: unattributed, speaker: null}]"
    fails = "quotes: [{speaker: null}]"


class UnattributedWithSpeaker(Rule):
    """The quote is said to be unattributed by design, or nobody is said to know, but it has a
    speaker. One of the two is wrong, and whoever counts speakers counts differently from whoever
    counts attributions."""

    title = "unattributed, with a speaker"
    message = "attribution is {attribution:plain}, but there is a speaker"
    hint = "write attributed, or delete the speaker"
    empty_without = "quotes"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'attribution' AS path, q.attribution
        FROM quotes AS q
        WHERE q.attribution IN ('unattributed', 'unknown') AND q.speaker IS NOT NULL
    """
    passes = "quotes: [{attribution: anonymous, speaker: {kind: unnamed, role: null}}]"
    fails = "quotes: [{attribution: unattributed, speaker: {kind: person, role: mayor}}]"
    fixed = "quotes: [{attribution: attributed}]"


class EmptySource(Rule):
    """A source of which nothing is said: neither who it is, nor what it is, nor which words mention
    it. It looks like a speaker who is known, and is counted as one."""

    title = "a source of which nothing is said"
    message = "{path:plain} is there, but nothing is said of it"
    hint = "give the name, the role, the kind or the words that mention it, or delete it"
    empty_without = "sources"
    query = """
        SELECT s.record_type, s.locator, s.path
        FROM sources AS s
        WHERE s.name IS NULL AND s.kind IS NULL AND s.wikidata IS NULL AND s.office IS NULL
            AND s.reference IS NULL AND NOT EXISTS (
                SELECT 1 FROM spans AS m
                WHERE m.record_type = s.record_type AND m.locator = s.locator
                    AND m.path = s.path || '.mention'
            )
    """
    passes = "quotes: [{speaker: {kind: null, role: null, reference: null}}]"
    fails = "claims: [{claimant: {kind: null, role: null}}]"
    fixed = ""


class NamedButUnnamed(Rule):
    """The source is said to be one whom the article does not name, but has a name. Either the
    article names them, and the record hides it, or the name was found elsewhere, or what stands
    there is what they are."""

    severity = Severity.WARNING
    title = "a name of somebody who is left unnamed"
    message = "{path:plain} is {name}, but the source is said to be unnamed"
    hint = "write attributed and the kind that it is; or delete the name, and write a role as role"
    empty_without = "sources"
    query = """
        SELECT s.record_type, s.locator, s.path || '.name' AS path, s.name
        FROM sources AS s
        LEFT JOIN articles AS a ON a.locator = s.owner
        LEFT JOIN quotes AS q ON s.record_type = 'quote' AND q.locator = s.locator
        WHERE CASE WHEN s.kind = 'unnamed' OR s.role = 'speaker' AND q.attribution = 'anonymous'
            THEN NOT IS_NO_NAME(s.name) AND NOT IS_NAMELESS(s.name)
                AND NOT COALESCE(IS_PRONOUN(s.name, a.language), FALSE)
                AND (s.kind = 'unnamed' OR ROLE_OF(s.name, a.language) IS NULL) END
    """
    passes = "quotes: [{attribution: anonymous, speaker: {kind: unnamed}}]"
    fails = "quotes: [{speaker: {kind: unnamed, name: Ada Weaver}}]"
    fixed = "quotes: [{speaker: {kind: person, name: Ada Weaver}}]"


class ClaimWithoutBasis(Rule):
    """The claim rests on no quote, on no words of the article, on no page where it was made and on
    no record of another dataset, so that nobody can see where it comes from."""

    title = "a claim without anything that it rests on"
    message = "the claim has neither quote_ids nor content nor appearances"
    hint = "name the quotes it rests on, the article's words that assert it, or a page that has it"
    empty_without = "claims"
    query = """
        SELECT 'claim' AS record_type, c.locator, '' AS path
        FROM claims AS c
        WHERE NOT EXISTS (
            SELECT 1 FROM links AS l
            WHERE l.record_type = 'claim' AND l.role = 'quote_ids' AND l.locator = c.locator
        ) AND NOT EXISTS (
            SELECT 1 FROM spans AS s
            WHERE s.record_type = 'claim' AND s.role = 'content' AND s.locator = c.locator
        ) AND ARRAY_LENGTH(c.appearances) = 0 AND c.annotation.origin.id IS NULL
    """
    passes = "claims: [{quote_ids: [], content: [{exact: the harbour, start: 17, end: 28}]}]"
    fails = "claims: [{quote_ids: null}]"
    fixed = "claims: [{quote_ids: [q1]}]"
