"""Values that are loaded without locations are those of the parsers with locations, or nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.editing.writing import as_yaml
from onrecord.readers.discovery import find
from onrecord.readers.formats import DOCUMENTS, reader_of
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.syntax import json as json_syntax
from onrecord.readers.syntax import usual_yaml, yaml
from onrecord.readers.syntax.nodes import UnreadableError, to_value
from onrecord.testing import documents
from tests.drawing import examples

ROOT = Path(__file__).parents[2]
FOLDERS = ("dataset", "docs/examples", "tests/rules/defects")
FILES = [
    path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.yaml")) if path.is_file()
]
# What follows a name or a dash: in the usual form, nearly so, and wrong.
WRITTEN = """\
a|1|1.5|0x1F|007|1e999|.inf|+1|-1|~|null|True|yes|2024-01-01|“x”|é: b|a:b|a: b|a:|a #b|a#b|# b|a  |x\ty
''|'it''s'|'a|"a|"x\\"y"|"\\u00e9"|"\\ud800"|"\\x41"|"\\/"|"x # y: z"|"x"  # c|"a" b|'x': y|\u2028|\xa0x|\ufeff
[]|{}|[a, b]|[a,b]|[a,]|[,]|[1|[1]]|[1], [2]|[a: 1]|[', b]|["a\\ud800"]|["a" "b"]|{a: 1, b: [1, {c: d}]}|{a: 1, a: 2}
{a}|{a: }|{a : b}|{"a":1}|{'a': 'b''c'}|{a: x?y}|{a: h://x}|{a: b::}|{a: "b"c}|{a: (x)}|{a: a]b}|{a: b} # c|{a: ''', b: c}
&a x|*a|!t x|!!str 1|%x|@x|`x|?|? a|-|- a|--- |...|>|+|2|<<|=|\\
""".replace("\n", "|").split("|")
SEVERAL = [
    *("|\n    a\n   b", "|-\n     a\n\n      b\n\n", ">\n    a\n    b\n", ">-\n    a\n\n    b"),
    *(
        '"a\n     b"',
        "'a \n\n     b '",
        "a\n     b",
        "a\n  - b",
        '"a\n b"',
        "|\n",
        "|+\n    a",
        ">\n    a\n     b",
    ),
]
LINE = st.tuples(
    st.sampled_from(["", "", "  ", "  ", "    ", " ", "      "]),
    st.sampled_from(["", "", "", "- ", "-  ", "-"]),
    st.sampled_from(
        ["", "a: ", "b: ", "c: ", "d:", "a:  ", '"on": ', "null: ", "A: ", "1: ", "a b: "]
    ),
    st.sampled_from([*WRITTEN, *SEVERAL, "", "", ""]),
).map("".join)
TEXTS = st.tuples(
    st.lists(LINE, min_size=1, max_size=6), st.sampled_from(["\n", "\n", "\r\n"])
).map(lambda found: "".join(f"{line}{found[1]}" for line in found[0]))


@st.composite
def mutants(draw):
    """Some lines of a document, with a change."""
    lines = draw(st.sampled_from(FILES)).read_text("utf-8").splitlines(keepends=True)
    first = draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[first : first + draw(st.integers(1, 20))])
    begin = draw(st.integers(0, len(text)))
    end = begin + draw(st.integers(0, 3))
    more = st.sampled_from(
        [*"\n :-\"'#{}[],|>?&\t\\x~é", "  ", ": ", "- ", " #", "\n  ", "''", "\r\n"]
    )
    return text[:begin] + draw(st.just("") | more) + text[end:] + "\n"


def check(load, parse, text):
    """Check that a document that is loaded has the values of the parser, which finds no problems."""
    loaded = load(text)
    if loaded is not None:
        root, problems = parse(text)
        assert not problems
        # Order and types are the same too.
        assert json.dumps(loaded) == json.dumps(to_value(root))


@given(TEXTS | mutants())
def test_yaml_is_loaded_as_it_is_parsed(text):
    check(usual_yaml.load, yaml.parse, text)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab"), inner),
    max_leaves=8,
)


@pytest.mark.slow
@given(JSON.map(json.dumps) | st.text('{}[]",:019.eE+-truefalsn \n\\uab', max_size=30))
def test_json_is_loaded_as_it_is_parsed(text):
    check(json_syntax.load, json_syntax.parse, text)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "[" * 65 + "]" * 65, "", '{"a": 1} 2', "[\t"])
def test_json_with_problems_is_not_loaded(text):
    assert json_syntax.load(text) is None


@pytest.mark.slow
@settings(max_examples=examples(13))
@given(documents())
def test_documents_are_loaded_as_they_are_written(document):
    # Only some characters are left to the parser.
    text = as_yaml(document)
    check(usual_yaml.load, yaml.parse, text)
    assert usual_yaml.load(text) is not None or not text.isascii() or "\\" in text


@pytest.mark.slow
def test_records_and_findings_are_the_same_either_way():
    usual = 0
    for file in find(ROOT / folder for folder in FOLDERS):
        quick = reader_of(file.path)
        if file.path.suffix in DOCUMENTS and isinstance(quick, DocumentReader):
            full = DocumentReader(quick.parse, lambda _: None)
            assert [*quick.read(file)] == [*full.read(file)]
            usual += quick.load(file.path.read_text("utf-8", "replace")) is not None
    assert usual > 120


@pytest.mark.parametrize("begin", ["", "a: ", 'a: "', "a: '", 'a: ["', "- ", "a: |\n  ", "a: x\n"])
@pytest.mark.parametrize(
    "piece", ['"', "''", "'?", '"\\x', " ", "\n", "a:\n", 'a: "x\n', "[", "\n  x", " #"]
)
def test_hostile_texts_take_linear_time(begin, piece):
    started = time.process_time()
    usual_yaml.load(begin + piece * (200_000 // len(piece)) + "\n")
    assert time.process_time() - started < 60  # quadratic time would take longer


def test_lines_whose_indentation_grows_take_linear_time():
    started = time.process_time()
    for line in ('a: "x', "a:", "a: |", "a: x", "- a"):
        usual_yaml.load("".join(f"{' ' * depth}{line}\n" for depth in range(600)))
    assert time.process_time() - started < 60  # quadratic time would take longer


@pytest.mark.parametrize(
    "text", [*(f"a: {one}\n" for one in ("&b c", "!!str 1", "*b", "\tb")), "a: 1"]
)
def test_what_is_unusual_is_left_to_the_parser(text):
    assert usual_yaml.load(text) is None
    try:
        yaml.parse(text)
    except UnreadableError:
        assert text != "a: 1"
