"""Parse YAML, JSON and TOML into trees of nodes that know their locations."""
