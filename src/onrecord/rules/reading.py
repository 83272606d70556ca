"""Reading: files that cannot be parsed, and records that do not fit the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onrecord.findings import Fact, Finding, Place, Severity
from onrecord.rules.base import Check, Columns, Edit, Filler

# A document with little more than the schema requires.
_SHORTEST = b"""\
schema_version: '1.0'
annotation: {method: manual}
article:
  id: harbour
  url: https://example.org/harbour
  language: en
  rights: {license: CC-BY-4.0, redistribute: quotes}
"""


class NotUtf8(Check):
    """Report bytes that are not valid UTF-8.

    The file was saved in another encoding. Guessing which one could change somebody's words."""

    title = "a byte that is not UTF-8"
    message = "byte {byte:plain} is not UTF-8"
    hint = "save the file as UTF-8"
    fails = {"harbour.yaml": Edit(b"role: mayor\n", b"role: mair\xe9\n")}


class ByteOrderMark(Check):
    """Report files that begin with a byte order mark, an invisible character before the first one.

    Tools that keep it read another first name, or move every offset by one."""

    title = "a byte order mark"
    message = "the file begins with a byte order mark"
    hint = "save the file as UTF-8 without a byte order mark"
    fails = {"harbour.yaml": Edit(b'schema_version: "1.0"', b'\xef\xbb\xbfschema_version: "1.0"')}


class NulCharacter(Check):
    """Report the character U+0000.

    Many programs end a string at it and most databases refuse it, so that the words after it are
    lost."""

    title = "a NUL character"
    message = "here is the character U+0000"
    hint = "delete it"
    fails = 'article: {title: "The har\\0bour"}'


class LoneSurrogate(Check):
    """Report escapes for one half of a surrogate pair.

    Half of a pair is not a character and cannot be written as UTF-8. The text was probably cut in
    the middle of a character."""

    title = "half of a surrogate pair"
    message = "the escape {escape:plain} is half of a surrogate pair, which is no character"
    hint = "write the whole character"
    fails = {"harbour.json": Edit(b'"kind": "prediction"', b'"kind": "\\ud83d"')}


class SyntaxError(Check):
    """Report files, or lines of them, that do not follow the syntax of their format.

    Nothing in the file or line can be read, so that its records are missing."""

    title = "not well-formed"
    message = "this is not {format:plain}: {problem:plain}"
    hint = "correct the {format:plain} here; an editor that knows the format shows where it breaks"
    fails = {"harbour.yaml": Edit(b"[a reader]", b"[a reader")}


class DuplicateKey(Check):
    """Report names that occur twice in the same mapping.

    The name has two values, and different programs use different ones of them."""

    title = "a name that occurs twice"
    message = "{key} occurs twice here, first in line {first}"
    hint = "keep one of them"
    fails = {"harbour.yaml": Edit(b"    type: direct\n", b"    type: direct\n    type: mixed\n")}


class LineSeparator(Check):
    """Report the characters U+0085, U+2028 and U+2029 in YAML outside double-quoted strings.

    Some YAML readers treat them as line ends and others do not, so that the same file contains
    different words for each."""

    title = "a line separator that YAML versions read differently"
    message = "the character {code:plain} ends a line for some YAML readers only"
    hint = "write it as {code:plain} in a double-quoted string"
    passes = {"harbour.yaml": Edit(b"role: mayor\n", b'role: "the\\u2028mayor"\n')}
    fails = {"harbour.yaml": Edit(b"the harbour would", "the\u2028harbour would".encode())}
    fixed = ""


class Alias(Check):
    """Report aliases in YAML, which repeat a value from elsewhere in the file.

    A few lines of aliases can expand to more than any memory holds, so that records must not use
    them."""

    title = "a YAML alias"
    message = "{name:plain} is an alias"
    hint = "write the value itself"
    fails = {"harbour.yaml": Edit(b"[a reader]", b"[&a a reader, *a]")}


class Tag(Check):
    """Report YAML tags that request a type other than that of the value.

    Records contain only strings, numbers, booleans, lists and mappings. In some programs a tag can
    even execute code."""

    title = "a YAML tag"
    message = "{tag:plain} names a type that this value cannot have"
    hint = "delete the tag"
    fails = {"harbour.yaml": Edit(b"said,", b"!!python/name:os.system said,")}


class SeveralDocuments(Check):
    """Report files with more than one YAML document.

    One file holds one article, so that everybody knows where to find it. Most YAML tools read the
    first document only, and lose the others."""

    title = "several YAML documents in one file"
    message = "another document begins here"
    hint = "move it to a file of its own"
    fails = {"harbour.yaml": Edit(b"claims:\n", b"---\nclaims:\n")}


class TooDeep(Check):
    """Report values that are nested deeper than any record needs.

    Such a file can exhaust the program that reads it, and was probably made for that purpose."""

    title = "nested too deeply"
    message = "values are nested more than {limit} deep"
    hint = "flatten it; no field of a record needs this"
    fails = {"harbour.json": Edit(b'["q1"]', b"[" * 99 + b"]" * 99)}


class TooManyValues(Check):
    """Report documents or lines with more than a quarter of a million values. A document describes
    one article, and a line of a table is one record.

    The file holds more than one article, or was made to exhaust the memory of the program that
    reads it."""

    title = "too many values for one document or record"
    message = (
        "there are more than {limit} values here, the most that a document or a record may have"
    )
    hint = "write a document for each article, or a table with one record per line"
    fails = {"harbour.json": Filler(b"0,", 250_000, b'{"article": {}, "quotes": [')}


class TooLong(Check):
    """Report documents, or lines of a table, that are longer than one record can be.

    Usually the line breaks were lost, so that many records became one line that cannot be read."""

    title = "too long for one record"
    message = "this is longer than {limit} bytes, which is the most that one record may have"
    hint = "check that line breaks were not lost, and split it into records"
    fails = {"quotes.jsonl": Filler(b"x", 64 * 2**20 + 1)}


class NotFinite(Check):
    """Report NaN and infinity as numbers.

    JSON has no such numbers, so that many programs cannot read the file. They usually come from
    computing with a missing value."""

    title = "a number that is not finite"
    message = "{found:plain} is not a number that JSON knows"
    hint = "leave the field out"
    fails = {"harbour.yaml": Edit(b"method: manual\n", b"method: manual\n  confidence: .nan\n")}


class UnsupportedVersion(Check):
    """Report records with a `schema_version` that this version of onrecord does not support.

    Fields can change their meaning between versions, so that the record is not validated at all."""

    title = "a schema version that is not supported"
    message = "schema version {found} is not supported; supported: {supported:plain}"
    hint = "set schema_version to one that is supported, or install a newer onrecord"
    fails = 'schema_version: "7.0"'


class OlderSchemaVersion(Check):
    """Report files that follow an older version of the schema. Their records are upgraded when they
    are read, and validated by the current version.

    The documentation describes other fields than those in the file, and commands that change
    records, such as `onrecord anchor`, leave it as it is."""

    severity = Severity.NOTE
    title = "an older version of the schema"
    message = "this follows schema {found:plain}; the current version is {current:plain}"
    hint = "rewrite the file with: onrecord upgrade {file:plain}"
    fails = {"harbour.yaml": _SHORTEST.replace(b"'1.0'", b"'0.9'")}
    fixed = {"harbour.yaml": _SHORTEST}


class UnknownField(Check):
    """Report fields that the schema does not have.

    The field is misspelt or in the wrong place, so that its value would be lost."""

    title = "a field that the schema does not have"
    message = "{field} is not a field of {parent:plain}"
    hint = "{advice:plain}"
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
    """Report records without a field that the schema requires.

    Programs that use the records rely on the field, so that the record cannot be used."""

    title = "a field that is missing"
    message = "{parent:plain} lacks {field}"
    hint = "add {field}: {description:plain}"
    fails = {"harbour.yaml": b"schema_version: '1.0'\nannotation: {method: manual}\n"}
    fixed = {"harbour.yaml": _SHORTEST.replace(b"org/harbour", b"org")}


class WrongType(Check):
    """Report values of another type than the field has.

    Programs that use the records cannot process the value, or silently convert it to something
    else."""

    title = "a value of the wrong type"
    message = "{field:plain} is {found:plain}, but {expected:plain} was expected"
    hint = "write {expected:plain}"
    fails = "quotes: [{cue: said}]"


class NotAllowed(Check):
    """Report values of the right type that the field does not allow, such as a word that is not one
    of its choices.

    Programs that use the records expect only the allowed values, and ignore or reject others."""

    title = "a value that the field does not allow"
    message = "{field:plain} is {found:plain}, but {expected:plain} was expected"
    hint = "write {expected:plain}"
    safe = True
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
    """Report Parquet tables whose columns or types differ from the schema.

    The rows cannot be read as records, so that none of them are validated."""

    title = "a Parquet table with other columns"
    message = "these columns are not as the schema has them: {columns:whole}"
    hint = "write the table with onrecord publish"
    fails = {"quotes.parquet": Columns({"id": ["harbour.q1"]})}


class NotRead(Check):
    """Report files and folders that look like records but cannot be read as such.

    Their content would be missing from the corpus and from its publications without notice."""

    title = "records that are not read"
    message = "this is not read: {problem:plain}"
    hint = "{advice:plain}"
    fails = {"harbour.yaml": "", "quotes.jsonl.zip": b"PK"}


class LfsPointer(Check):
    """Report Git LFS pointers in place of a file.

    The content is on a server and has not been downloaded, so that none of its records are
    validated."""

    title = "a Git LFS pointer in place of a file"
    message = "this is a Git LFS pointer, and not the file itself"
    hint = "fetch the file with: git lfs pull"
    fails = {
        "harbour.yaml": "",
        "quotes.parquet": b"version https://git-lfs.github.com/spec/v1\nsize 1469\n",
    }


class UnreadableText(Check):
    """Report article texts that cannot be read.

    Nothing in the records has been compared with the text, so that errors in the spans stay
    undetected."""

    title = "a text that cannot be read"
    message = "the text of the article cannot be read: {file:plain}: {problem:plain}"
    hint = "{advice:plain}"
    fails = {
        "harbour.yaml": "article: {url: 'https://example.org', text: null, rights: {redistribute: quotes}}",
        "harbour.txt/1.txt": b"a folder",
    }
    fixed = {"harbour.yaml": fails["harbour.yaml"]}
