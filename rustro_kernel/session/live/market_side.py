"""The market side of a session put together: what the engine asks for, by whom it is done."""

from collections.abc import Callable, Coroutine
from typing import Any

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.market_stream import MarketStream
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine import effects
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.session.live.desk import Desk
from rustro_kernel.session.live.fallback import Fallback
from rustro_kernel.session.live.feed import Feed
from rustro_kernel.session.live.feed_settings import gate_settings, stream_settings
from rustro_kernel.session.live.reference import Reference
from rustro_kernel.session.live.tokens import TokenWatch
from rustro_kernel.session.parts import Intake
from rustro_kernel.session.plans import LivePlan

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Runs something in the background; its failure ends the session."""
Carry = dict[type, Callable[[Any], object]]
"""What is done about each kind of effect."""


class MarketSide:
    """Stream, reference data and tokens of one day. On the I/O loop only."""

    def __init__(
        self,
        plan: LivePlan,
        calendar: MarketRules,
        client: Client,
        tokens: TokenWatch,
        desk: Desk,
        intake: Intake,
    ) -> None:
        cfg, pace, trades = plan.cfg, plan.pace, hours(plan.rules)
        self._tokens = tokens
        stream = MarketStream(
            cfg.broker.stream_url,
            tokens.access,
            pace,
            is_open=trades,
            settings=stream_settings(cfg.stream, pace.speed),
            gate=Gate(gate_settings(pace.speed)),
        )
        self.feed = Feed(stream, intake, pace, desk, tokens.replace)
        self._fallback = Fallback(
            client, self.feed, intake, pace, trades, cfg.broker.read_timeout_s
        )
        self.reference = Reference(cfg, plan.rules, calendar, client, intake, pace, desk)

    def start(self, spawn: Spawn) -> Carry:
        """Begin what goes on all day; how each effect is carried out."""
        for forever in (self._tokens.run(), self.feed.run(), self._fallback.run()):
            spawn(forever)

        def later(work: Callable[[Any], Coroutine[Any, Any, None]]) -> Callable[[Any], object]:
            return lambda action: spawn(work(action))

        feed, reference = self.feed, self.reference
        return {
            effects.LoadMaster: later(lambda a: reference.load_master(a.underlyings)),
            effects.SyncHistory: later(lambda a: reference.sync_history(a.underlyings)),
            effects.Backfill: later(reference.backfill),
            effects.AskQuotes: later(lambda a: self._fallback.ask(a.instruments)),
            effects.ConnectStream: lambda _: feed.connect(),
            effects.Subscribe: later(lambda a: feed.subscribe(a.instruments, depth=a.depth)),
            effects.Unsubscribe: lambda a: feed.unsubscribe(a.instruments),
            effects.RefreshTokens: later(lambda _: self._tokens.refresh()),
        }


def hours(rules: DayRules) -> Callable[[int], bool]:
    """Whether anything trades at a moment: then ticks must flow. Halts are never known before."""
    legs = (*rules.index_legs, *rules.derivative_legs)
    return lambda ts_ns: any(leg.open_ns <= ts_ns < leg.close_ns for leg in legs)
