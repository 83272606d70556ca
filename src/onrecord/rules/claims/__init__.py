"""Claims: that they stand alone and stand once, and agree with their quotes, verdicts and others."""
