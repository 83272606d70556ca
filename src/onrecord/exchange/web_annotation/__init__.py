"""W3C Web Annotation, read and written."""

from onrecord.exchange.web_annotation.formats import WebAnnotation, WebAnnotationExporter

__all__ = ["WebAnnotation", "WebAnnotationExporter"]
