"""Write a site beside the old one, and replace that completely or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.errors import InputError, system_errors
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.readers.naming import SITE
from onrecord.version import __version__

# What a site consists of, beside the file that marks it.
_OWN = frozenset(
    {"index.html", "assets", "articles", "speakers", "claims", "statements", "lists", "search"}
)
# What systems put into folders.
_STRAY = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@contextmanager
def replacing_site(out: Path, *, allow_outside: bool = False) -> Iterator[Path]:
    """Yield an empty folder that replaces the site in a folder after the context has ended.

    Args:
        out: The folder. It may be missing, empty, or a site that this function wrote.
        allow_outside: Whether links in its path may lead out of the folder and its git checkout.

    Raises:
        InputError: The folder contains something else, or cannot be written.
    """
    refuse(out, allow_outside=allow_outside)
    try:
        out = out.resolve()
        out.parent.mkdir(parents=True, exist_ok=True)
        with scratch.beside(out) as stage:
            stage.mkdir()
            yield stage
            marker = {"generator": f"onrecord {__version__}", "about": "written by onrecord site"}
            (stage / SITE).write_text(json.dumps(marker, indent=2) + "\n", encoding="utf-8")
            refuse(out, allow_outside=allow_outside)
            if not out.exists():
                stage.rename(out)
                return
            with scratch.beside(out) as old:
                out.rename(old)
                try:
                    stage.rename(out)
                except BaseException:
                    old.rename(out)
                    raise
    except OSError as error:
        raise InputError(f"{out}: {error.strerror or error}; it is left as it was") from error


def refuse(out: Path, *, allow_outside: bool = False) -> None:
    """Check that a site may take the place of a folder, and that nothing but a site would be lost.

    Raises:
        InputError: The folder contains something else, or must not be written.
    """
    Boundary.of_output(out, allow_outside=allow_outside)
    with system_errors(out):
        out = out.resolve()
        if not out.exists():
            return
        if not out.is_dir():
            raise InputError(f"{out} is not a folder; name one that is missing, empty, or a site")
        names = {path.name for path in out.iterdir()} - _STRAY
    if not names:
        return
    if SITE not in names:
        raise InputError(
            f"{out} was not written by onrecord site and would be lost; name another folder"
        )
    if others := sorted(names - _OWN - {SITE}):
        raise InputError(
            f"{out / others[0]} is not part of the site and would be lost; move it away, or name "
            "another folder"
        )
