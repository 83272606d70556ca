"""What is read from files: good input to records, bad input to findings at their places."""

from __future__ import annotations

import gc
import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from onrecord.findings import parse_path, path_text
from onrecord.readers.syntax import json as json_reader
from onrecord.readers.syntax import yaml as yaml_reader
from onrecord.readers.syntax.nodes import UnreadableError, find, to_value
from onrecord.rules.examples import document, files
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from tests.drawing import nightly

HEAD = """\
schema_version: "1.0"
annotation: {method: manual}
article: {id: a, language: en, rights: {license: CC0-1.0, redistribute: full}}
"""
QUOTE = "{id: %s, type: indirect, content: [{exact: x, quoted: false}], attribution: anonymous}"


def found(path, **options):
    """Code, line and column of all findings; these articles have no text, which is none of them."""
    findings = onrecord.validate(path, **options).findings
    found = [one for one in findings if one.code != "open-text-missing"]
    return [(one.code, one.place.line, one.place.column) for one in found]


def flat(record_type, **changes):
    """A sound flat record."""
    row = flatten(Document.model_validate_json(json.dumps(document(""))))[record_type][0]
    return {**row, **changes}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("bom.yaml", b"\xef\xbb\xbf" + HEAD.encode(), [("byte-order-mark", 1, 1)]),
        ("latin1.yaml", HEAD.encode() + b"quotes: [caf\xe9]\n", [("not-utf8", 4, 13)]),
        ("nul.yaml", HEAD.encode() + b"quotes: ['a\0']\n", [("nul-character", 4, 12)]),
        ("utf16.yaml", HEAD.encode("utf-16"), [("not-utf8", 1, 1)]),
        (
            "duplicate.yaml",
            (HEAD + "quotes: []\nquotes: []\n").encode(),
            [("duplicate-key", 5, 1)],
        ),
        ("key.yaml", (HEAD + "qoutes: []\n").encode(), [("unknown-field", 4, 1)]),
        ("type.yaml", (HEAD + "quotes: {a: 1}\n").encode(), [("wrong-type", 4, 9)]),
        ("scalar.yaml", b"hello", [("wrong-type", 1, 1)]),
        ("empty.yaml", b"", [("wrong-type", 1, 1)]),
        ("empty.json", b"", [("wrong-type", 1, 1)]),
        ("list.json", b"[]", [("wrong-type", 1, 1)]),
        ("bare.yaml", HEAD.encode(), []),
        ("none.yaml", (HEAD + "quotes: []\nclaims: null\n").encode(), []),
        ("crlf.yaml", (HEAD + "qoutes: []\n").replace("\n", "\r\n").encode(), [("unknown-field", 4, 1)]),
        ("tab.yaml", b"schema_version: '1.0'\n\tarticle: 1\n", [("syntax-error", 2, 1)]),
        ("open.json", b'{"schema_version": "1.0",\n "article": {', [("syntax-error", 2, 14)]),
        ("comma.json", b'{"schema_version": "1.0",}', [("syntax-error", 1, 26)]),
        ("twice.json", b"{}\n{}", [("syntax-error", 2, 1)]),
        ("version.yaml", HEAD.replace("1.0", "3.1").encode(), [("unsupported-version", 1, 17)]),
        ("number.yaml", HEAD.replace('"1.0"', "1.0").encode(), [("not-allowed", 1, 17)]),
        ("quotes.jsonl", b"", []),
        ("quotes.jsonl", b"\n\n", []),
        ("quotes.jsonl", b"[]\n", [("wrong-type", 1, 1)]),
        ("quotes.jsonl", b"\n{\n", [("syntax-error", 2, 2)]),
    ],
)  # fmt: skip
def test_input_gives_these_findings(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    assert found(path) == expected


@pytest.mark.parametrize(
    ("entry", "code", "column"),
    [
        (QUOTE.replace("type:", "typ:") % "q2", "unknown-field", 14),
        (QUOTE.replace("x,", "!!python/object:os.system {},") % "q2", "tag", 48),
        (QUOTE.replace("exact: x", "exact: x, start: 1.5, end: 2") % "q2", "wrong-type", 58),
        (QUOTE.replace("exact: x", "exact: x, start: .nan") % "q2", "not-finite", 58),
        (QUOTE.replace("exact: x", 'exact: "\\0"') % "q2", "nul-character", 48),
    ],
)
def test_other_records_are_still_checked(tmp_path, entry, code, column):
    path = tmp_path / "a.yaml"
    bad_date = QUOTE.replace("exact: x", "exact: x") % "q9"
    last = bad_date.replace("attribution", "said: 2023-02-30, attribution")
    path.write_text(f"{HEAD}quotes:\n  - {entry}\n  - {last}\n", encoding="utf-8")
    first, *others = [one for one in found(path) if one[0] != "annotators-missing"]
    assert first == (code, 5, column)
    # A tag leaves no tree to go on with; anything else leaves the record after it.
    assert [one[0] for one in others] == ([] if code == "tag" else ["date-does-not-exist"])


@pytest.mark.slow
def test_the_process_of_a_library_call_is_left_as_it_is(sound):
    before = gc.isenabled(), gc.get_threshold(), list(sys.meta_path)
    during = []

    def watch(parts, _):
        for part in parts:
            during.append((gc.isenabled(), gc.get_threshold(), list(sys.meta_path)))
            yield part

    onrecord.validate(sound, progress=watch)
    assert during
    assert all(state == before for state in during)


@pytest.mark.slow
def test_a_renamed_field_is_one_finding(sound):
    text = sound.read_text(encoding="utf-8")
    for field in ("type", "content", "attribution", "cue"):
        sound.write_text(text.replace(f"  {field}:", f"  {field}x:", 1), encoding="utf-8")
        (finding,) = onrecord.validate(sound).findings
        assert finding.code == "unknown-field"
        assert f"did you mean {field}?" in finding.hint


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("type: direct", "type: directly"), "not-allowed"),
        (("- id: q1", "- ident: q1"), "unknown-field"),
        (("- id: q1\n ", "-"), "missing-field"),
        (("language: en\n  text", "langauge: en\n  text"), "unknown-field"),
        (("  language: en\n  text", "\t language: en\n  text"), "syntax-error"),
        (("schema_version: '1.0'", "schema_version: '9.9'"), "unsupported-version"),
    ],
)
def test_what_points_to_a_broken_record_does_not_dangle(sound, change, code):
    text = sound.read_text(encoding="utf-8")
    assert change[0] in text
    sound.write_text(text.replace(*change, 1), encoding="utf-8")
    relation = (
        "claims: [{quote_ids: [harbour.q1], relations: [{type: supports, claim_id: harbour.c1}]}]"
    )
    both = files({"harbour.yaml": "", "quay.yaml": f"article: {{id: quay}}\n{relation}"})
    sound.with_name("quay.yaml").write_bytes(both["quay.yaml"])
    assert [finding.code for finding in onrecord.validate(sound.parent).findings] == [code]


@pytest.mark.slow
def test_what_points_to_a_broken_line_does_not_dangle(tmp_path):
    for name in ("article", "claim"):
        (tmp_path / f"{name}s.jsonl").write_text(json.dumps(flat(name)), encoding="utf-8")
    quote = json.dumps(flat("quote"))
    for broken in (quote[:-1], quote.replace('"said"', '"siad"')):
        (tmp_path / "quotes.jsonl").write_text(broken, encoding="utf-8")
        assert len(onrecord.validate(tmp_path).findings) == 1
    (tmp_path / "quotes.jsonl").write_bytes(quote.encode().replace(b"mayor", b"m\xe4yor", 1))
    assert len(onrecord.validate(tmp_path).findings) == 1


@pytest.mark.slow
def test_lines_of_a_table_are_judged_one_by_one(tmp_path):
    (tmp_path / "articles.jsonl").write_text(json.dumps(flat("article")) + "\n", encoding="utf-8")
    lines = [
        json.dumps(flat("quote")).encode(),
        b'{"record_type": "quote", "record_type": "quote"}',
        json.dumps(flat("quote", id="harbour.q2", said=None)).replace('"said": null', '"said": NaN').encode(),
        b'{"id": "\xff"}',
        b"",
        json.dumps(flat("quote", id="harbour.q3", schema_version="2.0")).encode(),
        b'{"id": "\\ud800"}',
        json.dumps(flat("quote", id="harbour.q4", extra=1)).encode(),
        b"{} {}",
        b'"text"',
        json.dumps(flat("claim")).encode(),
        json.dumps(flat("quote", id="harbour.q5", said="2024-06-01")).encode(),
    ]  # fmt: skip
    (tmp_path / "quotes.jsonl").write_bytes(b"\n".join(lines))
    report = onrecord.validate(tmp_path)
    assert [(one.code, one.place.line) for one in report.findings if one.place.line != 11] == [
        ("duplicate-key", 2),
        ("not-finite", 3),
        ("not-utf8", 4),
        ("unsupported-version", 6),
        ("lone-surrogate", 7),
        ("unknown-field", 8),
        ("syntax-error", 9),
        ("wrong-type", 10),
        ("duplicate-quote", 12),
        ("said-after-published", 12),
    ]
    assert {one.code for one in report.findings if one.place.line == 11} >= {"not-allowed"}
    assert report.checked.quotes == 2


def test_broken_parquet_rows_are_found_by_row(tmp_path):
    from onrecord.schema import CURRENT
    from onrecord.schema.arrow import arrow_schema

    rows = [flat("article"), flat("article", id="Not A Slug"), flat("article", language="english")]
    pq.write_table(
        pa.Table.from_pylist(rows, arrow_schema(CURRENT.models["article"])),
        tmp_path / "articles.parquet",
    )
    findings = onrecord.validate(tmp_path / "articles.parquet").findings
    assert [(one.code, one.place.row, one.place.line, one.path) for one in findings] == [
        ("not-allowed", 2, None, "id"),
        ("not-allowed", 3, None, "language"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("bomb.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nquotes: [*b,*b]\n", "alias"),
        ("deep.yaml", "article: " + "[" * 10_000, "too-deep"),
        ("deep.json", '{"article": ' + "[" * 10_000, "too-deep"),
        ("block.yaml", "article:\n" + "\n".join(" " * i + "a:" for i in range(1, 5000)), "too-deep"),
        ("tag.yaml", "article: !!python/object/apply:os.mkdir [executed]\n", "tag"),
    ],
)  # fmt: skip
def test_made_to_exhaust_or_execute(tmp_path, monkeypatch, name, content, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert [one[0] for one in found(tmp_path / name)] == [code]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quotes.jsonl", "a.yaml", *nightly("a.json")])
def test_a_line_of_two_gigabytes_needs_bounded_memory(tmp_path, name):
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.write(b'{"schema_version": "1.0", "article": "')
        stream.seek(2 * 2**30)
        stream.write(b'"}\n')
    script = (
        "import re, sys, pathlib, onrecord;"
        "(one,) = onrecord.validate(sys.argv[1]).findings;"
        # Of this process alone: ru_maxrss begins with what the one that started it has.
        "status = pathlib.Path('/proc/self/status').read_text();"
        "print(one.code, one.place.line, re.search(r'VmHWM:\\s*(\\d+) kB', status)[1])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    code, line, peak = ran.stdout.split()
    assert (code, line) == ("too-long", "1")
    assert int(peak) < 1_000_000  # KiB


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "there is no such file or folder"),
        (lambda path: path.mkdir(), "holds no record file"),
        (lambda path: path.with_name("notes.md").write_bytes(b""), "no record file"),
    ],
)
def test_what_could_not_be_looked_at(tmp_path, make, message):
    path = tmp_path / "corpus"
    make(path)
    target = next(iter(tmp_path.glob("*")), path)
    with pytest.raises(onrecord.InputError, match=message) as caught:
        onrecord.validate(target)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_folder_is_walked_and_what_is_no_record_is_left_alone(tmp_path, sound):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    sound.rename(tmp_path / "deep" / "er" / "harbour.yaml")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nnav: {article: 1}\n", encoding="utf-8")
    (tmp_path / "package.json").write_text("{broken", encoding="utf-8")
    (tmp_path / "data.csv").write_text("quotes", encoding="utf-8")
    flow = json.dumps(document("article: {id: quay}", end=" (quay)"))
    (tmp_path / "deep" / "flow.yaml").write_text(flow, encoding="utf-8")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "bad.yaml").write_text("article: 1", encoding="utf-8")
    report = onrecord.validate(tmp_path)
    assert (report.checked.files, report.findings) == (2, ())


@pytest.mark.slow
def test_what_a_corpus_says_of_itself_is_checked(tmp_path, sound):
    (tmp_path / "corpus.yaml").write_text("title: Harbours\nversoin: '1'\n", encoding="utf-8")
    findings = onrecord.validate(tmp_path).findings
    assert [(one.code, one.place.line) for one in findings] == [
        ("missing-field", 1),
        ("missing-field", 1),
        ("missing-field", 1),
        ("unknown-field", 2),
    ]
    sound.unlink()
    with pytest.raises(onrecord.InputError, match="holds no record file"):
        onrecord.validate(tmp_path)


def test_a_broken_document_in_a_folder_is_not_taken_for_something_else(tmp_path):
    (tmp_path / "a.yaml").write_text("schema_version: '1.0'\narticle: [\n", encoding="utf-8")
    (tmp_path / "b.json").write_text('{"schema_version": "1.0",', encoding="utf-8")
    assert [one[0] for one in found(tmp_path)] == ["syntax-error", "syntax-error"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("2024-12-10", "2024-12-10"),
        ("12:30:45", "12:30:45"),
        ("0o17", 15),
        ("0x1F", 31),
        ("012", 12),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nUll", "nUll"),
        ("TRUE", True),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("! 1", "1"),
        ("!!int 1", 1),
        ("=", "="),
        ("<<", "<<"),
        ('"\\U0001F600"', "😀"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
    ],
)
def test_yaml_scalars_resolve_by_the_core_schema(text, value):
    root, problems = yaml_reader.parse(f"a: {text}")
    assert not problems
    assert to_value(root) == {"a": value}
    assert type(to_value(root)["a"]) is type(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.slow
@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_json_is_read_as_the_standard_library_reads_it(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    root, problems = json_reader.parse(text)
    assert not problems
    assert to_value(root) == value
    assert text[root.start.index : root.end] == text


@given(st.text(alphabet='{}[]",:0123456789.eE+-truefalsn \n\\u', max_size=30))
def test_what_json_refuses_is_refused_at_a_place_in_it(text):
    try:
        json.loads(text)
    except ValueError:
        if not text.strip():
            return
        with pytest.raises(UnreadableError) as caught:
            json_reader.parse(text)
        assert 0 <= caught.value.problem.mark.index <= len(text)
    except RecursionError:
        pass
    else:
        to_value(json_reader.parse(text)[0])


@given(st.text(max_size=60))
def test_no_yaml_text_is_more_than_a_finding(text):
    try:
        root, _ = yaml_reader.parse(text.encode(errors="replace").decode())
    except UnreadableError:
        return
    to_value(root)


@given(st.lists(st.integers(0, 99) | st.text("abcxyz_", min_size=1, max_size=5), max_size=5))
def test_paths_are_read_as_they_are_written(path):
    assert parse_path(path_text(tuple(path))) == tuple(path)


def test_every_value_keeps_its_place(tmp_path, sound):
    corpus = onrecord.read(sound)
    text = sound.read_text(encoding="utf-8")
    root, _ = yaml_reader.parse(text)
    lines = text.split("\n")
    wanted = [
        ("quote", 0, ("content", 0, "exact")),
        ("claim", 0, ("text",)),
        ("article", 0, ("id",)),
    ]
    for (kind, _, path), (place, excerpt) in zip(wanted, corpus.locate(wanted), strict=True):
        base = {"quote": ("quotes", 0), "claim": ("claims", 0), "article": ("article",)}[kind]
        node = find(root, (*base, *path))
        begins = lines[place.line - 1][place.column - 1 :].lstrip("'\"")
        assert begins.startswith(str(node.value)[:20])
        assert excerpt.text == lines[place.line - 1]


def test_flat_tables_and_documents_give_the_same_records(tmp_path, sound):
    folder = tmp_path / "flat"
    folder.mkdir()
    for name in ("article", "quote", "claim"):
        path = folder / f"{name}s.jsonl"
        path.write_text(json.dumps(flat(name), ensure_ascii=False), encoding="utf-8")
    one, other = onrecord.read(sound), onrecord.read(folder)
    assert list(one.quotes) == list(other.quotes)
    assert list(one.claims) == list(other.claims)
    assert list(one.articles) == list(other.articles)


@pytest.mark.slow
def test_the_text_beside_a_document_is_its_text(tmp_path):
    folder = tmp_path / "beside"
    folder.mkdir()
    text = document("")["article"]["text"]
    (folder / "harbour.yaml").write_bytes(files("article: {text: null}")["harbour.yaml"])
    (folder / "harbour.txt").write_text(text, encoding="utf-8")
    report = onrecord.validate(folder)
    assert not report.findings
    assert report.checked.verified == 3
    assert onrecord.read(folder).articles[0].text == text


WITHHELD = "article: {url: 'https://example.org/a', text: null, rights: {redistribute: quotes}}"


@pytest.mark.slow
def test_a_text_that_is_not_at_hand_is_no_error(tmp_path, sound):
    sound.write_bytes(files(WITHHELD)["harbour.yaml"])
    report = onrecord.validate(sound)
    assert not report.findings
    assert (report.checked.verified, report.checked.unverified) == (0, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["harbour.txt", "any name at all.txt"])
def test_texts_are_found_by_digest_or_id(tmp_path, sound, name):
    folder = tmp_path / "texts"
    folder.mkdir()
    text = document("")["article"]["text"]
    sound.write_bytes(files(WITHHELD)["harbour.yaml"])
    (folder / name).write_bytes(f"\ufeff{text}\r\n".encode())
    assert onrecord.validate(sound, texts=folder).checked.verified == 3
    (folder / name).write_text(f"{text[:-2]}?", encoding="utf-8")
    codes = [one.code for one in onrecord.validate(sound, texts=folder).findings]
    assert codes == (["text-digest-differs"] if name == "harbour.txt" else [])


@pytest.mark.parametrize("own", [False, True])
def test_what_is_wrong_with_a_shared_annotation_is_found_once_at_its_place(tmp_path, own):
    path = tmp_path / "a.yaml"
    head = HEAD.replace("manual", "manual, on: '2024-02-30', annotators: [x]")
    annotation = ", annotation: {method: manual, on: '2024-02-30'}" if own else ""
    quotes = [QUOTE % "q1", f"{(QUOTE % 'q2')[:-1]}{annotation}}}", QUOTE % "q3"]
    path.write_text(head + "quotes:\n" + "".join(f"- {one}\n" for one in quotes))
    assert [one for one in found(path) if one[0] == "date-does-not-exist"] == [
        ("date-does-not-exist", 2, 34),
        *([("date-does-not-exist", 6, 123)] if own else []),
    ]
