"""Define the options of an import from brat: the meaning of types and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from onrecord.exchange.base import TextImporter, option
from onrecord.exchange.brat.pairing import ANNOTATOR, TEXT
from onrecord.exchange.brat.standoff import WITHIN, Line


@dataclass(frozen=True, kw_only=True)
class BratOptions(TextImporter):
    """Define the options of the brat importer, and interpret types and names by them."""

    event: str = option("types of events that are attributions", "Attribution", metavar="TYPES")
    source: str = option("arguments that are speakers", "Source", metavar="NAMES")
    cue: str = option("arguments that are the cue", "Cue", metavar="NAMES")
    content: str = option("arguments that are what is said", "Content", metavar="NAMES")
    addressee: str = option("arguments that are addressees", "Addressee", metavar="NAMES")
    relay: str = option("arguments through whom it is known", "Relay", metavar="NAMES")
    type_attribute: str = option("attributes that give the type", "Type", metavar="NAMES")
    attribution_attribute: str = option(
        "attributes that give the attribution", "Attribution", metavar="NAMES"
    )
    medium_attribute: str = option("attributes that give the medium", "Medium", metavar="NAMES")
    no_source: str = option(
        "attributes that say that there is no source",
        "NoSource,Unattributed,Source=None",
        metavar="NAMES",
    )
    names: str = option(
        "forms of the names of .ann files, without the ending",
        f"{TEXT},{TEXT}_{ANNOTATOR}",
        metavar="FORMS",
    )
    source_texts: Path | None = option(
        "folder of the texts (default: beside the annotations, or in the folder that is imported)",
        metavar="DIR",
    )
    within: str = option("relations of a quote to the outer one", WITHIN, metavar="TYPES")
    dataset: str = option("name of the dataset, for annotation.origin", "brat", metavar="NAME")

    def is_attribution(self, line: Line) -> bool:
        """Return whether an event is an attribution, maybe of a type that says it has no source."""
        types = listed(self.event)
        return line.type in types or self.has_no_source(line.type)

    def has_no_source(self, name: str) -> bool:
        """Return whether --no-source says that an event or attribute of this name has no source.

        Combined names count as well: ``Attribution-no-source``.
        """
        stated = {plain(one) for one in listed(self.no_source) if "=" not in one}
        return any(
            plain(name) == plain(event) + one for event in listed(self.event) for one in stated
        )

    @cached_property
    def roles(self) -> dict[str, str]:
        """Return the fields of arguments by the names of arguments."""
        named = {
            "speakers": self.source,
            "cue": self.cue,
            "content": self.content,
            "addressees": self.addressee,
            "relayed_by": self.relay,
        }
        return {name: role for role, names in named.items() for name in listed(names)}

    def role(self, name: str) -> str | None:
        """Return the field of an argument; its name may end in a number."""
        return self.roles.get(name) or self.roles.get(re.sub(r"[0-9]+$", "", name))


def listed(names: str) -> list[str]:
    """Split the value of an option at commas."""
    return [name.strip() for name in names.split(",") if name.strip()]


def plain(name: str) -> str:
    """Normalise a name for comparison: case and the way in which words are joined are ignored."""
    return re.sub(r"[\W_]+", "", name).casefold()
