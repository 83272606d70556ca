"""Names: whether they are names, and whether each item has one name."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared

# All sources that have a name, each with the language in which it is written.
_SOURCES = """
    SELECT s.record_type, s.locator, s.owner, s.role, s.path, s.name, s.kind, s.wikidata,
        s.reference, COALESCE(c.language, a.language) AS language
    FROM sources AS s
    LEFT JOIN articles AS a ON a.locator = s.owner
    LEFT JOIN claims AS c ON s.record_type = 'claim' AND c.locator = s.locator
    WHERE s.name IS NOT NULL
"""


class NamesInArticles(Shared):
    """Count how often an item of Wikidata has a name in a language, by article, and give the first place."""

    scope = "article"
    empty_without = "articles"
    query = """
        SELECT record_type, locator, path, name, wikidata, language, times
        FROM (
            SELECT i.*,
                COUNT(*) OVER (PARTITION BY owner, wikidata, language, name) AS times,
                ROW_NUMBER() OVER (
                    PARTITION BY owner, wikidata, language, name
                    ORDER BY record_type, locator, path
                ) AS nth
            FROM (
                SELECT e.record_type, e.locator, e.owner, e.path, e.name, e.wikidata,
                    a.language || '/' || COALESCE(c.language, a.language) AS language
                FROM (
                    SELECT record_type, locator, owner, path, name, wikidata FROM sources
                    UNION ALL
                    SELECT record_type, locator, owner, path, name, wikidata FROM entities
                ) AS e
                JOIN articles AS a ON a.locator = e.owner
                LEFT JOIN claims AS c ON e.record_type = 'claim' AND c.locator = e.locator
                WHERE e.name IS NOT NULL AND e.wikidata IS NOT NULL
            ) AS i
        ) AS n
        WHERE nth = 1
    """


class NamedItems(Shared):
    """Count how often an item has a name in a language, and give the first place."""

    scope = "corpus"
    empty_without = "names_in_articles"
    # The first place is that of the least record type, locator and path.
    query = """
        SELECT SPLIT_PART(place, '/', 1) AS record_type,
            CAST(SPLIT_PART(place, '/', 2) AS BIGINT) AS locator,
            SPLIT_PART(place, '/', 3) AS path, name, wikidata, language, times
        FROM (
            SELECT name, wikidata, language, CAST(SUM(times) AS BIGINT) AS times,
                MIN(record_type || '/' || LPAD(CAST(locator AS VARCHAR), 19, '0') || '/' || path)
                    AS place
            FROM names_in_articles
            GROUP BY name, wikidata, language
        ) AS n
    """


# One word, possibly after words that begin with a small letter: a bare surname.
_BARE = r"'^(\p{Ll}\S* )*\S+$'"


class NoName(Rule):
    """Report placeholders in place of a name, such as N/A, None, unknown or a dash.

    All sources without a name become one person, who is then among those quoted most."""

    title = "a placeholder instead of a name"
    message = "{path:plain} is {name}, which is nobody's name"
    hint = "delete it, and write what is known: attribution anonymous, the role"
    scope = "article"
    empty_without = "sources entities"
    query = """
        WITH named AS (
            SELECT record_type, locator, path, name, kind, wikidata FROM sources
            UNION ALL
            SELECT record_type, locator, path, name, 'other' AS kind, wikidata FROM entities
        )
        SELECT e.record_type, e.locator, e.path || '.name' AS path, e.name
        FROM named AS e
        JOIN (
            SELECT name, IS_NO_NAME(MIN(name)) AS none, IS_NAMELESS(MIN(name)) AS nameless
            FROM named
            WHERE LENGTH(name) <= 24 AND wikidata IS NULL
            GROUP BY name
        ) AS n ON n.name = e.name
        WHERE e.wikidata IS NULL AND (n.none OR (
            COALESCE(e.kind, 'person') = 'person' AND n.nameless
            AND (e.kind IS NOT NULL OR LOWER(e.name) = e.name)
        ))
    """
    passes = """
        quotes:
          - speakers: [{name: Anonymous, kind: group, role: null, reference: named}]
            addressees: [{name: None, wikidata: Q4115189, kind: person}]
    """
    fails = "quotes: [{speakers: [{name: N/A}]}]"
    fixed = "quotes: [{attribution: anonymous, speakers: [{role: null}]}]"


class DataAsName(Rule):
    """Report addresses, lists written by a program, or numbers in place of a name, as happens if a
    column of a table holds something else in some rows. Numbers are accepted for what a record is
    about, such as a year, and for sources with a Wikidata item.

    Statistics about speakers count a web page as a person, and several people as one."""

    severity = Severity.WARNING
    title = "data where a name belongs"
    message = "{path:plain} is {name}, {what:plain}"
    hint = "write the name of one person or organization; delete it where there is none"
    scope = "article"
    empty_without = "sources entities"
    query = """
        WITH named AS (
            SELECT record_type, locator, path, name, wikidata IS NOT NULL AS known FROM sources
            UNION ALL
            SELECT record_type, locator, path, name, TRUE AS known FROM entities
        )
        SELECT e.record_type, e.locator, e.path || '.name' AS path, e.name, n.what
        FROM named AS e
        JOIN (
            SELECT name, NAME_DEFECT(MIN(name)) AS what
            FROM named
            WHERE NOT REGEXP_MATCHES(name, '^[A-Za-z .-]+$') OR STARTS_WITH(LOWER(name), 'www.')
            GROUP BY name
        ) AS n ON n.name = e.name
        WHERE n.what IS NOT NULL AND (NOT e.known OR n.what <> 'a number')
    """
    passes = "quotes: [{speakers: [{name: Booking.com (Example), kind: organization, reference: named}]}]"
    fails = "quotes: [{speakers: [{name: 'https:www.example.org'}]}]"
    fixed = "quotes: [{speakers: [{name: Ada Muster, reference: named}]}]"


class PronounAsName(Rule):
    """Report pronouns in place of a name. If the pronoun is also a name, such as He, give the full
    name, the Wikidata item or `reference: named`.

    Counted by name, everybody who is called *he* becomes one person."""

    title = "a pronoun instead of a name"
    message = "{path:plain} is {name}, a pronoun"
    hint = (
        "write the name of whoever it stands for, or none; the words that mention them go into "
        "mentions; where it is a name, give it in full"
    )
    scope = "article"
    empty_without = "sources"
    query = f"""
        WITH named AS (
            SELECT * FROM ({_SOURCES}) AS s
            WHERE LENGTH(s.name) <= 14 AND s.wikidata IS NULL
                AND COALESCE(s.reference, 'implicit') <> 'named'
                AND COALESCE(s.kind, 'person') NOT IN ('organization', 'document')
        )
        SELECT n.record_type, n.locator, n.path || '.name' AS path, n.name
        FROM named AS n
        JOIN (
            SELECT name, language, IS_PRONOUN(MIN(name), language) AS pronoun
            FROM named
            GROUP BY name, language
        ) AS p ON p.name = n.name AND p.language = n.language
        WHERE p.pronoun
            AND NOT EXISTS (
                SELECT 1 FROM sources AS o
                WHERE o.owner = n.owner
                    AND (STARTS_WITH(o.name, n.name || ' ') OR ENDS_WITH(o.name, ' ' || n.name))
            )
    """
    passes = """
        quotes:
          - speakers: [{name: He, wikidata: Q4115189}]
            addressees: [{name: He, kind: person}]
            relayed_by: [{name: He Li, kind: person}]
    """
    fails = "quotes: [{speakers: [{name: He}]}]"
    fixed = "quotes: [{speakers: [{name: Ada Muster}]}]"


class RoleAsName(Rule):
    """Report roles in place of the name of a person. Organizations and groups may be called by one,
    such as Police.

    There are many presidents and even more spokespersons: counted by name, they become one
    person."""

    severity = Severity.WARNING
    title = "a role instead of a name"
    message = "{path:plain} is {name}, which says what somebody is, not who"
    hint = "move it to role, and write the name where the article gives it"
    scope = "article"
    empty_without = "sources"
    query = f"""
        WITH named AS (
            SELECT * FROM ({_SOURCES}) AS s
            WHERE s.wikidata IS NULL AND COALESCE(s.kind, 'person') = 'person'
                AND COALESCE(s.reference, 'nominal') <> 'named'
        )
        SELECT n.record_type, n.locator, n.path || '.name' AS path, n.name
        FROM named AS n
        JOIN (
            SELECT name, language, ROLE_OF(MIN(name), language) AS what
            FROM named
            GROUP BY name, language
        ) AS r ON r.name = n.name AND r.language = n.language
        WHERE r.what = 'person' OR r.what = 'body' AND n.kind = 'person'
    """
    passes = """
        quotes:
          - speakers: [{name: The President's Office, kind: organization, reference: nominal}]
            addressees: [{name: Police, kind: group}]
    """
    fails = "quotes: [{speakers: [{name: the mayor}]}]"
    fixed = "quotes: [{speakers: [{role: mayor}]}]"


class PartsOfNames(Shared):
    """Select names of people that are only a part of a full name which the same article gives."""

    scope = "article"
    empty_without = "sources"
    query = f"""
        WITH people AS (
            SELECT s.owner, s.record_type, s.locator, s.path, s.name, s.kind, s.wikidata,
                SPLIT_PART(s.name, ' ', -1) AS surname
            FROM sources AS s
            WHERE s.owner IS NOT NULL AND s.name IS NOT NULL
                AND COALESCE(s.kind, 'person') = 'person'
        ),
        shorts AS (
            SELECT p.*, ROW_NUMBER() OVER (
                PARTITION BY p.owner, p.name ORDER BY p.record_type, p.locator, p.path
            ) AS nth
            FROM people AS p
            WHERE REGEXP_MATCHES(p.name, {_BARE})
        ),
        fulls AS (
            SELECT p.owner, p.surname, p.name, MIN(p.wikidata) AS wikidata
            FROM people AS p
            WHERE p.kind = 'person' AND p.name <> p.surname AND NOT REGEXP_MATCHES(p.name, {_BARE})
            GROUP BY p.owner, p.surname, p.name
        )
        SELECT s.record_type, s.locator, s.path, s.name, MIN(f.name) AS full_name
        FROM shorts AS s
        JOIN fulls AS f ON f.owner = s.owner AND f.surname = s.surname
            AND ENDS_WITH(f.name, ' ' || s.name)
        WHERE s.nth = 1 AND (s.wikidata IS NULL OR f.wikidata IS NULL)
        GROUP BY s.record_type, s.locator, s.path, s.name
    """


class AliasAsName(Rule):
    """Report names that are only a part of a full name which the same article, or another record of
    the same Wikidata item, gives.

    Counted by name, one person becomes two."""

    severity = Severity.WARNING
    title = "a part of a name instead of the full name"
    message = "{path:plain} is {name}, which seems to be short for {full}"
    hint = "write the full name everywhere; what the article says goes into mentions"
    scope = "corpus"
    empty_without = "named_items parts_of_names"
    query = f"""
        SELECT i.record_type, i.locator, i.path || '.name' AS path, i.name, MIN(f.name) AS "full"
        FROM named_items AS i
        JOIN named_items AS f ON f.wikidata = i.wikidata AND f.language = i.language
            AND ENDS_WITH(f.name, ' ' || i.name)
        WHERE REGEXP_MATCHES(i.name, {_BARE})
        GROUP BY i.record_type, i.locator, i.path, i.name
        UNION ALL
        SELECT p.record_type, p.locator, p.path || '.name' AS path, p.name, p.full_name AS "full"
        FROM parts_of_names AS p
    """
    passes = """
        quotes:
          - speakers: [{name: Ada de Waal, reference: named}]
            addressees: [{name: Waal, kind: organization}]
        claims: [{claimant: {name: Ada de Waal}}]
    """
    fails = """
        quotes: [{speakers: [{name: de Waal, reference: named}]}]
        claims: [{claimant: {name: Ada de Waal}}]
    """
    fixed = fails.replace("[{name: ", "[{name: Ada ")


class ItemWithSeveralNames(Rule):
    """Report Wikidata items that have several names in records of the same language. Every name
    except the most frequent one is reported once.

    The name is misspelt or spelt in two ways, or the item is wrong. Counted by name, one person
    becomes several."""

    severity = Severity.WARNING
    title = "one Wikidata item under several names"
    message = "{wikidata:plain} is called {name} here and {usual} elsewhere, {times} against {usual_times}"
    hint = "choose one name for it, or correct the item"
    scope = "corpus"
    empty_without = "named_items"
    query = f"""
        WITH ranked AS (
            SELECT i.*, ROW_NUMBER() OVER (
                PARTITION BY i.wikidata, i.language
                ORDER BY i.times DESC, LENGTH(i.name) DESC, i.name
            ) AS nth
            FROM named_items AS i
            WHERE NOT REGEXP_MATCHES(i.name, {_BARE}) OR NOT EXISTS (
                SELECT 1 FROM named_items AS f
                WHERE f.wikidata = i.wikidata AND f.language = i.language
                    AND ENDS_WITH(f.name, ' ' || i.name)
            )
        )
        SELECT i.record_type, i.locator, i.path || '.name' AS path, i.wikidata, i.name, i.times,
            u.name AS usual, u.times AS usual_times
        FROM ranked AS i
        JOIN ranked AS u ON u.wikidata = i.wikidata AND u.language = i.language AND u.nth = 1
        WHERE i.nth > 1
    """
    passes = """
        quotes: [{speakers: [{name: Anna Harbor, wikidata: Q4115189, reference: named}]}]
        claims:
          - language: de
            claimant: {name: Anna Hafen, wikidata: Q4115189}
    """
    fails = """
        article: {subjects: [{name: Anna Harbour, wikidata: Q4115189}]}
        quotes: [{speakers: [{name: Anna Harbor, wikidata: Q4115189, reference: named}]}]
        claims: [{claimant: {name: Anna Harbour, wikidata: Q4115189}}]
    """
    fixed = fails.replace("Harbor,", "Harbour,")


class NameWithSeveralItems(Rule):
    """Report names that have several Wikidata items in records of the same language. Every item
    except the most frequent one is reported once.

    Two people can share a name. More often one item belongs to a namesake, an office, a family or a
    disambiguation page, and the words are attributed to somebody who did not say them."""

    severity = Severity.WARNING
    title = "one name with several Wikidata items"
    message = (
        "{name} is {wikidata:plain} here and {usual:plain} elsewhere, {times} against {usual_times}"
    )
    hint = "look both items up, and correct the wrong one; two of the same name may be right"
    scope = "corpus"
    empty_without = "named_items"
    query = """
        WITH ranked AS (
            SELECT i.*, ROW_NUMBER() OVER (
                PARTITION BY i.name, i.language ORDER BY i.times DESC, LENGTH(i.wikidata), i.wikidata
            ) AS nth
            FROM named_items AS i
        )
        SELECT i.record_type, i.locator, i.path || '.wikidata' AS path, i.name, i.wikidata, i.times,
            u.wikidata AS usual, u.times AS usual_times
        FROM ranked AS i
        JOIN ranked AS u ON u.name = i.name AND u.language = i.language AND u.nth = 1
        WHERE i.nth > 1
    """
    passes = """
        quotes: [{speakers: [{name: Anna Harbour, wikidata: Q4115189, reference: named}]}]
        claims: [{claimant: {name: Anna Harbour}}]
    """
    fails = """
        article: {subjects: [{name: Anna Harbour, wikidata: Q13406268}]}
        quotes: [{speakers: [{name: Anna Harbour, wikidata: Q13406268, reference: named}]}]
        claims: [{claimant: {name: Anna Harbour, wikidata: Q4115189}}]
    """
    fixed = fails.replace("Q4115189", "Q13406268")
