"""Define the version of the package, and the address of its documentation."""

from __future__ import annotations

__version__ = "1.0.0"


def documentation() -> str | None:
    """Return the address of the documentation, which ends with a slash; None if it is not published.

    It is the ``Documentation`` of ``[project.urls]`` in pyproject.toml, the only place that has it.
    """
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("onrecord").get_all("Project-URL") or ()
    except PackageNotFoundError:
        return None
    for label, _, address in (url.partition(", ") for url in urls):
        if label == "Documentation":
            return f"{address.rstrip('/')}/"
    return None
