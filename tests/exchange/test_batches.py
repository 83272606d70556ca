"""Many items at once become what each of them becomes alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import secrets
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.exchange import import_records
from onrecord.exchange.base import Importer
from onrecord.exchange.quotebank.reading import Quotebank
from onrecord.exchange.table.reading import Table
from tests.drawing import examples
from tests.exchange.test_quotebank import LINE

ODD = [
    *(
        None,
        "",
        "nan",
        " x",
        "a\nb",
        "a\r\nb",
        "a\0b",
        "a\x07b",
        "a\x85b",
        "\ud83d",
        "C:\\bar",
        "\\u0007",
    ),
    *("x" * 3000, "e\u0301", "\u202e", "a.b", "-a", "2020-02-30", "12", "http://www.b.org:80/?q#f"),
    *(0, 1, True, -0.0, 1e308, 10**30, [], {}, ["Q1", "Q2"], ["ada"], {"a": 1}),
    *([["Ada Example", 1]], [["Ada Example", "0.5"]], ["https://a.org/1", 3, "nope"]),
]


# What happens to the bytes of a line.
DAMAGE = [
    lambda line: line,
    lambda line: line + b"\r",
    lambda line: b" " + line + b"\t",
    lambda line: b"\xef\xbb\xbf" + line,
    lambda line: line.replace(b"2020", b"20\xff20", 1),
    lambda line: line.replace(b"2020", b"20\x0020", 1),
    lambda line: line[:-1] + b', "phase": "F"}',
    lambda line: line[:-1] + b', "urls": NaN}',
    lambda line: line[: len(line) // 2],
    lambda line: line + b"}",
    lambda line: b"[" + line + b"]",
    lambda line: line.replace(b"0.75", b"1e999"),
    lambda line: line.replace(b'"0.75"', b"NaN"),
    lambda line: line.replace(b'"0.75"', b"9" * 5000),
    lambda line: line.replace(b"[", b"[" * 3000, 1),
    lambda line: line.replace(b"harbour,", b"\\ud83d \\ud83c\\udf0a \\/ \xc2\x85 %s %d"),
    lambda _: b"  ",
]


@st.composite
def lines(draw):
    found = []
    for number in range(draw(st.integers(8, 12))):
        page = f"https://example.org/{number}"
        line = LINE | {"quoteID": f"id-{number}", "urls": [page, f"{page}/b"]}
        if draw(st.booleans()):
            line["urls"] = [page]
        if draw(st.booleans()):
            line |= {"speaker": "None", "qids": []}
        if draw(st.booleans()):
            name = draw(st.sampled_from([*LINE, "more", "file"]))
            line[name] = draw(st.sampled_from(ODD))
            if name == "quoteID":
                line[name] = draw(
                    st.sampled_from([f"Id {number}", f"{number}.a", "x" * 150 + f"{number}"])
                )
            if name == "urls" and line[name] == ODD[-1]:
                line[name] = [page]
        text = json.dumps(line, ensure_ascii=draw(st.booleans()))
        damage = draw(st.one_of(st.just(DAMAGE[0]), st.sampled_from(DAMAGE)))
        found.append(damage(text.encode(errors="surrogatepass")))
    return found


@dataclass(frozen=True, kw_only=True)
class OneByOne(Importer):
    """Reads what another importer reads, and hides that its items can be mapped together."""

    name = "one-by-one"
    suffixes = (".jsonl", ".csv")
    form = "jsonl"
    item = "item"
    of: Importer

    def read(self, file):
        return self.of.read(file)


def imported(folder, text, importer, name="q.jsonl", workers=1):
    source = folder / name
    source.write_bytes(text)
    found = []
    out = folder / "out"
    summary = import_records(importer, [source], out, report=found.append, workers=workers)
    read = [out / f"{name}.jsonl" for name in ("quotes", "claims", "articles")]
    records = [path.read_bytes() if path.exists() else b"" for path in read]
    findings = [(one.code, one.message, one.record, one.path, one.place.column) for one in found]
    counts = (summary.items, summary.refused, summary.articles, summary.quotes, summary.spans)
    return records, findings, counts


@pytest.mark.slow
def test_many_items_at_once_become_what_each_becomes_alone(tmp_path_factory):
    @settings(max_examples=examples(10), deadline=None)
    @given(lines(), st.sampled_from([None, "none"]))
    def check(found, rights):
        text = b"\n".join(found) + b"\n"
        importer = Quotebank(redistribute=rights)
        together = imported(tmp_path_factory.mktemp("all"), text, importer)
        one = OneByOne(of=importer)
        alone = [imported(tmp_path_factory.mktemp("one"), line, one) for line in found]
        records, findings, counts = zip(*alone, strict=True)
        assert together[0] == [b"".join(parts) for parts in zip(*records, strict=True)]
        assert together[1] == [one for some in findings for one in some]
        assert together[2] == tuple(map(sum, zip(*counts, strict=True)))

    check()


@pytest.mark.slow
def test_what_occurs_again_is_reported_as_where_items_are_read_one_by_one(tmp_path_factory):
    @settings(max_examples=examples(15), deadline=None)
    @given(lines(), lines(), st.randoms(use_true_random=False))
    def check(found, others, random):
        # Of the same articles and ids as those in `found`, and some lines twice.
        found = [*found, *others, *random.choices(found, k=4)]
        random.shuffle(found)
        text = b"\n".join(found) + b"\n"
        together = imported(tmp_path_factory.mktemp("all"), text, Quotebank())
        alone = OneByOne(of=Quotebank())
        assert together == imported(tmp_path_factory.mktemp("one"), text, alone)

    check()


HEADER = ["id", "text", "who", "day", "rating", "url", "split", "kept %s"]
ROW = ["7", "The pier is open", "Ada", "2020-01-02", "T", "https://example.org/7", "dev", "50 %"]
CELLS = [
    *("", " x", "x ", "a\nb", "a,b", 'say "no"', "\x07", "\x85", "a\rb", "N/A", "None", "-"),
    *(
        "T",
        "true",
        "0.5",
        "-0",
        "1e999",
        "2020-13-01",
        "2020",
        "1 Feb 2021",
        "2020-01-01T10:00:00Z",
    ),
    *("2019-12-01/2019-01-01", "../2021", "http://a", "https://example.org/9", "[1]", "train"),
    *("x" * 70_000, "\u202e", "en", "12", "Q5", "%s"),
]
CLAIMS = """\
record: claim
dataset: Example
id: id
fields:
  text: text
  voice: {constant: source}
  claimant.name: who
  said: day
  period: split
  assessments[0].reviewer: {constant: A reviewer}
  assessments[0].original_rating: rating
  assessments[0].rating: {column: rating, values: {T: "true", M: mixed, "12": null}}
  article.url: url
  annotation.method: {constant: manual}
"""
QUOTES = """\
record: quote
dataset: Example
absent: ["", "-"]
label: rating
fields:
  content[0].exact: text
  type: {column: rating, values: {T: direct, M: mixed, "true": indirect}}
  speakers[0].name: who
  speakers[0].wikidata: split
  annotation.confidence: id
  article.title: kept %s
  article.published: day
  article.retrieved: {constant: "2020-06-01"}
  annotation.method: {constant: manual}
"""


@st.composite
def tables(draw):
    out = io.StringIO()
    rows = csv.writer(out, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    rows.writerow(HEADER)
    for number in range(draw(st.integers(1, 12))):
        row = [str(number), *ROW[1:]]
        for _ in range(draw(st.integers(0, 2))):
            row[draw(st.integers(0, len(row) - 1))] = draw(st.sampled_from(CELLS))
        rows.writerow(row[: draw(st.sampled_from([8, 8, 8, 8, 7]))])
        out.write(draw(st.sampled_from(["", "", "", "", "\n", '"', '1,"a"b\n', "a\0b\n"])))
    return out.getvalue().encode()


@pytest.mark.slow
def test_rows_that_are_mapped_together_become_what_models_make_of_each(tmp_path_factory):
    @settings(max_examples=examples(15), deadline=None)
    @given(tables(), st.sampled_from([CLAIMS, QUOTES]), st.sampled_from(["a.csv", "train.csv"]))
    def check(text, mapping, name):
        folder = tmp_path_factory.mktemp("a")
        (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
        importer = Table(mapping=folder / "mapping.yaml")
        together = imported(tmp_path_factory.mktemp("all"), text, importer, name)
        one = OneByOne(of=importer)
        assert together == imported(tmp_path_factory.mktemp("one"), text, one, name)

    check()


@pytest.mark.slow
def test_rows_do_not_depend_on_how_much_of_a_table_is_read_at_once(tmp_path_factory, monkeypatch):
    @settings(max_examples=examples(20), deadline=None)
    @given(tables(), st.sampled_from([1, 40, 90, 300]))
    def check(text, size):
        folder = tmp_path_factory.mktemp("a")
        (folder / "mapping.yaml").write_text(CLAIMS, encoding="utf-8")
        importer = Table(mapping=folder / "mapping.yaml")
        whole = imported(tmp_path_factory.mktemp("all"), text, importer, "a.csv")
        with monkeypatch.context() as patch:
            patch.setattr("onrecord.exchange.table.lines._BLOCK", size)
            assert imported(tmp_path_factory.mktemp("parts"), text, importer, "a.csv") == whole

    check()


# Some processes, each of which loads the package.
@pytest.mark.slow
@pytest.mark.parametrize("name", ["q.jsonl", "a.csv"])
def test_several_processes_write_and_report_what_one_does(name, tmp_path, monkeypatch):
    monkeypatch.setattr("onrecord.exchange.batches.MOST", 40)
    monkeypatch.setattr("onrecord.exchange.batches.LARGE", 0)
    (tmp_path / "mapping.yaml").write_text(CLAIMS, encoding="utf-8")
    found = []
    for number in range(300):
        page = f"https://example.org/{number // 2}"
        odd = ODD[number % len(ODD)] if number % 3 == 0 else "Ada Example"
        if name == "a.csv":
            found.append(
                f"{number % 290},The pier,{str(odd)[:9]!a},2020-01-02,T,{page},dev,x".encode()
            )
        else:
            line = LINE | {"quoteID": f"id-{number % 290}", "urls": [page], "speaker": odd}
            found.append(DAMAGE[number % 50 % len(DAMAGE)](json.dumps(line).encode()))
    text = b"\n".join([*([",".join(HEADER).encode()] if name == "a.csv" else []), *found])
    importer = Table(mapping=tmp_path / "mapping.yaml") if name == "a.csv" else Quotebank()
    results = []
    for workers in (1, 2):
        folder = tmp_path / f"{workers}"
        folder.mkdir()
        results.append(imported(folder, text, importer, name, workers=workers))
    assert results[0] == results[1]
    assert results[0][2][0] > 250


@pytest.mark.slow
def test_a_file_that_ends_damaged_is_imported_up_to_there_by_any_number(tmp_path, monkeypatch):
    monkeypatch.setattr("onrecord.exchange.batches.MOST", 40)
    monkeypatch.setattr("onrecord.exchange.batches.LARGE", 0)
    lines = [json.dumps(LINE | {"quoteID": secrets.token_hex(8)}) for _ in range(2000)]
    packed = gzip.compress("\n".join(lines).encode())
    results = []
    for workers in (1, 2):
        folder = tmp_path / f"{workers}"
        folder.mkdir()
        data = packed[: len(packed) // 2]
        results.append(imported(folder, data, Quotebank(), "q.jsonl.gz", workers=workers))
    assert results[0] == results[1]
    assert results[0][1][-1][0] == "syntax-error"
    assert results[0][2][3] > 500
