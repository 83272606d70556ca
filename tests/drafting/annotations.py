"""Made-up annotations of a made-up text."""

from __future__ import annotations

import json

TEXT = "“We will rebuild the harbour,” the mayor said on Monday. " * 40


def span(start, end):
    return {"exact": TEXT[start:end], "start": start, "end": end}


def quote(name, *extents, **fields):
    """A quote with some extents."""
    content = [{**span(*extent), "quoted": True} for extent in extents]
    return {
        "id": name,
        "type": "direct",
        "content": content,
        "attribution": "attributed",
        **fields,
    }


def claim(name, text, *quotes, **fields):
    """A claim that rests on some quotes."""
    return {
        "id": name,
        "text": text,
        "language": "en",
        "voice": "source",
        "quote_ids": list(quotes),
        **fields,
    }


def document(quotes=(), claims=(), **article):
    """A document about the text, as a value."""
    return {
        "schema_version": "1.0",
        "annotation": {"method": "manual"},
        "article": {
            "id": "harbour",
            "language": "en",
            "text": TEXT,
            "rights": {"license": "CC0-1.0", "redistribute": "full"},
            **article,
        },
        "quotes": list(quotes),
        "claims": list(claims),
    }


def annotation(folder, numbers, *documents):
    """A new folder with documents, given by their parts."""
    home = folder / f"annotation{next(numbers)}"
    home.mkdir()
    for number, parts in enumerate(documents):
        path = home / f"{number}.json"
        path.write_text(json.dumps(document(**parts), indent=1), encoding="utf-8")
    return home
