"""Import and export brat's standoff format."""
