"""``onrecord push``: send a publication to the Hugging Face Hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE
from onrecord.cli.parser import argument, flag, with_options
from onrecord.cli.printing import say
from onrecord.errors import need

if TYPE_CHECKING:
    from onrecord.publishing.hub import Push


@dataclass(frozen=True, kw_only=True)
class _Options:
    folder: Path = argument("DIR", "the folder of the publication", type=Path)
    name: str = argument("ORG/NAME", "the dataset on the Hub")
    dry_run: bool = flag("list the changes, and send nothing")
    private: bool = flag("create the dataset as a private one")
    create_pr: bool = flag("propose the changes in a pull request")


@with_options(
    _Options,
    """
    onrecord push dataset org/statements --dry-run
    onrecord push dataset org/statements
    """,
    "0 pushed, or nothing to do, 2 wrong usage, 3 could not read or push",
)
def command(options: _Options) -> int:
    """Push a publication."""
    need("validate")
    from onrecord.publishing import hub

    result = hub.push(
        options.folder,
        hub.Repository.parse(options.name, revision=False).name,
        dry_run=options.dry_run,
        private=options.private,
        create_pr=options.create_pr,
    )
    _show(result, options)
    return DONE


def _show(result: Push, options: _Options) -> None:
    changes = result.changes
    for verb, files in (
        ("add", changes.added),
        ("change", changes.changed),
        ("remove", changes.removed),
    ):
        for path, size in sorted(files.items()):
            say(f"{verb} {path}: {size:,} bytes")
    sent = f"{changes.bytes:,} bytes"
    if options.dry_run:
        print(_plan(result, sent, options))
    elif result.pull_request:
        say(f"proposed: {result.pull_request}")
        if result.tag:
            say(f"push again after it is merged, to set the tag {result.tag}")
    elif result.tagged and result.tag:
        say(f"{result.name} has the publication: commit {result.commit}, tag {result.tag}")
    else:
        say(f"{result.name} has the publication: commit {result.commit}")
        print("no tag is set, since the corpus has no version; state one in corpus.yaml")


def _plan(result: Push, sent: str, options: _Options) -> str:
    """Return, in words, the steps of pushing, or why there is nothing to do."""
    if result.tagged:
        return f"nothing to do: the tag {result.tag} has the publication"
    if not result.changes:
        return (
            f"nothing to send; the tag {result.tag} would be set" if result.tag else "nothing to do"
        )
    if result.pull_request:
        return f"nothing to do: {result.pull_request} proposes this"
    steps = ["create the dataset"] if result.creates else []
    steps.append(f"send {sent} in one commit" + (" of a pull request" if options.create_pr else ""))
    if result.tag and not options.create_pr:
        steps.append(f"set the tag {result.tag}")
    return f"push would {', '.join(steps)}; nothing is sent"
