import json

import msgspec
import pytest

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.market import BarCorrected, DataQualityError
from rustro_kernel.records.health import HealthLog, HealthNote, read_health
from rustro_kernel.records.report import as_json, report
from rustro_kernel.records.trade_figures import drawdown, trade_figures
from tests.records.day import DAY, gates, minute, trade
from tests.records.make import START, bar, story

MADE = report(story(*DAY))


def test_the_run_is_named():
    run = MADE.run
    assert (run.date, run.mode, run.exit_code) == ("2021-11-30", "sim", 0)
    assert run.synthetic == ("option prices",)


def test_direction_and_alignment_carry_their_adx():
    assert (MADE.directions[0].direction, MADE.directions[0].adx) == ("CE", 31.25)
    assert (MADE.alignments[0].aligned, MADE.alignments[0].adx) == (True, 27.5)
    assert MADE.alignments[0].at == "09:24:00"


def test_the_funnel_counts_where_minutes_stopped_in_the_order_of_the_gates():
    [funnel] = MADE.funnels
    assert (funnel.evaluated, funnel.passed) == (4, 1)
    rows = [(r.gate, r.reached, r.stopped, r.said_no, r.last_value) for r in funnel.rows]
    assert rows == [
        ("aligned", 4, 1, 1, 27.5),
        ("breakout.volume", 3, 0, 1, 900),
        ("vix", 3, 2, 2, 18.5),
    ]


def test_the_funnel_keeps_the_order_of_a_minute_in_which_every_gate_was_asked():
    short, full = gates(False, None), gates(True, True)
    minutes = minute(1, "aligned", short[0], short[2]), minute(2, None, *full)
    [funnel] = report(story(*minutes)).funnels
    assert [row.gate for row in funnel.rows] == ["aligned", "breakout.volume", "vix"]


def test_orders_are_counted_by_what_became_of_them():
    found = MADE.orders
    assert (found.signals, found.intents, found.orders_placed, found.filled) == (1, 3, 4, 2)
    assert (found.partly_filled, found.cancelled_unfilled, found.rejected) == (1, 0, 1)


def test_vix_has_its_range_in_points_and_its_breaker():
    assert (MADE.vix.low, MADE.vix.high, MADE.vix.last) == (18.0, 20.1, 19.9)
    assert (MADE.vix.breakers, MADE.risk["VixSpike"], MADE.data.gaps) == (1, 1, 1)


def test_the_figures_of_trades_are_rupees_from_paise():
    put = {"right": "PE", "reason": "STOP_LOSS", "exit_ns": START + 30 * MINUTE}
    found = trade_figures([trade(4_000), trade(-10_001, **put), trade(0), trade(3_000)])
    assert (found.trades, found.wins, found.losses, found.win_rate_pct) == (4, 2, 1, 50.0)
    assert (found.gross_rs, found.charges.total_rs, found.net_rs) == (209.99, 240.0, -30.01)
    assert found.profit_factor == round(7_000 / 10_001, 4)
    assert (found.largest_win_rs, found.average_win_rs) == (40.0, 35.0)
    assert (found.largest_loss_rs, found.average_loss_rs) == (-100.01, -100.01)
    assert found.expectancy_rs == -7.5
    assert (found.max_drawdown_rs, found.slippage_rs) == (100.01, 20.0)
    assert (found.ce.trades, found.ce.net_rs, found.pe.trades, found.pe.net_rs) == (
        3,
        70.0,
        1,
        -100.01,
    )
    assert (found.hold.shortest_s, found.hold.mean_s, found.hold.longest_s) == (600, 900, 1800)
    assert found.exits == {"STOP_LOSS": 1, "TRAILING_STOP": 3}


def test_the_parts_of_the_charges_add_up():
    charges = trade_figures([trade()]).charges
    parts = [getattr(charges, name) for name in charges.__struct_fields__ if name != "total_rs"]
    assert sum(parts) == pytest.approx(charges.total_rs) == 60.0


def test_a_day_without_trades_has_no_ratios():
    found = trade_figures([])
    assert (found.trades, found.net_rs, found.max_drawdown_rs) == (0, 0.0, 0.0)
    assert found.win_rate_pct is found.profit_factor is found.expectancy_rs is found.hold is None


@pytest.mark.parametrize(
    ("nets", "deepest"), [([], 0), ([5], 0), ([-5], 5), ([5, -3, -4, 9, -1], 7)]
)
def test_drawdown_is_the_deepest_fall_from_the_highest_point(nets, deepest):
    assert drawdown(nets) == deepest


def test_health_stands_apart_from_the_figures():
    notes = [
        HealthNote(0, "start"),
        HealthNote(5 * 10**9, "stall", {"lag_ms": 300}),
        HealthNote(9 * 10**9, "stall", {"lag_ms": 280.5}),
    ]
    with_health = report(story(*DAY), notes)
    assert (with_health.health.uptime_s, with_health.health.worst_lag_ms) == (9.0, 300.0)
    assert with_health.health.notes == {"stall": 2, "start": 1}
    ours, theirs = json.loads(as_json(with_health)), json.loads(as_json(MADE))
    assert ours.pop("health") != theirs.pop("health")
    assert ours == theirs


def test_a_report_of_nothing_can_be_made():
    assert report([]).run.events == 0


def test_health_notes_come_back_and_a_torn_one_is_left_out(tmp_path):
    log = HealthLog(tmp_path)
    log.note(1, "start")
    log.note(2, "disk", sync_ms=0.4)
    log.close()
    path = tmp_path / "health.jsonl"
    path.write_bytes(path.read_bytes() + b'{"ts_ns":3,"ki')
    assert list(read_health(tmp_path)) == [
        HealthNote(1, "start"),
        HealthNote(2, "disk", {"sync_ms": 0.4}),
    ]


def test_quarantined_ticks_are_counted_as_last_stated_and_corrected_bars_with_them():
    def bad(rule: str, count: int, key: str = "NSE:1") -> DataQualityError:
        return DataQualityError(key, "X", rule, count)

    other = BarCorrected(*msgspec.structs.astuple(bar()))
    found = report(
        story(
            bad("late", 1), bad("late", 9), bad("late", 2, "NSE:2"), bad("volume_reset", 1), other
        )
    )
    counts = {row.rule: row.count for row in found.quality if row.count}
    assert counts == {"late": 11, "volume_reset": 1}
    assert (found.data.quarantined, found.data.bars_corrected) == (11, 1)


def test_the_report_names_no_rule_that_a_ledger_cannot_know():
    rules = {row.rule for row in report([]).quality}
    assert "late" in rules
    assert not rules & {"not_watched", "day_over"}
