"""Name the models of the current version, which the rest of the package uses."""

from onrecord.schema.v1 import *  # noqa: F403  # the same names
from onrecord.schema.v1 import __all__ as __all__  # noqa: PLC0414
