"""What turns entries off and on again, told from events and inputs alone: a second opinion."""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import (
    Backfilled,
    BrokerPositions,
    Command,
    MarketNotice,
    Restarted,
    StreamChanged,
)
from tests.make import VIX

BY_HAND = {
    "PAUSED", "LOSS_HALT", "KILLED", "OVERSOLD", "STRATEGY_FAILED", "STRATEGY_STALLED",
    "INBOX_BACKLOG",
}  # fmt: skip
"""What only a resume takes away; what is named nowhere here is never taken away."""


class ReferenceRisk:
    """Follows a bench; raises where entries are made or allowed that may not be."""

    def __init__(self) -> None:
        self.halts: dict[str, int] = {}  # reason -> since, ns
        self.trails: dict[str, int] = {}
        self.exits: set[str] = set()
        self._calm_since: int | None = None
        self._outage_ns = 0  # the end of the last one

    def follow(self, item, events) -> None:
        """One input and what came of it."""
        body = item.body
        if isinstance(body, Tick) and body.instrument == VIX:
            self._vix(item.ts, body.ltp)
        if isinstance(body, Restarted) and body.down_ns >= 5 * MINUTE:
            self._outage_ns = item.ts
        won = any(e.type == "PositionClosed" and e.data.net_paise > 0 for e in events)
        gone = any(e.type in ("PositionClosed", "ExitSignalGenerated") for e in events)
        for event in events:
            self._take(item, event, won=won, gone=gone)

    def _vix(self, now, value) -> None:
        if value >= 2_800 or "VIX_STALE" in self.halts:
            self._calm_since = None
        if value < 2_800 and self._calm_since is None:
            self._calm_since = now

    def _take(self, item, event, *, won, gone) -> None:
        data = event.data
        match event.type:
            case "TradingHalted":
                self.halts[data.reason] = item.ts
            case "TradingResumed":
                since = self.halts.pop(data.reason)
                assert self._may_resume(data.reason, item, since, won=won, gone=gone), data.reason
            case "OrderPlacementRequired" if data.side == "BUY":
                assert self.halts == {}, f"an entry while {self.halts}"
            case "OrderSubmissionRequired" if data.side == "BUY":
                assert "KILLED" not in self.halts, "an order to buy after the kill"
            case "ExitSignalGenerated":
                assert data.position_id not in self.exits, "two exits of a position"
                self.exits.add(data.position_id)
            case "TrailingStopActivated" | "TrailingStopUpdated":
                assert data.stop_paise > self.trails.get(data.position_id, 0), "the trail fell"
                self.trails[data.position_id] = data.stop_paise
            case _:
                pass

    def _may_resume(self, reason, item, since, *, won, gone) -> bool:
        body = item.body
        if reason in BY_HAND:
            return _is_resumed(body, 8 if reason == "KILLED" else 0)
        calm = item.ts if self._calm_since is None else self._calm_since
        clears = {
            "VIX_STALE": isinstance(body, Tick) and body.instrument == VIX,
            "VIX_HALT": item.ts - calm >= 10 * MINUTE,
            "COOLDOWN": won or item.ts - since >= 30 * MINUTE,
            "OUTAGE": item.ts - self._outage_ns >= 15 * MINUTE,
            "RECOVERING": isinstance(body, BrokerPositions),
            "RECOVERING_DATA": isinstance(body, Backfilled) or _is_resumed(body, 0),
            "STREAM_DOWN": isinstance(body, StreamChanged) and body.connected,
            "MARKET_HALTED": isinstance(body, MarketNotice) and not body.halted,
            "POSITION_STALE": gone or isinstance(body, Tick),
        }
        return bool(clears.get(reason, False))


def _is_resumed(body, letters: int) -> bool:
    is_resumed = isinstance(body, Command) and body.name == "resume"
    return is_resumed and len("".join(body.args.get("reason", "").split())) >= letters
