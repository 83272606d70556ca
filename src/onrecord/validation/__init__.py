"""Validate a corpus: run the rules, and apply settings, ignores, baselines and git revisions."""
