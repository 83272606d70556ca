"""A page for people, in one file: it loads nothing, and reads without a script."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator, Mapping
from typing import TextIO

from onrecord.display import escape_for_display
from onrecord.findings import CheckInfo, Fact, Finding, Ignored, Report
from onrecord.reporters.base import Group, counted, groups, inside, summary, tally
from onrecord.reporters.source import marked

# Findings of each check that are shown; the others are counted.
SHOWN = 200

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --page: #fff; --soft: #f3f3f6; --line: #c9c9d2;
  --dim: #55555f; --error: #a4161a; --warning: #7a4d00; --note: #00538f; --sound: #1b6b2f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6ea; --page: #16171b; --soft: #22242b;
  --line: #43454f; --dim: #aeb0ba; --error: #ffb0a8; --warning: #ffce73; --note: #9fcdff;
  --sound: #8fdc9f; } }
body { margin: 0 auto; padding: 1rem; max-width: 64rem; color: var(--ink); background: var(--page);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h2 code { font-size: 1em; }
a { color: var(--note); }
table { border-collapse: collapse; } caption { text-align: start; font-weight: bold; }
th, td { padding: .2rem .8rem .2rem 0; text-align: start; vertical-align: top;
  border-bottom: 1px solid var(--line); }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); }
.sound { color: var(--sound); }
ol.findings { padding: 0; list-style: none; }
ol.findings > li { margin: 1rem 0; padding: .6rem .9rem; background: var(--soft);
  border-inline-start: .3rem solid var(--line); }
li > p { margin: .2rem 0; } .place, dt { color: var(--dim); }
code, pre, .place { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { margin: .4rem 0; padding: .4rem .6rem 1.2rem; background: var(--page); white-space: pre-wrap;
  line-height: 1.9; }
mark { position: relative; color: inherit; background: none; font-weight: bold;
  border-bottom: 2px solid currentColor; }
mark::after { content: "^"; position: absolute; inset-inline-start: 0; top: 1em; }
pre.example { padding-bottom: .4rem; line-height: 1.4; }
dl { margin: .4rem 0; } dd { margin-inline-start: 1.5rem; }
input { font: inherit; width: 100%; max-width: 30rem; padding: .3rem .5rem; box-sizing: border-box; }
:focus-visible { outline: 3px solid var(--note); outline-offset: 2px; }
"""

SCRIPT = """
const box = document.getElementById("filter"), told = document.getElementById("told");
const lists = [...document.querySelectorAll("ol.findings")];
box.hidden = false;
box.querySelector("input").addEventListener("input", event => {
  const words = event.target.value.toLowerCase();
  let all = 0, left = 0;
  for (const list of lists) {
    const section = list.parentElement, title = section.querySelector("h2").textContent;
    section.hidden = true;
    for (const one of list.children) {
      one.hidden = !`${title} ${one.textContent}`.toLowerCase().includes(words);
      section.hidden &&= one.hidden;
      all += 1;
      left += !one.hidden;
    }
  }
  told.textContent = words ? `${left} of ${all} findings on this page` : "";
});
"""


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# Nothing runs, and nothing is applied or loaded, but the style and the script above.
POLICY = (
    f"default-src 'none'; style-src {_digest(STYLE)}; script-src {_digest(SCRIPT)}; "
    "base-uri 'none'; form-action 'none'"
)


def write(report: Report, out: TextIO, **_: object) -> None:
    """Write a report as one HTML page."""
    out.writelines(f"{line}\n" for line in _page(report))


def _text(words: str) -> str:
    """Words of any origin as text in an element or a quoted attribute."""
    return html.escape(escape_for_display(words))


def _page(report: Report) -> Iterator[str]:
    found = groups(report)
    title = f"onrecord: {tally(report)}"
    yield f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>"""
    yield from (f"<p>{_text(line)}</p>" for line in summary(report))
    if found:
        yield from _contents(report, found)
        yield '<div id="filter" role="search" hidden><label>Show only findings with '
        yield '<input type="search"></label> <span id="told" role="status"></span></div>'
    yield "</header>"
    yield "<main>"
    for number, group in enumerate(found):
        yield from _section(number, group, report.checks.get(group.code))
    if report.ignored:
        yield from _ignored(report.ignored)
    yield from _sound(report, found)
    yield "</main>"
    yield f"<script>{SCRIPT}</script>"
    yield "</body>"
    yield "</html>"


def _contents(report: Report, found: list[Group]) -> Iterator[str]:
    yield "<table><caption>What was found</caption>"
    yield '<thead><tr><th scope="col">severity</th><th scope="col">check</th>'
    yield '<th scope="col">what it finds</th><th scope="col">findings</th></tr></thead><tbody>'
    for number, group in enumerate(found):
        check = report.checks.get(group.code)
        yield (
            f'<tr><td class="{group.severity}">{group.severity}</td>'
            f'<td><a href="#check-{number}"><code>{_text(group.code)}</code></a></td>'
            f"<td>{_text(check.title) if check else ''}</td>"
            f'<td class="number">{len(group.findings):,}</td></tr>'
        )
    yield "</tbody></table>"


def _section(number: int, group: Group, check: CheckInfo | None) -> Iterator[str]:
    many = len(group.findings)
    yield f'<section aria-labelledby="check-{number}">'
    yield (
        f'<h2 id="check-{number}"><span class="{group.severity}">{group.severity}</span> '
        f"<code>{_text(group.code)}</code> ({many:,})</h2>"
    )
    if check:
        yield from _about(check)
    yield '<ol class="findings">'
    for finding in group.findings[:SHOWN]:
        yield f"<li>{''.join(_finding(finding))}</li>"
    yield "</ol>"
    if many > SHOWN:
        yield f"<p>{counted(many - SHOWN, 'more finding')} of this check not shown here.</p>"
    yield "</section>"


def _about(check: CheckInfo) -> Iterator[str]:
    """What a check finds and why it matters, to be opened."""
    yield f"<p>{_text(check.title)}.</p>"
    yield "<details><summary>About this check</summary>"
    for paragraph in check.explanation.split("\n\n"):
        yield f"<p>{_text(' '.join(paragraph.split()))}</p>"
    yield f"<p>How to fix it: {_text(check.hint)}.</p>"
    for label, example in (("Found in", check.fails), ("Not found in", check.passes)):
        lines = "\n".join(map(_text, example.split("\n")))
        yield f'<p>{label}:</p><pre class="example">{lines}</pre>'
    yield "</details>"


def _finding(finding: Finding) -> Iterator[str]:
    within = f" ({_text(inside(finding))})" if inside(finding) else ""
    yield f'<p class="place"><bdi>{_text(str(finding.place))}</bdi>{within}</p>'
    yield f'<p><strong class="{finding.severity}">{_text(finding.message)}</strong></p>'
    if finding.excerpt:
        before, meant, after = (html.escape(part) for part in marked(finding.excerpt))
        yield f"<pre>{before}<mark>{meant or ' '}</mark>{after}</pre>"
    if finding.hint:
        yield f"<p>help: {_text(finding.hint)}</p>"
    if finding.suggestion:
        sure = "" if finding.suggestion.safe else ", if that is what is meant"
        yield f"<p>a mend{sure}:</p>{_facts(finding.suggestion.changes)}"


def _facts(facts: Mapping[str, Fact]) -> str:
    rows = (
        f"<dt><code>{_text(name)}</code></dt>"
        f"<dd>{'taken out' if value is None else _text(str(value))}</dd>"
        for name, value in facts.items()
    )
    return f"<dl>{''.join(rows)}</dl>"


def _ignored(ignored: tuple[Ignored, ...]) -> Iterator[str]:
    yield f"<section><h2>Ignored ({len(ignored):,})</h2>"
    yield '<ol class="findings">'
    for one in ignored[:SHOWN]:
        finding = one.finding
        yield (
            f'<li><p class="place"><bdi>{_text(str(finding.place))}</bdi> '
            f"<code>{_text(finding.code)}</code></p><p>{_text(finding.message)}</p>"
            f"<p>ignored: {_text(one.reason)}</p></li>"
        )
    yield "</ol>"
    if len(ignored) > SHOWN:
        yield f"<p>{counted(len(ignored) - SHOWN, 'more finding')} ignored.</p>"
    yield "</section>"


def _sound(report: Report, found: list[Group]) -> Iterator[str]:
    """The checks that found nothing, without which a short report would mean little."""
    codes = {group.code for group in found}
    sound = [check for code, check in report.checks.items() if code not in codes]
    yield f"<section><h2>{counted(len(sound), 'check').capitalize()} found nothing</h2>"
    if sound:
        yield "<details><summary>Which these are</summary><ul>"
        for check in sound:
            yield f"<li><code>{_text(check.code)}</code>: {_text(check.title)}</li>"
        yield "</ul></details>"
    yield "</section>"
