"""CSV and TSV of any columns, read by a mapping file."""

from onrecord.exchange.table.reading import Table

__all__ = ["Table"]
