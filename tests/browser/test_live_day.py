"""A person with a live day at sixty times its speed in JupyterLab."""

import pytest

from tests.browser import books
from tests.browser.desk import DARK, LIGHT
from tests.browser.panel import CockpitPanel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_live_day_at_sixty_times_is_shown_as_it_goes(desk, lab):
    desk.open(books.live_day(lab.folder, "day", 60))
    desk.run_all()
    panel = CockpitPanel(desk)
    panel.says("market OPEN")
    panel.moves()
    for theme in (DARK, LIGHT):
        desk.theme(theme)
        panel.moves()
        desk.shot(f"live_day_{theme.split()[-1].lower()}")


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
