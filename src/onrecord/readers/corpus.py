"""The file corpus.yaml: what a corpus says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord.findings import Finding
from onrecord.readers import yaml
from onrecord.readers.files import File, Text, content, decode
from onrecord.readers.judge import judge
from onrecord.readers.nodes import Mark, Problem, UnreadableError, path_text, to_value
from onrecord.readers.records import Item, Located, Wanted, hygiene, located
from onrecord.schema import CURRENT, v0

NAME = "corpus.yaml"


class CorpusReader:
    """Reads what a corpus says of itself. There are no records in it, only findings.

    Its places are those of findings about the corpus as a whole.
    """

    def read(self, file: File) -> Iterator[Item]:
        """What is wrong in the file."""
        yield from _read(file)[1]

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Where the file begins, for whatever is said of the corpus."""
        beginning = decode(file, content(file)).point(Mark(0, 0, 0))
        return (beginning for _ in wanted)


def read_info(folder: Path) -> v0.CorpusInfo | None:
    """What the corpus in a folder says of itself; nothing if it has no such file.

    Raises:
        InputError: The file cannot be read.
    """
    path = folder / NAME
    return _read(File(path, path.as_posix()))[0] if path.exists() else None


def _read(file: File) -> tuple[v0.CorpusInfo | None, list[Finding]]:
    text = decode(file, content(file))
    info, problems = _judged(text) if text.readable else (None, [])
    found = sorted((*text.problems, *problems), key=lambda problem: problem.mark)
    return info, [text.finding(problem, path=path_text(problem.path)) for problem in found]


def _judged(text: Text) -> tuple[v0.CorpusInfo | None, list[Problem]]:
    try:
        root, problems = yaml.parse(text.text)
    except UnreadableError as unreadable:
        return None, [unreadable.problem]
    problems += hygiene(root)
    if problems:
        return None, problems
    result = judge(CURRENT.corpus, json.dumps(to_value(root)))
    if isinstance(result, list):
        return None, [located(root, objection) for objection in result]
    return result, []
