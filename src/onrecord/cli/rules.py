"""``onrecord rules``: list all checks."""

from __future__ import annotations

import json
from dataclasses import dataclass

from onrecord.cli.exits import DONE
from onrecord.cli.options import format_option
from onrecord.cli.parser import with_options


@dataclass(frozen=True, kw_only=True)
class _Options:
    format: str = format_option("text", "json")


@with_options(
    _Options,
    """
    onrecord rules
    onrecord rules --format json
    """,
)
def command(options: _Options) -> int:
    """List all checks, as text or JSON."""
    from onrecord.rules import CHECKS
    from onrecord.rules.examples import about

    if options.format == "text":
        list_rules()
        return DONE
    listed = [
        {
            "code": info.code,
            "family": info.family,
            "severity": str(info.severity),
            "title": info.title,
            "explanation": info.explanation,
            "hint": info.hint,
            "fix": check.safe,
        }
        for check, info in zip(CHECKS.values(), map(about, CHECKS.values()), strict=True)
    ]
    print(json.dumps(listed, indent=2, ensure_ascii=False))
    return DONE


def list_rules(only: str | None = None) -> None:
    """Print the checks by family, or those of one family only."""
    from onrecord.rules import CHECKS, families, family_about

    width = max(map(len, CHECKS))
    for family, checks in families().items():
        if only not in (None, family):
            continue
        print(f"{family_about(family)}\n")
        for check in checks:
            fix = " (--fix)" if check.safe else ""
            print(f"  {check.code:{width}}  {check.severity!s:7}  {check.title}{fix}")
        print()
    print("onrecord explain CODE explains one of them")
