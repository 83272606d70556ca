"""Generate files that are not written by hand."""
