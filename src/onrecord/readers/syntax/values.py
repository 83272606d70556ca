"""Read files that hold one value of a model and no records: settings and baselines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import BaseModel

from onrecord.files.limits import FindingLimit
from onrecord.files.opening import File, Text, content, decode
from onrecord.findings import Finding, Located, Mark, Path, Problem, path_text
from onrecord.readers.models.records import hygiene, located, point
from onrecord.readers.models.validate import validate
from onrecord.readers.syntax.nodes import Node, UnreadableError, find, to_value

Model = TypeVar("Model", bound=BaseModel)

_NOTHING = Node(Mark(0, 0, 0), 0, None)


@dataclass(frozen=True, slots=True)
class ValidatedFile(Generic[Model]):
    """Hold the content of a file that was validated against a model.

    Attributes:
        text: The text of the file.
        root: The tree of the whole file; null if it could not be parsed.
        value: The value; None if it is invalid or absent.
        findings: What is wrong in the file.
    """

    text: Text
    root: Node
    value: Model | None
    findings: tuple[Finding, ...]

    def point(self, path: Path) -> Located:
        """Return the location of the value at a path in the file."""
        return point(self.text, self.root, path)


def read_value(
    file: File,
    parse: Callable[[str], tuple[Node, list[Problem]]],
    model: type[Model],
    at: Path = (),
) -> ValidatedFile[Model]:
    """Read and validate the value at a path of a file.

    Raises:
        InputError: The file cannot be read.
    """
    text = decode(file, content(file))
    root, value, problems = _NOTHING, None, list(text.problems)
    try:
        root, found = parse(text.text) if text.readable else (_NOTHING, [])
        problems += found
    except UnreadableError as unreadable:
        problems.append(unreadable.problem)
    node = find(root, at)
    if node is not None:
        problems += hygiene(node)
        if not problems:
            result = validate(model, json.dumps(to_value(node)))
            if isinstance(result, list):
                inside = [located(node, one) for one in result]
                problems += [replace(one, path=(*at, *one.path)) for one in inside]
            else:
                value = result
    limit = FindingLimit()
    ordered = sorted(problems, key=lambda problem: problem.mark)
    listed = text.findings(ordered, limit, lambda path: (None, path_text(path)))
    return ValidatedFile(text, root, value, (*listed, *limit.rest()))
