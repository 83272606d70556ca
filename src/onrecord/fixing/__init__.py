"""Fix findings that can be fixed in only one way."""
