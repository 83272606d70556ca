"""Describe the tables that rules query, for ``docs/tables.md``.

Columns that are fields of a record are described by its model, and are left out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from onrecord.rules.base import Scope


class Description(NamedTuple):
    """A description of a table.

    Attributes:
        about: What its rows are.
        columns: What each of its columns holds, by name.
        scope: What its rows depend on, unless it is a shared query, which says so itself.
    """

    about: str
    columns: Mapping[str, str] = MappingProxyType({})
    scope: Scope = "article"


# Columns with the same meaning in every table that does not describe them itself.
COMMON: Mapping[str, str] = MappingProxyType(
    {
        "record_type": "`article`, `quote` or `claim`.",
        "locator": "Row of the record in the table of its type, from 0. A rule returns it, with "
        "`record_type` and `path`, as the location of a finding.",
        "article_id": "Id of the article that the record belongs to; of an article its own id.",
        "record_id": "Qualified id of the record.",
        "role": "Path without list indices, such as `speakers.mentions`.",
        "path": "Path inside the record, such as `content[0]`.",
        "owner": "Row of the article that the record belongs to; null if there is no such article.",
        "id": "Qualified id of the record.",
    }
)

# Columns of several shared queries.
_SPLIT = "As in [ids](#ids)."
_FINGERPRINT = "Fingerprint of the words."
_NAMED = {
    "name": "The name.",
    "wikidata": "Wikidata item of the person or organisation with the name.",
    "language": "Languages of the article and of the record, such as `en/en`.",
}
_RATED = {
    "reviewer": "Publisher of the verdict.",
    "rating": "The verdict on the scale that all assessments share.",
    "original_rating": "The verdict in the reviewer's own words.",
}

DESCRIPTIONS: Mapping[str, Description] = MappingProxyType(
    {
        "texts": Description(
            "One row for each article whose text is available: in the record, beside the document or "
            "in the folder of `--texts`.",
            {
                "owner": "Row of the article.",
                "length": "Length of the text in Unicode code points.",
                "sha256": "SHA-256 of the text in UTF-8.",
                "indexed": "Whether this is the text that the offsets index: its digest is the "
                "article's `text_sha256`, or the article has none.",
                "own": "Whether the record itself brings the text; false if `--texts` does.",
                "text": "The text.",
            },
        ),
        "spans": Description(
            "One row for each span of a record, with the words that the text has at its offsets.",
            {
                "position": "Index in its list, from 0.",
                "words": "Words of the text at the offsets; null if no text is available or the "
                "offsets are not in it.",
                "before": "Up to 64 code points of the text before the span.",
                "after": "Up to 64 code points of the text after the span.",
                "fit": "`here`: the words are at the offsets. `utf16`, `bytes`: they are, if the "
                "offsets count these units. `moved`: they are in one other place. `ambiguous`: they "
                "are in several other places. `lost`: the text does not have them. Null if no text "
                "is available or the span is not located.",
                "fit_start": "Offset at which the words do begin, if that is one place.",
                "fit_end": "Offset at which they end, likewise.",
                "places": "Number of places with the words, unless they are at the offsets.",
                "first_places": "The first of several places, to be shown to people.",
                "nearest": "Passage that is most similar to lost words, if any is similar enough.",
                "line": "Line of the text, from 1, of the words that are in another place, or of "
                "`nearest`.",
            },
        ),
        "sources": Description(
            "One row for each source of a record: speakers, claimants, addressees, relays."
        ),
        "entities": Description(
            "One row for each entity that is not a source, such as the publisher."
        ),
        "relations": Description(
            "One row for each relation between two claims or two quotes.",
            {
                "kind": "Type of the relation: one of [Relation](fields.md#relation) for claims, one "
                "of [QuoteRelation](fields.md#quoterelation) for quotes.",
                "target": "Qualified id of the other claim or quote.",
            },
        ),
        "assessments": Description("One row for each assessment of a claim."),
        "evidence": Description("One row for each piece of evidence of an assessment."),
        "links": Description(
            "One row for each field that refers to another record.",
            {
                "target_type": "Type of the record that is referred to.",
                "target": "Qualified id of that record.",
            },
        ),
        "dates": Description(
            "One row for each date of a record.", {"value": "The date as written."}
        ),
        "urls": Description(
            "One row for each web address of a record.", {"url": "The address as written."}
        ),
        "strings": Description(
            "One row for each field of free text, except article texts and the words of spans.",
            {"value": "The text as written."},
        ),
        "articles": Description("One row for each article; its text is in `texts`."),
        "quotes": Description("One row for each quote."),
        "claims": Description("One row for each claim."),
        "ids": Description(
            "One row for each record of any type.",
            {
                "split": "Part of the data that its file belongs to (`train`, `validation`, `test`); "
                "null unless the corpus has two or more."
            },
        ),
        "unordered": Description(
            "The rows of `ids` whose id another record of their type may have. Types whose ids "
            "ascend have none.",
            {"split": "As in `ids`."},
            scope="corpus",
        ),
        "unread": Description(
            "One row for each record that exists but could not be read.",
            {"id": "Its id; `ARTICLE.*` stands for every record of an article."},
            scope="corpus",
        ),
        "components": Description(
            "One row for each claim that `same_as` connects with another one, through any number of "
            "claims; withdrawn claims connect nothing.",
            {"component": "The first id, in order, of all claims that are connected."},
            scope="corpus",
        ),
        "lookalikes": Description(
            "Pairs of articles whose texts may be nearly the same, by their sketches (MinHash).",
            {
                "owner": "Row of the later article.",
                "other": "Row of an earlier article with a similar text.",
                "likeness": "How similar the texts are, from 0 to 1: the Jaccard index of their "
                "runs of eight characters.",
            },
        ),
        "sketches": Description(
            "One row for each text that is long enough to be compared with others.",
            {
                "owner": "Row of the article.",
                "sha256": "SHA-256 of the text in UTF-8.",
                "sketch": "The smallest hashes of the text's runs of eight characters (MinHash).",
            },
            scope="corpus",
        ),
        "alike": Description(
            "Pairs of articles that share nearly the same text, or nearly equal quotes or claims. "
            "Only splits need it.",
            {
                "record_type": "What they share.",
                "owner": "Row of an article.",
                "other": "Row of another one.",
            },
            scope="corpus",
        ),
        "lacking": Description(
            "One row for each field that the setting `require` names and a record does not have.",
            {"field": "The field as the setting names it, such as `article.url`."},
        ),
        "published": Description(
            "One row for each record of the last publication that the corpus no longer has unchanged.",
            {
                "corpus": "Number of the corpus, of those that are validated together.",
                "status": "Status of the record in the publication.",
                "there": "Whether a record has this id now.",
                "same": "Row of the one record that now says the same under another id.",
            },
            scope="corpus",
        ),
        "unreadable": Description(
            "One row for each file of the last publication that cannot be read.",
            {
                "corpus": "Number of the corpus, of those that are validated together.",
                "file": "Path of the file.",
                "problem": "Why it cannot be read.",
            },
            scope="corpus",
        ),
        "counts": Description(
            "One row for each number on a dataset card or in a manifest that can be checked.",
            {
                "locator": "Number of the row, from 0.",
                "what": "What is counted.",
                "stated": "The number as the card or manifest states it.",
                "found": "The number that the Parquet files give.",
            },
            scope="corpus",
        ),
        # Shared queries; their docstrings say what their rows are.
        "unclear_marks": Description(
            "", {"marked": "Whether the words are inside quotation marks; null if that is unclear."}
        ),
        "located_words": Description("", {"annotators": "The annotators of the quote, joined."}),
        "nearly_same_texts": Description(
            "",
            {
                "owner": "Row of the article.",
                "other": "Row of the earlier article with the most similar text.",
                "likeness": "Similarity of the two texts, from 0.8 to 1.",
            },
        ),
        "text_digests": Description(
            "",
            {
                "split": _SPLIT,
                "text_sha256": "The digest that the article states.",
                "sha256": "The digest of the text; null if it is not available.",
            },
        ),
        "plain_urls": Description("", {"plain": "The address without these."}),
        "quotes_in_splits": Description("", {"split": _SPLIT, "fingerprint": _FINGERPRINT}),
        "claims_in_splits": Description("", {"split": _SPLIT, "fingerprint": _FINGERPRINT}),
        "quotes_in_articles": Description("", {"fingerprint": _FINGERPRINT}),
        "claims_in_articles": Description("", {"fingerprint": _FINGERPRINT}),
        "names_in_articles": Description("", {**_NAMED, "times": "How often."}),
        "named_items": Description(
            "", {**_NAMED, "times": "How often the item has this name in this language."}
        ),
        "parts_of_names": Description(
            "", {"name": "The name.", "full_name": "The full name that it is a part of."}
        ),
        "outgoing_links": Description(
            "",
            {
                "target_type": "Type of the record that is referred to.",
                "target": "Qualified id of that record.",
            },
        ),
        "nested_quotes": Description(
            "", {"within": "Identifier of the quote in which this one is nested."}
        ),
        "retired_records": Description(
            "",
            {
                "status": "Status of the record.",
                "replaced_by": "Identifier of the record that replaces it.",
            },
        ),
        "exclusive_relations": Description(
            "", {"kind": "Type of the relation.", "target": "Qualified id of the other record."}
        ),
        "related_speakers": Description(
            "",
            {
                "kind": "Type of the relation.",
                "target": "Qualified id of the other quote.",
                "name": "Name of the speaker.",
                "wikidata": "Wikidata item of the speaker.",
            },
        ),
        "unspoken_claims": Description(
            "",
            {
                "name": "Name of the claimant.",
                "wikidata": "Wikidata item of the claimant.",
                "kind": "Kind of the claimant.",
                "language": "Language of the claim.",
                "quote": "Id of a quote that the claim rests on; null if none is in the article.",
                "speaker": "Name or Wikidata item of somebody who said or relayed such a quote.",
            },
        ),
        "active_claims": Description(
            "",
            {
                "split": _SPLIT,
                "voice": "Who asserts it: `source` or `article`.",
                "period": "The time that the claim is about.",
                "language": "Language of the claim, without its region or script.",
                "claimant": "Name, Wikidata item or role of the claimant, in lower case.",
                "quoted": "Whether it rests on any quote.",
                "digest": "MD5 of its words, normalised; null if there are none.",
                "indexical": "Whether the words refer to the claimant or the day: *I*, *yesterday*.",
            },
        ),
        "decided_verdicts": Description(
            "", {"reviewer": "Publisher of the verdict.", "rating": "The verdict."}
        ),
        "labelled_ratings": Description(
            "",
            {
                **_RATED,
                "opposed": "Whether the words say the opposite of the rating.",
                "agrees": "Whether the words say the same as the rating.",
            },
        ),
        "opposed_ratings": Description("", _RATED),
        "ratings_of_reviewers": Description(
            "",
            {
                "reviewer": "Publisher of the verdicts.",
                "first_rating": "The first of the ratings, in alphabetical order.",
                "last_rating": "The last of them.",
                "rated": "How many there are.",
                "opposed": "How many say the opposite of the reviewer's own words.",
                "agreeing": "How many say the same as these.",
            },
        ),
        "worded_claims": Description(
            "",
            {
                "words": "The text of the claim, normalised for comparison with others.",
                "subject": "The pronoun that it begins with, if it is not clear what it refers to.",
                "day": "The words for a date that is relative to the day on which it was made.",
            },
        ),
        "doubtful_strings": Description("", {"value": "The text as written."}),
    }
)
