"""Run an export: from validated records to files of another format."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from onrecord.corpus.corpus import Corpus
from onrecord.exchange.base import Exporter, Omission
from onrecord.exchange.bundles import Part, parts
from onrecord.exchange.output import Stage, Target
from onrecord.files.workers import start_workers
from onrecord.findings import Report
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.schema import RECORD_TYPES
from onrecord.validation.read_validated import read_validated

# From so many records on, processes are worth starting.
_WORTH = 20_000


@dataclass(frozen=True, slots=True)
class Exported:
    """Report the result of an export.

    Attributes:
        report: The result of validation. An error in it prevents the export.
        files: The files that were written.
        articles: How many articles were exported; likewise ``quotes`` and ``claims``.
        omissions: What could not be written, and why.
    """

    report: Report
    files: tuple[Path, ...] = ()
    articles: int = 0
    quotes: int = 0
    claims: int = 0
    omissions: tuple[Omission, ...] = ()


def export_records(
    exporter: Exporter,
    paths: Iterable[Path | str],
    out: Path | str,
    *,
    texts: Path | str | None = None,
    replace_existing: bool = False,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
    cache: bool = False,
) -> Exported:
    """Validate records, and write them in another format: everything or nothing.

    Words that the rights of an article withhold are not written, even if they are available.

    Args:
        exporter: The format, with its options.
        paths: Record files, or folders of them.
        out: The folder to write, or the file, if the format has only one.
        texts: A folder of article texts, found by digest or id, to check spans against.
        replace_existing: Whether existing files may be replaced.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read. A program that asks for more than one of ``workers`` needs
            ``if __name__ == "__main__"``, as `multiprocessing` does.
        cache: Whether to use and write a folder ``.onrecord_cache``, as `onrecord.validate` does.

    Raises:
        InputError: The records cannot be read, or the output cannot be written.
    """
    endings = {Path(exporter.single).suffix, ".json"} if exporter.single else ()
    target = Target(Path(out), sorted(endings), replace_existing=replace_existing)
    corpus, report = read_validated(
        *map(Path, paths),
        texts=Path(texts) if texts is not None else None,
        progress=progress,
        options=options,
        cache=cache,
    )
    if report.errors:
        return Exported(report)
    with target:
        omissions = _write(exporter, corpus, target, options.workers)
        names = target.names
    folder = Path(out)
    files = (folder,) if target.is_file else tuple(folder / name for name in names)
    articles, quotes, claims = (
        corpus.records(one).num_rows for one in ("article", "quote", "claim")
    )
    return Exported(report, files, articles, quotes, claims, tuple(omissions))


def _write(exporter: Exporter, corpus: Corpus, target: Target, workers: int) -> list[Omission]:
    """Write all articles, in several processes if there are many; return what is left out."""
    rows = sum(corpus.records(one).num_rows for one in RECORD_TYPES)
    omissions: list[Omission] = []
    with ExitStack() as stack:
        shared = {
            name: (frame, stack.enter_context(target.open(name)))
            for name, frame in exporter.shared().items()
        }
        begun = set()
        writer = _Writer(exporter, target.stage)
        some = stack.enter_context(
            start_workers(writer, workers if rows >= _WORTH else 1, preload=__name__)
        )
        for frame, stream in shared.values():
            stream.write(frame.before)
        for written in some.map(_Writer.written, parts(corpus)):
            target.add(written.names)
            omissions += written.omissions
            for name, text in written.shared.items():
                frame, stream = shared[name]
                stream.write(frame.between + text if name in begun else text)
                begun.add(name)
        for name, (frame, stream) in shared.items():
            stream.write(frame.after if name in begun else frame.empty)
    return omissions


class _Written(NamedTuple):
    """Hold the names of files that were written, text for shared files, and omissions."""

    names: list[str]
    shared: dict[str, str]
    omissions: list[Omission]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Write articles in a format, in this process or another one."""

    exporter: Exporter
    stage: Stage

    def written(self, part: Part) -> _Written:
        """Write the files of articles that are not shared with others."""
        frames = self.exporter.shared()
        found = _Written([], {}, [])
        shared: dict[str, list[str]] = {}
        for bundle in part.bundles():
            for output in self.exporter.write(bundle):
                if isinstance(output, Omission):
                    found.omissions.append(output)
                    continue
                name, text = output
                if name in frames:
                    shared.setdefault(name, []).append(text)
                else:
                    with self.stage.open(name) as stream:
                        stream.write(text)
                    found.names.append(name)
        found.shared.update((name, frames[name].between.join(own)) for name, own in shared.items())
        return found
