"""The formats of others: a file a format here, and a line below for what it reads or writes."""

from __future__ import annotations

from onrecord.exchange.averitec import Averitec
from onrecord.exchange.base import Exporter, Importer
from onrecord.exchange.quotebank import Quotebank
from onrecord.exchange.wikinews_de import WikinewsDe

_READ: tuple[type[Importer], ...] = (
    Averitec,
    Quotebank,
    WikinewsDe,
)
_WRITTEN: tuple[type[Exporter], ...] = ()

IMPORTERS = {importer.name: importer for importer in _READ}
EXPORTERS = {exporter.name: exporter for exporter in _WRITTEN}

__all__ = ["EXPORTERS", "IMPORTERS", "Exporter", "Importer"]
