"""The market stream as inputs: its ticks, whether it is up, and which instruments it sends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from rustro_kernel.brokers.angelone.market_stream import MarketStream
from rustro_kernel.brokers.angelone.stream_state import Phase, StreamState
from rustro_kernel.domain.errors import BrokerAuthRefused, BrokerError, RustroError
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import StreamChanged, Subscribed
from rustro_kernel.session.live.desk import Desk
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.parts import Intake

log = logging.getLogger(__name__)

ANSWER_S = 10.0
"""The cached packet of what was subscribed comes within a tenth of a second."""
LOOK_S = 0.05
LOGIN_PAUSE_S = 30.0
MOST_WAITING = 100_000
"""Ticks kept while the inbox is full. Beyond, the connection is given up and opened again: a hole
is noticed and filled from history, a tick dropped in silence is not."""


class Feed:
    """Owns the run of the stream. On the I/O loop only.

    Args:
        stream: The connection, with its subscriptions.
        intake: Takes the inputs; while it is full, ticks wait here.
        pace: Stamps them.
        desk: Sees every tick before the engine does.
        log_in: Gets new tokens after a refusal; whether that went well.
        answer_s: So long a subscription may stay silent, of the wall.
    """

    def __init__(
        self,
        stream: MarketStream,
        intake: Intake,
        pace: Pace,
        desk: Desk,
        log_in: Callable[[], Awaitable[bool]],
        *,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._stream, self._intake, self._pace = stream, intake, pace
        self._desk, self._log_in, self._answer_s = desk, log_in, answer_s
        self._wanted = asyncio.Event()
        self._are_new = asyncio.Event()  # the tokens, since the stream was refused
        self._is_up: bool | None = None
        self.down_since_ns = 0  # 0: it is up, or not wanted yet
        self.watched: dict[InstrumentKey, bool] = {}  # and whether with the book
        self._latest: dict[InstrumentKey, int] = {}
        self._waiting: list[Tick] = []
        self._later: asyncio.TimerHandle | None = None

    @property
    def discarded(self) -> dict[str, int]:
        """Packets that never became ticks, by quality rule. From any thread: one copy, no step."""
        return {flaw.value: count for flaw, count in dict(self._stream.gate.discarded).items()}

    def connect(self) -> None:
        """Let `run` open the connection."""
        if not self._wanted.is_set():
            self.down_since_ns = self._pace.now_ns()
            self._wanted.set()

    async def run(self) -> None:
        """Keep the stream open from `connect` on until cancelled."""
        await self._wanted.wait()
        try:
            while True:
                await self._one_run()
        except BrokerError as exc:  # only the user can put it right; quotes come over REST
            log.critical("the market stream is closed for good: %s", exc)
        finally:
            if self._later is not None:
                self._later.cancel()

    async def subscribe(self, keys: Sequence[InstrumentKey], *, depth: bool) -> None:
        """Watch these, and say which of them the stream answered for."""
        try:
            self._stream.subscribe(keys, depth=depth)
        except RustroError as exc:
            self._complain("refused", keys, str(exc))
            return
        self.watched.update((key, depth or self.watched.get(key, False)) for key in keys)
        silent = await self._silent(keys)
        answered = tuple(key for key in keys if key in self._stream.answered)
        if answered:
            self._intake.take(Subscribed(answered), self._pace.now_ns())
            self._intake.taken()
        if silent:
            self._complain("silent", silent, f"no answer in {self._answer_s:g} s")

    def unsubscribe(self, keys: Iterable[InstrumentKey]) -> None:
        """Stop watching these."""
        gone = list(keys)
        self._stream.unsubscribe(gone)
        for key in gone:
            self.watched.pop(key, None)

    def renewed(self, reason: str) -> None:
        """Open the connection again, with the tokens of now."""
        self._are_new.set()
        self._stream.rebuild(reason)

    def polled(self, ticks: Iterable[Tick]) -> None:
        """Quotes of REST: only those that are newer than what came before."""
        self._hand_in([t for t in ticks if t.exch_ts > self._latest.get(t.instrument, 0)])

    def asked(self, ticks: Iterable[Tick]) -> None:
        """Quotes of REST that were asked for after a silence: an unchanged one is an answer too.

        REST tells whole seconds: within its second a quote cannot be older than what was known, as
        that is seconds old.
        """
        known = ((tick, self._latest.get(tick.instrument, 0)) for tick in ticks)
        fresh = [(t, latest) for t, latest in known if t.exch_ts >= latest - latest % SECOND]
        self._hand_in([replace(t, exch_ts=max(t.exch_ts, latest)) for t, latest in fresh])

    async def _one_run(self) -> None:
        try:
            await self._stream.run(self._streamed, self._told)
        except BrokerAuthRefused as exc:
            log.warning("the market stream refuses the tokens: %s", exc)
            self._are_new.clear()
            if not await self._log_in():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._are_new.wait(), LOGIN_PAUSE_S)

    def _streamed(self, ticks: list[Tick]) -> None:
        """Ticks of the stream; after an outage its first ones may be older than REST's last."""
        self._hand_in([t for t in ticks if t.exch_ts >= self._latest.get(t.instrument, 0)])

    def _hand_in(self, ticks: list[Tick]) -> None:
        if not ticks:
            return
        self._latest |= {tick.instrument: tick.exch_ts for tick in ticks}
        self._waiting += ticks
        self._drain()
        if len(self._waiting) > MOST_WAITING:
            self._stream.rebuild("the session is too far behind")

    def _drain(self) -> None:
        """Hand over what waits, at once or when the inbox has room again."""
        if self._later is not None:
            self._later.cancel()
        now_ns = self._pace.now_ns()
        if self._waiting and not self._intake.is_full:
            ticks, self._waiting = self._waiting, []
            for tick in ticks:
                self._desk.on_tick(tick, now_ns)
            self._intake.take_all(ticks, now_ns)
        self._intake.taken()
        if self._waiting:
            self._later = asyncio.get_running_loop().call_later(LOOK_S, self._drain)

    def _told(self, state: StreamState) -> None:
        """One input for each change between open and not open; the first attempt is no change."""
        if state.phase is Phase.CONNECTING or state.is_live is self._is_up:
            return
        self._is_up = state.is_live
        self.down_since_ns = 0 if state.is_live else state.since_ns
        reason = "" if state.is_live else state.reason or state.phase.value
        self._intake.note("stream", phase=state.phase.value, reason=reason)
        self._intake.take(StreamChanged(state.is_live, reason), self._pace.now_ns())
        self._intake.taken()

    async def _silent(self, keys: Iterable[InstrumentKey]) -> list[InstrumentKey]:
        """Those of which nothing came in time."""
        end_s = asyncio.get_running_loop().time() + self._answer_s
        silent = self._unanswered(keys)
        while silent and asyncio.get_running_loop().time() < end_s:
            await asyncio.sleep(LOOK_S)
            silent = self._unanswered(silent)
        return silent

    def _unanswered(self, keys: Iterable[InstrumentKey]) -> list[InstrumentKey]:
        answered = self._stream.answered
        return [key for key in keys if key not in answered and key in self.watched]

    def _complain(self, what: str, keys: Iterable[InstrumentKey], words: str) -> None:
        names = ", ".join(keys)
        log.error("subscription %s: %s (%s)", what, names, words)
        self._intake.note("subscription", what=what, instruments=names, words=words)
