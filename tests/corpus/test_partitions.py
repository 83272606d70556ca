"""Test that partitions leave the records of their corpus where they are."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from onrecord.corpus.partitions import partitions
from onrecord.corpus.reading import read
from onrecord.readers.options import READ_OPTIONS
from tests import ROOT


@pytest.mark.slow
def test_records_remain_when_partitions_for_processes_are_gone() -> None:
    options = replace(READ_OPTIONS, workers=2, partition=20)
    corpus = read(ROOT / "docs/examples/gazette", options=options)
    before = corpus.table("quote")
    parts = partitions(corpus)
    assert len(parts) > 1
    for part in parts:
        for records in part.records.values():
            records.buffer.to_disk()
            assert records.buffer.table().num_rows == len(records.rows)
    del part, records, parts
    gc.collect()
    assert corpus.table("quote").equals(before)
