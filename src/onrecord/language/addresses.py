"""Check web addresses, and guess the one that was meant."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from datetime import date
from urllib.parse import urlsplit


def address_defect(url: str) -> str | None:
    """Return why a string that begins like a web address cannot be one; None if it can.

    No request is sent. The host must be one that the public internet can have (RFC 3986, RFC 1035).
    Internationalised names may be in their own script.
    """
    if any(one.isspace() or unicodedata.category(one) == "Cc" for one in url):
        return "it has a space or a control character in it"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "its host or its port is malformed"
    if not host:
        return "it has no host"
    if host in ("http", "https") or host.startswith(("http.www.", "https.www.")):
        return "it begins twice"
    return _host_defect(host)


def _host_defect(host: str) -> str | None:
    if ":" in host or _IN_DIGITS.fullmatch(host):
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return f"{host} is no address of a host"
        return None
    *labels, top = _DOTS.split(host.removesuffix("."))
    if not labels:
        return f"{host} is no host of the internet"
    if not all(map(_LABEL.fullmatch, labels)):
        return f"{host} cannot be the name of a host"
    return None if _TOP.fullmatch(top) else f"no name of a host ends in .{top}"


def address_doubt(url: str) -> str | None:
    """Return why an address is probably not the one that was meant; None if it looks right."""
    if address_defect(url):
        return None
    parts = urlsplit(url)
    host = parts.hostname or ""
    unsafe, rest = _NOT_IN_ADDRESSES.search(url), url[len(without_trailing(url)) :]
    doubts = {
        "a user name stands before the host": parts.username is not None,
        f"{host} is not reached from elsewhere": _is_private(host),
        f"{unsafe and unsafe[0]} is no character of an address": unsafe,
        "a percent sign is not followed by two hexadecimal digits": _BROKEN_PERCENT.search(url),
        f"it ends in {rest}": rest,
        "it is cut short": url.endswith(("...", "…")),
    }
    return next((doubt for doubt, holds in doubts.items() if holds), None)


def without_trailing(url: str) -> str:
    """Remove the punctuation of the surrounding sentence from the end of an address.

    A closing bracket that was opened in the address belongs to it, and a full stop may.
    """
    while _is_trailing(url):
        url = url[:-1]
    return url


def _is_trailing(url: str) -> bool:
    """Return whether the last character does not belong to the address."""
    if url.endswith("."):
        return bool(_FILE.search(url)) or _is_trailing(url[:-1])
    last = url[-1:]
    opener = _OPENERS.get(last)
    return last in _TRAILING or (opener is not None and url.count(last) > url.count(opener))


def _is_private(host: str) -> bool:
    if host.rpartition(".")[2] in _RESERVED:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def address_date(url: str) -> str | None:
    """Return the first date in the path of an address, usually the day of publication.

    It is a day or a month in the form of the records, such as that of ``/2024/05/06/``,
    ``2024-05-06``, ``20240506``, ``/2024/may/6/`` and ``/2024/05/``. Timestamps of web archives are
    ignored, and so are dates that can be read in two ways.
    """
    copy = _COPY.match(url)
    path = re.split("[?#]", url[copy.end() :] if copy else url)[0].partition("://")[2]
    for found in _DATE_IN_PATH.finditer("/" + path.partition("/")[2]):
        named = found["named"]
        month = _MONTHS.index(named[:3].lower()) + 1 if named else int(found["month"])
        try:
            day = date(int(found["year"]), month, int(found["day"] or 1)).isoformat()
        except ValueError:
            continue
        return day if found["day"] else day[:7]
    return None


# A copy of a page in an archive, whose address begins with when it was copied.
_COPY = re.compile(r"https?://[^/]*/(?:web/)?[0-9]{4,14}\*?(?:[a-z]{2}_)?/(?=https?:/)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE_IN_PATH = re.compile(
    r"(?<![0-9])(?P<year>19[0-9]{2}|20[0-9]{2})"
    r"(?:(?P<mark>[-/._]?)(?P<month>0[1-9]|1[0-2]|(?<=[-/._])[1-9])"
    r"|/(?P<named>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?=/))"
    r"(?:(?:(?P=mark)|(?<=[a-z])/)(?P<day>0[1-9]|[12][0-9]|3[01]|(?<=[-/._])[1-9])(?![0-9])"
    r"|(?<=/[0-9]{2})(?=/|$)|(?<=[a-z])(?=/))",
    re.ASCII | re.IGNORECASE,
)

_IN_DIGITS = re.compile(r"[0-9.]+")
# The dots that browsers take for one in the name of a host (UTS 46).
_DOTS = re.compile("[.。．｡]")
# What stands between two dots (RFC 1035; underscores occur), and behind the last.
_LABEL = re.compile(r"(?:[a-z0-9_-]|[^\x00-\x7f]){1,63}")
_TOP = re.compile(r"xn--[a-z0-9-]+|(?:[a-z]|[^\x00-\x7f]){2,63}")
# Names that are reserved for no public use (RFC 2606, RFC 6761, RFC 6762).
_RESERVED = frozenset({"test", "invalid", "localhost", "local", "localdomain", "internal", "lan"})
# RFC 3986 has none of these; of those that it has not either, browsers write | ^ and ` themselves.
_NOT_IN_ADDRESSES = re.compile(
    r"[<>\"\\{}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]"
)
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_OPENERS = {")": "(", "]": "["}
_TRAILING = frozenset(",;'”’»“")
_FILE = re.compile(r"\.(?:html?|php|aspx?|pdf|jsp|shtml)\.$")


# Parameters of addresses that record where a reader came from and do not change the page.
_TRACKING = re.compile(
    r"(?:utm_[a-z_]+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid"
    r"|mc_cid|mc_eid)=",
    re.IGNORECASE,
)


def plain_url(url: str) -> str:
    """Remove from a web address everything that does not change the page.

    That is the scheme, www, the case of the host, a slash at the end of the path, the fragment
    (except one that names a page, ``#!/page``) and parameters of common trackers.
    """
    _, _, rest = url.partition("://")
    address, _, fragment = rest.partition("#")
    address, _, query = address.partition("?")
    host, _, path = address.partition("/")
    kept = "&".join(one for one in query.split("&") if one and not _TRACKING.match(one))
    return "".join(
        (
            host.lower().removeprefix("www."),
            f"/{path}".rstrip("/"),
            kept and f"?{kept}",
            f"#{fragment}" if fragment.startswith(("!", "/")) else "",
        )
    )
