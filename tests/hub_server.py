"""A loopback server with the HTTP interface of the Hugging Face Hub, as ``huggingface_hub`` uses it.

It keeps repositories of datasets with commits, branches, tags and pull requests, and stores Parquet files
by LFS. It does not speak Xet. A fault can be put into any request.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hf_" + "SECRET" * 5
# A few entries per page, so that clients have to follow the links to the next one.
PAGE = 6

Tree = Mapping[str, bytes]


@dataclass(frozen=True)
class Fault:
    """Describe a fault and its requests: all from ``first`` on, or only that one.

    ``kind`` is an HTTP status, or ``reset`` (nothing is done, the connection breaks), ``lost`` (all is
    done, the connection breaks before the answer) or ``truncated`` (it breaks within the answer).
    """

    kind: int | str
    first: int
    once: bool = False


@dataclass
class Repo:
    private: bool
    commits: dict[str, Tree] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def commit(self, tree: Tree, parent: str | None, ref: str) -> str:
        oid = hashlib.sha1(f"{len(self.commits)} {parent} {sorted(tree)}".encode()).hexdigest()
        self.commits[oid], self.parents[oid] = dict(tree), parent
        self.refs[ref] = oid
        return oid

    def find(self, revision: str) -> str | None:
        for ref in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if ref in self.refs:
                return self.refs[ref]
        return revision if revision in self.commits else None


class Hub:
    """The state of the server."""

    def __init__(self) -> None:
        self.url = ""
        # Where large files are: on another host, so that clients do not send the token there.
        self.storage = ""
        self.repos: dict[str, Repo] = {}
        self.stored: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.fault: Fault | None = None
        # Owners for whom the token must not write.
        self.forbidden: set[str] = set()
        # What the server says about a fault.
        self.explanation = "fault"
        self.lock = RLock()

    def files(self, name: str, revision: str = "main") -> Tree:
        """Return the files of a repository at a revision."""
        repo = self.repos[name]
        return repo.commits[repo.find(revision)]

    def tags(self, name: str) -> dict[str, str]:
        """Return the tags of a repository with their commits."""
        refs = self.repos[name].refs
        return {ref[10:]: oid for ref, oid in refs.items() if ref.startswith("refs/tags/")}

    def history(self, name: str) -> list[Tree]:
        """Return the files at all commits of the main branch, the newest first."""
        repo = self.repos[name]
        found, one = [], repo.find("main")
        while one:
            found.append(repo.commits[one])
            one = repo.parents[one]
        return found

    def create(self, name: str, tree: Tree | None = None, *, private: bool = False) -> None:
        """Make a repository as the Hub does, with one commit, and another one of these files."""
        repo = self.repos[name] = Repo(private)
        first = {".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"}
        oid = repo.commit(first, None, "refs/heads/main")
        if tree:
            repo.commit({**first, **tree}, oid, "refs/heads/main")

    def write(self, name: str, changes: Mapping[str, bytes | None]) -> None:
        """Commit a change, as another person would."""
        tree = dict(self.files(name))
        for path, data in changes.items():
            tree.pop(path, None)
            if data is not None:
                tree[path] = data
        self.repos[name].commit(tree, self.repos[name].find("main"), "refs/heads/main")

    def break_at(self, kind: int | str, first: int = 0, *, once: bool = False) -> None:
        """Put a fault into the requests that come from now on."""
        self.fault = Fault(kind, len(self.requests) + first, once)

    def heal(self) -> None:
        """Answer all requests again."""
        self.fault = None


def is_lfs(path: str) -> bool:
    """Return whether a file is stored by LFS."""
    return path.endswith(".parquet")


def pointer(data: bytes) -> bytes:
    """Return the pointer that git keeps in place of a file."""
    oid = hashlib.sha256(data).hexdigest()
    head = "version https://git-lfs.github.com/spec/v1"
    return f"{head}\noid sha256:{oid}\nsize {len(data)}\n".encode()


def blob_id(data: bytes) -> str:
    """Return the id that git gives a file."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Run a server on a free port of this machine."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hub.url = f"http://127.0.0.1:{server.server_port}"
        hub.storage = f"http://localhost:{server.server_port}/lfs"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()


class _Error(Exception):
    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        self.status, self.message, self.code = status, message, code


_ROUTES = [
    ("GET", r"/api/whoami-v2", "whoami"),
    ("POST", r"/api/repos/create", "create"),
    ("POST", r"/api/validate-yaml", "validate_yaml"),
    ("GET", r"/api/datasets/(?P<name>[^/]+/[^/]+)/refs", "list_refs"),
    ("GET", r"/api/datasets/(?P<name>[^/]+/[^/]+)/discussions", "discussions"),
    ("GET", r"/api/datasets/(?P<name>[^/]+/[^/]+)/tree/(?P<revision>[^/]+)(?:/(?P<path>.+))?", "tree"),
    ("POST", r"/api/datasets/(?P<name>[^/]+/[^/]+)/paths-info/(?P<revision>[^/]+)", "paths_info"),
    ("POST", r"/api/datasets/(?P<name>[^/]+/[^/]+)/preupload/(?P<revision>[^/]+)", "preupload"),
    ("POST", r"/api/datasets/(?P<name>[^/]+/[^/]+)/commit/(?P<revision>[^/]+)", "commit"),
    ("POST", r"/api/datasets/(?P<name>[^/]+/[^/]+)/tag/(?P<revision>[^/]+)", "tag"),
    ("GET", r"/api/datasets/(?P<name>[^/]+/[^/]+)(?:/revision/(?P<revision>[^/]+))?", "info"),
    ("POST", r"/datasets/(?P<name>[^/]+/[^/]+)\.git/info/lfs/objects/batch", "batch"),
    ("PUT", r"/lfs/(?P<oid>[0-9a-f]{64})", "store"),
    ("GET", r"/lfs/(?P<oid>[0-9a-f]{64})", "stored"),
    ("POST", r"/lfs/verify", "verify"),
    ("GET", r"/datasets/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)", "resolve"),
]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"
    # Requests in one packet each: the answer is not held back until the last one is acknowledged.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:  # the names that the library calls
        self._handle("GET")

    def do_HEAD(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_PUT(self) -> None:
        self._handle("PUT")

    def _handle(self, method: str) -> None:
        hub = self.hub
        url = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if url.path == "/api/agent-harnesses":  # once per process, if it runs in some environments
            self._send(404, {}, {})
            return
        with hub.lock:
            number = len(hub.requests)
            hub.requests.append(f"{self.command} {url.path}")
            fault = hub.fault
            if fault and (number < fault.first or (fault.once and number > fault.first)):
                fault = None
            kind = fault.kind if fault else None
            if isinstance(kind, int):
                self._send(
                    kind, {"error": hub.explanation}, {"Retry-After": "7"} if kind == 429 else {}
                )
                return
            if kind == "reset":
                self._break()
                return
            status, value, headers = self._answer(method, url.path, body)
        if kind == "lost":
            self._break()
            return
        self._send(status, value, headers, truncate=kind == "truncated")

    def _answer(self, method: str, path: str, body: bytes) -> tuple[int, Any, dict[str, str]]:
        try:
            answer = self._route(method, path, body)
            return answer if isinstance(answer, tuple) else (200, answer, {})
        except _Error as error:
            code = {"X-Error-Code": error.code} if error.code else {}
            message = {"X-Error-Message": error.message}
            return error.status, {"error": error.message}, code | message

    def _route(self, method: str, path: str, body: bytes) -> Any:
        for verb, pattern, action in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and verb == method:
                parts = {key: unquote(one) for key, one in found.groupdict().items() if one}
                return getattr(self, f"_{action}")(body=body, **parts)
        raise _Error(404, f"no such page: {method} {path}")

    def _send(
        self, status: int, value: Any, headers: dict[str, str], *, truncate: bool = False
    ) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, one in headers.items():
            self.send_header(name, one)
        if "Content-Type" not in headers:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if truncate else data)
        if truncate:
            self._break()

    def _break(self) -> None:
        """Reset the connection."""
        self.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _authorized(self) -> bool:
        given = self.headers.get("Authorization")
        if given is not None and given != f"Bearer {TOKEN}":
            raise _Error(401, "Invalid credentials in Authorization header")
        return given is not None

    def _repo(self, name: str, *, write: bool = False) -> Repo:
        known = self._authorized()
        repo = self.hub.repos.get(name)
        if repo is None or (repo.private and not known):
            raise _Error(404 if known else 401, "Repository not found", "RepoNotFound")
        if write and not known:
            raise _Error(401, "Invalid username or password.")
        if write and name.split("/", maxsplit=1)[0] in self.hub.forbidden:
            raise _Error(403, f"the token may not write to {name}")
        return repo

    def _revision(self, name: str, revision: str) -> tuple[str, Tree]:
        repo = self._repo(name)
        oid = repo.find(revision)
        if oid is None:
            raise _Error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return oid, repo.commits[oid]

    def _whoami(self, body: bytes) -> Any:
        if not self._authorized():
            raise _Error(401, "Invalid username or password.")
        return {"type": "user", "name": "tester", "auth": {"type": "access_token"}, "orgs": []}

    def _create(self, body: bytes) -> Any:
        given = json.loads(body)
        name = f"{given['organization']}/{given['name']}"
        if not self._authorized():
            raise _Error(401, "Invalid username or password.")
        if given["organization"] in self.hub.forbidden:
            raise _Error(403, f"the token may not create {name}")
        if name in self.hub.repos:
            raise _Error(409, "You already created this dataset repo")
        self.hub.create(name, private=given.get("visibility") == "private")
        return {"url": f"{self.hub.url}/datasets/{name}", "name": name}

    def _validate_yaml(self, body: bytes) -> Any:
        return {"errors": [], "warnings": []}

    def _list_refs(self, body: bytes, name: str) -> Any:
        refs = self._repo(name).refs
        found: dict[str, list[Any]] = {
            "branches": [],
            "tags": [],
            "converts": [],
            "pullRequests": [],
        }
        kinds = {"heads": "branches", "tags": "tags", "pr": "pullRequests"}
        for ref, oid in refs.items():
            _, kind, short = ref.split("/", 2)
            short = ref if kind == "pr" else short
            found[kinds[kind]].append({"name": short, "ref": ref, "targetCommit": oid})
        return found

    def _discussions(self, body: bytes, name: str) -> Any:
        titles = self._repo(name).titles
        found = [
            {
                "num": int(ref.rpartition("/")[2]),
                "title": title,
                "author": {"name": "tester"},
                "repo": {"name": name, "type": "dataset"},
                "createdAt": "2024-01-01T00:00:00.000Z",
                "isPullRequest": True,
                "status": "open",
            }
            for ref, title in titles.items()
        ]
        return {"discussions": found, "count": len(found), "start": 0}

    def _entry(self, path: str, data: bytes) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "type": "file",
            "path": path,
            "size": len(data),
            "oid": blob_id(data),
        }
        if is_lfs(path):
            text, oid = pointer(data), hashlib.sha256(data).hexdigest()
            lfs = {"oid": oid, "size": len(data), "pointerSize": len(text)}
            entry |= {"oid": blob_id(text), "lfs": lfs}
        return entry

    def _tree(self, body: bytes, name: str, revision: str, path: str = "") -> Any:
        _, tree = self._revision(name, revision)
        start = int(self.query.get("cursor", 0))
        folders = {str(one) for file in tree for one in _parents(file)}
        entries = [self._entry(file, data) for file, data in tree.items()]
        entries += [
            {"type": "directory", "path": one, "oid": "0" * 40, "size": 0} for one in folders
        ]
        inside = [
            one
            for one in sorted(entries, key=lambda one: one["path"])
            if one["path"].startswith(f"{path}/" if path else "")
            and (
                self.query.get("recursive", "").lower() == "true"
                or "/" not in one["path"].removeprefix(f"{path}/" if path else "")
            )
        ]
        if path and not inside:
            raise _Error(404, f"{path} does not exist", "EntryNotFound")
        more = self.query | {"cursor": str(start + PAGE)}
        following = "&".join(f"{key}={one}" for key, one in more.items())
        link = f'<{self.hub.url}{urlsplit(self.path).path}?{following}>; rel="next"'
        headers = {"Link": link} if start + PAGE < len(inside) else {}
        return 200, inside[start : start + PAGE], headers

    def _paths_info(self, body: bytes, name: str, revision: str) -> Any:
        _, tree = self._revision(name, revision)
        wanted = parse_qs(body.decode()).get("paths", [])
        folders = {str(one) for file in tree for one in _parents(file)}
        return [self._entry(one, tree[one]) for one in wanted if one in tree] + [
            {"type": "directory", "path": one, "oid": "0" * 40, "size": 0}
            for one in wanted
            if one in folders
        ]

    def _info(self, body: bytes, name: str, revision: str = "main") -> Any:
        oid, tree = self._revision(name, revision)
        siblings = [{"rfilename": path} for path in tree]
        private = self.hub.repos[name].private
        return {
            "_id": "1",
            "id": name,
            "sha": oid,
            "private": private,
            "siblings": siblings,
            "tags": [],
        }

    def _preupload(self, body: bytes, name: str, revision: str) -> Any:
        repo = self._repo(name, write="create_pr" not in self.query)
        given = json.loads(body)
        tree = repo.commits[repo.find(revision)]
        ignored = given.get("gitIgnore", tree.get(".gitignore", b"").decode()).split()
        return {
            "files": [
                {
                    "path": one["path"],
                    "uploadMode": "lfs" if is_lfs(one["path"]) else "regular",
                    "shouldIgnore": any(one["path"].startswith(start) for start in ignored),
                    "oid": self._entry(one["path"], tree[one["path"]])["oid"]
                    if one["path"] in tree
                    else None,
                }
                for one in given["files"]
            ]
        }

    def _batch(self, body: bytes, name: str) -> Any:
        self._repo(name)
        objects = []
        for one in json.loads(body)["objects"]:
            actions = {
                "upload": {"href": f"{self.hub.storage}/{one['oid']}"},
                "verify": {"href": f"{self.hub.url}/lfs/verify"},
            }
            objects.append(one if one["oid"] in self.hub.stored else one | {"actions": actions})
        return {"transfer": "basic", "objects": objects}

    def _store(self, body: bytes, oid: str) -> Any:
        if hashlib.sha256(body).hexdigest() != oid:
            raise _Error(400, "the digest is another one")
        self.hub.stored[oid] = body
        return 200, b"", {"ETag": f'"{oid}"'}

    def _stored(self, body: bytes, oid: str) -> Any:
        if "Authorization" in self.headers:
            raise _Error(400, "the token does not belong here")
        return self._data(self.hub.stored[oid], {"ETag": f'"{oid}"'})

    def _verify(self, body: bytes) -> Any:
        if json.loads(body)["oid"] not in self.hub.stored:
            raise _Error(404, "it was not uploaded")
        return {}

    def _commit(self, body: bytes, name: str, revision: str) -> Any:
        proposed = "create_pr" in self.query
        repo = self._repo(name, write=not proposed)
        head, *changes = [json.loads(line) for line in body.splitlines()]
        parent, tree = self._revision(name, revision)
        if head["value"].get("parentCommit", parent) != parent:
            raise _Error(412, "A commit has happened since. Please refresh and try again.")
        files = dict(tree)
        for change in changes:
            path = change["value"]["path"]
            match change["key"]:
                case "file":
                    files[path] = base64.b64decode(change["value"]["content"])
                case "lfsFile":
                    files[path] = self.hub.stored[change["value"]["oid"]]
                case "deletedFile" if path in files:
                    del files[path]
                case "deletedFolder":
                    files = {one: data for one, data in files.items() if not one.startswith(path)}
                case _:
                    raise _Error(404, "A file with this name doesn't exist", "EntryNotFound")
        answer = {}
        ref = f"refs/heads/{revision}"
        if proposed:
            ref = f"refs/pr/{len(repo.titles) + 1}"
            repo.titles[ref] = head["value"]["summary"]
            number = len(repo.titles)
            answer = {"pullRequestUrl": f"{self.hub.url}/datasets/{name}/discussions/{number}"}
        oid = repo.commit(files, parent, ref)
        url = f"{self.hub.url}/datasets/{name}/commit/{oid}"
        return {"commitUrl": url, "commitOid": oid, "hookOutput": "", "success": True, **answer}

    def _tag(self, body: bytes, name: str, revision: str) -> Any:
        repo = self._repo(name, write=True)
        oid, _ = self._revision(name, revision)
        ref = f"refs/tags/{json.loads(body)['tag']}"
        if ref in repo.refs:
            raise _Error(409, "Tag reference exists already.")
        repo.refs[ref] = oid
        return {}

    def _resolve(self, body: bytes, name: str, revision: str, path: str) -> Any:
        oid, tree = self._revision(name, revision)
        commit = {"X-Repo-Commit": oid}
        if path not in tree:
            raise _Error(404, f"{path} does not exist", "EntryNotFound")
        data = tree[path]
        if not is_lfs(path):
            return self._data(data, {**commit, "ETag": f'"{blob_id(data)}"'})
        digest = hashlib.sha256(data).hexdigest()
        self.hub.stored.setdefault(digest, data)
        linked = {"X-Linked-Etag": f'"{digest}"', "X-Linked-Size": str(len(data))}
        return 302, b"", {**commit, **linked, "Location": f"{self.hub.storage}/{digest}"}

    def _data(self, data: bytes, headers: dict[str, str]) -> Any:
        headers = {**headers, "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            return 200, data, headers
        start, end = int(wanted[1]), int(wanted[2] or len(data) - 1)
        some = data[start : end + 1]
        return (
            206,
            some,
            {**headers, "Content-Range": f"bytes {start}-{start + len(some) - 1}/{len(data)}"},
        )


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    for end in range(1, len(parts)):
        yield "/".join(parts[:end])
