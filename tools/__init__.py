"""Generators of files that are not made by hand."""
