import typing

import pytest
from hypothesis import HealthCheck, given as example, settings

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.inputs import Body
from rustro_kernel.records import layout
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.input_log import InputLog, read_inputs, read_others
from rustro_kernel.records.tick_block import HEADER, pack, parse_head, unpack
from rustro_kernel.records.tick_log import BLOCK, TickLog, read_blocks, read_ticks
from tests.records.make import crashed_run, given, inputs, record, tick
from tests.records.strategies import runs, ticks, values

ANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", typing.get_args(Body), ids=lambda k: k.__name__)
def test_every_kind_of_input_comes_back_as_it_was_taken(kind, tmp_path_factory):
    @settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
    @example(runs(values(kind), most=3))
    def check(fed):
        folder = tmp_path_factory.mktemp("run")
        layout.prepare(folder)
        log = InputLog(DiskFile(folder / layout.INPUTS))
        for one in fed:
            log.append(one)
        log.close()
        assert list(read_others(folder)) == fed

    check()


@ANY
@example(runs(ticks, most=60).filter(bool))
def test_a_block_of_ticks_comes_back_as_it_was_packed(fed):
    block = pack(fed)
    head = parse_head(block)
    assert (head.first, head.last, head.ticks) == (fed[0].n, fed[-1].n, len(fed))
    assert unpack(head, block[HEADER:]) == fed


@ANY
@example(runs(ticks, most=20).filter(bool))
def test_a_changed_byte_in_a_block_is_noticed(fed):
    block = bytearray(pack(fed))
    for place in range(4, len(block)):
        block[place] ^= 1
        head = parse_head(bytes(block))
        with pytest.raises(ValueError, match="checksum"):
            unpack(head, bytes(block[HEADER:]))
        block[place] ^= 1


def test_a_full_block_is_closed_and_the_rest_follows(tmp_path):
    layout.prepare(tmp_path)
    log = TickLog(DiskFile(tmp_path / layout.TICKS))
    fed = [given(n) for n in range(1, BLOCK + 11)]
    for one in fed:
        log.append(one)
    log.close()
    assert [len(b.ticks) for b in read_blocks(tmp_path)] == [BLOCK, 10]
    assert list(read_ticks(tmp_path)) == fed


def test_ticks_and_other_inputs_are_read_as_one_stream(tmp_path):
    fed = inputs(40)
    record(tmp_path, fed).close()
    assert list(read_inputs(tmp_path)) == fed


def test_a_folder_without_inputs_has_none(tmp_path):
    assert list(read_inputs(tmp_path)) == []


def test_a_missing_input_is_named(tmp_path):
    crashed_run(tmp_path)
    path = tmp_path / layout.INPUTS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[1:]))
    with pytest.raises(DamagedRecord, match="inputs, record 5: missing; the next one on disk is 6"):
        list(read_inputs(tmp_path))


def test_an_input_recorded_as_tick_and_otherwise_is_named(tmp_path):
    crashed_run(tmp_path)
    path = tmp_path / layout.INPUTS
    path.write_bytes(path.read_bytes().replace(b'{"n":10,', b'{"n":9,'))
    with pytest.raises(DamagedRecord, match="inputs, record 9: recorded twice"):
        list(read_inputs(tmp_path))


def test_an_input_out_of_order_is_named(tmp_path):
    crashed_run(tmp_path)
    path = tmp_path / layout.INPUTS
    path.write_bytes(path.read_bytes().replace(b'{"n":10,', b'{"n":4,'))
    with pytest.raises(DamagedRecord, match=r"inputs.jsonl, record 2: input 4 after input 5"):
        list(read_inputs(tmp_path))


def test_a_torn_input_is_named(tmp_path):
    crashed_run(tmp_path)
    path = tmp_path / layout.INPUTS
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DamagedRecord, match=r"inputs/inputs.jsonl, record 4: torn"):
        list(read_inputs(tmp_path))


def test_an_instrument_that_changes_keeps_its_own_steps(tmp_path):
    fed = [given(n, tick(100 * n, instrument=f"NFO:{n % 3}", volume=n)) for n in range(1, 30)]
    block = pack(fed)
    assert unpack(parse_head(block), block[HEADER:]) == fed
