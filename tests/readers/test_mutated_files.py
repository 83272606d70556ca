"""Mutated files: whatever is in one, reading it gives records and findings, or says why it cannot.

Few mutants are read with each run of the tests, and many with ``--hypothesis-profile=nightly``. All follow
from a seed, which is reported with what fails: ``FUZZ_SEED=SEED`` or
``--hypothesis-seed=SEED`` repeats the run. ``FUZZ_EXAMPLES`` sets
how many mutants of each file there are.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import random
import secrets
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import settings

import onrecord
from onrecord.files.opening import File
from onrecord.readers.models import card
from onrecord.readers.options import ReadOptions
from onrecord.rules.examples import CORPUS, document, files
from onrecord.schema import CURRENT
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from onrecord.validation.baseline import read_baseline
from tests.commands import run
from tests.drawing import is_nightly

FLAT = flatten(Document.model_validate_json(json.dumps(document(""))))
ROWS = [{**FLAT["quote"][0], "id": f"harbour.q{number}"} for number in range(5)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
CARD = b"""\
---
configs: [{config_name: quotes, data_files: [{split: train, path: "data/*/quotes.parquet"}]}]
dataset_info: {config_name: quotes, splits: [{name: train, num_examples: 5}]}
size_categories: [n<1K]
---
| file | records |
|---|---|
| `data/1/quotes.parquet` | 5 |

| type of quote | records |
|---|---|
| `direct` | 5 |
"""
PROJECT = b"""\
[tool.onrecord]
required = ["quote.cue"]
baseline = "known.json"
[tool.onrecord.severity]
duplicate-quote = "off"
[[tool.onrecord.ignore]]
code = "duplicate-id"
path = "a/**"
reason = "known"
"""
BASELINE = json.dumps(
    {
        "baseline_version": "1",
        "findings": [
            {
                "code": "tag",
                "file": "a.yaml",
                "message": "x",
                "fingerprint": "0" * 32,
                "path": "a[0]",
            }
        ]
        * 3,
    }
).encode()


def parquet():
    sink = io.BytesIO()
    table = pa.Table.from_pylist(ROWS, arrow_schema(CURRENT.models["quote"]))
    pq.write_table(table, sink, compression="none", row_group_size=2)
    return sink.getvalue()


def zstandard(data):
    sink = io.BytesIO()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
        stream.flush()
        return sink.getvalue()


# What mutants are made of: the name of the file, and what is in it.
VALID = {
    "a.yaml": files("")["harbour.yaml"],
    "a.json": json.dumps(document("")).encode(),
    "quotes.jsonl": LINES,
    "quotes.jsonl.gz": gzip.compress(LINES, mtime=0),
    "quotes.jsonl.zst": zstandard(LINES),
    "quotes.parquet": parquet(),
    "corpus.yaml": CORPUS,
    "pyproject.toml": PROJECT,
    "README.md": CARD,
    "known.json": BASELINE,
}
PIECES = [
    b"[", b"]", b"{", b"}", b'"', b"'", b":", b",", b"\n", b"\r\n", b"\t", b" ", b"- ", b"? ", b"#", b"\\",
    b"|", b">", b"&a ", b"*a", b"!!str ", b"---\n", b"%YAML 1.1\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0",
    b"\xff", b"\xed\xa0\x80", "\u2028\x85".encode(), b"\\ud800", b"\\u0000", b"NaN", b".inf", b"-Infinity",
    b"1e999", b"9" * 5000, b"null", b"true", b"2024-02-30", b"\x1b[2J", b"::error::", b"../../x", b"/dev/null",
    b"[" * 70, b'{"a":' * 70, b"[" * 1500, b"a." * 70, b"{}\n" * 50, b"\n" * 500, b"schema_version", b"\x80\x80",
    b"\x7f\xff\xff\xff", b"\0\0\0\0", b"**/*a*a*a", b"0x", b"'''", b'"""',
]  # fmt: skip


def mutant(draw, data):
    """Bytes that were changed in one to four places."""
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data) + 1)
        to = min(len(data), at + draw.choice([0, 1, 1, 4, 40, 400]))
        other = draw.randrange(len(data) + 1)
        new = draw.choice(
            [
                b"",
                draw.choice(PIECES),
                draw.choice(PIECES) * draw.choice([1, 2, 100]),
                draw.randbytes(draw.choice([1, 2, 8])),
                data[at:to] * draw.choice([2, 3, 50]),
                data[other : other + draw.choice([1, 10, 200])],
            ]
        )
        data = data[:at] + new + data[to:]
        if draw.random() < 0.1:
            data = data[: draw.randrange(len(data) + 1)]
    return data


def tree_mutant(draw, value):
    """A JSON value in which one of the values has another type, another name, or is there twice."""
    odd = [
        None,
        True,
        -1,
        1.5,
        "",
        "\ud800",
        "\0",
        "x" * 3000,
        [],
        {},
        [[]],
        {"": {}},
        2**70,
        "a\u202eb",
    ]
    if isinstance(value, dict) and value and draw.random() < 0.9:
        name = draw.choice(list(value))
        changed = {**value, name: tree_mutant(draw, value[name])}
        if draw.random() < 0.1:
            changed[draw.choice(["id", "", "\n", "schema_version", name * 2])] = changed.pop(name)
        return changed
    if isinstance(value, list) and value and draw.random() < 0.9:
        index = draw.randrange(len(value))
        changed = [*value[:index], tree_mutant(draw, value[index]), *value[index + 1 :]]
        return changed * draw.choice([1, 1, 1, 2, 5])
    return draw.choice(odd)


def structured(draw, name):
    """A file that parses, or nearly, and holds what no model has."""
    if name == "a.yaml":
        import yaml

        changed = tree_mutant(draw, document(""))
        return yaml.safe_dump(changed, allow_unicode=True, default_flow_style=None).encode(
            errors="replace"
        )
    if name.startswith("quotes.jsonl"):
        rows = [tree_mutant(draw, row) if draw.random() < 0.5 else row for row in ROWS]
        lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
        return {"gz": gzip.compress, "zst": zstandard, "jsonl": bytes}[name.rpartition(".")[2]](
            lines
        )
    return json.dumps(tree_mutant(draw, json.loads(VALID[name]))).encode()


def look(folder, name, data):
    """Read a file in each of the ways that there are."""
    if name == "README.md":
        (folder / "data" / "1").mkdir(parents=True)
        (folder / "data" / "1" / "quotes.parquet").write_bytes(VALID["quotes.parquet"])
        (folder / name).write_bytes(data)
        card.counts(File(folder / name, name))
        return
    (folder / name).write_bytes(data)
    if name == "known.json":
        read_baseline(File(folder / name, name))
        return
    if name in ("corpus.yaml", "pyproject.toml"):
        (folder / "quotes.jsonl").write_bytes(LINES)
        (folder / "known.json").write_bytes(BASELINE)
        ran = run("validate", ".", cwd=folder)
        assert ran.returncode in (0, 1, 3), ran
        return
    outcomes = []
    for how in (ReadOptions(), ReadOptions(validate_all=True)):
        report = onrecord.validate(folder / name, options=how)
        assert len(json.dumps([one.message for one in report.findings])) < 10**6
        outcomes.append([str(one) for one in report.findings])
    assert outcomes[0] == outcomes[1]


# Of each file the bytes are mutated, and of those that hold records the values, too.
CASES = [
    *((name, "bytes") for name in VALID),
    *((name, "values") for name in VALID if name in ("a.yaml", "a.json", "known.json")),
    *((name, "values") for name in VALID if name.startswith("quotes.jsonl")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_whatever_is_in_a_file_is_read_or_found(tmp_path, pytestconfig, name, kind):
    nightly = is_nightly()
    seed = os.environ.get("FUZZ_SEED") or pytestconfig.getoption("hypothesis_seed", None)
    seed = seed or (str(secrets.randbits(32)) if nightly else "0")
    number = int(os.environ.get("FUZZ_EXAMPLES", settings().max_examples if nightly else 2))
    for index in range(number):
        draw = random.Random(f"{seed}/{name}/{kind}/{index}")
        data = mutant(draw, VALID[name]) if kind == "bytes" else structured(draw, name)
        if name.endswith((".gz", ".zst")) and kind == "bytes" and draw.random() < 0.5:
            inner = mutant(draw, LINES)
            data = gzip.compress(inner) if name.endswith(".gz") else zstandard(inner)
        folder = tmp_path / str(index)
        folder.mkdir()
        begin = time.monotonic()
        try:
            look(folder, name, data)
        except onrecord.InputError:
            pass
        except Exception as error:
            shown = base64.b85encode(gzip.compress(data)).decode()
            error.add_note(
                f"FUZZ_SEED={seed} {name} {kind} {index}; gzip, base 85: {shown[:20_000]}"
            )
            raise
        assert time.monotonic() - begin < 60, f"FUZZ_SEED={seed} {name} {kind} {index}"
