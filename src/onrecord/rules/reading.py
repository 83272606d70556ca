"""What readers find: files that do not parse, and records that do not fit the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onrecord.findings import Fact, Finding, Place
from onrecord.rules.base import Check, Columns, Edit, Filler


class NotUtf8(Check):
    """Every file here is UTF-8. A byte that does not belong to it is the trace of another
    encoding, and each guess at which one would change somebody's words."""

    title = "a byte that is not UTF-8"
    message = "byte {byte:plain} is not UTF-8"
    hint = "save the file as UTF-8"
    passes = ""
    fails = {"harbour.yaml": Edit(b"role: mayor\n", b"role: mair\xe9\n")}


class ByteOrderMark(Check):
    """A byte order mark is a character before the first one. Tools that keep it see another
    first name or shift every offset by one."""

    title = "a byte order mark"
    message = "the file begins with a byte order mark"
    hint = "save the file as UTF-8 without a byte order mark"
    passes = ""
    fails = {"harbour.yaml": Edit(b'schema_version: "0.9"', b'\xef\xbb\xbfschema_version: "0.9"')}


class NulCharacter(Check):
    """U+0000 ends a string in many programs and is refused by most databases: words after it
    are lost there."""

    title = "a NUL character"
    message = "the character U+0000 stands here"
    hint = "delete it"
    passes = ""
    fails = 'article: {title: "The har\\0bour"}'


class LoneSurrogate(Check):
    """Half of a surrogate pair is no character and cannot be written as UTF-8: the text has
    been cut in the middle of a character."""

    title = "half of a surrogate pair"
    message = "the escape {escape:plain} is half of a surrogate pair, which is no character"
    hint = "write the whole character"
    passes = ""
    fails = {"harbour.json": Edit(b'"kind": "prediction"', b'"kind": "\\ud83d"')}


class SyntaxError(Check):
    """The file, or this line of it, is not what its format asks for, so nothing in it can be
    read."""

    title = "not well-formed"
    message = "this is not {format:plain}: {problem:plain}"
    hint = "mend the {format:plain} here; an editor that knows the format shows where it breaks"
    passes = ""
    fails = {"harbour.yaml": Edit(b"[a reader]", b"[a reader")}


class DuplicateKey(Check):
    """A name that stands twice in one mapping has two values, and each program takes another
    one of them."""

    title = "a name that stands twice"
    message = "{key} stands twice here, first in line {first}"
    hint = "keep one of them"
    passes = ""
    fails = {"harbour.yaml": Edit(b"    type: direct\n", b"    type: direct\n    type: mixed\n")}


class LineSeparator(Check):
    """Some programs take U+0085, U+2028 and U+2029 for the end of a line in YAML and some do
    not: the same file has other words for each."""

    title = "a line separator that YAML versions read differently"
    message = "the character {code:plain} ends a line for some YAML readers only"
    hint = "write it as {code:plain} in a double-quoted string"
    passes = {"harbour.yaml": Edit(b"role: mayor\n", b'role: "the\\u2028mayor"\n')}
    fails = {"harbour.yaml": Edit(b"the harbour would", "the\u2028harbour would".encode())}
    fixed = ""


class Alias(Check):
    """An alias stands for a value elsewhere in the file. A few lines of them unfold to more than
    any memory holds, so that records do not use them."""

    title = "a YAML alias"
    message = "{name:plain} is an alias"
    hint = "write the value itself"
    passes = ""
    fails = {"harbour.yaml": Edit(b"[a reader]", b"[&a a reader, *a]")}


class Tag(Check):
    """A tag asks for another type, or names a type that the value does not have. Records hold
    strings, numbers, truth values, lists and mappings only."""

    title = "a YAML tag"
    message = "{tag:plain} names a type that this value cannot have"
    hint = "delete the tag"
    passes = ""
    fails = {"harbour.yaml": Edit(b"said,", b"!!python/name:os.system said,")}


class SeveralDocuments(Check):
    """One file holds one article, so that everybody knows where to look for it."""

    title = "several YAML documents in one file"
    message = "another document begins here"
    hint = "move it to a file of its own"
    passes = ""
    fails = {"harbour.yaml": Edit(b"claims:\n", b"---\nclaims:\n")}


class TooDeep(Check):
    """No record nests as deep as this. A file that does is made to exhaust its reader."""

    title = "nested too deep"
    message = "values are nested more than {limit} deep"
    hint = "flatten it; no field of a record needs this"
    passes = ""
    fails = {"harbour.json": Edit(b'["q1"]', b"[" * 99 + b"]" * 99)}


class TooManyValues(Check):
    """A document describes one article, and a line of a table is one record. Neither needs a
    quarter of a million values; a file that has them is made to exhaust the memory of its reader, or
    holds more than one article."""

    title = "too many values for one document or record"
    message = (
        "there are more than {limit} values here, the most that a document or a record may have"
    )
    hint = "write a document for each article, or a table with one record per line"
    passes = ""
    fails = {"harbour.json": Filler(b"0,", 250_000, b'{"article": {}, "quotes": [')}


class TooLong(Check):
    """A document, or a line of a table, this long is hardly one record: more likely its line
    breaks were lost."""

    title = "too long for one record"
    message = "this is longer than {limit} bytes, which is the most that one record may have"
    hint = "check that line breaks were not lost, and split it into records"
    passes = ""
    fails = {"quotes.jsonl": Filler(b"x", 64 * 2**20 + 1)}


class NotFinite(Check):
    """NaN and infinity are no numbers in JSON; a program that writes them has computed with a
    value that is missing."""

    title = "a number that is not finite"
    message = "{found:plain} is not a number that JSON knows"
    hint = "leave the field out"
    passes = ""
    fails = {"harbour.yaml": Edit(b"method: manual\n", b"method: manual\n  confidence: .nan\n")}


class UnsupportedVersion(Check):
    """Records say by which version of the schema they are to be read. This one is not known
    here, so nothing can be said of the record."""

    title = "a schema version that is not supported"
    message = "schema version {found} is not supported; supported: {supported:plain}"
    hint = "set schema_version to one that is supported, or install a newer onrecord"
    passes = ""
    fails = 'schema_version: "7.0"'


class UnknownField(Check):
    """A field that the schema does not have is misspelt or misplaced: what it says would be
    lost."""

    title = "a field that the schema does not have"
    message = "{field} is not a field of {parent:plain}"
    hint = "{advice:plain}"
    passes = ""
    fails = "quotes: [{qeu: said}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest to rename the field to the one that was meant, if its value is a scalar."""
        if not facts.get("meant") or "value" not in facts:
            return {}
        parent = path.rpartition(".")[0]
        meant = f"{parent}.{facts['meant']}" if parent else str(facts["meant"])
        return {path: None, meant: facts["value"]}


class MissingField(Check):
    """A field that every such record needs is not there."""

    title = "a field that is missing"
    message = "{parent:plain} lacks {field}"
    hint = "add {field}: {description:plain}"
    passes = ""
    fails = {"harbour.yaml": b"schema_version: '0.9'\nannotation: {method: manual}\n"}
    fixed = {
        "harbour.yaml": b"""\
schema_version: '0.9'
annotation: {method: manual}
article:
  id: harbour
  language: en
  rights: {license: CC-BY-4.0, redistribute: quotes}
"""
    }


class WrongType(Check):
    """The value is of another type than the field has, so that programs cannot use it."""

    title = "a value of the wrong type"
    message = "{field:plain} is {found:plain}, but {expected:plain} was expected"
    hint = "write {expected:plain}"
    passes = ""
    fails = "quotes: [{cue: said}]"


class NotAllowed(Check):
    """The value is of the right type but none that the field can have."""

    title = "a value that the field cannot have"
    message = "{field:plain} is {found:plain}, but {expected:plain} was expected"
    hint = "write {expected:plain}"
    safe = True
    passes = ""
    fails = "quotes: [{type: verbatim}]"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the allowed value with the correct spelling, or the local form of a qualified id."""
        meant = facts.get("local") or facts.get("meant")
        return {path: meant} if meant else {}

    @classmethod
    def finding(cls, place: Place, facts: Mapping[str, Fact], **rest: Any) -> Finding:
        """Return a finding whose hint suggests the choice that is most like the value, if any is."""
        finding = super().finding(place, facts, **rest)
        near = facts.get("meant") or facts.get("near")
        return replace(finding, hint=f"did you mean {near}? {finding.hint}") if near else finding


class WrongColumns(Check):
    """A Parquet table has other columns, or other types, than the schema derives from the
    models, so that its rows cannot be read as records."""

    title = "a Parquet table with other columns"
    message = "these columns are not as the schema has them: {columns:whole}"
    hint = "write the table with onrecord publish"
    passes = ""
    fails = {"quotes.parquet": Columns({"id": ["harbour.q1"]})}


class NotRead(Check):
    """A file or folder that looks like one of records cannot be read as such. What is in it would
    be missing from the corpus, and from what is published of it."""

    title = "records that are not read"
    message = "this is not read: {problem:plain}"
    hint = "{advice:plain}"
    passes = ""
    fails = {"harbour.yaml": "", "quotes.jsonl.zip": b"PK"}


class LfsPointer(Check):
    """Git LFS has put a pointer in the place of the file. Its content is on a server, and has not
    been fetched to this checkout."""

    title = "a Git LFS pointer in place of a file"
    message = "this is a Git LFS pointer, and not the file itself"
    hint = "fetch the file with: git lfs pull"
    passes = ""
    fails = {
        "harbour.yaml": "",
        "quotes.parquet": b"version https://git-lfs.github.com/spec/v1\nsize 1469\n",
    }


class UnreadableText(Check):
    """The text of the article cannot be read. Nothing that the records say of it has been compared
    with it."""

    title = "a text that cannot be read"
    message = "the text of the article cannot be read: {file:plain}: {problem:plain}"
    hint = "{advice:plain}"
    passes = ""
    fails = {
        "harbour.yaml": "article: {text: null, rights: {redistribute: quotes}}",
        "harbour.txt/1.txt": b"a folder",
    }
    fixed = {"harbour.yaml": fails["harbour.yaml"]}
