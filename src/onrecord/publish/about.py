"""What a corpus says of itself, in the file corpus.yaml."""

from __future__ import annotations

import json
from pathlib import Path

from onrecord.findings import Finding
from onrecord.readers import CORPUS_FILE, yaml
from onrecord.readers.files import File, Text, content, decode
from onrecord.readers.judge import judge
from onrecord.readers.nodes import Problem, UnreadableError, path_text, to_value
from onrecord.readers.records import hygiene, located
from onrecord.schema import CURRENT, v0


def read_info(folder: Path) -> tuple[v0.CorpusInfo | None, list[Finding]]:
    """What the corpus in a folder says of itself, and what is wrong with how it says it.

    A folder without the file says nothing, and nothing is wrong with that.

    Raises:
        InputError: The file cannot be read.
    """
    path = folder / CORPUS_FILE
    if not path.exists():
        return None, []
    file = File(path, path.as_posix())
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
