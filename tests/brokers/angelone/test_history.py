"""Candles: India's clock both ways, the last version of a label, nothing invented."""

import datetime as dt
import json
from itertools import pairwise

import pytest

from rustro_kernel.brokers.angelone.candle_rows import by_label, spot_close_ns
from rustro_kernel.brokers.angelone.history import Span, candles, chunks, request, taken
from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.errors import BrokerRefused, BrokerTransient
from rustro_kernel.domain.instruments import Instrument, Kind, instrument_key
from rustro_kernel.domain.market_time import DAY, MINUTE, at, midnight_ns, show_time
from tests.brokers.angelone.days import TODAY
from tests.brokers.angelone.rest_broker import Told, no, ok

INDEX = Instrument(instrument_key("NSE", "99926000"), "Nifty 50", Kind.INDEX, "NIFTY")
OPTION = Instrument(instrument_key("NFO", "45678"), "NIFTY24NOV2624500CE", Kind.OPTION, "NIFTY")
EVENING = at(TODAY, "18:00")


def row(clock, price=100.0, volume=0, date=TODAY):
    return (f"{date}T{clock}:00+05:30", price, price + 1, price - 1, price + 0.05, volume)


def span(start="09:15", end="15:30", of=OPTION, timeframe=Timeframe.M1):
    return Span(of, timeframe, at(TODAY, start), at(TODAY, end))


def bars_of(rows, asked=None, now_ns=EVENING, close=spot_close_ns):
    return taken(asked or span(), by_label(rows), now_ns, close)


def test_a_row_is_a_bar_in_paise_labelled_by_its_start():
    first = ("2026-11-23T09:15:00+05:30", 101.0, 104.5, 99.8, 103.25, 184275)
    (bar,) = bars_of([first]).series.bars
    assert bar == Bar(at(TODAY, "09:15"), 10100, 10450, 9980, 10325, 184275)


def test_the_request_is_in_indias_clock_and_its_end_inclusive():
    assert request(span("09:15", "09:20"), at(TODAY, "09:15"), at(TODAY, "09:20")) == {
        "exchange": "NFO",
        "symboltoken": "45678",
        "interval": "ONE_MINUTE",
        "fromdate": "2026-11-23 09:15",
        "todate": "2026-11-23 09:19",
    }


@pytest.mark.parametrize(
    ("timeframe", "days"),
    [
        (Timeframe.M1, 29),
        (Timeframe.M5, 99),
        (Timeframe.M15, 199),
        (Timeframe.H1, 399),
        (Timeframe.D1, 1999),
    ],
)
def test_no_chunk_is_longer_than_the_table_less_a_day(timeframe, days):
    start = midnight_ns(dt.date(2020, 1, 1))
    found = list(chunks(Span(INDEX, timeframe, start, start + 2500 * DAY)))
    assert max(end - begin for begin, end in found) == days * DAY
    assert found[0][0] == start
    assert found[-1][1] == start + 2500 * DAY
    assert all(one[1] == two[0] for one, two in pairwise(found))


def test_quiet_minutes_stay_missing():
    found = bars_of([row("09:15"), row("09:18")]).series.bars
    assert [show_time(bar.start_ns)[11:16] for bar in found] == ["09:15", "09:18"]


def test_the_bar_that_is_still_forming_is_dropped():
    found = bars_of([row("09:15"), row("09:16")], now_ns=at(TODAY, "09:17") - 1)
    assert [bar.start_ns for bar in found.series.bars] == [at(TODAY, "09:15")]
    assert [each.reason for each in found.dropped] == ["still forming"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("15:30"), "not asked for"),
        (row("09:15", date=TODAY - dt.timedelta(days=1)), "not asked for"),
        (row("09:15", price=0.5), "not positive"),
        (row("09:15", volume=-1), "not positive"),
        (row("09:15", volume=1.5), "unreadable"),
        (("2026-11-23 09:15", 1, 2, 1, 1, 0), "unreadable"),
        (("yesterday", 1, 2, 1, 1, 0), "unreadable"),
        (("2026-11-23T09:15:00+05:30", 3, 2, 1, 1, 0), "high or low does not hold open and close"),
        (("2026-11-23T09:15:00+05:30", 1e300, 1e300, 1, 1, 0), "unreadable"),
    ],
)
def test_a_broken_row_is_left_out_with_its_reason(bad, reason):
    found = bars_of([row("10:00"), bad])
    assert len(found.series.bars) == 1
    assert [(each.label, each.reason) for each in found.dropped] == [(bad[0], reason)]


def test_an_index_is_tagged_from_the_auction_on_and_an_option_never():
    rows = [row("15:14"), row("15:15"), row("15:20")]
    assert [b.auction for b in bars_of(rows, span(of=INDEX)).series.bars] == [False, True, True]
    assert [b.auction for b in bars_of(rows).series.bars] == [False, False, False]


def test_there_was_no_auction_before_august_2026_and_none_on_a_special_day():
    july = dt.date(2026, 7, 31)
    asked = Span(INDEX, Timeframe.M1, midnight_ns(july), midnight_ns(july) + DAY)
    assert [b.auction for b in bars_of([row("15:20", date=july)], asked).series.bars] == [False]
    special = bars_of([row("15:20")], span(of=INDEX), close=lambda _: None)
    assert [b.auction for b in special.series.bars] == [False]


async def test_chunks_are_merged_by_label_and_the_later_version_wins(broker, client):
    start = midnight_ns(TODAY) - 40 * DAY
    asked = Span(OPTION, Timeframe.M1, start, midnight_ns(TODAY) + DAY)
    old = [row("09:15", 100), row("09:16", 200)]
    broker.answers["getCandleData"] = [ok(old), ok([row("09:16", 300), row("09:17", 400)])]
    found = await candles(client, asked, now_ns=EVENING)
    assert [bar.open for bar in found.series.bars] == [10000, 30000, 40000]
    spans = [(a.body["fromdate"], a.body["todate"]) for a in broker.of("getCandleData")]
    assert spans == [
        ("2026-10-14 00:00", "2026-11-11 23:59"),
        ("2026-11-12 00:00", "2026-11-23 23:59"),
    ]


@pytest.mark.parametrize("nothing", [None, []])
async def test_no_rows_are_no_bars(broker, client, nothing):
    broker.answers["getCandleData"] = [ok(nothing)]
    assert (await candles(client, span(), now_ns=EVENING)).series.bars == ()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Told(400, b"", "text/plain"), BrokerRefused),
        (no("AB1004"), BrokerTransient),
        (ok([["2026-11-23T09:15:00+05:30", "a", 1, 1, 1, 1]]), BrokerTransient),
        (ok([["2026-11-23T09:15:00+05:30", 1, 1, 1]]), BrokerTransient),
        (ok("rows"), BrokerTransient),
    ],
)
async def test_a_chunk_that_fails_is_told(broker, client, answer, kind):
    broker.answers["getCandleData"] = [answer]
    with pytest.raises(kind):
        await candles(client, span(), now_ns=EVENING)


def test_a_minute_is_a_minute():
    assert span("09:15", "09:16").to_ns - span().from_ns == MINUTE


@pytest.mark.data
async def test_the_recorded_daily_candles_are_read(broker, client, market_data):
    samples = json.loads((market_data / "samples" / "rest_samples_scrubbed.json").read_text())
    recorded = json.dumps(samples["getCandleData_ONE_DAY_2023_01"]).encode()
    broker.answers["getCandleData"] = [Told(200, recorded)]
    start = midnight_ns(dt.date(2023, 1, 1))
    found = await candles(
        client, Span(OPTION, Timeframe.D1, start, start + 30 * DAY), now_ns=EVENING
    )
    assert [(bar.start_ns - start) // DAY for bar in found.series.bars] == [1, 2, 3, 4]
    assert (found.series.bars[1].high, found.series.bars[3].volume) == (19435, 2510756)
