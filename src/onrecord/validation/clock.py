"""Return the current day, by which ignores of findings expire."""

from __future__ import annotations

import datetime as dt


def today() -> dt.date:
    """Return the current day in UTC, so that the result does not depend on the time zone."""
    return dt.datetime.now(dt.UTC).date()
