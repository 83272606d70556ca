"""Run the examples of checks and write what people see of them: ``python -m tools.examples DIR``."""

from __future__ import annotations

import contextlib
import difflib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from onrecord import rules
from onrecord.display import escape_for_display, escape_line_for_display
from onrecord.exchange import IMPORTERS, import_records
from onrecord.findings import Finding
from onrecord.reporters.text import finding_lines
from onrecord.rules import CHECKS, RULES
from onrecord.rules.base import ChangeCheck, Check, Columns, Edit, Example, Filler, ImportCheck
from onrecord.rules.examples import CORPUS, SHOWN, files
from onrecord.schema.settings import Level, Settings
from onrecord.validation.validate_files import validate

_WIDTH = 96
_SPAN = {"exact", "start", "end"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
# Files of up to so many lines are shown as a whole.
_SHORT = 8

Files = Mapping[str, bytes]
# The name of a file, its lines that fail and the same lines fixed.
Shown = tuple[str, str, str]


def examples(docs: Path) -> Mapping[str, Mapping[str, str]]:
    """Return what people see of the examples of all checks, by code.

    Each has ``fails`` (the lines that fail), ``finding`` (what the command prints) and ``fixed``
    (the same lines, in which the check finds nothing).

    Args:
        docs: The folder of documents, which has the examples of other formats.

    Raises:
        ValueError: An example has not exactly its own finding, or the fixed one still has it.
    """
    return {code: example(check, docs) for code, check in CHECKS.items()}


def example(check: type[Check], docs: Path) -> Mapping[str, str]:
    """Return what people see of the example of one check, as `examples` does."""
    docs = docs.resolve()
    if issubclass(check, ImportCheck):
        name = next(iter(check.fails)).partition("/")[0]
        before, after = (
            _source(docs / "examples" / name, one) for one in (check.fails, check.fixed)
        )
        findings, left = _imported(name, before), _imported(name, after)
        shown = [
            _changed(file, before.get(file), after.get(file))
            for file in sorted({**before, **after})
            if before.get(file) != after.get(file) or file == findings[0].place.file
        ]
    else:
        base = files(check.before) if issubclass(check, ChangeCheck) else None
        findings = _validated(check, files(check.fails), base)
        left = [] if check.fixed is check.passes else _validated(check, files(check.fixed), base)
        shown = list(_compared(findings[0], _named(check.fails), _named(check.fixed)))
    if [finding.code for finding in findings] != [check.code]:
        raise ValueError(f"{check.code}: the example that fails has {findings}")
    if any(finding.code == check.code for finding in left):
        raise ValueError(f"{check.code}: the fixed example still fails")
    named = len(shown) > 1 or shown[0][0] != "harbour.yaml"
    fails, fixed = (
        "\n\n".join(
            f"# {name}\n{text}" if named else text
            for name, *texts in shown
            if (text := texts[part])
        )
        for part in (0, 1)
    )
    finding = "\n".join(finding_lines(findings[0], width=_WIDTH)).rstrip()
    return {"fails": fails, "finding": finding, "fixed": fixed}


def _loaded(text: bytes | str) -> Any:
    return yaml.load(text, _LOADER)  # noqa: S506  # it is a safe one


def _named(example: Example) -> Mapping[str, Any]:
    return {"harbour.yaml": example} if isinstance(example, str) else example


def _source(folder: Path, example: Example) -> Files:
    """Return files of another format: those of its valid example, edited, or others."""
    valid = {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != "example.md"
    }
    if isinstance(example, str):
        return valid
    own: dict[str, Any] = {name.partition("/")[2]: content for name, content in example.items()}
    edited = any(isinstance(content, Edit) for content in own.values())
    return (valid if edited else {}) | {
        name: valid[name].replace(*content) if isinstance(content, Edit) else content
        for name, content in own.items()
    }


@contextlib.contextmanager
def _folder(content: Files) -> Iterator[None]:
    """Work in a new folder of some files."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        _write(content)
        yield


def _write(content: Files) -> None:
    for name, data in content.items():
        path = Path(name)
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)


def _validated(check: type[Check], content: Files, base: Files | None) -> Sequence[Finding]:
    """Validate files with one rule only, which is quicker, or what a change does to files."""
    others: dict[str, Level] = dict.fromkeys(RULES.keys() - {check.code}, "off")
    require = ("quote.medium",) if check.code == "demanded-field-missing" else ()
    settings = None if check.family == "settings" else Settings(severity=others, require=require)
    with _folder(content if base is None else base):
        if base is not None:
            _commit()
            _write(content)
        since = None if base is None else "HEAD"
        return validate(".", settings=settings, changed_since=since).findings


def _commit() -> None:
    author = ("-c", "user.name=A reader", "-c", "user.email=reader@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-q", "-m", "Before")):
        subprocess.run(("git", *command), check=True)  # noqa: S603, S607


def _imported(name: str, content: Files) -> Sequence[Finding]:
    found: list[Finding] = []
    options: dict[str, Any] = {"mapping": Path("mapping.yaml")} if name == "table" else {}
    with tempfile.TemporaryDirectory() as out, _folder(content):
        format_ = IMPORTERS[name](**options)
        sources = sorted(
            Path(file) for file in content if "mapping" not in options or file != "mapping.yaml"
        )
        import_records(format_, sources, Path(out) / "out", report=found.append)
    return found


def _compared(
    finding: Finding, fails: Mapping[str, Any], fixed: Mapping[str, Any]
) -> Iterator[Shown]:
    """Yield the files that matter: documents by the fields that the examples write."""
    written, repaired = files(fails), files(fixed)
    overlays = [name for name, one in {**fixed, **fails}.items() if isinstance(one, str)]
    mask: Any = {}
    for one in (example.get(name, "") for name in overlays for example in (fails, fixed)):
        mask = _merged(mask, _loaded(one) or {})
    for name in sorted({**fails, **fixed}):
        found = name == finding.place.file
        before, after = written.get(name), repaired.get(name)
        if isinstance(edit := fails.get(name), Edit) and not fixed.get(name):
            after = files({name: Edit(edit.old, edit.old)})[name]
        if not (found or before != after or name == "corpus.yaml" or name in overlays[1:]):
            continue
        if name in overlays:
            own = _merged(mask, _masked(written[name], finding)) if found else mask
            yield name, _part(before, own), _part(after, own)
        elif any(isinstance(one.get(name), Filler | Columns) for one in (fails, fixed)):
            old, new = _described(fails.get(name), fixed.get(name))
            yield name, old, new
        else:
            yield _changed(name, before, after)


def _merged(one: Any, other: Any) -> Any:
    """Return what is in one of two masks: mappings by name, lists of mappings by position."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _merged(one.get(name), other.get(name)) for name in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [_merged(left, right) for left, right in zip_longest(one, other)]
    return other if one is None else one


def _masked(content: bytes, finding: Finding) -> Any:
    """Return a mask of the field that a finding is at."""
    found = re.findall(r"(\w+)|\[(\d+)\]", finding.path)
    steps: list[str | int] = [int(number) if number else name for name, number in found]
    record = (finding.record or "").partition(".")[2]
    told = _loaded(content)
    if record:
        steps[:0] = next(
            (kind, index)
            for kind in ("quotes", "claims")
            for index, one in enumerate(told.get(kind) or ())
            if one["id"] == record
        )
    elif finding.record:
        steps.insert(0, "article")
    mask: Any = {}
    for step in reversed(steps):
        mask = {step: mask} if isinstance(step, str) else [{}] * step + [mask]
    return mask


def _part(content: bytes | None, mask: Any) -> str:
    """Return the lines of a document that a mask names, with the text that spans are of."""
    if content is None:
        return ""
    told = _loaded(content)
    part = _kept(told, mask)
    if _has_span(part) and told["article"].get("text"):
        part = _kept(told, _merged(mask, {"article": {"text": {}}}))
    dumped = "".join(
        yaml.safe_dump(
            {name: value},
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=None if isinstance(value, dict | list) else False,
            width=_WIDTH,
        )
        for name, value in part.items()
    )
    return "\n".join(map(escape_line_for_display, dumped.rstrip().split("\n")))


def _kept(value: Any, mask: Any) -> Any:
    if isinstance(value, dict) and isinstance(mask, dict) and not _SPAN & value.keys():
        return {
            name: _kept(one, mask.get(name))
            for name, one in value.items()
            if name == "id" or name in mask
        }
    if isinstance(value, list) and isinstance(mask, list) and mask:
        # Of a record that an example leaves as it is, show what it says of the next ones.
        mask = [one if one != {} else _merged({}, mask[-1]) for one in mask]
        return [_kept(one, over) for one, over in zip(value, mask, strict=False)]
    return value


def _has_span(value: Any) -> bool:
    if isinstance(value, dict):
        return "start" in value or any(map(_has_span, value.values()))
    return isinstance(value, list) and any(map(_has_span, value))


def _changed(name: str, old: bytes | None, new: bytes | None) -> Shown:
    """Return the lines of two versions of a file that differ, with the keys that they are under."""
    before, after = _lines(name, old), _lines(name, new)
    if max(len(before), len(after)) > _SHORT:
        chosen: tuple[set[int], set[int]] = (set(), set())
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        for kind, *ends in matcher.get_opcodes():
            if kind != "equal":
                for numbers, first, last in zip(chosen, ends[::2], ends[1::2], strict=True):
                    numbers |= {*range(first - 1, last + 1)}
        before, after = map(_under, (before, after), chosen)
    pairs = [_cut(*pair) for pair in zip_longest(before, after, fillvalue="")]
    old_lines, new_lines = ("\n".join(pair[part] for pair in pairs).rstrip() for part in (0, 1))
    return name, old_lines, new_lines


def _lines(name: str, content: bytes | None) -> list[str]:
    text = (content or b"").decode("utf-8", "backslashreplace").removesuffix("\n")
    known = CORPUS.decode().splitlines() if name == "corpus.yaml" else [""]
    return [escape_for_display(line, keep="\t") for line in text.split("\n") if line not in known]


def _under(lines: list[str], chosen: set[int]) -> list[str]:
    """Return some lines, each with those that it is nested under."""
    kept = {number for number in chosen if 0 <= number < len(lines)}
    for number in list(kept):
        level = _level(lines[number])
        for above in range(number - 1, -1, -1):
            if _level(lines[above]) < level:
                level = _level(lines[above])
                kept.add(above)
    return [lines[number] for number in sorted(kept)]


def _level(line: str) -> float:
    depth = len(line) - len(line.lstrip())
    return depth + 0.5 if line.lstrip().startswith("- ") else depth


def _cut(one: str, other: str) -> tuple[str, str]:
    """Cut two versions of a long line to what is around their first difference."""
    if max(len(one), len(other)) <= 2 * _WIDTH:
        return one, other
    pairs = enumerate(zip(one, other, strict=False))
    same = next((at for at, (left, right) in pairs if left != right), 0)
    start = max(same - 40, 0)
    first, second = (
        ("… " if start else "")
        + line[start : start + _WIDTH]
        + (" …" if line[start + _WIDTH :] else "")
        for line in (one, other)
    )
    return first, second


def _described(*contents: Any) -> Iterator[str]:
    """Yield what is in two versions of a large file, or of a table, as far as they differ."""
    columns = [one.columns if isinstance(one, Columns) else {} for one in contents]
    for content, own in zip(contents, columns, strict=True):
        if isinstance(content, Filler):
            start = (content.before + content.byte * 3).decode()
            yield f"{start}… ({content.byte.decode()} {content.times:,} times)"
        elif isinstance(content, Columns):
            differing = {
                name: values
                for name, values in own.items()
                if name == "id" or any(other.get(name) != values for other in columns)
            }
            yield yaml.safe_dump(
                differing, allow_unicode=True, sort_keys=False, default_flow_style=None
            ).rstrip()
        else:
            yield content.decode() if content else ""


if __name__ == "__main__":
    shown = json.dumps(examples(Path(sys.argv[1])), indent=1, ensure_ascii=False) + "\n"
    Path(rules.__file__).with_name(SHOWN).write_text(shown, encoding="utf-8", newline="\n")
