"""Write documents as YAML and JSON, laid out as people write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from onrecord.editing.loading import reader_for
from onrecord.editing.splices import escaped, write_value
from onrecord.files.atomic import replace_file
from onrecord.readers.syntax.yaml import is_text
from onrecord.schema.current import Document

# Mappings and lists of scalars are written in one line up to this width.
_WIDTH = 100
# Strings that need no quotation marks anywhere in YAML, if they are not read as something else.
_PLAIN = re.compile(r"[^\W_](?:[\w./@=&%+~-]|:(?=[\w/]))*")
# These are truth values in YAML 1.1, although PyYAML does not read them so.
_LETTERS = frozenset("yYnN")
# Texts of several lines that a literal block scalar keeps exactly.
_LITERAL = re.compile(
    r"(?=.*\n.)[^\s][^\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]*"
    r"(?<=\S)\n?",
    re.DOTALL,
)


def as_yaml(document: Document) -> str:
    """Return a document as YAML, without absent values."""
    sections = []
    for name, part in _present(document).items():
        if isinstance(part, list):
            entries = ["\n".join(_item(entry, "  ", flow=False)) for entry in part]
            sections.append(f"{name}:\n" + "\n\n".join(entries))
        else:
            sections.append("\n".join(_member(name, part, "", flow=False)))
    return "\n\n".join(sections) + "\n"


def to_file(document: Document, path: Path) -> None:
    """Write a document to a file, whole or not at all.

    Raises:
        InputError: It cannot be written, or has another ending than documents have.
    """
    reader_for(path)
    written = as_json(document) if path.suffix.lower() == ".json" else as_yaml(document)
    replace_file(path, written.encode())


def as_json(document: Document) -> str:
    """Return a document as JSON, without absent values."""
    written = json.dumps(_present(document), ensure_ascii=False, indent=2)
    return f"{escaped(written)}\n"


def _present(document: Document) -> dict[str, Any]:
    """Return the values of a document that are not absent, with the version of the schema."""
    version = {"schema_version": document.schema_version}
    return version | document.model_dump(mode="json", exclude_defaults=True)


def _member(name: str, value: Any, indent: str, *, flow: bool = True) -> Iterator[str]:
    """Yield the lines of a member of a block mapping."""
    head = f"{indent}{_scalar(name)}:"
    if isinstance(value, str) and _LITERAL.fullmatch(value):
        yield f"{head} |" if value.endswith("\n") else f"{head} |-"
        yield from (f"{indent}  {line}" if line else "" for line in value.rstrip("\n").split("\n"))
    elif line := _in_line(head, value, flow=flow):
        yield line
    elif isinstance(value, Mapping):
        yield head
        yield from _members(value, f"{indent}  ")
    else:
        yield head
        for item in value:
            yield from _item(item, f"{indent}  ")


def _members(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, member in value.items():
        yield from _member(name, member, indent)


def _item(value: Any, indent: str, *, flow: bool = True) -> Iterator[str]:
    """Yield the lines of an item of a block list."""
    several = not isinstance(value, Mapping) or len(value) > 1
    if line := _in_line(f"{indent}-", value, flow=flow and several):
        yield line
    else:
        first, *rest = _members(value, f"{indent}  ")
        yield f"{indent}- {first.lstrip(' ')}"
        yield from rest


def _in_line(head: str, value: Any, *, flow: bool) -> str | None:
    """Return a value after its head, in one line; None if it needs several."""
    line = _line(value)
    if line is None:
        return None
    written = f"{head} {line}"
    if isinstance(value, Mapping | list) and value and not (flow and len(written) <= _WIDTH):
        return None
    return written


def _line(value: Any) -> str | None:
    """Return a scalar, or a mapping or list of scalars, in one line; None for other values."""
    if isinstance(value, Mapping):
        if any(isinstance(member, Mapping | list) for member in value.values()):
            return None
        return "{" + ", ".join(f"{_scalar(k)}: {_scalar(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        if any(isinstance(item, Mapping | list) for item in value):
            return None
        return "[" + ", ".join(map(_scalar, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, float):  # YAML 1.1 reads 1e-05 as a string
        written = write_value(value)
        return written if "." in written else written.replace("e", ".0e")
    plain = isinstance(value, str) and _PLAIN.fullmatch(value) and _is_text_to_all(value)
    return value if plain else write_value(value)


def _is_text_to_all(plain: str) -> bool:
    """Return whether a plain scalar is a string in YAML 1.1 too, where dates and ``no`` are not."""
    older = yaml.SafeLoader.yaml_implicit_resolvers.get(plain[0], ())
    return (
        is_text(plain)
        and plain not in _LETTERS
        and not any(pattern.match(plain) for _, pattern in older)
    )
