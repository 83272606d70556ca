"""What imports find in files of other formats, beside what every reader finds.

An error keeps the item from becoming a record; a warning tells what was left out of one.
"""

from __future__ import annotations

from onrecord.findings import Severity
from onrecord.rules.base import Edit, ImportCheck


class OffsetsMismatch(ImportCheck):
    """The text does not have the words that the source gives at the offsets it gives. Which of the
    two is right cannot be told, and a record of either would quote somebody wrongly."""

    title = "offsets at which the text has other words"
    message = "the text has {found} at {start}-{end}, but {expected} is given{fits:plain}"
    hint = "correct the offsets in the source; --offsets tells in which units they are counted"
    passes = "wikinews-de"
    fails = {"wikinews-de/a.json": Edit(b'"charEnd": 21', b'"charEnd": 20')}


class WordsInOtherForm(ImportCheck):
    """The words that an annotation repeats and those at its offsets differ in white space, in their
    Unicode normal form or in characters that nobody sees, and in nothing else. They often look the
    same. The record has the words of the text."""

    severity = Severity.WARNING
    title = "words in another form than in the text"
    message = (
        "the words given for {start}-{end} differ from those of the text, {found}, in "
        "{difference:plain} only; the text's are taken"
    )
    hint = "nothing need be done; to compare words, normalise both sides"
    passes = "wikinews-de"
    fails = {
        "wikinews-de/a.json": Edit(
            b'"text": "\xe2\x80\x9eWir bauen', b'"text": "\xe2\x80\x9eWir  bauen'
        )
    }


class OffsetsBeyondText(ImportCheck):
    """A span ends beyond the end of the text, so that nobody can tell which words are meant."""

    title = "offsets beyond the end of the text"
    message = "{start}-{end} is beyond the end of the text, which is {length} long{fits:plain}"
    hint = "check that text and annotations belong together, and in which units offsets are counted"
    passes = "wikinews-de"
    fails = {"wikinews-de/a.json": Edit(b'"charEnd": 21', b'"charEnd": 99')}


class OffsetsReversed(ImportCheck):
    """A span ends where it begins, or before: it holds no words."""

    title = "an empty or reversed span"
    message = "{start}-{end} holds no words"
    hint = "the end is the offset just past the last character, so greater than the start"
    passes = "wikinews-de"
    fails = {"wikinews-de/a.json": Edit(b'"charEnd": 21', b'"charEnd": 0')}


class TextMissing(ImportCheck):
    """The annotations of a text are here, but not the text. Nothing shows which words they mark."""

    title = "annotations without their text"
    message = "there is no text for this file; {expected} was expected"
    hint = (
        "put the text beside it, or name its folder with --source-texts; for brat, --names tells how "
        "the names of files pair"
    )
    passes = "brat"
    fails = {"brat/a.ann": b"T1\tContent 0 2\tHe\n"}
    fixed = fails | {"brat/a.txt": b"He left.\n"}


class UnknownTarget(ImportCheck):
    """Something points to an annotation that is not in the file, so that a part of it is lost."""

    title = "a reference to an annotation that is not there"
    message = "{id:plain} refers to {target}, which is not in this file"
    hint = "restore the annotation, or remove the reference"
    passes = "brat"
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
    """The same item stands twice, or two items have one identifier. As two records they would be
    counted twice."""

    title = "an item that stands twice"
    message = "{id} was imported already"
    hint = "remove one of them from the source"
    passes = "brat"
    fails = {"brat/a.ann": Edit(b"E1\t", b"E9\tAttribution:T1 Content:T2\nE9\t")}


class OtherColumns(ImportCheck):
    """A row has more or fewer cells than the table has columns, so that its values are those of
    other fields. Quotation marks inside cells are the usual reason: read as quoting, one without
    its pair swallows what follows."""

    title = "a row with another number of cells"
    message = "this row has {found} cells, but {expected} were expected"
    hint = "check the delimiter and the quoting in the mapping file"
    passes = "table"
    fails = {"table/a.tsv": Edit(b"rose", b"\trose")}


class UnpairedQuotationMark(ImportCheck):
    """A cell of a table begins with a quotation mark that is not closed at the end of the cell. Read
    as quoting, such a mark takes in what follows, other rows too, and they vanish unseen. The row
    is refused, and reading goes on with the next line."""

    title = "a quotation mark without its pair"
    message = "the quotation mark that opens this cell {problem:plain}"
    hint = (
        "write quoting: none in the mapping file if quotation marks belong to the cells, and "
        "line_breaks: true if cells go over several lines; else mend this one"
    )
    passes = "table"
    fails = {"table/a.tsv": Edit(b"\tThe tide", b'\t"The tide')}


class UnknownColumn(ImportCheck):
    """The mapping file names a column that the table does not have, so that a field would stay
    empty in every record."""

    title = "a column that the table does not have"
    message = "there is no column {column}, which {field:plain} is mapped to"
    hint = "{advice:plain}"
    passes = "table"
    fails = {"table/mapping.yaml": Edit(b"text: statement", b"text: statment")}


class NoValue(ImportCheck):
    """A word that stands for nothing at all, such as nan, None or N/A, where a value belongs. It is
    left out: taken for a value, it would be a person of that name."""

    severity = Severity.WARNING
    title = "a word that stands for no value"
    message = "{field:plain} is {found}, which stands for no value; it is left out"
    hint = "leave the field out of the source, or write the value"
    passes = "averitec"
    fails = {"averitec/a.json": Edit(b'"speaker": "Ada Weaver"', b'"speaker": "nan"')}


class SpaceAtEdge(ImportCheck):
    """A value or a span begins or ends with white space. It is imported as it is, since nobody can
    tell whether that is meant, but it equals no value without the space."""

    severity = Severity.WARNING
    title = "white space at an edge"
    message = "{field:plain} {found} has white space at an edge"
    hint = "remove it from the source if it is not meant"
    passes = "averitec"
    fails = {"averitec/a.json": Edit(b'"speaker": "Ada Weaver"', b'"speaker": "Ada Weaver "')}


class LineBreaks(ImportCheck):
    """A value that is one line in a record has line breaks in the source. Each of them, with the
    white space around it, is imported as one space."""

    severity = Severity.WARNING
    title = "line breaks in what is one line"
    message = "{field:plain} has line breaks, which become spaces"
    hint = "write it in one line"
    passes = "averitec"
    fails = {"averitec/a.json": Edit(b'"speaker": "Ada Weaver"', b'"speaker": "Ada\\nWeaver"')}


class NotADate(ImportCheck):
    """A date that is none, or is not written as the format has it. It is left out of the field, and
    kept under ``annotation.origin.fields`` as it is written."""

    severity = Severity.WARNING
    title = "a date that cannot be read"
    message = "{field:plain} is {found}, but {expected:plain} was expected; it is left out"
    hint = "correct the date in the source"
    passes = "averitec"
    fails = {"averitec/a.json": Edit(b'"claim_date": "25-8-2020"', b'"claim_date": "31-2-2020"')}


class NotAnAddress(ImportCheck):
    """A web address that is none, such as "in an ad". It is left out of the field, and kept under
    ``annotation.origin.fields`` as it is written."""

    severity = Severity.WARNING
    title = "a web address that is none"
    message = "{field:plain} is {found}, which is no web address; it is left out"
    hint = "write an address that begins with https:// or http://, or leave it out"
    passes = "averitec"
    fails = {
        "averitec/a.json": Edit(
            b'"original_claim_url": "https://example.org/a"',
            b'"original_claim_url": "in an ad"',
        )
    }


class NotAName(ImportCheck):
    """An address, a list or an object as programs write them, or a number is where a name belongs.
    It is left out of the field, and kept under ``annotation.origin.fields`` as it is written: taken
    for a name, it would be somebody who is called so, and of several people one."""

    severity = Severity.WARNING
    title = "data where a name belongs"
    message = "{field:plain} is {found}, {what:plain}; it is left out"
    hint = "write one name in the source, or leave it out"
    passes = "averitec"
    fails = {
        "averitec/a.json": Edit(b'"speaker": "Ada Weaver"', b'"speaker": "https:www.example.org"')
    }


class UnknownLabel(ImportCheck):
    """A label that the format is not known to have. It is left out of the field, and kept under
    ``annotation.origin`` as it is written."""

    severity = Severity.WARNING
    title = "a label that is not known"
    message = "{field:plain} is {found}, but {expected:plain} was expected; it is left out"
    hint = "correct the label in the source"
    passes = "averitec"
    fails = {"averitec/a.json": Edit(b'"label": "Refuted"', b'"label": "Refutted"')}


class RatingOffScale(ImportCheck):
    """A rating is no number of its own scale, or the scale is none. What the verdict was cannot be
    told from it, so that none is derived; what the reviewer wrote is kept."""

    severity = Severity.WARNING
    title = "a rating outside its scale"
    message = "the rating is {found}, but its scale goes from {worst:plain} to {best:plain}"
    hint = "correct ratingValue, worstRating or bestRating in the source"
    passes = "claimreview"
    fails = {"claimreview/a.json": Edit(b'"ratingValue": 1', b'"ratingValue": 9')}


class RatingsDisagree(ImportCheck):
    """The number of a rating is far from what its name says: one of the two is wrong, or the scale
    is upside down. Which of them is meant cannot be told, so that no verdict is derived; what the
    reviewer wrote is kept."""

    severity = Severity.WARNING
    title = "a rating whose number and name disagree"
    message = "the rating is {found}, which stands for {meaning:plain}, but it is named {name}"
    hint = "correct ratingValue, its scale or its name in the source"
    passes = "claimreview"
    fails = {"claimreview/a.json": Edit(b'"alternateName": "False"', b'"alternateName": "True"')}


class SaidAfterReview(ImportCheck):
    """A statement is dated after the page on which it is reviewed. One of the two dates is wrong.
    That of the statement is left out of the field, and kept under ``annotation.origin.fields``."""

    severity = Severity.WARNING
    title = "a statement made after its review"
    message = "{field:plain} is {said}, but its review was published {published}; it is left out"
    hint = "correct one of the dates in the source"
    passes = "claimreview"
    fails = {
        "claimreview/a.json": Edit(
            b'"datePublished": "2024-05-01"', b'"datePublished": "2024-06-01"'
        )
    }


class NestingDisagrees(ImportCheck):
    """A flag says that a quote is nested in another, or has others nested in it, and the spans say
    otherwise. The record follows the spans."""

    severity = Severity.WARNING
    title = "a flag of nesting at odds with the spans"
    message = "{field:plain} is {found:plain}, but {spans:plain}"
    hint = "correct the flag or the spans in the source"
    passes = "wikinews-de"
    fails = {"wikinews-de/a.json": Edit(b'"isNested": false', b'"isNested": true')}


class SpansNotInOrder(ImportCheck):
    """The spans of one part of an annotation do not follow one another in the text, or overlap. Put
    together as they are listed, they give words in an order in which the text does not have them.
    The record has them in text order."""

    severity = Severity.WARNING
    title = "spans that are listed out of order"
    message = "{field:plain} has spans out of text order, or overlapping: {found:plain}"
    hint = "list the spans in text order in the source; look whether it lists the right ones"
    passes = "wikinews-de"
    fails = {
        "wikinews-de/a.json": Edit(
            b'"frame": {"text": "", "spans": []}',
            b'"frame": {"text": "sie sagte", "spans": [{"charBegin": 29, "charEnd": 32}, '
            b'{"charBegin": 23, "charEnd": 28}]}',
        )
    }


class SourceDisagrees(ImportCheck):
    """An attribute says that a quote has a source and none is marked, or that it has none and one
    is. The record follows what is marked; its attribution is ``unknown`` where a source is missing."""

    severity = Severity.WARNING
    title = "an attribute at odds with the source that is marked"
    message = "{id} is said to be {found:plain}, but {spans:plain}"
    hint = "mark the source, or correct the attribute"
    passes = "brat"
    fails = {"brat/a.ann": Edit(b"E1\t", b"A9\tNoSource E1\nE1\t")}


class LeadingMark(ImportCheck):
    """A byte order mark is a character before the first one. It is no part of the text here, but a
    tool that counted it shifted every offset by one."""

    severity = Severity.WARNING
    title = "a byte order mark at the beginning"
    message = "the file begins with a byte order mark, which is taken as no part of it"
    hint = "save the file as UTF-8 without a byte order mark"
    passes = "wikinews-de"
    fails = {"brat/a.txt": b"\xef\xbb\xbfWe left.\n", "brat/a.ann": b""}
    fixed = {"brat/a.txt": b"We left.\n", "brat/a.ann": b""}


class MixedLineEnds(ImportCheck):
    """Some lines of the text end with CR LF and some with LF alone. Offsets count each character,
    so that any program which makes them alike moves all that follows. The text is left as it is."""

    severity = Severity.WARNING
    title = "line ends of several kinds"
    message = "{crlf} lines end with CR LF, {lf} with LF alone and {cr} with CR alone"
    hint = "leave the text as it was when it was annotated"
    passes = "brat"
    fails = {"brat/a.txt": b"We left.\r\nHe too.\n", "brat/a.ann": b""}
    fixed = {"brat/a.txt": b"We left.\nHe too.\n", "brat/a.ann": b""}


class NotCarriedOver(ImportCheck):
    """Something in the source has no place in a record, and is left out. What is named in the
    format's documentation as lost is not told again for each item."""

    severity = Severity.WARNING
    title = "something that has no place in a record"
    message = "{what:plain} is left out: {why:plain}"
    hint = "look whether it is needed"
    passes = "brat"
    fails = {"brat/a.txt": b"He left.\n", "brat/a.ann": b"T1\tContent 0 2\tHe\n"}
    fixed = {
        "brat/a.txt": b"He left, she said.\n",
        "brat/a.ann": b"T1\tContent 0 7\tHe left\nT2\tAttribution 13 17\tsaid\n"
        b"E1\tAttribution:T2 Content:T1\n",
    }


class CannotBeWithheld(ImportCheck):
    """The article's rights do not allow these words to be passed on, and where they stand in its
    text is not known, so that they cannot be withheld either: nobody could restore them."""

    title = "words to withhold that nobody could restore"
    message = (
        "{field:plain} holds {words}, but rights allow {redistribute} only, and without a place in "
        "a known text nobody could restore them"
    )
    hint = "give the text, or tell with --license and --redistribute what may be passed on"
    passes = "web-annotation"
    fails = {
        "web-annotation/harbour.jsonld": Edit(b'"value": "direct"', b'"value": "indirect"'),
    }
