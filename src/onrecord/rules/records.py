"""Quotes and claims: fields that must agree with each other."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Rule


class InvalidLanguage(Rule):
    """Report language tags with a code that is not registered (BCP 47, IANA) or has been replaced.
    *jp* and *cz* are codes of countries: Japanese is *ja*, Czech *cs* and British English *en-GB*.

    Programs that choose a model, a font or a dictionary by the tag find none."""

    severity = Severity.WARNING
    title = "a language tag that is not valid"
    message = "{path:plain} is {tag}, but {problem:plain}"
    hint = "write {valid:plain}, or look it up in the language subtag registry of IANA"
    scope = "article"
    empty_without = "articles quotes claims"
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
    """Report quotes with `attribution: attributed` and without a speaker.

    A speaker who was forgotten looks like one whom the article leaves open, and analyses need to
    distinguish the two."""

    title = "attributed, without a speaker"
    message = "attribution is attributed, but there is no speaker"
    hint = "add the speaker; anonymous or unattributed where the article does not say who it is"
    scope = "article"
    empty_without = "quotes"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'attribution' AS path
        FROM quotes AS q
        WHERE q.attribution = 'attributed' AND ARRAY_LENGTH(q.speakers) = 0
    """
    passes = "quotes: [{attribution: unattributed, speakers: []}]"
    fails = "quotes: [{speakers: []}]"


class UnattributedWithSpeaker(Rule):
    """Report quotes with a speaker and with `attribution: unattributed` or `unknown`.

    One of the two is wrong, and counts of speakers differ from counts of attributions."""

    title = "unattributed, with a speaker"
    message = "attribution is {attribution:plain}, but there is a speaker"
    hint = "write attributed, or delete the speaker"
    scope = "article"
    empty_without = "quotes"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'attribution' AS path, q.attribution
        FROM quotes AS q
        WHERE q.attribution IN ('unattributed', 'unknown') AND ARRAY_LENGTH(q.speakers) > 0
    """
    passes = "quotes: [{attribution: anonymous, speakers: [{role: null}]}]"
    fails = "quotes: [{attribution: unattributed, speakers: [{kind: person, role: mayor}]}]"
    fixed = "quotes: [{attribution: attributed}]"


class EmptySource(Rule):
    """Report sources without a name, role, kind, Wikidata item, reference or mention.

    The source looks like a known speaker, and is counted as one."""

    title = "a source without any information"
    message = "{path:plain} is there, but nothing is said of it"
    hint = "give the name, the role, the kind or the words that mention it, or delete it"
    scope = "article"
    empty_without = "sources"
    query = """
        SELECT s.record_type, s.locator, s.path
        FROM sources AS s
        WHERE s.name IS NULL AND s.kind IS NULL AND s.wikidata IS NULL AND s.office IS NULL
            AND s.reference IS NULL AND NOT EXISTS (
                SELECT 1 FROM spans AS m
                WHERE m.record_type = s.record_type AND m.locator = s.locator
                    AND m.path = s.path || '.mentions[0]'
            )
    """
    passes = "quotes: [{speakers: [{kind: null, role: null, reference: null}]}]"
    fails = "claims: [{claimant: {kind: null, role: null}}]"
    fixed = ""


class NamedButUnnamed(Rule):
    """Report speakers with a name in quotes whose attribution says that the article does not name
    them.

    Either the article does name the source and the record says otherwise, or the name was found
    elsewhere and may reveal somebody whom the article protects, or the name is actually a role."""

    severity = Severity.WARNING
    title = "a name of an anonymous speaker"
    message = "{path:plain} is {name}, but attribution is anonymous"
    hint = "write attributed; or delete the name, and write a role as role"
    scope = "article"
    empty_without = "sources"
    query = """
        SELECT s.record_type, s.locator, s.path || '.name' AS path, s.name
        FROM sources AS s
        LEFT JOIN articles AS a ON a.locator = s.owner
        LEFT JOIN quotes AS q ON s.record_type = 'quote' AND q.locator = s.locator
        WHERE CASE WHEN s.role = 'speakers' AND q.attribution = 'anonymous'
            THEN NOT IS_NO_NAME(s.name) AND NOT IS_NAMELESS(s.name)
                AND NOT COALESCE(IS_PRONOUN(s.name, a.language), FALSE)
                AND ROLE_OF(s.name, a.language) IS NULL END
    """
    passes = "quotes: [{attribution: anonymous, speakers: [{role: mayor}]}]"
    fails = "quotes: [{attribution: anonymous, speakers: [{name: Ada Weaver}]}]"
    fixed = "quotes: [{attribution: attributed, speakers: [{name: Ada Weaver}]}]"


class ClaimWithoutBasis(Rule):
    """Report claims without a quote, words of the article, a page on which they were made, or a
    record of another dataset that they come from.

    Nobody can see where the claim comes from or verify that it was made."""

    title = "a claim that is based on nothing"
    message = "the claim has neither quote_ids nor content nor appearances"
    hint = "name the quotes it rests on, the article's words that assert it, or a page that has it"
    scope = "article"
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
