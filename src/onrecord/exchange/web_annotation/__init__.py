"""W3C Web Annotation, read and written."""
