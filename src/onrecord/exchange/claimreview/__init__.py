"""Import schema.org ClaimReview."""
