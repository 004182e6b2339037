"""What goes wrong on a day of trading: every kind of fault, on every route and stream it can.

Faults of a route strike one after another, each so many requests after the one before; faults of
the streams and of the broker have their times of the day.
"""

from collections.abc import Iterable

from rustro_kernel.simulator.exchange.fault_script import Fault

PLACING = (
    Fault(what="timeout_after_accept"), Fault(what="kill", byte=30), Fault(what="drop"),
    Fault(what="delay", delay_s=0.3), Fault(what="token_expiry"), Fault(what="stall"),
    Fault(what="forbidden", times=2), Fault(what="empty_body"), Fault(what="html_502"),
    Fault(what="unregistered_ip"),
)  # fmt: skip
TAKEN = tuple(
    Fault(what=what, accept=True)
    for what in ("forbidden", "html_502", "empty_body", "drop", "stall")
)
"""Orders that were taken although the answer says otherwise, while there are orders."""
CANCELLING = (
    Fault(what="timeout_after_accept"), Fault(what="drop"), Fault(what="kill", byte=30),
    Fault(what="forbidden", times=2), Fault(what="html_502"), Fault(what="unregistered_ip"),
    Fault(what="empty_body"), Fault(what="stall"), Fault(what="token_expiry"),
    Fault(what="delay", delay_s=0.3),
)  # fmt: skip
READING = (
    Fault(what="html_502", times=3), Fault(what="delay", delay_s=0.3),
    Fault(what="empty_body", times=3), Fault(what="unregistered_ip"),
    Fault(what="drop", times=3), Fault(what="token_expiry"), Fault(what="kill", byte=40, times=3),
    Fault(what="forbidden"), Fault(what="timeout_after_accept"), Fault(what="stall"),
)  # fmt: skip
"""Three in a row: two are repeated, and nobody would ever know."""
UPDATES = (
    Fault(what="duplicate", times=4), Fault(what="drop", times=2), Fault(what="reorder", times=2),
    Fault(what="delay", times=3, delay_s=0.3), Fault(what="kill", byte=100),
    Fault(what="kill", byte=0), Fault(what="stall", for_s=600.0),
)  # fmt: skip
WITHOUT = {
    "master": "without one the doctor refuses the day, see test_doctor",
    "generateTokens": "tokens are renewed half an hour before midnight, after the day",
}
"""Routes of a session that no fault hits here, and why."""


def row(
    on: str, faults: Iterable[Fault], *, at: str = "09:30:00", gap: int = 1, first: int = 1
) -> list[Fault]:
    """One fault after another from the `first` request on, `gap` undisturbed ones before each.

    No two hit the same request or packet: of a packet that was dropped nothing can be cut.
    """
    placed, nth = [], first
    for fault in faults:
        nth += gap
        placed.append(changed(fault, on=on, at=at, nth=nth))
        nth += fault.times
    return placed


def changed(fault: Fault, **fields: object) -> Fault:
    names = Fault.__struct_fields__
    return Fault(**{**{name: getattr(fault, name) for name in names}, **fields})


def toml(faults: Iterable[Fault]) -> str:
    """The file a user would write."""
    plain = Fault(what="drop")
    names = [name for name in Fault.__struct_fields__ if name != "what"]
    return "\n".join(
        f'[[fault]]\nwhat = "{fault.what}"\n'
        + "".join(
            f"{name} = {_value(getattr(fault, name))}\n"
            for name in names
            if getattr(fault, name) != getattr(plain, name)
        )
        for fault in faults
    )


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')


BY_TWO_READERS = [changed(f, times=5) if f.times > 1 else f for f in READING]
"""The desk may read the order book for two reasons at once: of five one reader gets three."""
START_UP = [
    Fault(what="drop", on="loginByPassword"), Fault(what="html_502", on="getRMS"),
    Fault(what="empty_body", on="getProfile"),
    Fault(what="html_502", on="getCandleData", nth=3), Fault(what="forbidden", on="getCandleData",
    nth=6),
]  # fmt: skip
ON_THE_STREAMS = [
    *row("order_update", UPDATES, at="10:00:00"),
    Fault(what="duplicate", on="frame", at="10:35:00", for_s=30.0),
    Fault(what="reorder", on="frame", at="10:40:00", for_s=30.0),
    Fault(what="wrong_instrument", on="frame", at="10:45:00", times=20),
    Fault(what="drop", on="frame", at="10:50:00", for_s=20.0),
    Fault(what="delay", on="frame", at="10:55:00", for_s=20.0, delay_s=0.2),
    Fault(what="kill", on="frame", at="11:30:00", byte=50),
    Fault(what="kill", on="frame", at="12:30:00", byte=0),
    Fault(what="stall", on="frame", at="12:45:00", for_s=600.0),
    Fault(what="html_502", on="quote", at="12:45:00", times=3),
    Fault(what="html_502", on="getCandleData", at="12:45:00", times=3),
]
OF_THE_BROKER = [
    Fault(what="clock_skew", at="11:40:00", skew_s=20.0, for_s=90.0),
    Fault(what="clock_skew", at="12:10:00", skew_s=-45.0, for_s=90.0),
    Fault(what="token_expiry", at="11:50:00"),
    Fault(what="html_502", on="loginByPassword", at="11:50:00"),
    Fault(what="token_expiry", at="13:40:00"),
    Fault(what="html_502", on="loginByPassword", at="13:40:00", times=3),
]
WHOLE_DAY = [
    *START_UP,
    *row("placeOrder", PLACING, gap=0),
    *row("cancelOrder", CANCELLING[:6], gap=0),
    *row("getOrderBook", BY_TWO_READERS, gap=2),
    *row("details", READING[:4], gap=0),
    *row("getTradeBook", READING[:1]),
    *row("order", [Fault(what="reject")], gap=6),
    *ON_THE_STREAMS,
    *OF_THE_BROKER,
]
"""All of it strikes on any day."""
WHILE_THERE_ARE_ORDERS = [
    *row("placeOrder", TAKEN, first=12),
    *row("cancelOrder", CANCELLING[6:], first=8),
    *row("details", READING[4:], first=9),
    *row("getTradeBook", READING[1:4], first=6),
]
"""How many orders a day brings depends on how fast the machine is."""
HALF_AN_HOUR = [
    *row("placeOrder", PLACING[:1], gap=0),
    *row("cancelOrder", CANCELLING[1:4], gap=0),
    *row("details", READING[:1], gap=0),
    Fault(what="duplicate", on="order_update", nth=1, times=2),
    Fault(what="drop", on="order_update", nth=3),
    Fault(what="wrong_instrument", on="frame", at="10:16:00", times=5),
    Fault(what="reorder", on="frame", at="10:17:00", times=20),
    Fault(what="duplicate", on="frame", at="10:18:00", times=20),
    Fault(what="kill", on="frame", at="10:19:00", byte=50),
    Fault(what="clock_skew", at="10:25:00", skew_s=15.0, for_s=30.0),
    *row("placeOrder", [PLACING[4], PLACING[9], PLACING[2], PLACING[1]], at="10:26:00", gap=0),
    *row("order", [Fault(what="reject")], at="10:26:00", gap=0),
    *row("getOrderBook", BY_TWO_READERS[:1], at="10:26:00", gap=0),
    Fault(what="kill", on="order_update", at="10:26:00", byte=100),
]
"""An entry from 10:15 on and an exit from 10:26 on; two faults never hit the same packet."""
