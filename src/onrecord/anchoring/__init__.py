"""Find the offsets of words in a text, and find them again after the text has changed."""
