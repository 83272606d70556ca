"""Find ids that are wrong, and references to records that do not exist."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact
from onrecord.rules.base import Rule, Shared
from onrecord.rules.examples import ARTICLE_LINE, quote_line


class DuplicateId(Rule):
    """Report records with the identifier of another record of the same type.

    Every reference to the identifier points to both records, and joins count everything twice."""

    title = "an identifier that is used twice"
    message = "the id {id} is taken by another {record_type:plain} ahead of this one"
    hint = "give this record an id of its own"
    scope = "corpus"
    empty_without = "unordered"
    query = """
        WITH alike AS (
            SELECT HASH(id) AS digest FROM unordered GROUP BY HASH(id) HAVING COUNT(*) > 1
        ), doubtful AS (
            SELECT i.record_type, i.locator, i.id, i.article_id
            FROM unordered AS i
            JOIN alike AS a ON a.digest = HASH(i.id)
        ), twice AS (
            SELECT record_type, id, MIN(locator) AS locator
            FROM doubtful
            GROUP BY record_type, id
            HAVING COUNT(*) > 1
        )
        SELECT r.record_type, r.locator, 'id' AS path, r.id
        FROM doubtful AS r
        JOIN twice AS f ON f.record_type = r.record_type AND f.id = r.id
        WHERE r.locator > f.locator AND NOT (
            r.record_type <> 'article' AND EXISTS (
                SELECT 1 FROM twice AS a WHERE a.record_type = 'article' AND a.id = r.article_id
            )
        )
    """
    passes = """
        quotes:
          - {}
          - {id: q2, type: indirect, content: [{exact: The harbour is to be rebuilt, quoted: false}],
             attribution: unattributed}
    """
    fails = passes.replace("q2", "q1")


class IdOfOtherArticle(Rule):
    """Report quotes and claims of tables whose ids begin with the id of another article than
    theirs.

    References of the article to the record by its local id lead nowhere, and who reads its id looks
    for the record in the wrong article."""

    title = "an id that names another article"
    message = "the id is {id}, but the {record_type:plain} belongs to the article {article_id}"
    hint = "correct the id or article_id: an id is that of the article, a full stop, and a local id"
    scope = "article"
    empty_without = "ids"
    query = """
        SELECT i.record_type, i.locator, 'id' AS path, i.id, i.article_id
        FROM ids AS i
        WHERE i.record_type <> 'article' AND SPLIT_PART(i.id, '.', 1) <> i.article_id
    """
    passes = {
        "articles.jsonl": ARTICLE_LINE,
        "quotes.jsonl": quote_line("harbour.q1", "We will rebuild it."),
    }
    fails = {
        "articles.jsonl": ARTICLE_LINE,
        "quotes.jsonl": quote_line("pier.q1", "We will rebuild it."),
    }


class Known(Shared):
    """Select the ids of all records of the corpus, whether or not they could be read."""

    scope = "corpus"
    empty_without = "ids unread"
    query = """
        SELECT record_type, id FROM ids
        UNION ALL
        SELECT record_type, id FROM unread
    """
    kept = False


class OutgoingLinks(Shared):
    """Select references to records that are not in the same article: in another or nowhere."""

    scope = "article"
    empty_without = "links"
    query = """
        WITH targets AS (
            SELECT DISTINCT article_id, target_type, target FROM links
        ), outside AS (
            SELECT t.article_id, t.target_type, t.target
            FROM targets AS t
            WHERE NOT EXISTS (
                SELECT 1
                FROM ids AS i
                WHERE i.record_type = t.target_type AND i.id = t.target
                    AND i.article_id = t.article_id
            )
        )
        SELECT l.record_type, l.locator, l.owner, l.article_id, l.role, l.path, l.target_type,
            l.target
        FROM links AS l
        JOIN outside AS o ON o.article_id = l.article_id AND o.target_type = l.target_type
            AND o.target = l.target
    """


class DanglingReference(Rule):
    """Report references to records that do not exist: from a claim to a quote that it rests on,
    from a quote to the one that it is nested in, from a record to a related one or to its
    replacement.

    Nobody can find what the record is based on, and joins drop it without notice."""

    title = "a reference to a missing record"
    message = "{path:plain} is {target}, but there is no {target_type:plain} with this id"
    hint = "correct the id, or add the {target_type:plain}; ids of other articles are ARTICLE.ID"
    safe = True
    scope = "corpus"
    empty_without = "outgoing_links"
    query = """
        WITH targets AS (
            SELECT DISTINCT target_type, target FROM outgoing_links
        ), unknown AS (
            SELECT target_type, target
            FROM targets AS t
            WHERE NOT EXISTS (
                SELECT 1 FROM known AS k WHERE k.record_type = t.target_type AND k.id = t.target
            )
        ), missing AS (
            SELECT target_type, target
            FROM unknown AS u
            WHERE NOT EXISTS (
                SELECT 1
                FROM (SELECT record_type, id FROM unread WHERE id LIKE '%.*') AS k
                WHERE k.record_type = u.target_type
                    AND k.id = SPLIT_PART(u.target, '.', 1) || '.*'
            )
        )
        SELECT DISTINCT l.record_type, l.locator, l.path, l.target, l.target_type,
            i.id AS qualified
        FROM outgoing_links AS l
        JOIN missing AS m ON m.target_type = l.target_type AND m.target = l.target
        LEFT JOIN ids AS i
            ON i.record_type = l.target_type AND i.id = l.article_id || '.' || l.target
    """
    fails = "claims: [{quote_ids: [q7]}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the qualified id, if a table has the local id of a record of the same article."""
        return {path: facts["qualified"]} if facts["qualified"] else {}
