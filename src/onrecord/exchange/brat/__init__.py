"""brat's standoff format, read and written."""

from onrecord.exchange.brat.reading import Brat
from onrecord.exchange.brat.writing import BratExport

__all__ = ["Brat", "BratExport"]
