"""Import CSV and TSV with any columns by a mapping file."""
