"""Measure which share of a publication's bytes is new if a few records are inserted.

Bytes are counted as the Hugging Face Hub stores them: files are divided into chunks of 8 to 128 KiB,
64 KiB on average, whose borders depend on the content (gear hash), and a chunk that exists is not
sent again. ``python benchmarks/chunks.py WRITER CASE FOLDER OUT`` takes records as `generate.py`
writes them, and prints how many of them were inserted and the share.
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


def plain(tables: Path, out: Path, **options: bool) -> Path:
    """Write the same rows with pyarrow's defaults, one file for each table."""
    out.mkdir()
    for table in ("articles", "quotes", "claims", "statements"):
        rows = pq.ParquetDataset(sorted(tables.glob(f"{table}-*.parquet"))).read()
        pq.write_table(rows, out / f"{table}.parquet", compression="zstd", **options)
    return out


def without(folder: Path, out: Path, left_out: set[str]) -> Path:
    """Copy records without some of them, or without those of some articles."""
    out.mkdir(parents=True)
    for path in sorted(folder.glob("*.jsonl")):
        with path.open() as source, (out / path.name).open("w") as copy:
            for line in source:
                record = json.loads(line)
                if not left_out & {record["id"], record.get("article_id")}:
                    copy.write(line)
    # Others may refer to the records that are left out.
    off = "validation: {severity: {dangling-reference: off}}\n"
    (out / "corpus.yaml").write_text((folder / "corpus.yaml").read_text() + off)
    return out


def chosen(folder: Path, case: str) -> tuple[set[str], int]:
    """Choose about `INSERTED` records: all of some articles, or quotes of any articles.

    Returns:
        The ids of the articles or quotes, and the number of records.
    """
    sizes: dict[str, int] = {}
    for path in sorted(folder.glob("*.jsonl")):
        with path.open() as source:
            for line in source:
                record = json.loads(line)
                id_ = record.get("article_id", record["id"])
                sizes[id_] = sizes.get(id_, 0) + 1
    ids = sorted(sizes)
    if case == "places":
        articles = random.Random(1).sample(ids, INSERTED)
        return {f"{id_}.q01" for id_ in articles}, INSERTED
    number, found = 0, set()
    for id_ in ids[len(ids) // 3 :] if case == "place" else reversed(ids):
        if number + sizes[id_] > INSERTED:
            break
        found.add(id_)
        number += sizes[id_]
    return found, number


def main(writer: str, case: str, folder: Path, out: Path) -> None:
    """Print the number of records and the share."""
    left_out, number = chosen(folder, case)
    folders = []
    for name, some in (("whole", set[str]()), ("before", left_out)):
        tables = publish(without(folder, out / name / "records", some), out / name / "published")
        if writer != "onrecord":
            chunking = {"use_content_defined_chunking": True} if writer == "arrow_cdc" else {}
            tables = plain(tables, out / name / "plain", **chunking)
        folders.append(tables)
    whole, before = folders
    print(number, new_share(before, whole))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
