"""What tests of publishing share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def with_few_rules(few_rules):
    """Spend no time on rules that these tests are not about."""
