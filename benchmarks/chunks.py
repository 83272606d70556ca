"""Measure which share of a publication's bytes is new if a few records are inserted.

Bytes are counted as the Hugging Face Hub stores them: files are divided into chunks of 8 to 128 KiB,
64 KiB on average, whose borders depend on the content (gear hash), and a chunk that exists is not
sent again. ``python benchmarks/chunks.py FOLDER OUT`` takes records as `generate.py` writes them.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

LEAST, MOST, BITS = 8 * 2**10, 128 * 2**10, 16
GEAR = np.random.default_rng(0).integers(0, 2**64, 256, np.uint64)
# The number of records that are inserted.
INSERTED = 50


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the chunks of a file."""
    data = np.fromfile(path, np.uint8)
    # The hash of the last 64 bytes, of which the last one counts once, that before it twice, …
    hashes = GEAR[data]
    for step in (1, 2, 4, 8, 16, 32):
        before = np.concatenate([np.zeros(step, np.uint64), hashes[:-step]])
        hashes = hashes + (before << np.uint64(step))
    borders = np.flatnonzero(hashes >> np.uint64(64 - BITS) == 0) + 1
    start = 0
    for border in [*borders.tolist(), len(data)]:
        while border - start > MOST:
            yield data[start : start + MOST].tobytes()
            start += MOST
        if border - start >= LEAST or border == len(data):
            yield data[start:border].tobytes()
            start = border


def new_share(old: Path, new: Path) -> float:
    """Return the share of the bytes of a folder that are in no chunk of another one."""
    known = {blake2b(chunk).digest() for path in old.glob("*.parquet") for chunk in chunks(path)}
    sent = total = 0
    for path in sorted(new.glob("*.parquet")):
        for chunk in chunks(path):
            total += len(chunk)
            if (digest := blake2b(chunk).digest()) not in known:
                known.add(digest)
                sent += len(chunk)
    return sent / total


def publish(folder: Path, out: Path) -> Path:
    """Publish with onrecord; return the folder of the tables."""
    command = [sys.executable, "-m", "onrecord", "publish", str(folder), "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next((out / "data").iterdir())


def plain(tables: Path, out: Path) -> Path:
    """Write the same rows with pyarrow's defaults, one file for each table."""
    out.mkdir()
    for table in ("articles", "quotes", "claims", "statements"):
        paths = sorted(tables.glob(f"{table}-*.parquet"))
        rows = pq.ParquetDataset(paths).read()
        pq.write_table(rows, out / f"{table}.parquet", compression="zstd")
    return out


def without(folder: Path, out: Path, left_out: set[str]) -> Path:
    """Copy records without those of some articles."""
    out.mkdir(parents=True)
    for path in sorted(folder.glob("*.jsonl")):
        with path.open() as source, (out / path.name).open("w") as copy:
            for line in source:
                record = json.loads(line)
                if record.get("article_id", record["id"]) not in left_out:
                    copy.write(line)
    # Others may refer to the records that are left out.
    off = "validation: {severity: {dangling-reference: off}}\n"
    (out / "corpus.yaml").write_text((folder / "corpus.yaml").read_text() + off)
    return out


def articles(folder: Path, *, scattered: bool) -> set[str]:
    """Choose articles with about `INSERTED` records: neighbours, or any."""
    sizes: dict[str, int] = {}
    for path in sorted(folder.glob("*.jsonl")):
        with path.open() as source:
            for line in source:
                record = json.loads(line)
                id_ = record.get("article_id", record["id"])
                sizes[id_] = sizes.get(id_, 0) + 1
    ids = sorted(sizes)
    if scattered:
        random.Random(1).shuffle(ids)
    else:
        ids = ids[len(ids) // 3 :]
    chosen: set[str] = set()
    for id_ in ids:
        if sum(sizes[one] for one in chosen) + sizes[id_] <= INSERTED:
            chosen.add(id_)
    return chosen


def main(folder: Path, out: Path) -> None:
    """Print the shares."""
    whole = publish(without(folder, out / "records", set()), out / "whole")
    peer = plain(whole, out / "plain")
    for name, scattered in (("one place", False), ("several places", True)):
        left_out = articles(folder, scattered=scattered)
        part = out / name.replace(" ", "-")
        before = publish(without(folder, part / "records", left_out), part / "out")
        ours = new_share(before, whole)
        theirs = new_share(plain(before, part / "plain"), peer)
        print(f"{len(left_out)} articles in {name}: onrecord {ours:.1%}, pyarrow {theirs:.1%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
