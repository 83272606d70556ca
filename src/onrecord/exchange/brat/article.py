"""Build an article from files of brat, with the quotes and claims that its annotations become."""

from __future__ import annotations

from onrecord.display import shorten
from onrecord.exchange.base import ImportedArticle, SourceItem, problem_at
from onrecord.exchange.brat.bounds import TextBounds
from onrecord.exchange.brat.files import Files
from onrecord.exchange.brat.marks import settle_type
from onrecord.exchange.brat.nesting import name_outer, nest, relate
from onrecord.exchange.brat.options import BratOptions
from onrecord.exchange.brat.page import Page
from onrecord.exchange.brat.pairing import Pair
from onrecord.exchange.brat.quotes import claim_of, exported_record, quote_ids, quote_of
from onrecord.exchange.brat.standoff import CLAIM, Line, Standoff
from onrecord.files.opening import File
from onrecord.findings import Problem
from onrecord.language.marks import quoted
from onrecord.rules import importing

# Why an annotation is part of no record, by its kind.
_WHY = {
    "T": "it is part of no attribution",
    "E": "it is no attribution",
    "R": "no field stands for this relation",
    "*": "equivalences have no field",
    **dict.fromkeys("AMN#", "it is about a relation"),
}


def article_of(options: BratOptions, file: File, pair: Pair, article_id: str) -> ImportedArticle:
    """Return the article of a file of annotations, with its attributions and claims."""
    files = Files(options, file, pair, article_id)
    standoff = Standoff(files.annotations)
    annotators = [shorten(pair.annotator, 200)] if pair.annotator else []
    imported = ImportedArticle(
        files.start,
        annotation={"method": "manual", "annotators": annotators},
        problems=files.problems,
        size=file.path.stat().st_size,
        where_in_text=files.where_in_text,
    )
    if files.text is None or any(problem.is_error for problem in files.problems):
        imported.items = _refused(options, standoff) or [SourceItem(files.start, "quote")]
        return imported
    marked = files.has_leading_mark
    bounds = TextBounds(standoff, files.text, options.offsets, marked=marked)
    imported.article = {**files.article, "text": files.text}
    page = Page(options, standoff, bounds, files.text, files.article, annotators)
    _add_items(page, files.beside, imported)
    return imported


def _refused(options: BratOptions, standoff: Standoff) -> list[SourceItem]:
    """Return all attributions as refused items, because of problems in the files."""
    events = [line for line in standoff.lines if line.kind == "E"]
    attributions = filter(options.is_attribution, events)
    items = [SourceItem(standoff.where(line), "quote") for line in attributions]
    return items + _unreadable(standoff)


def _unreadable(
    standoff: Standoff, reported: frozenset[str] | set[str] = frozenset()
) -> list[SourceItem]:
    """Return the unreadable lines as refused items, except those that were already reported."""
    return [
        SourceItem(wrong.problem.where, "quote", problems=[wrong.problem])
        for wrong in standoff.wrong
        if wrong.id not in reported
    ]


def _add_items(page: Page, beside: list[SourceItem], imported: ImportedArticle) -> None:
    """Add the quotes and claims of a page to an article, and report the remaining annotations."""
    events = [line for line in page.standoff.lines if line.kind == "E"]
    records = {line.id: exported_record(page, line) for line in events}
    attributions = list(filter(page.options.is_attribution, events))
    names = quote_ids(attributions, records, beside, page.annotators)
    quotes, claims = [], []
    for event in events:
        record, problems = records[event.id]
        if event.id in names:
            quotes.append(quote_of(page, event, names[event.id], record, problems))
        elif event.type == CLAIM and (record is not None or problems):
            claims.append((event, record or {}, problems))
    nest(page, quotes)
    regions = quoted(page.text)
    for quote in quotes:
        settle_type(quote, page.text, regions)
    for quote in quotes:
        name_outer(quote)
    relate(page, quotes)
    by_event = {quote.event.id: quote for quote in quotes}
    imported.items += [quote.item for quote in quotes]
    imported.items += [claim_of(page, *claim, by_event) for claim in claims]
    imported.items += beside
    imported.items += _unreadable(page.standoff, page.reported)
    taken = {*by_event, *(event.id for event, *_ in claims)}
    _report_rest(page, taken, imported.items, imported.problems)


def _report_rest(
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
