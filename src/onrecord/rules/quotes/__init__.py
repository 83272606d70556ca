"""Quotes: told once, nested where they overlap, and of one piece with their cue and speaker."""
