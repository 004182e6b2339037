from hypothesis import given as drawn, settings, strategies as st

from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import Input
from rustro_kernel.records import layout
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.tick_columns import FIGURES, tick_columns
from rustro_kernel.records.tick_log import TickLog
from tests.records.make import START, given

figures = st.integers(0, 2**40)
stamps = st.integers(0, 2**62)
ticks = st.builds(
    Tick, st.sampled_from(["NSE:26000", "NFO:1", "NFO:2"]), stamps, figures, stamps, *[figures] * 6
)


def written(folder, fed, every):
    layout.prepare(folder)
    log = TickLog(DiskFile(folder / layout.TICKS))
    for number, one in enumerate(fed, 1):
        log.append(one)
        if number % every == 0:
            log.flush()
    log.close()
    return folder


@drawn(st.lists(ticks, max_size=40), st.integers(1, 9))
@settings(max_examples=40)
def test_columns_say_what_the_ticks_say(tmp_path_factory, bodies, every):
    fed = [Input(3 * n, START + n, body) for n, body in enumerate(bodies, 1)]
    found = tick_columns(written(tmp_path_factory.mktemp("run"), fed, every))
    columns = [found.instrument, *found.arrays().values()]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert [(found.names[row[0]], *row[1:]) for row in rows] == [
        (
            one.body.instrument,
            one.n,
            one.ts,
            *(getattr(one.body, name) for name in ("exch_ts", "ltp", "ltt", "volume", "oi")),
            *(getattr(one.body, name) for name in ("bid", "ask", "bid_qty", "ask_qty")),
        )
        for one in fed
    ]
    assert len(found) == len(fed)


def test_a_torn_block_ends_the_columns(tmp_path):
    path = written(tmp_path, [given(n) for n in range(1, 11)], 4) / layout.TICKS
    path.write_bytes(path.read_bytes()[:-1])
    assert tick_columns(tmp_path).n.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_run_without_ticks_has_empty_columns(tmp_path):
    assert len(tick_columns(tmp_path)) == 0
    assert tuple(tick_columns(tmp_path).arrays()) == FIGURES
