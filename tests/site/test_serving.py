"""A site that is served and watched: on this machine alone, files of the site alone, and up to date."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from onrecord.errors import InputError
from onrecord.readers.naming import SITE
from onrecord.site.serving import serving
from tests import ROOT

GAZETTE = ROOT / "docs" / "examples" / "gazette"


def get(port: int, path: str, host: str | None = None, method: str = "GET"):
    """The status, type and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {} if host is None else {"Host": host}
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, answer.headers["Content-Type"], answer.read().decode()
    connection.close()
    return found


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "site"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<head></head>first page", encoding="utf-8")
    (root / "assets" / "a.js").write_text("1", encoding="utf-8")
    (root / SITE).write_text("{}", encoding="utf-8")
    (root / ".hidden.html").write_text("secret", encoding="utf-8")
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    (root / "link.html").symlink_to(tmp_path / "secret.html")
    (root / "file.exe").write_text("secret", encoding="utf-8")
    return root


def test_only_files_of_the_site_are_served_and_only_to_this_machine(folder):
    with serving(folder, 0) as server:
        port = server.server_port
        assert server.server_address[0] == "127.0.0.1"
        assert get(port, "/") == (200, "text/html; charset=utf-8", "<head></head>first page")
        assert get(port, "/index.html?x#y")[0] == 200
        assert get(port, "/assets/a.js") == (200, "text/javascript; charset=utf-8", "1")
        assert get(port, "/", method="HEAD") == (200, "text/html; charset=utf-8", "")
        assert get(port, "/", method="POST")[0] == 501
        assert get(port, "/", f"localhost:{port}")[0] == 200
        for host in ("example.org", f"example.org:{port}", "127.0.0.1", f"127.0.0.1.example.org:{port}", ""):  # fmt: skip
            assert get(port, "/", host)[0] == 403
        for path in ("/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "//secret.html",
                     "/assets/../../secret.html", "/..%5csecret.html", "/link.html", "/.hidden.html",
                     "/file.exe", "/assets", "/assets/", "/%00", f"{folder.parent}/secret.html",
                     "/C:/secret.html", "/" + "a" * 5000, "/index.html/x", "/%ff", "/.changed.js"):  # fmt: skip
            assert get(port, path)[0] == 404, path
        with pytest.raises(InputError, match=f"127.0.0.1:{port} is not available"):
            serving(folder, port).__enter__()
    with pytest.raises(ConnectionError):
        get(port, "/")
    with pytest.raises(InputError), serving(folder, 99999):
        pass


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way")
def test_a_site_is_built_again_and_its_pages_reload_until_ctrl_c(tmp_path):
    corpus = tmp_path / "corpus"
    shutil.copytree(GAZETTE / "articles" / "2023", corpus)
    out = corpus / "site"
    command = [sys.executable, "-m", "onrecord", "site", ".", "--out", "site", "--watch", "--serve", "0"]  # fmt: skip
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            command, cwd=corpus, stdout=stream, stderr=subprocess.STDOUT, env=os.environ
        )

    def wait(for_what):
        for _ in range(600):
            if found := for_what(log.read_text(encoding="utf-8")):
                return found
            time.sleep(0.1)
        raise AssertionError(log.read_text(encoding="utf-8"))

    try:
        said = wait(lambda text: "watching for changes" in text and text)
        port = int(said.partition("http://127.0.0.1:")[2].partition("/")[0])
        assert 'src="/.reload.js"' in get(port, "/")[2]
        assert "/.changed.js?1" in get(port, "/.reload.js")[2]
        page = out / "articles" / "2023-11-08-council.html"
        others = {path: path.stat().st_ino for path in out.glob("articles/*.html") if path != page}
        record = corpus / "2023-11-08-council.yaml"
        text = record.read_text(encoding="utf-8")
        record.write_text(
            text.replace("Stone by stone: council", "Again: council", 1), encoding="utf-8"
        )
        assert get(port, "/.changed.js?1")[2] == "location.reload();\n"
        assert "Again" in get(port, "/articles/2023-11-08-council.html")[2]
        # Pages that show the same are the same files.
        assert {path: path.stat().st_ino for path in others} == others
        # What cannot be built is said, and the site remains.
        (out / "CNAME").write_text("example.org", encoding="utf-8")
        record.write_text(text, encoding="utf-8")
        wait(lambda text: "CNAME is not part of the site" in text)
        assert "Again" in get(port, "/articles/2023-11-08-council.html")[2]
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(30)
    assert status in (130, -signal.SIGINT)
    assert "Traceback" not in log.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.rglob(".*")] == []
    with pytest.raises(ConnectionError):
        get(port, "/")
