"""Web addresses: whether they can lead to a page."""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.findings import Fact, Severity
from onrecord.rules.base import Rule

# Addresses of the most common shapes, in which there is nothing to find.
_PLAIN = (
    "^https?://([a-z0-9_-]{1,63}[.])+([a-z][a-z]|com|org|net|edu|gov|info|news)"
    "(/([A-Za-z0-9/._~?&=+:@!-]|%[0-9A-Fa-f][0-9A-Fa-f])*)?$"
)


def _checked(function: str, more: str = "") -> str:
    """Return a query for the addresses that a function describes as wrong.

    Most addresses match ``_PLAIN`` and need no call of the function.
    """
    return f"""
        SELECT u.record_type, u.locator, u.path, u.url, u.reason{more}
        FROM (
            SELECT record_type, locator, path, url,
                CASE WHEN REGEXP_MATCHES(url, '{_PLAIN}') AND NOT ENDS_WITH(url, '.')
                THEN NULL ELSE {function}(url) END AS reason
            FROM urls
        ) AS u
        WHERE u.reason IS NOT NULL
    """


class BrokenAddress(Rule):
    """Report addresses that begin like web addresses but cannot be any: they have no host, or one
    that cannot exist on the internet.

    Nobody can open the page to verify the record, and counts of what was published where are
    wrong."""

    title = "an address that can be none"
    message = "{url} is no web address: {reason:plain}"
    hint = "write the address as a browser shows it, or leave it out where there is no page"
    scope = "article"
    empty_without = "urls"
    query = _checked("ADDRESS_DEFECT")
    passes = "article: {url: 'https://пример.example.org:8080/порт_(мол)?a=1,2#x'}"
    fails = "article: {url: 'https://https://example.org/harbour'}"
    fixed = "article: {url: 'https://example.org/harbour'}"


class DoubtfulAddress(Rule):
    """Report addresses that are possible but probably not the ones meant: they include the
    punctuation of a sentence, were cut short, or lead into a private network.

    Most such links open another page or none, so that readers cannot verify the record."""

    severity = Severity.WARNING
    title = "an address that is probably not the one meant"
    message = "{url} is doubtful: {reason:plain}"
    hint = "compare it with the page's own address, and correct it"
    scope = "article"
    empty_without = "urls"
    query = _checked("ADDRESS_DOUBT", ", WITHOUT_TRAILING(u.url) AS without")
    passes = "article: {url: 'https://example.org/wiki/Mole_(harbour)'}"
    fails = "article: {url: 'https://example.org/harbour.html).'}"
    fixed = "article: {url: 'https://example.org/harbour.html'}"

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        """Suggest the address without trailing characters, if it has any."""
        return {} if facts["without"] == facts["url"] else {path: facts["without"]}
