"""What the live chart shows, without any widget."""

import math
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import DAY, HOUR, MINUTE
from rustro_kernel.engine.events.market import BarCorrected, BarReady
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.positions import TrailingStopUpdated
from rustro_kernel.engine.turn import Event
from rustro_widgets.charts.history import seen, window
from rustro_widgets.charts.run_data import RunData, load
from rustro_widgets.panels import candle_axis, candle_sources, candle_values as values, words
from rustro_widgets.panels.candle_bars import Bars, bars_of, built, fed
from rustro_widgets.panels.candle_readout import looked_at, readout_html
from rustro_widgets.panels.candle_studies import Columns, Rules, Studies, rules_of
from rustro_widgets.panels.day import Day
from tests.widgets import make, views
from tests.widgets.make import OPEN, OPTION, price

M1, M5, M15, H1, D1 = Timeframe


def minutes(count: int) -> list[Bar]:
    return [views.bar(number) for number in range(count)]


def body(count: int, frame: Timeframe = M1, earlier: tuple[Bar, ...] = ()) -> values.Body:
    source = candle_sources.Source("NIFTY", minutes(count), anchor_ns=OPEN)
    return values.body(source, earlier, frame, Studies(Rules()), is_over=False)


@pytest.fixture(scope="module")
def run(generated_day: Path) -> RunData:
    return load(generated_day)


@pytest.mark.parametrize("frame", [M5, M15, H1, D1])
def test_longer_bars_are_those_the_engine_stated(run: RunData, frame: Timeframe):
    day = run.bars_of("NIFTY")
    found = bars_of((), day, frame, day[0].start_ns, is_over=True)
    stated = run.bars_of("NIFTY", frame.value)
    assert [replace(bar, stub=False) for bar in found.all] == list(stated)
    assert found.done == len(found.all)


def studied(run: RunData, frame: Timeframe) -> tuple[Bars, Columns]:
    """The indicators over a whole day with the history it began with."""
    earlier = window(seen(run.folder), run.keys["NIFTY"], frame)
    day = run.bars_of("NIFTY")
    bars = bars_of(earlier, day, frame, day[0].start_ns, is_over=True)
    return bars, Studies(Rules()).of(bars)


def test_hourly_adx_and_di_are_the_figures_the_engine_decided_by(run: RunData):
    bars, study = studied(run, H1)
    shown = {
        bars.all[number].start_ns: (study.adx[row], study.plus[row], study.minus[row])
        for row, number in enumerate(study.at)
    }
    decided = {
        hour: (verdict.gates[0].value, verdict.gates[1].value, verdict.gates[1].threshold)
        for hour, verdict in run.alignments
    }
    assert len(decided) == 6
    assert {hour: shown[hour] for hour in decided} == decided


def test_daily_adx_is_the_figure_of_the_days_direction_all_day(run: RunData):
    _, study = studied(run, D1)
    (_, verdict), *_ = run.directions
    gates = {gate.name: gate for gate in verdict.gates}
    assert study.adx[-1] == gates["daily_adx"].value
    assert (study.plus[-1], study.minus[-1]) == (
        gates["daily_di"].value,
        gates["daily_di"].threshold,
    )


def test_rsi_and_ema_of_five_minutes_are_the_figures_of_the_gates(run: RunData):
    bars, study = studied(run, M5)
    row = {bars.all[number].start_ns + 5 * MINUTE: row for row, number in enumerate(study.at)}
    judged, back = 0, seen(run.folder).setting("pullback_rsi_lookback", 1)
    for decided in run.decisions:
        gates = {gate.name: gate for gate in decided.gates}
        if gates.get("pullback.rsi") is not None and gates["pullback.rsi"].ok is not None:
            judged += 1
            at = row[decided.at_ns]
            assert min(study.rsi[at - back + 1 : at + 1]) == gates["pullback.rsi"].value
            threshold = gates["pullback.ema_paise"].threshold
            assert isinstance(threshold, float)
            assert study.ema[at] == threshold / 100
    assert judged > 40


def test_indicators_are_blank_until_they_are_ready():
    study = body(40).study
    assert [sum(map(math.isnan, column)) for column in study[1:]] == [8, 27, 14, 14, 14]


def test_indicators_go_on_with_added_bars_and_begin_anew_with_other_ones():
    carried, fresh = Studies(Rules()), Studies(Rules())
    for count in (30, 31, 60, 50):
        bars = bars_of((), minutes(count), M1, OPEN)
        assert repr(carried.of(bars)) == repr(fresh.of(bars))
        fresh = Studies(Rules())


def test_a_bar_being_built_feeds_no_indicator_and_today_no_daily_one():
    yesterday = replace(views.bar(0), start_ns=OPEN - DAY)
    assert fed(bars_of((yesterday,), minutes(7), M5, OPEN)) == [0, 1]
    assert fed(bars_of((yesterday,), minutes(7), D1, OPEN, is_over=True)) == [0]


def test_an_auction_is_shown_and_feeds_nothing():
    last = replace(views.bar(5), auction=True)
    bars = bars_of((), [*minutes(5), last], M1, OPEN)
    assert (len(bars.all), fed(bars)) == (6, [0, 1, 2, 3, 4])
    assert bars_of((), [*minutes(5), last], M5, OPEN).all[-1].start_ns == OPEN


def test_the_short_last_hour_counts_only_where_it_did_before_today():
    day, full = minutes(375), replace(views.bar(0), start_ns=OPEN - DAY)
    short = replace(full, start_ns=full.start_ns + 6 * HOUR, stub=True)
    dropped = bars_of((full,), day, H1, OPEN, is_over=True)
    kept = bars_of((full, short), day, H1, OPEN, is_over=True)
    assert (len(dropped.all), len(fed(dropped))) == (8, 7)
    assert (len(kept.all), len(fed(kept))) == (9, 9)


def test_the_bar_being_built_has_the_minute_being_built_in_it():
    bars = bars_of((), minutes(7), M5, OPEN)
    forming = built(bars, replace(views.bar(7), high=9_900_000))
    assert forming is not None
    assert (forming.start_ns, forming.open, forming.high) == (
        OPEN + 5 * MINUTE,
        views.bar(5).open,
        9_900_000,
    )
    after = built(bars_of((), minutes(10), M5, OPEN), views.bar(10))
    assert after is not None
    assert after.start_ns == OPEN + 10 * MINUTE


def test_a_tick_moves_three_bars_and_leaves_the_rest():
    complete = body(19)
    mark, building = values.live(complete, views.bar(19))
    assert (len(complete.history.x), mark.x) == (17, [17, 18, 19])
    assert building == views.bar(19)


@pytest.mark.parametrize(
    ("count", "is_building", "history", "live"),
    [(0, False, 0, 0), (1, False, 0, 0), (0, True, 0, 0), (3, True, 0, 4), (4, False, 2, 2)],
)
def test_a_mark_never_holds_a_single_bar(count: int, is_building: bool, history: int, live: int):
    complete = body(count)
    mark, _ = values.live(complete, views.bar(count) if is_building else None)
    assert (len(complete.history.x), len(mark.x)) == (history, live)


def test_the_price_range_fits_the_visible_bars():
    complete = body(100)
    edges = values.edges(values.seen(complete, None, 89.5, 105.0), None)
    low = min(price(n) for n in range(90, 100)) / 100 - 9
    assert low - 12 < edges.y_range[0] < low
    assert all(edges.y_range[0] <= p <= edges.y_range[1] for p in edges.prices)


def test_the_bar_being_built_counts_for_the_range_while_it_is_in_view():
    complete, far = body(100), replace(views.bar(100), high=9_900_000)
    inside = values.edges(values.seen(complete, far, 50.0, 110.0), far)
    outside = values.edges(values.seen(complete, far, 50.0, 90.0), far)
    assert inside.y_range[1] >= 99_000 > outside.y_range[1]


def test_a_small_new_high_does_not_move_the_axis():
    complete, bar = body(100), views.bar(100)
    higher = replace(bar, high=bar.high + 10)
    ranges = {values.edges(values.seen(complete, b, 0.0, 110.0), b).y_range for b in (bar, higher)}
    assert len(ranges) == 1


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.0, 100.0, [0, 20, 40, 60, 80, 100]), (19_975.0, 20_125.0, [20_000, 20_050, 20_100])],
)
def test_prices_on_the_axis_are_round(low: float, high: float, shown: list[float]):
    assert candle_axis.nice_prices(low, high, most=5) == shown


def test_labels_are_indian_clock_times():
    shown = candle_axis.labels(minutes(60), -1.0, 60.0, M1)
    assert shown == {15: "09:30", 30: "09:45", 45: "10:00"}
    assert candle_axis.labels(minutes(375), -1.0, 380.0, M1)[45] == "10:00"


def test_a_label_at_the_edge_is_left_out():
    assert next(iter(candle_axis.labels(minutes(200), 45.0, 165.0, M1))) == 60


def test_where_a_day_begins_its_date_stands():
    before = [replace(bar, start_ns=bar.start_ns - DAY) for bar in minutes(30)]
    shown = candle_axis.labels([*before, *minutes(30)], -1.0, 62.0, M1)
    assert shown[30] == "15 Jul"
    assert "14 Jul" not in shown.values()


def test_days_have_the_date_of_each_month_or_of_some_days():
    days = [replace(views.bar(0), start_ns=OPEN - n * DAY) for n in range(59, -1, -1)]
    assert list(candle_axis.labels(days, -1.0, 62.0, D1).values()) == ["01 Jun", "01 Jul"]
    assert list(candle_axis.labels(days, 48.0, 54.0, D1).values())[-1] == "09 Jul"


def test_a_marker_stands_at_its_bar_in_every_timeframe():
    shown = views.view(20).markers
    assert values.placed(shown, minutes(20)) == {"entry": [(3.0, price(3) / 100)]}
    fives = bars_of((), minutes(20), M5, OPEN).all
    assert values.placed(shown, fives) == {"entry": [(0.0, price(3) / 100)]}


def test_a_marker_before_the_first_bar_of_today_is_left_out():
    assert values.placed(views.view().markers, minutes(9)[4:]) == {}


def event(seq: int, data: Payload) -> Event:
    return Event(seq, seq, OPEN + seq * MINUTE, type(data).__name__, None, None, data)


def day_with_a_trade() -> Day:
    """Its premium, its trailing stop, and its end."""
    told = sorted(make.trade(), key=lambda each: each[0])
    return Day(
        Event(n, n, ts, type(data).__name__, None, None, data)
        for n, (ts, data, _) in enumerate(told, 1)
    )


def test_an_option_held_today_can_be_charted_beside_the_underlying():
    day = day_with_a_trade()
    assert candle_sources.names(views.view(), day) == ("NIFTY", OPTION)
    found = candle_sources.source(OPTION, views.view(), day)
    assert (len(found.minutes), found.price_paise, found.partial) == (44, 13_320, None)
    assert [(m.kind, m.underlying_paise) for m in found.markers] == [
        ("entry", 12_000),
        ("exit", 13_000),
    ]


def test_the_levels_of_a_trade_are_lines_from_entry_to_exit():
    found = candle_sources.source(OPTION, views.view(), day_with_a_trade())
    lines = values.lines_of(found.levels[-1], found.minutes)
    assert lines == {}  # nothing traded before its entry: no bar to begin at
    bars = [views.bar(n) for n in range(375)]
    lines = values.lines_of(found.levels[-1], bars)
    assert lines["entry"] == values.Line([(95.0, 120.0), (140.5, 120.0)], "entry 120.00")
    assert lines["stop"].points == [(95.0, 96.0), (120.0, 119.0), (130.0, 127.0), (140.5, 127.0)]


def test_an_open_position_shows_stop_trail_and_target_up_to_now():
    day = Day([event(4, TrailingStopUpdated("P1", 11_900, 12_100))])
    held = views.position(target_paise=15_000, trail_paise=11_900, partial=views.bar(9, 12_100))
    view = views.view(10, positions=(held,))
    found = candle_sources.source(held.symbol, view, day)
    assert found.partial == views.bar(9, 12_100)
    lines = values.lines_of(found.levels[-1], minutes(10))
    assert lines["stop"] == values.Line([(0.0, 96.0), (4.0, 119.0), (9.5, 119.0)], "trail 119.00")
    assert lines["target"].text == "target 150.00"


def test_an_index_has_the_volume_of_its_future_in_every_timeframe():
    told: list[Payload] = [
        make.bar(n, price(n), symbol="FUT", instrument="NFO:9", volume=100 + n) for n in range(10)
    ]
    day = Day(event(n, data) for n, data in enumerate(told, 1))
    view = views.view(11, underlyings=(views.underlying(11, future="FUT"),))
    found = candle_sources.source("NIFTY", view, day)
    shown = {
        frame: values.body(found, (), frame, Studies(Rules()), is_over=False).volumes
        for frame in (M1, M5)
    }
    assert shown[M1][:2] == [(0.0, 100.0), (1.0, 101.0)]
    assert shown[M5] == [(0.0, 510.0), (1.0, 535.0)]


def test_a_corrected_minute_takes_the_place_of_the_first_one():
    fields: dict[str, Any] = {"symbol": OPTION, "instrument": "NFO:1"}
    first = make.bar(3, 12_000, **fields)
    late, better = make.bar(2, 11_900, **fields), make.bar(3, 12_500, **fields)
    corrected = BarCorrected(*(getattr(better, name) for name in BarReady.__struct_fields__))
    day = Day(event(n, data) for n, data in enumerate((first, late, corrected), 1))
    closes = [bar.close for bar in candle_sources.in_order(day.minutes[OPTION])]
    assert closes == [11_900, 12_500]


def test_rules_are_those_of_the_session():
    class Said:
        key, value = "strategy.ema_period", 21

    assert rules_of([Said()]) == Rules(ema_period=21)
    assert Rules(daily_adx_threshold=30.0).adx_threshold(D1) == 30.0
    assert Rules(hourly_adx_threshold=20.0).adx_threshold(M5) == 20.0


def test_the_readout_says_everything_of_one_bar():
    complete = body(40)
    html = readout_html("A<b", M1, looked_at(complete, None, 30), Rules())
    assert "A&lt;b 1m" in html
    assert "Wed 15 Jul 09:45" in html
    assert f'<span class="faint">H</span> {words.price(views.bar(30).high)}' in html
    assert all(text in html for text in ("EMA 9", "ADX 14", "+DI", "RSI 14"))
    warm = readout_html("NIFTY", M1, looked_at(complete, None, 3), Rules())
    assert "09:18" in warm
    assert "EMA" not in warm


def test_without_a_crosshair_the_last_complete_bar_is_read():
    complete = body(10)
    found = looked_at(complete, views.bar(10), None)
    assert found is not None
    assert found.bar == views.bar(9)
    beyond = looked_at(complete, views.bar(10), 99)
    assert beyond is not None
    assert beyond.bar == views.bar(10)
    assert "no bars yet" in readout_html("NIFTY", M1, looked_at(body(0), None, None), Rules())
