"""Identifiers, and the references to them."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Rule, Shared
from onrecord.rules.examples import ARTICLE_LINE, quote_line


class DuplicateId(Rule):
    """Records with the identifier of another record of the same type.

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
    fails = """
        quotes:
          - {}
          - {id: q1, type: indirect, content: [{exact: The harbour is to be rebuilt, quoted: false}],
             attribution: unattributed}
    """


class IdOfOtherArticle(Rule):
    """Quotes and claims of tables whose ids begin with the id of another article than theirs.

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
    """The ids of all records that are there, whether or not they could be read."""

    scope = "corpus"
    query = """
        SELECT record_type, id FROM ids
        UNION ALL
        SELECT record_type, id FROM unread
    """
    kept = False


class OutgoingLinks(Shared):
    """The references to records that are not in the same article: in another one, or nowhere."""

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
    """References to records that do not exist: from a claim to a quote that it rests on, from a
    quote to the one that it is nested in, from a record to a related one or to its replacement.

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
    passes = ""
    fails = "claims: [{quote_ids: [q7]}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the qualified id, if a table has the local id of a record of the same article."""
        return {path: facts["qualified"]} if facts["qualified"] else {}


class NestingOutsideParent(Rule):
    """Nested quotes whose words are not inside the quote that they are nested in.

    Either the offsets or the nesting are wrong, and the words may be attributed to the wrong
    speaker."""

    title = "a nested quote outside its parent"
    message = "the quote spans {start}-{end}, but {parent} spans {parent_start}-{parent_end}"
    hint = "correct within, or the offsets of the two quotes"
    scope = "article"
    empty_without = "quotes"
    query = """
        WITH extents AS (
            SELECT locator, MIN(owner) AS owner, MIN(record_id) AS id,
                MIN(start_at) AS first, MAX(end_at) AS last
            FROM spans
            WHERE record_type = 'quote' AND role = 'content' AND start_at < end_at
            GROUP BY locator
        )
        SELECT 'quote' AS record_type, q.locator, 'within' AS path, q.within AS parent,
            c.first AS "start", c.last AS "end",
            p.first AS parent_start, p.last AS parent_end
        FROM quotes AS q
        JOIN extents AS c ON c.locator = q.locator
        JOIN extents AS p ON p.id = q.within AND p.owner = q.owner
        WHERE c.first < p.first OR c.last > p.last
    """
    passes = """
        quotes:
          - {}
          - {id: q2, within: q1, type: direct, attribution: unattributed,
             content: [{exact: rebuild, start: 9, end: 16, quoted: true}]}
    """
    fails = """
        quotes:
          - content: [{exact: We will rebuild, start: 1, end: 16, quoted: true}]
          - {id: q2, within: q1, type: direct, attribution: unattributed,
             content: [{exact: rebuild the, start: 9, end: 20, quoted: true}]}
    """


class NestingInOtherArticle(Rule):
    """Quotes that are nested in a quote of another article.

    The words of one article cannot be inside those of another, so that the nesting must be
    wrong."""

    title = "a quote nested in one of another article"
    message = "{parent} is a quote of another article"
    hint = "name the quote of this article that holds this one, or delete within"
    scope = "corpus"
    empty_without = "outgoing_links"
    query = """
        SELECT l.record_type, l.locator, l.path, l.target AS parent
        FROM outgoing_links AS l
        WHERE l.role = 'within' AND EXISTS (
            SELECT 1 FROM ids AS i WHERE i.record_type = 'quote' AND i.id = l.target
        )
    """
    passes = ""
    fails = {
        "harbour.yaml": "quotes: [{within: bridge.q1}]",
        "bridge.yaml": "article: {id: bridge}",
    }


class NestedQuotes(Shared):
    """The quotes that are nested in another one, each with the id of that one."""

    scope = "article"
    empty_without = "quotes"
    query = "SELECT locator, id, within FROM quotes WHERE within IS NOT NULL"


class NestingInCircle(Rule):
    """Quotes that are nested in each other in a circle. A circle is reported once, at the quote
    whose id comes first; circles of up to 64 quotes are found.

    No quote is the outermost one, so that programs that follow the nesting never end."""

    title = "quotes nested in a circle"
    message = "{quote} is nested, through {parent}, in itself"
    hint = "delete within of the outermost quote"
    scope = "corpus"
    empty_without = "nested_quotes"
    query = """
        WITH RECURSIVE nested AS (
            SELECT id, MIN(within) AS within, MIN(locator) AS locator
            FROM nested_quotes
            GROUP BY id
        ),
        nesting AS (
            SELECT q.id, q.within AS ancestor, 1 AS depth
            FROM nested AS q
            UNION ALL
            SELECT n.id, q.within AS ancestor, n.depth + 1 AS depth
            FROM nesting AS n
            JOIN nested AS q ON q.id = n.ancestor
            WHERE n.ancestor <> n.id AND n.depth < 64
        )
        SELECT 'quote' AS record_type, q.locator, 'within' AS path,
            q.id AS quote, q.within AS parent
        FROM nested AS q
        JOIN (
            SELECT id, MIN(ancestor) AS first,
                MAX(CASE WHEN ancestor = id THEN 1 ELSE 0 END) AS circles
            FROM nesting
            GROUP BY id
        ) AS n ON n.id = q.id
        WHERE n.circles = 1 AND n.first = q.id
    """
    passes = ""
    fails = "quotes: [{within: q1}]"


class RelatedToItself(Rule):
    """Claims and quotes with a relation to themselves.

    The id of another record was meant, and the relation to that record is lost."""

    title = "a record that is related to itself"
    message = "{path:plain} is {target}, the {record_type:plain} itself"
    hint = "write the id of the {record_type:plain} that is meant, or delete the relation"
    scope = "article"
    empty_without = "relations"
    query = """
        SELECT r.record_type, r.locator, r.path || '.' || r.record_type || '_id' AS path, r.target
        FROM relations AS r
        WHERE r.target = r.record_id
    """
    passes = """
        quotes: [{}, {id: q2, type: reported, content: [{exact: the bridge, quoted: false}],
          attribution: unattributed, relations: [{type: answers, quote_id: q1}]}]
    """
    fails = "claims: [{relations: [{type: supports, claim_id: c1}]}]"
    fixed = ""


class ExclusiveRelations(Shared):
    """The relations that exclude another one between the same records: an update or a translation
    has one direction, and claims that contradict each other are not the same."""

    scope = "article"
    empty_without = "relations"
    query = """
        SELECT record_type, locator, path, record_id, kind, target
        FROM relations
        WHERE kind IN ('contradicts', 'translation_of', 'updates') AND target <> record_id
    """


class CorrectedWithoutReplacement(Rule):
    """Records with `status: corrected` and without `replaced_by`.

    Readers who cite the record learn that it is wrong, and do not find the one that is right."""

    severity = Severity.WARNING
    title = "a corrected record without its replacement"
    message = "the {record_type:plain} is corrected, but replaced_by does not say by which record"
    hint = "write the id of the new record into replaced_by; withdrawn if there is none"
    scope = "article"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'status' AS path
        FROM quotes AS q
        WHERE q.status = 'corrected' AND q.replaced_by IS NULL
        UNION ALL
        SELECT 'claim' AS record_type, c.locator, 'status' AS path
        FROM claims AS c
        WHERE c.status = 'corrected' AND c.replaced_by IS NULL
    """
    passes = """
        claims:
          - {status: corrected, replaced_by: c2}
          - {id: c2, text: In May 2024 the mayor promised to rebuild the harbour of Exampleton.,
             language: en, voice: source, claimant: {kind: person, role: mayor}, quote_ids: [q1]}
    """
    fails = "claims: [{status: corrected}]"
    fixed = "claims: [{status: withdrawn}]"


class ReplacementWithoutCorrection(Rule):
    """Records with `replaced_by` that are not marked as corrected.

    Programs that skip corrected records use this one beside its replacement, and count both."""

    title = "a replaced record that is not corrected"
    message = "status is {status:plain}, but {replacement} replaces the {record_type:plain}"
    hint = "write status: corrected, or delete replaced_by"
    scope = "article"
    query = """
        SELECT 'quote' AS record_type, q.locator, 'replaced_by' AS path, q.status,
            q.replaced_by AS replacement
        FROM quotes AS q
        WHERE q.status <> 'corrected' AND q.replaced_by IS NOT NULL
        UNION ALL
        SELECT 'claim' AS record_type, c.locator, 'replaced_by' AS path, c.status,
            c.replaced_by AS replacement
        FROM claims AS c
        WHERE c.status <> 'corrected' AND c.replaced_by IS NOT NULL
    """
    passes = CorrectedWithoutReplacement.passes
    fails = passes.replace("status: corrected, ", "")


class RetiredRecords(Shared):
    """The quotes and claims that are withdrawn, or that another record replaces."""

    scope = "article"
    query = """
        SELECT 'quote' AS record_type, q.locator, q.id, q.status, q.replaced_by
        FROM quotes AS q
        WHERE q.status = 'withdrawn' OR q.replaced_by IS NOT NULL
        UNION ALL
        SELECT 'claim' AS record_type, c.locator, c.id, c.status, c.replaced_by
        FROM claims AS c
        WHERE c.status = 'withdrawn' OR c.replaced_by IS NOT NULL
    """


class ReplacementNotValid(Rule):
    """Records that are said to be replaced by themselves, by a withdrawn record, or by a record that
    they replace.

    Readers who follow `replaced_by` do not reach a valid record."""

    title = "a replacement that is not valid"
    message = "replaced_by is {replacement}, {problem:plain}"
    hint = "write the id of the record that is valid instead; status: withdrawn if there is none"
    scope = "corpus"
    empty_without = "retired_records"
    query = """
        SELECT r.record_type, r.locator, 'replaced_by' AS path, r.replaced_by AS replacement,
            'the record itself' AS problem
        FROM retired_records AS r
        WHERE r.replaced_by = r.id
        UNION ALL
        SELECT DISTINCT r.record_type, r.locator, 'replaced_by' AS path,
            r.replaced_by AS replacement, 'which is withdrawn' AS problem
        FROM retired_records AS r
        JOIN retired_records AS w ON w.record_type = r.record_type AND w.id = r.replaced_by
        WHERE w.status = 'withdrawn' AND r.replaced_by <> r.id
        UNION ALL
        SELECT DISTINCT r.record_type, r.locator, 'replaced_by' AS path,
            r.replaced_by AS replacement, 'which this record replaces' AS problem
        FROM retired_records AS r
        JOIN retired_records AS b ON b.record_type = r.record_type AND b.id = r.replaced_by
        WHERE b.replaced_by = r.id AND r.id < r.replaced_by
    """
    passes = CorrectedWithoutReplacement.passes
    fails = passes.replace("replaced_by: c2", "replaced_by: c1")
