"""brat: attributions become quotes or are accounted for, and exports come back as they were."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.errors import InputError
from onrecord.exchange import import_records
from onrecord.exchange.base import ArticleRecords
from onrecord.exchange.brat.reading import Brat
from onrecord.exchange.brat.writing import BratExport
from onrecord.exchange.bundles import compact
from onrecord.files.texts import sha256
from onrecord.language.marks import pieces, quoted
from onrecord.rights.records import dehydrate_record
from onrecord.schema import current
from onrecord.schema.flat import flatten
from onrecord.testing import documents
from tests import ROOT
from tests.commands import run
from tests.drawing import examples
from tests.exchange.written import written

EXAMPLES = ROOT / "docs" / "examples" / "brat"
FREE = {"license": "CC0-1.0", "redistribute": "full"}


def tables(folder):
    return {
        path.stem: [json.loads(line) for line in path.read_bytes().splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


# Round trip


def bundle(document):
    flat = flatten(document)
    (article,) = flat["article"]
    full = article["rights"]["redistribute"] == "full"

    def allowed(record):
        return compact(record if full else dehydrate_record(record, article))

    return ArticleRecords(
        allowed(article), [*map(allowed, flat["quote"])], [*map(allowed, flat["claim"])]
    )


def exported(folder, *bundles):
    files, omissions = written(BratExport(), bundles)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return omissions


def by_id(records):
    return {record["id"]: record for record in records}


def in_full(document):
    rights = document.article.rights.model_copy(
        update={"redistribute": "full", "license": "CC0-1.0"}
    )
    return document.model_copy(
        update={"article": document.article.model_copy(update={"rights": rights})}
    )


@pytest.mark.slow
@settings(max_examples=examples(16))
@given(documents().map(in_full))
def test_import_of_an_export_gives_the_same_records(tmp_path_factory, document):
    comes_back(tmp_path_factory, document)


def comes_back(tmp_path_factory, document):
    folder = tmp_path_factory.mktemp("brat")
    ours = bundle(document)
    (folder / "brat").mkdir()
    assert exported(folder / "brat", ours) == []
    found = []
    summary = import_records(
        Brat(), [folder / "brat"], folder / "out", form="jsonl", report=found.append
    )
    assert [str(one) for one in found if one.code not in ("space-at-edge", "mixed-line-ends")] == []
    back = tables(folder / "out")
    assert back["articles"] == [ours.article]
    assert by_id(back.get("quotes", [])) == by_id(ours.quotes)
    assert by_id(back.get("claims", [])) == by_id(ours.claims)
    assert (summary.quotes, summary.claims) == (len(ours.quotes), len(ours.claims))


def spans_in(value):
    """The spans of a document's plain value."""
    if isinstance(value, dict):
        if "exact" in value:
            yield value
        for inner in value.values():
            yield from spans_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from spans_in(inner)


def sources_in(value):
    if isinstance(value, dict):
        if "mentions" in value:
            yield value
        for inner in value.values():
            yield from sources_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from sources_in(inner)


def add_mentions_and_relations(draw, value):
    """Add mentions of sources at any places, and relations between quotes."""
    at = st.integers(0, len(value["article"]["text"]))
    extents = st.tuples(at, at).filter(lambda pair: pair[0] < pair[1])
    for source in sources_in({**value, "article": None}):
        more = draw(st.lists(extents, max_size=3)) if source["mentions"] else []
        span = {"exact": "x"}
        added = [{**span, "start": start, "end": end} for start, end in more]
        source["mentions"] = (*source["mentions"], *added)
    others = st.sampled_from([*(quote["id"] for quote in value["quotes"]), "elsewhere.q1"])
    types = st.sampled_from(["same_statement", "translation_of", "paraphrases", "answers"])
    relations = st.lists(st.fixed_dictionaries({"type": types, "quote_id": others}), max_size=2)
    for quote in value["quotes"]:
        found = draw(relations)
        quote["relations"] = [one for one in found if one["quote_id"] != quote["id"]]


@st.composite
def odd_documents(draw):
    """Documents with line ends of all kinds inside spans, spans that have more or less than usual,
    some of them not located, sources with mentions anywhere, and names that look like none."""
    value = draw(documents().map(in_full)).model_dump()
    article = value["article"]
    add_mentions_and_relations(draw, value)
    rare = dict(
        enumerate(
            draw(st.lists(st.sampled_from(["\n", "\r\n", "\t", "\f", "\u2028", " "]), max_size=12))
        )
    )
    blanks = [match.start() for match in re.finditer(" ", article["text"])]
    text = list(article["text"])
    for number, character in rare.items():
        if blanks:
            text[blanks[number * 7 % len(blanks)]] = character
    article["text"] = text = draw(st.sampled_from(["", "", "\ufeff"])) + "".join(text)
    article["text_sha256"] = sha256(text)
    article["text_length"] = len(text)
    for span in spans_in({**value, "article": None}):
        start, end = span["start"], span["end"]
        span["exact"] = text[start:end]
        for name, context in (("prefix", text[:start]), ("suffix", text[end:])):
            size = draw(st.sampled_from([32, 32, 64, 3, 0, None]))
            if size is None:
                span[name] = None
            else:
                span[name] = (
                    context[:size] if name == "suffix" else context[max(0, len(context) - size) :]
                )
        digest = sha256(span["exact"])
        how = draw(st.sampled_from(["words", "words", "both", "digest", "unlocated"]))
        if how in ("both", "digest"):
            span["sha256"] = digest
        if how == "digest":
            span["exact"] = None
        if how == "unlocated":
            span["start"] = span["end"] = None
    for source in sources_in({**value, "article": None}):
        source["name"] = draw(
            st.sampled_from([source["name"], None, "None", "nan ", "a\u2028b", "\t"])
        )
        source["wikidata"] = draw(st.sampled_from([source["wikidata"], "Q1", None]))
    return current.Document.model_validate(value)


@pytest.mark.slow
@settings(max_examples=examples(15))
@given(odd_documents())
def test_odd_records_come_back_the_same(tmp_path_factory, document):
    comes_back(tmp_path_factory, document)


@pytest.mark.slow
@settings(max_examples=examples(12))
@given(documents("dehydrated"), documents())
def test_what_rights_withhold_is_not_exported(tmp_path_factory, document, free):
    folder = tmp_path_factory.mktemp("brat")
    ours = bundle(document)
    omissions = exported(folder, ours)
    files = {path.suffix for path in folder.iterdir()}
    if document.article.rights.redistribute == "full":
        assert omissions == []
    else:
        assert [one.article_id for one in omissions] == [document.article.id]
        assert files == {".conf"}
    if free.article.rights.redistribute != "full":
        assert exported(folder, bundle(free))


@pytest.mark.slow
def test_an_export_of_the_command_comes_back_the_same(tmp_path):
    source, out, back = (tmp_path / name for name in ("source", "brat", "back"))
    first = run(
        *("import", "brat", EXAMPLES / "a.ann", "--out", source),
        *("--license", "CC0-1.0", "--redistribute", "full"),
    )
    assert first.returncode == 0, first.stdout
    assert run("export", "brat", source, "--out", out).returncode == 0
    assert (out / "a.txt").read_bytes() == (EXAMPLES / "a.txt").read_bytes()
    assert run("import", "brat", out, "--out", back).returncode == 0
    assert (source / "a.yaml").read_bytes() == (back / "a.yaml").read_bytes()


# The records of an import


def imported(folder, text, annotations, **options):
    """The quotes of a text with annotations, and the codes of what was found."""
    source = folder / "source"
    source.mkdir()
    if text is not None:
        (source / "a.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    (source / "a.ann").write_bytes(
        annotations if isinstance(annotations, bytes) else annotations.encode()
    )
    found = []
    summary = import_records(
        Brat(**{**FREE, **options}), [source], folder / "out", form="jsonl", report=found.append
    )
    assert summary.items == summary.quotes + summary.claims + summary.refused
    if not (folder / "out").exists():
        return [], found
    assert [str(one) for one in onrecord.validate(folder / "out").errors] == []
    return tables(folder / "out").get("quotes", []), found


def bound(text, number, type_, *words):
    extents = [(text.index(one), text.index(one) + len(one)) for one in words]
    offsets = ";".join(f"{start} {end}" for start, end in extents)
    return f"T{number}\t{type_} {offsets}\t{' '.join(words)}".replace("\n", " ") + "\n"


def attribution(text, *content, source=None, cue="said"):
    """An attribution with these pieces as one discontinuous content."""
    lines = bound(text, 1, "Attribution", cue) + bound(text, 2, "Content", *content)
    told = "E1\tAttribution:T1 Cue:T1 Content:T2"
    if source:
        lines += bound(text, 3, "Source", source)
        told += " Source:T3"
    return lines + told + "\n"


@pytest.mark.parametrize(
    ("text", "content", "type_", "parts"),
    [
        ("He said it rains.", ["it rains"], "indirect", ["it rains-"]),
        ("“It rains,” he said.", ["It rains,"], "direct", ["It rains,+"]),
        ("“It rains,” he said.", ["“It rains,”"], "direct", ["“It rains,”+"]),
        ('"It rains", he said.', ['"It rains",'], "direct", ['"It rains",+']),
        ("„Ja“, said er, „nein“.", ["Ja", "nein"], "direct", ["Ja+", "nein+"]),
        ("»Ja«, said er.", ["Ja"], "direct", ["Ja+"]),
        ("«Oui», said il.", ["«Oui»"], "direct", ["«Oui»+"]),
        ("said 「はい」.", ["はい"], "direct", ["はい+"]),
        ("said 『はい』.", ["はい"], "direct", ["はい+"]),
        ("She said ‘I’m off’ to me.", ["I’m off"], "direct", ["I’m off+"]),
        (
            "It’s the boys’ boat, he said.",
            ["It’s the boys’ boat"],
            "indirect",
            ["It’s the boys’ boat-"],
        ),
        ("It's Ann's, he said.", ["It's Ann's"], "indirect", ["It's Ann's-"]),
        (
            "He said it is a “prison” of sorts.",
            ["it is a “prison” of sorts"],
            "mixed",
            ["it is a-", "prison+", "of sorts-"],
        ),
        (
            "It rains, he said, “a lot”.",
            ["It rains", "“a lot”"],
            "mixed",
            ["It rains-", "“a lot”+"],
        ),
        ("“One.\n\n“Two,” he said.", ["One.", "Two,"], "direct", ["One.+", "Two,+"]),
        ("“One.\n“Two,” he said.", ["One.", "Two,"], "direct", ["One.+", "Two,+"]),
        ("« Un.\n» Deux », said il.", ["Un.", "Deux"], "direct", ["Un.+", "Deux+"]),
        ("‘The cooks’ room,’ he said.", ["The cooks’ room,"], "direct", ["The cooks’ room,+"]),
        ("``It rains,'' he said.", ["It rains,"], "direct", ["It rains,+"]),
    ],
)
def test_quotation_marks_tell_the_type_and_what_is_quoted(tmp_path, text, content, type_, parts):
    (quote,), found = imported(tmp_path, text, attribution(text, *content))
    assert found == []
    assert quote["type"] == type_
    assert [span["exact"] + "-+"[span["quoted"]] for span in quote["content"]] == parts


def test_a_discontinuous_quote_keeps_its_spans_in_text_order(tmp_path):
    text = "We left, he said, by sea."
    lines = "T1\tAttribution 12 16\tsaid\nT2\tContent 18 24;0 7\tby sea We left\n"
    (quote,), found = imported(tmp_path, text, lines + "E1\tAttribution:T1 Content:T2\n")
    assert found == []
    assert [(one["start"], one["end"]) for one in quote["content"]] == [(0, 7), (18, 24)]


def test_several_sources_are_speakers_in_their_order(tmp_path):
    text = "Ann and Bo said it rains."
    lines = attribution(text, "it rains", source="Bo") + bound(text, 4, "Source", "Ann")
    (quote,), found = imported(tmp_path, text, lines.replace("Source:T3", "Source:T3 Source2:T4"))
    assert found == []
    assert [one["mentions"][0]["exact"] for one in quote["speakers"]] == ["Bo", "Ann"]


def test_fragments_of_a_source_are_its_mentions(tmp_path):
    text = "Ann, he said, and Bo said it rains."
    lines = attribution(text, "it rains") + bound(text, 4, "Source", "Ann", "and Bo")
    (quote,), found = imported(tmp_path, text, lines.replace("Cue:T1", "Cue:T1 Source:T4"))
    assert found == []
    (speaker,) = quote["speakers"]
    assert [one["exact"] for one in speaker["mentions"]] == ["Ann", "and Bo"]


def test_relations_and_comments_of_attributions_are_read(tmp_path):
    text = "He said it rains. She said it pours."
    lines = attribution(text, "it rains") + bound(text, 3, "Content", "it pours")
    lines += "E2\tAttribution:T1 Content:T3\nR1\tsame-statement Arg1:E1 Arg2:E2\n"
    lines += "R2\tBefore Arg1:E1 Arg2:E2\n#1\tAnnotatorNotes E2\tThe same rain.\n"
    (one, two), (finding,) = imported(tmp_path, text, lines)
    assert finding.code == "not-carried-over"
    assert finding.message.startswith("R2 (Before)")
    assert one["relations"] == [{"type": "same_statement", "quote_id": two["id"]}]
    assert two["annotation"]["note"] == "The same rain."


@pytest.mark.parametrize(
    ("attribute", "source", "result", "codes"),
    [
        ("", None, "unattributed", []),
        ("A1\tNoSource E1", None, "unattributed", []),
        ("A1\tSourceType E1 no-source", None, "unattributed", []),
        ("A1\tSource E1 None", None, "unattributed", []),
        ("A1\tAttribution E1 anonymous", None, "anonymous", []),
        ("A1\tAttribution E1 attributed", None, "unknown", ["source-disagrees"]),
        ("", "He", "attributed", []),
        ("A1\tNoSource E1", "He", "attributed", ["source-disagrees"]),
    ],
)
def test_no_source_is_unattributed_by_design(tmp_path, attribute, source, result, codes):
    text = "He said it rains."
    lines = attribution(text, "it rains", source=source) + attribute + "\n"
    (quote,), found = imported(tmp_path, text, lines)
    assert quote["attribution"] == result
    assert [one.code for one in found] == codes


def test_nesting_follows_relations_and_containment(tmp_path):
    text = "He said she said it rains."
    lines = attribution(text, "she said it rains") + bound(text, 3, "Content", "it rains")
    (outer, inner), found = imported(tmp_path, text, lines + "E2\tAttribution:T1 Content:T3\n")
    assert found == []
    assert inner["within"] == outer["id"]
    assert "within" not in outer


def test_a_quote_inside_quotation_marks_of_the_outer_one_is_not_quoted_for_that(tmp_path):
    text = "“He said that it rains,” she said."
    lines = attribution(text, "He said that it rains,", source="she")
    lines += bound(text, 4, "Content", "it rains") + "E2\tAttribution:T1 Content:T4\n"
    quotes, _ = imported(tmp_path, text, lines)
    assert [one["type"] for one in quotes] == ["direct", "indirect"]


def test_relations_of_an_export_to_what_was_refused_are_left_out(tmp_path):
    text = "He said it rains."
    relations = [{"type": "answers", "quote_id": one} for one in ("a.q9", "b.q9")]
    note = {"id": "q1", "relations": relations, "annotation": {"method": "automatic"}}
    lines = attribution(text, "it rains") + f"#1\tOnrecord E1\t{json.dumps(note)}\n"
    (folder := tmp_path / "source").mkdir()
    (folder / "a.txt").write_text(text)
    (folder / "a.ann").write_text(lines)
    found = []
    import_records(Brat(**FREE), [folder], tmp_path / "out", form="jsonl", report=found.append)
    assert [one.message for one in found] == ["a relation is left out: q9 did not become a record"]
    (quote,) = tables(tmp_path / "out")["quotes"]
    assert [one["quote_id"] for one in quote["relations"]] == ["b.q9"]


TEXT = "🏗 It rains, he said.\nAll is wet, she said.\n"


@pytest.mark.parametrize(
    ("text", "line", "code", "where", "told"),
    [
        (TEXT, "T2\tContent 3 11\tIt rains", "offsets-mismatch", (2, 12), "--offsets utf16"),
        (TEXT, "T2\tContent 5 13\tIt rains", "offsets-mismatch", (2, 12), "--offsets bytes"),
        (TEXT.replace("🏗", "x"), "T2\tContent 22 28\tAll is", "offsets-mismatch", (2, 12), "CR LF"),
        (
            TEXT.replace("\n", "\r\n"),
            "T2\tContent 21 27\tAll is",
            "offsets-mismatch",
            (2, 12),
            "as one",
        ),
        (TEXT, "T2\tContent 3 99\tIt rains", "offsets-beyond-text", (2, 12), "43 long"),
        (TEXT, "T2\tContent 9 9\tx", "offsets-reversed", (2, 12), "no words"),
        (TEXT, "T2\tContent 2 x\tIt rains", "syntax-error", (2, 11), "offsets such as"),
        (TEXT, "T2 Content 2 10 It rains", "syntax-error", (2, 3), "a tab"),
        (TEXT, "T2\tContent 2 10", "syntax-error", (2, 16), "the words"),
        (TEXT, "T1\tCue 2 4\tIt", "duplicate-item", (2, 1), "T1"),
        (TEXT, "", "unknown-target", (3, 19), '"T2"'),
        (TEXT, "T2\tContent 2 10;5 7\tIt rains ra", "spans-out-of-order", (3, 1), "E1"),
    ],
)
def test_a_defect_is_found_at_its_place(tmp_path, text, line, code, where, told):
    lines = ["T1\tAttribution 15 19\tsaid", line, "E1\tAttribution:T1 Content:T2"]
    if code == "duplicate-item":
        lines[2] = lines[2].replace("T2", "T1")
    quotes, found = imported(tmp_path, text, "\n".join(lines))
    assert quotes == []
    finding = found[0]
    assert finding.code == code
    assert (finding.place.line, finding.place.column) == where
    assert told in finding.message


RAIN = "He said it rains."
SAID = attribution(RAIN, "it rains", source="He")
IT = bound(RAIN, 4, "Content", "it") + "E2\tAttribution:T1 Content:T4\n"
ARTICLE = {
    "record_type": "article",
    "schema_version": "1.0",
    "id": "a",
    "language": "en",
    "url": "https://example.org/a",
    "rights": FREE,
}
CLAIM = {
    "id": "c1",
    "text": "It rained.",
    "language": "en",
    "voice": "source",
    "kind": "event",
    "annotation": {"method": "manual", "annotators": ["x"]},
}
CLAIMED = f"{SAID}{bound(RAIN, 5, 'Claim', 'rains')}#8\tOnrecord E2\t{json.dumps(CLAIM)}\n"


def note(**values):
    return f"#9\tOnrecord E1\t{json.dumps({'id': 'q1', **values})}\n"


@pytest.mark.parametrize(
    ("lines", "articles", "told"),
    [
        (f"{SAID}A1\tType E1 odd\n", [], 'Type of E1 is "odd", but one of direct,'),
        (f"{SAID}A1\tType E1 n/a\n", [], 'Type of E1 is "n/a", which stands for no'),
        (f"{SAID}A1\tType E1 indirect\nA2\tQuoted T2\n", [], "has quoted spans only, but"),
        (SAID.replace("8 16\tit", "8 10;11 16\tit now"), [], 'has "it rains" at 8-16'),
        (
            IT.join((SAID, "E3\tAttribution:T1 Content:T4 Source:E1\n")),
            [],
            "the argument Source of E3 is left out: E1 has no words",
        ),
        (f"{SAID}N1\tReference T3 Wikidata:Q1\tn/a\n", [], 'N1 is "n/a", which stands'),
        (f"{SAID}{IT}R1\tWithin Arg1:E1 Arg2:E2\n", [], "Within of E1 is E2, but that one"),
        (f"{SAID}E2\tAttribution:T1\n", [], 'E2 lacks "content"'),
        (f"{SAID}Z1\tfoo bar\n", [], "Z1 is left out: brat has no annotations of this"),
        (f"{SAID}E9\tOther:T9\n", [], 'E9 refers to "T9", which is not in this file'),
        (f"{SAID}#1\tOnrecord E1\tno JSON\n", [], "this is not JSON: the note Onrecord holds"),
        (f"{SAID}{note(speakers=3)}", [], "speakers is 3, but a list was expected"),
        (
            f"{SAID}{note(annotation={'method': 'manual', 'origin': 3})}A1\tMood E1 sad\n",
            [],
            "annotation.origin is 3, but a mapping",
        ),
        (
            f"{CLAIMED}E2\tClaim:T5 Claimant:T3 Claimant2:T3 Quote:E1\n",
            [],
            "the rest of the claimants of E2 is left out",
        ),
        (f"{CLAIMED}E2\tClaim:T5 Claimant:T3 Quote:E9\n", [], 'E2 refers to "E9", which'),
        (SAID, [ARTICLE | {"text_sha256": "0" * 64}], "the digest of the text is"),
        (SAID, [ARTICLE | {"schema_version": "7.0"}], 'schema version "7.0" is not'),
        (SAID, [ARTICLE | {"rights": 3}], "article.rights is 3, but a mapping of license"),
        (SAID, [ARTICLE, [1]], "is a list, but an article, a quote or a claim was expected"),
    ],
)
def test_what_is_wrong_beside_the_words_is_told_once(tmp_path, lines, articles, told):
    (folder := tmp_path / "source").mkdir()
    (folder / "a.txt").write_text(RAIN)
    (folder / "a.ann").write_text(lines)
    if articles:
        (folder / "a.onrecord.jsonl").write_text("\n".join(map(json.dumps, articles)))
    found = []
    import_records(Brat(**FREE), [folder], tmp_path / "out", form="jsonl", report=found.append)
    assert len([one for one in found if told in one.message]) == 1, list(map(str, found))


@pytest.mark.parametrize("spans", ["no JSON", 5, [5], [{"fragment": 5}], [{"fragment": "x"}]])
def test_a_note_that_does_not_fit_the_fragments_changes_nothing(tmp_path, spans):
    said = json.dumps({"spans": spans}) if spans != "no JSON" else spans
    (quote,), found = imported(tmp_path, RAIN, f"{SAID}#1\tOnrecord T2\t{said}\n")
    assert found == []
    assert [one["exact"] for one in quote["content"]] == ["it rains"]


def test_an_empty_text_is_refused(tmp_path):
    quotes, (finding,) = imported(tmp_path, "", SAID)
    assert quotes == []
    assert finding.message == "text is empty, but at least one character was expected"


def test_a_mark_at_the_beginning_is_told_and_explains_offsets(tmp_path):
    text = "It rains, he said."
    shifted = (
        "T1\tAttribution 14 18\tsaid\nT2\tContent 1 9\tIt rains\nE1\tAttribution:T1 Content:T2"
    )
    quotes, found = imported(tmp_path, b"\xef\xbb\xbf" + text.encode(), shifted)
    assert quotes == []
    assert [one.code for one in found] == [
        "leading-mark",
        *["offsets-mismatch"] * 1,
        "offsets-mismatch",
    ]
    assert "byte order mark" in found[1].message


def test_texts_with_line_ends_of_several_kinds_are_told(tmp_path):
    text = "It rains,\r\nhe said.\nYes.\r\n"
    (quote,), (finding,) = imported(tmp_path, text, attribution(text, "It rains"))
    assert finding.code == "mixed-line-ends"
    assert finding.place.line == 2
    assert quote["cue"][0]["start"] == text.index("said")


def test_annotations_without_a_text_and_a_text_without_annotations(tmp_path):
    quotes, found = imported(tmp_path, None, "T1\tContent 0 2\tHe\nE1\tAttribution:T1 Content:T1\n")
    assert quotes == []
    assert [one.code for one in found] == ["text-missing"]
    lone = tmp_path / "lone"
    lone.mkdir()
    (lone / "b.txt").write_text("We left.")
    found = []
    summary = import_records(Brat(), [lone], tmp_path / "none", report=found.append)
    assert (summary.items, summary.articles) == (0, 0)
    assert [one.code for one in found] == ["not-carried-over"]


@pytest.mark.parametrize("path", ["x", "x/a.ann", "x/a.txt"])
def test_a_path_is_a_folder_or_either_file(tmp_path, path):
    (tmp_path / "x").mkdir()
    for name in ("a.ann", "a.txt"):
        (tmp_path / "x" / name).write_bytes((EXAMPLES / name).read_bytes())
    assert import_records(Brat(), [tmp_path / path], tmp_path / "out").quotes == 4


@pytest.mark.slow
def test_files_of_one_name_in_several_folders_are_several_articles(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        for name in ("a.ann", "a.txt"):
            (tmp_path / "in" / folder / name).write_bytes((EXAMPLES / name).read_bytes())
    summary = import_records(Brat(**FREE), [tmp_path / "in"], tmp_path / "out")
    assert (summary.articles, summary.quotes, summary.refused) == (2, 8, 0)
    assert onrecord.validate(tmp_path / "out").ok


@pytest.mark.slow
def test_without_rights_no_words_are_passed_on(tmp_path):
    out = tmp_path / "out"
    done = run("import", "brat", EXAMPLES / "a.ann", "--out", out)
    assert done.returncode == 0
    assert "rebuilt" not in (out / "a.yaml").read_text(encoding="utf-8")
    checked = run("validate", out, "--texts", EXAMPLES)
    assert checked.returncode == 0
    assert "14 spans compared with the text" in checked.stdout


def test_roles_are_what_the_options_say(tmp_path):
    text = "He said it rains."
    lines = attribution(text, "it rains", source="He")
    renamed = (
        lines.replace("Attribution", "Speech")
        .replace("Source:", "Who:")
        .replace("Content:", "What:")
    )
    (quote,), found = imported(
        tmp_path, text, renamed, event="Speech", source="Who,Source", content="What", cue="trigger"
    )
    assert found == []
    assert quote["speakers"][0]["mentions"][0]["exact"] == "He"
    assert [one["exact"] for one in quote["cue"]] == ["said"]


PIER = "The mayor said the pier is safe. “It is,” she said."


def attributed(*content, source="The mayor", event="Attribution"):
    lines = bound(PIER, 1, event, "said") + bound(PIER, 2, "Content", *content)
    lines += bound(PIER, 3, "Source", source) if source else ""
    return lines + f"E1\t{event}:T1 Content:T2" + (" Source:T3" if source else "") + "\n"


def files(folder, **contents):
    """Files by their paths, in which two underscores stand for a slash and one for itself."""
    for name, content in contents.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt").replace("_ann", ".ann")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def taken(folder, *paths, **options):
    """The ids and annotators of the quotes of an import, what is wrong in them, and the codes."""
    found = []
    importer = Brat(**{**FREE, **options})
    import_records(
        importer,
        [folder / path for path in paths or ("",)],
        folder / "out",
        form="jsonl",
        report=found.append,
    )
    if not (folder / "out").exists():
        return {}, [], found
    told = onrecord.validate(folder / "out").findings
    quotes = tables(folder / "out").get("quotes", [])
    ids = {
        one["article_id"] + "." + one["id"].split(".")[-1]: one["annotation"].get("annotators")
        for one in quotes
    }
    return ids, [one.code for one in told], found


def test_several_people_annotate_texts_in_a_folder_of_their_own(tmp_path):
    folder = files(
        tmp_path / "in",
        text__north__pier_txt=PIER,
        text__south__pier_txt=PIER.replace("pier", "dock"),
        attributions__north__pier_ab12_ann=attributed("the pier is safe"),
        attributions__north__pier_cd_ann=attributed("pier is safe"),
    )
    ids, told, found = taken(folder)
    assert ids == {"pier.q1-ab12": ["ab12"], "pier.q1-cd": ["cd"]}
    assert told == []
    assert [one.code for one in found] == ["not-carried-over"]


@pytest.mark.slow
def test_two_people_may_annotate_the_same_quote(tmp_path):
    one = attributed("the pier is safe")
    folder = files(tmp_path / "in", pier_txt=PIER, pier_a_ann=one, pier_b_ann=one)
    ids, told, found = taken(folder)
    assert ids == {"pier.q1-a": ["a"], "pier.q1-b": ["b"]}
    assert told == found == []
    twice = (
        one
        + bound(PIER, 4, "Content", "the pier is safe")
        + "E2\tAttribution:T1 Content:T4 Source:T3\n"
    )
    again = files(tmp_path / "again", pier_txt=PIER, pier_a_ann=twice)
    assert taken(again)[1] == ["duplicate-quote"]


def test_forms_of_names_may_have_folders_and_texts_one_of_their_own(tmp_path):
    folder = files(
        tmp_path / "in",
        texts__the_pier_txt=PIER,
        ann__jo__the_pier_ann=attributed("the pier is safe"),
        ann__bo__the_pier_ann=attributed("pier is safe"),
    )
    options = {"names": "{annotator}/{text}", "source_texts": folder / "texts"}
    ids, told, found = taken(folder, "ann", **options)
    assert ids == {"the_pier.q1-jo": ["jo"], "the_pier.q1-bo": ["bo"]}
    assert told == found == []


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("{who}", "is not a form of names"),
        ("{annotator}", "is not a form of names"),
        ("{text}{annotator}", "is not a form of names"),
        ("{text}", "are both of"),
    ],
)
def test_names_that_do_not_pair_are_clear_errors(tmp_path, names, message):
    one = attributed("the pier is safe")
    folder = files(tmp_path / "in", text__pier_txt=PIER, a__pier_ann=one, b__pier_ann=one)
    with pytest.raises(InputError, match=message):
        taken(folder, names=names)


def test_annotations_without_a_text_tell_which_names_were_expected(tmp_path):
    folder = files(tmp_path / "in", pier_ab_ann=attributed("the pier is safe"), dock_txt=PIER)
    ids, _, found = taken(folder)
    assert ids == {}
    assert {one.code for one in found} == {"text-missing", "not-carried-over"}
    missing = next(one for one in found if one.code == "text-missing")
    assert missing.facts["expected"] == "pier_ab.txt or pier.txt"
    assert "--source-texts" in missing.hint


def test_texts_that_are_equally_near_are_an_error(tmp_path):
    one = attributed("the pier is safe")
    folder = files(tmp_path / "in", a__pier_txt=PIER, b__pier_txt=PIER, c__pier_x_ann=one)
    with pytest.raises(InputError, match="may be of"):
        taken(folder)


@pytest.mark.parametrize("form", ["event", "attribute"])
def test_an_attribution_named_as_one_without_source_is_unattributed(tmp_path, form):
    event = "Attribution-no-source" if form == "event" else "Attribution"
    lines = attributed("It is,", source=None, event=event)
    lines += "A1\tAttribution-no-source E1\n" if form == "attribute" else ""
    (quote,), found = imported(tmp_path, PIER, lines)
    assert found == []
    assert (quote["attribution"], quote["type"]) == ("unattributed", "direct")
    kept = [one["name"] for one in quote["annotation"]["origin"]["fields"]]
    assert "Attribution-no-source" not in kept


@pytest.mark.parametrize("sign", ["\x1b", "\x00", "\x9d", "\x0b"])
def test_a_control_character_is_located_in_the_text(tmp_path, sign):
    text = "One line.\nThe mayor" + sign + " said it rains."
    quotes, found = imported(tmp_path, text, attribution(text, "it rains"))
    assert quotes == []
    (one,) = [one for one in found if one.code == "control-character"] or found
    if one.code == "control-character":
        assert (one.place.file.rpartition("/")[2], one.place.line, one.place.column) == (
            "a.txt",
            2,
            10,
        )
        assert "replace it by a space" in one.hint


@pytest.mark.slow
def test_the_other_mark_may_be_in_the_next_fragment(tmp_path):
    text = "“The pier is safe. The bridge is not,” the mayor said."
    parts = ("“The pier is safe.", "The bridge is not,”")
    (quote,), found = imported(tmp_path, text, attribution(text, *parts))
    assert (quote["type"], found) == ("direct", [])
    assert [one.code for one in onrecord.validate(tmp_path / "out").findings] == []


@pytest.mark.slow
@given(st.text("“”„«»‘’'`,\"「」ab. \n", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_pieces_are_in_order_and_hold_all_words(text, one, other):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    cut = pieces(text, (start, end), quoted(text))
    kept = {at for piece in cut for at in range(piece.start, piece.end)}
    assert all(at in kept for at in range(start, end) if text[at].isalnum())
    assert all(before.end <= after.start for before, after in pairwise(cut))
    assert all(start <= piece.start < piece.end <= end for piece in cut)
