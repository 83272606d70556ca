"""Findings do not quote texts that may not be passed on."""

from __future__ import annotations

import hashlib
import re

import pytest
import yaml

import onrecord
from onrecord.rules import RULES
from onrecord.rules.examples import files


@pytest.fixture
def few_rules():
    """Run all rules."""


def withheld(value):
    """A value of a record with digests in place of the words of spans."""
    if isinstance(value, list):
        return [withheld(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: withheld(one) for name, one in value.items()}
    if isinstance(words := found.get("exact"), str):
        del found["exact"]
        found["sha256"] = hashlib.sha256(words.encode()).hexdigest()
        found.pop("prefix", None)
        found.pop("suffix", None)
    return found


def written(folder, level):
    """The failing example of each rule as a document whose text is elsewhere, by the article's id."""
    texts = {}
    for name in ("records", "texts"):
        (folder / name).mkdir()
    for code, rule in RULES.items():
        for content in files(rule.fails).values():
            try:
                record = yaml.safe_load(content)
                words = record["article"]["text"]
                record["article"]["rights"]["redistribute"] = level
            except (yaml.YAMLError, UnicodeError, TypeError, KeyError):
                continue
            if not isinstance(words, str):
                continue
            del record["article"]["text"]
            name = f"{code}-{len(texts)}"
            record["article"]["id"] = name
            (folder / "texts" / f"{name}.txt").write_bytes(words.encode())
            (folder / "records" / f"{name}.yaml").write_bytes(
                yaml.safe_dump(withheld(record), allow_unicode=True).encode()
            )
            texts[name] = words
    assert len(texts) > 80
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("level", ["none", "quotes"])
def test_no_finding_has_words_of_a_text_that_are_not_in_the_record(tmp_path, level):
    texts = written(tmp_path, level)
    report = onrecord.validate(tmp_path / "records", texts=tmp_path / "texts")
    codes = set()
    for finding in report.findings:
        article = (finding.record or "").partition(".")[0]
        if article not in texts:
            continue
        own = (tmp_path / "records" / f"{article}.yaml").read_text(encoding="utf-8").casefold()
        said = str(
            (finding.message, finding.hint, [*finding.facts.values()], finding.suggestion)
        ).casefold()
        rule = RULES.get(finding.code)
        plain = f"{rule.message} {rule.hint} {rule.query}".casefold() if rule else ""
        secret = {
            word
            for word in re.findall(r"\w{3,}", texts[article].casefold())
            if word not in own and word not in plain
        }
        assert not secret.intersection(re.findall(r"\w+", said)), finding
        codes.add(finding.code)
    assert {"markup-in-text", "mojibake", "direction-override", "span-edge-blank"} <= codes


@pytest.mark.slow
def test_what_may_be_passed_on_is_quoted(tmp_path):
    written(tmp_path, "full")
    report = onrecord.validate(tmp_path / "records", texts=tmp_path / "texts")
    assert not any("characters withheld" in one.message for one in report.findings)
