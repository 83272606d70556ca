"""Text: characters that do not belong in it, and texts that the corpus has twice."""
