"""Import and export W3C Web Annotation."""
