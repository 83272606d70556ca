"""Measure onrecord and its peers in one run: ``make bench``.

Every row runs onrecord and the peer in turn, as whole processes, and shows medians: wall-clock
seconds, seconds of all cores (user and system), MB of input per second, and the peak memory of the
process. Inputs are created when they are first needed, and kept.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, NamedTuple

HERE = Path(__file__).parent
INPUTS = (
    "clean",
    "ten_thousand",
    "quotes",
    "defective",
    "tenfold",
    "tenfold_quotes",
    "parquet",
    "references",
    "quotebank",
    "table",
    "many_documents",
    "documents",
    "hundred",
)
LIBRARIES = (
    *("onrecord", "pydantic", "pyarrow", "duckdb", "datasets", "msgspec", "orjson"),
    *("jsonschema-rs", "fastjsonschema", "jsonschema", "frictionless", "polars", "pandera"),
    *("typer", "PyYAML"),
)


class Target(NamedTuple):
    """The target of a row, relative to the peer: the time (``time``) or memory (``memory``) that
    onrecord may take as a fraction, the speed that it must reach (``speed``), the
    milliseconds that it may take longer (``more``), or the share of bytes that may be new
    (``share``).
    """

    what: Literal["time", "speed", "memory", "more", "share"]
    bound: float


@dataclass(frozen=True)
class Row:
    """Two commands to measure, the targets of onrecord, and descriptions of both.

    Commands are Python scripts of this folder, or options of Python. ``{clean}`` and the like are
    the folders of inputs, ``{out}`` an empty folder, ``{first:20}`` the first 20 MB of the quotes.
    """

    name: str
    work: str
    against: str
    ours: str
    peer: str
    targets: tuple[Target, ...] = ()
    runs: int = 1  # for each one that is asked for


QUOTES, ALL = (
    "{clean}/quotes.jsonl",
    "{clean}/articles.jsonl {clean}/quotes.jsonl {clean}/claims.jsonl",
)
PUBLISH_QUOTES = "-m onrecord publish {quotes} --out {out}/published"
PUBLISH = "-m onrecord publish {clean} --out {out}/published"
RECORDS = f"ours.py records {QUOTES}"
PARQUET = "{parquet}/articles.parquet {parquet}/quotes.parquet {parquet}/claims.parquet"
REFERENCES = "{out} {references}/articles.parquet {references}/quotes.parquet"


def _records(name: str, against: str, peer: str, bound: float, file: str = QUOTES) -> Row:
    work = "JSONL → record checks"
    return Row(name, work, against, RECORDS, f"peers.py {peer} {file}", (Target("speed", bound),))


def _chunks() -> tuple[Row, ...]:
    """Return the rows about the bytes that are new after an insertion, by `chunks.py`."""
    cases = {"place": "in one place", "end": "at the end", "places": "in 50 places"}
    peers = {
        "arrow": "pyarrow's Parquet writer, one file for each table",
        "arrow_cdc": "pyarrow with `use_content_defined_chunking`, likewise",
    }
    return tuple(
        Row(
            "chunks",
            f"bytes of a publication that are new if 50 of 100,000 records are inserted {where}",
            against,
            f"chunks.py onrecord {case} {{hundred}} {{out}}",
            f"chunks.py {peer} {case} {{hundred}} {{out}}",
            (Target("share", 0.02),),
        )
        for case, where in cases.items()
        for peer, against in peers.items()
    )


ROWS = (
    Row(
        "publish-quotes",
        "JSONL → record checks, unique ids → Parquet, quotes alone",
        "pyarrow's JSON reader and Parquet writer, checking nothing",
        PUBLISH_QUOTES,
        f"peers.py arrow_publish {{out}} {QUOTES}",
        (Target("time", 1.4),),
    ),
    Row(
        "publish",
        "JSONL → record checks, all rules → published Parquet, three tables",
        "pyarrow's JSON reader and Parquet writer, checking nothing",
        PUBLISH,
        f"peers.py arrow_publish {{out}} {ALL}",
        (Target("time", 3),),
    ),
    Row(
        "datasets-quotes",
        "JSONL → record checks, unique ids → Parquet, quotes alone",
        "datasets: `load_dataset`, `to_parquet`, checking nothing",
        PUBLISH_QUOTES,
        f"peers.py datasets_publish {{out}} {QUOTES}",
        (Target("speed", 2),),
    ),
    Row(
        "datasets",
        "JSONL → record checks, all rules → published Parquet, three tables",
        "datasets: `load_dataset`, `to_parquet`, checking nothing",
        PUBLISH,
        f"peers.py datasets_publish {{out}} {ALL}",
        (Target("speed", 0.8),),
    ),
    _records("pydantic", "Pydantic `model_validate_json`", "pydantic_lines", 2.5),
    _records("msgspec", "msgspec, typed decoding", "msgspec_lines", 1),
    _records("jsonschema-rs", "orjson and jsonschema-rs", "jsonschema_rs_lines", 1.5),
    _records(
        "fastjsonschema", "orjson and fastjsonschema", "fastjsonschema_lines", 4, "{first:120}"
    ),
    _records("jsonschema", "orjson and jsonschema", "jsonschema_lines", 60, "{first:12}"),
    _records("frictionless", "frictionless", "frictionless_table", 15, "{first:60}"),
    _records("pandera", "pandera on Polars", "pandera_polars", 4, "{first:200}"),
    Row(
        "parquet",
        "Parquet → record checks",
        "pyarrow's scan of all columns, checking nothing",
        f"ours.py records {PARQUET}",
        f"peers.py parquet_scan {PARQUET}",
        (Target("time", 1.5),),
    ),
    Row(
        "references",
        "unique ids and dangling references, 50 M quotes and 7 M articles at scale 1",
        "DuckDB, these queries by hand",
        f"ours.py references {REFERENCES}",
        f"peers.py duckdb_references {REFERENCES}",
        (Target("time", 1.3),),
    ),
    Row(
        "references-unordered",
        "the same, as where ids do not ascend",
        "DuckDB, these queries by hand",
        f"ours.py references_unordered {REFERENCES}",
        f"peers.py duckdb_references {REFERENCES}",
        (Target("time", 1.3),),
    ),
    Row(
        "defective-records",
        "JSONL → record checks, 1 % defective",
        "the clean run",
        "ours.py records {defective}/quotes.jsonl",
        RECORDS,
        (Target("time", 1.5),),
    ),
    Row(
        "defective",
        "JSONL → all checks, 1 % defective, three tables",
        "the clean run",
        "-m onrecord validate --no-cache {defective}",
        "-m onrecord validate --no-cache {clean}",
        (Target("time", 1.5),),
    ),
    Row(
        "tenfold-quotes",
        "JSONL → Parquet, quotes alone, ten times as many",
        "ours",
        PUBLISH_QUOTES.replace("quotes", "tenfold_quotes"),
        PUBLISH_QUOTES,
        (Target("memory", 1.3), Target("time", 11)),
    ),
    Row(
        "tenfold",
        "JSONL → published Parquet, three tables, ten times as many",
        "ours",
        PUBLISH.replace("clean", "tenfold"),
        PUBLISH,
        (Target("memory", 1.3), Target("time", 11)),
    ),
    Row(
        "two-processes",
        "JSONL → all checks, three tables, by two processes; measure it by wall clock",
        "ours: by one process",
        "-m onrecord validate --no-cache --workers 2 {clean}",
        "-m onrecord validate --no-cache --workers 1 {clean}",
        (Target("time", 0.59),),
    ),
    Row(
        "documents",
        "YAML documents → all checks",
        "PyYAML's loader in C, checking nothing",
        "-m onrecord validate --no-cache {documents}",
        "peers.py pyyaml {documents}",
    ),
    Row(
        "site",
        "JSONL of ten thousand articles → pages of a site",
        "ours: all checks of them",
        "-m onrecord site {ten_thousand} --out {out}/site --no-cache",
        "-m onrecord validate --no-cache {ten_thousand}",
        (Target("time", 2),),
    ),
    Row(
        "site-documents",
        "YAML documents → pages of a site",
        "ours: all checks of them",
        "-m onrecord site {documents} --out {out}/site --no-cache",
        "-m onrecord validate --no-cache {documents}",
        (Target("time", 2),),
    ),
    Row(
        "quotebank",
        "import of Quotebank",
        "json.loads and json.dumps, checking nothing",
        "-m onrecord import quotebank {quotebank}/quotes.json --out {out} --force --limit 1",
        "peers.py json_rewrite {quotebank}/quotes.json {out}/rewritten.jsonl",
        (Target("time", 3),),
    ),
    Row(
        "quotebank-one",
        "import of Quotebank, in one process",
        "json.loads and json.dumps, checking nothing",
        "-m onrecord import quotebank {quotebank}/quotes.json --out {out} --force --limit 1 "
        "--workers 1",
        "peers.py json_rewrite {quotebank}/quotes.json {out}/rewritten.jsonl",
        (Target("time", 3),),
    ),
    Row(
        "table",
        "import of a CSV table",
        "csv.DictReader and json.dumps, checking nothing",
        "-m onrecord import table --mapping {table}/mapping.yaml {table}/claims.csv "
        "--out {out} --force --limit 1",
        "peers.py csv_rewrite {table}/claims.csv {out}/rewritten.jsonl",
        (Target("time", 3),),
    ),
    Row(
        "table-one",
        "import of a CSV table, in one process",
        "csv.DictReader and json.dumps, checking nothing",
        "-m onrecord import table --mapping {table}/mapping.yaml {table}/claims.csv "
        "--out {out} --force --limit 1 --workers 1",
        "peers.py csv_rewrite {table}/claims.csv {out}/rewritten.jsonl",
        (Target("time", 3),),
    ),
    *(
        Row(
            f"export-{name}",
            f"5,000 YAML documents → all checks → {name}",
            "PyYAML's loader in C, checking and writing nothing",
            f"-m onrecord export {name} {{many_documents}} --out {{out}} --force",
            "peers.py pyyaml {many_documents}",
        )
        for name in ("csv", "spacy", "web-annotation")
    ),
    Row(
        "help",
        "`onrecord --help`",
        "an empty Typer app",
        "-m onrecord --help",
        "peers.py typer_help",
        (Target("more", 60),),
        runs=7,
    ),
    Row(
        "import",
        "`import onrecord`",
        "`import pydantic`",
        "-c 'import onrecord'",
        "-c 'import pydantic'",
        (Target("more", 30),),
        runs=7,
    ),
    Row(
        "import-models",
        "`import onrecord.schema`",
        "`from pydantic import BaseModel`",
        "-c 'import onrecord.schema'",
        "-c 'from pydantic import BaseModel'",
        runs=7,
    ),
    *_chunks(),
)  # fmt: skip


class Measured(NamedTuple):
    """The measurements of a process: wall-clock and CPU seconds, peak MiB, MB of input, and its
    output.
    """

    wall: float
    cpu: float
    peak: float
    size: float
    told: str


class FailedError(Exception):
    """A measured process failed."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 (default) is 1 M quotes")
    parser.add_argument("--runs", type=int, default=3, help="runs of each process (default 3)")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=(), help="measure these rows")
    parser.add_argument("--list", action="store_true", help="list the rows")
    parser.add_argument("--by", choices=("wall", "cpu"), default="wall", help="seconds of which")
    parser.add_argument("--data", type=Path, default=HERE / "data", help="where inputs are kept")
    options = parser.parse_args()
    if options.list:
        for row in ROWS:
            print(f"{row.name:18} {row.work} | {row.against}")
        return
    if unknown := set(options.only) - {row.name for row in ROWS}:
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    _adopt_orphans()
    print("\n".join(_machine(options)), end="\n\n", flush=True)
    print("| work | against | ours | peer | ratio | target | peak memory, ours and peer |")
    print("|---|---|---:|---:|---:|---:|---:|", flush=True)
    for row in ROWS:
        if not options.only or row.name in options.only:
            for line in _lines(row, options):
                print(line, flush=True)


def _lines(row: Row, options: argparse.Namespace) -> Iterator[str]:
    """Yield the lines of the result table for a row."""
    try:
        ours, peer = compare(row, options)
    except FailedError as failed:
        yield f"| {row.work} | {row.against} | {failed} | | | | |"
        return
    peaks = f"{ours.peak:,.0f} / {peer.peak:,.0f} MiB"
    for target in row.targets or (None,):
        what = target.what if target else "time"
        ratio, bound = _ratio(what, target, ours, peer, options.by)
        yield (
            f"| {row.work} | {row.against} | {_shown(ours, row)} | {_shown(peer, row)} "
            f"| {ratio} | {bound} | {peaks} |"
        )


def _ratio(
    what: str, target: Target | None, ours: Measured, peer: Measured, by: str
) -> tuple[str, str]:
    """Format a ratio and its target."""
    if what == "share":
        one, other = (float(each.told.split()[1]) for each in (ours, peer))
        return f"{one / other:.2f}×", f"≤ {target.bound:.0%}" if target else ""
    one, other = getattr(ours, by), getattr(peer, by)
    if what == "more":
        return f"{(one - other) * 1000:+.0f} ms", f"≤ +{target.bound:g} ms" if target else ""
    value = {
        "time": one / other,
        "speed": (ours.size / one) / (peer.size / other) if ours.size else other / one,
        "memory": ours.peak / peer.peak,
    }[what]
    of = " memory" if what == "memory" else ""
    sign = "≥" if what == "speed" else "≤"
    return f"{value:.2f}×{of}", f"{sign} {target.bound:g}×{of}" if target else ""


def _shown(measured: Measured, row: Row) -> str:
    if any(target.what == "share" for target in row.targets):
        return f"{float(measured.told.split()[1]):.1%}"
    if any(target.what == "more" for target in row.targets) or not measured.size:
        return f"{measured.wall * 1000:.0f} ms, CPU {measured.cpu * 1000:.0f} ms"
    speed = measured.size / measured.wall
    return f"{measured.wall:.2f} s, CPU {measured.cpu:.2f} s, {speed:.{speed < 10:d}f} MB/s"


def compare(row: Row, options: argparse.Namespace) -> tuple[Measured, Measured]:
    """Return medians of onrecord and the peer, run in turn; the first of several runs warms the
    disk cache.

    Raises:
        FailedError: One of the two fails, or they do not read the same number of records.
    """
    commands = [_filled(command, options) for command in (row.ours, row.peer)]
    runs = options.runs * row.runs
    rounds = [[measure(*command, options.data) for command in commands] for _ in range(runs + 1)]
    ours, peer = (_median(column[1:]) for column in zip(*rounds, strict=True))
    counts = [one.told.split()[:1] for one in (ours, peer) if ".py" in row.ours]
    if ours.size == peer.size and len({*map(tuple, counts)}) > 1:
        raise FailedError(f"ours read {ours.told!r}, the peer {peer.told!r}")
    return ours, peer


def _median(measured: tuple[Measured, ...] | list[Measured]) -> Measured:
    wall, cpu, peak, size = (
        statistics.median(column) for column in [*zip(*measured, strict=True)][:4]
    )
    return Measured(wall, cpu, peak, size, measured[0].told)


def _filled(command: str, options: argparse.Namespace) -> tuple[list[str], float]:
    """Return the arguments of a command with its inputs filled in, and their size in MB.

    ``{out}`` is filled in for each run.
    """
    arguments = []
    size = 0
    for word in shlex.split(command):
        for name in INPUTS:
            if f"{{{name}}}" in word:
                word = word.replace(f"{{{name}}}", str(_input(name, options)))  # noqa: PLW2901
                size += _size(Path(word))
        if word.startswith("{first:"):
            word = str(_first(int(word[7:-1]), options))  # noqa: PLW2901
            size += _size(Path(word))
        if word.endswith(".py"):
            word = str(HERE / word)  # noqa: PLW2901
        arguments.append(word)
    return arguments, size / 1e6


def _size(path: Path) -> int:
    inside = [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else [path]
    return sum(one.stat().st_size for one in inside)


def _input(name: str, options: argparse.Namespace) -> Path:
    """Return the folder of an input; create it if it does not exist."""
    folder = options.data / f"{name}-{options.scale:g}"
    made = folder.with_suffix(folder.suffix + ".made")
    if not made.exists():
        print(f"making {folder}", file=sys.stderr)
        # A process of its own: what this one takes counts for those that it starts.
        command = [sys.executable, HERE / "inputs.py", name, folder, str(options.scale)]
        subprocess.run(command, check=True)
        made.touch()
    return folder


def _first(megabytes: int, options: argparse.Namespace) -> Path:
    """Return a file with the first lines of the quotes, up to some MB."""
    source = _input("clean", options) / "quotes.jsonl"
    path = options.data / f"first-{megabytes}-{options.scale:g}.jsonl"
    if not path.exists():
        with source.open("rb") as lines, path.open("wb") as out:
            while out.tell() < megabytes * 1_000_000 and (line := lines.readline()):
                out.write(line)
    return path


def measure(arguments: list[str], size: float, data: Path) -> Measured:
    """Run a process to its end."""
    with tempfile.TemporaryDirectory(dir=data) as out, tempfile.TemporaryFile() as told:
        command = [sys.executable, *(word.replace("{out}", out) for word in arguments)]
        with tempfile.TemporaryFile() as errors:
            begin = time.perf_counter()
            process = subprocess.Popen(command, stdout=told, stderr=errors)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begin
            cpu = usage.ru_utime + usage.ru_stime + _cpu_of_orphans()
            process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            said = errors.read().decode(errors="replace")
        # Findings make the status 1, and so do errors of Python.
        if process.returncode not in (0, 1) or "Traceback" in said:
            last = said.strip().splitlines()[-1:] or [f"status {process.returncode}"]
            raise FailedError(f"{' '.join(arguments[:2])} failed: {last[0][:200]}")
        told.seek(0)
        peak = usage.ru_maxrss / 1024
        return Measured(wall, cpu, peak, size, told.read(200).decode(errors="replace").strip())


def _adopt_orphans() -> None:
    """Make processes whose parents have ended children of this one, so that their time is known."""
    if sys.platform == "linux":
        pr_set_child_subreaper = 36
        ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def _cpu_of_orphans() -> float:
    """Wait for processes that a measured one started, and return their CPU seconds."""
    found = 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return found
        found += usage.ru_utime + usage.ru_stime


def _library(name: str) -> str | None:
    """Return a library with its version; None if it is not installed, as it need not be for all rows."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return None


def _machine(options: argparse.Namespace) -> Iterator[str]:
    """Yield lines that describe the machine, the versions and the method."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield f"{(models or [platform.processor()])[0]}, {os.cpu_count()} cores, {memory:.0f} GiB"
    yield f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield ", ".join(filter(None, map(_library, LIBRARIES)))
    runs, by = options.runs, {"wall": "the clock", "cpu": "all cores"}[options.by]
    yield f"scale {options.scale:g}, medians of {runs} runs, ratios by seconds of {by}"


if __name__ == "__main__":
    main()
