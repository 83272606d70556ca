"""Small corpora share sessions whose queries are planned: nothing of one is left for another."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

import onrecord
from onrecord.corpus.tables import CorpusTables
from onrecord.engines import prepared
from onrecord.rules import RULES, SHARED
from onrecord.rules.examples import files

pytestmark = pytest.mark.xdist_group("prepared")


def found(folder):
    return [str(one) for one in onrecord.validate(folder).findings]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    """The failing examples of some rules, and a valid document, each in a folder."""
    folders = []
    for number, code in enumerate([None, *sorted(RULES)[::40]]):
        folder = tmp_path_factory.mktemp(str(number))
        for name, content in files(RULES[code].fails if code else "").items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        folders.append(folder)
    return folders


@pytest.fixture(scope="module")
def alone(corpora):
    """What is found in each in a session of its own."""
    results = []
    for folder in corpora:
        prepared.IDLE.clear()
        results.append(found(folder))
    return results


@pytest.mark.slow
def test_tables_have_the_types_that_duckdb_gives_their_columns(corpora):
    """Those of larger corpora are created from Arrow's tables."""
    tables = CorpusTables(onrecord.read(corpora[0])).tables
    session = prepared.Prepared(tables, SHARED)
    for name, table in tables.items():
        expected = duckdb.from_arrow(table.empty(table.schema.names))
        found = [
            (row["column_name"], row["column_type"]) for row in session.rows(f"DESCRIBE {name}")
        ]
        assert found == list(zip(expected.columns, map(str, expected.types), strict=True))
    session.close()


@pytest.mark.slow
def test_the_order_of_corpora_does_not_matter(corpora, alone):
    assert [found(folder) for folder in corpora] == alone
    assert [found(folder) for folder in reversed(corpora)] == alone[::-1]
    assert alone[0] == []
    assert all(alone[1:])


@pytest.mark.slow
def test_threads_do_not_share_a_session(corpora, alone):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(found, corpora * 3)) == alone * 3


@pytest.mark.slow
def test_a_failure_leaves_nothing(corpora, alone, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(prepared.Prepared, "rows", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            found(corpora[1])
    assert [found(folder) for folder in corpora] == alone


@pytest.mark.slow
def test_a_session_that_put_rows_on_disk_is_not_used_again(corpora, alone, monkeypatch):
    monkeypatch.setattr(prepared, "IDLE", defaultdict(list))
    found(corpora[0])
    ((session,),) = prepared.IDLE.values()
    session.connection.close()
    assert found(corpora[1]) == alone[1]
    ((other,),) = prepared.IDLE.values()
    assert other is not session
