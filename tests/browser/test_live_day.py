"""A person with a live day at sixty times its speed in JupyterLab."""

from itertools import product

import pytest

from tests.browser import books
from tests.browser.desk import DARK, LIGHT
from tests.browser.panel import CockpitPanel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SIZES = ((1280, 800), (1920, 1080))


def test_the_shipped_notebook_shows_a_live_day_at_sixty_times(desk, lab):
    desk.open(books.shipped(lab.folder, "00_cockpit.ipynb"))
    desk.run_all()
    panel = CockpitPanel(desk)
    desk.shot("after_run_all")
    panel.says("market OPEN")
    for theme, (width, height) in product((LIGHT, DARK), SIZES):
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.theme(theme)
        panel.moves()
        panel.to_the_top()
        desk.page.wait_for_timeout(1000)  # bqplot lays out anew half a second after a resize
        desk.shot(f"live_day_{theme.split()[-1].lower()}_{width}")


def test_reloads_and_a_second_browser_bring_the_same_picture_back(desk_of, lab):
    first = desk_of()
    first.open(books.live_day(lab.folder, "again", 200))
    first.run_all()
    first.save()
    panel = CockpitPanel(first)
    for _ in range(5):
        first.reload()
        panel.moves()
    second = desk_of(1920, 1080)
    second.open("again.ipynb")
    other = CockpitPanel(second)
    other.moves()
    assert other.button("flatten").is_enabled()
    other.click("pause")
    panel.says("PAUSED")
    second.shot("second_browser")
