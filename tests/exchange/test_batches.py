"""Many items at once become what each of them becomes alone."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.exchange import Importer, import_records
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


# What happens to the bytes of a line.
DAMAGE = [
    lambda line: line,
    lambda line: line + b"\r",
    lambda line: b" " + line + b"\t",
    lambda line: b"\xef\xbb\xbf" + line,
    lambda line: line.replace(b"2020", b"20\xff20", 1),
    lambda line: line.replace(b"2020", b"20\x0020", 1),
    lambda line: line[:-1] + b', "phase": "F"}',
    lambda line: line[:-1] + b', "urls": NaN}',
    lambda line: line[: len(line) // 2],
    lambda line: line + b"}",
    lambda line: b"[" + line + b"]",
    lambda line: line.replace(b"0.75", b"1e999"),
    lambda line: line.replace(b'"0.75"', b"NaN"),
    lambda line: line.replace(b'"0.75"', b"9" * 5000),
    lambda line: line.replace(b"[", b"[" * 3000, 1),
    lambda line: line.replace(b"harbour,", b"\\ud83d \\ud83c\\udf0a \\/ \xc2\x85 %s %d"),
    lambda _: b"  ",
]


@st.composite
def lines(draw):
    found = []
    for number in range(draw(st.integers(8, 12))):
        page = f"https://example.org/{number}"
        line = LINE | {"quoteID": f"id-{number}", "urls": [page, f"{page}/b"]}
        if draw(st.booleans()):
            line["urls"] = [page]
        if draw(st.booleans()):
            line |= {"speaker": "None", "qids": []}
        if draw(st.booleans()):
            name = draw(st.sampled_from([*LINE, "more", "file"]))
            line[name] = draw(st.sampled_from(ODD))
            if name == "quoteID":
                line[name] = draw(
                    st.sampled_from([f"Id {number}", f"{number}.a", "x" * 150 + f"{number}"])
                )
            if name == "urls" and line[name] == ODD[-1]:
                line[name] = [page]
        text = json.dumps(line, ensure_ascii=draw(st.booleans()))
        damage = draw(st.one_of(st.just(DAMAGE[0]), st.sampled_from(DAMAGE)))
        found.append(damage(text.encode(errors="surrogatepass")))
    return found


@dataclass(frozen=True, kw_only=True)
class OneByOne(Importer):
    """Reads what Quotebank reads, and hides that its lines can be mapped together."""

    name = "one-by-one"
    item = Quotebank.item
    suffixes = Quotebank.suffixes
    form = Quotebank.form
    rights = Quotebank.rights

    def read(self, file):
        return Quotebank(redistribute=self.redistribute).read(file)


def imported(folder, text, importer):
    source = folder / "q.jsonl"
    source.write_bytes(text)
    found = []
    out = folder / "out"
    summary = import_records(importer, [source], out, report=found.append)
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
        text = b"\n".join(found) + b"\n"
        together = imported(tmp_path_factory.mktemp("all"), text, Quotebank(redistribute=rights))
        importer = OneByOne(redistribute=rights)
        alone = [imported(tmp_path_factory.mktemp("one"), line, importer) for line in found]
        records, findings, counts = zip(*alone, strict=True)
        assert together[0] == [b"".join(parts) for parts in zip(*records, strict=True)]
        assert together[1] == [one for some in findings for one in some]
        assert together[2] == tuple(map(sum, zip(*counts, strict=True)))

    check()
