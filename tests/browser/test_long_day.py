"""A live day watched for minutes: how soon a price is seen, and what seeing it costs.

`python -m pytest tests/browser/test_long_day.py -m long -s` prints the figures; `WATCH_S` makes
the second one shorter.
"""

import os

import pytest

from tests.browser import books
from tests.browser.panel import CockpitPanel
from tests.browser.watching import Meter, tick_to_pixel_ms, waits_ms

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(1500)]
ALLOWED_MS, ALLOWED_MB = 250, 5


def clock_s(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + seconds


def test_a_wait_ends_with_the_frame_that_shows_the_price_or_a_later_one():
    views = [(0.0, "1.00"), (10.0, "2.00"), (20.0, "1.00"), (90.0, "3.00"), (95.0, "4.00")]
    pixels = [(5.0, "0.50"), (100.0, "1.00"), (130.0, "3.00")]
    assert waits_ms(views, pixels) == [40.0, 80.0, 90.0, 100.0]


def test_two_minutes_at_sixty_times_are_two_hours_and_prices_are_seen_at_once(desk, lab):
    desk.open(books.live_day(lab.folder, "pixels", 60))
    desk.run_all()
    panel = CockpitPanel(desk)
    panel.says("market OPEN")
    panel.moves()
    before = clock_s(panel.time())
    waits = tick_to_pixel_ms(desk, 120)
    passed = clock_s(panel.time()) - before
    p50, p95 = (round(waits[len(waits) * part // 100]) for part in (50, 95))
    print(f"{len(waits)} prices: p50 {p50} ms, p95 {p95} ms, max {waits[-1]:.0f} ms")  # noqa: T201
    panel.shot("two_hours_later")
    assert 119 * 60 < passed < 130 * 60
    assert len(waits) > 120 * 10
    assert p95 < ALLOWED_MS


def test_ten_minutes_leave_the_page_as_large_as_it_was(desk, lab, browser):
    seconds = float(os.environ.get("WATCH_S", "600"))
    desk.open(books.live_day(lab.folder, "heap", 30))
    desk.run_all()
    panel = CockpitPanel(desk)
    panel.says("market OPEN")
    panel.moves()
    meter = Meter(desk, browser)
    desk.page.wait_for_timeout(30_000)
    first = meter.read()
    desk.page.wait_for_timeout(1000 * seconds)
    last = meter.read()
    wall_s = last.at_s - first.at_s
    grown_mb = last.heap_mb - first.heap_mb
    print(  # noqa: T201
        f"{wall_s:.0f} s: renderer {100 * (last.renderer_s - first.renderer_s) / wall_s:.1f} %, "
        f"kernel {100 * (last.kernel_s - first.kernel_s) / wall_s:.1f} % of a core, "
        f"heap {first.heap_mb:.1f} -> {last.heap_mb:.1f} MB, nodes {first.nodes} -> {last.nodes}"
    )
    panel.moves()
    assert grown_mb < ALLOWED_MB
