"""What the market stream says and hears, without a socket: requests, pings, ticks, silence."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from rustro_kernel.brokers.angelone.codec import Mode, Packet, decode
from rustro_kernel.brokers.angelone.exchanges import address
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.brokers.angelone.stream_core import Turn
from rustro_kernel.brokers.angelone.stream_state import Phase, Record, StreamSettings
from rustro_kernel.brokers.angelone.subscriptions import (
    MAX_SUBSCRIPTIONS,
    PING,
    Action,
    requests,
)
from rustro_kernel.brokers.angelone.texts import Pong, StreamError, read_text
from rustro_kernel.brokers.angelone.watchdog import Heartbeat, StallWatch
from rustro_kernel.domain.errors import BrokerRefused
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.ticks import Tick

NAME = "market stream"


class MarketCore:
    """Implements `stream_core.Core`. Ticks wait in `ready`, oldest first, until taken.

    Every instrument is subscribed in mode Snap: only that carries the best prices and open
    interest. `depth` decides whether its ticks carry the book behind them.

    Args:
        settings: Times.
        is_open: Whether ticks must flow at a moment (epoch ns); silence outside is no stall.
        gate: Judges every packet.
    """

    name = NAME
    ping_text = PING

    def __init__(
        self, settings: StreamSettings, is_open: Callable[[int], bool], gate: Gate
    ) -> None:
        self.gate, self.record = gate, Record()
        self.ready: list[Tick] = []
        self.counts: Counter[str] = Counter()  # of messages, by what they were
        self.last_error: StreamError | None = None
        self.is_proven = False
        self._heart, self._stall = Heartbeat(settings), StallWatch(settings, is_open)
        self._wanted: dict[InstrumentKey, None] = {}
        self._outbox: list[str] = []
        self._is_connected = self._is_silent = False
        self._requests = 0

    def subscribe(self, keys: Iterable[InstrumentKey], now_ns: int, *, depth: bool) -> None:
        """Watch these from now on, and again after every reconnection.

        Raises:
            BadData: If an instrument has no address on the stream.
            BrokerRefused: If one connection cannot carry so many.
        """
        wanted = list(dict.fromkeys(keys))
        fresh = [key for key in wanted if address(key) and key not in self._wanted]
        if len(self._wanted) + len(fresh) > MAX_SUBSCRIPTIONS:
            raise BrokerRefused(NAME, f"{MAX_SUBSCRIPTIONS} subscriptions at most", "E1002")
        if not self._wanted:
            self._stall.begin(now_ns)
        self._wanted.update(dict.fromkeys(fresh))
        self.gate.watch(wanted, depth=depth)
        self._ask(Action.SUBSCRIBE, fresh)

    def unsubscribe(self, keys: Iterable[InstrumentKey]) -> None:
        """Stop watching these; unknown ones are ignored."""
        gone = [key for key in dict.fromkeys(keys) if key in self._wanted]
        for key in gone:
            del self._wanted[key]
        self.gate.unwatch(gone)
        self._ask(Action.UNSUBSCRIBE, gone)

    def opened(self, now_ns: int) -> None:
        """A connection is there; nothing is subscribed on it yet."""
        self.record.enter(Phase.STALLED if self._is_silent else Phase.OPEN, now_ns)
        self._is_connected, self.is_proven = True, False
        self._heart.begin(now_ns)
        self._stall.begin(now_ns)
        self._outbox.clear()
        self.gate.resubscribed()
        self._ask(Action.SUBSCRIBE, self._wanted)

    def received_all(self, messages: Sequence[str | bytes], now_ns: int) -> None:
        """These came together, in this order. Never raises."""
        self._heart.heard(now_ns)
        before = len(self.ready)
        otherwise = partial(self._look_at, now_ns)
        made = self.gate.express(messages, now_ns, self.ready, otherwise)
        self.counts["packets"] += made
        if len(self.ready) > before:
            self._fed(now_ns)

    def received(self, message: str | bytes, now_ns: int) -> None:
        """A message came. Never raises."""
        self.received_all((message,), now_ns)

    def ponged(self, now_ns: int) -> None:
        """A ping was answered."""
        self._heart.ponged(now_ns)
        self.record.last_pong_ns = now_ns

    def turn(self, now_ns: int) -> Turn:
        """What is to be sent now, and whether the connection must be given up."""
        texts, self._outbox = self._outbox, []
        drop = ""
        if self._heart.is_dead(now_ns):
            drop = "no answer to a ping"
        elif self._wanted and self._stall.is_stalled(now_ns):
            drop = "connected, but no ticks"
            self._is_silent = True
            self.record.enter(Phase.STALLED, now_ns, drop)
        return Turn(texts, self._heart.is_due(now_ns), drop)

    def lost(self) -> None:
        """The connection is gone."""
        self._is_connected = False
        self._outbox.clear()

    def _ask(self, action: Action, keys: Iterable[InstrumentKey]) -> None:
        if self._is_connected:
            texts = requests(action, keys, Mode.SNAP, first=self._requests + 1)
            self._requests += len(texts)
            self._outbox += texts

    def _look_at(self, now_ns: int, message: str | bytes) -> None:
        """What is out of the ordinary."""
        packet = decode(message) if isinstance(message, bytes) else self._read(message, now_ns)
        if isinstance(packet, Packet):
            self._judge(packet, now_ns)
        elif packet is not None:
            self.counts[f"undecodable {packet.value}"] += 1

    def _judge(self, packet: Packet, now_ns: int) -> None:
        self.counts["packets"] += 1
        tick = self.gate.check(packet, now_ns)
        if isinstance(tick, Tick):
            self.ready.append(tick)

    def _fed(self, now_ns: int) -> None:
        """Ticks came."""
        self._stall.fed(now_ns)
        self.record.last_data_ns, self.is_proven = now_ns, True
        if self._is_silent:
            self._is_silent = False
            self.record.enter(Phase.OPEN, now_ns)

    def _read(self, text: str, now_ns: int) -> Packet | None:
        said = read_text(text)
        if isinstance(said, Packet):
            self.counts["json ticks"] += 1
            return said
        self.counts[type(said).__name__] += 1
        if isinstance(said, Pong):
            self.ponged(now_ns)
        elif isinstance(said, StreamError):
            self.last_error = said
        return None
