"""Every check does what its definition says, and the definitions are complete."""

from __future__ import annotations

import pytest
import sqlglot

import onrecord
from onrecord.rules import CHECKS, RULES
from onrecord.rules.examples import files


def _write(folder, example):
    for name, content in files(example).items():
        (folder / name).write_bytes(content)


def test_there_are_checks():
    assert len(RULES) > 20
    assert len(CHECKS) > len(RULES)


@pytest.mark.parametrize("code", CHECKS)
def test_passing_example_has_no_finding(code, tmp_path):
    _write(tmp_path, CHECKS[code].passes)
    assert [str(finding) for finding in onrecord.validate(tmp_path).findings] == []


@pytest.mark.parametrize("code", CHECKS)
def test_failing_example_has_exactly_its_own_finding(code, tmp_path):
    _write(tmp_path, CHECKS[code].fails)
    (finding,) = onrecord.validate(tmp_path).findings
    assert finding.code == code
    assert finding.severity is CHECKS[code].severity
    assert finding.place.line or code == "wrong-columns"
    assert finding.message
    assert finding.hint


@pytest.mark.parametrize("code", CHECKS)
def test_definition_is_written_for_people(code):
    check = CHECKS[code]
    assert check.title == check.title.strip().rstrip(".")
    assert len(check.explanation) > 40
    assert check.explanation.endswith(".")


@pytest.mark.parametrize("code", RULES)
def test_query_carries_over_to_spark(code):
    (query,) = sqlglot.transpile(
        RULES[code].query,
        read="duckdb",
        write="spark",
        unsupported_level=sqlglot.ErrorLevel.RAISE,
    )
    assert sqlglot.parse_one(query, read="spark")


def test_queries_give_where_and_the_facts_of_the_message(tmp_path):
    for code, rule in RULES.items():
        folder = tmp_path / code
        folder.mkdir()
        _write(folder, rule.fails)
        (finding,) = onrecord.validate(folder).findings
        assert "{" not in finding.message, code
