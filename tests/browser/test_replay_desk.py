"""The replay desk on a page: a recorded day, stepped through."""

import pytest
from playwright.sync_api import expect

from tests.browser import books
from tests.browser.desk import DARK, LIGHT, WAIT_MS, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
WIDTHS = (1280, 1920)


def test_a_day_is_run_to_its_signal_stepped_and_played(desk: Desk, lab):
    desk.open(books.replayed_day(lab.folder, "replay"))
    desk.run_all()
    whole = desk.page.locator(".rustro-replay").first
    expect(whole).to_contain_text("identical:", timeout=WAIT_MS)
    whole.locator("button.rustro-next").click()
    expect(whole).to_contain_text("at SignalGenerated", timeout=WAIT_MS)
    whole.locator("button.rustro-minute").click()
    expect(whole).to_contain_text("PositionOpened", timeout=WAIT_MS)
    for theme in (DARK, LIGHT):
        desk.theme(theme)
        for width in WIDTHS:
            desk.page.set_viewport_size({"width": width, "height": 1500})
            desk.page.wait_for_timeout(1_500)  # bqplot draws anew some time after a page has grown
            desk.shot(f"replay_{theme.split()[1].lower()}_{width}", where=whole)
    before = whole.locator(".rustro-bar").first.inner_text()
    whole.locator("button.rustro-play").click()
    expect(whole.locator(".rustro-bar").first).not_to_have_text(before, timeout=WAIT_MS)
