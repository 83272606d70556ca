"""Find articles that the corpus has twice, by text or address."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared


class TextDigests(Shared):
    """Select the digests of articles' texts: the stated ones, and those of the actual texts. Without
    either, an article is only there if one of its records is in a split of the data.
    """

    scope = "article"
    empty_without = "articles"
    query = """
        SELECT a.locator, a.id, i.split, a.text_sha256, t.sha256
        FROM articles AS a
        JOIN ids AS i ON i.record_type = 'article' AND i.locator = a.locator
        LEFT JOIN texts AS t ON t.owner = a.locator
        WHERE COALESCE(a.text_sha256, t.sha256) IS NOT NULL
            OR a.locator IN (SELECT o.owner FROM ids AS o WHERE o.split IS NOT NULL)
    """


class SameText(Rule):
    """Report articles with the same text under different ids. It is a warning because newspapers
    print agency reports word for word; in two splits of the data it is an error
    (text-in-two-splits).

    The quotes are counted twice, and a model that is trained on one article is tested on the
    other."""

    severity = Severity.WARNING
    title = "the same text under two ids"
    message = "the text is that of {other}, character for character"
    hint = "keep one of the two; where both were published, keep them together when splitting"
    scope = "corpus"
    empty_without = "text_digests"
    rows_needed = 2
    query = """
        WITH digests AS (
            SELECT locator, id, split, text_sha256, COALESCE(text_sha256, sha256) AS digest
            FROM text_digests
        )
        SELECT 'article' AS record_type, d.locator,
            CASE WHEN d.text_sha256 IS NULL THEN 'text' ELSE 'text_sha256' END AS path,
            o.id AS other
        FROM digests AS d
        JOIN (
            SELECT digest, MIN(locator) AS locator FROM digests GROUP BY digest
        ) AS f ON f.digest = d.digest
        JOIN digests AS o ON o.locator = f.locator
        WHERE d.locator > f.locator AND d.id <> o.id AND COALESCE(d.split = o.split, TRUE)
    """
    passes = {"bridge.yaml": "article: {id: bridge}", "harbour.yaml": ""}
    fails = {
        "bridge.yaml": "article: {id: bridge}",
        "harbour.yaml": "article: {text: '“We will rebuild the harbour,” the mayor said.'}",
    }
    fixed = {"harbour.yaml": fails["harbour.yaml"]}


class PlainUrls(Shared):
    """Select the web addresses of articles, without what does not change the page."""

    scope = "article"
    empty_without = "articles"
    repeated = "plain"
    query = "SELECT locator, id, PLAIN_URL(url) AS plain FROM articles WHERE url IS NOT NULL"


class SameUrl(Rule):
    """Report articles with the same web address under different ids. Scheme, www, a final slash,
    the fragment and the parameters of common trackers are ignored. It is a warning because a page
    can change and be recorded before and after.

    One article was recorded twice, or one of the addresses is wrong and leads readers to another
    article."""

    severity = Severity.WARNING
    title = "the same web address under two ids"
    message = "the address is that of {other}: {plain:plain}"
    hint = "keep one of the two, or correct the address"
    scope = "corpus"
    empty_without = "plain_urls"
    rows_needed = 2
    query = """
        SELECT 'article' AS record_type, d.locator, 'url' AS path, o.id AS other, d.plain
        FROM plain_urls AS d
        JOIN (
            SELECT plain, MIN(locator) AS locator FROM plain_urls GROUP BY plain
        ) AS f ON f.plain = d.plain
        JOIN plain_urls AS o ON o.locator = f.locator
        WHERE d.locator > f.locator AND d.id <> o.id
    """
    passes = {
        "bridge.yaml": "article: {id: bridge, url: 'https://example.org/news?id=7'}",
        "harbour.yaml": "article: {url: 'https://example.org/news?id=8'}",
    }
    fails = {
        "bridge.yaml": "article: {id: bridge, url: 'http://www.example.org/news/?utm_source=feed'}",
        "harbour.yaml": "article: {url: 'https://example.org/news#comments'}",
    }
    fixed = {
        "bridge.yaml": "article: {id: bridge, url: 'http://www.example.org/bridge'}",
        "harbour.yaml": fails["harbour.yaml"],
    }


# A text that is long enough to compare, after the words of the spans in the examples.
REPORT = (
    "“We will rebuild the harbour,” the mayor said. The old pier was closed after the storm in "
    "March, and since then the ferries to the islands have left from the oil terminal, an hour's "
    "walk from the market. Fishermen had asked for a date."
)


class NearlySameTexts(Shared):
    """Select for each article the most similar text of an article before it, and the similarity."""

    scope = "corpus"
    empty_without = "lookalikes"
    query = """
        WITH ordered AS (
            SELECT l.owner, l.other, l.likeness,
                ROW_NUMBER() OVER (PARTITION BY l.owner ORDER BY l.likeness DESC, l.other) AS place
            FROM lookalikes AS l
        )
        SELECT owner, other, likeness FROM ordered WHERE place = 1 AND likeness >= 0.8
    """


class NearlySameText(Rule):
    """Report articles with nearly the same text: at least four fifths of the sequences of eight
    characters of either are in both, ignoring case and white space. Each article is reported once,
    with the most similar one before it. Texts of fewer than 200 characters are too short to
    compare, and withheld texts are not compared.

    Usually one article was recorded before and after a correction, or as two newspapers print it.
    Its quotes are counted twice, and a model that is trained on one version is tested on the
    other."""

    severity = Severity.WARNING
    title = "nearly the same text under two ids"
    message = "the text is {likeness} per cent that of {other}"
    hint = "keep the later version; where both were published, keep them together when splitting"
    scope = "corpus"
    empty_without = "nearly_same_texts"
    query = """
        SELECT 'article' AS record_type, a.locator, 'text' AS path, o.id AS other,
            CAST(FLOOR(100 * j.likeness) AS INTEGER) AS likeness
        FROM nearly_same_texts AS j
        JOIN text_digests AS a ON a.locator = j.owner
        JOIN text_digests AS o ON o.locator = j.other
        WHERE a.id <> o.id AND COALESCE(a.split = o.split, TRUE)
    """
    passes = {
        "bridge.yaml": f"article: {{id: bridge, text: {REPORT!r}}}",
        "harbour.yaml": "",
    }
    fails = {
        "bridge.yaml": f"article: {{id: bridge, text: {REPORT!r}}}",
        "harbour.yaml": f"article: {{text: {REPORT.replace('March', 'April')!r}}}",
    }
    fixed = {"harbour.yaml": fails["harbour.yaml"]}
