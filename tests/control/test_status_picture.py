"""`rustro status`: what a person and what a program read of one status."""

import datetime as dt
import json

from rustro_kernel.commands.status import as_json, as_picture
from rustro_kernel.control.status import Status
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.engine.view import KillView, OrderView, PositionView
from tests.control.serving import status

TEN = at(dt.date(2021, 11, 30), "10:15:03")
POSITION = PositionView(
    "P1", "NIFTY02DEC2117000CE", "CE", 50, 12_830.0, 13_010, 13_000, 10_264, 12_637, None, 9_000,
    TEN, "TARGET",
)  # fmt: skip
ORDER = OrderView("t1", "NIFTY02DEC2117000CE", "SELL", 50, 25, 12_990, "OPEN")


def busy() -> Status:
    return status(
        wall_ns=3_725 * SECOND, now_ns=TEN, overlays=("PAUSED",), accepting_entries=False,
        refusals=("PAUSED: paused by operator [x]",), connected=True, is_authenticated=True,
        is_flat=False, positions=(POSITION,), orders=(ORDER,), trades=2, day_pnl_paise=-124_050,
        input=90_211, ticks=88_000, bars=412, checks=120, seq=184, data_age_ms=240,
        loop_lag_p99_ms=2.4, loop_lag_max_ms=31.0, queue_depth=3, disk_backlog=12,
        rate_budget={"orders": 8, "quote": 6}, rss_bytes=180 << 20, disk_free_bytes=70 << 30,
    )  # fmt: skip


def test_a_person_sees_what_counts():
    expected = """\
s-1  account main  /runs/s-1
process     7, up 1:02:05
state       WAITING PAUSED
market      OPEN, 10:15:03 IST on 2021-11-30, stream up
no entries  PAUSED: paused by operator [x]
result      -1,240.50 today, 2 trades closed, in position
work        88,000 ticks -> 412 bars -> 120 checks; input 90,211, event 184
health      last tick 240 ms ago, lag 2 ms (p99) 31 ms (most), 3 inputs wait, 12 not on disk
machine     180 MiB used, 70 GiB of disk free
calls left  orders 8, quote 6
position             units   entry   price    stop     P&L
NIFTY02DEC2117000CE     50  128.30  130.10  126.37  +90.00  closing: TARGET
order                side    filled   limit
NIFTY02DEC2117000CE  SELL  25 of 50  129.90  OPEN"""
    assert as_picture(busy(), width=100) == expected


def test_a_killed_session_says_how_far_it_is():
    kill = KillView(TEN, True, True, False, "", 1)
    shown = as_picture(status(kill=kill, is_flat_proven=True, accepting_entries=True), width=100)
    assert "killed   10:15:03 at work" in shown
    assert "entries  accepted" in shown
    assert "flat, proven by the broker" in shown
    assert "no time yet" in shown
    assert "no tick yet" in shown


def test_only_a_session_that_needs_a_login_says_that_it_has_none():
    assert "stream down, not logged in" in as_picture(status(mode="paper"), width=100)
    assert "not logged in" not in as_picture(status(mode="sim"), width=100)


def test_a_program_reads_one_line_with_every_field():
    line = as_json(busy())
    assert "\n" not in line
    facts = json.loads(line)
    assert set(facts) == set(Status.__struct_fields__)
    assert facts["positions"][0]["entry_paise"] == 12_830.0
    assert facts["rate_budget"] == {"orders": 8, "quote": 6}
    assert (facts["day_pnl_paise"], facts["ticks"], facts["data_age_ms"]) == (-124_050, 88_000, 240)
