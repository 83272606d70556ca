"""The program run in this process, where a start of its own would only take time, or with few rules."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.cli.main import main


def run(*arguments, cwd=None):
    """What a command prints and its exit code, as ``subprocess.run`` would tell them."""
    arguments = [str(argument) for argument in arguments]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main(arguments)
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.buffer.getvalue().decode())
    return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), *told)


# The program as it starts, which runs the rules of some codes only.
PROGRAM = """if True:
    from onrecord import __main__ as program

    def main(run=program.main):
        from onrecord.rules import RULES
        from onrecord.validation import validate

        validate.RULES = {{code: RULES[code] for code in {codes}}}
        run()

    program.main = main
    program.run()
"""


def install_program(folder, *codes):
    """Write the command ``onrecord`` to a folder, for scripts of which rules are no part: it runs few.

    Return a search path on which it is the first.
    """
    folder.mkdir()
    script, program = folder / "program.py", folder / "onrecord"
    script.write_text(PROGRAM.format(codes=sorted(codes)), encoding="utf-8")
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
