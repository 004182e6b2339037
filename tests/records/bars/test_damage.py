"""Torn and rotten logs, a full disk, a folder nobody may write to."""

import random
import subprocess
import sys

import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from tests.records.bars.make import DATE, EVER, NIFTY, day_of_bars, later
from tests.records.disk import NotedDisk

M1 = Timeframe.M1


def loaded(source):
    return source.load(NIFTY, M1, 0, EVER).bars()


def write_log(folder, bars):
    """A log with a block a bar; where each block ends."""
    store, ends = BarStore(folder), []
    for one in bars:
        store.append(NIFTY, M1, one)
        store.flush()
        ends.append(places.log_path(folder, DATE).stat().st_size)
    store.close()
    return ends


def test_a_log_torn_anywhere_opens_without_its_torn_end(tmp_path):
    day = day_of_bars(count=3)
    ends = write_log(tmp_path, day)
    path = places.log_path(tmp_path, DATE)
    whole = path.read_bytes()
    for size in range(ends[1], ends[2]):
        path.write_bytes(whole[:size])
        assert loaded(BarReader(tmp_path)) == day[:2]
    for size in random.Random(1).sample(range(ends[1] + 1, ends[2]), 5):
        path.write_bytes(whole[:size])
        store = BarStore(tmp_path)
        assert loaded(store) == day[:2]
        assert store.append(NIFTY, M1, day[2])
        store.sync()
        assert [(d.file, d.start, d.size) for d in store.damage] == [
            ("2021-11-30.bars", ends[1], size - ends[1])
        ]
        kept = tmp_path / places.QUARANTINE / store.damage[0].kept_as
        assert kept.read_bytes() == whole[ends[1] : size]
        store.close()
        assert path.read_bytes() == whole


@pytest.mark.parametrize("offset", [0, 4, 8, 12, 30, 60])
def test_a_rotten_byte_costs_its_block_only(tmp_path, offset):
    day = day_of_bars(count=3)
    ends = write_log(tmp_path, day)
    path = places.log_path(tmp_path, DATE)
    data = bytearray(path.read_bytes())
    data[ends[0] + offset] ^= 0x55
    path.write_bytes(data)
    reader = BarReader(tmp_path)
    assert loaded(reader) == [day[0], day[2]]
    store = BarStore(tmp_path)
    store.append(NIFTY, M1, day[1])
    store.sync()
    assert [d.size for d in store.damage] == [ends[1] - ends[0]]
    found = [one.close for one in loaded(store)]
    assert found == [one.close for one in day] == [one.close for one in loaded(reader)]
    store.close()


def test_damage_found_by_compaction_is_reported(tmp_path):
    write_log(tmp_path, day_of_bars(count=3))
    path = places.log_path(tmp_path, DATE)
    path.write_bytes(path.read_bytes()[:-1])
    store = BarStore(tmp_path)
    store.compact(later(7))
    assert len(store.damage) == 1
    assert loaded(store) == day_of_bars(count=2)
    store.close()


def flushed(store):
    """Whether the disk took everything."""
    try:
        store.flush()
    except OSError:
        return False
    return True


def test_a_full_disk_loses_nothing_and_the_store_goes_on_when_there_is_room(tmp_path):
    disk, day = NotedDisk(), day_of_bars()
    disk.room = 3_000
    store = BarStore(tmp_path, open_file=disk)
    took = [store.append(NIFTY, M1, one) and flushed(store) for one in day]
    assert 10 < took.index(False) < took.count(True) + 1 < 100
    on_disk = BarReader(tmp_path)
    assert loaded(on_disk) == day[: took.count(True)]
    assert loaded(store) == day == store.recent(NIFTY, M1)
    with pytest.raises(OSError, match="no space"):
        store.sync()
    disk.room = None
    store.sync()
    assert loaded(on_disk) == day
    store.close()


def test_a_folder_that_cannot_be_written_loses_nothing_either(tmp_path):
    day = day_of_bars(count=20)
    store = BarStore(tmp_path)
    (tmp_path / places.LOG).write_text("a file stands where the folder should be")
    assert [store.append(NIFTY, M1, one) and flushed(store) for one in day] == [False] * 20
    assert loaded(store) == day
    (tmp_path / places.LOG).unlink()
    store.close()
    assert loaded(BarReader(tmp_path)) == day


LIMITED = """
import resource, signal, sys
from pathlib import Path
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.records.bars.store import BarStore
from tests.records.bars.make import NIFTY, day_of_bars
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = BarStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.RLIM_INFINITY))
refused = synced = 0
for one in day_of_bars():
    store.append(NIFTY, Timeframe.M1, one)
    try:
        store.sync()
        synced += 1
    except OSError:
        refused += 1
if sys.argv[2] == "recovers":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    store.close()
print(synced, refused)
"""


@pytest.mark.parametrize("end", ["recovers", "dies"])
def test_a_file_that_may_not_grow_any_further_keeps_what_was_acknowledged(tmp_path, end):
    command = [sys.executable, "-c", LIMITED, str(tmp_path), end]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    synced, refused = map(int, done.stdout.split())
    assert synced > 10
    assert refused > 10
    day, found = day_of_bars(), loaded(BarReader(tmp_path))
    assert found == (day if end == "recovers" else day[:synced])
