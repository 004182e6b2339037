"""A cockpit on a session that a headless process runs."""

import pytest

from tests.browser import books
from tests.browser.panel import CockpitPanel, commands
from tests.headless.starting import empty_place, started

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_cockpit_in_the_browser_commands_a_headless_run(desk, lab, tmp_path):
    place = empty_place(tmp_path)
    run, state = tmp_path / "run", tmp_path / "state"
    args = ("run", "--profile", "demo", "--speed", 200, "--out", run, "-p", f"state.dir={state}")
    with started(place, *args) as running:
        assert running.stdout.readline()
        desk.open(books.attached(lab.folder, "elsewhere", state))
        desk.run_all()
        panel = CockpitPanel(desk)
        panel.moves()
        panel.click("pause")
        panel.says("PAUSED")
        desk.shot("attached")
        running.terminate()
        running.stdout.read()
        panel.says("CLOSED")
    assert running.returncode == 0
    assert commands(run) == [("pause", True), ("stop", True)]
