"""CSV and TSV of any columns, read by a mapping file."""
