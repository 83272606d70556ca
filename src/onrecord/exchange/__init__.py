"""Import and export other formats: one file or folder per format, and an entry below.

Shared code is in ``base`` (the interfaces of importers and exporters), ``importing`` and
``exporting`` (running one), ``batches``, ``templates`` and ``prepared`` (accepting many records at
once), ``checking`` (one by one), ``sources`` (the imported files), ``output`` (writing everything
or nothing), and in ``entries``, ``values``, ``jsonfiles``, ``spans``, ``nesting`` and ``ids``
(reading values and their locations). A format is imported when it is first used.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from onrecord.exchange.base import Exporter, Importer
    from onrecord.exchange.exporting import export_records
    from onrecord.exchange.importing import import_records

__all__ = ["EXPORTERS", "IMPORTERS", "Formats", "export_records", "import_records"]

_HOME = {
    "export_records": "onrecord.exchange.exporting",
    "import_records": "onrecord.exchange.importing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


_Kind = TypeVar("_Kind")


class Formats(Mapping[str, type[_Kind]]):
    """Map names of formats to their classes; each is imported when it is first used.

    Attributes:
        titles: One line about each format, by name: the first paragraph of its documentation.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        """Register formats: the title of each, by its place in this package, ``module.Class``."""
        homes = {home.partition(".")[0].replace("_", "-"): home for home in titles}
        self.titles: Mapping[str, str] = {name: titles[home] for name, home in homes.items()}
        self._homes = homes

    def __getitem__(self, name: str) -> type[_Kind]:
        module, _, class_ = self._homes[name].rpartition(".")
        return cast("type[_Kind]", getattr(importlib.import_module(f"{__name__}.{module}"), class_))

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


IMPORTERS: Formats[Importer] = Formats(
    {
        "averitec.Averitec": "Import claims of AVeriTeC with their verdicts and evidence, one JSON list per file.",
        "brat.reading.Brat": "Import attributions annotated with brat, a pair of files `.ann` and `.txt` per article.",
        "claimreview.reading.ClaimReview": "Import fact checks marked up as schema.org ClaimReview, in JSON-LD.",
        "label_studio.formats.LabelStudioImport": "Import quotes and claims annotated in Label Studio, as JSON or JSON-MIN that it exports.",
        "quotebank.reading.Quotebank": "Import quotations of Quotebank, one per line, without the articles' texts.",
        "table.reading.Table": "Import rows of a CSV or TSV table, by a mapping file that says which column is which field.",
        "web_annotation.formats.WebAnnotation": "Import W3C Web Annotation JSON-LD: an annotation, a list of them, a page or a collection.",
        "wikinews_de.WikinewsDe": "Import quotes of German Wikinews articles, one JSON file per article.",
    }
)
EXPORTERS: Formats[Exporter] = Formats(
    {
        "brat.writing.BratExport": "Export brat standoff: a text `ID.txt` and annotations `ID.ann` per article.",
        "csv.Csv": "Export CSV, one file per table: articles, quotes, claims, spans, assessments and relations.",
        "label_studio.formats.LabelStudio": "Export Label Studio tasks with their annotations, as JSON to import there.",
        "schema_org.SchemaOrg": "Export articles, quotations, claims and reviews as schema.org JSON-LD.",
        "spacy.Spacy": "Export JSON Lines that become spaCy documents with span groups, one line per article.",
        "web_annotation.formats.WebAnnotationExporter": "Export W3C Web Annotation JSON-LD, one file ARTICLE.jsonld per article.",
    }
)
