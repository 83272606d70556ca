"""Define schema 0.9, the pre-release: one file per record; strings are in `schema.fields`."""
