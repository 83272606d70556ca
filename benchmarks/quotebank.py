"""Estimate what importing, validating and publishing all of Quotebank takes.

Lines like Quotebank's are made in three sizes. Each size goes through the three commands, in one
process, and a straight line through the three measurements is extended to the 235 million quotations
of the corpus (Vaucher et al. 2021). The exponent says how far the line is to be trusted: 1 means that
time or memory grows as the number of quotations does.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import inputs

ALL = 235_000_000
# Quotations in a million bytes of `inputs.quotebank`, about.
DENSITY = 1_900
COMMANDS = {
    "import": "import quotebank {source} --out {records} --workers 1",
    "validate": "validate {records} --no-cache --workers 1",
    "publish": "publish {records} --out {published} --workers 1",
}
HEADER = "| processor time | peak memory | temporary files | written |"


class Run(NamedTuple):
    """CPU seconds of a command, its peak MiB, and the MB of its temporary files and of what it wrote."""

    cpu: float
    peak: float
    temporary: float
    written: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=3, default=(100_000, 400_000, 1_600_000))
    parser.add_argument("--price", type=float, help="price of one core for an hour")
    parser.add_argument("--folder", type=Path, help="where inputs and outputs are written")
    options = parser.parse_args()
    print(f"| command | quotations {HEADER}")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    runs: dict[str, list[tuple[int, Run]]] = {name: [] for name in COMMANDS}
    for size in sorted(options.sizes):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            inputs.quotebank(Path(folder), size / DENSITY / 80)
            with (Path(folder) / "quotes.json").open("rb") as lines:
                count = sum(1 for _ in lines)
            for name, run in _measured(Path(folder)):
                runs[name].append((count, run))
                print(f"| {name} | {count:,} {_cells(run)}", flush=True)
    print("\n".join(_estimates(runs, options.price)))


def _measured(folder: Path) -> Iterator[tuple[str, Run]]:
    """Yield each command with its measurements."""
    places = {
        "source": folder / "quotes.json",
        "records": folder / "records",
        "published": folder / "published",
    }
    for name, command in COMMANDS.items():
        before = _size_of(folder)
        arguments = [word.format(**places) for word in command.split()]
        cpu, peak, temporary = _run([sys.executable, "-m", "onrecord", *arguments], folder)
        yield name, Run(cpu, peak, temporary / 1e6, (_size_of(folder) - before) / 1e6)


def _run(command: list[str], folder: Path) -> tuple[float, float, int]:
    """Return CPU seconds, peak MiB, and the most bytes of temporary files that a command had at once."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "TMPDIR": scratch},
        )
        most, ended = 0, threading.Event()

        def watch() -> None:
            nonlocal most
            while not ended.wait(0.2):
                most = max(most, _size_of(Path(scratch)))

        watching = threading.Thread(target=watch)
        watching.start()
        assert process.stderr
        errors = process.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watching.join()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed: {errors.strip()[-500:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, most


def _size_of(folder: Path) -> int:
    """Return the bytes of the files in a folder, which may be removed meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def _estimates(runs: dict[str, list[tuple[int, Run]]], price: float | None) -> Iterator[str]:
    """Yield a table of the estimates, and the exponents of what they are extended from."""
    yield f"\n| command | quotations {HEADER}"
    yield "|---|---:|---:|---:|---:|---:|"
    hours = 0.0
    for name, measured in runs.items():
        estimate = Run(*(_extended([(n, run[i]) for n, run in measured]) for i in range(4)))
        hours += estimate.cpu / 3600
        yield f"| {name} | {ALL:,} {_cells(estimate)}"
    yield ""
    for name, measured in runs.items():
        (small, first), *_, (large, last) = measured
        of = [
            math.log(b / a) / math.log(large / small)
            for a, b in zip(first[:2], last[:2], strict=True)
        ]
        yield f"{name}: time grows with the power {of[0]:.2f} of the quotations, memory with {of[1]:.2f}"
    cost = f", {hours * price:,.2f} at {price:g} for each hour of a core" if price else ""
    yield f"all three commands: {hours:,.1f} hours of one core{cost}"


def _extended(points: list[tuple[int, float]]) -> float:
    """Return what a straight line through the points has for the whole corpus (least squares)."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    slope = over / sum((x - mean_x) ** 2 for x, _ in points)
    return mean_y + slope * (ALL - mean_x)


def _cells(run: Run) -> str:
    return (
        f"| {run.cpu:,.1f} s | {run.peak:,.0f} MiB | {run.temporary:,.0f} MB "
        f"| {run.written:,.0f} MB |"
    )


if __name__ == "__main__":
    main()
