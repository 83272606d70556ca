"""Imports account for everything, write valid records or nothing, and never fail on bad input."""

from __future__ import annotations

import inspect
import json
import shutil
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.errors import InputError
from onrecord.exchange import EXPORTERS, IMPORTERS, export_records, import_records
from onrecord.readers.options import ReadOptions
from tests import ROOT
from tests.commands import run as onrecord_command
from tests.drawing import examples

EXAMPLES = ROOT / "docs" / "examples"
FREE = {"license": "CC0-1.0", "redistribute": "full"}


def sound(name):
    found = {
        path.name: path.read_bytes()
        for path in sorted((EXAMPLES / name).iterdir())
        if path.is_file() and path.name != "example.md"
    }
    assert found
    return found


def written(folder, files):
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def importer(name, source):
    return IMPORTERS[name](**({"mapping": source / "mapping.yaml"} if name == "table" else {}))


def test_every_format_of_the_plan_is_there():
    assert set(IMPORTERS) >= {
        *("wikinews-de", "brat", "claimreview", "averitec", "quotebank", "table"),
        "web-annotation",
    }
    assert set(EXPORTERS) >= {
        *("web-annotation", "schema-org", "brat", "csv", "spacy", "label-studio"),
    }


@pytest.mark.parametrize("name", [*IMPORTERS, *EXPORTERS])
def test_documentation_of_a_format_tells_its_source_and_what_is_lost(name):
    for formats in (IMPORTERS, EXPORTERS):
        if name in formats:
            text = formats[name].__doc__.lower()
            assert "source" in text or "standard" in text or "specification" in text
            assert "lost" in text


@pytest.mark.parametrize("formats", [IMPORTERS, EXPORTERS], ids=["import", "export"])
def test_titles_are_the_first_paragraphs_of_the_documentation(formats):
    assert list(formats) == list(formats.titles) == sorted(formats)
    for name, format_ in formats.items():
        first = inspect.getdoc(format_).partition("\n\n")[0]
        assert formats.titles[name] == " ".join(first.split())
        assert format_.name == name


def test_unknown_format_is_none():
    assert "word" not in IMPORTERS
    assert IMPORTERS.get("word") is None


# The file, the folder and the split of each item


def origins(folder):
    """The fields of the origin of each record, by their names."""
    corpus = onrecord.read(folder)
    return [
        {field.name: field.value for field in annotation.origin.fields}
        for annotation in (
            *(quote.annotation for quote in corpus.quotes),
            *(claim.annotation for claim in corpus.claims),
        )
    ]


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_format_keeps_file_folder_and_split_of_an_item(name, tmp_path):
    source = written(tmp_path / "in" / "Dev", sound(name)).parent
    made = importer(name, source / "Dev")
    import_records(made, [source], tmp_path / "out", form="jsonl", report=lambda _: None)
    names = {path.name for path in (source / "Dev").iterdir()}
    found = origins(tmp_path / "out")
    assert found
    for fields in found:
        assert fields["file"] in names
        assert (fields["folder"], fields["split"]) == ("Dev", "validation")


ROW = "record: claim\ndataset: X\nid: id\nlanguage: en\nabsent: ['']\nfields:\n  text: text\n"
ROW += "  voice: {constant: source}\n  annotation.method: {constant: manual}\n"


def tables(folder, files, given=None):
    """The origins of the rows of some tables, and the codes that a validation of them finds."""
    for number, (name, more) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        header, cells = zip(*more.items(), strict=True) if more else ((), ())
        row = [str(number), "The pier was built in 1901.", *cells]
        lines = ["\t".join(["id", "text", *header]), "\t".join(row)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "m.yaml").write_text(ROW, encoding="utf-8")
    paths = [folder / name for name in given or files]
    out = folder / "out"
    table: Any = IMPORTERS["table"]
    import_records(table(mapping=folder / "m.yaml"), paths, out)
    return origins(out), [one.code for one in onrecord.validate(out).findings]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("train.tsv", "test.tsv"),
        ("liar-Train2.tsv", "liar-test2.tsv"),
        ("a/train-00000-of-00002.tsv", "a/validation_x.tsv"),
        ("train/a.tsv", "test/a.tsv"),
        ("Training/x/a.tsv", "VAL/x/a.tsv"),
        ("dev/train.tsv", "dev/test.tsv"),
    ],
)
def test_what_is_in_two_splits_is_found_after_an_import(first, second, tmp_path):
    _, codes = tables(tmp_path, {first: {}, second: {}})
    assert codes == ["claim-in-two-splits"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("train.tsv", "train2.tsv"), ("contest.tsv", "trainee.tsv"), ("train-test.tsv", "dev.tsv")],
)
def test_names_that_tell_no_split_or_one_and_the_same_tell_no_leak(first, second, tmp_path):
    _, codes = tables(tmp_path, {first: {}, second: {}})
    assert codes == ["duplicate-claim"]


@pytest.mark.slow
def test_a_folder_that_is_given_by_itself_counts_if_it_is_named_after_a_split(tmp_path):
    found, codes = tables(
        tmp_path, {"x/train/a.tsv": {}, "x/test/b.tsv": {}}, ["x/train", "x/test/b.tsv"]
    )
    assert [one["folder"] for one in found] == ["test", "train"]
    assert codes == ["claim-in-two-splits"]
    found, _ = tables(tmp_path / "y", {"train/a.tsv": {}})
    assert found == [{"file": "a.tsv", "folder": "train", "split": "train"}]
    found, _ = tables(tmp_path / "z", {"other/a.tsv": {}})
    assert found == [{"file": "a.tsv"}]


@pytest.mark.slow
def test_a_split_that_a_column_tells_stays_and_other_columns_keep_their_names(tmp_path):
    files = {"a.tsv": {"split": "Train", "file": "x"}, "b.tsv": {"split": "dev", "folder": "y"}}
    found, codes = tables(tmp_path, files)
    assert found[0] == {"split": "Train", "file": "x", "import.file": "a.tsv"}
    assert found[1] == {"split": "dev", "folder": "y", "file": "b.tsv"}
    assert codes == ["claim-in-two-splits"]
    files = {"train.tsv": {"split": "first"}, "dev.tsv": {"split": "second"}}
    found, codes = tables(tmp_path / "more", files)
    assert found[1] == {"split": "first", "file": "train.tsv", "import.split": "train"}
    assert codes == ["claim-in-two-splits"]


@pytest.mark.slow
def test_the_folder_of_a_record_file_counts_more_than_the_split_of_its_origin(tmp_path):
    tables(tmp_path, {"train.tsv": {}, "test.tsv": {}})
    (tmp_path / "out").rename(tmp_path / "train")
    other = tables(tmp_path / "more", {"train.tsv": {}})
    assert other[1] == []
    (tmp_path / "train").rename(tmp_path / "more" / "train")
    found = onrecord.validate(tmp_path / "more").findings
    assert "claim-in-two-splits" not in [one.code for one in found]


@pytest.mark.slow
def test_a_text_is_of_the_split_of_its_records(tmp_path):
    for split in ("train", "test"):
        source = written(tmp_path / "in" / split, sound("brat"))
        (source / "a.ann").rename(source / f"{split}1.ann")
        (source / "a.txt").rename(source / f"{split}1.txt")
    made = IMPORTERS["brat"](license="CC0-1.0", redistribute="full")
    import_records(made, [tmp_path / "in"], tmp_path / "out", report=lambda _: None)
    codes = [one.code for one in onrecord.validate(tmp_path / "out").errors]
    assert codes == ["text-in-two-splits"]


@pytest.mark.parametrize("name", ["tr\x1bain\u202e.tsv", b"b\xff.tsv"])
def test_names_of_files_are_kept_escaped(name, tmp_path):
    path = tmp_path / (name if isinstance(name, str) else name.decode("utf-8", "surrogateescape"))
    found, _ = tables(tmp_path, {path.name: {}})
    assert found[0]["file"].isprintable()
    assert found[0]["file"].isascii()


# Bad input of any kind


def damaged(files):
    """The files of a format with some of their bytes changed, cut off or put in."""
    pieces = st.sampled_from(
        [
            *(
                b"",
                b"\0",
                b"\xff",
                b"\xef\xbb\xbf",
                b"\r\n",
                b"\r",
                b"\n\n",
                b"\t",
                b'"',
                b"{",
                b"]",
            ),
            *(
                b"null",
                b"NaN",
                b"-1",
                b"1e999",
                b"9" * 5000,
                b"true",
                b"[[",
                b'"\\ud83d"',
                b'"nan"',
            ),
            *(
                b" ",
                b";",
                b"\xf0\x9f\x8f\x97",
                b"\xe2\x80\xa8",
                b"#1",
                b"E1",
                b"T1",
                b"99999999999",
            ),
        ]
    )
    edits = st.lists(
        st.tuples(
            st.sampled_from(sorted(files)), st.integers(0, 10**6), st.integers(0, 12), pieces
        ),
        min_size=1,
        max_size=4,
    )

    def apply(chosen):
        changed = dict(files)
        for file, at, length, piece in chosen:
            content = changed[file]
            begin = at % (len(content) + 1)
            changed[file] = content[:begin] + piece + content[begin + length :]
        return changed

    return edits.map(apply) | st.builds(
        lambda file, at: files | {file: files[file][: at % (len(files[file]) + 1)]},
        st.sampled_from(sorted(files)),
        st.integers(0, 10**6),
    )


def misshapen(value):
    """A JSON value with one of the values in it replaced by another one."""
    odd = st.sampled_from(
        [
            None,
            True,
            0,
            -1,
            10**30,
            1.5,
            "",
            "nan",
            " x ",
            "a\nb",
            [],
            {},
            [[]],
            [{}],
            ["x"],
            {"@type": 1},
        ]
    )

    def places(node, path=()):
        yield path
        if isinstance(node, dict | list):
            for key in node if isinstance(node, dict) else range(len(node)):
                yield from places(node[key], (*path, key))

    def put(node, path, new):
        if not path:
            return new
        copy = dict(node) if isinstance(node, dict) else list(node)
        copy[path[0]] = put(node[path[0]], path[1:], new)
        return copy

    return st.builds(
        lambda path, new: put(value, path, new), st.sampled_from(list(places(value))), odd
    )


def check_accounts(name, folder, files):
    source = written(folder / "source", files)
    found = []
    try:
        summary = import_records(
            importer(name, source),
            [source],
            folder / "out",
            texts=folder / "texts",
            report=found.append,
        )
    except onrecord.InputError:
        return
    assert summary.items == summary.quotes + summary.claims + summary.refused
    assert sum(summary.findings.values()) == len(found)
    errors = [one for one in found if one.severity is onrecord.Severity.ERROR]
    assert not summary.refused or errors
    assert all(one.place.file and one.message and one.hint for one in found)
    assert (folder / "out").exists() is bool(summary.articles)
    if summary.articles:
        report = onrecord.validate(
            folder / "out", texts=folder / "texts" if (folder / "texts").is_dir() else None
        )
        assert [str(one) for one in report.errors] == []
        assert report.checked.quotes == summary.quotes
        assert report.checked.claims == summary.claims
        assert report.checked.articles == summary.articles


@pytest.mark.slow
@pytest.mark.parametrize("name", IMPORTERS)
def test_damaged_files_are_accounted_for(name, tmp_path_factory):
    @settings(max_examples=examples(6))
    @given(damaged(sound(name)))
    def check(files):
        check_accounts(name, tmp_path_factory.mktemp("damaged"), files)

    check()


@pytest.mark.parametrize("control", [b"\r", b"\b", b"\x7f"])
def test_what_holds_a_control_character_becomes_no_record(control, tmp_path):
    files = sound("brat")
    files["a.txt"] = files["a.txt"].rstrip(b"\n") + control + b"and on.\n"
    source = written(tmp_path / "source", files)
    found = []
    summary = import_records(
        importer("brat", source), [source], tmp_path / "out", report=found.append
    )
    assert (summary.items, summary.articles) == (summary.refused, 0)
    assert {one.code for one in found if str(one.severity) == "error"} == {"control-character"}
    check_accounts("brat", tmp_path / "again", files)


JSON_FORMATS = ["averitec", "claimreview", "quotebank", "web-annotation", "wikinews-de"]


@pytest.mark.slow
@pytest.mark.parametrize("name", JSON_FORMATS)
def test_values_of_other_types_are_accounted_for(name, tmp_path_factory):
    files = sound(name)
    (file, *_) = [one for one in files if "json" in one]
    value = json.loads(files[file].splitlines()[0] if file.endswith(".jsonl") else files[file])

    @settings(max_examples=examples(6))
    @given(misshapen(value))
    def check(changed):
        content = json.dumps(changed, ensure_ascii=False).encode()
        check_accounts(name, tmp_path_factory.mktemp("misshapen"), files | {file: content})

    check()


@pytest.mark.parametrize("name", IMPORTERS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\xff\xfe{\0}\0",
        b"\xef\xbb\xbf",
        b"[" * 100_000,
        b'{"a": 1',
        b"null",
        b"\0\0\0",
    ],
    ids=["empty", "blank", "utf-16", "mark", "deep", "truncated", "null", "nul"],
)
def test_a_file_that_is_none_of_the_format_is_a_finding_at_its_place(name, content, tmp_path):
    files = sound(name)
    file = next(one for one in files if one.endswith(IMPORTERS[name].suffixes))
    check_accounts(name, tmp_path, files | {file: content})


# The output


REVIEW = ("@graph", 1)
TASK = (0, "annotations", 0, "result")
PAGE = ("items", 0)
SELECTOR = (*PAGE, "target", "selector", 0)
HARBOUR = {"id": "harbour", "url": "https://example.org/harbour", "rights": FREE}
WITHHELD = HARBOUR | {"text_sha256": "0" * 64, "text_length": 46}


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("wikinews-de", {("originalText",): None}, 'the item lacks "originalText"'),
        ("wikinews-de", {("originalText",): 3}, "originalText is 3, but text was expected"),
        ("wikinews-de", {("annotations", 0, "isNested"): "yes"}, "but true or false was expected"),
        ("wikinews-de", {("annotations", 0, "quote", "spans"): [3]}, "is 3, but an object was"),
        ("averitec", {(0, "questions"): {}}, "[0].questions is an object, but a list was expected"),
        ("averitec", {(0, "questions"): [3]}, "[0].questions[0] is 3, but an object was expected"),
        (
            "claimreview",
            {(*REVIEW, "itemReviewed", "author"): [{"name": "A B"}, {"name": "C D"}]},
            "a further author of the claim is left out: a claim has one claimant",
        ),
        (
            "claimreview",
            {(*REVIEW, "reviewRating"): [{"ratingValue": 1}, {"ratingValue": 2}]},
            "a further rating is left out: a review has one verdict",
        ),
        (
            "claimreview",
            {(*REVIEW, "reviewRating", "ratingValue"): {"a": 1}},
            "reviewRating.ratingValue is an object, but a number was expected",
        ),
        ("web-annotation", {("onrecord:article",): 3}, "onrecord:article is 3, but an object was"),
        ("web-annotation", {("onrecord:article",): {"id": 3}}, "id is 3, but text was expected"),
        ("web-annotation", {("next",): "https://example.org/2"}, "the next page is left out"),
        (
            "web-annotation",
            {("onrecord:article",): WITHHELD | {"text": "No."}},
            "the SHA-256 of the text, was expected",
        ),
        (
            "web-annotation",
            {("onrecord:article",): WITHHELD, (*SELECTOR, "end"): 1},
            "1-1 holds no words",
        ),
        (
            "web-annotation",
            {("onrecord:article",): WITHHELD, (*SELECTOR, "end"): 99},
            "1-99 is beyond the end of the text, which is 46 long",
        ),
        (
            "web-annotation",
            {("onrecord:article",): WITHHELD, (*SELECTOR, "end"): 9},
            "is 8 long, but 28, the length of its words, was expected",
        ),
        (
            "web-annotation",
            {
                ("onrecord:article",): WITHHELD,
                (*SELECTOR, "end"): 3,
                (*PAGE, "target", "selector", 1, "exact"): "🏗",
            },
            "is 2 long, but 1, the length of its words in code points; in UTF-16 units it fits",
        ),
        (
            "web-annotation",
            {("onrecord:article",): HARBOUR | {"text": "“We will rebuild the harbour,” one said."}},
            "the suffix is left out: the text has other words there, which take its place",
        ),
        (
            "web-annotation",
            {(*PAGE, "target", "onrecord:span"): 3},
            "is 3, but an object was expect",
        ),
        (
            "web-annotation",
            {(*PAGE, "target", "onrecord:span"): {"sha256": "0" * 64}},
            "the digest of the words is left out: it is that of other words",
        ),
        (
            "web-annotation",
            {(*PAGE, "onrecord:quote"): {"attribution": "attributed"}},
            'the quote lacks "speakers"',
        ),
        (
            "web-annotation",
            {(*PAGE, "onrecord:quote"): {"within": "q9"}},
            "within q9 is left out: there is no such record in this file",
        ),
        (
            "web-annotation",
            {(*PAGE, "onrecord:quote"): {"status": "corrected", "replaced_by": "q9"}},
            "the replacement by quote q9 is left out",
        ),
        (
            "web-annotation",
            {(*PAGE, "onrecord:quote"): {"speakers": [{"mentions": []}]}},
            '"mentions" is not a field of onrecord:quote.speakers',
        ),
        ("web-annotation", {(*PAGE, "creator"): 3}, "creator is 3, but an object was expected"),
        ("label-studio", {(0,): 3}, "[0] is 3, but an object was expected"),
        ("label-studio", {(0, "data", "text"): None}, 'the data of the task lacks "text"'),
        ("label-studio", {(0, "data", "text"): 3}, "[0].data.text is 3, but text was expected"),
        ("label-studio", {(*TASK, 0): 3}, "result[0] is 3, but an object was expected"),
        (
            "label-studio",
            {(*TASK, 0, "value", "labels"): ["indirect", "speaker"]},
            "the label speaker is left out: a region has one label",
        ),
        ("label-studio", {(*TASK, 0, "value", "labels"): ["claim"]}, 'the region lacks "text"'),
        ("label-studio", {(*TASK, 0, "value", "end"): 999}, "0-999 is beyond the end of the text"),
    ],
)
def test_what_a_value_of_another_kind_makes_wrong_is_told_once(name, changes, told, tmp_path):
    (file, content), *_ = sound(name).items()
    value = json.loads(content)
    for (*path, last), new in changes.items():
        reduce(getitem, path, value)[last] = new
    source = written(tmp_path / "source", {file: json.dumps(value).encode()})
    found = []
    chosen = IMPORTERS[name](**FREE)
    import_records(chosen, [source], tmp_path / "out", form="jsonl", report=found.append)
    assert len([one for one in found if told in one.message]) == 1, list(map(str, found))


@pytest.mark.slow
def test_nothing_is_written_where_nothing_can_be_imported(tmp_path):
    (tmp_path / "q.jsonl").write_text('{"quotation": 1}', encoding="utf-8")
    for out in ("folder", "file.yaml"):
        done = onrecord_command(
            *("import", "quotebank", tmp_path / "q.jsonl", "--out", tmp_path / out),
            *("--as", "yaml"),
        )
        assert done.returncode == 1
        assert done.stdout.endswith("nothing is written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["q.jsonl"]


def test_a_folder_with_files_is_not_written_into_unless_forced(tmp_path):
    out = tmp_path / "out"
    example = EXAMPLES / "wikinews-de" / "a.json"
    assert onrecord_command("import", "wikinews-de", example, "--out", out).returncode == 0
    before = {path: path.read_bytes() for path in out.iterdir()}
    again = onrecord_command("import", "wikinews-de", example, "--out", out)
    assert again.returncode == 3
    assert "is not empty" in again.stderr
    assert (
        onrecord_command("import", "wikinews-de", example, "--out", out, "--force").returncode == 0
    )
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.slow
def test_one_document_can_be_one_file(tmp_path):
    out = tmp_path / "one.yaml"
    done = onrecord_command(
        "import", "wikinews-de", EXAMPLES / "wikinews-de" / "a.json", "--out", out
    )
    assert done.returncode == 0, done.stderr
    assert onrecord.validate(out).checked.verified == 3
    assert onrecord_command("validate", out).returncode == 0


@pytest.mark.parametrize(
    ("name", "options", "out", "told"),
    [
        (
            "wikinews-de",
            {},
            "a.jsonl",
            "looks like a file .jsonl; name a folder or a file .yaml or",
        ),
        ("quotebank", {}, "a.yaml", "looks like a file .yaml; name a folder"),
        ("wikinews-de", {}, "taken", "taken is not a folder"),
        ("wikinews-de", {}, "taken/deep/out", "taken is not a folder"),
        ("wikinews-de", {}, "taken/a.yaml", "taken is not a folder"),
        ("averitec", {"redistribute": "full"}, "out", "--redistribute full needs --license"),
        ("brat", {"source_texts": Path("none")}, "out", "--source-texts: none is not a folder"),
        ("brat", {"source_texts": "empty"}, "out", "holds no .txt file"),
        ("web-annotation", {"source_texts": Path("none")}, "out", "none is not a folder of texts"),
    ],
)
def test_where_nothing_can_be_read_or_written_is_an_error(name, options, out, told, tmp_path):
    source = written(tmp_path / "source", sound(name))
    (tmp_path / "taken").write_text("something else")
    (tmp_path / "empty").mkdir()
    if options.get("source_texts") == "empty":
        options = {"source_texts": tmp_path / "empty"}
    with pytest.raises(InputError) as error:
        import_records(IMPORTERS[name](**options), [source], tmp_path / out)
    assert told in str(error.value)
    assert not (tmp_path / "out").exists()


def test_another_text_of_the_same_name_is_not_replaced(tmp_path):
    source = written(tmp_path / "source", sound("wikinews-de"))
    (texts := tmp_path / "texts").mkdir()
    (texts / "wikinews-de-1.txt").write_text("something else")
    withheld = IMPORTERS["wikinews-de"](license="NOASSERTION", redistribute="none")
    with pytest.raises(InputError, match="is there already, with another text; --force replaces"):
        import_records(withheld, [source], tmp_path / "out", texts=texts)
    assert (texts / "wikinews-de-1.txt").read_text() == "something else"


def test_several_documents_are_not_one_file(tmp_path):
    out = tmp_path / "one.yaml"
    done = onrecord_command("import", "wikinews-de", EXAMPLES / "wikinews-de", "--out", out)
    assert done.returncode == 3
    assert "name a folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["yaml", "jsonl"])
@pytest.mark.parametrize("name", IMPORTERS)
def test_documents_and_tables_hold_the_same_records(name, form, tmp_path):
    source = written(tmp_path / "source", sound(name))
    summary = import_records(importer(name, source), [source], tmp_path / "out", form=form)
    corpus = onrecord.read(tmp_path / "out")
    assert corpus.findings == []
    assert (len(corpus.articles), len(corpus.quotes), len(corpus.claims)) == (
        summary.articles,
        summary.quotes,
        summary.claims,
    )
    other = import_records(
        importer(name, source),
        [source],
        tmp_path / "other",
        form="jsonl" if form == "yaml" else "yaml",
    )
    assert other == summary
    for table in ("articles", "quotes", "claims"):
        ours, theirs = (
            sorted(getattr(one, table), key=lambda record: record.id)
            for one in (corpus, onrecord.read(tmp_path / "other"))
        )
        assert ours == theirs


@pytest.mark.parametrize("name", IMPORTERS)
def test_the_same_source_gives_the_same_bytes(name, tmp_path):
    source = written(tmp_path / "source", sound(name))
    for out in ("one", "two"):
        import_records(importer(name, source), [source], tmp_path / out)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / out).iterdir()}
        for out in ("one", "two")
    )
    assert one == two
    assert one


def test_texts_that_rights_withhold_are_kept_where_the_user_says(tmp_path):
    out, texts = tmp_path / "out", tmp_path / "texts"
    done = onrecord_command(
        *("import", "wikinews-de", EXAMPLES / "wikinews-de" / "a.json", "--out", out),
        *("--license", "NOASSERTION", "--redistribute", "none", "--texts", texts),
    )
    assert done.returncode == 0, done.stderr
    assert (
        "Hafen"
        not in (out / "wikinews-de-1.yaml").read_text(encoding="utf-8").partition("quotes:")[2]
    )
    assert not list(out.glob("*.txt"))
    report = onrecord.validate(out, texts=texts)
    assert report.ok
    assert report.checked.verified == 3


def test_findings_are_counted_in_full_and_shown_up_to_the_limit(tmp_path):
    line = (
        (EXAMPLES / "quotebank" / "defects" / "b.jsonl").read_text(encoding="utf-8").splitlines()[0]
    )
    lines = [line.replace("000001", f"{number:06d}") for number in range(50)]
    (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = onrecord_command(
        "import", "quotebank", tmp_path / "q.jsonl", "--out", tmp_path / "out", "--limit", "3"
    )
    assert done.stdout.count("warning[no-value]") == 3
    assert "no-value: 50 findings, of which 3 are shown" in done.stdout
    assert "50 quotations in 1 file = 50 quotes + 0 that could not become records" in done.stdout


def test_wrong_usage_says_what_there_is(tmp_path):
    unknown = onrecord_command("import", "word", tmp_path)
    assert unknown.returncode == 2
    assert "wikinews-de" in unknown.stderr
    missing = onrecord_command(
        "import", "quotebank", tmp_path / "no.jsonl", "--out", tmp_path / "o"
    )
    assert missing.returncode == 3
    assert "there is no such file" in missing.stderr
    empty = onrecord_command("import", "quotebank", tmp_path, "--out", tmp_path / "o")
    assert empty.returncode == 3
    assert "holds no file of quotebank" in empty.stderr
    assert "Traceback" not in unknown.stderr + missing.stderr + empty.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["import"],
        ["export"],
        *([["import", name] for name in IMPORTERS]),
        *([["export", name] for name in EXPORTERS]),
    ],
    ids=" ".join,
)
def test_help_is_there(command):
    done = onrecord_command(*command, "--help")
    assert done.returncode == 0, done.stderr
    assert "usage: onrecord" in done.stdout


@pytest.mark.slow
def test_exports_do_not_depend_on_partitions_and_memory(tmp_path):
    gazette = EXAMPLES / "gazette"
    exports = []
    for number, read in enumerate((ReadOptions(), ReadOptions(partition=150, memory=1))):
        out = tmp_path / str(number)
        export_records(EXPORTERS["csv"](), [gazette], out, texts=gazette / "texts", options=read)
        exports.append({path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert exports[0]
    assert exports[0] == exports[1]


def read_all(folder):
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTERS)
def test_several_processes_export_what_one_does(name, tmp_path, monkeypatch):
    monkeypatch.setattr("onrecord.exchange.exporting._WORTH", 0)
    monkeypatch.setattr("onrecord.exchange.bundles._ROWS", 20)
    found = []
    for workers in (1, 2):
        out = tmp_path / "out"
        made = export_records(
            EXPORTERS[name](),
            [EXAMPLES / "gazette"],
            out,
            replace_existing=True,
            options=ReadOptions(workers=workers),
        )
        assert set(made.files) == {path for path in out.rglob("*") if path.is_file()}
        found.append((read_all(out), made.omissions, made.files))
        shutil.rmtree(out)
    assert found[0] == found[1]


@pytest.mark.usefixtures("all_rules")
def test_an_export_takes_the_report_of_an_earlier_validation(tmp_path, monkeypatch):
    (tmp_path / "records").mkdir()
    (tmp_path / ".git").mkdir()
    document = tmp_path / "records" / "bridge.yaml"
    shutil.copy(EXAMPLES / "bridge.yaml", document)
    monkeypatch.chdir(tmp_path)
    assert not onrecord.validate("records", cache=True).errors

    def fail(*_):
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr("onrecord.validation.read_validated.report_and_rulings", fail)
        made = export_records(EXPORTERS["csv"](), ["records"], "out", cache=True)
    assert (len(made.files), made.articles) == (6, 1)
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("start: 37", "start: 38"), encoding="utf-8")
    made = export_records(EXPORTERS["csv"](), ["records"], "again", cache=True)
    assert made.report.errors
    assert not made.files
