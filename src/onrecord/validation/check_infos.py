"""Describe all checks of records for reports."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from onrecord.findings import CheckInfo
from onrecord.rules import RECORD_CHECKS
from onrecord.rules.examples import about


@cache
def check_infos() -> Mapping[str, CheckInfo]:
    """Return the descriptions of all checks of records, by code."""
    return {code: about(check) for code, check in RECORD_CHECKS.items()}
