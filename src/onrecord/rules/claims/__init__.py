"""Claims: whether they can be understood alone, are unique, and agree with quotes and verdicts."""
