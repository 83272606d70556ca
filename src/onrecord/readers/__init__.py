"""Find record files, and read their records with locations."""
