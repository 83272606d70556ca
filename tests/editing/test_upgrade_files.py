"""Files are upgraded from Python: computed first, written on request."""

from __future__ import annotations

import pytest

import onrecord

OLD = """schema_version: "0.9"
annotation: {method: manual}
article: # a made-up one
  id: old
  language: en
  rights: {license: NOASSERTION, redistribute: quotes}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(
        OLD.replace("0.9", "1.0").replace("old", "new"), encoding="utf-8"
    )
    return tmp_path


def test_nothing_is_written_before_it_is_asked_for(folder):
    upgrades = onrecord.upgrade(folder)
    assert {one.file.path.name: one.changed for one in upgrades} == {
        "new.yaml": False,
        "old.yaml": True,
    }
    assert (folder / "old.yaml").read_text("utf-8") == OLD
    for one in upgrades:
        one.write()
    assert (folder / "old.yaml").read_text("utf-8") == OLD.replace("0.9", "1.0")
    assert not any(one.changed for one in onrecord.upgrade(folder))


def test_a_file_with_errors_is_not_upgraded(folder):
    path = folder / "old.yaml"
    path.write_text(OLD.replace("language: en", "language: English"), encoding="utf-8")
    (upgrade,) = onrecord.upgrade(str(path))
    assert [one.code for one in upgrade.findings] == ["not-allowed"]
    assert not upgrade.changed
    upgrade.write()
    assert "0.9" in path.read_text("utf-8")


def test_a_path_that_is_not_there_is_an_error(folder):
    with pytest.raises(onrecord.InputError, match="no such file"):
        onrecord.upgrade(folder / "missing.yaml")
