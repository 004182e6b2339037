"""Mutated replies: a result, or one of our errors; never anything else, never a wrong success.

A result has said itself that it is one, and no figure in it is impossible. Nobody can tell a
figure from another one that is possible too.
"""

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st

from rustro_kernel.brokers.angelone.answers import answer
from rustro_kernel.brokers.angelone.auth import GRANTED
from rustro_kernel.brokers.angelone.books import (
    FIELDS,
    HELD,
    ORDERS,
    TRADES,
    read_order,
    read_orders,
    read_positions,
    read_trades,
)
from rustro_kernel.brokers.angelone.candle_rows import by_label, spot_close_ns
from rustro_kernel.brokers.angelone.envelope import Reply
from rustro_kernel.brokers.angelone.funds import FUNDS_ROW, read_funds
from rustro_kernel.brokers.angelone.history import ROWS, Span, taken
from rustro_kernel.brokers.angelone.orders_api import PLACED, _placed
from rustro_kernel.brokers.angelone.quotes import ANSWER, read_answer
from rustro_kernel.brokers.angelone.tokens import checked
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BrokerError
from rustro_kernel.domain.instruments import Instrument, Kind, instrument_key
from rustro_kernel.domain.market_time import at
from tests.brokers.angelone.days import TODAY
from tests.brokers.angelone.possible import POSSIBLE
from tests.brokers.angelone.rest_broker import granted
from tests.brokers.angelone.test_account import FUNDS, PLACED as RECEIPT, order_row
from tests.brokers.angelone.test_quotes import ROW

SPAN = Span(
    Instrument(instrument_key("NSE", "1"), "Nifty 50", Kind.INDEX, "NIFTY"),
    Timeframe.M1,
    0,
    at(TODAY, "23:00"),
)
CANDLE = ["2026-11-23T09:15:00+05:30", 101.0, 104.5, 99.8, 103.25, 184275]


def read_candles(rows):
    return taken(SPAN, by_label(rows), at(TODAY, "18:00"), spot_close_ns)


READERS = {
    "candles": (ROWS, read_candles, [CANDLE, [*CANDLE[:1], 1, 2, 0.5, 1, 0]]),
    "quotes": (ANSWER, read_answer, {"fetched": [ROW], "unfetched": []}),
    "orders": (ORDERS, read_orders, [order_row(), order_row(status="open")]),
    "order": (FIELDS, read_order, order_row()),
    "trades": (TRADES, read_trades, [{"orderid": "1", "fillprice": "1.5", "fillsize": "65"}]),
    "positions": (HELD, read_positions, [{"exchange": "NFO", "symboltoken": "1", "netqty": "65"}]),
    "funds": (FUNDS_ROW, read_funds, FUNDS),
    "placed": (PLACED, _placed, RECEIPT),
    "login": (GRANTED, checked, granted()),
}
JUNK: list[object] = [
    None, True, False, 0, -1, 1e308, -0.0, 10**30, "", " ", "null", "NaN", "-Infinity", "1e999999",
    "x" * 5000, "\ud800", "\x00", [], {}, [[]], {"a": None}, "2026-02-30T09:15:00+05:30",
    "31-Feb-2026 25:00:00", "true",
]  # fmt: skip
STATUSES = [200] * 8 + [201, 204, 302, 400, 401, 403, 404, 418, 429, 500, 502, 503]
KINDS = ["application/json"] * 5 + ["text/html", "text/plain", "", "application/octet-stream"]


def places(tree, path=()):
    """The paths of every value in a JSON tree."""
    yield path
    if isinstance(tree, dict | list):
        for key, child in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from places(child, (*path, key))


def at_place(tree, path):
    """The value at a path."""
    return at_place(tree[path[0]], path[1:]) if path else tree


def is_figure(value):
    """Whether it is a number, or a text that is one."""
    with suppress(TypeError, ValueError):
        return not isinstance(value, bool) and math.isfinite(float(value))
    return False


def bent(value, by):
    """A figure times another, written as it was."""
    if isinstance(value, str):
        return f"{float(value) * by:.2f}".removesuffix(".00")
    return value * by


def changed(tree, path, value):
    """The tree with one place replaced."""
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = changed(copy[path[0]], path[1:], value)
    return copy


@st.composite
def replies(draw):
    """A reply that was good once: values changed, then bytes, then status and type."""
    name = draw(st.sampled_from(sorted(READERS)))
    dialect = draw(st.sampled_from([("status", "errorcode"), ("success", "errorCode")]))
    tree = {dialect[0]: True, "message": "SUCCESS", dialect[1]: "", "data": READERS[name][2]}
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(places(tree))))
        tree = changed(tree, path, draw(st.sampled_from(JUNK)))
    body = bytearray(json.dumps(tree).encode())
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2, 8]))):
        if body:
            body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    if draw(st.integers(0, 9)) == 0:
        del body[draw(st.integers(0, len(body))) :]
    status, kind = draw(st.sampled_from(STATUSES)), draw(st.sampled_from(KINDS))
    return name, Reply(status, kind, bytes(body))


@st.composite
def bent_replies(draw):
    """A reply that is good but for a figure or two."""
    name = draw(st.sampled_from(sorted(READERS)))
    data = READERS[name][2]
    for _ in range(draw(st.integers(1, 2))):
        figures = [path for path in places(data) if is_figure(at_place(data, path))]
        path = draw(st.sampled_from(figures or [()]))
        if figures:
            factor = draw(st.sampled_from([-1, 0, 0.1, 0.99, 1.01, 10, 100]))
            data = changed(data, path, bent(at_place(data, path), factor))
    tree = {"status": True, "message": "SUCCESS", "errorcode": "", "data": data}
    return name, Reply(200, "application/json", json.dumps(tree).encode())


def check(case):
    """Nothing but an error of ours gets out; a success said so itself and is possible."""
    name, reply = case
    decoder, make, _ = READERS[name]
    with suppress(BrokerError):
        POSSIBLE.get(name, str)(answer(name, reply, decoder, make))
        said = json.loads(reply.body.decode(errors="replace"))
        verdict = said.get("status") if said.get("status") is not None else said["success"]
        assert (200 <= reply.status < 300, str(verdict).lower()) == (True, "true")


@settings(max_examples=1000)
@given(replies() | bent_replies())
def test_a_mutated_reply_is_a_result_or_one_of_our_errors(case):
    check(case)


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(max_examples=20_000)
@given(replies() | bent_replies())
def test_twenty_thousand_mutated_replies_are_results_or_our_errors(case):
    check(case)


@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from(STATUSES), st.sampled_from(KINDS))
def test_random_bytes_are_one_of_our_errors(body, status, kind):
    with pytest.raises(BrokerError):
        answer("funds", Reply(status, kind, body), FUNDS_ROW, read_funds)


@pytest.mark.parametrize("name", sorted(READERS))
def test_the_unmutated_reply_is_a_result(name):
    decoder, make, good = READERS[name]
    body = json.dumps({"status": True, "message": "SUCCESS", "errorcode": "", "data": good})
    assert answer(name, Reply(200, "application/json", body.encode()), decoder, make)
