"""The formats in which findings are reported: a file a format, and a line here."""

from __future__ import annotations

from onrecord.inert import inert
from onrecord.reporters import github, html, json, junit, markdown, sarif, text
from onrecord.reporters.base import WIDTH, Reporter, counted, summary

REPORTERS: dict[str, Reporter] = {
    "text": text.write,
    "json": json.write,
    "github": github.write,
    "sarif": sarif.write,
    "junit": junit.write,
    "html": html.write,
    "markdown": markdown.write,
}

__all__ = ["REPORTERS", "WIDTH", "Reporter", "counted", "inert", "summary"]
