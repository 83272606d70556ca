"""Documents are anchored by the names of files, from Python."""

from __future__ import annotations

import shutil

import pytest

import onrecord
from tests import ROOT

HARBOUR = ROOT / "docs" / "examples" / "harbour.yaml"
TEXTS = ROOT / "docs" / "examples" / "texts"


@pytest.fixture
def folder(tmp_path):
    shutil.copy(HARBOUR, tmp_path)
    return tmp_path


def test_a_folder_of_documents_is_anchored_and_nothing_written(folder):
    before = (folder / "harbour.yaml").read_bytes()
    (anchoring,) = onrecord.anchor(folder, texts=TEXTS)
    assert anchoring.complete
    assert {span.outcome for span in anchoring.spans} == {"anchored"}
    assert (folder / "harbour.yaml").read_bytes() == before
    anchoring.write()
    spans = onrecord.Document.load(folder / "harbour.yaml").quotes[0].content
    assert spans[0].end - spans[0].start == len(spans[0].exact)
    (again,) = onrecord.anchor(str(folder / "harbour.yaml"), texts=str(TEXTS))
    assert not again.changed


def test_several_paths_give_a_result_each(folder):
    other = folder / "other.yaml"
    shutil.copy(HARBOUR, other)
    found = onrecord.anchor(folder / "harbour.yaml", other, texts=TEXTS)
    assert [one.file.path for one in found] == [folder / "harbour.yaml", other]


@pytest.mark.parametrize(
    ("name", "texts", "message"),
    [
        ("missing.yaml", TEXTS, "no such file"),
        ("harbour.yaml", None, "text"),
        ("harbour.yaml", "missing", "is not a folder of texts"),
    ],
)
def test_what_cannot_be_anchored_is_an_error(folder, name, texts, message):
    with pytest.raises(onrecord.InputError, match=message):
        onrecord.anchor(folder / name, texts=texts)
