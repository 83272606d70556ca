"""Hold all records of a corpus as Arrow tables and as the flat views that rules query."""
