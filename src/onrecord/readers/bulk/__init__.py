"""Read tables in batches, on a fast path that accepts only records that Pydantic accepts."""
