"""Tables that several processes read give the same corpus as tables that one process reads."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.corpus.reading import read
from onrecord.errors import InputError
from onrecord.readers.options import ReadOptions
from onrecord.schema import RECORD_TYPES

SMALL = ReadOptions(block=700, findings=3)


def lines():
    """Return lines of articles and quotes, some of which cannot be read."""
    random.seed(1)
    articles, quotes = [], []
    for number in range(40):
        article = {
            "record_type": "article",
            "schema_version": "1.0",
            "id": f"a{number:03}",
            "title": "A made-up title \N{GREEK SMALL LETTER PI}\N{PILE OF POO}",
            "url": f"https://example.org/{number}",
            "publisher": {"name": "Example"},
            "published": "2026-01-01",
            "language": "en",
            "text": "They said “yes” again." + " Words." * random.randrange(20),
            "rights": {"license": "CC0-1.0", "redistribute": "full"},
        }
        quote = {
            "record_type": "quote",
            "schema_version": "1.0",
            "id": f"a{number:03}.q1",
            "article_id": f"a{number - number % 7:03}",
            "type": "direct",
            "attribution": "unknown",
            "annotation": {"annotators": ["a"], "method": "manual", "on": "2026-01-02"},
            "content": [{"start": 11, "end": 14, "exact": "yes", "quoted": True}],
        }
        articles.append(json.dumps(article, ensure_ascii=number % 2 == 0).encode())
        quotes.append(json.dumps(quote).encode())
    for wrong in (b"", b"  ", b"{", b'{"id": "a900", "text": 3}', b"\xff\xfe", b"[" * 100, b"null"):
        for rows in (articles, quotes):
            for _ in range(4):
                rows.insert(random.randrange(len(rows)), wrong)
    return articles, quotes


@pytest.fixture
def folder(tmp_path):
    articles, quotes = lines()
    packed = gzip.compress(b"\n".join(quotes), mtime=0)
    for name, content in {
        "articles.jsonl": b"\r\n".join(articles),
        "corpus.yaml": b"title: Made up\n",
        "1/articles.jsonl": b"",
        "1/quotes.jsonl.gz": packed,
        "2/quotes.jsonl.gz": packed[: len(packed) // 2],
        "2/corpus.yaml": b"title: Made up, too\n",
        "3/quotes.jsonl": b"\n".join(quotes) + b"\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
def tables(tmp_path, folder):
    """Tables in Parquet in small row groups, with wrong values, old versions and damaged bytes."""
    target = tmp_path / "parquet"
    corpus = read(folder)
    for place, each in (("1", "article"), ("1", "quote"), ("2", "quote"), ("3", "quote")):
        table = corpus.table(each).slice(int(place))
        if each == "quote":
            at = table.schema.get_field_index("id")
            ids = [f"Not an id {row}" if row % 5 == 0 else f"a.q{row}" for row in range(len(table))]
            table = table.set_column(at, table.schema.field(at), pa.array(ids))
        path = target / place / f"{each}s.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, row_group_size=7)
    damaged = bytearray((target / "2" / "quotes.parquet").read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 300] = bytes(300)
    (target / "2" / "quotes.parquet").write_bytes(damaged)
    pq.write_table(pa.table({"id": ["a"]}), target / "3" / "claims.parquet")
    (target / "2" / "claims.parquet").write_bytes(b"PAR1 not a table")
    return target


def described(path, options):
    seen = []
    corpus = read(path, options=options, sink=lambda *batch: seen.append(batch))
    tables = {each: corpus.table(each) for each in RECORD_TYPES}
    for each, table in tables.items():
        assert sum(batch.num_rows for kind, batch in seen if kind == each) == table.num_rows
        found = [batch for kind, batch in seen if kind == each]
        assert [row for batch in found for row in batch.to_pylist()] == table.to_pylist()
    places = [
        [where for where, _ in corpus.locate((each, row, ("id",)) for row in range(len(table)))]
        for each, table in tables.items()
    ]
    rows = {each: table.to_pylist() for each, table in tables.items()}
    return rows, places, corpus.findings, corpus.broken


@pytest.mark.slow
@pytest.mark.parametrize("findings", [0, 3, 1000])
def test_records_findings_and_places_are_the_same(folder, findings):
    options = replace(SMALL, findings=findings)
    expected = described(folder, options)
    rows, _, problems, broken = expected
    assert rows["article"]
    assert rows["quote"]
    assert len(problems) > 10
    assert broken
    assert described(folder, replace(options, workers=2)) == expected


@pytest.mark.slow
def test_row_groups_are_the_same(tables):
    expected = described(tables, SMALL)
    rows, _, problems, broken = expected
    assert rows["quote"]
    assert broken
    assert {"syntax-error", "wrong-columns"} <= {finding.code for finding in problems}
    assert described(tables, replace(SMALL, workers=2)) == expected


@pytest.mark.slow
def test_documents_are_the_same(tmp_path):
    articles, quotes = (list(filter(is_readable, rows)) for rows in lines())
    for number in range(600):
        article, quote = (json.loads(rows[number % len(rows)]) for rows in (articles, quotes))
        for record in (article, quote):
            del record["record_type"], record["schema_version"]
        article["id"] = f"b{number % 590}"
        del quote["article_id"]
        quote["id"] = "q1" if number % 50 else "Not an id"
        document = {
            "schema_version": "1.0",
            "article": article,
            "quotes": [quote],
            "annotation": quote.pop("annotation"),
        }
        text = (
            json.dumps(document, ensure_ascii=False) if number % 70 else '{"article": {"id": "c1"}'
        )
        ending = "json" if number % 3 else "yaml"
        folder = tmp_path / "articles" / ("2024" if number < 300 else "2026")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"b{number}.{ending}").write_text(text, "utf-8")
    (tmp_path / "articles" / "2025").mkdir()
    (tmp_path / "articles" / "2025" / "quotes.jsonl").write_bytes(b"\n".join(quotes))
    expected = described(tmp_path, SMALL)
    rows, _, problems, broken = expected
    assert len(rows["article"]) > 500
    assert problems
    assert broken
    assert described(tmp_path, replace(SMALL, workers=2)) == expected
    several = replace(SMALL, workers=2, partition=300)
    assert onrecord.validate(tmp_path, options=several) == onrecord.validate(
        tmp_path, options=SMALL
    )


def is_readable(line):
    return line.startswith(b'{"record_type"')


@pytest.mark.slow
def test_reports_are_the_same(folder):
    expected = onrecord.validate(folder, options=SMALL)
    several = replace(SMALL, workers=2, partition=20)
    assert onrecord.validate(folder, options=several) == expected
    assert onrecord.validate(folder, options=replace(several, validate_all=True)) == expected


@pytest.mark.slow
def test_links_that_lead_out_are_not_followed(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "claims.jsonl"
    outside.write_text("{}\n")
    (folder / "claims.jsonl").symlink_to(outside)
    with pytest.raises(InputError, match="claims") as alone:
        read(folder, options=SMALL)
    with pytest.raises(InputError) as several:
        read(folder, options=replace(SMALL, workers=2))
    assert str(several.value) == str(alone.value)
