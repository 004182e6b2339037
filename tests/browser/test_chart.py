"""The chart under a person's mouse, while the day goes on."""

import re

import pytest

from tests.browser import books
from tests.browser.panel import CockpitPanel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def panel(desk, lab) -> CockpitPanel:
    """Of a day at four hundred times its speed, some time after the open."""
    desk.open(books.live_day(lab.folder, "chart", 400))
    desk.run_all()
    panel = CockpitPanel(desk)
    panel.until(lambda: panel.time() > "09:50")
    return panel


def bar_read(panel: CockpitPanel) -> str:
    """The time of the bar whose figures are shown."""
    text = panel.whole.locator(".rustro-readout").inner_text()
    found = re.search(r"\b\d\d:\d\d\b", text)
    return found[0] if found else ""


def point(panel: CockpitPanel, share: float) -> None:
    """Move the mouse over the chart, so far from its left edge."""
    box = panel.whole.locator(".rustro-chart").first.bounding_box()
    assert box is not None
    across, down = box["x"] + box["width"] * share, box["y"] + box["height"] / 2
    panel.desk.page.mouse.move(across, down, steps=8)


def test_a_timeframe_is_switched_and_the_crosshair_reads_a_bar(panel):
    for frame in ("5m", "1h", "1m"):
        panel.whole.locator(".rustro-timeframe").get_by_text(frame, exact=True).click()
        panel.says(f"NIFTY {frame}")
        panel.moves()
    panel.whole.locator(".rustro-chart").first.scroll_into_view_if_needed()
    panel.button("crosshair").click()
    point(panel, 0.5)
    panel.desk.page.mouse.down()
    panel.desk.page.mouse.up()
    for share in (0.4, 0.6):
        before = bar_read(panel)
        point(panel, share)
        panel.until(lambda before=before: bar_read(panel) != before)
    panel.desk.shot("crosshair")
    panel.moves()
