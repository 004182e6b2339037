"""The lines of a day, folded from its events."""

from hypothesis import given as example, strategies as st

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine.events import REGISTRY
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.positions import PositionUpdated
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.minutes import HALF_HOUR, DayLines, day_lines
from tests.records.make import START, bar

SAID = REGISTRY
OPEN = START  # 09:15:00


def told(*facts: tuple[float, Payload]) -> list[Event]:
    """Events that say this, so many seconds after the open."""
    return [
        Event(n, n, OPEN + round(after * SECOND), type(data).__name__, None, None, data)
        for n, (after, data) in enumerate(facts, 1)
    ]


def phase(name: str) -> Payload:
    return SAID["MarketPhaseDetermined"](name, "because")


def evaluated(close_paise: int, first_no: str | None) -> EntryEvaluated:
    return EntryEvaluated("NIFTY", OPEN, close_paise, "CE", None, None, first_no, (), ())


HISTORY = SAID["HistorySyncCompleted"]("NIFTY", 150, 150, 150, False)
VALID = SAID["CalendarValidated"](OPEN, OPEN + 375 * MINUTE, OPEN + 365 * MINUTE, ())
CE = SAID["DailyDirectionDetermined"]("NIFTY", "CE", (), 150, False)
BEGUN = (-600.0, VALID), (-600.0, phase("PREOPEN")), (-600.0, HISTORY)
HALTED = SAID["TradingHalted"]("PAUSED", "the operator said so", "operator", "resume")


def pictures(events: list[Event], **how: int) -> list[str]:
    """The lines that no event has said."""
    own = DayLines(10**6 * MINUTE)
    plain = [line for event in events for line in own.add(event)]
    return [line for line in day_lines(events, **how) if line not in plain]


def test_each_minute_has_one_line_five_seconds_after_it():
    events = told(*BEGUN, (0, phase("OPEN")), (2, CE), (62, evaluated(1_706_940, "trigger")))
    shown = pictures([*events, *told((181, HALTED))])
    assert [line[:8] for line in shown if line[:5] >= "09:14"] == [
        "09:14:05", "09:15:05", "09:16:05", "09:17:05",
    ]  # fmt: skip


def test_before_the_open_the_minutes_are_counted_down():
    shown = pictures(told(*BEGUN, (0, phase("OPEN"))))
    assert len(shown) == 10
    assert shown[0] == "09:05:05 WAITING: the market opens at 09:15:00, in 10 min"
    assert shown[-1] == "09:14:05 WAITING: the market opens at 09:15:00, in 1 min"


def test_the_moment_says_price_direction_vix_positions_money_and_why_not():
    opened = SAID["EntryWindowOpened"]()
    held = PositionUpdated("P1", "NIFTY24NOV2624500CE", 50, 627_500, 12_830, 14_000, 223)
    events = told(
        *BEGUN,
        (0, phase("OPEN")),
        (1, bar(symbol="India VIX", close_paise=1807)),
        (2, CE),
        (3, opened),
        (4, bar(symbol="NIFTY", close_paise=1_700_000)),
        (62, evaluated(1_706_940, "volume")),
        (63, held),
        (70, HALTED),
    )
    assert pictures(events)[-1] == (
        "09:16:05 TRADING: NIFTY 17069.40 CE; VIX 18.07; 1 open, 0 closed, P&L +140.00; "
        "no entry: volume"
    )
    later = [*events, *told((130, SAID["TradingResumed"]("PAUSED")))]
    assert pictures(later)[-1] == (
        "09:17:05 TRADING (PAUSED): NIFTY 17069.40 CE; VIX 18.07; 1 open, 0 closed, "
        "P&L +140.00; no entry: PAUSED"
    )


def test_who_sits_at_a_panel_is_told_each_half_hour():
    events = told(*BEGUN, (0, phase("OPEN")), (3600, phase("CLOSED")))
    assert [line[:8] for line in pictures(events, every_ns=HALF_HOUR)] == ["09:30:05", "10:00:05"]


def test_minutes_in_which_the_process_was_gone_have_no_line():
    gone = SAID["SessionRestarted"](600 * SECOND, 600 * SECOND, 0, ())
    events = told(*BEGUN, (0, phase("OPEN")), (70, CE), (670, gone), (731, HALTED))
    shown = [line[:8] for line in pictures(events) if line[:5] >= "09:15"]
    assert shown == ["09:15:05", "09:16:05", "09:27:05"]


def test_nothing_is_said_before_the_first_event():
    assert DayLines().until(OPEN) == []


def test_nothing_is_said_after_the_last_record():
    events = told(*BEGUN, (0, phase("OPEN")), (2, SAID["ShutdownCompleted"](0, "end of day")))
    folded = DayLines()
    for event in events:
        folded.add(event)
    assert folded.until(OPEN + 600 * MINUTE) == []


@example(st.lists(st.floats(0.1, 90), min_size=1, max_size=20), st.data())
def test_it_does_not_matter_when_the_time_was_told(pauses, data):
    """Printed as the engine's time goes on, or derived later from the ledger: the same lines."""
    after, facts = 0.0, []
    for pause in pauses:
        after += pause
        facts.append((after, evaluated(round(after * 100), "trigger")))
    events = told(*BEGUN, (0, phase("OPEN")), *facts)
    live, printed = DayLines(), []
    for event in events:
        if live.next_ns:  # the engine's time may be anywhere before the next event
            printed += live.until(data.draw(st.integers(live.next_ns - MINUTE, event.ts)))
        printed += live.add(event)
    assert printed == list(day_lines(events))
