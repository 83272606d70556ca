"""Write ``src/onrecord/language/subtags.txt``, the parts of BCP 47 tags.

Source: the language subtag registry of IANA, as contained in the package ``language-tags`` on PyPI,
and the three-letter codes of ISO 639-2, as contained in ``langcodes``. Both must be installed only
for this: ``pip install language-tags langcodes``, then ``python tools/subtags.py``.
"""

from __future__ import annotations

import json
import textwrap
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "onrecord" / "language" / "subtags.txt"
KINDS = ("language", "extlang", "script", "region", "variant")


def main() -> None:
    """Write the file."""
    from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC

    folder = files("language_tags") / "data" / "json"
    date = json.loads((folder / "meta.json").read_text())["File-Date"]
    registry = json.loads((folder / "registry.json").read_text())
    lines = [f"# IANA language subtag registry of {date}; made by tools/subtags.py"]
    for kind in KINDS:
        subtags = sorted(one["Subtag"].lower() for one in registry if one["Type"] == kind)
        lines += textwrap.wrap(f"{kind} {' '.join(subtags)}", 100, subsequent_indent=f"{kind} ")
    preferred = {
        one["Subtag"].lower(): one["Preferred-Value"].lower()
        for one in registry
        if one["Type"] in ("language", "region") and "Preferred-Value" in one
    }
    for kind in ("language", "region"):
        pairs = sorted(
            f"{one['Subtag'].lower()}={one['Preferred-Value'].lower()}"
            for one in registry
            if one["Type"] == kind and "Preferred-Value" in one
        )
        lines += textwrap.wrap(
            f"preferred-{kind} {' '.join(pairs)}", 100, subsequent_indent=f"preferred-{kind} "
        )
    codes = {three: two for two, three in LANGUAGE_ALPHA3.items() if two not in preferred}
    codes |= {
        three: two for two, three in LANGUAGE_ALPHA3_BIBLIOGRAPHIC.items() if two not in preferred
    }
    pairs = sorted(f"{three}={two}" for three, two in codes.items() if len(two) < len(three))
    lines += textwrap.wrap(f"iso639-2 {' '.join(pairs)}", 100, subsequent_indent="iso639-2 ")
    names = sorted(
        f"{name.lower()}={one['Subtag']}"
        for one in registry
        if one["Type"] == "language" and len(one["Subtag"]) == 2 and "Preferred-Value" not in one
        for name in one["Description"]
        if name.isalpha()
    )
    lines += textwrap.wrap(f"name {' '.join(names)}", 100, subsequent_indent="name ")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
