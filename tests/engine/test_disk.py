"""Records that cannot be written: no entries, exits go on."""

from rustro_kernel.engine.disk import HALT
from rustro_kernel.engine.effects import RaiseAlert
from rustro_kernel.engine.inputs import DiskChanged
from tests.make import CALL, Bench, in_position

FULL = DiskChanged("No space left on device")


def alerts(bench):
    return [
        (e.action.level, e.action.text) for e in bench.effects if isinstance(e.action, RaiseAlert)
    ]


def test_a_full_disk_stops_entries_and_tells_a_person():
    bench = Bench()
    bench.feed(FULL)
    text = "the records cannot be written: No space left on device"
    assert bench.state.halts == {HALT: text}
    assert alerts(bench) == [("critical", f"no entries: {text}")]
    assert "DISK_REFUSES" in bench.engine.view().overlays


def test_entries_are_allowed_again_when_there_is_room():
    bench = Bench()
    bench.feed(FULL)
    bench.feed(DiskChanged())
    assert HALT not in bench.state.halts
    assert alerts(bench)[-1] == ("info", "the records are written again")


def test_exits_go_on():
    bench = in_position(150)
    bench.feed(FULL)
    bench.tick(CALL, 119)
    assert [order.side.value for _, order in bench.orders] == ["BUY", "SELL"]
