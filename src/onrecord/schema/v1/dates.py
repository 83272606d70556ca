"""Define the dates and periods of records of 1.0; other strings are the same in all versions."""

from typing import Annotated

from onrecord.schema.fields import Role, matching

_DAY = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_HOUR = r"([01][0-9]|2[0-3])"
_INSTANT = (
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    rf"T{_HOUR}:[0-5][0-9]:[0-5][0-9]([.][0-9]{{1,9}})?(Z|[+-]{_HOUR}:[0-5][0-9])"
)
_DATE = "YYYY, YYYY-MM, YYYY-MM-DD, or an instant such as 2024-12-10T08:30:00Z"
# A date whose precision is qualified: uncertain, approximate, or both (ISO 8601-2, level 1).
_QUALIFIED = rf"({_DAY}[?~%]?|{_INSTANT})"

PartialDate = Annotated[str, matching(rf"^({_DAY}|{_INSTANT})$", f"a date: {_DATE}"), Role("date")]
Period = Annotated[
    str,
    matching(
        rf"^({_QUALIFIED}(/({_QUALIFIED}|[.][.]))?|[.][.]/{_QUALIFIED})$",
        f"a date ({_DATE}), or an interval of two with a slash such as 2014/2022-02 or 2022-02/..; "
        "a date may end in ~ (approximate), ? (uncertain) or % (both)",
    ),
    Role("date"),
]
