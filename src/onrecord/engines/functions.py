"""What rules need and SQL cannot say: functions that each engine registers by these names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from onrecord.rights.allowed import is_brief


def is_license(identifier: str) -> bool:
    """Whether the SPDX list has this licence, or it is a LicenseRef of somebody's own."""
    try:
        canonicalize_license_expression(identifier)
    except InvalidLicenseExpression:
        return False
    return True


# Functions of one string that tell whether something holds; null gives null.
PREDICATES: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"is_brief": is_brief, "is_license": is_license}
)
