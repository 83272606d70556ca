"""``onrecord explain``: explain what a check finds, with an example."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE, USAGE
from onrecord.cli.parser import argument, with_options
from onrecord.cli.printing import complain
from onrecord.cli.rules import list_rules
from onrecord.errors import did_you_mean

if TYPE_CHECKING:
    from onrecord.rules.base import Check


@dataclass(frozen=True, kw_only=True)
class _Options:
    code: str | None = argument("CODE", "the code of a check, or a family", nargs="?")


@with_options(_Options, "onrecord explain span-words-differ")
def command(options: _Options) -> int:
    """Explain a check, or list the checks of a family, or all."""
    from onrecord.rules import CHECKS, families

    code = options.code
    if code is None or code in families():
        list_rules(code)
        return DONE
    if code not in CHECKS:
        advice = did_you_mean(code, CHECKS) or "onrecord explain lists them"
        complain(f"there is no check {code}; {advice}")
        return USAGE
    print(_explanation(CHECKS[code]))
    return DONE


_SCOPES = {
    "article": "Its scope is one article with everything that belongs to it.",
    "corpus": "Its scope is the whole corpus.",
}


def _explanation(check: type[Check]) -> str:
    from onrecord.rules.base import Rule
    from onrecord.rules.examples import about

    info = about(check)
    parts = [f"{info.code} ({info.severity}): {info.title}"]
    for heading, text, blocks in info.sections():
        parts += [f"{heading}:\n{text}" if text else f"{heading}:"]
        parts += [textwrap.indent(block, "    ") for block in blocks]
    if issubclass(check, Rule):
        parts.append(_SCOPES[check.scope])
    if check.safe:
        parts.append("onrecord validate --fix fixes it where only one correction is possible.")
    return "\n\n".join(parts)
