"""Run the commands in the README, the guides and the examples, and insert their output.

``python -m tools.console`` rewrites the outputs in place; ``tests/test_docs.py`` fails if one is
outdated.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def commands(page: str) -> list[list[tuple[str, str]]]:
    """Return the commands of each console block of a page, with the output on the page."""
    return [_COMMAND.findall(block) for block in _BLOCK.findall(page)]


def refresh(page: str, run: Callable[[str], str]) -> str:
    """Return a page with the current output of each of its commands."""
    return _BLOCK.sub(
        lambda block: _COMMAND.sub(lambda one: f"$ {one[1]}\n{run(one[1])}", block[0]), page
    )


def copy(folder: Path) -> dict[str, str]:
    """Copy what examples need to a folder, and return the environment to run them in there."""
    for name in ("dataset", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder / "cache"),
    }


def run_in_shell(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a command; return its standard output followed by its standard error."""
    ran = subprocess.run(  # noqa: S602  # the commands of our own pages
        command,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
    )
    return ran.stdout + ran.stderr


def main() -> None:
    """Rewrite every page whose commands print something else now."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if not commands(text):
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            environment = copy(folder)
            fresh = refresh(text, lambda command: run_in_shell(command, folder, environment))  # noqa: B023
        if fresh != text:
            page.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
