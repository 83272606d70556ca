"""The program run in this process, where a start of its own would only take time."""

from __future__ import annotations

import contextlib
import io
import subprocess
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
