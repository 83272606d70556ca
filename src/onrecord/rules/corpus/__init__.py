"""The corpus as a whole: its splits, what it demands, and what it has been published as."""
