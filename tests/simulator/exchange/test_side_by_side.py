"""The official client and ours on one account at one time hear the same, field by field.

The exchange runs on a generated day, faster than life, on a thread of its own. The official client
subscribes first and everybody is cut off in one moment, so whatever ours heard of an instrument in
a mode must be the end of what the official one heard: one packet lost, added or out of order, and
it is not.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosedOK

from rustro_kernel.brokers.angelone.codec import MS_NS, Mode, decode
from rustro_kernel.brokers.angelone.exchanges import NAMES, subscription
from rustro_kernel.brokers.angelone.full import full
from rustro_kernel.brokers.angelone.handshake import Access, dialer
from rustro_kernel.brokers.angelone.market_stream import MarketStream
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.brokers.angelone.sanity_rules import Flaw
from rustro_kernel.brokers.angelone.stream_state import Phase, StreamSettings
from rustro_kernel.brokers.angelone.subscriptions import Action, requests
from rustro_kernel.domain.instruments import instrument_key
from rustro_kernel.domain.market_time import at
from rustro_kernel.domain.ticks import Depth, Tick
from rustro_kernel.simulator.exchange import MarketClock, Server
from tests.brokers.angelone.official import hot, hot_words, words
from tests.session.waiting import until, until_blocking
from tests.simulator.exchange.make import ACCOUNT, DATE, TOTP, exchange, listed
from tests.simulator.exchange.official import Watching, kept_in, pointed_at
from tests.simulator.exchange.running import Running

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]
SPEED = 30
ENOUGH = 300
FOR_HOURS = StreamSettings(
    ping_interval_s=36_000, pong_timeout_s=36_000, backoff_s=(60,), open_timeout_s=60
)  # fmt: skip
"""Times count on the market's clock, which runs ahead: nothing here may end a connection."""


class Kept(Gate):
    """Keeps each packet with what became of it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[bytes, Tick | Flaw]] = []

    def check(self, packet, now_ns):
        verdict = super().check(packet, now_ns)
        self.kept.append((packet.raw, verdict))
        return verdict


class Ours:
    """Our two ears: the stream with its gate, in Snap as always, and every mode as raw frames."""

    def __init__(self, running, access, keys) -> None:
        url = running.url.replace("http", "ws") + "/smart-stream"
        self.gate, self.keys = Kept(), keys
        self.stream = MarketStream(
            url, lambda: access, running.clock,
            is_open=lambda _: False, settings=FOR_HOURS, gate=self.gate,
        )  # fmt: skip
        self.stream.subscribe(keys, depth=True)
        self.frames: list[bytes] = []
        self.ticks: list[Tick] = []
        self._dial = dialer(url, lambda: access, FOR_HOURS)

    async def run(self):
        """Until the server hangs up."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.stream.run(self.ticks.extend, lambda _: None))
            tasks.create_task(self._listen())

    async def _listen(self):
        async with self._dial() as socket:
            for mode in (Mode.LTP, Mode.QUOTE, Mode.SNAP):
                for text in requests(Action.SUBSCRIBE, self.keys, mode):
                    await socket.send(text)
            with suppress(ConnectionClosedOK):
                while True:
                    self.frames += await socket.recv_all()
        await until(lambda: self.stream.state.phase is Phase.WAITING, 60)
        await self.stream.close()


def login(running, official):
    """The account's tokens, and the official client's market socket."""
    data = official.Rest(ACCOUNT.api_key).generateSession(ACCOUNT.client, ACCOUNT.pin, TOTP.now())
    jwt, feed = data["data"]["jwtToken"], data["data"]["feedToken"]
    socket = official.Market(jwt, ACCOUNT.api_key, ACCOUNT.client, feed, max_retry_attempt=0)
    return Access(ACCOUNT.client, ACCOUNT.api_key, jwt.removeprefix("Bearer "), feed), socket


def instruments(exchange):
    """NIFTY and its VIX on NSE; a call, a put and the future on NFO."""
    market = exchange.day.market.instruments()
    nse = [one.key for one in market if one.key.startswith("NSE:")]
    future = next(one.key for one in market if one.key.startswith("NFO:") and not one.right)
    options = [listed(exchange, right=right).instrument.key for right in ("CE", "PE")]
    return [*nse, future, *options]


def wishes(keys):
    """As the official client is asked: every mode for every instrument; it keeps the lists."""
    rows = [subscription(key) for key in keys]
    return [
        (mode, [{"exchangeType": number, "tokens": [token]} for number, token in rows])
        for mode in (1, 2, 3)
    ]


def streams(dictionaries):
    """What was heard, in order, by mode and instrument."""
    heard = defaultdict(list)
    for said in dictionaries:
        heard[said["subscription_mode"], said["exchange_type"], said["token"]].append(said)
    return heard


def is_end_of(ours, theirs):
    """Whether ours, not empty, is how theirs ended."""
    return ours == theirs[-len(ours) :] != []


def tick_of(said):
    """A tick from a snap of the official client."""
    fields, exchange_type = hot_words(said), said["exchange_type"]
    has_book = said["best_5_sell_data"] != []
    return Tick(
        instrument_key(NAMES[exchange_type], said["token"]),
        said["exchange_timestamp"] * MS_NS,
        said["last_traded_price"],
        said["last_traded_timestamp"] * 1000 * MS_NS,
        said["volume_trade_for_the_day"],
        said["open_interest"],
        *(fields[name] for name in ("bid", "ask", "bid_qty", "ask_qty")),
        Depth(side(said, "buy"), side(said, "sell")) if has_book else None,
    )


def side(said, name):
    """The levels of one side that show something."""
    lines = said[f"best_5_{name}_data"]
    return tuple((line["price"], line["quantity"]) for line in lines if line["quantity"])


@pytest.fixture
def running(tmp_path, monkeypatch):
    clock = MarketClock(at(DATE, "10:00:00"), SPEED)
    with kept_in(tmp_path, monkeypatch), Running(Server(exchange(), clock)) as made:
        yield made


@pytest.fixture
async def heard(running, monkeypatch):
    """The official client and ours, after both were told the same for minutes of the market."""
    access, socket = login(running, pointed_at(running.url, monkeypatch))
    keys = instruments(running.exchange)
    ours = Ours(running, access, keys)
    with Watching(running, socket, wishes(keys)) as official:
        until_blocking(lambda: len(streams(official.ticks)) == 3 * len(keys))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(ours.run())
            await until(lambda: min(len(ours.frames), len(ours.gate.kept)) >= ENOUGH, 60)
            running.hang_up()
        await until(lambda: not official.thread.is_alive())
    return official.ticks, ours


async def test_every_packet_and_every_field_agrees(heard):
    theirs, ours = heard
    said = streams(theirs)
    raw = streams(words(full(frame)) for frame in ours.frames)
    assert len(raw) == len(said) == 3 * len(ours.keys)
    assert [where for where in said if not is_end_of(raw[where], said[where])] == []
    by_number = {(where, each["sequence_number"]): each for where in said for each in said[where]}
    for frame in ours.frames:
        packet, whole = decode(frame), full(frame)
        where = whole.mode, whole.exchange_type, whole.token
        assert hot(packet) == hot_words(by_number[where, packet.sequence])


async def test_our_stream_lost_no_packet_and_its_ticks_say_what_the_official_client_does(heard):
    theirs, ours = heard
    said, kept = streams(theirs), streams(words(full(frame)) for frame, _ in ours.gate.kept)
    assert len(kept) == len(ours.keys)
    assert [where for where in kept if not is_end_of(kept[where], said[where])] == []
    assert set(ours.stream.counts) == {"packets"}
    assert set(ours.gate.discarded) <= {Flaw.STALE_FIRST, Flaw.DUPLICATE}
    passed = [frame for frame, verdict in ours.gate.kept if isinstance(verdict, Tick)]
    assert ours.ticks == [tick_of(words(full(frame))) for frame in passed]
    assert len(ours.ticks) > ENOUGH // 2
