"""Importing: problems in files of other formats, in addition to those that all readers find.

An error keeps the item from becoming a record; a warning reports what was left out of one.
"""

from onrecord.findings import Severity
from onrecord.rules.base import Edit, ImportCheck


class OffsetsMismatch(ImportCheck):
    """Report items whose words are not the ones that the text has at their offsets.

    Nothing shows whether the words or the offsets are right, and a record of either could quote
    somebody incorrectly."""

    title = "offsets at which the text has other words"
    message = "the text has {found} at {start}-{end}, but {expected} is given{fits:plain}"
    hint = "correct the offsets in the source; --offsets says in which units they are counted"
    fails = {"wikinews-de/a.json": Edit(b'"charEnd": 21', b'"charEnd": 20')}


class WordsInOtherForm(ImportCheck):
    """Report words of an annotation that differ from those at its offsets only in white space,
    Unicode normal form or invisible characters. The record has the words of the text.

    The two often look the same, but a comparison of the record with the source finds a
    difference."""

    severity = Severity.WARNING
    title = "words in another form than in the text"
    message = (
        "the words given for {start}-{end} differ from those of the text, {found}, in "
        "{difference:plain} only; the text's are taken"
    )
    hint = "nothing need be done; to compare words, normalise both sides"
    fails = {"wikinews-de/a.json": Edit(b'text": "\xe2\x80\x9eWir', b'text": "\xe2\x80\x9eWir ')}


class OffsetsBeyondText(ImportCheck):
    """Report spans that end after the end of the text.

    Nobody can know which words are meant, so that the item cannot be imported. The text and the
    annotations may not belong together, or the offsets count other units."""

    title = "offsets beyond the end of the text"
    message = "{start}-{end} is beyond the end of the text, which is {length} long{fits:plain}"
    hint = "check that text and annotations belong together, and in which units offsets are counted"
    fails = {"wikinews-de/a.json": Edit(b'"charEnd": 21', b'"charEnd": 99')}


class OffsetsReversed(ImportCheck):
    """Report spans that end where they begin, or before.

    Such a span contains no words, so that nothing could be recorded for it."""

    title = "an empty or reversed span"
    message = "{start}-{end} holds no words"
    hint = "the end is the offset just past the last character, so greater than the start"
    fails = {"wikinews-de/a.json": Edit(b'"charEnd": 21', b'"charEnd": 0')}


class TextMissing(ImportCheck):
    """Report annotation files without the text that they annotate.

    Offsets without a text do not show which words they mark, so that nothing can be imported."""

    title = "annotations without their text"
    message = "there is no text for this file; {expected} was expected"
    hint = (
        "put the text beside it, or name its folder with --source-texts; for brat, --names tells how "
        "the names of files pair"
    )
    fails = {"brat/a.ann": b"T1\tContent 0 2\tHe\n"}
    fixed = fails | {"brat/a.txt": b"He left.\n"}


class UnknownTarget(ImportCheck):
    """Report references to annotations that are not in the file.

    A part of the item is lost: for example, a quote without its words or its speaker."""

    title = "a reference to a missing annotation"
    message = "{id:plain} refers to {target}, which is not in this file"
    hint = "restore the annotation, or remove the reference"
    fails = {
        "brat/a.txt": b"We left, he said.\n",
        "brat/a.ann": b"T1\tAttribution 12 16\tsaid\nE1\tAttribution:T1 Content:T2\n",
    }
    fixed = {
        "brat/a.txt": b"We left, he said.\n",
        "brat/a.ann": b"T1\tAttribution 12 16\tsaid\nT2\tContent 0 7\tWe left\n"
        b"E1\tAttribution:T1 Content:T2\n",
    }


class DuplicateItem(ImportCheck):
    """Report items that occur twice in the source, or that share an identifier with another item.

    As two records they would be counted twice, and references to the identifier would be
    ambiguous."""

    title = "an item that occurs twice"
    message = "{id} was imported already"
    hint = "remove one of them from the source"
    fails = {"brat/a.ann": Edit(b"E1\t", b"E9\tAttribution:T1 Content:T2\nE9\t")}


class OtherColumns(ImportCheck):
    """Report rows of a table with more or fewer cells than the table has columns. The usual reason
    is quotation marks inside cells: if they are read as quoting, a mark without its pair swallows
    what follows.

    The values of such a row belong to other fields, and would be recorded as something that they
    are not."""

    title = "a row with another number of cells"
    message = "this row has {found} cells, but {expected} were expected"
    hint = "check the delimiter and the quoting in the mapping file"
    fails = {"table/a.tsv": Edit(b"rose", b"\trose")}


class UnpairedQuotationMark(ImportCheck):
    """Report cells of a table that begin with a quotation mark and do not end with one. The row is
    refused, and reading continues with the next line.

    If it is read as quoting, the mark includes everything up to the next one, and other rows
    disappear without notice."""

    title = "a quotation mark without its pair"
    message = "the quotation mark that opens this cell {problem:plain}"
    hint = (
        "write quoting: none in the mapping file if quotation marks belong to the cells, and "
        "line_breaks: true if cells go over several lines; else correct this one"
    )
    fails = {"table/a.tsv": Edit(b"\tThe tide", b'\t"The tide')}


class UnknownColumn(ImportCheck):
    """Report columns that the mapping file names and the table does not have.

    The field would be empty in every record."""

    title = "a column that the table does not have"
    message = "there is no column {column}, which {field:plain} is mapped to"
    hint = "{advice:plain}"
    fails = {"table/mapping.yaml": Edit(b"text: statement", b"text: statment")}


class NoValue(ImportCheck):
    """Report placeholders for a missing value, such as nan, None or N/A. They are not imported.

    As a value the word would become a person of that name, quoted in thousands of records."""

    severity = Severity.WARNING
    title = "a word that stands for no value"
    message = "{field:plain} is {found}, which stands for no value; it is left out"
    hint = "leave the field out of the source, or write the value"
    fails = {"averitec/a.json": Edit(b'"speaker": "Ada Weaver"', b'"speaker": "nan"')}


class SpaceAtEdge(ImportCheck):
    """Report values and spans that begin or end with white space. They are imported without
    changes, since the space may be intended.

    The value does not equal the same value without the space, so that searches and joins miss
    it."""

    severity = Severity.WARNING
    title = "white space at an edge"
    message = "{field:plain} {found} has white space at an edge"
    hint = "remove it from the source if it is not meant"
    fails = {"averitec/a.json": Edit(b'"speaker": "Ada Weaver"', b'"speaker": "Ada Weaver "')}


class LineBreaks(ImportCheck):
    """Report line breaks in values that are one line in a record. Each break, with the white space
    around it, is imported as one space.

    The imported value is not exactly that of the source, and a search for the original would miss
    it."""

    severity = Severity.WARNING
    title = "line breaks in a value of one line"
    message = "{field:plain} has line breaks, which become spaces"
    hint = "write it in one line"
    fails = {"averitec/a.json": Edit(b'"speaker": "Ada Weaver"', b'"speaker": "Ada\\nWeaver"')}


class NotADate(ImportCheck):
    """Report values that are not dates, or not in the notation of the format. They are left out of
    the field and kept as they are in ``annotation.origin.fields``.

    The record has no date, so that it is missing from everything that is sorted or filtered by
    time."""

    severity = Severity.WARNING
    title = "a date that cannot be read"
    message = "{field:plain} is {found}, but {expected:plain} was expected; it is left out"
    hint = "correct the date in the source"
    fails = {"averitec/a.json": Edit(b'"claim_date": "25-8-2020"', b'"claim_date": "31-2-2020"')}


class NotAnAddress(ImportCheck):
    """Report values of an address field that are not web addresses, such as "in an ad". They are
    left out of the field and kept as they are in ``annotation.origin.fields``.

    The record has no link, so that nobody can open the page that it is about."""

    severity = Severity.WARNING
    title = "a value that is not a web address"
    message = "{field:plain} is {found}, which is no web address; it is left out"
    hint = "write an address that begins with https:// or http://, or leave it out"
    fails = {"averitec/a.json": Edit(b'_url": "https://example.org/a"', b'_url": "in an ad"')}


class NotAName(ImportCheck):
    """Report addresses, lists, objects or numbers in a field for a name. They are left out of the
    field and kept as they are in ``annotation.origin.fields``.

    As a name the value would become a person, and a list of several people would become one."""

    severity = Severity.WARNING
    title = "data where a name belongs"
    message = "{field:plain} is {found}, {what:plain}; it is left out"
    hint = "write one name in the source, or leave it out"
    fails = {"averitec/a.json": Edit(b'"Ada Weaver"', b'"https:www.example.org"')}


class UnknownLabel(ImportCheck):
    """Report labels that the format does not have. They are left out of the field and kept as they
    are in ``annotation.origin``.

    The record has no label, although the source has one that may only be misspelt."""

    severity = Severity.WARNING
    title = "a label that is not known"
    message = "{field:plain} is {found}, but {expected:plain} was expected; it is left out"
    hint = "correct the label in the source"
    fails = {"averitec/a.json": Edit(b'"label": "Refuted"', b'"label": "Refutted"')}


class RatingOffScale(ImportCheck):
    """Report ratings that are not a number on their own scale, and ratings whose scale is not
    valid. No verdict is derived from them, and what the reviewer wrote is kept.

    Nobody can know what the verdict was, so that the claim has no label."""

    severity = Severity.WARNING
    title = "a rating outside its scale"
    message = "the rating is {found}, but its scale goes from {worst:plain} to {best:plain}"
    hint = "correct ratingValue, worstRating or bestRating in the source"
    fails = {"claimreview/a.json": Edit(b'"ratingValue": 1', b'"ratingValue": 9')}


class RatingsDisagree(ImportCheck):
    """Report ratings whose number is far from what their name says. No verdict is derived from
    them, and what the reviewer wrote is kept.

    The number or the name is wrong, or the scale is reversed. Using either could label a true claim
    as false."""

    severity = Severity.WARNING
    title = "a rating whose number and name disagree"
    message = "the rating is {found}, which stands for {meaning:plain}, but it is named {name}"
    hint = "correct ratingValue, its scale or its name in the source"
    fails = {"claimreview/a.json": Edit(b'"alternateName": "False"', b'"alternateName": "True"')}


class SaidAfterReview(ImportCheck):
    """Report statements that are dated after the page that reviews them. The date is left out of
    the field and kept in ``annotation.origin.fields``.

    One of the two dates is wrong, and the record has no date for the statement."""

    severity = Severity.WARNING
    title = "a statement made after its review"
    message = "{field:plain} is {said}, but its review was published {published}; it is left out"
    hint = "correct one of the dates in the source"
    fails = {"claimreview/a.json": Edit(b'"2024-05-01"', b'"2024-06-01"')}


class NestingDisagrees(ImportCheck):
    """Report flags that say that a quote is nested in another, or contains others, although the
    spans say otherwise. The record follows the spans.

    Either the flag or the spans are wrong, and if it is the spans, the record has the wrong
    structure."""

    severity = Severity.WARNING
    title = "a nesting flag that contradicts the spans"
    message = "{field:plain} is {found:plain}, but {spans:plain}"
    hint = "correct the flag or the spans in the source"
    fails = {"wikinews-de/a.json": Edit(b'"isNested": false', b'"isNested": true')}


class SpansNotInOrder(ImportCheck):
    """Report parts of an annotation whose spans overlap, or are not listed in the order of the
    text. The record has them in text order.

    Joined in the listed order, the spans give words that nobody said in that order. The source may
    list the wrong spans."""

    severity = Severity.WARNING
    title = "spans that are listed out of order"
    message = "{field:plain} has spans out of text order, or overlapping: {found:plain}"
    hint = "list the spans in text order in the source; look whether it lists the right ones"
    fails = {
        "wikinews-de/a.json": Edit(
            b'"frame": {"text": "", "spans": []}',
            b'"frame": {"text": "sie sagte", "spans": [{"charBegin": 29, "charEnd": 32}, '
            b'{"charBegin": 23, "charEnd": 28}]}',
        )
    }


class SourceDisagrees(ImportCheck):
    """Report quotes with an attribute that says that they have a source although none is marked, or
    that they have none although one is marked. The record follows what is marked; its attribution
    is ``unknown`` if the source is missing.

    Either the attribute or the marked source is wrong, and with it the count of attributed
    quotes."""

    severity = Severity.WARNING
    title = "an attribute that contradicts the marked source"
    message = "{id} is said to be {found:plain}, but {spans:plain}"
    hint = "mark the source, or correct the attribute"
    fails = {"brat/a.ann": Edit(b"E1\t", b"A9\tNoSource E1\nE1\t")}


class LeadingMark(ImportCheck):
    """Report texts that begin with a byte order mark. The mark is not imported as part of the text.

    If the tool that made the annotations counted the mark as a character, every offset is wrong by
    one."""

    severity = Severity.WARNING
    title = "a byte order mark at the beginning"
    message = "the file begins with a byte order mark, which is taken as no part of it"
    hint = "save the file as UTF-8 without a byte order mark"
    fails = {"brat/a.txt": b"\xef\xbb\xbfWe left.\n", "brat/a.ann": b""}
    fixed = {"brat/a.txt": b"We left.\n", "brat/a.ann": b""}


class MixedLineEnds(ImportCheck):
    """Report texts in which some lines end with CR LF and others with LF or CR alone. The text is
    imported without changes.

    Offsets count every character. Any program that makes the line ends uniform moves everything
    after them."""

    severity = Severity.WARNING
    title = "line ends of several kinds"
    message = "{crlf} lines end with CR LF, {lf} with LF alone and {cr} with CR alone"
    hint = "leave the text as it was when it was annotated"
    fails = {"brat/a.txt": b"We left.\r\nHe too.\n", "brat/a.ann": b""}
    fixed = {"brat/a.txt": b"We left.\nHe too.\n", "brat/a.ann": b""}


class NotCarriedOver(ImportCheck):
    """Report parts of the source that have no place in a record and are left out. What the
    documentation of the format lists as lost is not reported for each item.

    The import loses information, and only the person who imports can decide whether it is
    needed."""

    severity = Severity.WARNING
    title = "something that has no place in a record"
    message = "{what:plain} is left out: {why:plain}"
    hint = "look whether it is needed"
    fails = {"brat/a.txt": b"He left.\n", "brat/a.ann": b"T1\tContent 0 2\tHe\n"}
    fixed = {
        "brat/a.txt": b"He left, she said.\n",
        "brat/a.ann": b"T1\tContent 0 7\tHe left\nT2\tAttribution 13 17\tsaid\n"
        b"E1\tAttribution:T2 Content:T1\n",
    }


class CannotBeWithheld(ImportCheck):
    """Report words that the article's rights do not allow to be passed on, and whose place in the
    text is unknown.

    Words are withheld by keeping only their place and digest. Without a place nobody could restore
    them, so that the item cannot be imported at all."""

    title = "words that cannot be withheld"
    message = (
        "{field:plain} holds {words}, but rights allow {redistribute} only, and without a place in "
        "a known text nobody could restore them"
    )
    hint = "give the text, or tell with --license and --redistribute what may be passed on"
    fails = {
        "web-annotation/harbour.jsonld": Edit(b'"value": "direct"', b'"value": "indirect"'),
    }
