"""Define the dates and periods of records of 0.9; other strings are the same in all versions."""

from typing import Annotated

from onrecord.schema.fields import Role, matching

_YEAR = r"[0-9]{4}"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_HOUR = r"([01][0-9]|2[0-3])"
_ZONE = rf"(Z|[+-]{_HOUR}:[0-5][0-9])"
_TIME = rf"{_HOUR}:[0-5][0-9](:[0-5][0-9]([.][0-9]{{1,9}})?)?{_ZONE}"
_DATE = rf"{_YEAR}(-{_MONTH}(-{_DAY}(T{_TIME})?)?)?"

_PARTIAL_DATE = "YYYY, YYYY-MM, YYYY-MM-DD, or an instant such as 2024-12-10T08:30:00Z"
PartialDate = Annotated[str, matching(rf"^{_DATE}$", f"a date: {_PARTIAL_DATE}"), Role("date")]
Period = Annotated[
    str,
    matching(
        rf"^({_DATE}(/({_DATE}|[.][.]))?|[.][.]/{_DATE})$",
        f"a date ({_PARTIAL_DATE}), or an interval of two with a slash such as 2014/2022-02 "
        "or 2022-02/..",
    ),
    Role("date"),
]
