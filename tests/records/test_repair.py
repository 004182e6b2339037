import shutil

import pytest
from hypothesis import HealthCheck, given as example, settings, strategies as st

from rustro_kernel.records import layout
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.ledger import ledger_lines
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.records.repair import repair
from rustro_kernel.records.replay import replay
from rustro_kernel.records.verify_ledger import check_ledger
from tests.records.make import Echo, crashed_run, inputs, record

FILES = (layout.EVENTS, layout.INPUTS, layout.TICKS)
ANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run in blocks of seven inputs, each flushed on its own."""
    folder = tmp_path_factory.mktemp("run")
    recorder, engine = Recorder(folder), Echo()
    for one in inputs(60)[:-1]:
        recorder.take(one)
        recorder.state(one.n, engine.apply(one).events)
        if one.n % 7 == 0:
            recorder.flush()
    recorder.close()
    return folder


@pytest.fixture
def copy(run, tmp_path):
    folder = tmp_path / "copy"
    return lambda: shutil.copytree(run, folder, dirs_exist_ok=True)


def cut(path, size):
    with path.open("r+b") as file:
        file.truncate(size)


def sizes(folder):
    return {name: (folder / name).stat().st_size for name in FILES}


def assert_sound(folder, found):
    fed = list(read_inputs(folder))
    assert len(fed) == found.last_input
    if found.ledger.seq:
        assert list(check_ledger(folder, found.last_input)) == []
    assert len(list(ledger_lines(folder))) == found.ledger.seq
    assert replay(folder, Echo).is_identical


@ANY
@example(data=st.data())
def test_a_folder_cut_anywhere_opens_and_goes_on(data, run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut") / "run"
    shutil.copytree(run, folder)
    before = {n: (folder / n).read_bytes() for n in FILES}
    for name in FILES:
        cut(folder / name, data.draw(st.integers(0, len(before[name])), label=name))
    found = repair(folder)
    assert_sound(folder, found)
    assert repair(folder).cuts == ()

    engine, recorder = Echo(), Recorder(folder)
    for one in read_inputs(folder):
        events = engine.apply(one).events
        recorder.state(one.n, [e for e in events if e.seq > recorder.ledger.seq])
    for one in inputs(60)[found.last_input :]:
        recorder.take(one)
        recorder.state(one.n, engine.apply(one).events)
    recorder.close()
    assert (folder / layout.EVENTS).read_bytes()[: len(before[layout.EVENTS])] == before[
        layout.EVENTS
    ]
    assert list(read_inputs(folder)) == inputs(60)


@ANY
@example(data=st.data())
def test_a_folder_with_any_changed_byte_opens(data, run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("flip") / "run"
    shutil.copytree(run, folder)
    path = folder / data.draw(st.sampled_from(FILES))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    found = repair(folder)
    fed = list(read_inputs(folder))
    assert len(fed) == found.last_input
    assert len(list(ledger_lines(folder))) == found.ledger.seq


def test_a_whole_folder_is_left_alone(copy):
    folder = copy()
    before = sizes(folder)
    found = repair(folder)
    assert (found.cuts, found.last_input) == ((), 59)
    assert sizes(folder) == before
    assert not (folder / layout.QUARANTINE).exists()


def test_a_new_folder_starts_at_nothing(tmp_path):
    found = repair(tmp_path)
    assert (found.last_input, found.ledger.seq, found.cuts) == (0, 0, ())


def test_a_torn_last_line_is_kept_in_quarantine(copy):
    folder = copy()
    path = folder / layout.EVENTS
    whole = path.read_bytes()
    cut(path, len(whole) - 10)
    found = repair(folder)
    [gone] = found.cuts
    start = whole.rindex(b"\n", 0, len(whole) - 1) + 1
    assert (gone.file, gone.start) == ("events.jsonl", start)
    assert (folder / gone.kept_as).read_bytes() == whole[start:-10]
    assert path.read_bytes() == whole[:start]


def test_an_event_whose_input_is_not_on_disk_is_quarantined(tmp_path):
    crashed_run(tmp_path)
    path = tmp_path / layout.INPUTS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1]))  # 5; 10 is gone, 11 and later stand behind a hole
    found = repair(tmp_path)
    assert (found.last_input, found.ledger.input) == (9, 7)
    assert {c.file for c in found.cuts} == {layout.EVENTS, layout.TICKS}


def test_ticks_before_a_hole_survive_though_their_block_spans_it(tmp_path):
    fed = inputs(23)[:-1]
    record(tmp_path, fed).close()  # one block holds all ticks
    lines = (tmp_path / layout.INPUTS).read_bytes().splitlines(keepends=True)
    (tmp_path / layout.INPUTS).write_bytes(lines[0] + lines[1] + lines[3])
    found = repair(tmp_path)
    assert found.last_input == 14
    assert list(read_inputs(tmp_path)) == fed[:14]
    assert {c.file for c in found.cuts} == set(FILES)


def test_an_interrupted_repair_can_be_repeated(copy):
    folder = copy()
    cut(folder / layout.TICKS, sizes(folder)[layout.TICKS] // 2)
    first = repair(folder)
    shutil.copytree(folder / layout.QUARANTINE, folder / "kept")
    copy()  # as if nothing but the quarantine had reached the disk
    cut(folder / layout.TICKS, sizes(folder)[layout.TICKS] // 2)
    second = repair(folder)
    assert (first.last_input, first.ledger) == (second.last_input, second.ledger)
    for kept in (folder / "kept").iterdir():
        assert (folder / layout.QUARANTINE / kept.name).read_bytes() == kept.read_bytes()
