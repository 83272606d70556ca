"""What the fast path decides, and what Pydantic validates: the outcome is the same."""

from __future__ import annotations

import json
import random
import re
from functools import cache, reduce
from operator import getitem
from typing import Annotated, Literal
from unittest.mock import Mock

import annotated_types
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    field_validator,
)

import onrecord
from onrecord.readers.bulk import fast_path, jsonl
from onrecord.readers.bulk.column_predicates import ListPredicate, ObjectPredicate, Undecidable
from onrecord.readers.bulk.predicate_compiler import compiled
from onrecord.readers.models.validate import validate as validate_record
from onrecord.readers.options import ReadOptions
from onrecord.rules.examples import document
from onrecord.schema import CURRENT
from onrecord.schema.current import Document
from onrecord.schema.fields import Record
from onrecord.schema.flat import flatten
from onrecord.testing import documents
from tests.commands import run
from tests.drawing import examples, nightly
from tests.values import paths_in

TYPES = ("article", "quote", "claim")
WAYS = [
    ReadOptions(),
    ReadOptions(block=1, threads=1),
    ReadOptions(block=777, threads=3),
    *nightly(ReadOptions(block=5000, threads=2), ReadOptions(block=40_000, threads=2)),
]


def outcome(folder, how):
    """The findings, in their order, and the records, of all types."""
    corpus = onrecord.read(folder, options=how)
    return corpus.findings, {each: corpus.table(each) for each in TYPES}


def check(folder, *ways):
    """Make sure that the fast path, in each way, leads to the same as validating each record."""
    findings, tables = outcome(folder, ReadOptions(validate_all=True))
    for how in ways or WAYS:
        others, records = outcome(folder, how)
        assert others == findings, how
        for each in TYPES:
            assert records[each].equals(tables[each]), (how, each)
    return findings, tables


@cache
def sound(record_type):
    """A sound flat record, as JSON."""
    sound = Document.model_validate_json(json.dumps(document("")))
    return json.dumps(flatten(sound)[record_type][0])


def flat(record_type, number=0):
    """A sound flat record."""
    row = json.loads(sound(record_type))
    return row | {"id": f"{row['id']}-{number}"}


def line(row):
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


ODD = [
    None,
    True,
    0,
    -1,
    1.0,
    1.5,
    2**31,
    2**63,
    10**400,
    "",
    " ",
    "x",
    "a.b",
    "Q1",
    "two\nlines",
    "ends\n",
    "x" * 65,
    "\u00e9" * 64,
    "\U0001f600",
    "e\u0301\u200f\u202e",
    "\u2028",
    "2024-13",
    "2024-12-10T08:30:00Z",
    "\ud800",
    "\0",
    [],
    {},
    [None],
    [[]],
    [{}],
    [{"exact": "x", "quoted": True}],
    {"name": "x"},
]


def broken(row, draw):
    """A record with something in it changed, which may leave it sound."""
    row = json.loads(json.dumps(row))
    *parents, last = draw.choice(list(paths_in(row)))
    parent = row
    for step in parents:
        parent = parent[step]
    match draw.randrange(4):
        case 0:
            parent[last] = draw.choice(ODD)
        case 1:
            del parent[last]
        case 2 if isinstance(parent, dict):
            parent[draw.choice(["zz", "exact", "language", "wikidata", "start"])] = draw.choice(ODD)
        case _:
            parent[last] = [parent[last], draw.choice(ODD)]
    return row


def text(row, draw):
    """A record as a line, in one of the ways to write it."""
    written = json.dumps(row, ensure_ascii=draw.random() < 0.3)
    if draw.random() < 0.1:
        written = written.replace('"id"', draw.choice(['"\\u0069d"', '"id": "x", "id"', '"ID"']), 1)
    if draw.random() < 0.1:
        written = written.replace(
            ": 0,", draw.choice([": NaN,", ": 0.0,", ": -0,", ": 00,", ": 1e999,"])
        )
    if draw.random() < 0.1:
        written = draw.choice(
            [" {}", "{} ", "{} {}", "{}{}", "\n{}", "{}\r", "\ufeff{}", "{},", "[{}]"]
        ).replace("{}", written)
    return written.encode("utf-8", "surrogatepass") + b"\n"


@pytest.mark.slow
@settings(max_examples=examples(5), suppress_health_check=list(HealthCheck))
@given(documents(), st.randoms(use_true_random=False))
def test_records_that_were_mutated_are_found_the_same(tmp_path_factory, one, draw):
    folder = tmp_path_factory.mktemp("corpus")
    records = flatten(one)
    for each in TYPES:
        rows = [*records[each], flat(each)]
        rows = [json.loads(json.dumps(row)) for row in rows]
        lines = [text(row, draw) for row in rows]
        for _ in range(25):
            lines.insert(
                draw.randrange(len(lines) + 1), text(broken(draw.choice(rows), draw), draw)
            )
        (folder / f"{each}s.jsonl").write_bytes(b"".join(lines))
    check(folder, ReadOptions(), draw.choice(WAYS))


BYTES = [
    b"",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b'"',
    b"\\",
    b"}\n{",
    b"[" * 300,
]


@pytest.mark.slow
@settings(max_examples=examples(6))
@given(st.randoms(use_true_random=False))
def test_bytes_that_were_mutated_are_found_the_same(tmp_path_factory, draw):
    folder = tmp_path_factory.mktemp("corpus")
    rows = [line(flat("quote", number)) for number in range(12)]
    draw.shuffle(rows)
    data = bytearray(b"".join(rows))
    for _ in range(draw.randrange(6)):
        begin = draw.randrange(len(data) + 1)
        end = begin + draw.choice([0, 0, 1, 5, 400])
        match draw.randrange(4):
            case 0:
                data[begin:end] = draw.choice(BYTES)
            case 1:
                data[begin:begin] = data[end : end + draw.randrange(900)]
            case 2:
                data[begin:end] = bytes([draw.randrange(256)])
            case _:
                del data[draw.choice([begin, len(data) - 3]) :]
    (folder / "quotes.jsonl").write_bytes(bytes(data))
    check(folder)


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (b'{"a": 1}{"a": 1}', ["syntax-error"]),
        (b'{"record_type":\n"quote"}', ["syntax-error", "syntax-error"]),
        (b'{"a": {}\n}\n{}{}', ["syntax-error", "syntax-error", "syntax-error"]),
        (b'{"confidence": NaN}', None),
        (b"[" * 100_000, ["too-deep"]),
        (b'{"a": 1' + b"0" * 10_000 + b"}", None),
        (b"{}", None),
        (b"\0", None),
        (b"null", ["wrong-type"]),
        (b"\xff\xfe{\0}\0", ["not-utf8"]),
    ],
)
def test_what_is_no_record_is_told_among_those_that_are(tmp_path, raw, codes):
    rows = [line(flat("quote", number)) for number in range(5)]
    path = tmp_path / "quotes.jsonl"
    path.write_bytes(b"".join(rows[:3]) + raw + b"\n" + b"".join(rows[3:]))
    findings, tables = check(tmp_path)
    assert tables["quote"].num_rows == 5
    assert findings
    if codes is not None:
        assert [one.code for one in findings] == codes


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\n\n", b" \n\t\n", b"\r\r\n"])
@pytest.mark.parametrize("start", [b"", b"\n", b"\xef\xbb\xbf"])
def test_lines_may_end_in_many_ways(tmp_path, start, ending):
    rows = [line(flat("claim", number)).strip() for number in range(4)]
    (tmp_path / "claims.jsonl").write_bytes(start + ending.join(rows))
    findings, tables = check(tmp_path)
    assert tables["claim"].num_rows == 4
    assert [one.code for one in findings] == ["byte-order-mark"] * (start == b"\xef\xbb\xbf")


@pytest.mark.slow
def test_a_defect_in_every_block_and_at_both_ends_is_found(tmp_path):
    rows = [flat("quote", number) for number in range(160)]
    wrong = [*range(0, 160, 13), 159]
    for number in wrong:
        rows[number]["said"] = "yesterday"
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(map(line, rows)))
    findings, tables = check(tmp_path)
    assert [(one.code, one.place.line) for one in findings] == [
        ("not-allowed", number + 1) for number in wrong
    ]
    assert tables["quote"].num_rows == 160 - len(wrong)


@pytest.mark.slow
def test_a_line_longer_than_a_block_is_read_and_judged(tmp_path):
    rows = [flat("quote", number) for number in range(6)]
    rows[2]["content"][0]["exact"] = "long " * 10_000
    rows[4]["content"][0]["exact"] = "long " * 10_000
    rows[4]["within"] = ""
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(map(line, rows)))
    findings, tables = check(tmp_path)
    assert [(one.code, one.place.line, one.path) for one in findings] == [
        ("not-allowed", 5, "within")
    ]
    assert tables["quote"].num_rows == 5


@pytest.mark.slow
def test_names_that_come_late_are_read(tmp_path):
    rows = [flat("quote", number) for number in range(120)]
    for number, row in enumerate(rows):
        if number > 40:
            row["translated_from"] = "fr"
        if number > 80:
            row["venue"] = None
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(map(line, rows)))
    findings, tables = check(tmp_path)
    assert not findings
    assert tables["quote"]["translated_from"].null_count == 41


WRONG = [
    lambda text: text.replace(b'"id"', b'"id": "x", "id"', 1),
    lambda text: text.replace(b'"type": "', b'"type": 1, "was": "', 1),
    lambda text: text.replace(b'"en"', b"7"),
    lambda text: text[: len(text) // 2] + b"\n",
    lambda text: text.replace(b'{"', b'{"zz": 5, "', 1),
    lambda text: text.replace(b'{"', b'{"zz": null, "', 1),
    lambda text: text.replace(b'{"', b'{"z\\u007a": null, "', 1),
    lambda text: text.replace(b'{"', b'{"claimant": "x", "', 1),
    lambda text: text.replace(b'"quoted"', b'"zz": [], "quoted"', 1),
    lambda text: text.replace(b'"exact": "', b'"exact": "\xff', 1),
    lambda text: text.replace(b'"exact": "', b'"exact": "\\u0000', 1),
    lambda text: text.replace(b'"exact": "', b'"exact": "\\ud800', 1),
    lambda text: text.replace(b'"exact": "', b'"exact": "\\"zz\\" \\u00e9', 1),
    lambda text: b" " + text,
]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "piece"), [*enumerate([1, 3000, 2**20])])
def test_lines_that_are_wrong_in_many_ways_leave_the_others_cleared(
    tmp_path, monkeypatch, seed, piece
):
    monkeypatch.setattr(fast_path, "PIECE", piece)
    draw = random.Random(seed)
    lines = [line(flat("quote", number)) for number in range(100)]
    for number in range(0, 100, 1 + 3 * seed):
        if draw.random() < 0.5:
            lines[number] = draw.choice(WRONG)(lines[number])
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(lines))
    findings, tables = check(tmp_path)
    assert findings
    assert tables["quote"].num_rows > 33


@pytest.mark.slow
def test_few_lines_are_judged_where_few_are_wrong(tmp_path, monkeypatch):
    validated = []

    def validate(model, text):
        validated.append(text)
        return validate_record(model, text)

    monkeypatch.setattr(jsonl, "validate", validate)
    lines = [line(flat("quote", number)) for number in range(2000)]
    for number in range(0, 2000, 50):
        lines[number] = WRONG[number // 50 % 4](lines[number])
        lines[number + 1] = WRONG[4](lines[number + 1])
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(lines))
    outcome(tmp_path, ReadOptions(block=2**18))
    assert 40 <= len(validated) <= 80


def with_first_name_twice(text):
    name = text[1 : text.index(b":")]
    return text.rstrip()[:-1] + b", " + name + b': "x"}\n'


def with_a_number(text):
    return re.sub(rb'("attribution": *)"\w+"', rb"\g<1>7", text)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [with_first_name_twice, with_a_number])
def test_arrow_fails_once_for_lines_that_are_wrong_in_the_same_way(tmp_path, monkeypatch, wrong):
    lines = [line(flat("quote", number)) for number in range(4000)]
    for number in range(50, 4000, 100):
        lines[number] = wrong(lines[number])
    # The same name that is not first, in a line that is right.
    row = flat("quote", 4000)
    lines.append(line({"type": row.pop("type"), **row}))
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(lines))
    read = Mock(wraps=pa.json.read_json)
    monkeypatch.setattr(pa.json, "read_json", read)
    findings, tables = outcome(tmp_path, ReadOptions(threads=1))
    assert read.call_count < 30
    check(tmp_path, ReadOptions(block=2**18))
    assert len(findings) == 40
    assert tables["quote"].num_rows == 3961


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("venue",), ["", "x", "é", "Straße 5", "two\nlines", "\r", "\u2028", "x" * 1000]),
        (("content", 0, "sha256"), ["0" * 64, "0" * 63, "A" * 64, "é" * 32, "", "0" * 64 + "\n"]),
    ],
)
def test_characters_of_a_set_are_told_from_others(tmp_path, path, values):
    *parents, last = path
    for start, chosen in enumerate([*([value] for value in values), values, values[::-1]]):
        rows = [flat("quote", number) for number in range(2 * len(chosen))]
        for row, value in zip(rows, [*chosen, *chosen], strict=True):
            reduce(getitem, parents, row)[last] = value
        folder = tmp_path / str(start)
        folder.mkdir()
        (folder / "quotes.jsonl").write_bytes(b"".join(map(line, rows)))
        check(folder, ReadOptions())


def test_rows_of_parquet_are_found_the_same(tmp_path):
    rows = [flat("quote", number) for number in range(200)]
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(map(line, rows)))
    table = onrecord.read(tmp_path).table("quote")
    (tmp_path / "quotes.jsonl").unlink()
    values = table.to_pylist()
    values[0]["said"] = "2024-13"
    values[70]["content"][0]["exact"] = ""
    values[199]["annotation"]["confidence"] = float("nan")
    values[150]["annotation"]["confidence"] = 1.5
    values[151]["schema_version"] = "7.0"
    pq.write_table(pa.Table.from_pylist(values, table.schema), tmp_path / "quotes.parquet")
    findings, tables = check(tmp_path, ReadOptions())
    assert [one.place.row for one in findings] == [1, 71, 151, 152, 200]
    assert tables["quote"].num_rows == 195


def test_text_in_parquet_that_is_no_utf8_is_a_finding(tmp_path):
    rows = [flat("quote", number) for number in range(3)]
    (tmp_path / "quotes.jsonl").write_bytes(b"".join(map(line, rows)))
    table = onrecord.read(tmp_path).table("quote")
    (tmp_path / "quotes.jsonl").unlink()
    raw = pa.array([b"de", b"\xff\xfe", b"en"]).cast(pa.binary())
    words = pa.StringArray.from_buffers(3, *raw.buffers()[1:])
    index = table.column_names.index("translated_from")
    table = table.set_column(index, table.schema.field(index), words)
    pq.write_table(table, tmp_path / "quotes.parquet")
    findings, tables = check(tmp_path, ReadOptions())
    assert [(one.code, one.place.row) for one in findings] == [("not-utf8", 2)]
    assert tables["quote"].num_rows == 2


def never_decided(model):
    """Yield the paths of a model's fields for which there is no predicate."""
    waiting = [((), compiled(model))]
    while waiting:
        names, part = waiting.pop()
        if isinstance(part, Undecidable):
            yield names
        elif isinstance(part, ListPredicate):
            waiting.append((names, part.item))
        elif isinstance(part, ObjectPredicate):
            waiting += [((*names, name), inside) for name, inside in part.parts.items()]


@pytest.mark.parametrize("model", CURRENT.models.values(), ids=lambda model: model.__name__)
def test_all_of_the_records_can_be_cleared(model):
    assert list(never_decided(model)) == []


ODD_FIELDS = [
    Annotated[str, AfterValidator(lambda value: value)],
    Annotated[str, BeforeValidator(lambda value: value)],
    Annotated[str, Field(pattern=r"^\w+$")],
    Annotated[str, Field(pattern="^(?i:a)$")],
    Annotated[str, Field(pattern="^a.c$")],
    Annotated[str, annotated_types.Predicate(str.isascii)],
    Annotated[str, Field(min_length=2)],
    Annotated[int, Field(multiple_of=3)],
    str | int,
    tuple[str, int],
    list[str],
    dict[str, str],
    Literal[1, 2],
]


@pytest.mark.parametrize("type_", ODD_FIELDS)
def test_nothing_is_cleared_by_a_field_of_which_something_is_not_known(type_):
    def model(of):
        return create_model("Made", __base__=Record, id=(str, ...), odd=(of, ...))

    assert list(never_decided(model(type_))) == [("odd",)]
    assert list(never_decided(model(Annotated[str, Field(pattern="^[a-z]{2}(-[0-9]+)?$")]))) == []


def test_nothing_is_cleared_by_a_model_with_a_way_of_its_own():
    class Judging(Record):
        id: str

        @field_validator("id")
        @classmethod
        def validate(cls, value):
            return value

    class Lenient(Record):
        model_config = ConfigDict(str_strip_whitespace=True)
        id: str

    class Endless(Record):
        inner: Endless | None = None

    assert list(never_decided(Judging))
    assert list(never_decided(Lenient))
    assert list(never_decided(Endless))


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_packed_tables_are_read_as_they_are_unpacked(tmp_path, ending):
    data = b"".join(line(flat("quote", number)) for number in range(300))
    data += b'{"id": 1}\n'
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    for folder, name in ((plain, "quotes.jsonl"), (packed, f"quotes.jsonl.{ending}")):
        folder.mkdir()
        with pa.output_stream(folder / name, compression="detect") as stream:
            stream.write(data)
    findings, tables = check(packed)
    others, records = outcome(plain, ReadOptions())
    assert [one.place.line for one in findings] == [one.place.line for one in others] != []
    assert tables["quote"].equals(records["quote"])


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "format_"), [("gz", "gzip"), ("zst", "Zstandard")])
def test_a_packed_table_that_is_cut_off_is_told_after_what_it_holds(tmp_path, ending, format_):
    path = tmp_path / f"quotes.jsonl.{ending}"
    draw = random.Random(1)
    with pa.output_stream(path, compression="detect") as stream:
        for number in range(3000):
            row = flat("quote") | {"id": f"a.q{number}", "venue": str(draw.random())}
            stream.write(line(row))
    whole = onrecord.read(path).table("quote").num_rows
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    findings, tables = check(tmp_path, ReadOptions())
    (finding,) = findings
    assert finding.code == "syntax-error"
    assert format_ in finding.message
    assert 0 < tables["quote"].num_rows < whole
    assert finding.place.line == tables["quote"].num_rows + 1


@pytest.mark.slow
def test_the_fast_way_can_be_turned_off_by_the_command(tmp_path):
    rows = [flat("article", number) for number in range(30)]
    rows[3]["language"] = "?"
    (tmp_path / "articles.jsonl").write_bytes(b"".join(map(line, rows)))

    def report(*options):
        return json.loads(run("validate", tmp_path, "--format", "json", *options).stdout)

    quick, slow = report(), report("--judge-all")
    assert quick == slow
    assert "not-allowed" in {one["code"] for one in quick["findings"]}
