"""Import and export Label Studio tasks."""
