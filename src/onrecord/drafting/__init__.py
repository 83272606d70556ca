"""Measure how two annotations of the same texts agree, and list their differences."""
