"""Compare quotes that are related with each other."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared

# The relations between quotes, with each pair of a speaker of the one and a speaker of the other.
_SPEAKERS = """
            SELECT r.locator, r.path, r.target, r.kind, r.name, r.wikidata,
                o.name AS other_name, o.wikidata AS other_wikidata
            FROM related_speakers AS r
            JOIN sources AS o ON o.record_type = 'quote' AND o.role = 'speakers'
                AND o.record_id = r.target
"""
# The valid example with a second quote, which is related to the first, and with names of speakers.
_RELATED = """
        article: {text: "“We will rebuild the harbour,” the mayor said. “Never,” another one said."}
        quotes:
          - speakers: [{name: Ada Muster, wikidata: Q1}]
          - {id: q2, type: direct, content: [{exact: "Never,", start: 48, end: 54, quoted: true}],
             attribution: attributed, speakers: [{name: Bo Beispiel, wikidata: Q2}],
             relations: [{type: answers, quote_id: q1}]}
        claims: [{claimant: {name: Ada Muster, wikidata: Q1}}]
"""


class TranslationsOfEachOther(Rule):
    """Report pairs of quotes that are translations of each other.

    One of them is the original, or both translate a third. Studies of translations would compare
    the words in the wrong direction."""

    title = "quotes that translate each other"
    message = "{quote} is a translation of {other}, and {other} of it"
    hint = "delete the relation of the original; write same_statement if both are translations"
    scope = "corpus"
    empty_without = "exclusive_relations"
    query = """
        SELECT 'quote' AS record_type, r.locator, MIN(r.path) AS path,
            MIN(r.record_id) AS quote, r.target AS other
        FROM exclusive_relations AS r
        JOIN exclusive_relations AS b ON b.record_id = r.target AND b.target = r.record_id
        WHERE r.kind = 'translation_of' AND b.kind = 'translation_of' AND r.record_id < r.target
        GROUP BY r.locator, r.target
    """
    passes = (
        _RELATED.replace("answers", "translation_of")
        .replace("Bo Beispiel", "Ada Muster")
        .replace("Q2", "Q1")
    )
    fails = passes.replace(
        "Q1}]\n", "Q1}]\n            relations: [{type: translation_of, quote_id: q2}]\n", 1
    )


class RelatedSpeakers(Shared):
    """Select relations of quotes to other quotes, with each speaker of the quote that has it."""

    scope = "article"
    empty_without = "relations"
    query = """
        SELECT r.locator, r.path, r.kind, r.target, s.name, s.wikidata
        FROM relations AS r
        JOIN sources AS s ON s.record_type = 'quote' AND s.role = 'speakers'
            AND s.locator = r.locator
        WHERE r.record_type = 'quote' AND r.target <> r.record_id
    """


class AnswersOwnQuote(Rule):
    """Report quotes that answer a quote of the same speaker, by Wikidata items or by names.

    `answers` relates a reply to what another speaker said. One of the speakers is wrong, or the two
    quotes are parts of one statement, and a dialogue would have a speaker who talks alone."""

    severity = Severity.WARNING
    title = "an answer to the speaker's own words"
    message = "the quote answers {other}, which {speaker} said as well"
    hint = "correct the speakers, or write same_statement, or delete the relation"
    scope = "corpus"
    empty_without = "related_speakers"
    query = f"""
        SELECT 'quote' AS record_type, p.locator, p.path, MIN(p.target) AS other,
            MIN(COALESCE(p.name, p.wikidata)) AS speaker
        FROM ({_SPEAKERS}) AS p
        WHERE p.kind = 'answers' AND (
            p.wikidata = p.other_wikidata
            OR p.name = p.other_name AND COALESCE(p.wikidata = p.other_wikidata, TRUE)
        )
        GROUP BY p.locator, p.path
    """
    passes = _RELATED
    fails = _RELATED.replace("Bo Beispiel", "Ada Muster").replace("Q2", "Q1")


class SameStatementOfOthers(Rule):
    """Report quotes that are the same statement as another quote, or its translation, although all
    their speakers have other Wikidata items.

    One of the speakers or the relation is wrong, and what one person said is counted for
    another."""

    severity = Severity.WARNING
    title = "one statement of different speakers"
    message = "{other} is of {other_speaker}, but the same statement is of {speaker} here"
    hint = "correct the speakers, or delete the relation"
    scope = "corpus"
    empty_without = "related_speakers"
    query = f"""
        SELECT 'quote' AS record_type, p.locator, p.path, MIN(p.target) AS other,
            MIN(COALESCE(p.name, p.wikidata)) AS speaker,
            MIN(COALESCE(p.other_name, p.other_wikidata)) AS other_speaker
        FROM ({_SPEAKERS}) AS p
        WHERE p.kind IN ('same_statement', 'translation_of')
        GROUP BY p.locator, p.path
        HAVING SUM(CASE WHEN p.wikidata <> p.other_wikidata THEN 0 ELSE 1 END) = 0
    """
    passes = AnswersOwnQuote.fails.replace("answers", "same_statement")
    fails = _RELATED.replace("answers", "same_statement")
