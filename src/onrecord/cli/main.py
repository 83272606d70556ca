"""Run commands. Only the modules of this folder print, and only this one ends the program.

Everything that a command needs is imported when it runs, so that help is quick and the schema
commands work with only Pydantic installed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from onrecord.cli.exits import COULD_NOT_LOOK, STOPPED, USAGE
from onrecord.cli.parser import root_parser
from onrecord.cli.printing import complain
from onrecord.errors import OnrecordError
from onrecord.files import scratch

# The signal that stops a program whose output nobody reads any more; Windows has no name for it.
_SIGPIPE = 13


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end the program."""
    _open_streams()
    stops = _noticed_stops()
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        code = _run(given) if given else _first_steps()
        sys.stdout.flush()
    except OnrecordError as error:
        complain(error)
        code = COULD_NOT_LOOK
    except BrokenPipeError:
        _drop_output()
        code = STOPPED + _SIGPIPE
    except OSError as error:
        if error.filename is None:
            _drop_output()
        where = "could not write" if error.filename is None else os.fsdecode(error.filename)
        complain(f"{where}: {error.strerror or error}")
        code = COULD_NOT_LOOK
    except KeyboardInterrupt:
        code = STOPPED + (stops or [signal.SIGINT])[0]
    except Exception:
        if not stops:
            raise
        code = STOPPED + stops[0]
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name, and return its exit status."""
    given = vars(root_parser().parse_args(arguments))
    scratch.sweep()
    if find_texts := given.pop("find_texts", None):
        given["texts"] = find_texts(given)
    run: Callable[[dict[str, Any]], int] = given.pop("run")
    return run(given)


def _first_steps() -> int:
    """Print first steps for users who give no arguments."""
    print(
        "onrecord validates, anchors and publishes records of public statements.\n\n"
        "first steps:\n"
        "  onrecord validate FOLDER                    check records, and say how to fix them\n"
        "  onrecord anchor FILE --texts DIR --write    fill in the offsets of the words in a text\n"
        "  onrecord explain CODE                       explain a check, with an example\n"
        "  onrecord publish FOLDER                     write a valid corpus as Parquet\n\n"
        "onrecord --help lists all commands, and onrecord COMMAND --help the options of one",
        file=sys.stderr,
    )
    return USAGE


def _open_streams() -> None:
    """Write UTF-8; replace closed streams by ones that discard everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # to the end
            setattr(sys, name, nowhere)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Discard output that is not written yet, about which Python would otherwise complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _noticed_stops() -> list[int]:
    """Start collecting the signals that stop the program, and return the list of them.

    These are Ctrl-C, which DuckDB turns into an error of its own, and the signals of a cancelled
    job or a closed terminal.
    """
    noticed: list[int] = []

    def notice(number: int, frame: FrameType | None) -> None:
        noticed.append(number)
        signal.default_int_handler(number, frame)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, notice)
    return noticed
