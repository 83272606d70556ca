"""``onrecord site``: build pages that show a corpus."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.options import (
    no_cache_option,
    outside_option,
    text_format_option,
    whole_number,
    withheld_texts_option,
    workers_option,
)
from onrecord.cli.parser import argument, flag, option, with_options
from onrecord.cli.printing import complain, say
from onrecord.cli.reading import chunk_progress
from onrecord.errors import InputError, need
from onrecord.text_formats import TextFormatName

if TYPE_CHECKING:
    from onrecord.site.earlier import EarlierPages
    from onrecord.site.serving import Server

# The port that is served if none is named.
PORT = 8000


@dataclass(frozen=True, kw_only=True)
class _Options:
    folder: Path = argument("DIR", "the folder of the corpus, or a record file", type=Path)
    out: Path = option(
        "the folder to write: a new one, or that of an earlier site, which is replaced",
        metavar="DIR",
        type=Path,
        required=True,
    )
    texts: Path | None = withheld_texts_option(of="folder")
    text_format: TextFormatName | None = text_format_option()
    watch: bool = flag(
        "build again whenever a file changes, until Ctrl-C; pages that are served reload"
    )
    serve: int | None = option(
        f"serve the site on this machine alone, until Ctrl-C (port {PORT} if none is named; "
        "0 for any)",
        metavar="PORT",
        type=whole_number,
        nargs="?",
        const=PORT,
    )
    workers: int | None = workers_option("read, run checks and write pages, if the corpus is large")
    no_cache: bool = no_cache_option()
    allow_outside: bool = outside_option()


@with_options(
    _Options,
    """
    onrecord site dataset --out build/site
    onrecord site dataset --texts ../texts --out build/site
    onrecord site dataset --out build/site --watch --serve
    """,
    "0 written, 1 written, and errors were found, 2 wrong usage, 3 could not look or write",
)
def command(options: _Options) -> int:
    """Build a site once, or repeatedly, and serve it."""
    need("validate")
    if options.serve is None:
        return _watch(options, None) if options.watch else _build(options, None)
    from onrecord.site.serving import serving

    with serving(options.out, options.serve, reloads=options.watch) as server:
        if options.watch:
            return _watch(options, server)
        _build(options, None)
        say(f"serving {server.url}; Ctrl-C ends it")
        sys.stdout.flush()
        threading.Event().wait()
    return DONE


def _watch(options: _Options, server: Server | None) -> int:
    """Build a site whenever a file changes."""
    from onrecord.site.earlier import EarlierPages
    from onrecord.validation.watching import changes

    earlier = EarlierPages()
    watched = [path for path in (options.folder, options.texts) if path is not None]
    for _ in changes(watched):
        try:
            _build(options, earlier)
        except InputError as error:
            complain(error)
        else:
            if server:
                server.changed()
        served = f"serving {server.url} and " if server else ""
        print(f"{served}watching for changes; Ctrl-C ends it", file=sys.stderr)
        sys.stdout.flush()
    return DONE


def _build(options: _Options, earlier: EarlierPages | None) -> int:
    """Build a site, and print where it begins."""
    from onrecord.files.process import cores
    from onrecord.readers.options import ReadOptions
    from onrecord.reporters.base import counted, tally
    from onrecord.site.build import build_site

    site = build_site(
        options.folder,
        options.out,
        texts=options.texts,
        progress=chunk_progress,
        options=ReadOptions(
            allow_outside=options.allow_outside,
            text_format=options.text_format,
            workers=(cores() if options.workers is None else options.workers) or 1,
        ),
        earlier=earlier,
        cache=not options.no_cache,
    )
    written = f" ({earlier.written:,} of them new)" if earlier else ""
    pages = f"{counted(site.pages, 'page')}{written}"
    say(f"wrote {pages} ({tally(site.report)}); open {site.out}/index.html")
    return FINDINGS if site.report.errors else DONE
