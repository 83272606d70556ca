"""What onrecord costs beside its peers, measured in one run: ``python benchmarks/bench.py``.

Every row runs ours and the peer in turn, whole processes, and prints medians and their ratio.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = [
    (
        "import onrecord | import pydantic",
        ["-c", "import onrecord"],
        ["-c", "import pydantic"],
    ),
    (
        "import onrecord.schema | from pydantic import BaseModel",
        ["-c", "import onrecord.schema"],
        ["-c", "from pydantic import BaseModel"],
    ),
    (
        "onrecord --help | python -c pass",
        ["-m", "onrecord", "--help"],
        ["-c", "pass"],
    ),
]
PARSE_ONLY = (
    "import pathlib, sys, yaml\n"
    "for path in pathlib.Path(sys.argv[1]).rglob('*.yaml'):\n"
    "    yaml.load(path.read_bytes(), yaml.CSafeLoader)"
)
REWRITE = (
    "import json, sys\n"
    "with open(sys.argv[1]) as lines, open(sys.argv[2], 'w') as out:\n"
    "    for line in lines:\n"
    "        out.write(json.dumps(json.loads(line), ensure_ascii=False) + '\\n')"
)
QUOTE = """\
  - id: q{number}
    type: direct
    content:
      - {{exact: "{words}", start: {start}, end: {end}, verbatim: true}}
    attribution: attributed
    speaker: {{name: The Mayor, kind: person, reference: named}}
    cue:
      - {{exact: said, start: {cue}, end: {cue_end}}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000, help="YAML documents (default 1000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each process (default 5)")
    parser.add_argument("--megabytes", type=int, default=80, help="Quotebank MB (default 80)")
    options = parser.parse_args()
    rows = [(*row, options.runs) for row in ROWS]
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder, "documents")
        size = write_documents(documents, options.documents)
        about = f"{options.documents:,} documents, {size / 1e6:.0f} MB"
        ours = ["-m", "onrecord", "validate", str(documents)]
        peer = ["-c", PARSE_ONLY, str(documents)]
        rows.append((f"validate {about} | PyYAML's C loader alone", ours, peer, 3))
        for megabytes in (options.megabytes // 8, options.megabytes):
            source, out = Path(folder, f"{megabytes}.jsonl"), Path(folder, "out")
            write_quotations(source, megabytes * 1_000_000)
            ours = ["-m", "onrecord", "import", "quotebank", str(source), "--out", str(out)]
            peer = ["-c", REWRITE, str(source), f"{out}.jsonl"]
            name = (
                f"import {megabytes} MB of Quotebank | json.loads and json.dumps, checking nothing"
            )
            rows.append((name, [*ours, "--force", "--limit", "1"], peer, 1))
        print("| ours, then the peer | ours | peer | ratio | difference | peak ours | peak peer |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for name, one, other, runs in rows:
            print(compare(name, one, other, runs), flush=True)


def compare(name: str, ours: list[str], peer: list[str], runs: int) -> str:
    # The first run of several warms the disk's cache.
    pairs = [(measure(ours), measure(peer)) for _ in range(runs + (runs > 1))][-runs:]
    (a, own), (b, others) = (
        map(statistics.median, zip(*column, strict=True)) for column in zip(*pairs, strict=True)
    )
    return (
        f"| {name} | {a:.3f} s | {b:.3f} s | {a / b:.2f} | {(a - b) * 1000:+.0f} ms "
        f"| {own:.0f} MiB | {others:.0f} MiB |"
    )


def measure(arguments: list[str]) -> tuple[float, float]:
    """Seconds, and peak memory in MiB, of a whole process."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} failed")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def write_quotations(path: Path, size: int) -> None:
    """Write lines that look like Quotebank's; a third have no speaker, some several pages."""
    draw = random.Random(1)
    words = "we will rebuild the harbour and nothing more than that мир 和平 pier council".split()  # noqa: SIM905
    number = 0
    with path.open("w", encoding="utf-8") as out:
        while out.tell() < size:
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


def write_documents(folder: Path, documents: int) -> int:
    """Write documents of about 10 KB, all sound and no two alike; their size in bytes."""
    total = 0
    draw = random.Random(1)
    letters = "bcdfghklmnprstvw", "aeiou"
    vocabulary = ["".join(map(draw.choice, letters * draw.randint(1, 4))) for _ in range(20_000)]
    for number in range(documents):
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
            'schema_version: "0.9"\nannotation: {annotators: [a], method: manual}\narticle:\n'
            f'  id: a{number}\n  language: en\n  text: "{text}"\n'
            f"  text_sha256: '{hashlib.sha256(text.encode()).hexdigest()}'\n"
            f"  text_length: {len(text)}\n"
            "  rights: {license: CC0-1.0, redistribute: full}\nquotes:\n"
        )
        data = (head + "".join(quotes)).encode()
        path = folder / str(number % 100) / f"a{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        total += len(data)
    return total


if __name__ == "__main__":
    main()
