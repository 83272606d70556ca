"""schema.org ClaimReview, read."""
