import datetime as dt

import msgspec

from rustro_kernel.domain.market_time import HOUR, MINUTE, at
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events import REGISTRY
from rustro_kernel.engine.events.market import BarCorrected, RecoveryCompleted
from rustro_kernel.engine.events.orders import OrderExecuted
from rustro_kernel.engine.events.positions import PositionUpdated
from rustro_kernel.engine.events.strategy import DailyDirectionDetermined
from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.turn import Turn
from rustro_kernel.records import day_lines
from rustro_kernel.records.day_lines import line

NOON = at(dt.date(2024, 11, 25), "12:00:00")


def event(data):
    turn = Turn(1, NOON, 0)
    turn.emit(data)
    return turn.events[0]


def test_every_line_belongs_to_a_declared_event():
    assert set(day_lines._WORDS) <= set(REGISTRY)


def test_a_position_speaks_rupees_and_percent():
    update = PositionUpdated("P1", "NIFTY24NOV2624500CE", 50, 627_500, 12_830, 14_000, 223)
    assert line(event(update)) == (
        "12:00:00 Position updated: NIFTY24NOV2624500CE current 128.30, P&L +140.00 (+2.2 %)"
    )


def test_an_average_price_is_rounded_as_everywhere_else():
    filled = OrderExecuted("I1", "t1", 200, 1_775_750)
    assert line(event(filled)) == "12:00:00 Order filled: 200 units at 88.79"


def test_a_direction_says_what_it_rests_on():
    gates = (Gate("daily_adx", 31.21, 25, True), Gate("daily_di", 28.0, 14.0, True))
    direction = DailyDirectionDetermined("NIFTY", "CE", gates, 150, False)
    assert line(event(direction)) == (
        "12:00:00 NIFTY direction CE: ADX 31.2 >= 25, +DI 28.0 > -DI 14.0"
    )


def test_an_event_nobody_waits_for_has_no_line():
    assert line(event(REGISTRY["MarketClosed"]())) == "12:00:00 Market closed"
    assert line(event(REGISTRY["HistorySyncStarted"]())) is None
    assert line(event(Alerted("warning", "look"))) == "12:00:00 ALERT (warning): look"


def test_a_price_alone_is_said_each_quarter_of_an_hour():
    update = PositionUpdated("P1", "NIFTY24NOV2624500CE", 50, 627_500, 12_830, 14_000, 223)
    noon = event(update)
    minutes = [msgspec.structs.replace(noon, ts=noon.ts + m * MINUTE) for m in (0, 1, 14, 15)]
    assert [line(at) is not None for at in minutes] == [True, False, False, True]
    filled = msgspec.structs.replace(noon, ts=noon.ts + MINUTE, cause=1)
    assert line(filled) is not None


def test_what_the_calendar_is_not_sure_of_is_said():
    validated = REGISTRY["CalendarValidated"]
    unsure = validated(1, 2, 3, ("hours of 2026-11-08", "the next trading day"))
    assert line(event(unsure)) == (
        "12:00:00 Not known for certain: hours of 2026-11-08, the next trading day"
    )
    assert line(event(validated(1, 2, 3, ()))) is None


def test_live_has_no_balance_before_the_broker_said_one():
    loaded = REGISTRY["ConfigLoaded"]
    assert line(event(loaded("live", "main", "h", "adx", "s", "", 0))) == (
        "12:00:00 Configuration loaded: live, strategy adx, balance as the broker says"
    )


def corrected(frame: str, start_ns: int) -> str | None:
    marks = (False, True, False)
    prices = (1_700_000, 1_702_000, 1_699_050, 1_701_005)
    return line(event(BarCorrected("NSE:1", "NIFTY", frame, start_ns, *prices, 7, *marks)))


def test_a_corrected_bar_says_which_one_it_is_and_what_it_is_now():
    now = "corrected from history: O 17000.00 H 17020.00 L 16990.50 C 17010.05, volume 7"
    assert corrected("5m", NOON - 10 * MINUTE) == f"12:00:00 NIFTY 5m bar of 11:50 {now}"
    assert corrected("1d", NOON - 12 * HOUR) == f"12:00:00 NIFTY 1d bar {now}"


def test_a_recovery_says_how_much_was_new_and_how_much_other():
    done = RecoveryCompleted("NSE:1", "NIFTY", 3, 2)
    assert line(event(done)) == "12:00:00 NIFTY recovered: 3 new minutes, 2 corrected"
