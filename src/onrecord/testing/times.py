"""Draw dates.

All dates of a document come from moments in ascending order, minutes to years apart, so that they
remain in order whatever their precision.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from hypothesis import strategies as st


class Times(NamedTuple):
    """Hold the moments of a document, in order."""

    said: datetime
    published: datetime
    corrected: datetime
    assessed: datetime
    retrieved: datetime
    annotated: datetime


_YEAR = 365 * 24 * 60
times = st.builds(
    lambda start, step: Times(
        *(
            datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=start + number * step)
            for number in range(len(Times._fields))
        )
    ),
    st.integers(-150 * _YEAR, 10 * _YEAR),
    st.integers(0, 2000) | st.integers(0, 2 * _YEAR),
)
_precisions = st.sampled_from([None, "%Y", "%Y-%m", "%Y-%m-%d", "seconds", "milliseconds"])
_zones = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def draw_date(draw: st.DrawFn, moment: datetime) -> str | None:
    """Draw a year, month or day with a moment, or an instant in a zone where its day is."""
    precision = draw(_precisions)
    if precision is None:
        return None
    if "%" in precision:
        return moment.strftime(precision)
    local = moment.astimezone(draw(_zones))
    chosen = local if local.date() == moment.date() else moment
    return chosen.isoformat(timespec=precision).replace("+00:00", "Z")


def draw_said(draw: st.DrawFn, times: Times) -> str | None:
    """Draw the time at which something was said: a date, or one that it was before."""
    date = draw_date(draw, times.said)
    if date is None or draw(st.booleans()):
        return date
    vague = date + draw(_qualifiers) if len(date) <= len("YYYY-MM-DD") else date
    return draw(st.sampled_from([vague, f"../{vague}"]))


# A date is uncertain, approximate, or both (ISO 8601-2, level 1).
_qualifiers = st.sampled_from(["", "?", "~", "%"])


def draw_period(draw: st.DrawFn, times: Times) -> str | None:
    """Draw the time that a claim is about."""
    length = draw(st.sampled_from([4, 7, 10, 25]))
    start, end = (moment.isoformat()[:length] for moment in (times.said, times.published))
    if length <= len("YYYY-MM-DD"):
        start, end = (date + draw(_qualifiers) for date in (start, end))
    return draw(st.sampled_from([None, start, f"{start}/{end}", f"../{end}", f"{start}/.."]))
