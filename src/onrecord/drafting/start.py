"""Start a corpus: write the files that every corpus needs into a folder, and overwrite nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from onrecord.errors import InputError, system_errors
from onrecord.files.atomic import replace_file
from onrecord.files.containment import Boundary, checkouts
from onrecord.publishing.swap import UNPUBLISHED
from onrecord.schema import CURRENT, json_schema

CORPUS = "corpus.yaml"
# Where the JSON Schemas are that the first lines of documents name: in a hidden folder, which readers skip.
SCHEMAS = ".schema"
# The folder that corpus.yaml names for texts that are not part of the corpus.
TEXTS = "texts"
# What needs no quotation marks in YAML.
_PLAIN = re.compile(r"[A-Za-z.][\w./-]*")
_SCHEMA = re.compile(rb"^(# yaml-language-server: )\S*?schema/", re.MULTILINE)
# The files of CI, of which the guides have the one copy, by their places in a corpus.
_CI = {
    ".github/workflows/records.yml": "workflow.yml",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
}


@dataclass(frozen=True, slots=True)
class Started:
    """List the files that `init` wrote to a folder and left alone in it.

    Attributes:
        written: The files that were written, or would be.
        kept: Files that were there already with another content, and were left as they were.
        top: The checkout that contains the folder, if it is another one: CI reads only its files.
    """

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    top: Path | None


def start(folder: Path, *, example: bool = False, dry_run: bool = False) -> Started:
    """Write what a new corpus needs into a folder.

    Args:
        folder: The folder. It may be missing, or contain files.
        example: Whether to write the records of the made-up gazette.
        dry_run: Whether to write nothing.

    Raises:
        InputError: A file cannot be written; or the example would be mixed with another corpus.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  # Path.absolute keeps ".."
    boundary = Boundary.of_output(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is not a folder; name a folder for the corpus")
    top = next(checkouts(folder), folder)
    wanted = dict(_files(folder.relative_to(top).as_posix(), example=example))
    if example and _differs(folder / CORPUS, wanted[CORPUS]):
        raise InputError(
            f"{folder / CORPUS} is that of another corpus; name a folder without one for the example"
        )
    written, kept = [], []
    for name, data in wanted.items():
        path = folder / name
        if os.path.lexists(path):
            kept += [path] if _differs(path, data) else []
            continue
        boundary.check_write(path)
        if not dry_run:
            with system_errors(f"{path} cannot be written"):
                path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, data, boundary, durable=False)
        written.append(path)
    return Started(tuple(written), tuple(kept), top if top != folder else None)


def _differs(path: Path, data: bytes) -> bool:
    """Return whether a file is there with another content."""
    with system_errors(path):
        return os.path.lexists(path) and not (path.is_file() and path.read_bytes() == data)


def _files(in_checkout: str, *, example: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a new corpus, by their names in its folder.

    Args:
        in_checkout: The path of the folder in its git checkout.
        example: Whether the records are those of the gazette.
    """
    templates = files("onrecord.drafting") / "templates"
    if example:
        yield from _gazette(_examples("gazette"), "")
    else:
        yield CORPUS, (templates / CORPUS).read_bytes()
        yield "articles/.gitkeep", b""
        yield f"{TEXTS}/.gitkeep", b""
    for version, name in ((None, "corpus"), (CURRENT.number, "document")):
        schema = json.dumps(json_schema(name, version), indent=2, ensure_ascii=False)
        place = "/".join(filter(None, (SCHEMAS, version, f"{name}.schema.json")))
        yield place, f"{schema}\n".encode()
    path = in_checkout if _PLAIN.fullmatch(in_checkout) else json.dumps(in_checkout)
    for place, name in _CI.items():
        text = (_examples("ci") / name).read_text(encoding="utf-8")
        text = text.replace("path: dataset", f"path: {path}")
        yield place, text.replace("[dataset]", f"[{path}]").encode()
    yield "README.md", UNPUBLISHED.read_bytes()
    for name in (".gitattributes", ".gitignore"):
        yield name, (templates / name.removeprefix(".")).read_bytes()


def _examples(name: str) -> Traversable:
    """Return a folder of examples: beside this file if installed, otherwise that of the guides."""
    installed = files("onrecord.drafting") / "examples" / name
    return installed if installed.is_dir() else Path(__file__).parents[3] / "docs/examples" / name


def _gazette(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the gazette; their first lines name the schemas of the new corpus."""
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{above}{one.name}"
        if one.is_dir():
            yield from _gazette(one, f"{name}/")
        elif name != "README.md":
            up = "../" * name.count("/")
            schema = f"$schema={up}{SCHEMAS}/".encode()
            data = _SCHEMA.sub(rb"\1" + schema, one.read_bytes(), count=1)
            yield name, data + f"texts: {TEXTS}\n".encode() * (name == CORPUS)
