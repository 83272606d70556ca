"""Print and carry out the plans of dehydrate and hydrate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.printing import say

if TYPE_CHECKING:
    from onrecord.rights.plans import Plan


def carry_out(plans: Sequence[Plan], *, write: bool) -> int:
    """Print the plans, carry them out if nothing prevents any of them, and return the exit status.

    Args:
        plans: The changes of each file.
        write: Whether files are changed.
    """
    from onrecord.rights import plans as planned
    from onrecord.rights.records import refusal_line

    prevented = False
    for plan in plans:
        for finding in plan.findings:
            say(f"{finding.place}: {finding.message}; {finding.hint}")
        for line in (*map(refusal_line, plan.refusals), *plan.messages):
            say(line)
        prevented = prevented or bool(plan.findings or plan.refusals)
    if prevented:
        print("nothing is written")
        return FINDINGS
    if write:
        for plan in plans:
            planned.carry_out(plan)
    elif any(plan.writes or plan.removals for plan in plans):
        print("nothing is written; add --write to change the files")
    return DONE
