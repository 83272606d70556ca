from __future__ import annotations

import json as stdlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onrecord.editing import document, layout
from onrecord.editing.document import EditError, edited_text
from onrecord.errors import InputError
from onrecord.files.opening import File
from onrecord.readers.syntax import json, yaml
from onrecord.readers.syntax.nodes import to_value
from onrecord.schema.edits import Edit, Put, Remove, Rename, Reorder, SetItem, edited
from tests.drawing import examples


def change(text: str, *changes: Edit, parse: Any = yaml.parse) -> str:
    return edited_text(text, parse(text)[0], changes, parse)


# Documents of all layouts: what is drawn is how each value is written.

_TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\x85\u2028\u2029\ufeff"
    ),
    max_size=12,
).filter(lambda text: not re.search("[\ufffe\uffff]", text))
_NAMES = st.sampled_from(["a", "bc", "d_e", "exact", "start", "x y", "ключ"])
_WORDS = st.sampled_from(["foo", "foo bar", "3", "true", "2024-12-10", "it's", "й", "x#y", "u:v"])
_SCALARS = st.one_of(_TEXT, _WORDS, st.integers(-5, 10**6), st.none(), st.booleans(), st.just(0.5))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(_NAMES, inner), max_size=4, unique_by=lambda member: member[0]).map(
            dict
        )
    ),
    max_leaves=10,
)
_ROOTS = st.lists(
    st.tuples(_NAMES, _VALUES), min_size=1, max_size=5, unique_by=lambda member: member[0]
).map(dict)


class _Writer:
    """Writes a value as YAML in a layout that is drawn piece by piece."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.comments = 0

    def chance(self, often: int = 4) -> bool:
        return self.draw(st.integers(1, often)) == 1

    def comment(self) -> str:
        if not self.chance():
            return ""
        self.comments += 1
        return f" # {self.comments}."

    def blank(self, indent: int) -> str:
        """Lines between members: none, blank, or a comment."""
        return self.draw(st.sampled_from(["", "", "", "\n", f"{' ' * indent}#{self.comment()}\n"]))

    def document(self, value: dict[str, Any]) -> str:
        head = self.draw(st.sampled_from(["", "", "# head\n", "---\n", "\n"]))
        text = self.flow(value, 1) + "\n" if self.chance() else self.mapping(value, 0)
        text = head + text
        tail = self.draw(st.sampled_from(["", "", "\n", "# tail\n", "\n\n", "...\n"]))
        return (text + tail) if tail else text.removesuffix(self.draw(st.sampled_from(["\n", ""])))

    def mapping(self, value: dict[str, Any], indent: int, *, inline: bool = False) -> str:
        written = ""
        for name, inner in value.items():
            if not inline:
                written += self.blank(indent) + " " * indent
            inline = False
            written += f"{self.name(name)}:{self.value(inner, indent)}"
        return written

    def value(self, value: Any, indent: int) -> str:
        """What follows a colon, to the end of the line or lines."""
        deeper = indent + self.draw(st.integers(1, 4))
        if isinstance(value, dict) and value and not self.chance():
            return f"{self.comment()}\n{self.mapping(value, deeper)}"
        if isinstance(value, list) and value and not self.chance():
            at = self.draw(st.sampled_from([indent, deeper]))
            return f"{self.comment()}\n{self.sequence(value, at)}"
        return self.scalar_or_flow(value, indent)

    def scalar_or_flow(self, value: Any, indent: int) -> str:
        if value is None and self.chance(2):
            return f"{self.comment()}\n"
        if isinstance(value, str) and _block_fits(value) and self.chance(2):
            return self.block_scalar(value, indent)
        return f" {self.flow(value, indent + 1)}{self.comment()}\n"

    def block_scalar(self, value: str, indent: int) -> str:
        body = value.rstrip("\n")
        ends = len(value) - len(body)
        sign = "-" if ends == 0 else self.draw(st.sampled_from(["", "+"])) if ends == 1 else "+"
        margin = " " * (indent + self.draw(st.integers(1, 3)))
        lines = [f"{margin}{line}" if line else "" for line in body.split("\n")]
        # Blank lines after it belong to the layout, unless the sign keeps them.
        more = "\n" * (ends - 1) if sign == "+" else self.draw(st.sampled_from(["", "", "\n"]))
        return f" |{sign}{self.comment()}\n" + "\n".join(lines) + "\n" + more

    def sequence(self, value: list[Any], indent: int) -> str:
        written = ""
        for item in value:
            written += f"{self.blank(indent)}{' ' * indent}-"
            if isinstance(item, dict) and item and not self.chance():
                gap = self.draw(st.integers(1, 3))
                written += " " * gap + self.mapping(item, indent + 1 + gap, inline=True)
            else:
                written += self.scalar_or_flow(item, indent)
        return written

    def flow(self, value: Any, indent: int) -> str:
        space = self.draw(st.sampled_from(["", " ", f"\n{' ' * indent}"]))
        if isinstance(value, dict):
            members = [
                f"{self.name(name)}: {self.flow(inner, indent)}" for name, inner in value.items()
            ]
            return "{" + self.listed(members, space, indent) + "}"
        if isinstance(value, list):
            return "[" + self.listed([self.flow(one, indent) for one in value], space, indent) + "]"
        if isinstance(value, str):
            return self.quoted(value, indent)
        return stdlib.dumps(value)

    def listed(self, parts: list[str], space: str, indent: int) -> str:
        comma = self.draw(st.sampled_from([", ", f",\n{' ' * indent}", f" , #,\n{' ' * indent}"]))
        last = self.draw(st.sampled_from(["", ", "])) if parts else ""
        return space + comma.join(parts) + last + space

    def quoted(self, value: str, indent: int) -> str:
        if re.fullmatch("[a-z]+( [a-z]+)*", value) and value not in ("true", "null", "false"):
            return value.replace(" ", self.draw(st.sampled_from([" ", f"\n{' ' * indent}"])))
        if "\n" not in value and self.chance(2):
            return "'" + value.replace("'", "''") + "'"
        return stdlib.dumps(value, ensure_ascii=False).replace("\x7f", "\\x7f")

    def name(self, name: str) -> str:
        return f'"{name}"' if self.chance() else name


def _block_fits(value: str) -> bool:
    return bool(re.fullmatch(r"[^\s#][^\r\n\t]*(\n+[^\s#][^\r\n\t]*)*\n*", value))


@st.composite
def _documents(draw: st.DrawFn) -> str:
    value = draw(_ROOTS)
    text = _Writer(draw).document(value)
    assert to_value(yaml.parse(text)[0]) == value, text
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


@st.composite
def _json_documents(draw: st.DrawFn) -> str:
    indent = draw(st.sampled_from([None, 0, 1, 2, 4, "\t"]))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]))
    text = stdlib.dumps(draw(_ROOTS), indent=indent, separators=separators, ensure_ascii=False)
    text += draw(st.sampled_from(["", "\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def _mappings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in members:
        if isinstance(inner, dict | list):
            yield from _mappings(inner, (*path, step))


_NEW = st.one_of(
    st.integers(0, 2**31 - 1),
    st.none(),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    st.sampled_from(["", "# no comment", "a: b", "{", "'", '"', "\\", "\x85\u2028\ufeff\ufffe"]),
)


@st.composite
def _edits_of(draw: st.DrawFn, value: Any) -> list[Edit]:
    """Edits of scalar members, which do not get into each other's way."""
    made: list[Edit] = []
    for path in draw(st.lists(st.sampled_from(list(_mappings(value))), unique=True, max_size=4)):
        mapping = value
        for step in path:
            mapping = mapping[step]
        scalars = [name for name, inner in mapping.items() if not isinstance(inner, dict | list)]
        chosen = draw(st.lists(st.sampled_from(scalars), unique=True)) if scalars else []
        for name in chosen:
            kind = draw(st.sampled_from(["put", "remove", "rename"]))
            if kind == "put":
                made.append(Put(path, name, draw(_NEW)))
            elif kind == "remove":
                made.append(Remove(path, name))
            else:
                made.append(Rename(path, name, f"to_{name}", draw(_NEW)))
        for number in range(draw(st.integers(0, 3))):
            after = draw(st.sampled_from([None, *mapping, *(f"new{one}" for one in range(number))]))
            made.append(Put(path, f"new{number}", draw(_NEW), after))
    return made


@pytest.mark.slow
@settings(max_examples=examples(12))
@given(st.data(), _documents())
def test_edits_of_any_yaml_say_what_they_should(data: st.DataObject, text: str) -> None:
    value = to_value(yaml.parse(text)[0])
    changes = data.draw(_edits_of(value))
    result = change(text, *changes)
    assert to_value(yaml.parse(result)[0]) == edited(value, changes)
    if not any(isinstance(one, Remove) for one in changes):
        assert set(re.findall(r"# \d+\.", text)) <= set(re.findall(r"# \d+\.", result))
    if "\r\n" in text:
        assert "\n" not in result.replace("\r\n", "")
    else:
        assert "\r" not in result


@pytest.mark.slow
@given(st.data(), _json_documents())
def test_edits_of_any_json_say_what_they_should(data: st.DataObject, text: str) -> None:
    value = stdlib.loads(text)
    changes = data.draw(_edits_of(value))
    result = change(text, *changes, parse=json.parse)
    assert stdlib.loads(result) == edited(value, changes)
    assert result.endswith("\n") == text.endswith("\n")


@pytest.mark.slow
@given(st.data(), _documents() | _json_documents())
def test_what_goes_in_and_out_again_leaves_no_trace(data: st.DataObject, text: str) -> None:
    value = to_value(yaml.parse(text)[0])
    path = data.draw(st.sampled_from(list(_mappings(value))))
    mapping = value
    for step in path:
        mapping = mapping[step]
    assume(mapping)
    after = data.draw(st.sampled_from([None, *mapping]))
    there = change(text, Put(path, "new", data.draw(_NEW), after))
    back = change(there, Remove(path, "new"))
    # A block scalar that the text ends in must be kept from taking in the line below it.
    assert back in (text, f"{text}\n", f"{text}\r\n") or re.sub(r"\|-?", "|", back) == text


def _lists(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, list):
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in members:
        if isinstance(inner, dict | list):
            yield from _lists(inner, (*path, step))


@pytest.mark.slow
@given(st.data(), _documents() | _json_documents())
def test_items_of_any_list_are_set_and_put_in_order(data: st.DataObject, text: str) -> None:
    value = to_value(yaml.parse(text)[0])
    lists = list(_lists(value))
    assume(lists)
    path = data.draw(st.sampled_from(lists))
    items = value
    for step in path:
        items = items[step]
    assume(items)
    order = tuple(data.draw(st.permutations(range(len(items)))))
    index = data.draw(st.integers(0, len(items) - 1))
    try:
        result = change(text, Reorder(path, order))
    except EditError:
        result = text  # some layouts of lists cannot be moved without changing more
    else:
        assert to_value(yaml.parse(result)[0]) == edited(value, [Reorder(path, order)])
        assert set(re.findall(r"# \d+\.", text)) <= set(re.findall(r"# \d+\.", result))
    if not isinstance(items[index], dict | list | None):
        changed = SetItem(path, index, data.draw(_NEW))
        assert to_value(yaml.parse(change(text, changed))[0]) == edited(value, [changed])


CASES = [
    # A value changed in place; the comment stays.
    ("a: foo # why\nb: 1\n", [Put((), "a", "x")], 'a: "x" # why\nb: 1\n'),
    ("a:   # why\nb: 1\n", [Put((), "a", 5)], "a: 5   # why\nb: 1\n"),
    ("a: |  # why\n  foo\n\n\nb: 1\n", [Put((), "a", "x")], 'a: "x"  # why\n\n\nb: 1\n'),
    ("a: 'one\n   two'\nb: 1\n", [Put((), "a", "x")], 'a: "x"\nb: 1\n'),
    ("{a: , b}\n", [Put((), "a", 1), Put((), "b", 2)], "{a: 1 , b: 2}\n"),
    # New members, in the layout of those that are there.
    (
        "q:\n  - exact: foo # why\n\n    # next\n    quoted: true\n",
        [Put(("q", 0), "start", 1, "exact"), Put(("q", 0), "end", 4, "start")],
        "q:\n  - exact: foo # why\n    start: 1\n    end: 4\n\n    # next\n    quoted: true\n",
    ),
    ("q: [{exact: foo}]", [Put(("q", 0), "start", 1)], "q: [{exact: foo, start: 1}]"),
    ("q: [exact: foo, b]", [Put(("q", 0), "start", 1)], "q: [{exact: foo, start: 1}, b]"),
    ('{"a":1}', [Put((), "b", "x")], '{"a":1,"b":"x"}'),
    ('{"a" : 1 , "c": 2}', [Put((), "b", "x", "a")], '{"a" : 1 , "b" : "x" , "c": 2}'),
    ('{\n\t"a": 1\n}\n', [Put((), "b", "x")], '{\n\t"a": 1,\n\t"b": "x"\n}\n'),
    ("q: {}", [Put(("q",), "a", 1)], 'q: {"a": 1}'),
    ("a: 1\r\nb: 2", [Put((), "c", 3)], "a: 1\r\nb: 2\r\nc: 3"),
    ("a: 1", [Put((), "c", 3)], "a: 1\nc: 3"),
    ("a: |\n  foo", [Put((), "c", 3)], "a: |-\n  foo\nc: 3"),
    ("a:\n b: |\n  x", [Put((), "c", 3), Put(("a",), "c", 4)], "a:\n b: |-\n  x\n c: 4\nc: 3"),
    ("? a\n: 1\n", [Put((), "c", 3)], "? a\n: 1\nc: 3\n"),
    # Members that go.
    ("- a: 1\n  b: 2\n", [Remove((0,), "a")], "- b: 2\n"),
    ("- a: 1 # why\n\n  # next\n  b: 2\n", [Remove((0,), "a")], "- # next\n  b: 2\n"),
    ("- a: >\n    foo\n    bar\n  b: 2\n  c: 3\n", [Remove((0,), "a")], "- b: 2\n  c: 3\n"),
    ("- a: 1\n  b: 2\n", [Remove((0,), "b")], "- a: 1\n"),
    ("x:\n  a: 1\n  b: 2\ny: 3", [Remove(("x",), "a"), Remove(("x",), "b")], "x:\n  {}\ny: 3"),
    ("a: 1\nb: 2", [Remove((), "b")], "a: 1"),
    ("a: |\n  foo\nb: 2", [Remove((), "b")], "a: |\n  foo\n"),
    ("{a: 1, b: 2, c: 3}", [Remove((), "a"), Remove((), "b")], "{c: 3}"),
    ("{a: 1, b: 2, c: 3}", [Remove((), "b"), Remove((), "c")], "{a: 1}"),
    ("{a: 1, # one\n b: 2}", [Remove((), "b")], "{a: 1, # one\n }"),
    ("{a: 1 # one\n , b: 2}", [Remove((), "a")], "{ # one\n  b: 2}"),
    ('{\n  "a": 1,\n  "b": 2\n}', [Remove((), "a")], '{\n  "b": 2\n}'),
    # Items of lists.
    ("q: [a, b] # why\n", [SetItem(("q",), 1, "c.d")], 'q: [a, "c.d"] # why\n'),
    ("- a # one\n- b\n", [SetItem((), 0, "c")], '- "c" # one\n- b\n'),
    ("q:\n  - |  # why\n    a\n  - b\n", [SetItem(("q",), 0, "c")], 'q:\n  - "c"  # why\n  - b\n'),
    ('{"q":["a","b"]}', [SetItem(("q",), 0, "c")], '{"q":["c","b"]}'),
    ("[{a: 1}, {b: 2, c: 3}]", [Reorder((), (1, 0))], "[{b: 2, c: 3}, {a: 1}]"),
    (
        "q:  # all\n  # one\n  - a: 1 # x\n    c: |\n      foo\n\n  # two\n  - b: 2\nr: 3\n",
        [Reorder(("q",), (1, 0))],
        "q:  # all\n\n  # two\n  - b: 2\n  # one\n  - a: 1 # x\n    c: |\n      foo\nr: 3\n",
    ),
    ("- a # x\r\n- b # y\r\n-   c", [Reorder((), (2, 0, 1))], "-   c\r\n- a # x\r\n- b # y"),
    ("-\n a: 1\n- b: 2\n", [Reorder((), (1, 0))], "-\n b: 2\n- a: 1\n"),
    # One member in the place of another, and back.
    ("a: 'x'  # why\nb: 1\n", [Rename((), "a", "c", "y")], 'c: "y"  # why\nb: 1\n'),
    ('{"a":"x"}', [Rename((), "a", "c", "y")], '{"c":"y"}'),
    ("? a\n: x\n", [Rename((), "a", "c", "y")], '? c\n: "y"\n'),
    ("- a: 1\n  b: 2\n", [Remove((0,), "a"), Put((0,), "c", 3, "b")], "- b: 2\n  c: 3\n"),
    ("- a: 1\n  b: 2\n", [Put((0,), "c", 3, "a"), Remove((0,), "a")], "- c: 3\n  b: 2\n"),
]


@pytest.mark.parametrize(("text", "changes", "expected"), CASES)
def test_layout_is_kept(text: str, changes: list[Edit], expected: str) -> None:
    assert change(text, *changes) == expected


def test_a_value_cannot_break_out_of_its_line() -> None:
    value = "a\n- b\x00\x07\x1b[31m\x85\u2028\u2029\u202e\u2066\ufeff\uffff“é🕊\"'\\"
    written = change("a: 1\n", Put((), "a", value))
    assert to_value(yaml.parse(written)[0]) == {"a": value}
    assert written.count("\n") == 1
    assert "“é🕊" in written
    assert all(character.isprintable() for character in written.rstrip("\n"))


def test_a_layout_that_cannot_be_edited_is_left_alone() -> None:
    # Without the member the comment would become part of the text above it.
    text = "a: |\n  foo\nb: 1\n   # comment\n"
    with pytest.raises(EditError, match="nothing is changed"):
        change(text, Remove((), "b"))


def test_whatever_else_an_edit_would_change_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "write_value", lambda value: f"{value} # {value}")
    with pytest.raises(EditError):
        change("a: 1\n", Put((), "a", "yes, no"), Put((), "b", "3"))


@pytest.mark.parametrize(
    "wrong",
    [
        Remove((), "b"),
        Rename((), "b", "c", 1),
        Rename((), "a", "x", 1),
        Put(("b",), "c", 1),
        Put(("a", 0), "c", 1),
        Remove(("x", 3), "c"),
        SetItem(("x",), 0, 1),
        SetItem(("a",), 0, 1),
        Reorder(("y",), (0,)),
        Reorder((), ()),
        Put(("y",), "a", 1),
    ],
)
def test_what_is_not_there_cannot_be_changed(wrong: Edit) -> None:
    with pytest.raises(ValueError, match=r"there|no order"):
        change("a: 1\nx: []\ny: [1, 2]\n", wrong)


@pytest.mark.slow
def test_many_edits_take_no_more_than_linear_time() -> None:
    changes = [
        Put(("q", number), name, number, "exact") for number in range(3_000) for name in ("e", "s")
    ]
    spans = "".join(f"  - exact: word{number}\n    quoted: true\n" for number in range(3_000))
    assert change(f"q:\n{spans}", *changes).count("\n") == 12_001
    line = stdlib.dumps({"q": [{"exact": "word" * 100}] * 3_000})
    assert change(line, *changes, parse=json.parse).count('"s": ') == 3_000


def test_a_comment_cannot_keep_it_busy() -> None:
    text = f"{{a: 1, # one\n b: 2 {'# ' * 1000}\n}}"
    assert change(text, Remove((), "b")).startswith("{a: 1, # one\n  # # #")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.yaml", b"a: [", "syntax-error"),
        ("a.yaml", b"a: 1\na: 2\n", "duplicate-key"),
        ("a.yaml", b"a: \xff\n", "not-utf8"),
        ("a.yaml", b"\xef\xbb\xbfa: 1\n", "byte-order-mark"),
        ("a.yaml", b"- a\n", "wrong-type"),
        ("a.yaml", b"schema_version: '9.9'\n", "unsupported-version"),
        ("a.json", b'{"a": NaN}', "not-finite"),
    ],
)
def test_what_keeps_a_document_from_being_edited_is_found(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(data)
    found = document.open_document(File(tmp_path / name, name))
    assert isinstance(found, tuple)
    assert code in [finding.code for finding in found]


def test_only_documents_are_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"quotes\.jsonl is no document"):
        document.open_document(File(tmp_path / "quotes.jsonl", "quotes.jsonl"))
