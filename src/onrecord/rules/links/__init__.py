"""Identifiers, and the references to them."""
