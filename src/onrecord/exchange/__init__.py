"""The formats of others: a file or a folder a format, and a line below for what it reads or writes.

What they share is in ``base`` (what an importer and an exporter are), ``importing`` and
``exporting`` (running one), ``sources`` (the files and what is kept of them), ``output`` (writing
it all or not at all), and in ``entries``, ``jsonfiles``, ``spans``, ``offsets``, ``nesting`` and ``ids`` (reading values and their places).
"""

from __future__ import annotations

from onrecord.exchange.averitec import Averitec
from onrecord.exchange.base import Exporter, Importer
from onrecord.exchange.brat import Brat, BratExport
from onrecord.exchange.claimreview import ClaimReview
from onrecord.exchange.csv import Csv
from onrecord.exchange.exporting import Exported, export_records
from onrecord.exchange.importing import Tally, import_records
from onrecord.exchange.label_studio import LabelStudio
from onrecord.exchange.quotebank import Quotebank
from onrecord.exchange.schema_org import SchemaOrg
from onrecord.exchange.spacy import Spacy
from onrecord.exchange.table import Table
from onrecord.exchange.web_annotation import WebAnnotation, WebAnnotationExporter
from onrecord.exchange.wikinews_de import WikinewsDe

_READ: tuple[type[Importer], ...] = (
    Averitec,
    Brat,
    ClaimReview,
    Quotebank,
    Table,
    WebAnnotation,
    WikinewsDe,
)
_WRITTEN: tuple[type[Exporter], ...] = (
    BratExport,
    Csv,
    LabelStudio,
    SchemaOrg,
    Spacy,
    WebAnnotationExporter,
)

IMPORTERS = {importer.name: importer for importer in _READ}
EXPORTERS = {exporter.name: exporter for exporter in _WRITTEN}

__all__ = [
    "EXPORTERS",
    "IMPORTERS",
    "Exported",
    "Exporter",
    "Importer",
    "Tally",
    "export_records",
    "import_records",
]
