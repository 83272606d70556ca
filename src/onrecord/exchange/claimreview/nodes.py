"""Access properties of schema.org nodes without prefixes, and the nodes that they refer to."""

from __future__ import annotations

import re
from collections.abc import Callable

from onrecord.exchange.claimreview.graph import (
    Graph,
    address_of,
    as_list,
    is_reference,
    plain_name,
    property_of,
    types_of,
    unwrapped,
)
from onrecord.exchange.entries import Entry
from onrecord.exchange.values import is_absent, is_address, is_sentinel, kind
from onrecord.exchange.values import written as as_text
from onrecord.findings import Located, Path
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import importing, reading

# Texts of the fact-checking page, whose rights are unknown, and pictures.
PICTURES = frozenset({"image", "logo", "thumbnailUrl"})
TEXTS = frozenset({"articleBody", "reviewBody"})
OWN_TEXTS = frozenset({"abstract", "description", "text"})

# Properties of which an address says something, even if its node is elsewhere.
ADDRESSED = frozenset({"appearance", "author", "firstAppearance", "publisher"})

_WIKIDATA = re.compile(r"https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/(Q[1-9][0-9]*)/?")


class Node(Entry):
    """Access a node of the graph by the names of its properties, without prefixes.

    It records which properties were read, so that the others can be kept.

    Attributes:
        opened: The nodes that are part of the item.
    """

    def __init__(
        self,
        raw: dict[str, Json],
        at: Path,
        graph: Graph,
        path: Path = (),
        inside: Node | None = None,
    ) -> None:
        self._named = {plain_name(name): name for name in raw}
        self._values = {name: unwrapped(raw[given]) for name, given in self._named.items()}
        super().__init__(self._values, self._place, path, inside)
        self._at = at
        self._graph = graph
        self._asked: set[str] = set()
        self.opened: list[Node] = inside.opened if inside else []
        self.opened.append(self)

    def _place(self, path: Path) -> Located:
        steps = path[len(self.path) :]
        given = [self._named.get(step, step) if isinstance(step, str) else step for step in steps]
        return self._graph.source.locate((*self._at, *given))

    @property
    def types(self) -> set[str]:
        """Return its types, without prefixes."""
        return types_of(self._values)

    def text(self, name: str, *, required: bool = False) -> str | None:
        """Return a text unchanged; of several, the first that is not empty."""
        self._choose(name, lambda value: not is_absent(value))
        return super().text(name, required=required)

    def url(self, name: str) -> str | None:
        """Return a web address, given as text or as a node; of several, the first valid one."""
        value = self._values.get(name)
        links = [address_of(one) for one in as_list(value)]
        self._values[name] = links if isinstance(value, list) else links[0]
        chosen = self._choose(name, lambda value: isinstance(value, str) and is_address(value))
        for index, one in enumerate(links):
            wrong = isinstance(one, str) and not is_absent(one) and not is_address(one)
            if index != chosen and wrong:
                self.report(importing.NotAnAddress, name, index, found=as_text(one))
        return super().url(name)

    def keep(self, name: str, value: Json | None = None) -> None:
        """Keep a value for which the record has no field."""
        self._asked.add(name)
        super().keep(name, value)

    def nodes(self, name: str, *, text: str) -> list[Node]:
        """Return the nodes of a property; a plain text becomes a node with this ``text``."""
        self._asked.add(name)
        value = self._values.get(name)
        found = []
        for index, one in enumerate(as_list(value)):
            steps = (name, index) if isinstance(value, list) else (name,)
            at = (*self._at, self._named.get(name, name), *steps[1:])
            if isinstance(one, str):
                as_url = text == "url" or (text == "name" and is_address(one))
                one = {"url" if as_url else text: one}  # noqa: PLW2901  # as a node
            if isinstance(one, dict):
                one, at = self._resolved(one, at, steps)  # noqa: PLW2901  # the node that is meant
                found.append(Node(one, at, self._graph, (*self.path, *steps), self))
            elif one is not None:
                self.report(reading.WrongType, *steps, found=kind(one), expected="an object")
        return found

    def _resolved(
        self, raw: dict[str, Json], at: Path, steps: tuple[str | int, ...]
    ) -> tuple[dict[str, Json], Path]:
        """Follow a reference; return the node and its path."""
        name = property_of(raw, "@id")
        if not isinstance(name, str) or not is_reference(raw):
            return raw, at
        if (found := self._graph.node(name)) is not None:
            return found
        if not (is_address(name) and steps[0] in ADDRESSED):
            self.leave_out(self.name(*steps), f"the node {name} is not in this file", *steps)
        return raw, at

    def _choose(self, name: str, good: Callable[[Json], bool]) -> int:
        """Return the index of the first good value, or else of the first one; keep the others."""
        self._asked.add(name)
        value = self._values.get(name)
        chosen = 0
        if isinstance(value, list):
            chosen = next((index for index, one in enumerate(value) if good(one)), 0)
            for index, one in enumerate(value):
                if index != chosen and not is_absent(one):
                    self.keep_at(as_text(one), name, index)
            self._values[name] = value[chosen] if value else None
        return chosen

    def own_address(self) -> str | None:
        """Return its identifier, if that is an address."""
        given = self.raw.get("@id")
        return given if isinstance(given, str) and is_address(given) else None

    def says(self, text: str) -> bool:
        """Return whether its own text equals this one."""
        if self.raw.get("text") != text:
            return False
        self._asked.add("text")
        return True

    def wikidata(self) -> str | None:
        """Return its Wikidata item if ``sameAs`` has exactly one; keep the others."""
        self._asked.add("sameAs")
        links = [address_of(one) for one in as_list(self._values.get("sameAs"))]
        for one in links:
            if isinstance(one, str) and is_sentinel(one):
                self.report(importing.NoValue, "sameAs", found=one)
        found = {
            match[1]: None
            for one in [*links, self.raw.get("@id")]
            if isinstance(one, str) and (match := _WIKIDATA.fullmatch(one))
        }
        others = [
            one
            for one in links
            if len(found) != 1 or not (isinstance(one, str) and _WIKIDATA.fullmatch(one))
        ]
        if any(not is_absent(one) for one in others):
            self.keep("sameAs", others[0] if len(others) == 1 else others)
        return next(iter(found)) if len(found) == 1 else None

    def keep_rest(self) -> None:
        """Keep all properties that were not read and are not deliberately lost."""
        lost = TEXTS | PICTURES | (frozenset() if self.path else OWN_TEXTS)
        for name, value in self._values.items():
            if name not in self._asked and name not in lost and not name.startswith("@"):
                self.keep(name, value)
