"""The formats in which findings are reported: a file a format, and a line here."""

from __future__ import annotations

from onrecord.reporters import github, json, text
from onrecord.reporters.base import WIDTH, Reporter, counted, inert, summary

REPORTERS: dict[str, Reporter] = {
    "text": text.write,
    "json": json.write,
    "github": github.write,
}

__all__ = ["REPORTERS", "WIDTH", "Reporter", "counted", "inert", "summary"]
