"""brat's standoff format, read and written."""
