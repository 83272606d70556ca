"""List the functions that rules need and SQL lacks; each engine registers them by these names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from types import MappingProxyType, NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from onrecord.language import addresses, characters, decoding, marked, markup, names, reference
from onrecord.language.brief import is_brief
from onrecord.language.characters import Defect, FirstDefect, first_defect
from onrecord.language.context import is_prefix, is_suffix
from onrecord.language.cues import cue_manner
from onrecord.language.edges import cut_character, cut_word_at_end, cut_word_at_start
from onrecord.language.likeness import likeness
from onrecord.language.sentences import sentences_between
from onrecord.language.tags import language_defect, valid_language
from onrecord.language.verdicts import beyond_scale, plain_verdict
from onrecord.language.wording import fingerprint, fingerprints, is_distinctive, wording, wordings


def is_license(identifier: str) -> bool:
    """Return whether an identifier is in the SPDX list or is a ``LicenseRef-`` of its own."""
    try:
        canonicalize_license_expression(identifier)
    except InvalidLicenseExpression:
        return False
    return True


def first_invisible(text: str, line: bool) -> FirstDefect | None:
    """Describe the first invisible characters; null if there are none."""
    return first_defect(text, characters.invisible(text, line))


def _first_of(find: Callable[[str], list[Defect]]) -> Callable[[str], FirstDefect | None]:
    """Return a function for the first of the defects that a function finds in a text."""

    def first(text: str) -> FirstDefect | None:
        return first_defect(text, find(text))

    first.__name__ = f"first_{find.__name__}"
    return first


# All of them. Each is registered under its own name, with the types of its parameters; a null among
# its arguments gives null.
FUNCTIONS: tuple[Callable[..., Any], ...] = (
    addresses.address_date,
    addresses.address_defect,
    addresses.address_doubt,
    beyond_scale,
    cue_manner,
    cut_character,
    cut_word_at_end,
    cut_word_at_start,
    fingerprint,
    reference.first_person,
    marked.first_uncovered,
    is_brief,
    is_distinctive,
    is_license,
    marked.is_marked,
    names.is_nameless,
    names.is_no_name,
    is_prefix,
    names.is_pronoun,
    language_defect,
    is_suffix,
    likeness,
    marked.mark_alone,
    marked.marks_around,
    marked.marks_beside,
    names.may_name_the_same,
    names.name_defect,
    addresses.plain_url,
    plain_verdict,
    reference.pronoun_as_subject,
    reference.relative_date,
    names.role_of,
    sentences_between,
    first_invisible,
    *map(_first_of, (decoding.controls, decoding.lost, decoding.misdecoded)),
    *map(_first_of, (characters.not_composed, characters.overrides, markup.markup)),
    reference.vague_quantity,
    valid_language,
    addresses.without_trailing,
    wording,
)

# Functions over whole columns (Arrow arrays).
OF_COLUMNS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"fingerprint": fingerprints, "wording": wordings}
)


class Signature(NamedTuple):
    """Describe a function as an engine registers it.

    Types are ``str``, ``bool``, ``int`` and ``float``; a named tuple becomes a struct in SQL.
    """

    name: str
    call: Callable[..., Any]
    parameters: tuple[type, ...]
    returns: type


@cache
def signatures() -> tuple[Signature, ...]:
    """Return the signatures of all functions."""
    return tuple(map(_signature, FUNCTIONS))


def _signature(function: Callable[..., Any]) -> Signature:
    kinds = kinds_of(function)
    returns = kinds.pop("return")
    parameters = tuple(kinds.values())
    return Signature(function.__name__, _nulls_for_nulls(function), parameters, returns)


def kinds_of(typed: Callable[..., Any]) -> dict[str, type]:
    """Return the types of parameters or fields of a function or named tuple, without ``| None``."""
    return {
        name: next(kind for kind in (*get_args(hint), hint) if kind is not NoneType)
        for name, hint in get_type_hints(typed).items()
    }


def _nulls_for_nulls(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return call
