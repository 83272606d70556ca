"""Change a document in place, keeping its comments and layout."""
