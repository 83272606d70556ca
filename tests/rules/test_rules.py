"""Every check does what its definition says, and the definitions are complete."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

import onrecord
from onrecord.corpus.tables import CorpusTables
from onrecord.engines.duckdb import DuckDB, tables_of
from onrecord.exchange import IMPORTERS, import_records
from onrecord.readers.options import ReadOptions
from onrecord.rules import CHECKS, RECORD_CHECKS, RULES, SHARED
from onrecord.rules.base import Query, Rule
from onrecord.rules.corpus.groups import LinkedArticles
from onrecord.rules.examples import about, article, document, files
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from onrecord.validation.settings import Settings
from tests import ROOT
from tests.drawing import examples
from tools.examples import example

EXAMPLES = ROOT / "docs" / "examples"


def _write(folder, content):
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)


def test_there_are_checks():
    assert len(RULES) > 20
    assert len(CHECKS) > len(RULES)


def valid_example(name):
    """The files of a format in which nothing is wrong."""
    found = {
        path.name: path.read_bytes()
        for path in (EXAMPLES / name).iterdir()
        if path.is_file() and path.name != "example.md"
    }
    assert found
    return found


def imported(folder, name, example):
    """What is found in importing some files of a format."""
    source = folder / "source"
    source.mkdir()
    for file, content in example.items():
        (source / file).write_bytes(content)
    options = {"mapping": source / "mapping.yaml"} if name == "table" else {}
    found = []
    import_records(IMPORTERS[name](**options), [source], folder / "out", report=found.append)
    return found


@pytest.mark.parametrize("name", IMPORTERS)
def test_valid_example_of_a_format_has_no_finding(name, tmp_path):
    assert imported(tmp_path, name, valid_example(name)) == []
    assert onrecord.validate(tmp_path / "out").findings == ()


@pytest.mark.parametrize("code", CHECKS)
def test_what_people_see_of_an_example_is_what_is_found_and_fixed(code):
    info = about(CHECKS[code])
    shown = example(CHECKS[code], EXAMPLES.parent)
    assert shown == {"fails": info.fails, "finding": info.finding, "fixed": info.fixed}, (
        "run make reference"
    )
    assert shown["fails"]
    assert f"{info.severity}[{code}]: " in shown["finding"]
    assert shown["fixed"] != shown["fails"]


def test_placeholders_are_not_shown_to_people():
    for code, check in CHECKS.items():
        names = set(re.findall(r"\{\w+(?:\}|:)", check.message + check.hint))
        text = "\n".join("\n".join((text, *blocks)) for _, text, blocks in about(check).sections())
        assert not [name for name in names if name in text], code


def _own(code, example):
    """The files of an example with ids and words of their own, by name, to be in a corpus with others;
    none if its settings are of the whole corpus.
    """
    if not isinstance(example, str) and b"validation:" in example.get("corpus.yaml", b""):
        return
    written = {"harbour.yaml": example} if isinstance(example, str) else example
    for number, (name, content) in enumerate(files(example).items()):
        own = content
        if isinstance(written[name], str):
            own = article(f"{code}-{number}", written[name]).encode()
        elif not name.endswith(".parquet"):
            own = re.sub(rb"\bharbour\b(?! )", f"{code}-0".encode(), content)
        yield f"{code}/{name}", own


@pytest.fixture(scope="session")
def found_together(tmp_path_factory):
    """Return a function that validates all passing or failing examples as one corpus; it returns the
    findings by the code of the check.
    """

    @cache
    def found(which):
        folder = tmp_path_factory.mktemp(which)
        together = {code: dict(_own(code, getattr(CHECKS[code], which))) for code in RECORD_CHECKS}
        _write(folder, {name: one for own in together.values() for name, one in own.items()})
        findings = {code: [] for code, own in together.items() if own}
        for finding in onrecord.validate(folder).findings:
            place = Path(finding.place.file).resolve().relative_to(folder.resolve())
            findings[place.parts[0]].append(finding)
        return findings

    return found


@pytest.fixture(scope="session")
def found_in(tmp_path_factory):
    """Return a function that validates an example and returns the findings; equal ones are validated once."""

    @cache
    def found(*written):
        folder = tmp_path_factory.mktemp("example")
        _write(folder, dict(written))
        return onrecord.validate(folder).findings

    return lambda example: found(*files(example).items())


@pytest.mark.xdist_group("examples")  # with what is found in them
@pytest.mark.parametrize("code", RECORD_CHECKS)
def test_passing_example_has_no_finding(code, found_in, found_together):
    if found_together("passes").get(code) == []:
        return  # what is found among many may be of others, that nothing is found is not
    assert [str(finding) for finding in found_in(CHECKS[code].passes)] == []


@pytest.mark.xdist_group("examples")
@pytest.mark.parametrize("code", RECORD_CHECKS)
def test_failing_example_has_exactly_its_own_finding(code, found_in, found_together):
    among_others = found_together("fails").get(code, ())
    alone = [finding.code for finding in among_others] != [code]
    (finding,) = found_in(CHECKS[code].fails) if alone else among_others
    assert finding.code == code
    assert finding.severity is CHECKS[code].severity
    assert finding.place.line or code in ("wrong-columns", "not-read")
    assert finding.message
    assert finding.hint
    assert "{" not in finding.message + finding.hint


@pytest.mark.slow
@settings(max_examples=examples(13))
@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=9), min_size=1, max_size=2))
def test_an_id_that_stands_twice_is_found_in_whatever_order_they_are(tmp_path_factory, numbers):
    folder = tmp_path_factory.mktemp("corpus")
    row = flatten(Document.model_validate_json(json.dumps(document(""))))["quote"][0]
    for file, some in enumerate(numbers):
        lines = [json.dumps(row | {"id": f"harbour.q{number}"}) + "\n" for number in some]
        path = folder / str(file) / "quotes.jsonl"
        path.parent.mkdir()
        path.write_text("".join(lines), encoding="utf-8")
    only = Settings(severity=dict.fromkeys(RULES.keys() - {"duplicate-id"}, "off"))
    report = onrecord.validate(folder, settings=only, options=ReadOptions(block=1000))
    seen, expected = set(), []
    for file, some in enumerate(numbers):
        for at, number in enumerate(some, 1):
            expected += [(str(file), at, f"harbour.q{number}")] * (number in seen)
            seen.add(number)
    assert [
        (Path(one.place.file).parent.name, one.place.line, one.record) for one in report.findings
    ] == expected


@pytest.mark.parametrize("code", CHECKS)
def test_definition_is_written_for_people(code):
    check = CHECKS[code]
    assert check.title == check.title.strip().rstrip(".")
    what, why = check.explanation.split("\n\n")
    for text in (what, why):
        assert 20 < len(text) < 800
        assert not text[0].islower()
        assert text.endswith(".")


COMPLETE = dict.fromkeys(["title", "message", "hint", "passes", "fails", "query"], "") | {
    "scope": "article"
}


@pytest.mark.parametrize(
    ("defect", "error"),
    [
        ({"title": None}, "has no title"),
        ({"hint": None, "fails": None}, "has no hint, no fails"),
        ({"query": None}, "has no query"),
        ({"scope": "artcle"}, "is 'artcle', expected 'article' or 'corpus'"),
    ],
)
def test_an_incomplete_definition_is_an_error(defect, error):
    parts = {name: part for name, part in {**COMPLETE, **defect}.items() if part is not None}
    with pytest.raises(TypeError, match=error):
        type("Incomplete", (Rule,), parts)


QUERIES: dict[str, type[Query]] = {**RULES, **SHARED, "linked_articles": LinkedArticles}


@pytest.mark.parametrize("name", QUERIES)
def test_query_carries_over_to_spark(name):
    (query,) = sqlglot.transpile(
        QUERIES[name].query,
        read="duckdb",
        write="spark",
        unsupported_level=sqlglot.ErrorLevel.RAISE,
    )
    assert sqlglot.parse_one(query, read="spark")


@pytest.mark.parametrize("query", [*RULES.values(), *SHARED.values(), LinkedArticles], ids=str)
def test_only_tables_that_a_query_reads_are_built_for_it(query):
    parsed = sqlglot.parse_one(query.query, read="duckdb")
    own = {each.alias for each in parsed.find_all(exp.CTE)}
    expected = {each.name for each in parsed.find_all(exp.Table)} - own
    assert tables_of(query.query) == expected


def needed(query, named):
    """Return the sets of tables of which at least one must have rows for a query to have any.

    They are derived from the syntax of the query.
    """
    if isinstance(query, exp.Subquery):
        return needed(query.this, named)
    if with_ := query.args.get("with_") or query.args.get("with"):
        named = {**named, **{one.alias: one.this for one in with_.expressions}}
    if isinstance(query, exp.Union):
        return {
            one | other for one in needed(query.left, named) for other in needed(query.right, named)
        }
    assert isinstance(query, exp.Select)
    sums = any(
        one.find_ancestor(exp.Select, exp.Window) is query for one in query.find_all(exp.AggFunc)
    )
    if sums and not query.args.get("group"):
        return set()
    read = query.args.get("from_") or query.args["from"]
    joined = query.args.get("joins") or []
    sides = [join.side for join in joined]
    assert set(sides) <= {"", "LEFT"}
    inner = [read.this, *(join.this for join in joined if join.side != "LEFT")]
    found = set()
    for one in inner:
        if isinstance(one, exp.Subquery):
            found |= needed(one, named)
        elif one.name in named:
            others = {name: body for name, body in named.items() if name != one.name}
            found |= needed(named[one.name], others)
        else:
            found.add(frozenset({one.name}))
    return found


@pytest.mark.parametrize("query", [*RULES.values(), *SHARED.values()], ids=[*RULES, *SHARED])
def test_a_query_declares_tables_without_whose_rows_it_has_none(query):
    """It is skipped in most corpora; to declare others is wrong, to declare none slow."""
    tables = needed(sqlglot.parse_one(query.query, read="duckdb"), {})
    declared = frozenset(query.empty_without.split())
    assert declared in (tables or {frozenset()})
    # A row of one table could be compared with a row of another.
    assert query.rows_needed == 1 or len(declared) == 1


@pytest.mark.parametrize(
    ("query", "tables"),
    [
        ("SELECT COUNT(*) FROM a", []),
        ("SELECT a.x FROM a UNION ALL SELECT b.x FROM b", ["ab"]),
        ("SELECT a.x FROM a JOIN b ON a.x = b.x UNION ALL SELECT a.x FROM a", ["a", "ab"]),
        ("SELECT a.x FROM a UNION ALL SELECT COUNT(*) FROM b", []),
        ("SELECT a.x FROM a LEFT JOIN b ON a.x = b.x", ["a"]),
        ("WITH c AS (SELECT x FROM a) SELECT c.x FROM c JOIN b ON c.x = b.x", ["a", "b"]),
    ],
)
def test_the_tables_that_a_query_needs(query, tables):
    assert needed(sqlglot.parse_one(query, read="duckdb"), {}) == set(map(frozenset, tables))


@pytest.mark.slow
@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.rows_needed > 1])
def test_a_query_that_compares_rows_finds_nothing_in_one(code, tmp_path):
    rule = RULES[code]
    _write(tmp_path, files(rule.fails))
    engine = DuckDB(CorpusTables(onrecord.read(tmp_path)).tables, SHARED)

    def found(locator):
        def one(node):
            if isinstance(node, exp.Table) and node.name == rule.empty_without:
                row = exp.select("*").from_(node.name).where(f"locator = {locator}")
                return row.subquery(node.alias_or_name)
            return node

        return list(
            engine.rows(sqlglot.parse_one(rule.query, read="duckdb").transform(one).sql("duckdb"))
        )

    locators = [row["locator"] for row in engine.rows(f"SELECT locator FROM {rule.empty_without}")]
    assert len(locators) > 1
    assert len(list(engine.rows(rule.query))) == 1
    assert [found(locator) for locator in locators] == [[] for _ in locators]
    engine.close()


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_that_of_files(tmp_path, monkeypatch):
    asked = []
    rows = DuckDB.rows

    def counted(self, query):
        asked.append(query)
        return rows(self, query)

    monkeypatch.setattr(DuckDB, "rows", counted)
    counts = []
    for number in (2, 40):
        folder = tmp_path / str(number)
        folder.mkdir()
        for index in range(number):
            text = f"“We will rebuild harbour {index},” the mayor said."
            example = f"""
                article: {{id: harbour-{index}, text: "{text}"}}
                quotes: [{{content: [{{exact: "We will rebuild harbour {index},", end: {1 + len(f"We will rebuild harbour {index},")}}}],
                    cue: null, speakers: [{{mentions: []}}]}}]
                claims: [{{text: "In May 2024 the mayor promised to rebuild harbour {index}."}}]
            """
            _write(folder, files({f"harbour-{index}.yaml": example}))
        asked.clear()
        onrecord.validate(folder)
        counts.append(len(asked))
    # One for each rule that may find something, and one that counts the spans for the summary.
    assert 20 < counts[0] == counts[1] <= len(RULES) + 1
