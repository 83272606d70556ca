"""Build the documentation site from ``docs`` and what it links to: ``python -m tools.documentation``.

On a code host, the pages are read where they are, so that their links are paths of the repository. A
site has the pages of ``docs`` at its top and all other files under ``repository``; files that are not
pages, such as examples, have a page that shows them. The index, ``docs/README.md``, is the first page,
and its sections and links are the navigation.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

from onrecord import version

ROOT = Path(__file__).parents[1]
INDEX = "docs/README.md"

# The target of a link or an image of a page, without its anchor; addresses have a scheme.
_LINK = re.compile(r"(?<=\]\()(?!\w+:)([^)#\s]+)")
_IMAGE = re.compile(r'(?<=(?:set|src)=")(?!\w+:)([^"]+)')
_PICTURES = {".png", ".svg"}

_STYLE = "style.css"
_CSS = """\
/* Long words of code and addresses break rather than widen the page of a phone. */
.md-typeset { overflow-wrap: break-word; }
"""


def navigation() -> list[dict[str, object]]:
    """Return the navigation: each section of the index with the pages that it links to."""
    text = (ROOT / INDEX).read_text(encoding="utf-8")
    found: list[dict[str, object]] = [{"Start": _place(INDEX)}]
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        rows = re.findall(r"^\| \[([^\]]+)\]\(([^)#\s]+)\)", body, re.MULTILINE)
        pages = [(name, _resolve(INDEX, target)) for name, target in rows]
        if pages:
            found.append({heading: [_entry(name, page) for name, page in pages]})
    return found


def _entry(name: str, page: str) -> dict[str, object]:
    """Return a page for the navigation, with the pages of its folder that it links to."""
    folder = page.removesuffix("README.md").removesuffix(".md").rstrip("/")
    if not page.startswith("docs/") or not (ROOT / folder).is_dir():
        return {name: _place(page)}
    targets = _LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    found = dict.fromkeys(_resolve(page, target) for target in targets)
    return {
        name: [_place(one) for one in (page, *found) if one == page or one.startswith(f"{folder}/")]
    }


def _resolve(page: str, target: str) -> str:
    """Return the path in the repository that a link of a page leads to."""
    return os.path.normpath(PurePosixPath(page).parent / target)


def _place(path: str) -> str:
    """Return where the page of a file of the repository is in the source of the site."""
    if path.startswith("docs/"):
        place = path.removeprefix("docs/")
    else:
        # Names that begin with a dot would be ignored.
        place = f"repository/{path.removeprefix('.')}"
    if (ROOT / path).is_dir():
        return f"{place}/README.md"
    return place if Path(path).suffix in {".md", *_PICTURES} else f"{place}.md"


def gather(out: Path) -> None:
    """Write the source of the site: every page of the documentation, and every file linked to."""
    waiting = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")]
    waiting = [path for path in waiting if not path.endswith("/example.md")]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        target = out / _place(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix != ".md":
            shutil.copyfile(ROOT / path, target)
            continue
        text, found = _relinked(path)
        target.write_text(text, encoding="utf-8")
        waiting += found - seen
        seen |= found


def _relinked(path: str) -> tuple[str, set[str]]:
    """Return the page of a file with the links that it has on the site, and the files that it links to."""
    found: set[str] = set()

    def place(link: re.Match[str]) -> str:
        target = _resolve(path, link[1])
        found.add(target)
        return os.path.relpath(_place(target), PurePosixPath(_place(path)).parent)

    text = _page(path)
    if (ROOT / path).is_file() and not path.endswith(".md"):
        return text, found
    return _IMAGE.sub(place, _LINK.sub(place, text)), found


def _page(path: str) -> str:
    """Return the Markdown of a file: of a page its own, of a folder a list, of others their text."""
    file = ROOT / path
    if file.is_dir():
        names = sorted(one.relative_to(file).as_posix() for one in file.rglob("*") if one.is_file())
        rows = "\n".join(f"- [{name}]({file.name}/{name})" for name in names)
        return f"# {path}\n\n{rows}\n"
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        return text
    longest = max(map(len, re.findall("`+", text)), default=2)
    fence = "`" * max(3, longest + 1)
    language = {".py": "python", ".yaml": "yaml", ".yml": "yaml", ".cff": "yaml", ".json": "json"}
    shown = f"{fence}{language.get(file.suffix, 'text')}\n{text.rstrip()}\n{fence}"
    return f"---\nsearch:\n  exclude: true\n---\n\n# {path}\n\n{shown}\n"


def build(out: Path, address: str | None = None) -> None:
    """Build the site in a folder, which is replaced.

    Args:
        out: The folder; what the site is built from is beside it.
        address: Where the site will be published, if it is known.

    Raises:
        CalledProcessError: A link or an anchor leads nowhere, or something else is wrong.
    """
    work = out.with_name(f"{out.name}-source")
    for folder in (work, out):
        shutil.rmtree(folder, ignore_errors=True)
    gather(work / "pages")
    (work / "pages" / _STYLE).write_text(_CSS, encoding="utf-8")
    # JSON is YAML.
    (work / "mkdocs.yml").write_text(json.dumps(_settings(address), indent=2), encoding="utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    subprocess.run(command, cwd=work, check=True)  # noqa: S603  # a fixed command
    (work / "site").rename(out)


def _settings(address: str | None) -> dict[str, object]:
    features = ("content.code.copy", "navigation.footer", "navigation.indexes", "navigation.tabs")
    return {
        "site_name": "onrecord",
        "site_description": "Who said what, where it is in the source, and what it claims",
        "site_url": address,
        "docs_dir": "pages",
        "nav": navigation(),
        # Pages are files, so that the site can also be read without a server.
        "use_directory_urls": False,
        "theme": {
            # Fonts of the system: nothing is loaded from elsewhere.
            "font": False,
            "features": [*features, "navigation.top", "search.highlight", "toc.follow"],
            "palette": [
                _palette("(prefers-color-scheme)", "default", "lucide/sun-moon", "light"),
                _palette("(prefers-color-scheme: light)", "default", "lucide/sun", "dark"),
                _palette("(prefers-color-scheme: dark)", "slate", "lucide/moon", "automatic"),
            ],
        },
        "extra": {"generator": False},
        "extra_css": [_STYLE],
        "plugins": ["search"],
        "markdown_extensions": [
            "attr_list",
            "tables",
            {"toc": {"permalink": True}},
            "pymdownx.superfences",
            {"pymdownx.highlight": {"pygments_lang_class": True}},
        ],
    }


def _palette(media: str, scheme: str, icon: str, then: str) -> dict[str, object]:
    toggle = {"icon": icon, "name": f"Switch to {then} colours"}
    return {"media": media, "scheme": scheme, "toggle": toggle}


if __name__ == "__main__":
    build(ROOT / "build" / "docs", version.documentation())
