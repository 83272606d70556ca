"""Fixing does what it says, brings no finding, and leaves everything else as it was."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import publishing
from onrecord.anchoring.spans import spans
from onrecord.editing import splices
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.fixing.fix import fix
from onrecord.language.offsets import Ruler
from onrecord.readers.syntax.nodes import to_value
from onrecord.readers.syntax.yaml import parse
from onrecord.rules import RULES
from onrecord.rules.examples import TEXT, VALID, document
from onrecord.schema import current
from onrecord.schema.flat import flatten
from onrecord.testing import corpora
from onrecord.validation.validate_files import validate
from tests.drawing import examples

# The rules that suggest what is safe, and those that a fix could bring a finding of.
RULES_OF_FIXES = (
    *(code for code, rule in RULES.items() if rule.safe),
    *("nesting-in-circle", "nesting-outside-parent", "span-ambiguous", "span-outside-text"),
    *("duplicate-id", "open-text-missing", "text-digest-differs"),
)


@pytest.fixture(autouse=True)
def few_rules(request: pytest.FixtureRequest, only_rules: Callable[..., None]) -> None:
    """Run the rules that fixes are about; properties run all."""
    if not getattr(request.function, "is_hypothesis_test", False):
        only_rules(*RULES_OF_FIXES)


def told(fixed: Any) -> list[str]:
    return [str(one) for file in fixed.files for one in file.fixes]


def codes(fixed: Any) -> list[str]:
    return [one.code for one in fixed.report.findings]


WAVED = "🕊️ “We will rebuild the harbour,” the mayor said. “We will.”"
START = WAVED.index("We")


def waved(**span: Any) -> dict[str, Any]:
    """The sound document with another text, and one quote that is the words of a span."""
    value = document("")
    value["article"] |= {"text": WAVED, "text_length": len(WAVED)}
    value["article"]["text_sha256"] = texts.sha256(WAVED)
    del value["claims"]
    quote = {"id": "q1", "type": "direct", "attribution": "unattributed"}
    value["quotes"] = [quote | {"content": [span | {"quoted": True}]}]
    return value


WORDS = "We will rebuild the harbour,"


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["utf16", "bytes", "moved"])
def test_spans_are_found_again(tmp_path: Path, unit: Any) -> None:
    start, end = START, START + len(WORDS)
    if unit == "moved":
        wrong = (start + 3, end + 3)
    else:
        ruler = Ruler(WAVED, unit)
        wrong = (ruler.from_code_points(start), ruler.from_code_points(end))
    value = waved(exact=WORDS, start=wrong[0], end=wrong[1])
    path = tmp_path / "harbour.yaml"
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    text = text.replace("  - exact:", "  # her words\n  - exact:")
    path.write_text(f"# a note\n{text}# the end\n")
    fixed = fix(tmp_path)
    assert len(fixed.found.findings) == 1
    assert fixed.report.findings == ()
    (found,) = (one for one in told(fixed) if "] content[0].start" in one)
    assert found.endswith(f"content[0].start is now {start}, content[0].end is now {end}")
    assert path.read_text() != fixed.files[0].after
    assert fixed.write() == ()
    assert path.read_text() == fixed.files[0].after
    after = path.read_text()
    assert all(note in after for note in ("# a note\n", "# her words\n", "# the end\n"))
    span = yaml.safe_load(after)["quotes"][0]["content"][0]
    assert (span["start"], span["end"]) == (start, end)
    assert validate(tmp_path).findings == ()
    assert not fix(tmp_path).changed


@pytest.mark.slow
def test_words_that_cannot_be_found_are_left(tmp_path: Path) -> None:
    for words in ("We will", "We shall"):
        value = waved(exact=words, start=0, end=len(words), prefix="", suffix="")
        path = tmp_path / "harbour.json"
        path.write_text(json.dumps(value, indent=1, ensure_ascii=False))
        fixed = fix(tmp_path)
        assert not fixed.changed
        assert fixed.report == fixed.found
        assert codes(fixed)
        assert fixed.diff() == ""


# Ids


def table(folder: Path, **more: Any) -> None:
    """The sound document as tables, as another program writes them."""
    for record_type, rows in flatten(
        current.Document.model_validate(document("")), sparse=True
    ).items():
        lines = []
        for row in rows:
            changed = row | more.get(record_type, {})
            lines.append(json.dumps(changed, separators=(",", ":")) + "\r\n")
        (folder / f"{record_type}s.jsonl").write_bytes("".join(lines).encode())


@pytest.mark.slow
def test_local_ids_in_tables_are_qualified(tmp_path: Path) -> None:
    relations = [{"type": "supports", "claim_id": "c9"}]
    table(tmp_path, claim={"quote_ids": ["q1"], "relations": relations})
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    fixed = fix(tmp_path)
    assert told(fixed) == [
        f"{tmp_path}/claims.jsonl:1:{fixed.found.findings[0].place.column}: "
        '[dangling-reference] quote_ids[0] is now "harbour.q1"'
    ]
    assert codes(fixed) == ["dangling-reference"]
    fixed.write()
    claims = tmp_path / "claims.jsonl"
    assert claims.read_bytes() == before[claims].replace(b'["q1"]', b'["harbour.q1"]')
    assert all(path.read_bytes() == old for path, old in before.items() if path != claims)


@pytest.mark.slow
def test_qualified_ids_in_documents_become_local(sound: Path) -> None:
    sound.write_text(VALID.replace("id: q1", "id: harbour.q1  # hers"))
    fixed = fix(sound)
    assert 'id is now "q1"' in told(fixed)[0]
    assert fixed.report.findings == ()
    assert '- id: "q1"  # hers\n' in fixed.files[0].after
    # Not where another quote has that id.
    more = "  - {id: harbour.q1, type: free_indirect, attribution: unattributed, content: []}\n"
    sound.write_text(VALID.replace("claims:\n", f"{more}claims:\n"))
    assert all(one.suggestion is None for one in fix(sound).found.findings)


# Order


@pytest.mark.slow
def test_spans_are_put_in_order_only_where_all_fit(sound: Path) -> None:
    spans_ = [
        '{exact: "the harbour,", start: 17, end: 29, quoted: true}',
        "{exact: We will, start: 1, end: 8, quoted: true}",
    ]
    old = '{exact: "We will rebuild the harbour,", start: 1, end: 29, quoted: true}'
    assert old in VALID

    def content(*spans: str) -> str:
        return VALID.replace(f"- {old}", f"- {spans[0]}  # a\n      - {spans[1]}  # b")

    sound.write_text(content(*spans_))
    after = fix(sound).files[0].after
    assert after.index("# b") < after.index("# a")
    assert fix(sound).report.findings == ()
    sound.write_text(content(spans_[0], spans_[1].replace("We will,", "We shall,")))
    assert not fix(sound).changed
    # A span that is found again first makes way for the order.
    sound.write_text(content(spans_[0], spans_[1].replace("1, end: 8", "2, end: 9")))
    after = fix(sound).files[0].after
    assert after.index("# b") < after.index("# a")
    # Without the text nobody can tell which of the offsets are wrong.
    sound.write_text(content(*spans_).replace(f"  text: {TEXT}\n", ""))
    assert not fix(sound).changed


# Only what a finding is about


@pytest.mark.slow
def test_only_what_a_finding_is_about_is_fixed(sound: Path) -> None:
    text = VALID.replace("start: 41, end: 45", "start: 4, end: 8")
    assert text != VALID
    sound.write_text(text)
    fixed = fix(sound)
    assert fixed.report.findings == ()
    assert fixed.files[0].after == VALID
    assert [one.code for one in fixed.files[0].fixes] == ["span-moved"]


@pytest.mark.slow
def test_only_the_findings_that_are_wanted_are_fixed(sound: Path) -> None:
    text = VALID.replace("start: 41, end: 45", "start: 4, end: 8")
    sound.write_text(text.replace("start: 31, end: 40", "start: 31"))
    fixed = fix(sound, wanted=lambda finding: finding.code == "span-half-located")
    assert [one.code for one in fixed.files[0].fixes] == ["span-half-located"]
    assert [one.code for one in fixed.report.findings] == ["span-moved"]
    assert "start: 4, end: 8" in fixed.files[0].after


# What is missing


@pytest.mark.slow
def test_what_is_missing_is_filled_in_where_that_is_asked_for(sound: Path) -> None:
    draft = re.sub(r"  text_(sha256|length): .*\n", "", VALID)
    sound.write_text(re.sub(r", start: \d+, end: \d+", "", draft))
    assert not fix(sound).changed
    fixed = fix(sound, fill=True)
    assert fixed.report.findings == ()
    value = yaml.safe_load(fixed.files[0].after)
    assert value["article"] == yaml.safe_load(VALID)["article"]
    assert value["quotes"][0]["cue"] == [
        {
            "exact": "said",
            "start": 41,
            "end": 45,
            "prefix": "rebuild the harbour,” the mayor ",
            "suffix": ".",
        }
    ]
    assert [one.code for file in fixed.files for one in file.fixes] == [None] * 4


@pytest.mark.slow
def test_articles_of_tables_get_their_digests(tmp_path: Path) -> None:
    table(tmp_path, article={"text_sha256": None, "text_length": None})
    fixed = fix(tmp_path)
    assert fixed.report.findings == ()
    (file,) = fixed.files
    assert f'"text_sha256":"{texts.sha256(TEXT)}","text_length":{len(TEXT)}' in file.after
    assert file.after.endswith("\r\n")
    # From a folder of texts too, and not from another text.
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "harbour.txt").write_text(TEXT)
    table(tmp_path, article={"text": None, "text_sha256": None})
    assert codes(fix(tmp_path, texts=folder)) == ["open-text-missing"]
    table(tmp_path, article={"text": None, "text_length": None})
    (folder / "harbour.txt").write_text("another")
    assert not fix(tmp_path, texts=folder).changed
    assert not fix(tmp_path).changed


@pytest.mark.slow
@pytest.mark.parametrize("redistribute", ["quotes", "none"])
def test_no_words_are_filled_in_where_rights_withhold_any(sound: Path, redistribute: str) -> None:
    draft = VALID.replace("redistribute: full", f"redistribute: {redistribute}")
    draft = draft.replace(f"  text: {TEXT}\n", "").replace("said, start: 41, end: 45", "said")
    sound.write_text(draft)
    folder = sound.parent / "texts"
    folder.mkdir()
    (folder / "harbour.txt").write_text(TEXT)
    fixed = fix(sound, texts=folder, fill=True)
    assert told(fixed) == [f"{sound}:24:9: quotes[0].cue[0]: start, end filled in"]
    assert "fix" not in fixed.files[0].after
    assert fixed.report.findings == fixed.found.findings


@pytest.mark.slow
def test_nothing_is_filled_in_where_it_would_bring_a_finding(sound: Path) -> None:
    nested = "{id: q2, within: q1, type: free_indirect, attribution: unattributed, content: "
    quote = f"  - {nested}[{{exact: the mayor, quoted: false}}]}}\n"
    sound.write_text(VALID.replace("claims:\n", f"{quote}claims:\n"))
    assert validate(sound).findings == ()
    fixed = fix(sound, fill=True)
    assert not fixed.changed
    assert fixed.left == (
        f"{sound}: left as it was: fixed, it would bring findings (nesting-outside-parent)",
    )
    assert fixed.report.findings == ()


@pytest.mark.slow
def test_a_line_that_would_bring_a_finding_does_not_keep_others_from_being_mended(
    tmp_path: Path,
) -> None:
    value = flatten(
        current.Document.model_validate(waved(exact=WORDS, start=3, end=31)), sparse=True
    )
    (quote,) = value["quote"]
    other = quote | {"id": "harbour.q2", "within": "harbour.q1"}
    wrong = {"exact": "We will", "start": 6, "end": 13, "suffix": ".”", "quoted": True}
    other["content"] = [wrong]
    (tmp_path / "articles.jsonl").write_text(json.dumps(value["article"][0]) + "\n")
    (tmp_path / "quotes.jsonl").write_text(f"{json.dumps(quote)}\n\n{json.dumps(other)}\n")
    fixed = fix(tmp_path)
    (file,) = fixed.files
    assert sorted(file.changes) == [0]
    assert fixed.left == (
        f"{tmp_path}/quotes.jsonl:3: left as it was: fixed, it would bring findings "
        "(nesting-outside-parent)",
    )
    assert len(codes(fixed)) == 1


# Files


@pytest.mark.slow
def test_parquet_is_never_changed(tmp_path: Path) -> None:
    path = tmp_path / "harbour.yaml"
    path.write_text(VALID)
    publishing.publish(tmp_path, tmp_path / "out")
    (claims,) = (tmp_path / "out").rglob("claims-train-0000.parquet")
    import pyarrow.parquet as pq

    rows = pq.read_table(claims)
    broken = rows.to_pylist()
    broken[0]["quote_ids"] = ["q1"]
    for one in (tmp_path / "out").rglob("*.parquet"):
        shutil.copy(one, tmp_path / one.name)
    pq.write_table(rows.from_pylist(broken, rows.schema), tmp_path / "claims.parquet")
    path.unlink()
    shutil.rmtree(tmp_path / "out")
    fixed = fix(tmp_path)
    assert "dangling-reference" in codes(fixed)
    assert not fixed.changed
    (left,) = fixed.left
    assert left.startswith(f"{tmp_path}/claims.parquet: 1 finding could be fixed, but")


@pytest.mark.slow
def test_a_file_that_cannot_be_written_keeps_no_other_from_being_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bridge", "harbour"):
        draft = VALID.replace("id: harbour", f"id: {name}").replace(", start: 41, end: 45", "")
        (tmp_path / f"{name}.yaml").write_text(draft)
    fixed = fix(tmp_path, fill=True)
    bridge = (tmp_path / "bridge.yaml").read_text()
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if target.name == "bridge.yaml":
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    (error,) = fixed.write()
    assert "No space left on device; it is left as it was" in str(error)
    assert (tmp_path / "bridge.yaml").read_text() == bridge
    assert (tmp_path / "harbour.yaml").read_text() == fixed.files[1].after
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.slow
def test_what_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    table(tmp_path, claim={"quote_ids": ["q1"]})
    (tmp_path / "other.yaml").write_text(
        VALID.replace("id: harbour", "id: bridge").replace(", start: 41, end: 45", "")
    )
    fixed = fix(tmp_path, fill=True)
    assert len(fixed.files) == 2
    for file in fixed.files:
        file.file.path.write_text("{}\n")
    errors = fixed.write()
    assert ["has changed meanwhile" in str(one) for one in errors] == [True, True]
    assert all(file.file.path.read_text() == "{}\n" for file in fixed.files)
    with pytest.raises(InputError, match="has changed meanwhile"):
        fixed.diff()


@pytest.mark.slow
def test_a_diff_is_one_that_patch_applies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path)
    claim = json.loads((tmp_path / "claims.jsonl").read_text())
    claims = [
        json.dumps(claim | {"id": f"harbour.c{number}", "quote_ids": [f"{prefix}q1"]})
        for number in range(40)
        for prefix in ("" if number in (0, 2, 9, 20, 21, 39) else "harbour.",)
    ]
    (tmp_path / "claims.jsonl").write_text("\n".join(claims))
    draft = VALID.replace("id: harbour", "id: bridge").replace(", start: 41, end: 45", "")
    (tmp_path / "other.yaml").write_text(draft.rstrip("\n"))
    fixed = fix(Path("claims.jsonl"), "quotes.jsonl", "articles.jsonl", "other.yaml", fill=True)
    wanted = {file.file.name: file.after for file in fixed.files}
    assert sorted(wanted) == ["claims.jsonl", "other.yaml"]
    assert fixed.diff().count("@@ -") == 4
    done = subprocess.run(
        ["patch", "-p0"], input=fixed.diff(), text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert {name: Path(name).read_text() for name in wanted} == wanted


def test_suggestions_at_odds_with_each_other_are_not_followed(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RULES["span-outside-text"], "safe", True)
    monkeypatch.setattr(
        RULES["span-outside-text"], "suggest", staticmethod(lambda *_: {"content[0].end": 29})
    )
    monkeypatch.setattr(RULES["nesting-in-circle"], "safe", True)
    monkeypatch.setattr(
        RULES["nesting-in-circle"], "suggest", staticmethod(lambda *_: {"content[0].end": 28})
    )
    sound.write_text(
        VALID.replace("end: 29", "end: 290").replace("id: q1", "id: q1\n    within: q1")
    )
    fixed = fix(sound)
    assert "end: 290" in (fixed.files[0].after if fixed.changed else sound.read_text())


# All corpora


class _Yaml:
    """Writes a value as YAML with a comment in every line, and some ahead of items."""

    def __init__(self) -> None:
        self.numbers = count()

    def written(self, value: Any, indent: int = 0) -> str:
        margin = " " * indent
        if isinstance(value, dict):
            parts = [f"{name}:{self._inside(inner, indent)}" for name, inner in value.items()]
            return margin + margin.join(parts)
        parts = []
        for item in value:
            if isinstance(item, dict | list) and item:
                body = self.written(item, indent + 2)[indent + 2 :]
            else:
                body = f"{splices.write_value(item)}{self._comment()}\n"
            parts.append(f"{margin}#{self._comment()[2:]}\n{margin}- {body}")
        return "".join(parts)

    def _inside(self, value: Any, indent: int) -> str:
        if isinstance(value, dict | list) and value:
            return f"{self._comment()}\n{self.written(value, indent + 2)}"
        empty = {"[]": [], "{}": {}}
        shown = next((text for text, one in empty.items() if one == value), None)
        return f" {shown or splices.write_value(value)}{self._comment()}\n"

    def _comment(self) -> str:
        return f"  # note {next(self.numbers)}."


def notes(text: str) -> Counter[str]:
    return Counter(re.findall(r"# note \d+\.", text))


_SHAPES = ("yaml", "json", "jsonl")


def _full(document: current.Document) -> current.Document:
    rights = current.Rights(license="CC-BY-4.0", redistribute="full")
    return document.model_copy(
        update={"article": document.article.model_copy(update={"rights": rights})}
    )


class _Damage:
    """Damages documents in ways that can be mended, as far as the texts allow."""

    def __init__(self, data: st.DataObject, shape: str) -> None:
        self.draw = data.draw
        self.shape = shape

    def value(self, value: dict[str, Any], text: str) -> None:
        for _, _, span in spans(current.Document, value):
            self._span(span, text)
        for entry in [*value.get("quotes", ()), *value.get("claims", ())]:
            for name in ("content", "cue"):
                if len(entry.get(name, ())) > 1 and self.draw(st.booleans()):
                    entry[name] = self.draw(st.permutations(entry[name]))
        if any(spans(current.Document, value)):
            lost = st.sampled_from([(), ("text_sha256",), ("text_sha256", "text_length")])
            for name in self.draw(lost):
                value["article"].pop(name)

    def _span(self, span: dict[str, Any], text: str) -> None:
        kinds = ["none", "shift", "utf16", "bytes"]
        if self.shape != "jsonl":
            kinds += ["start", "offsets", "context"]
        kind = self.draw(st.sampled_from(kinds))
        damaged = dict(span)
        if kind in ("utf16", "bytes"):
            ruler = Ruler(text, kind)
            damaged |= {name: ruler.from_code_points(span[name]) for name in ("start", "end")}
        elif kind == "shift":
            by = self.draw(st.integers(-span["start"], 9))
            damaged |= {name: span[name] + by for name in ("start", "end")}
        elif kind == "start":
            del damaged["start"]
        elif kind == "offsets":
            del damaged["start"], damaged["end"]
        elif kind == "context":
            del damaged["prefix"]
        if self._can_be_mended(span, damaged, text):
            span.clear()
            span.update(damaged)

    def _can_be_mended(self, span: dict[str, Any], damaged: dict[str, Any], text: str) -> bool:
        around = [damaged.get(name, "") for name in ("prefix", "exact", "suffix")]
        if damaged.keys() != span.keys():
            return text.count("".join(around)) == 1
        words, (start, end) = span["exact"], (damaged["start"], damaged["end"])
        if text[start:end] == words:
            return False
        for unit in ("utf16", "bytes"):
            ruler = Ruler(text, unit)
            first, last = ruler.to_code_points(start), ruler.to_code_points(end)
            if first is not None and last is not None and text[first:last] == words:
                return (first, last) == (span["start"], span["end"])
        return text.count("".join(around)) == 1 or text.count(words) == 1


def _without_nulls(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.slow
@given(st.data(), corpora(max_size=2), st.sampled_from(_SHAPES))
@settings(max_examples=examples(3))
def test_what_can_be_mended_is_mended(  # noqa: C901  # three shapes, told apart throughout
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    corpus: tuple[current.Document, ...],
    shape: str,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    damage = _Damage(data, shape)
    wanted: dict[str, Any] = {}
    lines: dict[str, list[str]] = {"article": [], "quote": [], "claim": []}
    sound_lines: dict[str, list[Any]] = {"article": [], "quote": [], "claim": []}
    for document_ in map(_full, corpus):
        value = document_.model_dump(mode="json", exclude_none=True)
        article_id = value["article"]["id"]
        text = value["article"]["text"]
        if shape == "jsonl":
            for kind, rows in flatten(document_).items():
                sound_lines[kind] += [_without_nulls(row) for row in rows]
            damage.value(value, text)
            for kind, rows in flatten(current.Document.model_validate(value)).items():
                for row in _without_nulls(rows):
                    if data.draw(st.booleans()):
                        _unqualified(row, article_id)
                    spaced = data.draw(st.booleans())
                    line = json.dumps(
                        row,
                        ensure_ascii=data.draw(st.booleans()),
                        separators=(", ", ": ") if spaced else (",", ":"),
                    )
                    lines[kind].append(line)
            continue
        wanted[f"{article_id}.{shape}"] = _without_nulls(value)
        value = _without_nulls(value)
        damage.value(value, text)
        for entry in [*value.get("quotes", ()), *value.get("claims", ())]:
            if data.draw(st.booleans()):
                entry["id"] = f"{article_id}.{entry['id']}"
        written = (
            _Yaml().written(value)
            if shape == "yaml"
            else json.dumps(value, indent=data.draw(st.sampled_from([None, 2])))
        )
        (folder / f"{article_id}.{shape}").write_text(written, encoding="utf-8", newline="")
    for kind, rows in lines.items():
        if rows:
            text = "\n".join([*rows, ""])
            (folder / f"{kind}s.jsonl").write_text(text, encoding="utf-8", newline="")
    before = {path.name: path.read_bytes().decode() for path in folder.iterdir()}
    fixed = fix(folder, fill=True)
    assert [str(one) for one in fixed.report.findings] == []
    assert fixed.left == ()
    assert fixed.changed == bool(fixed.found.findings or fixed.diff())
    assert fixed.write() == ()
    assert validate(folder).findings == ()
    after = {path.name: path.read_bytes().decode() for path in folder.iterdir()}
    for name, text in after.items():
        assert notes(text) == notes(before[name])
        if shape == "jsonl":
            rows = [json.loads(line) for line in text.splitlines()]
            assert rows == sound_lines[name.removesuffix("s.jsonl")]
        else:
            found = to_value(parse(text)[0]) if shape == "yaml" else json.loads(text)
            assert json.dumps(found) == json.dumps(wanted[name])
    again = fix(folder, fill=True)
    assert not again.changed
    assert again.left == ()


def _unqualified(row: dict[str, Any], article_id: str) -> None:
    prefix = f"{article_id}."
    if row.get("within"):
        row["within"] = row["within"].removeprefix(prefix)
    if row.get("quote_ids"):
        row["quote_ids"] = [one.removeprefix(prefix) for one in row["quote_ids"]]
    for relation in row.get("relations", ()):
        relation["claim_id"] = relation["claim_id"].removeprefix(prefix)


@pytest.mark.slow
@given(st.data(), corpora(max_size=2))
@settings(max_examples=examples(3))
def test_no_mend_brings_a_finding_and_what_has_no_mend_is_left(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    corpus: tuple[current.Document, ...],
) -> None:
    folder = tmp_path_factory.mktemp("wild")
    for document_ in map(_full, corpus):
        value = document_.model_dump(mode="json", exclude_none=True)
        for _, _, span in spans(current.Document, value):
            for name in data.draw(
                st.lists(st.sampled_from(["start", "end", "exact", "prefix"]), max_size=2)
            ):
                if name in ("start", "end"):
                    span[name] = data.draw(st.integers(0, 50))
                else:
                    span[name] = data.draw(st.sampled_from(["nowhere at all", " ", "和平"]))
        (folder / f"{value['article']['id']}.yaml").write_text(_Yaml().written(value))
    before = {path.name: path.read_text() for path in folder.iterdir()}
    fixed = fix(folder, fill=True)

    def identity(finding: Any) -> tuple[Any, ...]:
        path = re.sub(r"\[\d+\]", "", finding.path)
        return finding.code, finding.place.file, finding.record, path

    found, remain = (Counter(map(identity, one.findings)) for one in (fixed.found, fixed.report))
    assert remain <= found
    fixed.write()
    assert validate(folder).findings == fixed.report.findings
    changed = {Path(one.file.name).name for one in fixed.files}
    assert {
        path.name for path in folder.iterdir() if path.read_text() != before[path.name]
    } == changed
    for path in folder.iterdir():
        assert notes(path.read_text()) == notes(before[path.name])
    assert not fix(folder).changed
