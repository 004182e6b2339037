import msgspec
from hypothesis import given as example, strategies as st

from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.projections import as_files, project, rebuild
from tests.records.day import DAY, trade
from tests.records.make import story

FOUND = project(story(*DAY))


def rows(kind, *names):
    return [tuple(getattr(row, name) for name in names) for row in kind]


def test_an_order_stands_as_its_last_event_left_it():
    assert rows(FOUND.orders, "tag", "state", "units", "filled", "value_paise") == [
        ("tag-0", "cancelled", 50, 20, 200_000),
        ("tag-1", "executed", 30, 30, 300_000),
        ("tag-2", "executed", 50, 50, 510_000),
        ("tag-3", "rejected", 50, 0, 0),
    ]


def test_an_order_knows_what_it_was_for_and_what_the_broker_said():
    assert rows(FOUND.orders, "position_id", "reason", "broker_id", "code")[0::3] == [
        ("P1", "ENTRY", "broker-1", ""),
        ("P2", "ENTRY", "", "AB1004"),
    ]


def test_every_change_of_a_position_is_a_line():
    names = "change", "units", "price_paise", "pnl_paise", "trail_paise", "state"
    assert rows(FOUND.positions, *names) == [
        ("PositionOpened", 50, 10_000, 0, None, "open"),
        ("PositionUpdated", 50, 10_300, 15_000, None, "open"),
        ("TrailingStopActivated", 50, 10_300, 15_000, 10_145, "open"),
        ("PositionClosed", 0, 10_300, 4_000, 10_145, "closed"),
    ]


def test_a_trade_line_is_its_event_in_paise_and_ns(tmp_path):
    line = as_files(FOUND)["trades.jsonl"]
    assert msgspec.json.decode(line, type=PositionClosed) == trade()
    assert b'"net_paise":4000' in line
    assert b'"charges_paise":6000' in line


def test_the_three_files_are_rebuilt_from_the_ledger_alone(tmp_path):
    chain = Chain()
    lines = [chain.line(e) + b"\n" for e in story(*DAY)]
    (tmp_path / "events.jsonl").write_bytes(b"".join(lines))
    assert rebuild(tmp_path) == FOUND
    for name, content in as_files(FOUND).items():
        assert (tmp_path / name).read_bytes() == content


def test_a_day_without_trades_has_empty_files():
    assert set(as_files(project([])).values()) == {b""}


@example(st.permutations(DAY))
def test_events_in_any_order_never_break_the_fold(payloads):
    assert len(project(story(*payloads)).trades) == 1
