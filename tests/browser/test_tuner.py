"""The Tuner on a page: a slider is moved, and the figures follow."""

import pytest
from playwright.sync_api import Locator, expect

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
        for theme in (DARK, LIGHT):
            desk.theme(theme)
            desk.page.wait_for_timeout(1_500)  # the theme's splash, and bqplot after it
            desk.shot(f"tuner_{title}_{theme.split()[1].lower()}", where=whole)
    desk.page.set_viewport_size({"width": 1280, "height": 1500})
    whole.get_by_text("Filters", exact=True).click()
    desk.shot("tuner_filters", where=whole)


def test_a_click_on_a_cell_of_the_heat_map_moves_both_sliders(desk: Desk, lab):
    desk.page.set_viewport_size({"width": 1280, "height": 1500})
    desk.open(books.tuned(lab.folder, "picked"))
    desk.run_all()
    whole = desk.page.locator(".rustro-tuner").first
    heat = whole.locator(".rustro-heat")
    expect(heat).to_contain_text("stop, %", timeout=WAIT_MS)
    across, up = middle_of_tick(heat, "10"), middle_of_tick(heat, "15")
    desk.page.mouse.click(across[0], up[1])
    readouts = whole.locator(".widget-readout")
    expect(readouts.nth(0)).to_have_text("10", timeout=WAIT_MS)
    expect(readouts.nth(1)).to_have_text("15", timeout=WAIT_MS)
    assert middle_of_tick(heat, "25")[1] < up[1]  # more is higher up


def middle_of_tick(heat: Locator, text: str) -> tuple[float, float]:
    """Where this number stands at an axis; where both axes have it, at the one that goes up."""
    heat.scroll_into_view_if_needed()
    found = heat.locator(".tick text").get_by_text(text, exact=True)
    boxes = filter(None, (one.bounding_box() for one in found.all()))
    box = min(boxes, key=lambda box: box["x"])
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
