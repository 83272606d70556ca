"""Validate language tags (BCP 47), and guess the one that was meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile

from onrecord.display import shorten
from onrecord.errors import InputError


def language_defect(tag: str) -> str | None:
    """Return why a tag is invalid or deprecated; None if it is valid.

    Case is ignored, as in RFC 5646.
    """
    language, *rest = tag.lower().split("-")
    if rest and language in ("x", "i", "art", "sgn"):
        return None  # private use, and tags that were registered whole
    if not _is(language, "language"):
        return f"{language} is not the code of a language"
    if instead := _subtags()["preferred-language"].get(language):
        return f"{language} was replaced by {instead}"
    return _defect_behind(rest)


def _defect_behind(subtags: list[str]) -> str | None:
    """Return what is wrong after the language subtag; extensions are not checked."""
    order = ["extlang", "script", "region", "variant"]
    for subtag in takewhile(lambda one: len(one) > 1, subtags):
        kinds = [kind for kind in order if _is(subtag, kind)]
        if not kinds:
            return f"{subtag} is not the code of a {_kind(subtag)}, or not at its place"
        instead = _subtags()["preferred-region"].get(subtag) if kinds[0] == "region" else None
        if instead:
            return f"{subtag} was replaced by {instead}"
        order = order[order.index(kinds[0]) + (kinds[0] != "variant") :]
    return None


@lru_cache(maxsize=4096)
def valid_language(tag: str) -> str | None:
    """Return the valid tag that was meant, in canonical case; None if it is unknown.

    Recognised are other spellings (``EN``, ``en_US``), codes of countries (``jp``), codes of three
    letters (``eng``), English names (``German``) and deprecated codes (``iw``).
    """
    known = _subtags()
    language, *rest = _plain(tag).split("-")
    meant = _LANGUAGES.get(language) if not _is(language, "language") else None
    for kind in ("preferred-language", "iso639-2", "name"):
        meant = meant or known[kind].get(language)
    language = meant or language
    found = _cased([language, *filter(None, (_meant(one, language) for one in rest))])
    return found if re.match("[a-z]{2,3}(-|$)", found) and language_defect(found) is None else None


def is_spelling(tag: str, valid: str) -> bool:
    """Return whether a tag differs from a valid one only in case, spaces or underscores."""
    return _plain(tag) == valid.lower()


def given_language(tag: str | None) -> str | None:
    """Return the tag of an option in canonical case; None if it is not given.

    Raises:
        InputError: It is not valid.
    """
    valid = None if tag is None else valid_language(tag)
    if tag is not None and (valid is None or not is_spelling(tag, valid)):
        advice = f"did you mean {valid}?" if valid else "write one such as en or pt-BR"
        raise InputError(f"--language {shorten(tag)} is not a BCP 47 tag; {advice}")
    return valid


def _plain(tag: str) -> str:
    return re.sub(r"[_\s]+", "-", tag.strip()).lower()


def _meant(subtag: str, language: str) -> str:
    """Return the subtag that was meant; empty for one that repeats the language."""
    if _is(subtag, "region"):
        return _subtags()["preferred-region"].get(subtag, subtag)
    if subtag == language or _LANGUAGES.get(subtag) == language:
        return ""
    return _SUBTAGS.get(subtag, subtag)


def _cased(subtags: list[str]) -> str:
    """Return a tag in the case that RFC 5646 recommends: ``zh-Hans-CN``."""
    parts, inside = subtags[:1], False
    for subtag in subtags[1:]:
        inside = inside or len(subtag) == 1
        region, script = len(subtag) == 2, len(subtag) == 4 and subtag.isalpha()
        parts.append(
            subtag if inside else subtag.upper() if region else subtag.title() if script else subtag
        )
    return "-".join(parts)


def _kind(subtag: str) -> str:
    return {2: "region", 3: "region", 4: "script"}.get(len(subtag), "variant")


def _is(subtag: str, kind: str) -> bool:
    known = _subtags()[kind]
    return subtag in known or any(
        first <= subtag <= last and len(subtag) == len(first) for first, last in _ranges()[kind]
    )


@cache
def _subtags() -> Mapping[str, Mapping[str, str]]:
    """Return the registered subtags by kind, with the replacement of deprecated ones."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    text = files("onrecord.language").joinpath("subtags.txt").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        kind, *entries = line.split(" ")
        found[kind].update(
            (name, value) for name, _, value in (one.partition("=") for one in entries)
        )
    return found


@cache
def _ranges() -> Mapping[str, list[tuple[str, str]]]:
    """Return the first and last subtag of each range for private use, by kind."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, names in _subtags().items():
        for name in names:
            first, dots, last = name.partition("..")
            if dots:
                found[kind].append((first, last))
    return found


# Codes of countries and others that are taken for codes of languages, and what is meant.
_LANGUAGES = dict(
    re.findall(
        r"(\S+)=(\S+)",
        "al=sq at=de-AT by=be cn=zh cz=cs dk=da gb=en-GB gr=el hk=zh-HK il=he ir=fa jp=ja kp=ko me=cnr "
        "mx=es-MX rs=sr ua=uk us=en-US vn=vi",
    )
)
# Subtags that are not registered, and the ones that are meant.
_SUBTAGS = {"uk": "gb", "chs": "hans", "cht": "hant", "latin": "latn", "cyrillic": "cyrl"}
