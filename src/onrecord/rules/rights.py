"""Rights: words that may not be passed on."""

from hashlib import sha256

from onrecord.rules.base import Rule

_DIGEST = sha256(b"We will rebuild the harbour,").hexdigest()


class TextWithheld(Rule):
    """Report texts in the corpus that the article's rights do not allow to be passed on.

    Publishing the text would infringe the rights of its holder."""

    title = "a text that rights withhold"
    message = "the text is here, but the article's rights allow {redistribute} only"
    hint = "run onrecord dehydrate, which keeps the text elsewhere"
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, a.locator, 'text' AS path,
            a.rights.redistribute AS redistribute
        FROM articles AS a
        JOIN texts AS t ON t.owner = a.locator AND t.own
        WHERE a.rights.redistribute <> 'full'
    """
    fails = "article: {rights: {redistribute: quotes}}"
    fixed = "article: {url: 'https://example.org', text: null, rights: {redistribute: quotes}}"


class WordsWithheld(Rule):
    """Report words that the article's rights do not allow to be passed on. With `redistribute:
    quotes` only quoted words and short cues and mentions of one or two words may remain; with
    `none`, no words at all.

    Publishing the words would infringe the rights of their holder."""

    title = "words that rights withhold"
    message = "{path:plain} holds {words}, but the article's rights allow {redistribute} only"
    hint = "run onrecord dehydrate, which puts a digest in place of the words"
    scope = "article"
    empty_without = "spans"
    query = """
        SELECT w.record_type, w.locator,
            w.path || CASE WHEN w.exact IS NOT NULL THEN '.exact'
                WHEN w.prefix IS NOT NULL THEN '.prefix' ELSE '.suffix' END AS path,
            COALESCE(w.exact, w.prefix, w.suffix) AS words, w.redistribute
        FROM (
            SELECT s.record_type, s.locator, s.path, s.prefix, s.suffix,
                a.rights.redistribute AS redistribute,
                CASE WHEN a.rights.redistribute = 'quotes' AND (
                    s.quoted OR s.role <> 'content' AND IS_BRIEF(s.exact)
                ) THEN NULL ELSE s.exact END AS exact
            FROM spans AS s
            JOIN articles AS a ON a.locator = s.owner
            WHERE a.rights.redistribute <> 'full'
        ) AS w
        WHERE w.exact IS NOT NULL OR w.prefix IS NOT NULL OR w.suffix IS NOT NULL
    """
    passes = 'article: {url: "https://example.org", text: null, rights: {redistribute: quotes}}'
    fails = """
        article: {url: "https://example.org", text: null, rights: {redistribute: quotes}}
        quotes: [{type: indirect, content: [{quoted: false}]}]
    """
    fixed = fails.replace("{quoted", f"{{exact: null, sha256: {_DIGEST}, quoted")


class UnknownLicenceRedistributed(Rule):
    """Report texts that are passed on in full under an unknown licence: `NOASSERTION`, or an
    identifier that is not in the SPDX list.

    People who receive the text do not know what they may do with it."""

    title = "full redistribution under an unknown licence"
    message = "redistribute is full, but the licence is {license}"
    hint = (
        "give the text's SPDX licence identifier, or LicenseRef- and a name; "
        "while it is not known, redistribute quotes or none"
    )
    scope = "article"
    empty_without = "articles"
    query = """
        SELECT 'article' AS record_type, a.locator, 'rights.license' AS path,
            a.rights.license AS license
        FROM articles AS a
        JOIN (
            SELECT o.rights.license AS license, IS_LICENSE(MIN(o.rights.license)) AS known
            FROM articles AS o
            GROUP BY o.rights.license
        ) AS l ON l.license = a.rights.license
        WHERE a.rights.redistribute = 'full' AND NOT l.known
    """
    passes = "article: {rights: {license: LicenseRef-town-archive}}"
    fails = "article: {rights: {license: NOASSERTION}}"
