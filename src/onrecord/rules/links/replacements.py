"""Find records that are related to themselves, and wrong replacements of records."""

from onrecord.findings import Severity
from onrecord.rules.base import Rule, Shared


class RelatedToItself(Rule):
    """Report claims and quotes with a relation to themselves.

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
    """Select the relations that exclude another one between the same records: an update or a
    translation has one direction, and claims that contradict each other are not the same."""

    scope = "article"
    empty_without = "relations"
    query = """
        SELECT record_type, locator, path, record_id, kind, target
        FROM relations
        WHERE kind IN ('contradicts', 'translation_of', 'updates') AND target <> record_id
    """


class CorrectedWithoutReplacement(Rule):
    """Report records with `status: corrected` and without `replaced_by`.

    Readers who cite the record learn that it is wrong, and do not find the one that is right."""

    severity = Severity.WARNING
    title = "a corrected record without its replacement"
    message = "the {record_type:plain} is corrected, but replaced_by does not say by which record"
    hint = "write the id of the new record into replaced_by; withdrawn if there is none"
    scope = "article"
    empty_without = "quotes claims"
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
    """Report records with `replaced_by` that are not marked as corrected.

    Programs that skip corrected records use this one beside its replacement, and count both."""

    title = "a replaced record that is not corrected"
    message = "status is {status:plain}, but {replacement} replaces the {record_type:plain}"
    hint = "write status: corrected, or delete replaced_by"
    scope = "article"
    empty_without = "quotes claims"
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
    """Select the quotes and claims that are withdrawn, or that another record replaces."""

    scope = "article"
    empty_without = "quotes claims"
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
    """Report records that are said to be replaced by themselves, by a withdrawn record, or by a
    record that they replace.

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
