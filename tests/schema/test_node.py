"""What JavaScript and TypeScript make of the JSON Schemas and of onrecord.d.ts."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

import onrecord
from onrecord.rules import RULES
from onrecord.rules.examples import files
from onrecord.schema import CURRENT, RECORD_TYPES, VERSIONS, typescript
from tests import ROOT
from tests.schema.instances import RICH, is_valid, mutations, parts, written

PACKAGE = Path(__file__).parent / "node"
GAZETTE = ROOT / "docs" / "examples" / "gazette"
SCHEMAS = ROOT / "schema" / CURRENT.number

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("node"),
    pytest.mark.skipif(not shutil.which("npm"), reason="Ajv and tsc need Node and npm"),
]


def run(*command, cwd, **options):
    """Run a program that is expected to succeed, and return what it prints."""
    ran = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False, **options
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def modules():
    """A folder outside the tracked tree with Ajv and tsc, as package-lock.json pins them."""
    locked = hashlib.sha256((PACKAGE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = ROOT / ".pytest_cache" / "node" / locked
    if not folder.is_dir():
        fresh = folder.with_name(f"{locked}.{os.getpid()}")
        shutil.copytree(PACKAGE, fresh)
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=fresh)
        fresh.rename(folder)
    return folder


# Records of every kind


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The records of the gazette, as they are read from its publication."""
    out = tmp_path_factory.mktemp("gazette")
    assert onrecord.publish(GAZETTE, out).manifest
    corpus = onrecord.read(out)
    return [
        (record_type, record.model_dump_json(exclude_none=none))
        for record_type in RECORD_TYPES
        for record in getattr(corpus, f"{record_type}s")
        for none in (True, False)
    ]


def documents():
    """Documents in which all kinds of things are right and wrong: the examples of all rules."""
    for rule in RULES.values():
        for example in (rule.passes, rule.fails):
            for name, content in files(example).items():
                if name.endswith(".yaml") and name != "corpus.yaml":
                    try:
                        document = yaml.load(content, yaml.CSafeLoader)
                    except (yaml.YAMLError, UnicodeError):
                        continue
                    yield "document", json.dumps(document, default=str)


def test_ajv_and_pydantic_agree_on_every_record(modules, published):
    records = [
        *published,
        *documents(),
        *((n, text) for n in RICH for part in parts(n) for text, _ in mutations(n, part)),
    ]
    lines = "".join(f'["{name}",{text}]\n' for name, text in records)
    shutil.copy(PACKAGE / "ajv.js", modules)
    said = run("node", "ajv.js", str(SCHEMAS), cwd=modules, input=lines).split()
    for (name, text), verdict in zip(records, said, strict=True):
        assert (verdict == "true") is is_valid(name, text), (name, text)
    assert said[: len(published)] == ["true"] * len(published)
    assert said.count("false") > 1000


# Types


def compiles(modules, folder, source):
    """Compile a module that imports the types, strictly."""
    shutil.copy(SCHEMAS / typescript.NAME, folder)
    (folder / "records.ts").write_text(source, encoding="utf-8")
    options = ["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--types", ""]
    tsc = modules / "node_modules" / ".bin" / "tsc"
    run(str(tsc), *options, "--module", "preserve", "records.ts", cwd=folder)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_types_of_each_version_compile(modules, tmp_path, version):
    shutil.copy(ROOT / "schema" / version / typescript.NAME, tmp_path)
    tsc = modules / "node_modules" / ".bin" / "tsc"
    run(str(tsc), "--strict", "--noEmit", "--types", "", typescript.NAME, cwd=tmp_path)


def test_types_accept_published_records_and_documents(modules, tmp_path, published):
    texts = (path.read_text("utf-8") for path in GAZETTE.rglob("articles/*/*.yaml"))
    read = [("document", onrecord.Document.from_yaml(text).model_dump_json()) for text in texts]
    rich = [(name, written(record)) for name, record in RICH.items()]
    lines = ['import type * as onrecord from "./onrecord.d.ts";']
    for number, (name, text) in enumerate([*published, *read, *rich]):
        model = CURRENT.models[name].__name__
        lines.append(f"export const r{number}: onrecord.{model} = {text};")
        if name in RECORD_TYPES:
            lines.append(f"export const f{number}: onrecord.FlatRecord = r{number};")
    compiles(modules, tmp_path, "\n".join(lines))


def test_types_reject_what_the_schema_rejects(modules, tmp_path):
    wrong = [
        ("quote", RICH["quote"] | {"type": "spoken"}),
        ("quote", RICH["quote"] | {"record_type": "claim"}),
        ("quote", RICH["quote"] | {"speaker": "Ada"}),
        ("quote", {key: value for key, value in RICH["quote"].items() if key != "content"}),
        ("quote", RICH["quote"] | {"content": [{"exact": "a"}]}),
        ("quote", RICH["quote"] | {"content": [{"exact": "a", "quoted": "yes"}]}),
        ("quote", RICH["quote"] | {"attribution": None}),
        ("claim", RICH["claim"] | {"checkable": 1}),
        ("claim", RICH["claim"] | {"quote_ids": "a.q1"}),
        ("claim", RICH["claim"] | {"schema_version": "0.9"}),
        ("article", RICH["article"] | {"authors": [None]}),
        ("article", RICH["article"] | {"text_length": "9"}),
        ("document", RICH["document"] | {"article": None}),
        ("corpus", RICH["corpus"] | {"version": 1.0}),
    ]
    lines = ['import type * as onrecord from "./onrecord.d.ts";']
    for number, (name, record) in enumerate(wrong):
        assert not is_valid(name, json.dumps(record))
        model = CURRENT.models[name].__name__
        lines += [
            "// @ts-expect-error",
            f"export const r{number}: onrecord.{model} = {json.dumps(record, ensure_ascii=False)};",
        ]
    compiles(modules, tmp_path, "\n".join(lines))


def test_the_example_of_the_guide_compiles(modules, tmp_path):
    """A flat record is known by its type."""
    page = (ROOT / "docs" / "using-the-data.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"^```ts\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    compiles(modules, tmp_path, source.replace(f"./schema/{CURRENT.number}/", "./"))
