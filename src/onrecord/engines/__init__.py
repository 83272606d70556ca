"""Run the queries of rules."""
