"""Write an annotated article for a terminal: its text with marked words, and its records below.

Every mark has brackets and the id of its record, so that nothing depends on colour. A line beside
the text distinguishes its words from everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from onrecord.display import escape_for_display
from onrecord.findings import Finding
from onrecord.reporters.base import counted
from onrecord.site.annotated import AnnotatedArticle, Segment, annotate
from onrecord.site.cells import Run, escaped, in_line, painted, wrapped
from onrecord.site.found import Found
from onrecord.site.located import Kind, Mark
from onrecord.site.terminal_records import TYPES, claim_lines, finding_lines, quote_lines
from onrecord.site.wording import date, direction, language, spaced

_STYLES: Mapping[Kind, str] = {
    "claim": "4", "speaker": "1", "cue": "3", "relay": "1", "addressee": "1", "claimant": "1",
    "finding": "4",
}  # fmt: skip
_SEVERITIES = {"error": "1;31", "warning": "1;33", "note": "1;36"}
# The brackets of mentions and cues, and what they say before the id.
_BRACKETS: Mapping[Kind, tuple[str, str, str]] = {
    "speaker": ("{", "", "}"),
    "claimant": ("{", "", "}"),
    "cue": ("<", "", ">"),
    "relay": ("{", "via ", "}"),
    "addressee": ("{", "to ", "}"),
}
_LEGEND: Sequence[tuple[Kind, str, str]] = (
    ("speaker", "{q1 …}", "who says it"),
    ("cue", "<q1 …>", "cue"),
    ("addressee", "{to q1 …}", "addressee"),
    ("relay", "{via q1 …}", "who passes it on"),
    ("claim", "[c1 … c1]", "claim"),
    ("claimant", "{c1 …}", "who claims it"),
    ("finding", "[!1 … !1]", "finding"),
)
_LABEL, _FAINT, _TITLE, _FOCUS = "1", "2", "1", "7"
_EDGE, _FOCUSED_EDGE = "│ ", "┃ "
_BLOCK = "░"
# Cells of a gap that are drawn; longer ones say how long they are.
_DRAWN = 1200
# No terminal is narrower in earnest.
_NARROWEST = 20


def terminal_lines(
    found: Found,
    findings: Iterable[Finding] = (),
    *,
    width: int = 80,
    color: bool = False,
    focus: str | None = None,
) -> Iterator[str]:
    """Yield the lines that show an article.

    Args:
        found: The article with its records, without withheld words.
        findings: The findings about them, whose messages may be shown.
        width: The cells of a line.
        color: Whether to use colours and other styles.
        focus: The id of a quote or claim: its words are highlighted, and of the records below only
            it and those are shown that it is connected with.
    """
    shown = annotate(found.article, found.quotes, found.claims, text=found.text, findings=findings)
    view = _View(shown, focus)
    width = max(width, _NARROWEST)
    for run in _head(shown):
        yield from (painted(line, color=color) for line in wrapped([run], width))
    yield ""
    right = direction(shown.article["language"]) == "rtl"
    for line in wrapped(view.text(), width - len(_EDGE)):
        focused = any(run.style.startswith(_FOCUS) for run in line)
        edge = Run(_FOCUSED_EDGE if focused else _EDGE, "1" if focused else _FAINT)
        yield painted([edge], color=color) + painted(line, color=color, right=right)
    yield ""
    for line in wrapped(view.legend(), width):
        yield painted(line, color=color)
    for title, entries in view.records():
        yield ""
        yield painted([Run(title, _TITLE)], color=color)
        for label, runs in entries:
            style = runs[0].style if runs else _LABEL
            lines = wrapped([Run(f"{label} ", style, "after"), *runs], width - 2, 4)
            yield from (f"  {painted(line, color=color)}" for line in lines)


def _head(shown: AnnotatedArticle) -> Iterator[Run]:
    article = shown.article
    publisher = article.get("publisher") or {}
    yield Run(in_line(article.get("title") or article["id"]), _TITLE)
    about = [
        article["id"],
        publisher.get("name") or publisher.get("domain"),
        date(article.get("published")),
        language(article["language"]),
    ]
    yield Run(" · ".join(in_line(each) for each in about if each))
    if article.get("authors"):
        yield Run(f"by {in_line(', '.join(article['authors']))}")
    if article.get("url"):
        yield Run(in_line(article["url"]), _FAINT)
    for each in article.get("corrections", ()):
        yield Run(f"corrected {date(each.get('date'))}: {in_line(each['note'])}")
    if shown.withheld:
        but = ", except for words inside quotation marks"
        but = but if article["rights"]["redistribute"] == "quotes" else ""
        yield Run(f"The rights in this text do not allow it to be passed on{but}.", _FAINT)
    elif not shown.available and shown.length:
        yield Run("The text is not available; --texts DIR names the folder that has it.", _FAINT)


class _View:
    """Write the parts of an article for a terminal.

    Args:
        shown: The article.
        focus: The id of the record that is highlighted.
    """

    def __init__(self, shown: AnnotatedArticle, focus: str | None) -> None:
        self._shown = shown
        self._focus = focus
        self._quotes = {quote["id"]: quote for quote in shown.quotes}
        own = any(mark.record == focus for mark in shown.marks)
        # A claim without words of its own has those of the quotes that it rests on.
        self._highlighted = {focus} if own else self._connected() or frozenset()
        self._pieces = {
            (mark.record, mark.piece): mark for mark in shown.marks if mark.kind == "quote"
        }

    def text(self) -> Iterator[Run]:
        """Yield the text with the brackets of its marks."""
        for segment in self._shown.segments:
            begun = [mark for mark in segment.marks if mark.start == segment.start]
            ended = [mark for mark in reversed(segment.marks) if mark.end == segment.end]
            for marks in _alike(begun):
                yield from self._bracket(marks, opens=True)
            yield from self._words(segment)
            for marks in _alike(ended):
                yield from self._bracket(marks, opens=False)

    def _words(self, segment: Segment) -> Iterator[Run]:
        style = self._style(segment.marks)
        if segment.text is not None:
            yield Run(escaped(segment.text), style)
            return
        number = segment.end - segment.start
        yield Run(_BLOCK * min(number, _DRAWN), style or _FAINT)
        if number > _DRAWN:
            what = "withheld" if self._shown.withheld else "not available"
            yield Run(f" … {counted(number, 'character')} {what}", _FAINT)

    def _style(self, marks: Sequence[Mark]) -> str:
        """Return the style of words with marks: of the innermost quote, and of all others."""
        quotes = [mark for mark in marks if mark.kind == "quote"]
        quotes.sort(key=lambda mark: (mark.lane, mark.start))
        styles = [_FOCUS] if any(mark.record in self._highlighted for mark in marks) else []
        styles += [TYPES[self._quotes[mark.record]["type"]] for mark in quotes[-1:]]
        styles += [_STYLES[mark.kind] for mark in marks if mark.kind in _STYLES]
        return ";".join(dict.fromkeys(styles))

    def _bracket(self, marks: Sequence[Mark], *, opens: bool) -> Iterator[Run]:
        first = marks[0]
        ids = " ".join(dict.fromkeys(_local(mark.record) for mark in marks))
        if first.kind == "between":
            return
        style = _LABEL
        if first.kind == "quote":
            style = f"1;{TYPES[self._quotes[first.record]['type']]}"
            follows = self._pieces.get((first.record, first.piece + 1))
            continues = self._pieces.get((first.record, first.piece - 1))
            if opens:
                if continues and not first.interrupted:
                    return
                label = f"[{'…' if continues else ''}{ids} "
            elif follows and not follows.interrupted:
                return
            else:
                label = f" {ids}{'…' if follows else ''}]"
        elif first.kind == "finding":
            severity = self._shown.findings[int(first.record)].severity
            style = _SEVERITIES[str(severity)]
            ids = " ".join(f"!{int(mark.record) + 1}" for mark in marks)
            label = f"[{ids} " if opens else f" {ids}]"
        elif first.kind == "claim":
            before = "…" if first.piece > 1 else ""
            after = "…" if first.piece < first.pieces else ""
            label = f"[{before}{ids} " if opens else f" {ids}{after}]"
        else:
            left, what, right = _BRACKETS[first.kind]
            label = f"{left}{what}{ids} " if opens else right
        yield Run(label, style, "after" if opens else "before")

    def legend(self) -> Iterator[Run]:
        """Yield lines that explain the marks, as far as there are any."""
        kinds = {mark.kind for mark in self._shown.marks}
        types = [each for each in TYPES if any(q["type"] == each for q in self._shown.quotes)]
        parts: list[list[Run]] = []
        if types:
            names = [
                Run(f"{spaced(each)}{', ' * (each != types[-1])}", TYPES[each]) for each in types
            ]
            parts.append([Run("[q1 … q1]", _LABEL, "after"), Run(" quote: "), *names])
        for kind, example, meaning in _LEGEND:
            if kind in kinds:
                parts.append([Run(example, _LABEL, "after"), Run(f" {meaning}")])
        if any(segment.text is None for segment in self._shown.segments):
            what = "withheld" if self._shown.withheld else "not available"
            parts.append([Run(_BLOCK * 3, _FAINT), Run(f" {what}")])
        for number, part in enumerate(parts):
            if number:
                yield Run("   ")
            yield from part

    def records(self) -> Iterator[tuple[str, list[tuple[str, list[Run]]]]]:
        """Yield the lists below the text: the title of each, and its entries with their labels."""
        shown, there = self._shown, {quote for quote, _ in self._pieces}
        near = self._connected()
        quotes = [
            (
                _local(quote["id"]),
                quote_lines(quote, shown.article["id"], words=quote["id"] not in there),
            )
            for quote in shown.quotes
            if near is None or quote["id"] in near
        ]
        claims = [
            (_local(claim["id"]), claim_lines(claim, shown.article["id"]))
            for claim in shown.claims
            if near is None or claim["id"] in near
        ]
        findings = [
            (f"!{number}", finding_lines(finding, _SEVERITIES[str(finding.severity)]))
            for number, finding in enumerate(shown.findings, 1)
            if near is None or finding.record in near
        ]
        findings += [
            ("!", [Run(f"{escape_for_display(one.record)} {one.path}: {one.problem}")])
            for one in shown.misplaced
            if near is None or one.record in near
        ]
        lists = (("Quotes", quotes), ("Claims", claims), ("Findings", findings))
        return ((title, entries) for title, entries in lists if entries)

    def _connected(self) -> frozenset[str] | None:
        """Return the ids of the records below the text; None for all."""
        if self._focus is None:
            return None
        claims = {one["id"]: one.get("quote_ids", ()) for one in self._shown.claims}
        resting = (key for key, quotes in claims.items() if self._focus in quotes)
        return frozenset((self._focus, *claims.get(self._focus, ()), *resting))


def _alike(marks: Iterable[Mark]) -> Iterator[list[Mark]]:
    """Yield marks in groups that share their brackets: of one kind at the same words."""

    def brackets(mark: Mark) -> object:
        shares = mark.kind in _BRACKETS or mark.kind == "finding"
        return (mark.kind, mark.start, mark.end) if shares else id(mark)

    return ([*group] for _, group in groupby(marks, brackets))


def _local(record_id: str) -> str:
    return escape_for_display(record_id.partition(".")[2] or record_id)
