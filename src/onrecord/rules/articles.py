"""Articles: their text and its digest."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Rule


class TextDigestDiffers(Rule):
    """Report articles whose available text has another digest than `text_sha256` says: at least one
    character differs.

    Offsets are valid for one exact text only. No span is checked against a different text, so that
    errors in the spans stay undetected."""

    title = "a text with another digest"
    message = "the digest of the text is {found}, but the article gives {expected}"
    hint = "use the text that was annotated, or anchor the spans in this one and correct the digest"
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, a.locator, 'text_sha256' AS path,
            t.sha256 AS found, a.text_sha256 AS expected
        FROM articles AS a
        JOIN texts AS t ON t.owner = a.locator
        WHERE t.sha256 <> a.text_sha256
    """
    fails = f"article: {{text_sha256: '{'0' * 64}'}}"


class TextLengthDiffers(Rule):
    """Report articles whose `text_length` is not the number of Unicode code points in the text.

    The length was probably counted in other units, such as UTF-16 units or bytes. The offsets were
    then counted in the same way, and point to the wrong words."""

    title = "a text of another length"
    message = "the text has {found} characters, but text_length is {expected}"
    hint = "count Unicode code points, not bytes or UTF-16 units"
    safe = True
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, a.locator, 'text_length' AS path,
            t.length AS found, a.text_length AS expected,
            COALESCE(t.sha256 = a.text_sha256, FALSE) AS proven
        FROM articles AS a
        JOIN texts AS t ON t.owner = a.locator
        WHERE t.indexed AND t.length <> a.text_length
    """
    fails = "article: {text_length: 50}"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the length of the text, if the digest proves that it is the right text."""
        return {path: facts["found"]} if facts.get("proven") else {}


class OpenTextMissing(Rule):
    """Report articles whose rights allow the whole text to be passed on, but whose text is neither
    in the record nor in ID.txt beside the document. Copies in the folder of texts that spans are
    checked against do not count, since they are not published.

    The article would be published without its text, and all users would have to find one that
    matches the offsets."""

    severity = Severity.WARNING
    title = "a text that may be passed on but is missing"
    message = "redistribute is full, but the text is missing, so it would be published as null"
    hint = (
        "run onrecord anchor FILE --texts DIR --write, which stores the text in ID.txt beside the "
        "document, or write it into text; if nobody has it, say what may be passed on: quotes or none"
    )
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, a.locator, 'rights.redistribute' AS path
        FROM articles AS a
        LEFT JOIN texts AS t ON t.owner = a.locator AND t.own
        WHERE a.rights.redistribute = 'full' AND t.owner IS NULL
    """
    passes = "article: {url: 'https://example.org', text: null, rights: {redistribute: quotes}}"
    fails = "article: {text: null}"


class UntraceableArticle(Rule):
    """Report articles whose rights withhold their text, and that have neither an address nor a
    title with a publisher. Articles whose text is in the corpus are left out, and those of imported
    records, since their dataset has the texts.

    Nobody can find the article. Its spans can never be restored, and nobody can verify what is
    quoted from it."""

    severity = Severity.WARNING
    title = "a withheld article that nobody can find"
    message = (
        "redistribute is {allowed:plain} and the text is missing, but the article has neither "
        "an address nor title and publisher"
    )
    hint = "give url or archived_url, or title and publisher"
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, a.locator, '' AS path, a.rights.redistribute AS allowed
        FROM articles AS a
        LEFT JOIN texts AS t ON t.owner = a.locator AND t.own
        WHERE t.owner IS NULL AND a.rights.redistribute <> 'full'
            AND a.url IS NULL AND a.archived_url IS NULL
            AND (a.title IS NULL
                OR COALESCE(a.publisher.name, a.publisher.domain, a.publisher.wikidata) IS NULL)
            AND NOT EXISTS (
                SELECT 1 FROM quotes AS q
                WHERE q.owner = a.locator AND q.annotation.origin IS NOT NULL
            )
            AND NOT EXISTS (
                SELECT 1 FROM claims AS c
                WHERE c.owner = a.locator AND c.annotation.origin IS NOT NULL
            )
    """
    passes = """
        article: {title: The harbour, publisher: {name: The Gazette of Exampleton},
          text: null, rights: {redistribute: quotes}}
    """
    fails = "article: {text: null, rights: {redistribute: quotes}}"
