"""Validate files and folders, or return what an earlier run found in them.

What validates is imported when it is needed: a report from the cache is there before libraries are.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.findings import Report
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Contents, Key, key
from onrecord.validation.cached import Run, cached_report, run_with_cache
from onrecord.validation.check_infos import check_infos

if TYPE_CHECKING:
    from onrecord.validation.settings import Settings


def validate(
    path: Path | str,
    *more: Path | str,
    texts: Path | str | None = None,
    settings: Settings | None = None,
    baseline: Path | str | None = None,
    changed_since: str | None = None,
    passages: bool = False,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
    cache: bool = False,
) -> Report:
    """Validate record files, or folders of them.

    Settings in files apply, as they do for the command: ``validation`` in the ``corpus.yaml`` of a
    corpus, and ``[tool.onrecord]`` in the nearest ``pyproject.toml`` at or above the paths, else at
    or above the current folder. Pass ``Settings()`` to use none of them.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id, to check spans against.
        settings: Settings to apply instead of those in files; their paths are relative to the
            current folder.
        baseline: A file of findings that are tolerated, instead of any that the settings name.
        changed_since: A revision of the git checkout that contains the paths. Findings in files that
            have not changed since the merge base of HEAD and this revision are ignored if they
            existed there too; so the remaining ones are caused by a change.
        passages: Whether findings have the words of the articles that they are about, if rights
            allow these to be shown; of each check, the first 200 of them.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read; options do not change the findings.
        cache: Whether to use and write a folder ``.onrecord_cache``: its report if nothing has
            changed since, otherwise what it has about documents that have not changed. A comparison
            with a revision is not stored.

    Raises:
        InputError: A path is missing or unreadable, a folder holds no record file, the baseline
            does not exist, or git cannot compare the revisions.
    """
    paths = [Path(one) for one in (path, *more)]
    folder = Path(texts) if texts is not None else None
    tolerated = Path(baseline) if baseline is not None else None
    stored, contents = Cache.of(paths) if cache else None, Contents()

    def run(found: Key | None, revision: str | None = None) -> Run:
        from onrecord.validation.validate import FileRun

        files = FileRun(
            paths,
            folder,
            settings,
            tolerated,
            options,
            passages=passages,
            progress=progress,
            cache=stored,
            contents=contents,
        )
        return files.compared(revision, found) if revision is not None else files.validated(found)

    if stored is None:
        return run(None, changed_since).report
    contents.load(stored, paths)
    now = partial(
        key, paths, folder, tolerated, settings, options, passages=passages, contents=contents
    )
    if changed_since is None:
        report = cached_report(stored, now, run, check_infos())
    else:
        report = run_with_cache(now, partial(run, revision=changed_since)).report
    contents.store()
    return report
