"""Compare a publication with what would be published now."""

from __future__ import annotations

import filecmp
import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.files.texts import LFS_ADVICE, is_lfs_pointer
from onrecord.findings import Report
from onrecord.publishing import croissant, manifest, swap
from onrecord.publishing.manifest import Manifest
from onrecord.publishing.publication import build, refuse
from onrecord.readers.footer import open_table
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress

# What the front matter says about sizes, which depend on the version of the Parquet writer.
_SIZES = re.compile(r"^(.*(?:_bytes|_size): )[0-9]+$", re.MULTILINE)
_BATCH = 4096
# A row after the last one of a table; no record has this id.
_END = {"id": "", "article_id": ""}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Report the differences between a publication and what would be published now.

    Attributes:
        report: The result of validation. If it has errors, nothing is compared.
        differences: One line for each difference.
    """

    report: Report
    differences: tuple[str, ...]

    @property
    def fresh(self) -> bool:
        """Return whether publishing now would change nothing."""
        return not self.report.errors and not self.differences


def check(
    folder: Path | str,
    out: Path | str | None = None,
    *,
    texts: Path | str | None = None,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
) -> Comparison:
    """Compare a publication with what would be published now, without writing anything.

    If another version of the Parquet writer wrote the tables, their bytes may differ, so schemas
    and rows are compared.

    Args:
        folder: The folder of the corpus.
        out: The folder it is published in, by default its own.
        texts: A folder of article texts, found by digest or id, to check spans against.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read; options do not change what is published.

    Raises:
        InputError: The corpus cannot be read.
        PublishError: The publication cannot be read, or the disk is full.
    """
    out = Path(folder if out is None else out)
    refuse(Path(folder))
    boundary = Boundary.around([out], allow_outside=options.allow_outside)
    try:
        with tempfile.TemporaryDirectory(dir=scratch.folder()) as stage:
            source, written = build(Path(folder), Path(stage), out, texts, progress, options)
            if written is None:
                return Comparison(source.report, ())
            return Comparison(
                source.report, tuple(_differences(written, Path(stage), out, boundary))
            )
    except OSError as error:
        raise swap.PublishError(f"{error.filename or out}: {error.strerror or error}") from error


def _differences(written: Manifest, stage: Path, out: Path, boundary: Boundary) -> Iterator[str]:
    boundary.check(out / swap.CARD)
    if not (out / swap.CARD).is_file():
        yield f"{swap.CARD} is missing"
        return
    there = (out / swap.CARD).read_text("utf-8", errors="replace")
    if len(named := swap.named(there)) != 1:
        yield f"{swap.CARD} names {len(named) or 'no'} publication{'s' * bool(named)}"
        return
    (digest,) = named
    name = f"{swap.DATA}/{digest}"
    yield from _differing_files(stage / swap.TABLES, out / name, name, boundary)
    yield from _differing_manifest(written, out / name, name)
    expected = (stage / swap.CARD).read_text("utf-8").replace(written.digest, digest)
    lines, others = (_SIZES.sub(r"\1", text).split("\n") for text in (there, expected))
    if lines != others:
        number = _first_difference(lines, others)
        yield f"{swap.CARD} is not as it would be written, from line {number + 1} on"
    for path in swap.leftovers(out / swap.DATA, digest):
        yield f"{swap.DATA}/{path.name} is left over from another publication"


def _differing_files(fresh: Path, there: Path, name: str, boundary: Boundary) -> Iterator[str]:
    expected = _names(fresh)
    boundary.check(there)
    found = _names(there)
    for file in found:
        boundary.check(there / file)
    yield from (f"{name}/{file} is missing" for file in sorted(expected - found))
    yield from (f"{name}/{file} is no part of it" for file in sorted(found - expected))
    for file in sorted(expected & found - {manifest.NAME}):
        if (difference := _difference(fresh / file, there / file)) is not None:
            yield f"{name}/{file} {difference}"


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def _differing_manifest(written: Manifest, there: Path, name: str) -> Iterator[str]:
    path = there / manifest.NAME
    if not path.is_file():
        return  # already reported
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[: manifest.DIGITS]
    try:
        stated = Manifest.read(there)
        if stated.files != manifest.files_in(there):
            yield f"{name}/{manifest.NAME} does not fit the files beside it"
        elif digest != there.name:
            yield f"{name} should be named {digest}, after its manifest"
        # What differs in files and tables is already reported.
        elif _made(stated) != _made(written):
            yield f"{name}/{manifest.NAME} is not as it would be written"
    except InputError as error:
        yield str(error)
    except (OSError, pa.ArrowException):
        return  # already reported


def _made(stated: Manifest) -> Manifest:
    """Return a manifest without what follows from the files."""
    card = manifest.Card(sha256="0" * 64)
    return replace(stated, card=card, files={}, tables={}, counts={})


def _difference(fresh: Path, there: Path) -> str | None:
    """Describe how a published table differs from a fresh one; return None if it does not."""
    if filecmp.cmp(fresh, there, shallow=False):
        return None
    if fresh.suffix != ".parquet":
        same = fresh.name == croissant.NAME and croissant.is_same(fresh, there)
        return None if same else "is not as it would be written"
    try:
        with open_table(fresh) as one, open_table(there) as other:
            if not one.schema_arrow.equals(other.schema_arrow, check_metadata=True):
                return "has other columns, or says another schema version"
            writers = one.metadata.created_by, other.metadata.created_by
            for row, published in zip(_rows(one), _rows(other), strict=True):
                if row != published:
                    return _differing(row, published, _ids(one), _ids(other))
    except (OSError, pa.ArrowException) as error:
        why = LFS_ADVICE if is_lfs_pointer(there) else str(error).splitlines()[0]
        return f"cannot be read: {why}"
    return "holds the same rows in other bytes" if writers[0] == writers[1] else None


def _rows(parquet: pq.ParquetFile) -> Iterator[dict[str, Any]]:
    for batch in parquet.iter_batches(_BATCH):
        yield from batch.to_pylist()
    yield _END


def _ids(parquet: pq.ParquetFile) -> pa.ChunkedArray:
    name = next(name for name in _END if name in parquet.schema_arrow.names)
    return parquet.read(columns=[name])[name]


def _differing(
    row: dict[str, Any],
    published: dict[str, Any],
    ids: pa.ChunkedArray,
    published_ids: pa.ChunkedArray,
) -> str:
    """Describe how the first differing rows differ."""
    key = next(name for name in _END if name in row and name in published)
    if row[key] != published[key]:
        if row is not _END and pc.index(published_ids, row[key]).as_py() < 0:
            return f"lacks {row['id']}"
        if published is not _END and pc.index(ids, published[key]).as_py() < 0:
            return f"holds {published['id']}, which the records do not"
        return f"has its rows in another order, from {row['id'] or published['id']} on"
    column = next(name for name in row if row[name] != published[name])
    return f"differs in {column} of {row['id']}"


def _first_difference(lines: list[str], others: list[str]) -> int:
    pairs = zip(lines, others, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), len(lines))
