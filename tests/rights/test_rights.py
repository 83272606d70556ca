from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.anchoring.anchor import anchor
from onrecord.anchoring.spans import spans
from onrecord.corpus.reading import read
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.opening import File
from onrecord.files.texts import sha256
from onrecord.language.brief import is_brief
from onrecord.readers.syntax.nodes import to_value
from onrecord.readers.syntax.yaml import parse
from onrecord.rights import plans
from onrecord.rights.allowed import may_stay
from onrecord.rights.files import dehydrate_file, hydrate_file
from onrecord.rights.plans import Plan, carry_out
from onrecord.rights.records import (
    RefusedError,
    dehydrate,
    dehydrate_record,
    hydrate,
    hydrate_record,
)
from onrecord.rules.examples import document as document_of_examples
from onrecord.schema import current
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from onrecord.testing import documents
from tests.commands import run
from tests.drawing import examples

TEXT = "“We will rebuild the harbour,” the mayor said on Monday, to loud applause."


def draft(redistribute: str = "quotes") -> str:
    return f"""\
# The harbour.
schema_version: "1.0"
annotation: {{method: manual}}
article:
  id: harbour
  language: en
  # The text as it was printed.
  text: {TEXT}
  text_sha256: {sha256(TEXT)}
  text_length: {len(TEXT)}
  rights: {{license: NOASSERTION, redistribute: {redistribute}}}
quotes:
  - id: q1   # the first
    type: mixed
    content:
      - exact: "We will rebuild the harbour,"
        start: 1
        end: 29
        prefix: "“"
        suffix: "” the mayor said on Monday, to l"
        quoted: true

      # Where and how.
      - {{exact: "on Monday, to loud applause", start: 46, end: 73, \
prefix: "ld the harbour,” the mayor said ", suffix: ".", quoted: false}}
    attribution: attributed
    speakers:
      - kind: person
        mentions: [{{exact: the mayor, start: 31, end: 40}}]
    cue: [{{exact: said, start: 41, end: 45}}]
"""


DEHYDRATED = {
    "mention": {"exact": "the mayor", "start": 31, "end": 40},
    "cue": [{"exact": "said", "start": 41, "end": 45}],
    "content": [
        {"exact": "We will rebuild the harbour,", "start": 1, "end": 29, "quoted": True},
        {
            "sha256": sha256("on Monday, to loud applause"),
            "start": 46,
            "end": 73,
            "quoted": False,
        },
    ],
}


@pytest.fixture
def keep(tmp_path: Path) -> Path:
    return tmp_path / "keep"


@pytest.fixture
def file(tmp_path: Path) -> File:
    path = tmp_path / "dataset" / "harbour.yaml"
    path.parent.mkdir()
    path.write_text(draft())
    return File(path, path.name)


def edit(file: File, old: str, new: str) -> None:
    text = file.path.read_text()
    assert text.count(old) == 1
    file.path.write_text(text.replace(old, new))


def done(plan: Plan) -> Plan:
    assert plan.findings == ()
    assert plan.refusals == ()
    carry_out(plan)
    return plan


def refused(plan: Plan) -> list[tuple[str, str]]:
    """Where something stands in the way, and what."""
    assert plan.writes == ()
    assert plan.removals == ()
    assert all(one.place and one.excerpt and one.hint for one in plan.refusals)
    return [(f"{one.place}", one.message) for one in plan.refusals]


def plain(document: Document) -> Any:
    return document.model_dump(mode="json", exclude_none=True)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list | tuple) else value


# Which words may stay


@pytest.mark.parametrize(
    ("words", "brief"),
    [
        ("said", True),
        ("according to", True),
        ("the Ukrainian president", False),
        (" the\n mayor ", True),
        ("x" * 40, True),
        ("x" * 41, False),
        ("и" * 20, True),
        ("и" * 21, False),
        ("国連事務総長の報道官は記", True),
        ("国連事務総長の報道官は記者会見", False),
        ("the\u00a0old\u2003mayor", False),
    ],
)
def test_brief_words(words: str, brief: bool) -> None:
    assert is_brief(words) is brief


@pytest.mark.parametrize(
    ("redistribute", "role", "words", "quoted", "stays"),
    [
        ("full", "content", "all of it and more", False, True),
        ("quotes", "content", "all of it and more", True, True),
        ("quotes", "content", "all of it and more", False, False),
        ("quotes", "content", "brief", False, False),
        ("quotes", "cue", "said", False, True),
        ("quotes", "quotes.speakers.mentions", "the mayor", False, True),
        ("quotes", "speakers.mentions", "the old mayor", False, False),
        ("none", "content", "all of it and more", True, False),
        ("none", "cue", "said", False, False),
    ],
)
def test_which_words_may_stay(
    redistribute: str, role: str, words: str, quoted: bool, stays: bool
) -> None:
    assert may_stay(redistribute, role, words, quoted=quoted) is stays


# Documents as values


@pytest.mark.slow
@settings(max_examples=examples(14))
@given(documents())
def test_hydrating_and_dehydrating_are_inverse(document: Document) -> None:
    text = document.article.text
    assert text is not None
    dry = dehydrate(document)
    wet = hydrate(dry, text)
    assert wet == document
    assert dehydrate(wet) == dry


@pytest.mark.slow
@settings(max_examples=examples(12))
@given(documents("dehydrated"))
def test_what_is_dehydrated_already_stays_as_it_is(document: Document) -> None:
    assert dehydrate(document) == document


@pytest.mark.slow
@settings(max_examples=examples(10))
@given(documents())
def test_what_is_dehydrated_holds_no_words_that_may_not_pass(document: Document) -> None:
    mode = document.article.rights.redistribute
    value = dehydrate(document).model_dump()
    if mode == "full":
        assert value == document.model_dump()
        return
    again = dehydrate(dehydrate(document))
    assert again.model_dump() == value
    assert hydrate(again, str(document.article.text)) == document
    assert value["article"]["text"] is None
    for _, role, span in spans(Document, value):
        assert span["prefix"] is None
        assert span["suffix"] is None
        assert (span["exact"] is None) != (span["sha256"] is None)
        if span["exact"] is not None:
            quoted = bool(span.get("quoted"))
            assert may_stay(mode, role, span["exact"], quoted=quoted)


@pytest.mark.slow
@settings(max_examples=examples(13))
@given(documents())
def test_flat_records_are_dehydrated_like_documents(document: Document) -> None:
    rows = flatten(document)
    (article,) = rows["article"]
    text = article["text"]
    dry = {kind: [dehydrate_record(row, article) for row in rows[kind]] for kind in rows}

    assert without_nulls(dry) == without_nulls(flatten(dehydrate(document)))
    (dry_article,) = dry["article"]
    wet = {kind: [hydrate_record(row, dry_article, text) for row in dry[kind]] for kind in dry}
    assert without_nulls(wet) == without_nulls(rows)


def typed(file: File) -> Document:
    return Document.model_validate_json(json.dumps(to_value(parse(file.path.read_text())[0])))


def test_another_text_is_refused(file: File) -> None:
    document = dehydrate(typed(file))
    with pytest.raises(RefusedError, match="is not that of article harbour: its SHA-256 is"):
        hydrate(document, TEXT.replace("M", "m"))
    with pytest.raises(RefusedError, match="is not that of article harbour"):
        dehydrate(document, TEXT + "\n")


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("sha256: S, start: 46", "sha256: S, start: 47", "sha256", "have another digest"),
        ("end: 73", "end: 74000", "end", "lie outside the text"),
        ("end: 73", "end: 46", "end", "lie outside the text"),
        ("start: 46, end: 73, ", "", "", "without offsets"),
        ("sha256: S, ", "", "", "neither words nor a digest"),
        ("exact: said, start: 41", "exact: says, start: 41", "exact", "has other words"),
    ],
)
def test_a_span_that_is_not_what_it_says_is_not_hydrated(
    file: File, keep: Path, old: str, new: str, path: str, message: str
) -> None:
    done(dehydrate_file(file, keep))
    digest = f'"{sha256("on Monday, to loud applause")}"'
    edit(file, old.replace("S", digest), new.replace("S", digest))
    with pytest.raises(RefusedError, match=message) as caught:
        hydrate(typed(file), TEXT)
    (refusal,) = caught.value.refusals
    assert refusal.path[0] == "quotes"
    assert refusal.path[-1] == path or not path
    before = file.path.read_bytes()
    assert [m for _, m in refused(hydrate_file(file, texts.TextFolder(keep)))] == [
        refusal.facts["message"]
    ]
    assert file.path.read_bytes() == before


# What could not be restored


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("start: 46, end: 73, ", "", "24:9", "without offsets its words could not be restored"),
        (", end: 73", "", "24:9", "without offsets its words could not be restored"),
        ("start: 46, end: 73", "start: 45, end: 72", "24:17", "the text has other words"),
        ("start: 46, end: 73", "start: 46, end: 7300", "24:17", "the text has other words"),
        ("exact: said", "exact: says", "29:19", "the text has other words at its offsets"),
        (
            "exact: said,",
            f"exact: said, sha256: '{'0' * 64}',",
            "29:33",
            "this is not the digest of its words",
        ),
        (f"  text_sha256: {sha256(TEXT)}\n", "", "5:3", "has no text_sha256"),
        (f"  text_length: {len(TEXT)}\n", "", "5:3", "has no text_sha256 or text_length"),
        (f"length: {len(TEXT)}", "length: 3", "10:16", "has 74 characters, not 3"),
        (sha256(TEXT), sha256("x"), "9:16", "the available text is not that of article harbour"),
    ],
)
def test_what_could_not_be_restored_is_refused(
    file: File, keep: Path, old: str, new: str, where: str, message: str
) -> None:
    edit(file, old, new)
    before = file.path.read_bytes()
    ((place, told),) = refused(dehydrate_file(file, keep))
    assert message in told
    assert place.startswith("harbour.yaml:")
    carry_out(dehydrate_file(file, keep))
    assert file.path.read_bytes() == before
    assert not keep.exists()
    with pytest.raises(RefusedError, match=re.escape(message)):
        dehydrate(typed(file))
    assert place == f"harbour.yaml:{where}"


def test_context_that_could_not_be_restored_is_refused(file: File, keep: Path) -> None:
    edit(file, "cue: [{exact: said, start: 41, end: 45}]", "cue: [{exact: said, prefix: mayor}]")
    ((_, message),) = refused(dehydrate_file(file, keep))
    assert "without offsets" in message


def test_words_that_may_stay_need_no_offsets(file: File, keep: Path) -> None:
    edit(file, "cue: [{exact: said, start: 41, end: 45}]", "cue: [{exact: said}]")
    done(dehydrate_file(file, keep))
    assert "cue: [{exact: said}]" in file.path.read_text()
    done(hydrate_file(file, texts.TextFolder(keep)))
    assert "cue: [{exact: said}]" in file.path.read_text()


# Documents in files


def test_a_document_is_dehydrated_where_it_stands(file: File, keep: Path) -> None:
    plan = done(dehydrate_file(file, keep))
    assert plan.messages == (
        f"harbour.yaml: the words of 1 span are withheld; the text is kept in {keep}/harbour.txt",
    )
    before = draft()
    expected = before.replace(f"  text: {TEXT}\n", "")
    expected = expected.replace('        prefix: "“"\n', "")
    expected = expected.replace('        suffix: "” the mayor said on Monday, to l"\n', "")
    expected = re.sub(
        r'exact: "(on [^"]*)"', lambda match: f'sha256: "{sha256(match[1])}"', expected
    )
    expected = re.sub(r', prefix: "ld the harb[^}]*"', "", expected)
    assert file.path.read_text() == expected
    assert (keep / "harbour.txt").read_bytes() == TEXT.encode()
    quote = typed(file).quotes[0].model_dump(exclude_none=True)
    assert list(quote["content"]) == DEHYDRATED["content"]
    assert list(quote["cue"]) == DEHYDRATED["cue"]
    assert quote["speakers"][0]["mentions"][0] == DEHYDRATED["mention"]
    again = dehydrate_file(file, keep)
    assert again.writes == ()
    assert again.refusals == ()


def test_a_document_is_hydrated_where_it_stands(file: File, keep: Path) -> None:
    done(dehydrate_file(file, keep))
    plan = done(hydrate_file(file, texts.TextFolder(keep)))
    beside = file.path.with_name("harbour.txt")
    assert plan.messages == (
        f"harbour.yaml: the words of 1 span are restored; the text is put into {beside}",
    )
    assert beside.read_bytes() == TEXT.encode()
    # The text is beside it now, and contexts that were not there have been filled in.
    expected = draft().replace(f"  text: {TEXT}\n", "")
    context = {
        "mentions: [{exact: the mayor, start: 31, end: 40": (30, 41),
        "cue: [{exact: said, start: 41, end: 45": (41, 45),
    }
    context = {
        known: (TEXT[: int(known.split("start: ")[1][:2])][-32:], TEXT[int(known[-2:]) :][:32])
        for known in context
    }
    for known, (prefix, suffix) in context.items():
        expected = expected.replace(known, f'{known}, prefix: "{prefix}", suffix: "{suffix}"')
    assert file.path.read_text() == expected
    assert hydrate_file(file, texts.TextFolder(keep)).writes == ()
    # And from here it is the same in both directions, to the byte.
    for _ in range(2):
        done(dehydrate_file(file, keep))
        assert not beside.exists()
        done(hydrate_file(file, texts.TextFolder(keep)))
        assert file.path.read_text() == expected
        assert beside.read_bytes() == TEXT.encode()


def test_the_text_beside_a_document_moves_as_it_was_supplied(file: File, keep: Path) -> None:
    edit(file, f"  text: {TEXT}\n", "")
    beside = file.path.with_name("harbour.txt")
    file = replace(file, text_format="dated")
    supplied = f" date 2024-05-02 {TEXT}\r\n".encode()
    beside.write_bytes(supplied)
    done(dehydrate_file(file, keep))
    assert not beside.exists()
    assert (keep / "harbour.txt").read_bytes() == supplied
    done(hydrate_file(file, texts.TextFolder(keep)))
    assert beside.read_bytes() == TEXT.encode()
    # The folder has it already.
    done(dehydrate_file(file, keep))
    assert not beside.exists()
    assert (keep / "harbour.txt").read_bytes() == supplied


@pytest.mark.parametrize("inline", [True, False])
def test_a_text_that_would_be_lost_does_not_go(file: File, keep: Path, inline: bool) -> None:
    beside = file.path.with_name("harbour.txt")
    if not inline:
        edit(file, f"  text: {TEXT}\n", "")
        beside.write_text(TEXT)
    ((place, message),) = refused(dehydrate_file(file))
    assert (place, message) == ("harbour.yaml:5:3", "its text has to go, and would be lost")
    ((_, message),) = refused(dehydrate_file(file, file.path.parent))
    assert "would stay beside it" in message
    keep.mkdir()
    (keep / "harbour.txt").write_text("Another text.")
    ((_, message),) = refused(dehydrate_file(file, keep))
    assert message == f"its text has to go, but {keep}/harbour.txt holds another one"
    assert (keep / "harbour.txt").read_text() == "Another text."


def test_another_text_beside_a_document_that_has_its_own_is_not_lost(
    file: File, keep: Path
) -> None:
    beside = file.path.with_name("harbour.txt")
    beside.write_text("Another text.")
    ((place, message),) = refused(dehydrate_file(file, keep))
    assert place == "harbour.yaml:8:9"
    assert message == f"its text is another one than that in {beside}, which would be lost"
    file = replace(file, text_format="dated")
    beside.write_text(f"date 2024-05-02 {TEXT}")
    done(dehydrate_file(file, keep))
    assert not beside.exists()
    assert (keep / "harbour.txt").read_text() == f"date 2024-05-02 {TEXT}"


def test_without_a_text_words_go_all_the_same(file: File) -> None:
    edit(file, f"  text: {TEXT}\n", "")
    plan = done(dehydrate_file(file))
    assert "no copy of the text is available" in plan.messages[0]
    assert "on Monday" not in file.path.read_text()


def test_a_kept_text_checks_the_spans(file: File, keep: Path) -> None:
    edit(file, f"  text: {TEXT}\n", "")
    edit(file, "start: 41", "start: 42")
    keep.mkdir()
    (keep / "harbour.txt").write_text("Another text.")
    assert dehydrate_file(file, keep).refusals == ()
    (keep / "harbour.txt").write_text(TEXT)
    ((_, message),) = refused(dehydrate_file(file, keep))
    assert message == "the text has other words at its offsets"


def test_what_may_pass_whole_is_left_alone(file: File, keep: Path) -> None:
    edit(file, "redistribute: quotes", "redistribute: full")
    assert dehydrate_file(file).writes == ()
    keep.mkdir()
    assert hydrate_file(file, texts.TextFolder(keep)).writes == ()
    document = typed(file)
    assert dehydrate(document) == document
    assert hydrate(document, TEXT) == document
    edit(file, f"  text: {TEXT}\n", "")
    plan = hydrate_file(file, texts.TextFolder(keep))
    assert plan.messages == ("harbour.yaml: nothing is withheld",)
    assert plan.writes == ()


def test_without_its_text_a_document_is_not_hydrated(file: File, keep: Path) -> None:
    done(dehydrate_file(file, keep))
    (keep / "harbour.txt").write_text("Another text.")
    ((_, message),) = refused(hydrate_file(file, texts.TextFolder(keep)))
    assert message.startswith("the available text is not that of article harbour")
    (keep / "harbour.txt").unlink()
    ((place, message),) = refused(hydrate_file(file, texts.TextFolder(keep)))
    assert (place, message) == (
        "harbour.yaml:5:3",
        "the text of article harbour is not available",
    )


def test_a_text_of_somebody_elses_is_not_overwritten(file: File, keep: Path) -> None:
    plan = dehydrate_file(file, keep)
    keep.mkdir()
    (keep / "harbour.txt").write_text("Written in the meantime.")
    before = file.path.read_bytes()
    with pytest.raises(InputError, match="holds another text"):
        carry_out(plan)
    assert file.path.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("crlf", [True, False])
def test_line_ends_of_a_text_are_kept(file: File, keep: Path, crlf: bool) -> None:
    text = f"One line.\n\n{TEXT}\r\n"
    escaped = json.dumps(text, ensure_ascii=False)
    document = draft().replace(f"text: {TEXT}\n", f"text: {escaped}\n")
    document = document.replace(sha256(TEXT), sha256(text)).replace(
        f"length: {len(TEXT)}", f"length: {len(text)}"
    )
    file.path.write_bytes(document.replace("\n", "\r\n" if crlf else "\n").encode())
    result = anchor(file)
    result.write()
    done(dehydrate_file(file, keep))
    assert (keep / "harbour.txt").read_bytes() == text.encode()
    assert (b"\r\n" in file.path.read_bytes()) is crlf
    done(hydrate_file(file, texts.TextFolder(keep)))
    (words,) = (one.text for one in read(file.path).articles)
    assert words == text
    assert b"  text: " not in file.path.read_bytes()


def test_a_text_that_no_file_can_keep_does_not_go(file: File, keep: Path) -> None:
    text = f"\ufeff{TEXT}"
    edit(file, f"text: {TEXT}", f'text: "\\ufeff{TEXT}"')
    edit(file, sha256(TEXT), sha256(text))
    edit(file, f"length: {len(TEXT)}", f"length: {len(text)}")
    messages = [message for _, message in refused(dehydrate_file(file, keep))]
    assert "its text begins with a byte order mark, which files lose" in messages


# Kills


@pytest.mark.parametrize("kill_at", [0, 1, 2, 3])
def test_killed_at_any_moment_nothing_is_lost(
    file: File, keep: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int
) -> None:
    edit(file, f"  text: {TEXT}\n", "")
    beside = file.path.with_name("harbour.txt")
    beside.write_text(TEXT)
    whole = typed(file)
    steps = iter(range(4))

    class Killed(BaseException):
        pass

    def killing(method: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if next(steps) == kill_at:
                raise Killed
            return method(*arguments, **options)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killing(Path.replace))
        plan = dehydrate_file(file, keep)
        unlink = Path.unlink
        patch.setattr(
            Path,
            "unlink",
            lambda path, **options: (
                killing(unlink)(path, **options) if path == beside else unlink(path, **options)
            ),
        )
        if kill_at < 3:
            with pytest.raises(Killed):
                carry_out(plan)
        else:
            carry_out(plan)
    copies = [path for path in (beside, keep / "harbour.txt") if path.is_file()]
    assert copies
    assert all(path.read_text() == TEXT for path in copies)
    assert typed(file) in (whole, dehydrate(whole))
    done(dehydrate_file(file, keep))
    assert not beside.exists()
    assert typed(file) == dehydrate(whole)
    assert sorted(one.name for one in keep.iterdir()) == ["harbour.txt"]
    done(hydrate_file(file, texts.TextFolder(keep)))
    assert dehydrate(typed(file)) == dehydrate(whole)


def test_a_full_disk_leaves_everything_as_it_was(
    file: File, keep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.path.read_bytes()
    plan = dehydrate_file(file, keep)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left on device; it is left as it was"):
        carry_out(plan)
    assert file.path.read_bytes() == before
    assert list(keep.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(file: File, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    with pytest.raises(InputError, match="blocked"):
        carry_out(dehydrate_file(file, tmp_path / "blocked" / "keep"))


# What is no sound document


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("quotes:", "quotes: [", "syntax-error"),
        ("exact: said", "exakt: said", "unknown-field"),
        ("  id: harbour\n", "", "missing-field"),
        ("redistribute: quotes", "redistribute: some", "not-allowed"),
        ("start: 41", "start: x", "wrong-type"),
        ("id: harbour\n", "id: harbour\n  id: port\n", "duplicate-key"),
    ],
)
def test_what_is_not_sound_is_found_and_left_alone(
    file: File, keep: Path, old: str, new: str, code: str
) -> None:
    edit(file, old, new)
    keep.mkdir()
    for plan in (dehydrate_file(file, keep), hydrate_file(file, texts.TextFolder(keep))):
        assert code in [finding.code for finding in plan.findings]
        assert plan.writes == ()
        assert plan.removals == ()


_DAMAGE = ["", "{", "]", ": ", "\n", "- ", "&a ", "*a", "!!int ", "null", "-1", "\0", '"', "\ud83d"]


@pytest.mark.slow
@given(st.data())
@settings(max_examples=examples(40))
def test_no_damage_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = draft()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(st.sampled_from(_DAMAGE)) + text[end:]
    folder = tmp_path_factory.mktemp("damaged")
    keep = folder / "keep"
    keep.mkdir()
    file = File(folder / "harbour.yaml", "harbour.yaml")
    file.path.write_bytes(text.encode(errors="surrogatepass"))
    for step in (
        lambda: anchor(file).write(),
        lambda: carry_out(dehydrate_file(file, keep)),
        lambda: carry_out(hydrate_file(file, texts.TextFolder(keep))),
    ):
        with suppress(InputError):
            step()


def test_a_publication_is_not_changed(tmp_path: Path, keep: Path) -> None:
    keep.mkdir()
    file = File(tmp_path / "quotes.parquet", "quotes.parquet")
    with pytest.raises(InputError, match=r"quotes\.parquet is a publication"):
        dehydrate_file(file, keep)
    with pytest.raises(InputError, match=r"quotes\.parquet is a publication"):
        hydrate_file(file, texts.TextFolder(keep))


# All documents, in files


_LAYOUTS: dict[str, Callable[[Any], str]] = {
    "a.yaml": lambda value: yaml.safe_dump(value, sort_keys=False, allow_unicode=False),
    "b.yaml": lambda value: yaml.safe_dump(value, sort_keys=False, default_flow_style=True),
    "c.json": lambda value: json.dumps(value, indent=1, ensure_ascii=False) + "\n",
    "d.json": lambda value: json.dumps(value, separators=(",", ":")),
}


@pytest.mark.slow
@given(documents(), st.sampled_from(sorted(_LAYOUTS)))
@settings(max_examples=examples(6))
def test_files_of_any_document_go_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, document: Document, name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    keep = folder / "keep"
    keep.mkdir()
    file = File(folder / name, name)
    file.path.write_text(_LAYOUTS[name](plain(document)), encoding="utf-8")
    before = file.path.read_bytes()

    def there() -> Document:
        data = file.path.read_text("utf-8")
        value = json.loads(data) if name.endswith("json") else yaml.safe_load(data)
        return Document.model_validate_json(json.dumps(value))

    done(dehydrate_file(file, keep))
    dry = there()
    assert dry == dehydrate(document)
    done(hydrate_file(file, texts.TextFolder(keep)))
    if document.article.rights.redistribute == "full":
        assert file.path.read_bytes() == before
        return
    beside = folder / f"{document.article.id}.txt"
    text = document.article.text
    assert text is not None
    assert beside.read_bytes() == text.encode()
    article = document.article.model_copy(update={"text": None})
    assert there() == document.model_copy(update={"article": article})
    wet = file.path.read_bytes()
    done(dehydrate_file(file, keep))
    assert there() == dry
    done(hydrate_file(file, texts.TextFolder(keep)))
    assert file.path.read_bytes() == wet


# Tables


def tables(folder: Path, *all_documents: Document, nulls: bool = False) -> list[File]:
    folder.mkdir(exist_ok=True)
    lines: dict[str, list[str]] = {"article": [], "quote": [], "claim": []}
    for document in all_documents:
        for kind, rows in flatten(document).items():
            for row in rows:
                kept = row if nulls else without_nulls(row)
                lines[kind].append(json.dumps(kept, ensure_ascii=False))
    files = []
    for kind, written in lines.items():
        path = folder / f"{kind}s.jsonl"
        path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8", newline="")
        files.append(File(path, path.name))
    return files


def rows_in(files: list[File]) -> Iterator[dict[str, Any]]:
    for file in files:
        for line in file.path.read_text("utf-8").split("\n"):
            if line:
                yield without_nulls(json.loads(line))


@pytest.mark.slow
@given(
    st.lists(documents(), min_size=1, max_size=3, unique_by=lambda one: one.article.id),
    st.booleans(),
)
@settings(max_examples=examples(5))
def test_tables_go_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, some: list[Document], nulls: bool
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    keep = folder / "keep"
    keep.mkdir()
    files = tables(folder / "records", *some, nulls=nulls)
    before = [file.path.read_bytes() for file in files]
    for plan in [dehydrate_file(file, keep) for file in files]:
        done(plan)
    expected = tables(folder / "expected", *map(dehydrate, some))
    assert list(rows_in(files)) == list(rows_in(expected))
    for plan in [hydrate_file(file, texts.TextFolder(keep)) for file in files]:
        done(plan)
    assert [file.path.read_bytes() for file in files] == before


@pytest.fixture
def records(file: File) -> list[File]:
    return tables(file.path.parent / "records", typed(file))


def test_tables_keep_the_lines_that_do_not_change(records: list[File], keep: Path) -> None:
    articles, quotes, _ = records
    line = quotes.path.read_bytes()
    other = json.dumps(json.loads(line) | {"id": "harbour.q2"}, separators=(",", ":")).encode()
    quotes.path.write_bytes(line.rstrip(b"\n") + b"\r\n\n  \n" + other)
    assert done(dehydrate_file(quotes, keep)).messages == (
        "quotes.jsonl: the words of 2 spans are withheld",
    )
    first, blank, spaces, last = quotes.path.read_bytes().split(b"\n")
    assert first.endswith(b"}\r")
    assert (blank, spaces) == (b"", b"  ")
    assert b'"start":' in last
    assert b'": ' not in last
    again = quotes.path.read_bytes()
    assert dehydrate_file(quotes, keep).writes == ()
    done(dehydrate_file(articles, keep))
    assert quotes.path.read_bytes() == again
    assert (keep / "harbour.txt").read_bytes() == TEXT.encode()


def test_quotes_without_their_articles_are_refused(records: list[File], keep: Path) -> None:
    articles, quotes, _ = records
    article = articles.path.read_bytes()
    for content in (b"", article * 2, b"\xff{\n", article.replace(b"quotes", b"some")):
        articles.path.write_bytes(content)
        ((place, message),) = refused(dehydrate_file(quotes, keep))
        assert place == "quotes.jsonl:1:1"
        assert "its rights are not known" in message
    articles.path.unlink()
    with pytest.raises(InputError, match=r"articles\.jsonl, which does not exist"):
        dehydrate_file(quotes, keep)


def test_a_table_with_anything_wrong_is_left_alone(records: list[File], keep: Path) -> None:
    articles, quotes, _ = records
    quotes.path.write_bytes(quotes.path.read_bytes() + b"{\n")
    plan = dehydrate_file(quotes, keep)
    assert [finding.code for finding in plan.findings] == ["syntax-error"]
    assert plan.writes == ()
    plan = dehydrate_file(articles)
    assert refused(plan) == [
        (
            f"articles.jsonl:1:{articles.path.read_text().index(chr(34) + '“') + 1}",
            "its text has to go, and would be lost",
        )
    ]


def test_packed_tables_are_not_changed(records: list[File], keep: Path) -> None:
    keep.mkdir()
    packed = records[0].path.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(records[0].path.read_bytes()))
    for plan in (dehydrate_file, lambda file: hydrate_file(file, texts.TextFolder(keep))):
        with pytest.raises(InputError, match="is packed; unpack it, and pack what comes of it"):
            plan(File(packed, packed.name))


def test_texts_that_cannot_be_read_are_told(records: list[File], keep: Path) -> None:
    for one in records:
        done(dehydrate_file(one, keep))
    (keep / "harbour.txt").write_bytes(b"caf\xe9")
    for plan in (dehydrate_file, lambda file, _: hydrate_file(file, texts.TextFolder(keep))):
        (finding,) = plan(records[0], keep).refusals
        assert "harbour.txt" in finding.message
        assert "is not UTF-8" in finding.message


def test_places_in_tables_are_told(records: list[File], keep: Path) -> None:
    _, quotes, _ = records
    line = quotes.path.read_text()
    moved = line.replace('"start": 46', '"start": 45')
    quotes.path.write_text(line + moved)
    ((place, message),) = refused(dehydrate_file(quotes, keep))
    column = line.index('"on Monday') + 1
    assert place == f"quotes.jsonl:2:{column}"
    assert message == "the text has other words at its offsets"


@pytest.mark.slow
def test_many_articles_go_there_and_back(tmp_path: Path, keep: Path, file: File) -> None:
    keep.mkdir()
    document = typed(file)

    def numbered(number: int) -> Document:
        article = document.article.model_copy(update={"id": f"harbour-{number}"})
        return document.model_copy(update={"article": article})

    files = tables(tmp_path / "records", *map(numbered, range(100)))
    for table in files:
        done(hydrate_file(table, texts.TextFolder(keep)))
    before = [table.path.read_bytes() for table in files]
    plans = [dehydrate_file(table, keep) for table in files]
    assert before == [table.path.read_bytes() for table in files]
    assert list(keep.iterdir()) == []
    for plan in plans:
        done(plan)
    assert len(list(keep.iterdir())) == 100
    assert b"applause" not in b"".join(table.path.read_bytes() for table in files)
    for plan in [hydrate_file(table, texts.TextFolder(keep)) for table in files]:
        done(plan)
    # Context that was not there has been filled in; from here it is the same to the byte.
    wet = [table.path.read_bytes() for table in files]
    for plan in [dehydrate_file(table, keep) for table in files]:
        done(plan)
    for plan in [hydrate_file(table, texts.TextFolder(keep)) for table in files]:
        done(plan)
    assert wet == [table.path.read_bytes() for table in files]


def test_refusals_are_limited(
    records: list[File], keep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, quotes, _ = records
    quotes.path.write_text(quotes.path.read_text().replace('"start": 46', '"start": 45') * 9)
    monkeypatch.setattr(plans, "MAX_REFUSALS", 4)
    assert len(dehydrate_file(quotes, keep).refusals) == 4


def test_records_whose_text_is_missing_stay_as_they_are(records: list[File], keep: Path) -> None:
    articles, quotes, _ = records
    for plan in [dehydrate_file(file, keep) for file in records]:
        done(plan)
    text = (keep / "harbour.txt").rename(keep / "elsewhere.text")
    before = quotes.path.read_bytes()
    plan = done(hydrate_file(quotes, texts.TextFolder(keep)))
    assert plan.writes == ()
    assert "records of 1 articles stay as they are" in plan.messages[-1]
    text.rename(keep / "harbour.txt")
    done(hydrate_file(quotes, texts.TextFolder(keep)))
    assert quotes.path.read_bytes() != before
    assert "text" not in json.loads(articles.path.read_text())
    done(hydrate_file(articles, texts.TextFolder(keep)))
    assert json.loads(articles.path.read_text())["text"] == TEXT


def test_a_table_that_changed_meanwhile_is_left_alone(records: list[File], keep: Path) -> None:
    _, quotes, _ = records
    for plan in [dehydrate_file(file, keep) for file in records]:
        done(plan)
    plan = hydrate_file(quotes, texts.TextFolder(keep))
    changed = quotes.path.read_text().replace('"start": 46', '"start": 45')
    quotes.path.write_text(changed)
    with pytest.raises(InputError, match=r"quotes\.jsonl has changed meanwhile"):
        carry_out(plan)
    assert quotes.path.read_text() == changed
    assert len(list(quotes.path.parent.iterdir())) == 3


# The real article


@pytest.mark.slow
def test_the_curated_article_lets_no_sentence_out(
    curated_draft: Path, supplied_articles: Path
) -> None:
    file = File(curated_draft, curated_draft.name, text_format="dated")
    folder = texts.TextFolder(supplied_articles)
    anchor(file, folder).write()
    anchored = typed(file)
    plan = done(dehydrate_file(file, supplied_articles))
    assert [write.file.path for write in plan.writes] == [file.path]
    dehydrated = file.path.read_text()
    text = folder.find(anchored.article.id, None, "dated")
    assert text is not None
    outside = re.sub("“[^”]*”", "“”", text)
    pieces = [piece.strip() for piece in re.split(r"[.\n“”]+", outside)]
    sentences = [piece for piece in pieces if len(piece.split()) > 3]
    assert len(sentences) > 10
    assert [sentence for sentence in sentences if sentence in dehydrated] == []
    done(hydrate_file(file, folder))
    restored = typed(file)
    assert dehydrate(restored) == dehydrate(anchored, text)
    for (_, _, before), (_, _, now) in zip(
        spans(Document, plain(anchored)), spans(Document, plain(restored)), strict=True
    ):
        assert before["exact"] == now["exact"]
    assert isinstance(restored, current.Document)


def test_what_derives_from_withheld_words_goes_with_them(tmp_path: Path) -> None:
    """As in tables that a program wrote from a publication."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    document = document_of_examples("article: {rights: {redistribute: none}}")
    (folder / "harbour.json").write_text(json.dumps(document))
    corpus = onrecord.read(folder)
    tables = tmp_path / "tables"
    tables.mkdir()
    for name in ("articles", "quotes"):
        [row] = [one.model_dump() for one in getattr(corpus, name)]
        row |= {"quote": "We will rebuild the harbour,", "fingerprint": "0" * 16}
        (tables / f"{name}.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    (tables / "articles.jsonl").write_text(
        (tables / "articles.jsonl").read_text().replace('"quote":', '"said_from":'), "utf-8"
    )
    assert run("dehydrate", tables, "--texts", tmp_path / "kept", "--write").returncode == 0
    row = json.loads((tables / "quotes.jsonl").read_text("utf-8"))
    assert (row["quote"], row["fingerprint"], row["content"][0]["exact"]) == (None, None, None)
