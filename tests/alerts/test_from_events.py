import pytest

from rustro_kernel.alerts.from_events import EventAlerts
from rustro_kernel.alerts.table import TABLE, ruled
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.engine.events import REGISTRY
from rustro_kernel.engine.events.kill import KillSwitchActivated
from rustro_kernel.engine.events.market import StreamConnected
from rustro_kernel.engine.events.orders import OrderRejected, UnclosedAtClose
from rustro_kernel.engine.events.risk import TradingHalted
from rustro_kernel.engine.events.system import Alerted, ShutdownCompleted
from rustro_kernel.engine.events.tokens import TokenInvalid
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.day_lines import line


class Told:
    def __init__(self):
        self.got = []

    def tell(self, level, text, *, about):
        self.got.append((level, text, about))


def event(data, seq=1, cause=None):
    return Event(seq, 1, 0, type(data).__name__, cause, None, data)


def seen(*events, rules=None):
    told = Told()
    EventAlerts(told, ruled(rules or {}), line).see(events)
    return told.got


def test_the_table_names_only_events_that_exist():
    assert set(TABLE) <= set(REGISTRY)


@pytest.mark.parametrize(
    ("data", "level", "words"),
    [
        (KillSwitchActivated("anil", "test", 2, (), ()), "critical", "KILL by anil: 2 open (test)"),
        (UnclosedAtClose("p1", "NIFTY", 65), "critical", "NOT CLOSED at the close: NIFTY 65 units"),
        (TokenInvalid("refused"), "critical", "NO TOKENS: refused"),
        (OrderRejected("i", "t", "AB4036", "no"), "warning", "Order rejected: AB4036 no"),
        (ShutdownCompleted(0, "end of day"), "info", "Done: end of day (exit code 0)"),
        (ShutdownCompleted(4, "killed"), "critical", "Done: killed (exit code 4)"),
        (Alerted("warning", "slow"), "warning", "ALERT (warning): slow"),
        (TradingHalted("PAUSED", "by anil", "x", "y"), "warning", "Entries off: PAUSED"),
    ],
)
def test_an_event_is_told_at_its_level_in_its_own_words(data, level, words):
    assert [(got[0], got[1]) for got in seen(event(data))] == [(level, f"05:30:00 {words}")]


@pytest.mark.parametrize("data", [StreamConnected(), TradingHalted("EOD", "late", "x", "y")])
def test_what_comes_and_goes_by_itself_is_not_told(data):
    assert seen(event(data)) == []


def test_what_the_engine_alerts_because_of_a_told_event_is_not_told_twice():
    got = seen(
        event(UnclosedAtClose("p1", "NIFTY", 65), seq=7),
        event(Alerted("critical", "NIFTY: 65 units open at the close"), seq=8, cause=7),
        event(Alerted("critical", "something else"), seq=9, cause=3),
    )
    assert [text[9:] for _, text, _ in got] == [
        "NOT CLOSED at the close: NIFTY 65 units",
        "ALERT (critical): something else",
    ]


def test_a_louder_alert_about_a_told_event_is_told():
    got = seen(
        event(OrderRejected("i", "t", "AB", "no"), seq=7),
        event(Alerted("critical", "exit refused"), seq=8, cause=7),
    )
    assert [level for level, _, _ in got] == ["warning", "critical"]


def test_rules_silence_raise_and_add():
    rules = {"OrderRejected": "off", "ShutdownCompleted": "critical", "StreamConnected": "info"}
    got = seen(
        event(OrderRejected("i", "t", "AB", "no")),
        event(ShutdownCompleted(0, "end of day")),
        event(StreamConnected()),
        rules=rules,
    )
    assert [level for level, _, _ in got] == ["critical", "info"]


def test_a_rule_about_no_event_is_refused():
    with pytest.raises(BadConfig, match="'OrderRejectd' is no event"):
        ruled({"OrderRejectd": "off"})


def test_alerts_about_two_orders_are_about_two_things():
    got = seen(*(event(OrderRejected("i", tag, "AB", "no")) for tag in ("t1", "t2")))
    assert [about for _, _, about in got] == ["OrderRejected t1", "OrderRejected t2"]


def test_a_line_that_cannot_be_made_never_reaches_the_engine(caplog):
    def broken(event):
        raise KeyError(event.type)

    EventAlerts(Told(), TABLE, broken).see([event(TokenInvalid("x"))])
    assert "no alert could be made of TokenInvalid 1" in caplog.text
