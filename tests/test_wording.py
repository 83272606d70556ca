"""Code and guides use the terms of ``docs/glossary.md``, not the private ones that they replaced."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
OLD_WORDS = re.compile(
    r"\b(at hand|find again|glance|in force|inert|judge[sd]?|judging|mend(s|ed|ing)?|objections?"
    r"|stands? (at|in|there|beside|before|behind)|stood|tells?|told|whoever)\b",
    re.IGNORECASE,
)
OLD_NAMES = re.compile(
    r"_*(Again|Batches|Bench|Broken|Draft|How|InForce|Left|Mending|Objection|Sheet|Spool|Take|Tally"
    r"|Then|Told|Workshop|find_again|is_sound|judge|judged|mend|mended|told)"
)
COMMENT = re.compile(r"^\s*#.*", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]*`|<!--.*?-->", re.DOTALL)
# The changelog describes the past, and the glossary lists the words that are replaced. The others
# are generated from a frozen version of the schema, from data, and from checks.
NOT_GUIDES = ("CHANGELOG.md", "fields.md", "glossary.md", "languages.md", "tables.md")
Definition = ast.ClassDef | ast.FunctionDef


def modules() -> Iterator[tuple[Path, str, ast.Module]]:
    """Yield the files of the package, except for frozen versions of the schema."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        if "v0" not in path.parts:
            source = path.read_text(encoding="utf-8")
            yield path.relative_to(ROOT), source, ast.parse(source)


def prose(path: Path, source: str, tree: ast.Module) -> Iterator[str]:
    """Yield docstrings and comments, without code; explanations of checks are tested elsewhere."""
    for node in ast.walk(tree):
        is_check = "rules" in path.parts and isinstance(node, ast.ClassDef)
        if isinstance(node, ast.Module | Definition) and not is_check:
            yield CODE.sub("", (ast.get_docstring(node) or "").replace("``", "`"))
    yield from COMMENT.findall(source)


def described(node: object) -> Iterator[str]:
    """Yield the titles and descriptions of a JSON Schema."""
    if isinstance(node, dict):
        yield from (
            node[name] for name in ("title", "description") if isinstance(node.get(name), str)
        )
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from described(inner)


def test_schemas_of_reports_and_settings_use_the_terms_of_the_glossary():
    schemas = [ROOT / "schema" / "corpus.schema.json", *(ROOT / "src").glob("*/reporters/*.json")]
    assert len(schemas) > 1
    assert not [
        f"{path.name}: {found[0]!r} in {text[:80]!r}"
        for path in schemas
        for text in described(json.loads(path.read_text(encoding="utf-8")))
        if (found := OLD_WORDS.search(CODE.sub("", text)))
    ]


def test_docstrings_and_comments_use_the_terms_of_the_glossary():
    assert not [
        f"{path}: {found[0]!r} in {text[:80]!r}"
        for path, source, tree in modules()
        for text in prose(path, source, tree)
        if (found := OLD_WORDS.search(text))
    ]


def test_classes_and_functions_have_names_of_the_glossary():
    assert not [
        f"{path}: {node.name}"
        for path, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, Definition) and OLD_NAMES.fullmatch(node.name)
    ]


def test_guides_use_the_terms_of_the_glossary():
    pages = [
        page
        for pattern in ("*.md", "docs/*.md", "docs/decisions/*.md")
        for page in ROOT.glob(pattern)
    ]
    assert not [
        f"{page.name}: {found[0]!r}"
        for page in pages
        if page.name not in NOT_GUIDES
        and (found := OLD_WORDS.search(CODE.sub("", page.read_text(encoding="utf-8"))))
    ]
