"""Records as JSON: the same values, whatever strings contain, without those that say nothing."""

from __future__ import annotations

import json

import pytest

import onrecord
from onrecord.site.records import Articles

# Words that look like what is removed from JSON.
CONFUSING = [
    '","status":null,"status":"active","x":[],"y":"',
    '{"exact":null,"start":1}',
    ',"exact":null',
    '\\",\\"exact\\":null,\\\\',
    '{"a":[]}{"exact":null},🌉\u200d',
]


@pytest.mark.parametrize("words", [*CONFUSING, "".join(CONFUSING)])
def test_strings_that_look_like_absent_values_remain(tmp_path, words):
    annotation = {"annotators": [words], "method": "manual", "note": words}
    article = {"record_type": "article", "schema_version": "1.0", "id": "a", "title": words,
               "publisher": {"name": words}, "language": "en", "text": f"{words} end",
               "rights": {"license": "CC0-1.0", "redistribute": "full"}}  # fmt: skip
    quotes = [
        {"record_type": "quote", "schema_version": "1.0", "id": f"a.q{number}", "article_id": "a",
         "type": "indirect", "content": [{"exact": words, "start": start, "end": start + len(words),
                                           "quoted": False}],
         "attribution": "attributed", "speakers": [{"name": words, "kind": "person", "reference": "named"}],
         "annotation": annotation}
        for number, start in ((1, 7), (2, 0))
    ]  # fmt: skip
    quotes[0]["status"] = "withdrawn"
    for name, records in (("articles", [article]), ("quotes", quotes)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (encoded,) = Articles(onrecord.read(tmp_path)).encoded()
    found = json.loads(encoded.records)
    del article["text"]
    # In the order of the text.
    assert found == {"article": article, "quotes": quotes[::-1], "claims": []}
