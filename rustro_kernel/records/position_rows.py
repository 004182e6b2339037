"""positions.jsonl: one line a change of a position, with the position as it stood after it."""

from collections.abc import Iterable
from functools import singledispatch

import msgspec

from rustro_kernel.engine.events import positions as p
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.turn import Event


class PositionRow(msgspec.Struct, frozen=True):
    """A position after a change. `value_paise` is what the open units cost."""

    seq: int
    ts: int
    change: str  # the event's name
    position_id: str
    underlying: str
    symbol: str
    units: int
    value_paise: int
    price_paise: int
    pnl_paise: int  # gross of the open units; net of the trade once closed
    stop_paise: int
    trail_paise: int | None = None
    state: str = "open"  # open, closed


def position_rows(events: Iterable[Event]) -> tuple[PositionRow, ...]:
    """Every change of every position, in order."""
    now: dict[str, PositionRow] = {}
    rows: list[PositionRow] = []
    for event in events:
        row = _next(now, event)
        if row is not None:
            now[row.position_id] = row
            rows.append(row)
    return tuple(rows)


def _next(now: dict[str, PositionRow], event: Event) -> PositionRow | None:
    data = event.data
    if isinstance(data, p.PositionOpened):
        return _opened(event, data)
    row = now.get(getattr(data, "position_id", ""))
    change = _change(data)
    if row is None or change is None:
        return None
    about = {"seq": event.seq, "ts": event.ts, "change": event.type}
    return msgspec.structs.replace(row, **about, **change)


def _opened(event: Event, data: p.PositionOpened) -> PositionRow:
    price = data.value_paise // data.units if data.units else 0
    return PositionRow(
        event.seq,
        event.ts,
        event.type,
        data.position_id,
        data.underlying,
        data.symbol,
        data.units,
        data.value_paise,
        price,
        0,
        data.stop_paise,
    )


@singledispatch
def _change(data: Payload) -> dict[str, object] | None:
    """What an event changes in its position's row; None if it is not about one."""
    return None


@_change.register
def _(data: p.PositionUpdated) -> dict[str, object]:
    return {
        "units": data.units,
        "value_paise": data.value_paise,
        "price_paise": data.price_paise,
        "pnl_paise": data.pnl_paise,
    }


@_change.register
def _(data: p.StopLossHit) -> dict[str, object]:
    return {"price_paise": data.price_paise}


@_change.register
def _(data: p.TrailingStopActivated | p.TrailingStopUpdated) -> dict[str, object]:
    return {"trail_paise": data.stop_paise, "price_paise": data.price_paise}


@_change.register
def _(data: p.TargetReached) -> dict[str, object]:
    return {"price_paise": data.price_paise}


@_change.register
def _(data: p.PositionClosed) -> dict[str, object]:
    return {"units": 0, "value_paise": 0, "pnl_paise": data.net_paise, "state": "closed"}
