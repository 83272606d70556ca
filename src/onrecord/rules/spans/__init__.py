"""Spans: words and offsets, and whether the two agree."""
