"""Find quotes that are nested in the wrong quote."""

from onrecord.rules.base import Rule, Shared


class NestingOutsideParent(Rule):
    """Report nested quotes whose words are not inside the quote that they are nested in.

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
    """Report quotes that are nested in a quote of another article.

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
    fails = {
        "harbour.yaml": "quotes: [{within: bridge.q1}]",
        "bridge.yaml": "article: {id: bridge}",
    }


class NestedQuotes(Shared):
    """Select the quotes that are nested in another one, each with the id of that one."""

    scope = "article"
    empty_without = "quotes"
    query = "SELECT locator, id, within FROM quotes WHERE within IS NOT NULL"


class NestingInCircle(Rule):
    """Report quotes that are nested in each other in a circle. A circle is reported once, at the
    quote whose id comes first; circles of up to 64 quotes are found.

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
    fails = "quotes: [{within: q1}]"
