"""Many items at once become what each of them becomes alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.exchange import import_records
from onrecord.exchange.quotebank import Quotebank
from tests.exchange.test_quotebank import LINE

ODD = [
    *(
        None,
        "",
        "nan",
        " x",
        "a\nb",
        "a\r\nb",
        "a\0b",
        "a\x07b",
        "a\x85b",
        "\ud83d",
        "C:\\bar",
        "\\u0007",
    ),
    *("x" * 3000, "e\u0301", "\u202e", "a.b", "-a", "2020-02-30", "12", "http://www.b.org:80/?q#f"),
    *(0, 1, True, -0.0, 1e308, 10**30, [], {}, ["Q1", "Q2"], ["ada"], {"a": 1}),
    *([["Ada Example", 1]], [["Ada Example", "0.5"]], ["https://a.org/1", 3, "nope"]),
]


@st.composite
def lines(draw):
    found = []
    for number in range(draw(st.integers(8, 12))):
        page = f"https://example.org/{number}"
        line = LINE | {"quoteID": f"id-{number}", "urls": [page, f"{page}/b"]}
        if draw(st.booleans()):
            name = draw(st.sampled_from([*LINE, "more", "file"]))
            line[name] = draw(st.sampled_from(ODD))
            if name == "quoteID":
                line[name] = draw(
                    st.sampled_from([f"Id {number}", f"{number}.a", "x" * 150 + f"{number}"])
                )
            if name == "urls" and line[name] == ODD[-1]:
                line[name] = [page]
        found.append(json.dumps(line, ensure_ascii=draw(st.booleans())))
    return found


def imported(folder, text, rights):
    source = folder / "q.jsonl"
    source.write_text(text, encoding="utf-8", errors="surrogatepass")
    found = []
    out = folder / "out"
    summary = import_records(Quotebank(redistribute=rights), [source], out, report=found.append)
    read = [out / f"{name}.jsonl" for name in ("quotes", "articles")]
    records = [path.read_bytes() if path.exists() else b"" for path in read]
    findings = [(one.code, one.message, one.record, one.path, one.place.column) for one in found]
    counts = (summary.items, summary.refused, summary.articles, summary.quotes, summary.spans)
    return records, findings, counts


@pytest.mark.slow
def test_many_items_at_once_become_what_each_becomes_alone(tmp_path_factory):
    @settings(max_examples=60, deadline=None)
    @given(lines(), st.sampled_from([None, "none"]))
    def check(found, rights):
        together = imported(tmp_path_factory.mktemp("all"), "\n".join(found) + "\n", rights)
        alone = [imported(tmp_path_factory.mktemp("one"), line, rights) for line in found]
        records, findings, counts = zip(*alone, strict=True)
        assert together[0] == [b"".join(parts) for parts in zip(*records, strict=True)]
        assert together[1] == [one for some in findings for one in some]
        assert together[2] == tuple(map(sum, zip(*counts, strict=True)))

    check()
