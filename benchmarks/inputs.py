"""Create the inputs of measurements by name: ``python benchmarks/inputs.py NAME FOLDER SCALE``.

Each input is created once, in a folder of its own, and kept.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

import generate
import ours

QUOTE = """\
  - id: q{number}
    type: direct
    content:
      - {{exact: "{words}", start: {start}, end: {end}, quoted: true}}
    attribution: attributed
    speakers: [{{name: The Mayor, kind: person, reference: named}}]
    cue:
      - {{exact: said, start: {cue}, end: {cue_end}}}
"""
MAPPING = """\
record: claim
dataset: Example
id: id
absent: [""]
fields:
  text: text
  voice: {constant: source}
  claimant.name: who
  said: day
  assessments[0].reviewer: {constant: A reviewer}
  assessments[0].original_rating: rating
  assessments[0].rating: {column: rating, values: {T: "true", M: mixed, F: "false"}}
  article.url: url
  annotation.method: {constant: manual}
"""
# Rows of a Parquet file that are written at a time.
GROUP = 1_000_000


def clean(folder: Path, scale: float) -> None:
    """Write valid records as JSONL: a million quotes at scale 1."""
    generate.generate(folder, scale)


def ten_thousand(folder: Path, scale: float) -> None:
    """Write ten thousand articles with their quotes and claims as JSONL at scale 1."""
    generate.generate(folder, 0.08 * scale)


def hundred(folder: Path, scale: float) -> None:  # noqa: ARG001
    """Write a hundred thousand valid records, whatever the scale."""
    generate.generate(folder, 0.07)


def quotes(folder: Path, scale: float) -> None:
    """Write only the quotes, as a corpus that switches all rules off except that on duplicate ids."""
    from onrecord.rules import RULES

    generate.generate(folder, scale, tables=("quotes",))
    off = "".join(f"    {code}: off\n" for code in RULES if code != "duplicate-id")
    with (folder / "corpus.yaml").open("a") as about:
        about.write(f"validation:\n  severity:\n{off}")


def tenfold_quotes(folder: Path, scale: float) -> None:
    """Write ten times as many quotes."""
    quotes(folder, scale * 10)


def defective(folder: Path, scale: float) -> None:
    """Write the same records as `clean`, but one in a hundred is defective."""
    generate.generate(folder, scale, defective=True)


def shuffled(folder: Path, scale: float) -> None:
    """Write the same records as `clean`, in no order of their ids."""
    generate.generate(folder, scale, shuffle=True)


def tenfold(folder: Path, scale: float) -> None:
    """Write ten times as many records."""
    generate.generate(folder, scale * 10)


def parquet(folder: Path, scale: float) -> None:
    """Write records as Parquet, in the Arrow schema of their models."""
    from onrecord.readers.discovery import find
    from onrecord.readers.formats import open_reader

    source = folder / "jsonl"
    generate.generate(source, scale)
    for file in find(source / f"{name}.jsonl" for name in generate.TABLES):
        for _ in ours.write(file.path.stem, folder, open_reader(file).read(file)):
            pass
        file.path.unlink()


def references(folder: Path, scale: float) -> None:
    """Write fifty million quotes and seven million articles at scale 1, as Parquet.

    Only their ids and references differ: every other column is that of one valid record. One quote
    in sixteen is nested in the one before it.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from onrecord.readers.discovery import find
    from onrecord.readers.formats import open_reader
    from onrecord.readers.models.records import Rows
    from onrecord.schema import CURRENT
    from onrecord.schema.arrow import arrow_schema

    generate.generate(folder, 0)
    quotes, articles = round(50_000_000 * scale), round(7_000_000 * scale)

    def numbered(prefix: str, numbers: pa.Array, width: int) -> pa.Array:
        digits = pc.utf8_lpad(numbers.cast(pa.string()), width, "0")
        return pc.binary_join_element_wise(prefix, digits, "")

    def quote_ids(numbers: pa.Array) -> tuple[pa.Array, pa.Array]:
        owners = numbered("a", pc.divide(pc.multiply(numbers, articles), quotes), 7)
        return owners, pc.binary_join_element_wise(owners, numbered("q", numbers, 8), ".")

    for name, total in (("articles", articles), ("quotes", quotes)):
        (file,) = find([folder / f"{name}.jsonl"])
        schema = arrow_schema(CURRENT.models[name.removesuffix("s")])
        found = (item for item in open_reader(file).read(file) if isinstance(item, Rows))
        rows = next(found).rows
        arrow = isinstance(rows, pa.RecordBatch | pa.Table)
        one = pa.table(rows.slice(0, 1)) if arrow else pa.Table.from_pylist(rows[:1], schema)
        same = one.take(pa.repeat(0, min(GROUP, total)))
        with pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd") as writer:
            for first in range(0, total, GROUP):
                numbers = pa.array(np.arange(first, min(first + GROUP, total)))
                columns = dict(zip(schema.names, same.slice(0, len(numbers)).columns, strict=True))
                if name == "quotes":
                    owners, columns["id"] = quote_ids(numbers)
                    columns["article_id"] = owners
                    owner, ahead = quote_ids(pc.max_element_wise(pc.subtract(numbers, 1), 0))
                    sixteenth = pc.equal(pc.bit_wise_and(numbers, 15), 15)
                    nested = pc.and_(sixteenth, pc.equal(owner, owners))
                    columns["within"] = pc.if_else(nested, ahead, pa.scalar(None, pa.string()))
                else:
                    columns["id"] = numbered("a", numbers, 7)
                writer.write_table(pa.table(columns, schema=schema))
    for name in (*(f"{table}.jsonl" for table in generate.TABLES), "corpus.yaml"):
        (folder / name).unlink()


def quotebank(folder: Path, scale: float) -> None:
    """Write 80 MB of lines that look like Quotebank's; a third have no speaker, some several pages."""
    draw = random.Random(1)
    words = "we will rebuild the harbour and nothing more than that мир 和平 pier council".split()  # noqa: SIM905
    number = 0
    with (folder / "quotes.json").open("w", encoding="utf-8") as out:
        while out.tell() < 80_000_000 * scale:
            number += 1
            day = f"2020-01-{number % 28 + 1:02}"
            speaker = None if draw.random() < 0.34 else number % 5000 + 1
            pages = draw.choice([1, 1, 1, 2, 5])
            line = {
                "quoteID": f"{day}-{number:06}",
                "quotation": " ".join(draw.choices(words, k=draw.randint(10, 60))),
                "speaker": f"Person {speaker}" if speaker else "None",
                "qids": [f"Q{speaker}"] if speaker else [],
                "date": f"{day} 12:00:13",
                "numOccurrences": pages,
                "probas": [[f"Person {speaker}", "0.7"], ["None", "0.3"]],
                "urls": [f"http://example.org/news/{number}/{page}/title" for page in range(pages)],
                "phase": "E",
            }
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def table(folder: Path, scale: float) -> None:
    """Write 40 MB of CSV with claims, their ratings and pages, and a mapping file."""
    draw = random.Random(1)
    words = 'the harbour, a pier and "no" council мир 和平 will rise by half next year'.split()  # noqa: SIM905
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    number = 0
    with (folder / "claims.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "text", "who", "day", "rating", "url", "subject"])
        while out.tell() < 40_000_000 * scale:
            number += 1
            text = " ".join(draw.choices(words, k=draw.randint(8, 30)))
            who = f"Person {number % 5000}" if draw.random() < 0.7 else ""
            day, page = f"2020-01-{number % 28 + 1:02}", f"https://example.org/{number // 2}"
            rows.writerow([number, text, who, day, draw.choice("TMF"), page, "harbour,safety"])


def many_documents(folder: Path, scale: float) -> None:
    """Write five times as many documents."""
    documents(folder, scale * 5)


def documents(folder: Path, scale: float) -> None:
    """Write a thousand documents of about 10 KB, all valid and all different."""
    draw = random.Random(1)
    letters = "bcdfghklmnprstvw", "aeiou"
    vocabulary = ["".join(map(draw.choice, letters * draw.randint(1, 4))) for _ in range(20_000)]
    for number in range(max(10, round(1000 * scale))):
        text, quotes = "", []
        for index in range(26):
            words = " ".join(["We", *draw.choices(vocabulary, k=8)]) + ","
            start = len(text) + 1
            text += f"“{words}” the mayor said. "
            cue = len(text) - len("said. ")
            quotes.append(
                QUOTE.format(
                    number=index,
                    words=words,
                    start=start,
                    end=start + len(words),
                    cue=cue,
                    cue_end=cue + 4,
                )
            )
        head = (
            'schema_version: "1.0"\nannotation: {annotators: [a], method: manual}\narticle:\n'
            f'  id: a{number}\n  language: en\n  text: "{text}"\n'
            f"  text_sha256: '{hashlib.sha256(text.encode()).hexdigest()}'\n"
            f"  text_length: {len(text)}\n"
            "  rights: {license: CC0-1.0, redistribute: full}\nquotes:\n"
        )
        path = folder / str(number % 100) / f"a{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((head + "".join(quotes)).encode())


INPUTS: dict[str, Callable[[Path, float], None]] = {
    make.__name__: make
    for make in (
        clean,
        ten_thousand,
        hundred,
        quotes,
        defective,
        shuffled,
        tenfold,
        tenfold_quotes,
        parquet,
        references,
        quotebank,
        table,
        many_documents,
        documents,
    )
}


if __name__ == "__main__":
    name, where, scale = sys.argv[1:]
    Path(where).mkdir(parents=True, exist_ok=True)
    INPUTS[name](Path(where), float(scale))
