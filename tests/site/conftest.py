"""The site of the gazette, with an article full of attacks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from onrecord.site.build import build_site
from tests import ROOT

GAZETTE = ROOT / "docs" / "examples" / "gazette"
OWNED = "document.title='owned'"
HOSTILE = [
    f"</script><script>{OWNED}</script>",
    f"<img src=/x onerror={OWNED}>" + "W" * 200,
    f'" onmouseover="{OWNED}" x="',
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnorts\u202c <b>& 'quoted'",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The site of the gazette, with a hostile article, and one in which something is wrong."""
    folder = tmp_path_factory.mktemp("site")
    corpus = folder / "corpus"
    shutil.copytree(GAZETTE, corpus)
    hostile(corpus / "articles" / "2023" / "con.yaml")
    path = corpus / "articles" / "2023" / "2023-09-14-bridge-closed.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("{exact: told, start: 193", "{exact: tald, start: 193")
    path.write_text(
        text.replace("start: 681, end: 692", "start: 9681, end: 9692"), encoding="utf-8"
    )
    build_site(corpus, folder / "out", texts=GAZETTE / "texts")
    return folder / "out"


def hostile(path: Path) -> None:
    """Write an article of which every word is an attack, with overlaps and characters of all kinds."""
    words = "".join(HOSTILE)
    text = f"🌉 {words} e\u0301a 👩‍👩‍👧 עברית end."
    whole = {"exact": words, "start": 2, "end": 2 + len(words), "quoted": False}
    over = text.index("'quoted'")
    inner = {"exact": text[over:-5], "start": over, "end": len(text) - 5, "quoted": False}
    part = {"exact": "e", "start": text.index("e\u0301"), "end": text.index("e\u0301") + 1}
    source = {"name": HOSTILE[0], "kind": "person", "role": HOSTILE[1], "reference": "implicit"}
    annotation = {"annotators": [HOSTILE[2]], "method": "manual", "note": words}
    quotes = [
        {"id": "q1", "type": "indirect", "content": [whole], "attribution": "attributed",
         "speakers": [source], "venue": HOSTILE[3]},
        {"id": "q2", "type": "reported", "content": [inner], "attribution": "attributed",
         "speakers": [source], "cue": [part]},
    ]  # fmt: skip
    claims = [
        {"id": "c1", "text": words, "language": "en", "voice": "source", "claimant": source,
         "quote_ids": ["q1"], "relations": [{"type": "supports", "claim_id": "c2"},
                                               {"type": "same_as", "claim_id": "c2"}],
         "assessments": [{"reviewer": HOSTILE[0], "original_rating": HOSTILE[1],
                          "url": 'https://example.org/"><script>' + OWNED}]},
        {"id": "c2", "text": HOSTILE[0], "language": "en", "voice": "article"},
    ]  # fmt: skip
    article = {
        "id": "con", "title": words, "url": "https://example.org/'\"><b>", "language": "en", "text": text,
        "publisher": {"name": HOSTILE[1]}, "authors": [HOSTILE[0]],
        "rights": {"license": "CC-BY-4.0", "redistribute": "full"},
        "corrections": [{"note": HOSTILE[0]}],
    }  # fmt: skip
    document = {"schema_version": "1.0", "annotation": annotation, "article": article,
                "quotes": quotes, "claims": claims}  # fmt: skip
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
