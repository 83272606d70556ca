"""What onrecord costs beside its peers, measured in one run: ``python benchmarks/bench.py``.

Every row runs ours and the peer in turn, whole processes, and prints medians and their ratio.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
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
    options = parser.parse_args()
    rows = [(*row, options.runs) for row in ROWS]
    with tempfile.TemporaryDirectory() as folder:
        size = write_documents(Path(folder), options.documents)
        about = f"{options.documents:,} documents, {size / 1e6:.0f} MB"
        ours = ["-m", "onrecord", "validate", folder]
        peer = ["-c", PARSE_ONLY, folder]
        rows.append((f"validate {about} | PyYAML's C loader alone", ours, peer, 3))
        print("| ours, then the peer | ours | peer | ratio | difference | peak memory of both |")
        print("|---|---:|---:|---:|---:|---:|")
        for name, one, other, runs in rows:
            print(compare(name, one, other, runs))


def compare(name: str, ours: list[str], peer: list[str], runs: int) -> str:
    pairs = [(seconds(ours), seconds(peer)) for _ in range(runs + 1)][1:]
    a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return (
        f"| {name} | {a:.3f} s | {b:.3f} s | {a / b:.2f} | {(a - b) * 1000:+.0f} ms "
        f"| {peak:.0f} MiB |"
    )


def seconds(arguments: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def write_documents(folder: Path, documents: int) -> int:
    """Write documents of about 10 KB, all sound; their size in bytes."""
    total = 0
    for number in range(documents):
        text, quotes = "", []
        for index in range(26):
            words = f"We will rebuild harbour {index} of town {number} and its bridge,"
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
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        total += len(data)
    return total


if __name__ == "__main__":
    main()
