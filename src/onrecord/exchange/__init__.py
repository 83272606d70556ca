"""The formats of others: a file a format here, and a line below for what it reads or writes."""

from __future__ import annotations

from onrecord.exchange.base import Exporter, Importer
from onrecord.exchange.wikinews_de import WikinewsDe

IMPORTERS: dict[str, type[Importer]] = {importer.name: importer for importer in (WikinewsDe,)}
EXPORTERS: dict[str, type[Exporter]] = {}

__all__ = ["EXPORTERS", "IMPORTERS", "Exporter", "Importer"]
