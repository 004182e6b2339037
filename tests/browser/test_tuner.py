"""The Tuner on a page: a slider is moved, and the figures follow."""

import pytest
from playwright.sync_api import expect

from tests.browser import books
from tests.browser.desk import DARK, LIGHT, WAIT_MS, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
WIDTHS = (1280, 1920)


def test_a_slider_moves_the_figures_and_the_tabs_show_what_came_of_it(desk: Desk, lab):
    desk.open(books.tuned(lab.folder, "tuner"))
    desk.run_all()
    whole = desk.page.locator(".rustro-tuner").first
    expect(whole).to_contain_text("net after costs", timeout=WAIT_MS)
    tries = whole.locator(".rustro-tile").last
    before = tries.inner_text()
    desk.cell("tuner.move({'exits.stop_pct': 9})")
    expect(tries).not_to_have_text(before, timeout=WAIT_MS)
    for theme in (DARK, LIGHT):
        desk.theme(theme)
        for width in WIDTHS:
            desk.page.set_viewport_size({"width": width, "height": 1500})
            desk.page.wait_for_timeout(1_500)  # bqplot draws anew some time after a page has grown
            desk.shot(f"tuner_{theme.split()[1].lower()}_{width}", where=whole)
    for title in ("walk-forward", "promote"):
        whole.get_by_role("tab", name=title).click()
        desk.shot(f"tuner_{title}", where=whole)
