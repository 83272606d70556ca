"""Define schema 0.9, the pre-release: one file per record; shared types are in ``types``."""
