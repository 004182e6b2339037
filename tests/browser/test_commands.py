"""Clicks on a cockpit in JupyterLab, and what the ledger has of them."""

import pytest

from tests.browser import books
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
