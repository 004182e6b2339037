"""The chart under a person's mouse, while the day goes on."""

import re

import pytest

from tests.browser import books
from tests.browser.panel import CockpitPanel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def panel(desk, lab, request) -> CockpitPanel:
    """Of a day at four hundred times its speed, some time after the open."""
    desk.open(books.live_day(lab.folder, request.node.name, 400))
    desk.run_all()
    panel = CockpitPanel(desk)
    panel.until(lambda: panel.time() > "09:50")
    return panel


PRICE_AND_TICKS = """cockpit => {
  const middle = element => {
    const box = element.getBoundingClientRect();
    return (box.top + box.bottom) / 2;
  };
  const amount = element => Number(element.textContent.replaceAll(',', ''));
  const chart = cockpit.querySelector('.rustro-chart');
  const axes = [...chart.querySelectorAll('.axis')];
  const prices = axes.find(axis => /translate\\([1-9]/.test(axis.getAttribute('transform')));
  const ticks = [...prices.querySelectorAll('.tick')];
  const line = cockpit.querySelector('.rustro-part-price .rustro-price');
  return {
    ticks: ticks.map(tick => [middle(tick.querySelector('line')), amount(tick)]),
    width: line.getBoundingClientRect().width / chart.getBoundingClientRect().width,
    line_px: line.getBoundingClientRect().top + 0.5,
    price: amount(line),
  };
}"""


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


def test_the_price_line_stands_where_the_axis_has_that_price(panel):
    """It lies over bqplot's figure, which insets its plot by a marker's size."""
    panel.click("pause")
    found = panel.whole.evaluate(PRICE_AND_TICKS)
    (low_px, low), *_, (high_px, high) = sorted(found["ticks"], key=lambda tick: tick[1])
    wanted_px = low_px + (found["price"] - low) / (high - low) * (high_px - low_px)
    assert found["line_px"] == pytest.approx(wanted_px, abs=0.5)
    assert 0.7 < found["width"] < 0.9  # its figures stand to the right of it
