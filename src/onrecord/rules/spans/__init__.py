"""Spans: the words, where they stand, and whether the two agree."""
