"""Serve a site on this machine alone, and reload its pages when it was built anew."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from onrecord.errors import InputError
from onrecord.site.pages import asset

HOST = "127.0.0.1"
# What pages of a site consist of; nothing else is served.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
# Requests that the pages of a site make if it is watched, and seconds until they ask again.
_RELOAD, _CHANGED = "/.reload.js", "/.changed.js"
_WAIT = 20.0
# Seconds until a client that says nothing is disconnected.
_TIMEOUT = 30


class Server(ThreadingHTTPServer):
    """Serve the files of a site.

    Args:
        root: The folder of the site, which may be replaced.
        port: The port; 0 for any that is free.
        reloads: Whether pages reload themselves.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, root: Path, port: int, *, reloads: bool) -> None:
        self.root = root
        self.reloads = reloads
        self._built = threading.Condition()
        self._number = 0
        super().__init__((HOST, port), _Handler)
        self.hosts = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    @property
    def url(self) -> str:
        """Return the address of the first page."""
        return f"http://{HOST}:{self.server_port}/"

    def changed(self) -> None:
        """Reload the pages that are open."""
        with self._built:
            self._number += 1
            self._built.notify_all()

    def wait(self, seen: int) -> int:
        """Wait until the site was built after a number that was seen; return its number."""
        with self._built:
            self._built.wait_for(lambda: self._number != seen, _WAIT)
            return self._number

    @property
    def number(self) -> int:
        """Return how often the site was built."""
        return self._number

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that are gone."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@contextmanager
def serving(root: Path, port: int, *, reloads: bool = False) -> Iterator[Server]:
    """Serve a site until the context ends.

    Args:
        root: The folder of the site, which may be replaced.
        port: The port; 0 for any that is free.
        reloads: Whether pages reload themselves after `Server.changed`.

    Raises:
        InputError: The port is not available.
    """
    try:
        server = Server(root, port, reloads=reloads)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{HOST}:{port} is not available: {reason}; name another port") from None
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answer requests for the files of a site."""

    server: Server
    server_version, sys_version = "onrecord", ""
    timeout = _TIMEOUT

    def do_GET(self) -> None:
        # A page of another site may have a name for this machine; that is not one of ours.
        if self.headers.get("Host") not in self.server.hosts:
            self._answer(HTTPStatus.FORBIDDEN, f"this server is {self.server.url}\n")
            return
        url = urlsplit(self.path)
        if self.server.reloads and url.path == _RELOAD:
            text = asset("reload.js").replace("NUMBER", str(self.server.number))
            self._answer(HTTPStatus.OK, text, ".js")
        elif self.server.reloads and url.path == _CHANGED:
            seen = int(url.query) if url.query.isascii() and url.query.isdecimal() else 0
            number = self.server.wait(seen)
            self._answer(HTTPStatus.OK, "location.reload();\n" if number != seen else "", ".js")
        else:
            self._file(url.path)

    do_HEAD = do_GET  # noqa: N815 - the name of the base class

    def _file(self, path: str) -> None:
        found = self._found(path)
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, "there is no such page\n")
            return
        text = found.read_text("utf-8")
        if self.server.reloads and found.suffix == ".html":
            text = text.replace("</head>", f'<script src="{_RELOAD}" defer></script>\n</head>', 1)
        self._answer(HTTPStatus.OK, text, found.suffix)

    def _found(self, path: str) -> Path | None:
        """Return the file that a path leads to, if it is in the site and of a type that is served."""
        parts = PurePosixPath(unquote(path).lstrip("/") or "index.html").parts
        if any(part.startswith(".") or set(part) & set("\\:\0") for part in parts):
            return None
        try:
            root = self.server.root.resolve()
            found = root.joinpath(*parts).resolve()
            inside = found.is_relative_to(root) and found.is_file()
        except (OSError, ValueError):
            return None
        return found if inside and found.suffix in _TYPES else None

    def _answer(self, status: HTTPStatus, text: str, suffix: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", _TYPES.get(suffix, "text/plain; charset=utf-8"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
