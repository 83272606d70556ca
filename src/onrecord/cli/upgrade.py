"""``onrecord upgrade``: rewrite record files by the current version of the schema."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import Paths, paths_argument
from onrecord.cli.parser import flag, with_options
from onrecord.cli.printing import say
from onrecord.cli.reading import each_file, find
from onrecord.errors import need


@dataclass(frozen=True, kw_only=True)
class _Options(Paths):
    paths: list[Path] = paths_argument("FILE", "documents and tables, or folders of them")
    dry_run: bool = flag("print which files would change, and change none")


@with_options(
    _Options,
    "onrecord upgrade dataset\nonrecord upgrade quotes.jsonl.gz --dry-run",
    "0, or 1 if a file has errors; then no file is changed",
)
def command(options: _Options) -> int:
    """Upgrade files, all or none of them."""
    need("validate")
    from onrecord.editing.upgrade import upgrade_of
    from onrecord.readers.models.card import MANIFEST
    from onrecord.schema import CURRENT

    upgrades = [upgrade_of(file) for file in each_file(find(options, None))]
    findings = [finding for upgrade in upgrades for finding in upgrade.findings]
    for finding in findings:
        say(f"{finding.place}: {finding.message}; {finding.hint}")
    if findings:
        print("nothing is changed: only valid records can be upgraded")
        return FINDINGS
    changes = [upgrade for upgrade in upgrades if upgrade.changed]
    for upgrade in changes:
        if not options.dry_run:
            upgrade.write()
        say(f"{upgrade.file.name}: {'would be ' * options.dry_run}upgraded to {CURRENT.number}")
    if any((upgrade.file.path.parent / MANIFEST).is_file() for upgrade in changes):
        print(
            "the card and the manifest beside published tables still describe the old ones: publish again"
        )
    rest = len(upgrades) - len(changes)
    if rest:
        print(f"{rest} {'file follows' if rest == 1 else 'files follow'} {CURRENT.number} already")
    return DONE
