"""Records of earlier versions become records of the current one, and nothing they say is lost."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.editing.splices import write_value
from onrecord.readers.syntax.nodes import to_value
from onrecord.readers.syntax.yaml import parse
from onrecord.schema import CURRENT, V0, V1
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.edits import edited
from onrecord.schema.v1.upgrade import upgrade, upgrade_edits
from tests.commands import run
from tests.drawing import examples, values_of

NAMES = ("article", "quote", "claim", "document")
LISTS = {
    "speakers": "speaker",
    "addressees": "addressee",
    "relayed_by": "relayed_by",
    "mentions": "mention",
}


def downgraded(value: Any) -> Any:
    """Return a value of 1.0 in the terms of 0.9, without what 0.9 cannot express."""
    if isinstance(value, list | tuple):
        return [downgraded(one) for one in value]
    if not isinstance(value, dict):
        return value
    result = {}
    for name, one in value.items():
        if name in LISTS and isinstance(one, list | tuple):
            result[LISTS[name]] = downgraded(one[0]) if one else None
        elif name == "quoted":
            result["verbatim"] = one
        else:
            result[name] = downgraded(one)
    return result


def comparable(value: Any) -> Any:
    """Return a value of 0.9 with instants to the second, and without what is absent or a note."""
    if isinstance(value, list | tuple):
        return [comparable(one) for one in value]
    if isinstance(value, str):
        return re.sub(r"^(.*\dT\d\d:\d\d)(?=[Z+-])", r"\1:00", value) if "T" in value else value
    if not isinstance(value, dict):
        return value
    return {
        name: comparable(one)
        for name, one in value.items()
        if one not in (None, (), [], "unnamed") and name not in ("schema_version", "note")
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=examples(5), deadline=None)
@given(data=st.data())
def test_a_valid_record_becomes_a_valid_one_that_says_the_same(name: str, data: st.DataObject):
    old = V0.models[name].model_validate_json(json.dumps(data.draw(values_of(V0.models[name]))))
    new = upgrade(old)
    assert type(new) is V1.models[name]
    assert new == V0.to_current(name, old)
    again = V1.models[name].model_validate_json(new.model_dump_json())
    assert again == new

    def periods_apart(value: Any) -> str:
        return re.sub(
            r"(T\d\d:\d\d)(?=[Z+-])", r"\1:00", json.dumps(comparable(value), sort_keys=True)
        )

    before, after = old.model_dump(), downgraded(new.model_dump())
    if name == "document":  # an entry may have an annotation only to hold the note
        for value in (before, after):
            for entry in (*value["quotes"], *value["claims"]):
                entry["annotation"] = entry["annotation"] or value["annotation"]
    assert periods_apart(before) == periods_apart(after)


def test_an_unnamed_source_is_noted_unless_the_attribution_says_it():
    span = {"exact": "Yes", "verbatim": False}
    base: dict[str, Any] = {
        "record_type": "quote",
        "schema_version": "0.9",
        "id": "a.q1",
        "article_id": "a",
        "type": "indirect",
        "content": [span],
        "annotation": {"method": "manual"},
        "speaker": {"kind": "unnamed", "role": "official"},
    }
    anonymous = upgrade(V0.models["quote"].model_validate(base | {"attribution": "anonymous"}))
    assert anonymous.speakers[0].kind is None
    assert anonymous.annotation.note is None
    unknown = upgrade(V0.models["quote"].model_validate(base | {"attribution": "unknown"}))
    assert "unnamed" in unknown.annotation.note


def test_a_source_of_which_only_this_is_known_is_left_out():
    """Nothing would be left to say of it, and a check would find that."""
    old: dict[str, Any] = {
        "record_type": "quote",
        "schema_version": "0.9",
        "id": "a.q1",
        "article_id": "a",
        "type": "indirect",
        "content": [{"exact": "Yes", "verbatim": False}],
        "annotation": {"method": "manual"},
        "attribution": "anonymous",
        "speaker": {"kind": "unnamed", "name": None},
        "addressee": {"kind": "unnamed"},
    }
    new = upgrade(V0.models["quote"].model_validate(old))
    assert (new.speakers, new.addressees) == ((), ())
    assert new.annotation.note == "The source does not name the addressee (0.9: kind unnamed)."
    assert not {"speakers", "addressees"} & set(edited(old, upgrade_edits(V0.models["quote"], old)))


DOCUMENT = """\
# yaml-language-server: $schema=../schema/0.9/document.schema.json
schema_version: "0.9"  # the version
annotation: {method: manual, on: 2024-12-10T08:30Z}
article:
  id: a
  language: en
  rights: {license: CC-BY-4.0, redistribute: full}
quotes:
  - id: q1
    type: indirect
    content: [{exact: It rains, verbatim: false}]
    attribution: unknown
    speaker:   # who?
      kind: unnamed
      # the mention
      mention:
        exact: >-
          the
          mayor
      role: mayor
    relayed_by: {name: Agency}
    addressee: null
claims: []
"""


def test_a_document_keeps_its_comments_and_layout(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    assert run("upgrade", path).returncode == 0
    once = path.read_text(encoding="utf-8")
    for comment in ("# the version", "# who?", "# the mention", "schema/1.0/document.schema.json"):
        assert comment in once
    document = CURRENT.models["document"].model_validate_json(json.dumps(to_value(parse(once)[0])))
    (quote,) = document.quotes  # type: ignore[attr-defined]
    assert quote.speakers[0].mentions[0].exact == "the mayor"
    assert quote.relayed_by[0].name == "Agency"
    assert quote.addressees == ()
    assert document.annotation.on == "2024-12-10T08:30:00Z"  # type: ignore[attr-defined]
    assert "follows 1.0 already" in run("upgrade", path).stdout
    assert path.read_text(encoding="utf-8") == once


def block_style(value: Any, indent: str = "") -> str:
    """Return a value as YAML in block style, with strings as in JSON."""
    if isinstance(value, dict) and value:
        parts = [f"{indent}{name}:{_below(one, indent)}" for name, one in value.items()]
        return "".join(parts)
    if isinstance(value, list) and value:
        parts = [block_style(one, f"{indent}  ") for one in value]
        return "".join(
            f"{indent}- {part[len(indent) + 2 :]}" if part.startswith(indent) else part
            for part in parts
        )
    return f"{indent}{write_value(value)}\n"


def _below(value: Any, indent: str) -> str:
    nested = isinstance(value, dict | list) and value
    return f"\n{block_style(value, indent + '  ')}" if nested else f" {write_value(value)}\n"


@pytest.mark.slow
@settings(max_examples=examples(8), deadline=None)
@given(value=values_of(V0.models["document"]), block=st.booleans())
def test_files_become_what_their_records_become(
    tmp_path_factory: pytest.TempPathFactory, value: dict[str, Any], block: bool
):
    path = tmp_path_factory.mktemp("upgrade") / "a.yaml"
    path.write_text(block_style(value) if block else write_value(value), encoding="utf-8")
    expected = upgrade(V0.models["document"].model_validate_json(json.dumps(value)))
    result = run("upgrade", path)
    assert result.returncode == 0, result.stdout
    found = json.dumps(to_value(parse(path.read_text(encoding="utf-8"))[0]))
    assert CURRENT.models["document"].model_validate_json(found) == expected


ROW = {
    "record_type": "quote",
    "schema_version": "0.9",
    "id": "a.q1",
    "article_id": "a",
    "type": "indirect",
    "content": [{"exact": "It rains", "verbatim": False}],
    "attribution": "attributed",
    "speaker": {"name": "Ada"},
    "annotation": {"method": "manual"},
}


@pytest.mark.parametrize("ending", ["", ".gz", ".xz", ".bz2", ".zst"])
def test_tables_of_lines_are_upgraded_line_by_line(tmp_path: Path, ending: str):
    plain = tmp_path / "quotes.jsonl"
    new = upgrade(V0.models["quote"].model_validate(ROW)).model_dump_json()
    plain.write_text(json.dumps(ROW) + "\n\n" + new + "\r\n", encoding="utf-8")
    path = tmp_path / f"quotes.jsonl{ending}"
    data = plain.read_bytes()
    if ending:
        import bz2
        import gzip
        import lzma

        pack = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}.get(ending)
        path.write_bytes(pack(data) if pack else pa.compress(data, "zstd", asbytes=True))
        plain.unlink()
    assert run("upgrade", path).returncode == 0
    from onrecord.files.opening import File, opened

    with opened(File(path, path.name)) as stream:
        lines = stream.read().split(b"\n")
    assert json.loads(lines[0])["speakers"] == [{"name": "Ada"}]
    assert lines[1] == b""
    assert lines[2] == new.encode() + b"\r"


def test_parquet_is_upgraded_row_by_row(tmp_path: Path):
    path = tmp_path / "quotes.parquet"
    row = V0.models["quote"].model_validate(ROW).model_dump()
    pq.write_table(pa.Table.from_pylist([row] * 3, arrow_schema(V0.models["quote"])), path)
    assert run("upgrade", path).returncode == 0
    rows = pq.read_table(path).to_pylist()
    assert [one["speakers"][0]["name"] for one in rows] == ["Ada"] * 3
    assert "follows 1.0 already" in run("upgrade", path).stdout


def test_a_published_table_keeps_its_derived_columns(tmp_path: Path):
    path = tmp_path / "quotes.parquet"
    derived = ("quote", "fingerprint", "said_from", "said_to")
    fields = [pa.field(name, pa.string()) for name in derived[:2]]
    fields += [pa.field(name, pa.date32()) for name in derived[2:]]
    schema = pa.schema([*arrow_schema(V0.models["quote"]), *fields])
    row = V0.models["quote"].model_validate(ROW).model_dump()
    pq.write_table(pa.Table.from_pylist([row] * 3, schema), path)
    assert "publish again" not in run("upgrade", path, "--dry-run").stdout
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    assert "publish again" in run("upgrade", path).stdout
    table = pq.read_table(path)
    assert {"speaker", *derived} <= set(table.column_names)
    assert table["speaker"].to_pylist() == ["Ada"] * 3
    assert table["quote"].to_pylist() == [ROW["content"][0]["exact"]] * 3


def test_nothing_is_changed_if_any_record_is_invalid(tmp_path: Path):
    path = tmp_path / "quotes.jsonl"
    before = json.dumps(ROW) + "\n" + json.dumps(ROW | {"type": "loud"}) + "\n"
    path.write_text(before, encoding="utf-8")
    result = run("upgrade", path)
    assert result.returncode == 1
    assert "quotes.jsonl:2" in result.stdout + result.stderr
    assert path.read_text(encoding="utf-8") == before


def test_a_layout_that_cannot_be_edited_is_named(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_text(DOCUMENT.replace("speaker:   # who?", "speaker: &who"), encoding="utf-8")
    result = run("upgrade", path)
    assert result.returncode == 3
    assert "a.yaml: this layout cannot be upgraded in place" in result.stderr


# Other commands: a file of an older version is read, and changed by no other command.


@pytest.fixture
def older_document(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(DOCUMENT.replace("08:30Z", "08:30:00Z"), encoding="utf-8")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.txt").write_text("It rains, the mayor says.", encoding="utf-8")
    return path


NOTE = "this follows schema 0.9; the current version is 1.0"


@pytest.mark.slow
def test_reading_an_older_file_is_noted_once(older_document: Path):
    before = older_document.read_bytes()
    result = run("validate", older_document)
    assert result.stdout.count(f"note[older-schema-version]: {NOTE}") == 1
    assert f"rewrite the file with: onrecord upgrade {older_document}" in result.stdout
    run("upgrade", older_document)
    assert older_document.read_bytes() != before
    assert "older-schema-version" not in run("validate", older_document).stdout


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_older_tables_are_noted_once(tmp_path: Path, ending: str):
    rows = [{**ROW, "id": f"a.q{number}", "status": "active"} for number in range(3)]
    path = tmp_path / f"quotes.{ending}"
    if ending == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(rows, arrow_schema(V0.models["quote"])), path)
    result = run("validate", path)
    assert result.stdout.count("note[older-schema-version]") == 1
    place = f"{path}:1:" if ending == "jsonl" else f"{path}:row 1 (schema_version)"
    assert place in result.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("anchor", "--texts", "kept", "--write"),
        ("validate", "--texts", "kept", "--fix-all"),
        ("dehydrate", "--texts", "kept", "--write"),
        ("hydrate", "--texts", "kept", "--write"),
    ],
)
def test_no_other_command_changes_an_older_document(older_document: Path, command: tuple[str, ...]):
    files = [path for path in older_document.parent.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    name, *options = command
    result = run(name, older_document.name, *options, cwd=older_document.parent)
    said = result.stdout + result.stderr
    lines = [line for line in said.splitlines() if NOTE in line]
    assert len(lines) == (2 if name == "validate" else 1), said  # the finding, and what is left
    assert any("onrecord upgrade a.yaml" in line for line in lines), said
    assert {path: path.read_bytes() for path in files} == before


@pytest.mark.parametrize("older", ["articles", "quotes"])
def test_no_table_is_changed_while_one_that_it_needs_is_older(tmp_path: Path, older: str):
    article = {
        "record_type": "article",
        "schema_version": "0.9",
        "id": "a",
        "language": "en",
        "rights": {"license": "CC-BY-4.0", "redistribute": "none"},
    }
    new_article = article | {"schema_version": "1.0"}
    new_quote = upgrade(V0.models["quote"].model_validate(ROW)).model_dump(
        mode="json", exclude_none=True
    )
    tables = {
        "articles": article if older == "articles" else new_article,
        "quotes": ROW if older == "quotes" else new_quote,
    }
    for name, row in tables.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    before = (tmp_path / "quotes.jsonl").read_bytes()
    result = run("dehydrate", "quotes.jsonl", "--texts", "kept", "--write", cwd=tmp_path)
    said = result.stdout + result.stderr
    assert result.returncode != 0
    assert said.count(NOTE) == 1, said
    assert f"onrecord upgrade {older}.jsonl" in said, said
    assert (tmp_path / "quotes.jsonl").read_bytes() == before
