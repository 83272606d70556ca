"""What validation tells of a corpus that has been published before: its ids, and what it counted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import onrecord
from onrecord.publishing import check, publish
from onrecord.rules.examples import document
from onrecord.schema import V0
from onrecord.schema.arrow import arrow_schema

INFO = {
    "title": "Words of the harbour",
    "version": "1.0.0",
    "description": "What the mayor said.",
    "license": "CC-BY-4.0",
    "citation": "Words of the harbour, 1.0.0.",
}
TEXT = "“It will cost nothing,” she said. “Not a cent.” A bridge is next. “We are glad,” she added."


@pytest.fixture(autouse=True)
def few_rules(only_rules):
    only_rules(
        *("article-vanished", "card-count-differs", "id-changed"),
        *("published-unreadable", "record-vanished"),
    )


def words(local: str, exact: str) -> dict[str, object]:
    start = TEXT.index(exact)
    span = {"exact": exact, "start": start, "end": start + len(exact), "quoted": True}
    return {"id": local, "type": "direct", "content": [span], "attribution": "unattributed"}


def pier(article: str = "pier", quotes: str = "q1 q2 q3") -> dict[str, Any]:
    """An article of three quotes, with these ids; a hyphen leaves a quote out."""
    said = ["It will cost nothing,", "Not a cent.", "We are glad,"]
    laid = document(json.dumps({"article": {"id": article, "text": TEXT}}))
    laid["quotes"] = [
        words(local, exact)
        for local, exact in zip(quotes.split(), said, strict=True)
        if local != "-"
    ]
    laid["claims"] = [
        laid["claims"][0]
        | {"text": "The mayor said in May 2024 that a bridge would be built.", "quote_ids": None}
        | {"content": [{"exact": "A bridge is next.", "start": 48, "end": 65}], "voice": "article"}
        | {"claimant": None}
    ]
    return laid


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of two articles that has been published; it is the current folder."""
    folder = tmp_path / "corpus"
    (folder / "articles").mkdir(parents=True)
    monkeypatch.chdir(folder)
    Path("corpus.yaml").write_text(yaml.safe_dump(INFO), "utf-8")
    write("harbour", document(""))
    write("pier", pier())
    publication = publish(".")
    assert publication.report.findings == ()
    assert publication.manifest
    return folder


def write(name: str, laid: dict[str, object]) -> None:
    text = yaml.safe_dump(laid, allow_unicode=True, sort_keys=False)
    Path("articles", f"{name}.yaml").write_text(text, "utf-8")


def found(*paths: str) -> list[tuple[str, str, str | None]]:
    """The codes of all findings, their places and records."""
    findings = onrecord.validate(*(paths or (".",))).findings
    return [(one.code, str(one.place), one.record) for one in findings]


def line_of(name: str, words: str) -> str:
    """Where words stand in a document."""
    lines = Path(name).read_text("utf-8").split("\n")
    (number,) = [number for number, line in enumerate(lines, 1) if words in line]
    column = lines[number - 1].index(words) + 1
    return f"{name}:{number}:{column}"


@pytest.mark.slow
def test_what_is_as_it_was_published_has_no_finding(dataset):
    assert found() == []


@pytest.mark.slow
def test_records_may_be_added_changed_and_moved(dataset):
    changed = pier(quotes="q1 q2 q3")
    changed["quotes"][1]["venue"] = "Town hall"
    changed["quotes"].append(words("q4", "cost nothing"))
    changed["quotes"][3]["within"] = "q1"
    changed["claims"][0]["text"] = "The mayor announced in May 2024 that a bridge would be built."
    Path("articles", "pier.yaml").unlink()
    Path("articles", "2024").mkdir()
    write("2024/pier", changed)
    write("quay", document('article: {id: quay, text: "“We will rebuild,” the mayor said."}')
          | {"quotes": [], "claims": []})  # fmt: skip
    assert found() == []


@pytest.mark.slow
def test_an_id_that_changed_is_told_at_the_record(dataset):
    write("pier", pier(quotes="q1 q7 q3"))
    (finding,) = onrecord.validate(".").findings
    assert (finding.code, finding.record, finding.path) == ("id-changed", "pier.q7", "id")
    assert str(finding.place) == line_of("articles/pier.yaml", "q7")
    assert finding.facts["was"] == "pier.q2"
    assert finding.suggestion.changes == {"id": "q2"}
    assert not finding.suggestion.safe


@pytest.mark.slow
def test_ids_that_moved_up_by_one_are_told_each(dataset):
    write("pier", pier(quotes="- q1 q2"))
    findings = onrecord.validate(".").findings
    assert [(one.code, one.record, one.facts["was"]) for one in findings] == [
        ("id-changed", "pier.q1", "pier.q2"),
        ("id-changed", "pier.q2", "pier.q3"),
    ]
    # With their own ids again, the one that is gone is seen.
    write("pier", pier(quotes="- q2 q3"))
    (finding,) = onrecord.validate(".").findings
    assert (finding.code, finding.facts["id"]) == ("record-vanished", "pier.q1")


@pytest.mark.slow
def test_ids_that_were_exchanged_are_told(dataset):
    write("pier", pier(quotes="q2 q1 q3"))
    assert [record for code, _, record in found() if code == "id-changed"] == ["pier.q2", "pier.q1"]


@pytest.mark.slow
def test_an_article_that_got_another_id_is_told_once(dataset):
    write("pier", pier("bridge"))
    (finding,) = onrecord.validate(".").findings
    assert (finding.code, finding.record) == ("id-changed", "bridge")
    assert finding.suggestion.changes == {"id": "pier"}


@pytest.mark.slow
def test_a_record_that_vanished_is_told_at_its_article(dataset):
    write("pier", pier(quotes="q1 - q3"))
    (finding,) = onrecord.validate(".").findings
    assert (finding.code, finding.record) == ("record-vanished", "pier")
    assert finding.facts["what"] == "quote"
    assert finding.facts["id"] == "pier.q2"
    assert str(finding.place) == "articles/pier.yaml:7:3"


@pytest.mark.slow
def test_an_article_that_vanished_is_told_once(dataset):
    Path("articles", "pier.yaml").unlink()
    (finding,) = onrecord.validate(".").findings
    assert (finding.code, finding.record) == ("article-vanished", None)
    assert (finding.facts["id"], finding.facts["records"]) == ("pier", 4)
    assert str(finding.place) == "corpus.yaml:1:1"
    assert finding.excerpt


@pytest.mark.slow
def test_what_was_published_as_withdrawn_may_go(dataset):
    withdrawn = pier()
    withdrawn["quotes"][1]["status"] = "withdrawn"
    write("pier", withdrawn)
    assert publish(".").manifest
    write("pier", pier(quotes="q1 - q3"))
    assert found() == []
    assert publish(".").manifest


@pytest.mark.slow
def test_an_article_may_go_when_all_of_it_was_withdrawn(dataset):
    withdrawn = pier()
    for record in (*withdrawn["quotes"], *withdrawn["claims"]):
        record["status"] = "withdrawn"
    write("pier", withdrawn)
    assert publish(".").manifest
    Path("articles", "pier.yaml").unlink()
    assert found() == []
    assert publish(".").manifest


@pytest.mark.slow
def test_what_cannot_be_read_has_not_vanished(dataset):
    text = Path("articles/pier.yaml").read_text("utf-8")
    Path("articles/pier.yaml").write_text(text + "]", "utf-8")
    assert {code for code, *_ in found()} == {"syntax-error"}
    broken = pier()
    broken["quotes"][1]["type"] = "shouted"
    write("pier", broken)
    assert {code for code, *_ in found()} == {"not-allowed"}


@pytest.mark.slow
def test_a_vanished_record_stops_publishing(dataset):
    before = Path("README.md").read_bytes()
    write("pier", pier(quotes="q1 - q3"))
    assert publish(".").manifest is None
    assert not check(".").fresh
    assert Path("README.md").read_bytes() == before


@pytest.mark.slow
def test_parts_of_a_corpus_and_publications_are_not_compared(dataset):
    Path("articles", "pier.yaml").unlink()
    assert found("articles") == []
    assert found("articles/harbour.yaml", "corpus.yaml") == []
    assert found("data", "corpus.yaml") == []


@pytest.mark.slow
def test_a_corpus_inside_a_folder_is_compared(dataset, monkeypatch):
    Path("articles", "pier.yaml").unlink()
    monkeypatch.chdir(dataset.parent)
    expected = [("article-vanished", "corpus/corpus.yaml:1:1", None)]
    assert found(".") == expected
    assert found("corpus") == expected


@pytest.mark.slow
def test_tables_are_compared_as_documents_are(dataset):
    corpus = onrecord.read("articles")
    for name in ("articles", "quotes", "claims"):
        lines = [one.model_dump_json(exclude_none=True) for one in getattr(corpus, name)]
        Path(f"{name}.jsonl").write_text("\n".join(lines).replace("pier.q3", "pier.q9"), "utf-8")
    for path in Path("articles").iterdir():
        path.unlink()
    ((code, place, record),) = found()
    assert (code, record) == ("id-changed", "pier.q9")
    assert place.startswith("quotes.jsonl:4:")


@pytest.mark.slow
def test_a_damaged_publication_is_told_and_does_not_stop_the_next(dataset):
    (quotes,) = Path("data").glob("*/quotes-train-0000.parquet")
    quotes.write_bytes(b"PAR1 and no more")
    (claims,) = Path("data").glob("*/claims-train-0000.parquet")
    claims.unlink()
    findings = onrecord.validate(".").findings
    assert [(one.code, one.facts["file"]) for one in findings] == [
        ("published-unreadable", claims.as_posix()),
        ("published-unreadable", quotes.as_posix()),
    ]
    assert publish(".").manifest
    assert found() == []


# What the card counts


def edit(old: str, new: str, path: str = "README.md") -> None:
    text = Path(path).read_text("utf-8")
    assert text.count(old) == 1
    Path(path).write_text(text.replace(old, new), "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        (
            "quotes-train-*.parquet` | 4 |",
            "quotes-train-*.parquet` | 1,004 |",
            ("records of ", "1004", "4"),
        ),
        ("`direct` | 4", "`direct` | 3", ("quotes whose type is direct", "3", "4")),
        ("| `direct` | 4 |", "| `mixed` | 0 |", ("quotes whose type is direct", "0", "4")),
        ("- n<1K", "- 1K<n<10K", ("size_categories", "1K<n<10K", "n<1K")),
    ],
)
def test_a_count_on_the_card_that_is_wrong_is_told_in_its_line(dataset, old, new, facts):
    edit(old, new)
    (finding,) = onrecord.validate(".").findings
    assert finding.code == "card-count-differs"
    what, stated, right = facts
    assert finding.facts["what"].startswith(what)
    assert (finding.facts["stated"], finding.facts["found"]) == (stated, right)
    line = line_of("README.md", new).split(":")[1]
    expected = line if stated != "0" else str(int(line) - 2)
    assert str(finding.place) == f"README.md:{expected}:1"
    Path("README.md").unlink()  # an edited card is not overwritten
    assert publish(".").manifest
    assert found() == []


@pytest.mark.slow
def test_counts_that_others_write_are_compared(dataset):
    split = "splits:\n  - {name: train, num_examples: NUMBER}\n"
    for number, wrong in ((4, []), (5, ["card-count-differs"])):
        text = Path("README.md").read_text("utf-8")
        text = re.sub(r"dataset_info:\n(.*\n)*?(?=pretty_name)", "", text)
        info = f"dataset_info:\n  config_name: quotes\n  {split.replace('NUMBER', str(number))}"
        Path("README.md").write_text(text.replace("---\n", f"---\n{info}", 1), "utf-8")
        assert [code for code, *_ in found()] == wrong
    assert found()[0][1] == "README.md:5:1"


@pytest.mark.slow
def test_the_rows_that_a_manifest_gives_are_compared(dataset):
    (manifest,) = Path("data").glob("*/manifest.json")
    number = pq.read_metadata(manifest.with_name("quotes-train-0000.parquet")).num_rows
    stated = (
        '"quotes-train-0000.parquet": {\n      "table": "quotes",\n      "split": "train",\n      '
    )
    edit(f'{stated}"rows": {number},', f'{stated}"rows": 9,', manifest.as_posix())
    place = line_of(manifest.as_posix(), '"rows": 9').rsplit(":", 1)[0]
    assert found() == [("card-count-differs", f"{place}:1", None)]


@pytest.mark.slow
def test_a_publication_that_was_downloaded_is_compared_with_its_card(dataset):
    for name in ("articles/harbour.yaml", "articles/pier.yaml", "corpus.yaml"):
        Path(name).unlink()
    assert found() == []
    edit("quotes-train-*.parquet` | 4 |", "quotes-train-*.parquet` | 5 |")
    assert [code for code, *_ in found()] == ["card-count-differs"]


@pytest.mark.slow
def test_a_readme_of_another_kind_is_left_alone(dataset):
    Path("README.md").write_text(
        "---\nsize_categories: [1M<n<10M]\nconfigs: {a: [b}\n---\n\n| `../x.parquet` | 7 |\n",
        "utf-8",
    )
    assert found() == []
    Path("README.md").write_bytes(b"---\n\xff\n| `absent.parquet` | 7 |")
    assert found() == []


@pytest.mark.slow
def test_a_publication_of_an_older_version_is_compared(dataset):
    (folder,) = Path("data").iterdir()
    for name in ("quote", "claim"):
        path = folder / f"{name}s-train-0000.parquet"
        schema = arrow_schema(V0.models[name])
        rows = pq.read_table(path).to_pylist()
        older = [{field: row.get(field) for field in schema.names} for row in rows]
        for row in older:
            row["schema_version"] = "0.9"
            for span in row["content"] if name == "quote" else ():
                span["verbatim"] = span.pop("quoted")
        pq.write_table(pa.Table.from_pylist(older, schema), path)
    assert found() == []
    write("pier", pier(quotes="q1 q7 q3"))
    (finding,) = onrecord.validate(".").findings
    assert (finding.code, finding.record, finding.facts["was"]) == (
        *("id-changed", "pier.q7", "pier.q2"),
    )
