"""Clicks on a cockpit in JupyterLab, and what the ledger has of them."""

import pytest

from rustro_widgets.panels.clicks import DOUBLE_CLICK_S
from tests.browser import books
from tests.browser.panel import CockpitPanel, commands

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def panel(desk, lab) -> CockpitPanel:
    """Of a day at four hundred times its speed; a position is open from 10:53 to 12:35."""
    desk.open(books.live_day(lab.folder, "fast", 400))
    desk.run_all()
    return CockpitPanel(desk)


def test_each_click_is_one_command_and_says_what_became_of_it(panel, lab):
    panel.holds_a_position()
    panel.desk.shot("position", where=panel.whole)
    panel.button("Flatten").dblclick()
    panel.says("flatten: accepted")
    panel.is_flat()
    panel.whole.get_by_placeholder("reason to resume").fill("looked at it")
    panel.button("Resume").click()
    panel.says_no_more("PAUSED")
    panel.desk.page.wait_for_timeout(1000 * DOUBLE_CLICK_S)  # or it is the same click
    panel.button("Pause").click()
    panel.says("PAUSED")
    assert panel.button("KILL").is_disabled()
    panel.arm()
    panel.button("KILL").click()
    panel.says("KILLED")
    panel.desk.shot("killed", where=panel.whole)
    given = ["flatten", "resume", "pause", "kill"]
    assert commands(lab.folder / "fast-run") == [(name, True) for name in given]
