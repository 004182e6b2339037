"""`rustro lab` as a person starts it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.lab import Lab, empty_home, found_server
from tests.conftest import ROOT
from tests.headless.starting import CLI
from tests.session.waiting import until_blocking

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
ARGS = ("lab", "--no-browser", "--allow-root", "--ServerApp.port=0", "--expose-app-in-browser")


@pytest.fixture
def own_lab(tmp_path: Path) -> Iterator[Lab]:
    """What `rustro lab` has started."""
    home = tmp_path / "home"
    with (tmp_path / "lab.log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, "-c", CLI, *ARGS],
            env=empty_home(home),
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
        try:
            yield Lab(home / "runtime", *found_server(home / "runtime", running))
        finally:
            running.terminate()
            running.wait(60)


def addresses(runtime: Path) -> list[str]:
    """What is in the file that sends a browser to the notebook."""
    found = runtime.glob("jpserver-file-to-run-*.html")
    return [
        address for file in found for address in re.findall(r'href="([^"]+)"', file.read_text())
    ]


def test_rustro_lab_opens_the_cockpits_notebook(own_lab, desk_of):
    """At the address that the browser is given."""
    until_blocking(lambda: addresses(own_lab.folder))
    [address] = addresses(own_lab.folder)
    desk = desk_of(at=own_lab)
    desk.page.goto(address.replace("&amp;", "&"))
    desk.ready()
    assert desk.page.locator(".jp-Notebook h1").first.inner_text().startswith("The cockpit")
    assert (ROOT / "notebooks" / "00_cockpit.ipynb").is_file()
