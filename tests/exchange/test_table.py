"""Tables: what the mapping file says, and rows in every state of repair."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord import publishing
from onrecord.errors import InputError
from onrecord.exchange import import_records
from onrecord.exchange.table.reading import Table
from onrecord.exchange.table.rows import Dialect, Rows
from onrecord.files.opening import File
from tests import ROOT
from tests.commands import run
from tests.drawing import examples
from tests.values import kept

EXAMPLES = ROOT / "docs" / "examples" / "table"
CLAIM = {
    "record": "claim",
    "dataset": "Example",
    "id": "id",
    "absent": [""],
    "fields": {
        "text": "text",
        "voice": {"constant": "source"},
        "claimant.name": "who",
        "annotation.method": {"constant": "manual"},
    },
}
QUOTE = {
    "record": "quote",
    "dataset": "Example",
    "absent": [""],
    "fields": {
        "type": "type",
        "content[0].exact": "text",
        "speakers.name": "who",
        "annotation.method": {"constant": "manual"},
    },
}


def mapped(base=CLAIM, fields=(), **changes):
    value = {**base, **changes, "fields": {**base["fields"], **dict(fields)}}
    return {
        name: {key: inner for key, inner in one.items() if inner is not ...}
        if isinstance(one, dict)
        else one
        for name, one in value.items()
        if one is not ...
    }


def imported(folder, data, mapping=CLAIM, name="a.csv", check=True, **options):
    """What the rows of a table become: the corpus, the findings, and what was counted."""
    source, told = folder / name, folder / "mapping.yaml"
    source.write_bytes(data if isinstance(data, bytes) else data.encode())
    if isinstance(mapping, dict):
        mapping = yaml.safe_dump(mapping, sort_keys=False)
    told.write_text(mapping, encoding="utf-8")
    found = []
    importer = Table(mapping=told, **options)
    summary = import_records(
        importer, [source], folder / "out", report=found.append, replace_existing=True
    )
    assert summary.items == summary.claims + summary.quotes + summary.refused
    assert bool(summary.refused) == any(str(one.severity) == "error" for one in found)
    assert {one.place.file for one in found} <= {source.as_posix(), told.as_posix()}
    assert all(one.place.line for one in found)
    if not summary.articles:
        return None, found, summary
    if check:
        assert onrecord.validate(folder / "out").errors == ()
    return onrecord.read(folder / "out"), found, summary


def at(found):
    return [(one.code, one.place.line, one.place.column) for one in found]


# What every import keeps of the file of an item.
@pytest.mark.slow
def test_the_example_of_liar_is_read_as_it_is_written(tmp_path):
    found = []
    importer = Table(mapping=EXAMPLES / "liar" / "liar.yaml")
    import_records(
        importer, [EXAMPLES / "liar" / "made-up.tsv"], tmp_path / "out", report=found.append
    )
    assert found == []
    assert onrecord.validate(tmp_path / "out").findings == ()
    claims = {one.annotation.origin.id: one for one in onrecord.read(tmp_path / "out").claims}
    ratings = {name: one.assessments[0].rating for name, one in claims.items()}
    assert ratings == {
        "9001.json": "false",
        "9002.json": "mixed",
        "9003.json": "false",
        "9004.json": "mostly_false",
    }
    one = claims["9003.json"]
    assert one.text == '"Nobody has ever drowned in this harbour.'
    assert one.assessments[0].original_rating == one.annotation.origin.label == "pants-fire"
    assert one.assessments[0].reviewer == "PolitiFact"
    assert (one.claimant.name, one.claimant.role) == ("c-example", "Harbour master")
    assert one.venue == "a leaflet"
    assert kept(one) == {
        "subject": "harbour,safety",
        "party": "none",
        **{f"{name} counts": "0" for name in ("barely true", "false", "half true")},
        "mostly true counts": "1",
        "pants on fire counts": "2",
    }


@pytest.mark.slow
def test_a_table_becomes_documents_and_is_published(tmp_path):
    importer = Table(mapping=EXAMPLES / "mapping.yaml")
    import_records(importer, [EXAMPLES / "a.tsv"], tmp_path / "out", form="yaml")
    assert publishing.publish(tmp_path / "out", tmp_path / "published").report.findings == ()


@pytest.mark.slow
def test_the_command_needs_a_mapping(tmp_path):
    ran = run("import", "table", EXAMPLES / "a.tsv", "--out", tmp_path / "out")
    assert ran.returncode == 2
    assert "--mapping" in ran.stderr
    with pytest.raises(InputError):
        import_records(
            Table(mapping=tmp_path / "none.yaml"), [EXAMPLES / "a.tsv"], tmp_path / "out"
        )


def test_cells_have_their_place_in_code_points(tmp_path):
    data = 'id,who,text\n1,"🏗️ ""Éxample""",\n2, A,x\n3,nan,y\n'
    corpus, found, summary = imported(tmp_path, data)
    assert at(found) == [("missing-field", 2, 20), ("space-at-edge", 3, 3), ("no-value", 4, 3)]
    assert (summary.items, summary.refused) == (3, 1)
    assert [one.claimant and one.claimant.name for one in corpus.claims] == [" A", None]


@pytest.mark.parametrize("word", ["nan", "None", "N/A", "Metadata", "unknown", "", " "])
def test_words_for_no_value_are_absent_and_told(word, tmp_path):
    corpus, found, _ = imported(tmp_path, f"id,who,text\n1,{word},x\n", mapped(absent=[]))
    assert at(found) == [("no-value", 2, 3)]
    assert corpus.claims[0].claimant is None


def test_cells_that_the_mapping_calls_absent_are_not_told(tmp_path):
    mapping = mapped(absent=["", "-", "nan"])
    corpus, found, _ = imported(tmp_path, "id,who,text\n1,-,x\n2,,y\n3,nan,z\n", mapping)
    assert found == []
    assert [one.claimant for one in corpus.claims] == [None] * 3


# Rows


@pytest.mark.parametrize(
    ("row", "place"),
    [("2,B", (3, 4)), ("2,B,y,z", (3, 7)), ("2", (3, 2)), ('2,"B,b",y,', (3, 11))],
)
def test_a_row_with_other_columns_is_refused_at_its_place(row, place, tmp_path):
    corpus, found, summary = imported(tmp_path, f"id,who,text\n1,A,x\n{row}\n3,C,z\n")
    assert at(found) == [("other-columns", *place)]
    assert (summary.items, len(corpus.claims)) == (3, 2)


LIAR = "id\tlabel\ttext\twho\n"
LIAR_MAPPING = mapped(delimiter="\t")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        # Never closed; closed in the middle of a cell; closed where a cell ends, in each column.
        (['1\tx\t"Foo says\tA', "2\tx\tBar\tB", "3\tx\tBaz\tC"], [2]),
        (['1\tx\t"Foo says\tA', "2\tx\tBar\tB", '3\tx\t"Baz says\tC'], [2, 4]),
        (['1\tx\t"Foo says\tA', "2\tx\tBar\tB", '3\tx\tBaz "so"\tC'], [2]),
        (['1\tx\t"Foo says\tA', '2\tx\tBar "so"\tB', "3\tx\tBaz\tC"], [2]),
        (['1\tx\t"Foo says\tA', '2\tx"\tBar\tB', "3\tx\tBaz\tC"], [2]),
        (['1\tx\t"Foo says\tA', '2\tx\tBar\tB"', "3\tx\tBaz\tC"], [2]),
        # Closed in its own row, with the cell going on.
        (['1\tx\t"Foo" says\tA', "2\tx\tBar\tB"], [2]),
        # So many rows that it is clear before the file ends.
        (['1\tx\t"Foo says\tA', *(f"{n}\tx\tBar\tB" for n in range(2, 40))], [2]),
    ],
)
def test_a_mark_without_its_pair_swallows_no_rows(rows, refused, tmp_path):
    data = LIAR + "\n".join(rows) + "\n"
    corpus, found, summary = imported(tmp_path, data, LIAR_MAPPING, name="a.tsv")
    assert [(one.code, one.place.line) for one in found] == [
        ("unpaired-quotation-mark", line) for line in refused
    ]
    assert all("quoting: none" in one.hint for one in found)
    assert summary.items == len(rows)
    assert len(corpus.claims) == len(rows) - len(refused)
    mapping = mapped(delimiter="\t", quoting="none")
    corpus, found, summary = imported(tmp_path, data, mapping, name="a.tsv")
    assert found == []
    assert len(corpus.claims) == len(rows)


def test_cells_with_line_breaks_are_one_row(tmp_path):
    data = 'id,who,text\n1,A,"x\ny, and ""z"""\n2,"B\r\n\r\nb",y\n3,C,z\n'
    corpus, found, summary = imported(tmp_path, data)
    assert at(found) == [("line-breaks", 2, 5), ("line-breaks", 4, 3)]
    assert summary.items == 3
    assert corpus.claims[0].text == 'x y, and "z"'
    assert corpus.claims[1].claimant.name == "B b"


@pytest.mark.slow
def test_line_breaks_may_be_said_to_be_meant(tmp_path):
    data = 'id,text\n1,"x y\nz,w"\n'
    fields = {"claimant.name": ...}
    corpus, found, summary = imported(tmp_path, data, mapped(fields=fields))
    assert at(found) == [("unpaired-quotation-mark", 2, 3)]
    assert "line_breaks: true" in found[0].hint
    assert (len(corpus.claims), summary.items) == (1, 2)
    corpus, found, _ = imported(tmp_path, data, mapped(fields=fields, line_breaks=True))
    assert [one.code for one in found] == ["line-breaks"]
    assert corpus.claims[0].text == "x y z,w"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_may_end_in_any_way(end, last, tmp_path):
    data = end.join(["id,who,text", '1,"A",x', "", "2,B,y"]) + end * last
    corpus, found, summary = imported(tmp_path, data)
    assert found == []
    assert [one.text for one in corpus.claims] == ["x", "y"]
    assert summary.items == 2


def test_mixed_line_ends_are_told(tmp_path):
    corpus, found, _ = imported(tmp_path, "id,who,text\n1,A,x\r\n2,B,y\n")
    assert at(found) == [("mixed-line-ends", 2, 6)]
    assert found[0].facts == {"crlf": 1, "lf": 2, "cr": 0}
    assert len(corpus.claims) == 2


def test_a_row_is_never_taken_for_blank(tmp_path):
    _, found, summary = imported(tmp_path, "id\twho\ttext\n\t\t\n  \n", name="a.tsv")
    assert {one.code for one in found} == {"missing-field"}
    assert summary.items == 1


@pytest.mark.parametrize(
    ("data", "codes", "items"),
    [
        (b"", ["syntax-error"], 1),
        (b"\n\n", ["syntax-error"], 1),
        (b"id,who,text\n", [], 0),
        (b"\xef\xbb\xbfid,who,text\n1,A,x\n", ["leading-mark"], 1),
        ("id,who,text\n1,A,x\n".encode("utf-16"), ["not-utf8"], 1),
        ("id,who,text\n1,A,x\n".encode("utf-16-le"), None, None),
        (b"id,who,text\n1,A,x\xe9\n2,B,y\n", ["not-utf8"], 2),
        (b"id,who,text\n1,A,x\0\n2,B,y\n", ["nul-character"], 2),
        (b"id,who\n1,A\n2,B\n", ["unknown-column"], 2),
        (b"id,who,txt\n1,A,x\n", ["unknown-column"], 1),
        (b"id,who,text\n1,A,x\n", [], 1),
        (b"id,who,text,who\n1,A,x,B\n2,A,x,B\n", ["duplicate-key"], 2),
        (b"id,who,text\n1,A,x\n1,B,y\n", ["duplicate-item"], 2),
        (b"id,who,text\n1,A," + b"x" * (64 * 2**20) + b"\n2,B,y\n", ["too-long"], 2),
    ],
)
def test_files_that_are_broken_are_told(data, codes, items, tmp_path):
    _, found, summary = imported(tmp_path, data)
    if codes is not None:
        assert [one.code for one in found] == codes
        assert summary.items == items
    else:
        assert summary.claims == 0


@pytest.mark.slow
def test_a_damaged_packed_file_is_told(tmp_path):
    import gzip

    packed = gzip.compress(b"id,who,text\n1,A,x\n2,B,y\n")
    corpus, found, _ = imported(tmp_path, packed, name="a.csv.gz")
    assert found == []
    assert len(corpus.claims) == 2
    _, found, _ = imported(tmp_path, packed[:-9], name="a.csv.gz")
    assert [one.code for one in found] == ["syntax-error"]


@pytest.mark.slow
def test_columns_without_a_name_are_kept(tmp_path):
    corpus, _, _ = imported(tmp_path, "id,who,text,,\n1,A,x,y,z\n")
    assert kept(corpus.claims[0]) == {"(column 4)": "y", "(column 5)": "z"}
    drop = mapped(unmapped="drop")
    corpus, _, _ = imported(tmp_path, "id,who,text,,\n1,A,x,y,z\n", drop)
    assert kept(corpus.claims[0]) == {}


@pytest.mark.slow
def test_ids_are_the_same_each_time_and_told_by_the_cells_without_a_column(tmp_path):
    mapping = mapped(id=...)
    first, found, _ = imported(tmp_path, "id,who,text\n1,A,x\n2,B,y\n1,A,x\n", mapping)
    assert at(found) == [("duplicate-item", 4, 1)]
    second, _, _ = imported(tmp_path, "id,who,text\n2,B,y\n1,A,x\n", mapping)
    assert {one.id for one in first.claims} == {one.id for one in second.claims}
    assert first.claims[0].annotation.origin.id == "a.csv:2"


# Fields


@pytest.mark.slow
def test_quotes_have_words_and_no_offsets(tmp_path):
    data = "type,text,who\ndirect,We left,A\ndirect,We stay,\n"
    corpus, found, _ = imported(tmp_path, data, QUOTE)
    assert found == []
    (known,) = [one for one in corpus.quotes if one.speakers]
    (unknown,) = [one for one in corpus.quotes if not one.speakers]
    assert (known.attribution, unknown.attribution) == ("attributed", "unknown")
    assert known.content[0].exact == "We left"
    assert known.content[0].quoted
    assert known.content[0].start is None
    assert corpus.articles[0].rights.redistribute == "quotes"


@pytest.mark.slow
def test_a_place_in_a_list_that_is_left_out_is_the_first(tmp_path):
    data = "type,text,who,too\ndirect,We left,A,B\ndirect,We stay,,C\n"
    fields = {"content[0].exact": ..., "content.exact": "text", "speakers[1].name": "too"}
    corpus, found, _ = imported(tmp_path, data, mapped(QUOTE, fields=fields))
    assert found == []
    names = {one.content[0].exact: [who.name for who in one.speakers] for one in corpus.quotes}
    assert names == {"We left": ["A", "B"], "We stay": ["C"]}
    twice = mapped(QUOTE, fields={"speakers[0].name": "too"})
    _, found, _ = imported(tmp_path, data, twice)
    assert [(one.code, one.facts["key"]) for one in found] == [
        ("duplicate-key", "speakers[0].name")
    ]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("../2024-12-10", "../2024-12-10"),
        ("2023/2024-05", "2023/2024-05"),
        ("2024~", "2024~"),
        ("2023-05?/2024%", "2023-05?/2024%"),
        ("2024/5/3", "2024-05-03"),
        ("2024-05-03T10:00Z", "2024-05-03T10:00:00Z"),
        ("../..", None),
        ("about 2024", None),
    ],
)
def test_said_is_a_period(said, read, tmp_path):
    data = f"id,who,text,said\n1,A,x,{said}\n"
    corpus, found, _ = imported(tmp_path, data, mapped(fields={"said": "said"}))
    assert corpus.claims[0].said == read
    assert [one.code for one in found] == ([] if read else ["not-a-date"])


def test_words_that_rights_forbid_are_refused_unless_rights_are_told(tmp_path):
    data = "type,text,who\nindirect,that they left,A\n"
    corpus, found, _ = imported(tmp_path, data, QUOTE)
    assert at(found) == [("cannot-be-withheld", 2, 10)]
    assert corpus is None
    told = {"license": "CC-BY-4.0", "redistribute": "full"}
    corpus, found, _ = imported(tmp_path, data, QUOTE, **told)
    assert found == []
    assert not corpus.quotes[0].content[0].quoted


@pytest.mark.parametrize(
    ("fields", "row", "code"),
    [
        ({"attribution": {"constant": "attributed"}}, "direct,x,", "attributed-without-speaker"),
        ({"attribution": {"constant": "unknown"}}, "direct,x,A", "unattributed-with-speaker"),
        ({"content[0].quoted": {"constant": "false"}}, "direct,x,A", "verbatim-contradicts-type"),
        ({}, "mixed,x,A", "verbatim-contradicts-type"),
        ({}, "quoted,x,A", "not-allowed"),
        ({}, "direct,,A", "missing-field"),
        ({"language": "type"}, "Direct!,x,A", "not-allowed"),
    ],
)
def test_a_quote_that_contradicts_itself_is_refused(fields, row, code, tmp_path):
    data = f"type,text,who\n{row}\n"
    rights = {"license": "CC-BY-4.0", "redistribute": "full"}
    corpus, found, _ = imported(tmp_path, data, mapped(QUOTE, fields=fields), **rights)
    assert code in [one.code for one in found]
    assert corpus is None


@pytest.mark.parametrize(
    ("said", "published", "fine"),
    [
        ("2024-05-02", "2024-05-01", False),
        ("2024-05", "2024-05-01", True),
        ("2024-06", "2024-05-01", False),
        ("2024-05-02T00:00:00Z", "2024-05-01", True),
        ("2024-05-03T00:00:00Z", "2024-05-01", False),
        ("2024-05-01T02:00:00+02:00", "2024-05-01T00:00:00Z", True),
        ("2024-05-01T00:00:01Z", "2024-05-01T00:00:00Z", False),
        ("9999-12-31T23:00:00Z", "9999-12-31", True),
        ("../2024-06", "2024-05-01", True),
        ("2024-06/..", "2024-05-01", False),
        ("2024-06~", "2024-05-01", True),
    ],
)
def test_dates_out_of_order_are_refused_as_the_validator_would(said, published, fine, tmp_path):
    data = f"id,who,text,said,published\n1,A,x,{said},{published}\n"
    fields = {"said": "said", "article.published": "published"}
    corpus, found, _ = imported(tmp_path, data, mapped(fields=fields))
    assert at(found) == ([] if fine else [("said-after-published", 2, 7)])
    assert (corpus is not None) is fine


@pytest.mark.parametrize(
    ("pattern", "written", "date"),
    [
        ("%d.%m.%Y", "3.4.2024", "2024-04-03"),
        ("%d.%m.%Y", "31.4.2024", None),
        ("%B %d, %Y", "April 3, 2024", "2024-04-03"),
        ("%m/%Y", "4/2024", "2024-04"),
        ("%Y", "2024", "2024"),
        ("%Y-%m-%d %H:%M", "2024-04-03 10:00", "2024-04-03"),
        (None, "2024-04", "2024-04"),
        (None, "3.4.2024", None),
    ],
)
def test_dates_are_read_as_the_mapping_says(pattern, written, date, tmp_path):
    source = {"column": "said", "date": pattern} if pattern else "said"
    data = f'id,who,text,said\n1,A,x,"{written}"\n'
    corpus, found, _ = imported(tmp_path, data, mapped(fields={"said": source}))
    assert corpus.claims[0].said == date
    assert [one.code for one in found] == ([] if date else ["not-a-date"])
    assert kept(corpus.claims[0]) == ({} if date == written else {"said": written})


def test_labels_are_read_as_the_mapping_says(tmp_path):
    mapping = """
record: claim
dataset: Example
label: label
fields:
  text: text
  voice: {constant: source}
  checkable: {column: fact, values: {1: true, no: false}}
  assessments[0].reviewer: {constant: A reviewer}
  assessments[0].original_rating: label
  assessments[0].rating: {column: label, values: {True: true, false: false, 3: null}}
  annotation.method: {constant: manual}
"""
    data = "text,fact,label\na,1,True\nb,no,false\nc,,3\nd,2,maybe\n"
    corpus, found, _ = imported(tmp_path, data, mapping)
    claims = {one.text: one for one in corpus.claims}
    assert [claims[name].checkable for name in "abcd"] == [True, False, None, None]
    ratings = [claims[name].assessments[0].rating for name in "abcd"]
    assert ratings == ["true", "false", None, None]
    assert claims["d"].assessments[0].original_rating == "maybe"
    assert at(found) == [("no-value", 4, 3), ("unknown-label", 5, 3), ("unknown-label", 5, 5)]


@pytest.mark.slow
def test_an_object_of_constants_alone_is_left_out_and_one_that_lacks_something_is_told(tmp_path):
    fields = {
        "claimant.kind": {"constant": "person"},
        "assessments[0].reviewer": {"constant": "A reviewer"},
        "assessments[0].original_rating": "rating",
        "assessments[0].justification": "why",
        "article.publisher.name": {"constant": "Example"},
    }
    data = "id,who,text,rating,why\n1,,x,,\n2,A,y,no,so\n3,A,z,,so\n"
    corpus, found, _ = imported(tmp_path, data, mapped(fields=fields))
    claims = {one.text: one for one in corpus.claims}
    assert claims["x"].claimant is None
    assert claims["y"].claimant.kind == "person"
    assert [len(claims[name].assessments) for name in "xyz"] == [0, 1, 0]
    assert at(found) == [("not-carried-over", 4, 7)]
    assert kept(claims["z"]) == {"why": "so"}
    assert {one.publisher.name for one in corpus.articles} == {"Example"}


@pytest.mark.slow
def test_rows_of_one_page_are_of_one_article(tmp_path):
    data = "id,who,text,url\n1,A,x,https://example.org/a\n2,A,y,https://example.org/a\n3,A,z,\n"
    corpus, found, _ = imported(tmp_path, data, mapped(fields={"article.url": "url"}))
    assert found == []
    assert sorted(str(one.url) for one in corpus.articles) == ["None", "https://example.org/a"]
    named = mapped(fields={"article.id": "url"})
    corpus, _, _ = imported(tmp_path, data, named)
    assert len(corpus.articles) == 2


# The mapping file


@pytest.mark.parametrize(
    ("fields", "code", "advice"),
    [
        ({"txt": "text"}, "unknown-field", "did you mean text?"),
        ({"claimant.nmae": "who"}, "unknown-field", "did you mean claimant.name?"),
        ({"claimant": "who"}, "unknown-field", "did you mean claimant.name?"),
        ({"assessments.rating": "who"}, "missing-field", "assessments[0]"),
        ({"assessments[0]": "who"}, "unknown-field", "did you mean assessments[0].reviewer?"),
        ({"article.text": "text"}, "unknown-field", ""),
        ({"content[0].start": "id"}, "unknown-field", ""),
        ({"quote_ids[0]": "id"}, "unknown-field", ""),
        ({"relations[0].type": "id"}, "unknown-field", ""),
        ({"annotation.origin.id": "id"}, "unknown-field", ""),
        ({"id": "id"}, "unknown-field", ""),
        ({"venue": "whoo"}, "unknown-column", "did you mean who?"),
        ({"venue": {"colum": "who"}}, "unknown-field", "did you mean column?"),
        ({"venue": {}}, "missing-field", ""),
        ({"venue": {"column": "who", "constant": "x"}}, "missing-field", ""),
        ({"venue": None}, "wrong-type", ""),
        ({"venue": ["who"]}, "wrong-type", ""),
        ({"venue": {"column": ["who"]}}, "wrong-type", ""),
        ({"venue": {"column": "who", "values": ["x"]}}, "wrong-type", ""),
        ({"venue": {"column": "who", "values": {"x": ["y"]}}}, "wrong-type", ""),
        ({"venue": {"column": "who", "date": "%Y"}}, "not-allowed", ""),
        ({"said": {"column": "who", "date": "%d.%m"}}, "not-allowed", ""),
        ({"said": {"column": "who", "date": "%Q %Y"}}, "not-allowed", ""),
        ({"said": {"constant": "2024-02-30"}}, "not-allowed", ""),
        ({"voice": {"constant": "sourse"}}, "not-allowed", ""),
        ({"voice": ...}, "missing-field", "voice"),
        ({"text": ...}, "missing-field", "text"),
        ({"annotation.method": ...}, "missing-field", "annotation.method"),
        ({"assessments[0].rating": "who"}, "missing-field", "assessments[0]"),
        ({"annotation.confidence": {"constant": "2"}}, "not-allowed", ""),
        ({"checkable": {"constant": "perhaps"}}, "not-allowed", ""),
        ({"article.url": {"constant": "an ad"}}, "not-allowed", ""),
        ({"kind": {"column": "who", "values": {"a": "evnet"}}}, "not-allowed", ""),
    ],
)
def test_what_is_wrong_in_the_fields_is_told_at_its_place(fields, code, advice, tmp_path):
    corpus, found, summary = imported(tmp_path, "id,who,text\n1,A,x\n", mapped(fields=fields))
    assert corpus is None
    assert {one.code for one in found} == {code}
    assert advice in found[0].hint
    in_mapping = "mapping.yaml" in found[0].place.file
    assert in_mapping or code == "unknown-column"
    assert summary.items == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"record": "claims"}, "not-allowed"),
        ({"record": ...}, "missing-field"),
        ({"dataset": ...}, "missing-field"),
        ({"delimeter": ","}, "unknown-field"),
        ({"delimiter": ", "}, "not-allowed"),
        ({"delimiter": "\n"}, "not-allowed"),
        ({"delimiter": '"'}, "not-allowed"),
        ({"quote": ""}, "not-allowed"),
        ({"quoting": "all"}, "not-allowed"),
        ({"encoding": "latin-1"}, "not-allowed"),
        ({"header": "no"}, "wrong-type"),
        ({"header": False}, "missing-field"),
        ({"columns": ["id", "who", "id"]}, "duplicate-key"),
        ({"columns": ["id", "who"]}, "unknown-column"),
        ({"columns": "id"}, "wrong-type"),
        ({"language": "English"}, "not-allowed"),
        ({"id": "idd"}, "unknown-column"),
        ({"label": "labl"}, "unknown-column"),
        ({"unmapped": "lose"}, "not-allowed"),
    ],
)
def test_what_is_wrong_in_the_mapping_is_told(changes, code, tmp_path):
    corpus, found, _ = imported(tmp_path, "id,who,text\n1,A,x\n", mapped(**changes))
    assert corpus is None
    assert code in {one.code for one in found}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "wrong-type"),
        ("- a", "wrong-type"),
        ("record: claim\nfields: text\ndataset: x\n", "wrong-type"),
        ("record: [", "syntax-error"),
        ("record: claim\nrecord: claim\n", "duplicate-key"),
        ("a: &a 1\nb: *a\n", "alias"),
        ("a: .nan\n", "not-finite"),
        ("record: !!python/name:os.system x\n", "tag"),
        ("a: " + "[" * 100 + "]" * 100, "too-deep"),
        ("--- 1\n--- 2\n", "several-documents"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_told(text, code, tmp_path):
    corpus, found, _ = imported(tmp_path, "id,who,text\n1,A,x\n", text)
    assert corpus is None
    assert code in {one.code for one in found}


def test_the_columns_may_be_named_in_place_of_the_header(tmp_path):
    mapping = mapped(columns=["id", "who", "text"])
    corpus, found, _ = imported(tmp_path, "Nr,Name,Name\n1,A,x\n", mapping)
    assert found == []
    assert corpus.claims[0].text == "x"
    _, found, summary = imported(tmp_path, "Nr,Name\n1,A\n2,B\n", mapping)
    assert at(found) == [("other-columns", 1, 8)]
    assert summary.refused == 2


@pytest.mark.parametrize(
    ("delimiter", "quote", "data"),
    [
        (";", '"', "id;who;text\n1;A;x\n"),
        ("|", "'", "id|who|text\n1|A|'x'\n"),
        ("\t", '"', 'id\twho\ttext\n1\tA\t"x"\n'),
        ("^", "\\", "id^who^text\n1^A^\\x\\\n"),
        ("]", "^", "id]who]text\n1]A]^x^\n"),
        (" ", "-", "id who text\n1 A -x-\n"),
    ],
)
def test_delimiter_and_quote_may_be_any_character(delimiter, quote, data, tmp_path):
    mapping = mapped(delimiter=delimiter, quote=quote)
    corpus, found, _ = imported(tmp_path, data, mapping)
    assert found == []
    assert corpus.claims[0].text == "x"


# Properties

CELL = st.text(st.sampled_from('ab,"\t 🏗\r\n'), max_size=6)


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6), st.booleans())
def test_what_the_csv_module_writes_is_read(tmp_path_factory, rows, always):
    import csv

    path = tmp_path_factory.mktemp("a") / "a.csv"
    # The module does not quote a CR unless it ends lines.
    always = always or any("\r" in cell for row in rows for cell in row)
    quoting = csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=quoting, lineterminator="\n").writerows(rows)
    found = Rows(File(path, "a.csv"), Dialect(",", line_breaks=True))
    read = [tuple(row.cells) for row in found]
    assert read == rows


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(st.text(st.sampled_from('ab,"\r\n'), max_size=60), st.booleans(), st.booleans())
def test_every_line_is_in_one_row(tmp_path_factory, text, breaks, quoted):
    path = tmp_path_factory.mktemp("a") / "a.csv"
    path.write_bytes(text.encode())
    rows = Rows(File(path, "a.csv"), Dialect(",", '"' if quoted else None, breaks))
    rows.width = 3
    read = list(rows)
    assert sum(row.size for row in read) <= len(text)
    numbers = [row.number for row in read]
    assert numbers == sorted(set(numbers))
    for row in read:
        for index, cell in enumerate(row.cells):
            place, _ = row.where(index)()
            assert place.line >= row.number
            lines = row.text.split("\n")
            rest = lines[place.line - row.number][place.column - 1 :]
            assert rest.startswith((cell[:1], '"'))


TABLE = (EXAMPLES / "a.tsv").read_bytes()
MAPPING = (EXAMPLES / "mapping.yaml").read_bytes()


@pytest.mark.slow
@settings(max_examples=examples(4))
@given(st.data())
def test_damaged_files_are_imported_or_told(tmp_path_factory, data):
    content = bytearray(TABLE)
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b'"', b"\t", b"\n", b"\r", b"\0", b"\xff", b"nan", b"\xed\xa0\x80"])
        )
    imported(tmp_path_factory.mktemp("a"), bytes(content), MAPPING.decode(), name="a.tsv")


@pytest.mark.slow
@settings(max_examples=examples(20))
@given(st.data())
def test_damaged_mappings_are_told(tmp_path_factory, data):
    content = bytearray(MAPPING)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(
            st.sampled_from([b'"', b"\t", b"\n", b": ", b"[", b"{", b"7", b"null", b"\xff", b"- "])
        )
    folder = tmp_path_factory.mktemp("a")
    (folder / "mapping.yaml").write_bytes(content)
    found = []
    importer = Table(mapping=folder / "mapping.yaml")
    summary = import_records(importer, [EXAMPLES / "a.tsv"], folder / "out", report=found.append)
    assert summary.items == summary.claims + summary.refused
    assert bool(summary.refused) <= any(str(one.severity) == "error" for one in found)


@pytest.mark.parametrize(
    "name", ["https:www.example.org", "[u'Ada', u'Bo']", "ada@example.org", "7"]
)
def test_what_can_be_no_name_is_left_out_kept_and_reported(name, tmp_path):
    data = f"id\ttext\twho\n1\tThe pier was built in 1901.\t{name}\n"
    corpus, (finding,), _ = imported(tmp_path, data, name="a.tsv")
    assert finding.code == "not-a-name"
    assert corpus.claims[0].claimant is None
    assert kept(corpus.claims[0])["who"] == name
