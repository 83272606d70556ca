"""Report the annotations of brat that no attribution uses."""

from __future__ import annotations

from onrecord.exchange.base import SourceItem, problem_at
from onrecord.exchange.brat.page import Page
from onrecord.exchange.brat.standoff import Line
from onrecord.findings import Problem
from onrecord.rules import importing

_WHY = {
    "T": "it is part of no attribution",
    "E": "it is no attribution",
    "R": "no field stands for this relation",
    "*": "equivalences have no field",
    **dict.fromkeys("AMN#", "it is about a relation"),
}


def report_rest(
    page: Page, events: set[str], items: list[SourceItem], problems: list[Problem]
) -> None:
    """Report annotations that became part of no record, and dangling references.

    Args:
        page: The article.
        events: The ids of the events that became items.
        items: The list to which invalid lines are added, as refused items.
        problems: The list to which omissions are added.
    """
    covered = {target for wrong in page.standoff.wrong for target in wrong.targets}
    for line in page.standoff.lines:
        if line.kind == "E" and line.id not in events:
            covered |= {one.target for one in line.references}
    for line in page.standoff.lines:
        if line.id in events or line.id in page.used:
            continue
        if invalid := _problems(page, line):
            items.append(SourceItem(page.standoff.where(line), "quote", problems=invalid))
        elif line.id not in covered and not _is_about_event(page, line):
            facts = {"what": f"{line.id} ({line.type})", "why": _WHY[line.kind]}
            problems.append(page.standoff.problem(line, importing.NotCarriedOver, **facts))
    for id_, where in page.standoff.unknown:
        why = "brat has no annotations of this kind"
        problems.append(problem_at(where, importing.NotCarriedOver, what=id_, why=why))


def _problems(page: Page, line: Line) -> list[Problem]:
    """Return the problems of a line that no attribution uses."""
    wrong = {one.id for one in page.standoff.wrong}
    problems = [
        page.unknown_target(line, one)
        for one in line.references
        if page.standoff.get(one.target) is None and one.target not in wrong
    ]
    if line.kind == "T":
        problems += [one for one in page.bounds.of(line)[1] if one.is_error]
    return problems


def _is_about_event(page: Page, line: Line) -> bool:
    """Return whether a line describes an annotation that is not a relation."""
    if line.kind not in "AMN#":
        return False
    about = line.references[0].target
    return not (about.startswith("R") and page.standoff.get(about))
