"""Recognise publications that a newer version of the package wrote, so that none is misread."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onrecord.display import shorten
from onrecord.errors import InputError
from onrecord.readers.models import card
from onrecord.readers.syntax import json
from onrecord.readers.syntax.nodes import Node, UnreadableError, find
from onrecord.schema import CURRENT, VERSIONS

# The version of the format of manifests.
MANIFEST_VERSION: Final = 1
UPGRADE = "install the newest version: pip install --upgrade onrecord"
LARGEST = 64 * 2**20


class NewerError(InputError):
    """Signal that a newer version of the package wrote a publication.

    Attributes:
        problem: What is newer.
    """

    def __init__(self, name: object, problem: str) -> None:
        super().__init__(f"{name}: {problem}; {UPGRADE}")
        self.problem = problem


def check_versions(manifest: Node, name: object) -> None:
    """Check that this version of the package can read what a manifest describes.

    Args:
        manifest: The tree of the manifest.
        name: Its name in messages.

    Raises:
        NewerError: It cannot.
    """
    version, schema = (_value(manifest, each) for each in ("manifest_version", "schema_version"))
    if isinstance(version, int) and version > MANIFEST_VERSION:
        read = f"manifest version {MANIFEST_VERSION}"
        found = f"manifest version {shorten(str(version))}"
    elif isinstance(schema, str) and schema not in VERSIONS:
        read = f"schema versions up to {CURRENT.number}"
        found = f"schema version {shorten(schema)}"
    else:
        return
    raise NewerError(name, f"a newer version of onrecord wrote it ({found}; this one reads {read})")


def check_publication(tables: Path) -> None:
    """Check that this version of the package can read the tables in a folder.

    A manifest that is missing or damaged passes: what is wrong with it is reported elsewhere.

    Raises:
        NewerError: It cannot.
    """
    path = tables / card.MANIFEST
    try:
        with path.open("rb") as stream:
            check_manifest(stream.read(LARGEST), path)
    except OSError:
        return


def check_manifest(data: bytes, name: object) -> None:
    """Check a manifest as `check_publication` does, given its content and its name in messages."""
    try:
        root, _ = json.parse(data.decode())
    except (ValueError, UnreadableError):
        return
    check_versions(root, name)


def _value(manifest: Node, name: str) -> object:
    node = find(manifest, (name,))
    return node.value if node else None
