"""What one file may ask of its reader: beyond the limits it is a finding, in bounded time and memory."""

from __future__ import annotations

import gzip
import json
import re
import struct
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml as pyyaml

import onrecord
from onrecord.files import limits
from onrecord.files.opening import File
from onrecord.readers import footer
from onrecord.readers.bulk import blocks
from onrecord.readers.bulk.blocks import Block
from onrecord.readers.formats import open_reader
from onrecord.readers.options import ReadOptions
from onrecord.readers.syntax import json as json_reader
from onrecord.readers.syntax import toml, yaml_tree
from onrecord.readers.syntax import yaml as yaml_reader
from onrecord.readers.syntax.nodes import UnreadableError
from onrecord.rules.examples import document
from onrecord.schema import CURRENT
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from tests.commands import run
from tests.drawing import nightly

FLAT = flatten(Document.model_validate_json(json.dumps(document(""))))


def read(path):
    """What the reader of a file finds in it."""
    file = File(path, path.name)
    return [item for item in open_reader(file).read(file) if isinstance(item, onrecord.Finding)]


def codes(path):
    return [(one.code, one.place.line, one.place.column) for one in read(path)]


# From 6.0.4 on, PyYAML gives up by itself at 1,000 levels, and elsewhere.
@pytest.mark.parametrize("parser", ["libyaml", "pure Python"])
@pytest.mark.parametrize("times", [70, 999, 1001, 20_000])
@pytest.mark.parametrize("piece", ["[", "{a: ", "[{a: ", "[a: ", "- ", "? ", "{a: [", "[{a: [a: "])
def test_yaml_that_is_nested_too_deep_is_so_at_the_same_place(monkeypatch, piece, times, parser):
    if parser == "pure Python":
        monkeypatch.setattr(yaml_tree, "Parser", pyyaml.BaseLoader)
    places = set()
    for number in (70, times):
        with pytest.raises(UnreadableError) as caught:
            yaml_reader.parse(piece * number)
        assert caught.value.problem.check.code == "too-deep"
        places.add(caught.value.problem.mark.index)
    assert len(places) == 1


def test_what_is_wrong_before_yaml_is_too_deep_is_reported_first():
    for text, code in (("[*a, " + "[" * 2000, "alias"), ("[!x y, " + "[" * 2000, "tag")):
        with pytest.raises(UnreadableError) as caught:
            yaml_reader.parse(text)
        assert caught.value.problem.check.code == code


def test_blocks_of_yaml_may_be_as_deep_as_any_record():
    deep = "\n".join("  " * depth + "a:" for depth in range(limits.MAX_DEPTH))
    assert yaml_reader.parse(deep)
    with pytest.raises(UnreadableError):
        yaml_reader.parse(deep + "\n" + "  " * limits.MAX_DEPTH + "a: 1")


@pytest.mark.parametrize("value", ["[", '{"b":', '[{"b":'])
@pytest.mark.parametrize("times", [40, 62, 63, 64, 65, 128, 1000, 20_000, 200_000])
@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("key", ["x", "content"])
def test_lines_are_as_deep_as_documents_may_be(tmp_path, value, times, closed, key):
    close = {"[": "]", '{"b":': "}", '[{"b":': "}]"}[value]
    inner = "1" if value != "[" else ""
    line = f'{{"id":"a.q1","{key}":{value * times}{inner}{close * times if closed else ""}}}'
    line = line.replace("[{", "[ {") if times % 2 else line
    path = tmp_path / "quotes.jsonl"
    path.write_text(f"{{}}\n{line}\n{{}}\n", encoding="utf-8")
    found = [one for one in codes(path) if one[1] == 2]
    document = tmp_path / "a.json"
    document.write_text(line, encoding="utf-8")
    deep = times * value.count("[") + times * value.count("{") + 1 > limits.MAX_DEPTH
    assert ([one[0] for one in found] == ["too-deep"]) == deep
    assert any(one[0] == "too-deep" for one in codes(document)) == deep
    if deep:
        assert found[0][2] == codes(document)[0][2]


def test_brackets_in_strings_are_not_nesting(tmp_path):
    row = {**FLAT["quote"][0], "venue": "[{" * 5000 + '\\"[' * 500}
    path = tmp_path / "quotes.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert codes(path) == []
    assert not json_reader.may_exceed_limits(json.dumps(row))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "quotes: [%s]"),
        ("block.yaml", "quotes:%s"),
        ("a.json", '{"quotes": [%s 1]}'),
        ("quotes.jsonl", '{"a": [%s 1]}\n'),
    ],
)
def test_a_document_or_line_has_a_limited_number_of_values(tmp_path, name, content):
    path = tmp_path / name
    piece = "\n- a" if name == "block.yaml" else "1,"
    path.write_text(content % (piece * limits.MAX_VALUES), encoding="utf-8")
    assert [one.code for one in read(path)] == ["too-many-values"]


# Validates each of some files in a process of its own, which is forked from one that has imported what
# that needs; prints the number of findings and the most memory that it took.
LIMITED = """
import os, re, sys, pathlib, onrecord
from onrecord.validation import looking
for path in sys.argv[1:]:
    if os.fork() == 0:
        report = onrecord.validate(path)
        status = pathlib.Path('/proc/self/status').read_text()
        peak = re.search(r'VmHWM:\\s*(\\d+) kB', status)[1]
        print(path, len(report.findings), peak, flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.mark.slow
def test_what_is_small_needs_little_memory(tmp_path):
    some = [
        ("a.yaml", b"[" + b"a," * 3_000_000 + b"]", 1),
        ("a.yaml", b"quotes: [" + b"a," * 20_000 + b"]", 1010),
        ("quotes.jsonl.gz", b"\n" * 8_000_000, 0),
        ("quotes.jsonl", b'{"a":"' + b"x" * 9_000_000 + b'"}\n' + b"\n" * 500_000, 9),
        *nightly(
            ("a.yaml", b"\xff\n" * 200_000, 2002),
            ("quotes.jsonl.gz", b" \r\n" * 3_000_000, 0),
            ("quotes.jsonl.gz", b"{}\n" * 20_000, 1001),
            ("quotes.jsonl", b"".join(b'{"k%d":1}\n' % one for one in range(10_000)), 2002),
        ),
    ]
    limits_of = {}
    for number, (name, content, most) in enumerate(some):
        path = tmp_path / str(number) / name
        path.parent.mkdir()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        limits_of[str(path)] = most
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, *limits_of], capture_output=True, text=True, check=True
    )
    found = [line.split() for line in ran.stdout.splitlines()]
    assert [path for path, *_ in found] == [*limits_of]
    for path, number, peak in found:
        assert int(number) <= limits_of[path], path
        assert int(peak) < 500_000, path  # KiB


def test_blank_lines_count_as_lines(tmp_path):
    path = tmp_path / "quotes.jsonl"
    path.write_bytes(b"\n" * 200_000 + b" \t\r\n" * 100_000 + b"{\n" + b"\n" * 70_000 + b"x")
    assert [one[:2] for one in codes(path)] == [
        ("syntax-error", 300_001),
        ("syntax-error", 370_002),
    ]


@pytest.mark.parametrize(
    "data", [b"\n" * 9, b"a\n\n\nb", b" \n\t \nx\r\n\r\n", b"a", b"x" * 99 + b"\n" * 50]
)
def test_blocks_have_few_lines(tmp_path, monkeypatch, data):
    monkeypatch.setattr(blocks, "MAX_LINES", 3)
    path = tmp_path / "quotes.jsonl"
    path.write_bytes(data)
    found = list(blocks.blocks(File(path, "")))
    assert b"".join(block.data for block in found) == data
    assert all(block.data.count(b"\n") <= 3 for block in found)
    lines = [one.strip() for one in data.split(b"\n")]
    filled = [(number, line) for number, line in enumerate(lines) if line]
    read = [line for block in found for line in block.filled_lines()]
    assert [(number, line.strip()) for number, line in read] == filled
    assert Block(data, 0).filled.sum() == len(filled)


@pytest.mark.slow
def test_findings_beyond_the_limit_are_counted(tmp_path):
    path = tmp_path / "quotes.jsonl"
    path.write_text("{}\n" + "x\n" * 1500, encoding="utf-8")
    findings = onrecord.validate(path).findings
    wrong = [one for one in findings if one.code == "syntax-error"]
    assert len(wrong) == 1001
    assert wrong[-1].message.startswith("500 more findings of syntax-error from here on")
    assert (wrong[-1].place.line, wrong[-1].severity) == (1002, onrecord.Severity.ERROR)
    every = onrecord.validate(path, options=ReadOptions(findings=0)).findings
    assert len([one for one in every if one.code == "syntax-error"]) == 1500
    ran = run("validate", path, "--max-findings", "10", "--format", "json")
    listed = json.loads(ran.stdout)["findings"]
    assert len([one for one in listed if one["code"] == "syntax-error"]) == 11


@pytest.mark.slow
def test_what_rules_find_is_limited_by_file_in_order(tmp_path):
    (tmp_path / "articles.jsonl").write_text(json.dumps(FLAT["article"][0]), encoding="utf-8")
    line = json.dumps(FLAT["quote"][0]) + "\n"
    for folder, number in (("a", 20), ("b", 4)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "quotes.jsonl").write_text(line * number, encoding="utf-8")
    findings = onrecord.validate(tmp_path, options=ReadOptions(findings=5)).findings
    twice = [one for one in findings if one.code == "duplicate-id"]
    assert [Path(one.place.file).parent.name for one in twice] == ["a"] * 6 + ["b"] * 4
    assert [one.place.line for one in twice[:6]] == [2, 3, 4, 5, 6, 7]
    assert twice[5].facts == {"more": "14"}
    assert "14 more findings of duplicate-id" in twice[5].message
    assert twice[5].suggestion is None


@pytest.mark.slow
def test_a_baseline_tolerates_no_other_number_of_findings(tmp_path):
    path, baseline = tmp_path / "quotes.jsonl", tmp_path / "known.json"
    path.write_text("x\n" * 30, encoding="utf-8")
    options = ("--max-findings", "5", "--baseline", baseline)
    assert run("validate", path, *options, "--write-baseline").returncode == 0
    assert run("validate", path, *options).returncode == 0
    path.write_text("x\n" * 31, encoding="utf-8")
    ran = run("validate", path, *options)
    assert ran.returncode == 1
    assert "26 more findings of syntax-error" in ran.stdout


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("size", [0, 1, 5, 9])
def test_a_packed_table_without_a_whole_header_is_no_table(tmp_path, ending, size):
    path = tmp_path / f"quotes.jsonl{ending}"
    packed = (
        gzip.compress(b"")
        if ending == ".gz"
        else pa.Codec("zstd").compress(b"a" * 99, asbytes=True)
    )
    path.write_bytes(packed[:size])
    (finding,) = read(path)
    assert finding.code == "syntax-error"
    path.write_bytes(
        gzip.compress(b"") if ending == ".gz" else b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00"
    )
    assert read(path) == []


def test_an_empty_packed_file_is_not_imported_silently(tmp_path):
    path = tmp_path / "quotes.json.bz2"
    path.write_bytes(b"")
    ran = run("import", "quotebank", path, "--out", tmp_path / "out")
    assert ran.returncode == 1
    assert "it is cut off" in ran.stdout + ran.stderr


def varint(number):
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def element(name, children=None):
    """A SchemaElement in Thrift's compact protocol."""
    kind = b"\x15\x0c\x25\x02\x18" if children is None else b"\x35\x02\x18"
    number = b"" if children is None else b"\x15" + varint(children << 1)
    return kind + varint(len(name)) + name + number + b"\0"


def table(*elements):
    """A Parquet file of no rows with such a schema."""
    head = b"\x15\x02\x19\xfc" + varint(len(elements))
    foot = head + b"".join(elements) + b"\x16\x00\x19\x0c\x00"
    return b"PAR1" + foot + struct.pack("<I", len(foot)) + b"PAR1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (table(element(b"schema", 1), element(b"\xff\xfe")), "syntax-error"),
        (table(element(b"schema", 1), element(b"id", 1), element(b"a\xe9")), "syntax-error"),
        (table(element(b"schema", 1), element(b"a\0b")), "wrong-columns"),
        (table(element(b"schema", 2), element(b"id"), element(b"id")), "wrong-columns"),
        (table(element(b"schema", 0)), "wrong-columns"),
        (table(element(b"schema", 1), element(b"\x1b[31mred\n::error::")), "wrong-columns"),
        (table(element(b"schema", 1), *[element(b"g", 1)] * 70, element(b"x")), "too-deep"),
        (table(element(b"schema", 1), *[element(b"g", 1)] * 50_000, element(b"x")), "too-deep"),
        (table(element(b"schema", 2**30), element(b"id")), "syntax-error"),
        (b"", "syntax-error"),
        (b"PAR1", "syntax-error"),
        (b"PAR1" + b"\x1c" * 200_000 + struct.pack("<I", 200_000) + b"PAR1", "syntax-error"),
        (b"PARE" + b"\0" * 40 + struct.pack("<I", 40) + b"PARE", "syntax-error"),
        (b"PAR1\xff\xff\xff\xffPAR1", "syntax-error"),
    ],
)
def test_tables_that_are_not_as_they_should_be_are_findings(tmp_path, content, code):
    path = tmp_path / "quotes.parquet"
    path.write_bytes(content)
    (finding,) = read(path)
    assert finding.code == code
    assert re.fullmatch(r"[ -~…–“”]*", finding.message)
    assert run("validate", path).returncode == 1


def test_a_column_that_is_there_twice_is_reported(tmp_path):
    path = tmp_path / "quotes.parquet"
    one = pa.Table.from_pylist([FLAT["quote"][0]], arrow_schema(CURRENT.models["quote"]))
    pq.write_table(one.append_column("id", one["id"]), path)
    (finding,) = read(path)
    assert "id is there 2 times" in finding.message


@pytest.mark.parametrize("record_type", ["article", "quote", "claim"])
def test_the_depth_of_a_table_is_that_of_its_columns(tmp_path, record_type):
    path = tmp_path / "any.parquet"
    schema = arrow_schema(CURRENT.models[record_type])
    pq.write_table(schema.empty_table(), path)

    def depth(type_):
        if pa.types.is_list(type_):
            return 2 + depth(type_.value_type)
        inner = [depth(each.type) for each in type_] if pa.types.is_struct(type_) else []
        return 1 + max(inner, default=0)

    assert footer.depth_of(path) == max(depth(each.type) for each in schema)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a = " + "[" * 10_000, "too-deep"),
        ("a = " + "[" * 70 + "]" * 70, "too-deep"),
        (".".join(["a"] * 50_000) + " = 1", "too-deep"),
        (".".join(['"a"'] * 100) + " = 1", "too-deep"),
        ("[" + ".".join(["a"] * 100) + "]", "too-deep"),
        ("a = [" + "1," * 20_000 + "]", "too-many-values"),
        ("#" * (limits.MAX_SETTINGS + 1), "too-long"),
        ('a = "' + '\\"' * 200_000, "syntax-error"),
    ],
)
def test_settings_are_limited(tmp_path, text, code):
    with pytest.raises(UnreadableError) as caught:
        toml.parse(text)
    assert caught.value.problem.check.code == code
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[tool.onrecord]\n{text}\n", encoding="utf-8")
    (tmp_path / "quotes.jsonl").touch()
    ran = run("validate", "quotes.jsonl", cwd=tmp_path)
    assert ran.returncode == 1
    assert code in ran.stdout


def test_dots_in_text_are_no_steps_of_a_key():
    root, _ = toml.parse('a = "' + "b." * 200 + '"\nb = 1.5\n' + "c = 1.5\n".replace("c", "d"))
    assert set(root.value) == {"a", "b", "d"}
