"""``onrecord verify``: check that every byte of a publication is as it was published."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import format_option
from onrecord.cli.parser import argument, with_options
from onrecord.cli.printing import say
from onrecord.errors import InputError, need

if TYPE_CHECKING:
    from onrecord.publishing.verify import Verification


@dataclass(frozen=True, kw_only=True)
class _Options:
    publication: str = argument(
        "DIR|ORG/NAME@REV",
        "the folder of a publication, or a dataset of the Hugging Face Hub with one of its "
        "revisions, which is downloaded",
    )
    format: str = format_option("text", "json")


@with_options(
    _Options,
    """
    onrecord verify dataset
    onrecord verify marrowick/gazette@v1.0.0 --format json
    """,
    "0 as published, 1 something differs, 2 wrong usage, 3 could not look, or a newer version "
    "of onrecord published it",
)
def command(options: _Options) -> int:
    """Verify a publication."""
    need("validate")
    from onrecord.publishing.verify import verify

    name = options.publication
    found = _on_hub(name) if "@" in name and not Path(name).exists() else verify(_folder(name))
    if options.format == "json":
        print(json.dumps(_content(found, options.publication), indent=2))
    else:
        _show(found, options.publication)
    return DONE if found.ok else FINDINGS


def _on_hub(name: str) -> Verification:
    """Download and verify a revision of a dataset on the Hub."""
    from onrecord.files import scratch
    from onrecord.publishing import hub
    from onrecord.publishing.verify import verify

    repository = hub.Repository.parse(name)
    with tempfile.TemporaryDirectory(dir=scratch.folder()) as folder:
        hub.download(repository.name, repository.revision, Path(folder), everything=True)
        return verify(folder)


def _folder(name: str) -> Path:
    """Return the path of a folder, which need not exist.

    Raises:
        InputError: It does not exist, and looks like a dataset on the Hub without a revision.
    """
    if not Path(name).exists() and re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise InputError(
            f"{name} does not exist; for a dataset of the Hub, name one of its revisions too, such "
            f"as {name}@main"
        )
    return Path(name)


def _show(found: Verification, name: str) -> None:
    for mismatch in found.mismatches:
        say(mismatch)
    if found.mismatches or found.manifest is None:
        number = len(found.mismatches)
        say(f"{name} is not as it was published: {number} mismatch{'es' * (number > 1)}")
        return
    rows = ", ".join(f"{table} ({one.rows:,})" for table, one in found.manifest.tables.items())
    say(f"{name} is as it was published: {len(found.manifest.files) + 2} files, with {rows}")
    if found.beside:
        names = ", ".join(found.beside)
        say(f"the corpus in the same folder is not part of it and was not verified: {names}")
    say(f"cite it by the SHA-256 of its manifest: {found.sha256}")


def _content(found: Verification, name: str) -> dict[str, object]:
    """Return a verification as JSON."""
    stated = found.manifest
    return {
        "publication": name,
        "ok": found.ok,
        "sha256": found.sha256 if found.ok else None,
        "schema_version": stated and stated.schema_version,
        "corpus_version": stated and stated.corpus_version,
        "package_version": stated and stated.package_version,
        "tables": {name: asdict(one) for name, one in stated.tables.items()} if stated else {},
        "mismatches": [asdict(one) for one in found.mismatches],
        "beside": found.beside,
    }
