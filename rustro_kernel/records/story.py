"""One readable line for each event of a trade's life."""

from collections.abc import Callable
from typing import Any

from rustro_kernel.domain.money import round_half_up
from rustro_kernel.engine.events import orders as o, positions as p, strategy as s
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.records.words import rs


def line(data: Payload) -> str | None:
    """What an event says, if it belongs to a signal, an order or a position."""
    write = _LINES.get(type(data))
    return None if write is None else write(data)


def _signal(d: s.SignalGenerated) -> str:
    return f"signal {d.trigger} {d.direction}: {d.units} x {d.symbol} at {rs(d.ltp_paise)}"


def _exit_signal(d: s.ExitSignalGenerated) -> str:
    also = f" (also {', '.join(d.secondary)})" if d.secondary else ""
    return f"exit of {d.position_id}: {d.reason}{also}, price {rs(d.price_paise)}"


def _refused(d: o.PreOrderValidationFailed) -> str:
    return f"not sent: {', '.join(d.failed)}"


def _sent(d: o.OrderSubmissionRequired) -> str:
    price = f"limit {rs(d.limit_paise)}, last {rs(d.ltp_paise)}"
    if d.trigger_paise:
        return f"protective stop: {d.units} x {d.symbol}, trigger {rs(d.trigger_paise)}, {price}"
    return f"attempt {d.attempt}: {d.side} {d.units} x {d.symbol}, {price}"


def _modified(d: o.OrderModificationRequired) -> str:
    return f"protective stop now: {d.units} units, trigger {rs(d.trigger_paise)}"


def _filled(d: o.OrderExecuted | o.OrderPartiallyFilled) -> str:
    average = rs(round_half_up(d.value_paise, d.filled)) if d.filled else "-"
    return f"filled {d.filled} at {average}"


def _failed(d: o.OrderFailedPermanent) -> str:
    quote = f"bid {rs(d.bid_paise)}, ask {rs(d.ask_paise)}"
    return f"given up: {d.reason}, {d.filled} of {d.units} filled, {quote}"


def _opened(d: p.PositionOpened) -> str:
    price = rs(round_half_up(d.value_paise, d.units)) if d.units else "-"
    return f"opened {d.units} x {d.symbol} at {price}, stop {rs(d.stop_paise)}"


def closed(d: p.PositionClosed) -> str:
    """A trade in one line."""
    buy, sell = (round_half_up(v, d.units or 1) for v in (d.buy_value_paise, d.sell_value_paise))
    money = f"gross {rs(d.gross_paise)}, charges {rs(d.charges_paise)}, net {rs(d.net_paise)}"
    return f"{d.units} x {d.symbol} {rs(buy)} -> {rs(sell)} {d.reason}: {money}"


_LINES: dict[type[Payload], Callable[[Any], str]] = {
    s.SignalGenerated: _signal,
    s.ExitSignalGenerated: _exit_signal,
    o.PreOrderValidationFailed: _refused,
    o.OrderSubmissionRequired: _sent,
    o.OrderModificationRequired: _modified,
    o.OrderPartiallyFilled: _filled,
    o.OrderExecuted: _filled,
    o.OrderCancelled: lambda d: f"cancelled, {d.filled} filled",
    o.OrderRejected: lambda d: f"rejected: {d.code} {d.message}",
    o.OrderFailedPermanent: _failed,
    o.ExitChaseStarted: lambda d: f"chasing the exit of {d.remaining} units",
    o.UnclosedAtClose: lambda d: f"{d.units} x {d.symbol} could not be closed",
    p.PositionOpened: _opened,
    p.StopLossHit: lambda d: f"stop {rs(d.stop_paise)} hit at {rs(d.price_paise)}",
    p.TrailingStopActivated: lambda d: f"trailing stop armed at {rs(d.stop_paise)}",
    p.TargetReached: lambda d: f"target {rs(d.target_paise)} reached at {rs(d.price_paise)}",
    p.PositionClosed: closed,
}
