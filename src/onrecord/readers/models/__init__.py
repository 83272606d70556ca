"""Validate trees against the models, and give records with their locations."""
