"""Serve a folder to a browser, on this machine only; read what pages have for programs, and check that
people can use them.
"""

from __future__ import annotations

import functools
import html
import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that prints nothing."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its address, which ends with a slash."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def records_on(page: Path) -> dict[str, Any]:
    """The records that the page of an article has as JSON."""
    (found,) = re.findall('<pre id="json"[^>]*>(.*?)</pre>', page.read_text("utf-8"), re.DOTALL)
    return json.loads(html.unescape(found))


def obstacles(page: Any, scheme: str) -> list[Any]:
    """Return what axe finds on a page that keeps people from using it, in a colour scheme.

    In the dark one, only contrasts are looked at: else it is the light one.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(200)  # colours change gradually
    # Neither what is right is described, nor where.
    options = {"preload": False, "resultTypes": ["violations"], "selectors": False}
    if scheme == "dark":
        options["runOnly"] = ["color-contrast"]
    found = axe.run(page, options=options).response["violations"]
    return [
        (one["id"], [(node["html"], node["failureSummary"]) for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
