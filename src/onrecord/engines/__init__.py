"""Where the queries of rules run."""
