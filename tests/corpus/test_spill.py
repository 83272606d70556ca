"""What is larger than memory: on disk the same rows are found as in memory, and nothing stays."""

from __future__ import annotations

import gc
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from onrecord import publishing
from onrecord.corpus.batch_source import larger
from onrecord.corpus.spill import SpillBuffer
from onrecord.errors import OnrecordError
from onrecord.readers.options import ReadOptions
from tests import ROOT
from tests.drawing import nightly

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spill")]

SCHEMA = pa.schema([("name", pa.string()), ("number", pa.int64())])
GENERATE = ROOT / "benchmarks" / "generate.py"

rows = st.lists(st.tuples(st.text("aé漢", max_size=3) | st.none(), st.integers(0, 99)), max_size=9)
LIMITS = [0, 100, 400, 2**20]


def batch(some):
    return pa.RecordBatch.from_pylist(
        [dict(zip(SCHEMA.names, row, strict=True)) for row in some], SCHEMA
    )


def spilled(parts, limit):
    """Parts in a spool, and all of them as one table."""
    buffer = SpillBuffer(SCHEMA, limit)
    for some in parts:
        buffer.append(batch(some))
    return buffer, pa.Table.from_batches(map(batch, parts), SCHEMA)


@given(st.lists(rows, max_size=6), st.sampled_from(LIMITS))
def test_what_was_appended_is_there_in_its_order(parts, limit):
    buffer, table = spilled(parts, limit)
    assert buffer.num_rows == table.num_rows
    assert buffer.table().equals(table)
    assert buffer.table(["number"]).equals(table.select(["number"]))


@given(st.lists(rows, max_size=6), st.sampled_from(LIMITS), st.data())
def test_rows_are_found_by_their_numbers(parts, limit, data):
    buffer, table = spilled(parts, limit)
    wanted = data.draw(st.lists(st.integers(0, table.num_rows - 1))) if table.num_rows else []
    numbers = np.array(wanted, np.int64)
    assert buffer.take(numbers, ["name"]).equals(table.select(["name"]).take(pa.array(numbers)))


@given(st.lists(rows, max_size=6), st.sampled_from(LIMITS), st.randoms(use_true_random=False))
def test_rows_can_be_had_in_another_order(parts, limit, draw):
    buffer, table = spilled(parts, limit)
    order = list(range(table.num_rows))
    draw.shuffle(order)
    numbers = np.array(order, np.int64)
    found = list(buffer.in_order(numbers))
    assert [*np.concatenate([numbers[:0], *(which for which, _ in found)])] == order
    ordered = pa.Table.from_batches([some for _, some in found], SCHEMA)
    assert ordered.equals(table.take(pa.array(numbers)))


@given(st.lists(rows, max_size=6), st.sampled_from(LIMITS), st.integers(1, 9), st.data())
def test_rows_are_distributed_to_few_buffers_or_many(parts, limit, number, data):
    buffer, table = spilled(parts, limit)
    own = st.integers(0, number - 1)
    of = np.array(data.draw(st.lists(own, min_size=len(table), max_size=len(table))), np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onrecord.corpus.spill.MOST_PARTS", 3)
        found = buffer.distributed(of, number)
    assert len(found) == number
    for at, some in enumerate(found):
        assert some.table().equals(table.filter(pa.array(of == at)))


@given(st.lists(rows, max_size=6), st.sampled_from(LIMITS), st.sampled_from(LIMITS))
def test_rows_on_disk_are_loaded_if_they_are_few(parts, limit, most):
    buffer, table = spilled(parts, limit)
    found = buffer.loaded(most)
    assert found.table().equals(table)
    assert found.on_disk == (buffer.on_disk and buffer.nbytes > most)


@given(st.lists(rows.filter(bool), max_size=6), st.integers(1, 20))
def test_batches_are_put_together(parts, number):
    found = list(larger(map(batch, parts), number))
    assert pa.concat_tables([SCHEMA.empty_table(), *found]).equals(spilled(parts, 2**20)[1])
    assert all(len(some) >= number for some in found[:-1])


def test_long_rows_are_put_together_by_their_bytes():
    parts = [[("x" * 2**22, number)] for number in range(40)]
    found = list(larger(map(batch, parts), 1000))
    assert pa.concat_tables(found).equals(spilled(parts, 2**30)[1])
    assert len(found) > 1
    assert all(some.nbytes < 2**27 + 2**23 for some in found)


def test_some_columns_of_what_is_on_disk_take_no_room_of_the_others():
    buffer, _ = spilled([[("x" * 2**20, number)] for number in range(20)], 0)
    assert buffer.on_disk
    before = pa.total_allocated_bytes()
    kept = buffer.table(["number"])
    assert kept.num_rows == 20
    assert pa.total_allocated_bytes() - before < 2**20


def test_nothing_stays_on_disk(tmp_path, temporary_files_in):
    temporary_files_in(tmp_path)
    buffer, _ = spilled([[("a", 1)], [("b", 2)]], 0)
    assert buffer.on_disk
    assert list(tmp_path.rglob("*.arrow"))
    del buffer
    gc.collect()
    assert not list(tmp_path.rglob("*.arrow"))


def test_a_disk_that_is_full_is_told_in_a_line(tmp_path, temporary_files_in):
    temporary_files_in(tmp_path / "gone")
    with pytest.raises(OnrecordError, match="No such file or directory"):
        spilled([[("a", 1)]], 0)


@pytest.fixture(
    scope="module", params=[["--defective", "--shuffle"], *nightly(["--defective"], ["--shuffle"])]
)
def corpus(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    command = [sys.executable, GENERATE, folder, "--scale", "0.0008", *request.param]
    subprocess.run(command, check=True)
    return folder


def test_a_corpus_larger_than_memory_is_validated_just_so(corpus):
    in_memory = onrecord.validate(corpus)
    on_disk = onrecord.validate(corpus, options=ReadOptions(memory=50_000, block=30_000))
    assert on_disk.findings == in_memory.findings
    assert on_disk.checked == in_memory.checked


def test_a_corpus_larger_than_memory_is_published_just_so_in_whatever_order(tmp_path):
    digests = set()
    for number, options in enumerate(([], ["--shuffle"])):
        folder = tmp_path / str(number)
        command = [sys.executable, GENERATE, folder, "--scale", "0.0004", *options]
        subprocess.run(command, check=True)
        in_memory, on_disk = (
            publishing.publish(folder, tmp_path / "out", options=how).manifest
            for how in (ReadOptions(), ReadOptions(memory=50_000, block=30_000))
        )
        assert in_memory == on_disk
        digests.add(in_memory.digest)
    assert len(digests) == 1
