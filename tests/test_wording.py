"""Code and guides use the terms of ``docs/glossary.md``, not the private ones that they replaced."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

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
# What docstrings of classes and properties begin with. Ruff checks those of functions (D401).
VERBS = re.compile(
    r"(Accept|Access|Add|Answer|Apply|Assign|Build|Classify|Collect|Combine|Compare|Compile"
    r"|Compute|Convert|Count|Create|Decide|Define|Describe|Digest|Divide|Edit|Export|Fill|Find"
    r"|Fix|Generate|Have|Hide|Hold|Import|Interpret|Keep|Leave|Let|Limit|List|Load|Locate|Look"
    r"|Manage|Map|Mark|Match|Name|Note|Pair|Parse|Prepare|Propose|Provide|Publish|Push|Rank"
    r"|Read|Remember|Remove|Rename|Reorder|Repeat|Replace|Report|Represent|Restore|Return|Run"
    r"|Say|Search|Select|Separate|Serve|Set|Share|Signal|Sort|State|Store|Summarise|Test"
    r"|Translate|Turn|Use|Validate|Verify|Warn|Write|Yield"
    r")\b"
)
SECTION = re.compile(r"^(?:Args|Attributes):\n((?:    .*\n?|\n)+)", re.MULTILINE)
ENTRY = re.compile(r"^    (\w+): ", re.MULTILINE)
# Docstrings of these models are in JSON Schemas, as descriptions of records and of settings.
MODELS = re.compile(r"schema/(v\d\w*/|settings\.py)")
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


def is_property(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    """Return whether a definition is a property, whose docstring ruff does not check for a verb."""
    return isinstance(node, ast.FunctionDef) and any(
        ast.unparse(each).endswith("property") for each in node.decorator_list
    )


def names_in(node: ast.AST) -> set[object]:
    """Return the names of arguments, attributes and functions in a definition."""
    kinds = {ast.arg: "arg", ast.Attribute: "attr", ast.FunctionDef: "name", ast.Name: "id"}
    return {getattr(each, kinds.get(type(each), ""), None) for each in ast.walk(node)}


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


def test_docstrings_of_classes_and_properties_begin_with_a_verb():
    assert not [
        f"{path}: {node.name}: {text[:60]!r} begins with none of VERBS"
        for path, _, tree in modules()
        if not MODELS.search(path.as_posix())
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) or is_property(node)
        if (text := ast.get_docstring(node)) and not VERBS.match(text)
    ]


def test_docstrings_list_attributes_and_arguments_that_exist():
    assert not [
        f"{path}: {node.name} has no {name}"
        for path, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, Definition)
        for section in SECTION.findall(ast.get_docstring(node) or "")
        for name in ENTRY.findall(section)
        if name not in names_in(node)
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
