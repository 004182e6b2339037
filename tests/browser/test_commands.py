"""Clicks on a cockpit in JupyterLab, and what the ledger has of them."""

import pytest
from playwright.sync_api import expect

from tests.browser import books
from tests.browser.desk import WAIT_MS
from tests.browser.panel import CockpitPanel, commands

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def day(request: pytest.FixtureRequest) -> str:
    """The name of the test's notebook."""
    return str(request.node.name.split("_")[2])


@pytest.fixture
def panel(desk, lab, day) -> CockpitPanel:
    """Of a day at four hundred times its speed; a position is open from 10:53 to 12:35."""
    desk.open(books.live_day(lab.folder, day, 400))
    desk.run_all()
    return CockpitPanel(desk)


def test_each_click_is_one_command_and_says_what_became_of_it(panel, lab, day):
    panel.holds_a_position()
    panel.shot("position")
    panel.button("flatten").dblclick()
    panel.says("flatten: accepted")
    panel.is_flat()
    panel.whole.locator(".rustro-reason input").fill("looked at it")
    panel.click("resume")
    panel.says("resume: accepted")
    panel.click("pause")
    panel.says("pause: accepted")
    assert panel.button("kill").is_disabled()
    panel.click("arm")
    panel.click("kill")
    panel.says("KILLED")
    panel.shot("killed")
    given = ["flatten", "resume", "pause", "kill"]
    assert commands(lab.folder / f"{day}-run") == [(name, True) for name in given]


def test_a_parameter_is_tried_on_today_then_applied_then_taken_back(panel, lab, day):
    panel.says("market OPEN")
    panel.tab("parameters")
    panel.whole.locator(".rustro-key select").select_option("exits.stop_pct")
    panel.whole.locator(".rustro-value input").fill("25")
    panel.whole.locator(".rustro-value input").press("Tab")
    assert panel.button("apply").is_disabled()
    panel.button("effect").click()
    expect(panel.button("apply")).to_be_enabled(timeout=WAIT_MS)
    panel.shot("parameter")
    panel.click("apply")
    panel.says("set: accepted")
    panel.click("revert")
    panel.until(lambda: commands(lab.folder / f"{day}-run") == [("set", True)] * 2)
