"""Provide the valid document that the examples of checks are laid over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

from onrecord.findings import CheckInfo
from onrecord.rules.base import Check, Columns, Edit, Example, Filler

# The file of examples as people see them: lines that fail, the finding, and the lines fixed.
SHOWN = "examples.json"

TEXT = "“We will rebuild the harbour,” the mayor said."

VALID = f"""\
schema_version: "1.0"
annotation:
  annotators: [a reader]
  method: manual
article:
  id: harbour
  published: "2024-05-02"
  language: en
  text: {TEXT}
  text_sha256: {hashlib.sha256(TEXT.encode()).hexdigest()}
  text_length: {len(TEXT)}
  rights: {{license: CC-BY-4.0, redistribute: full}}
quotes:
  - id: q1
    type: direct
    content:
      - {{exact: "We will rebuild the harbour,", start: 1, end: 29, quoted: true}}
    attribution: attributed
    speakers:
      - kind: person
        role: mayor
        mentions: [{{exact: the mayor, start: 31, end: 40}}]
        reference: nominal
    cue:
      - {{exact: said, start: 41, end: 45}}
claims:
  - id: c1
    text: In May 2024 the mayor promised that the harbour would be rebuilt.
    language: en
    voice: source
    claimant: {{kind: person, role: mayor}}
    quote_ids: [q1]
    kind: prediction
    checkable: false
"""

# An article as a line of a table.
ARTICLE_LINE = b"""\
{"record_type": "article", "schema_version": "1.0", "id": "harbour", "language": "en", \
"url": "https://example.org/harbour", "rights": {"license": "NOASSERTION", "redistribute": "quotes"}}
"""

# A valid corpus.yaml.
CORPUS = b"""\
title: Words of the harbour
version: 1.0.0
description: What the mayor said.
license: CC-BY-4.0
citation: Words of the harbour, 1.0.0.
"""


def files(example: Example) -> dict[str, bytes]:
    """Return the files of an example, by name, as they are written to disk.

    Each document has a text of its own: the file's name is added to that of every further one.
    """
    if isinstance(example, str):
        example = {"harbour.yaml": example}
    return {
        name: _content(name, content, f" ({name})" if number else "")
        for number, (name, content) in enumerate(example.items())
    }


def with_corpus(stated: str, overlay: str = "") -> dict[str, str | bytes]:
    """Return the valid document with an overlay, and a corpus.yaml that states more, as files."""
    return {"harbour.yaml": overlay, "corpus.yaml": CORPUS + f"{stated}\n".encode()}


def article(name: str, overlay: str = "") -> str:
    """Return the valid document with an overlay as another article, with an id and words of its
    own.
    """
    import yaml

    stated = document(overlay, f" ({name})")
    stated["article"]["id"] = name
    return yaml.safe_dump(stated, allow_unicode=True, sort_keys=False)


def quote_line(id_: str, words: str) -> bytes:
    """Return a quote of that article as a line of a table."""
    return f"""\
{{"record_type": "quote", "schema_version": "1.0", "id": "{id_}", \
"article_id": "harbour", "type": "direct", "content": [{{"exact": "{words}", "quoted": true}}], \
"attribution": "unattributed", "annotation": {{"method": "manual", "annotators": ["a reader"]}}}}
""".encode()


def about(check: type[Check]) -> CheckInfo:
    """Describe a check in words, with its example as people see it."""
    return CheckInfo(
        code=check.code,
        severity=check.severity,
        title=check.title,
        explanation=check.explanation,
        hint=check.hint.replace(":plain}", "}"),
        family=check.family,
        **_shown().get(check.code, {}),
    )


@cache
def _shown() -> Mapping[str, Mapping[str, str]]:
    """Read the examples as people see them, by code, which ``tools.examples`` writes."""
    text = (resources.files("onrecord.rules") / SHOWN).read_text(encoding="utf-8")
    shown: Mapping[str, Mapping[str, str]] = json.loads(text)
    return shown


def _content(name: str, content: str | Edit | Filler | Columns | bytes, end: str) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, Filler):
        return content.before + content.byte * content.times
    if isinstance(content, Columns):
        return _parquet(content.columns)
    if isinstance(content, Edit):
        valid = VALID.encode() if name.endswith(".yaml") else json.dumps(document("")).encode()
        if valid.count(content.old) != 1:
            raise ValueError(f"{content.old!r} is not exactly once in the valid document")
        return valid.replace(content.old, content.new)
    import yaml

    return yaml.safe_dump(document(content, end), allow_unicode=True, sort_keys=False).encode()


def _parquet(columns: Mapping[str, list[Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(dict(columns)), sink)
    return bytes(sink.getvalue())


def document(overlay: str, end: str = "") -> dict[str, Any]:
    """Apply an overlay to the valid document, and update digest and length of the text.

    ``end`` is added to the text, and to the texts of claims, unless the overlay sets them.
    """
    import yaml

    changes = yaml.safe_load(overlay) or {}
    document: dict[str, Any] = _lay(deepcopy(_valid()), changes)
    article, own = document["article"], changes.get("article", {})
    if end and "text" not in own:
        own = {**own, "text": article["text"] + end}
        article["text"] = own["text"]
    for number, claim in enumerate(document["claims"] or ()):
        if not any("text" in one for one in (changes.get("claims") or ())[number : number + 1]):
            claim["text"] += end
    text = article.get("text")
    if isinstance(text, str) and "text" in own:
        article["text_sha256"] = own.get("text_sha256", hashlib.sha256(text.encode()).hexdigest())
        article["text_length"] = own.get("text_length", len(text))
    return document


@cache
def _valid() -> Any:
    """Read the valid document, which many examples begin with, once."""
    import yaml

    return yaml.safe_load(VALID)


def _lay(under: Any, over: Any) -> Any:
    """Lay one value over another: mappings by name, lists of mappings by position."""
    if isinstance(under, dict) and isinstance(over, Mapping):
        return under | {
            name: _lay(under[name], value) if name in under else value
            for name, value in over.items()
        }
    if isinstance(under, list) and isinstance(over, list) and isinstance((over or [0])[0], dict):
        laid = [_lay(below, above) for below, above in zip(under, over, strict=False)]
        return laid + over[len(under) :]
    return over
