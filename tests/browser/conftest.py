"""One JupyterLab and one chromium for the browser tests of a file."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Desk, away
from tests.browser.lab import Lab, running_lab

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking")


def chromium() -> str | None:
    """The browser that the machine has."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own chromium, headless; nothing is downloaded."""
    path = chromium()
    if path is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Lab]:
    """A JupyterLab of the file's own."""
    with running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def desk_of(browser: Browser, lab: Lab) -> Iterator[Callable[..., Desk]]:
    """Opens pages, each in a browser of its own that has never been here.

    Afterwards: nothing was asked of anybody else, and no page complained.
    """
    opened: list[Desk] = []

    def opener(width: int = 1280, height: int = 800, at: Lab = lab) -> Desk:
        context = browser.new_context(viewport={"width": width, "height": height})
        opened.append(Desk(context.new_page(), at))
        return opened[-1]

    yield opener
    asked = [url for desk in opened for url in desk.asked]
    errors = [error for desk in opened for error in desk.errors]
    if opened:
        opened[0].end_kernels()  # pages complain of that, with reason
    for desk in opened:
        desk.page.context.close()
    assert away(asked) == []
    assert errors == []


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    """One page."""
    return desk_of()
