"""The corpus as a whole: its splits, the fields that it requires, and its last publication."""
