"""Quotes: duplicates, overlaps and nesting, and whether type, cue and speaker fit each other."""
