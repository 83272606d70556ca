"""What tests of publishing share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def few_rules(only_rules):
    """Run the rules that these tests are about: to run all takes longer than to publish."""
    only_rules(
        *("article-in-two-splits", "claim-in-two-splits", "quote-in-two-splits"),
        *("near-text-in-two-splits", "text-in-two-splits", "published-unreadable"),
        *("card-count-differs", "record-vanished", "article-vanished", "id-changed"),
        *("text-withheld", "words-withheld", "unknown-licence-redistributed"),
        *("dangling-reference", "duplicate-id", "span-moved", "span-words-differ"),
        *("pronoun-as-subject", "text-digest-differs", "open-text-missing"),
    )
