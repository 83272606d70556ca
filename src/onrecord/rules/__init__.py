"""Define the checks: one file or folder per family, one class per check.

A class in any file here is a check; there is nothing to register.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from itertools import groupby
from types import MappingProxyType

from onrecord.rules.base import ChangeCheck, Check, ImportCheck, Rule, Shared


def _below(parent: type[Check]) -> Iterator[type[Check]]:
    for check in parent.__subclasses__():
        if check.listed:
            yield check
        yield from _below(check)


def _in_order(shared: Iterable[type[Shared]]) -> Iterator[type[Shared]]:
    """Yield shared queries, each behind those whose tables it reads."""
    named = {each.name: each for each in shared}
    read = {
        name: named.keys() & set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", each.query))
        for name, each in sorted(named.items())
    }
    return (named[name] for name in TopologicalSorter(read).static_order())


for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    importlib.import_module(_module.name)

# All checks by code, in order of their codes.
CHECKS: Mapping[str, type[Check]] = MappingProxyType(
    {check.code: check for check in sorted(_below(Check), key=lambda check: check.code)}
)
# Those that are made while importing, those that are made of a change, and those of records.
IMPORT_CHECKS: Mapping[str, type[ImportCheck]] = MappingProxyType(
    {code: check for code, check in CHECKS.items() if issubclass(check, ImportCheck)}
)
CHANGE_CHECKS: Mapping[str, type[ChangeCheck]] = MappingProxyType(
    {code: check for code, check in CHECKS.items() if issubclass(check, ChangeCheck)}
)
RECORD_CHECKS: Mapping[str, type[Check]] = MappingProxyType(
    {
        code: check
        for code, check in CHECKS.items()
        if code not in IMPORT_CHECKS and code not in CHANGE_CHECKS
    }
)
# Those that settings can name.
SETTABLE_CHECKS: Mapping[str, type[Check]] = MappingProxyType({**RECORD_CHECKS, **CHANGE_CHECKS})
# Those that are queries.
RULES: Mapping[str, type[Rule]] = MappingProxyType(
    {code: check for code, check in CHECKS.items() if issubclass(check, Rule)}
)
# Queries that other queries share, by the names of their tables, each behind those that it reads.
SHARED: Mapping[str, type[Shared]] = MappingProxyType(
    {shared.name: shared for shared in _in_order(Shared.__subclasses__())}
)


def families() -> Mapping[str, list[type[Check]]]:
    """Return the checks by family, both in alphabetical order."""
    ordered = sorted(CHECKS.values(), key=lambda check: (check.family, check.code))
    return {name: list(checks) for name, checks in groupby(ordered, lambda check: check.family)}


def family_about(family: str) -> str:
    """Return the subject of a family: the first line of the docstring of its file or folder."""
    module = importlib.import_module(f"{__name__}.{family}")
    return (module.__doc__ or "").partition("\n")[0]
