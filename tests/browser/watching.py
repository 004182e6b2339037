"""When a price was in the kernel, when it was on the page, and what showing it costs."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import psutil
from playwright.sync_api import Browser

from tests.browser.desk import Desk

NOTE_VIEWS = """
import threading, time
from rustro_widgets.panels.words import price as _shown
views_noted, _quiet = [], threading.Event()
def _note():
    before = None
    while not _quiet.wait(0.001):
        view = session.view
        if view is not before:
            before = view
            paise = view.underlyings[0].price_paise if view.underlyings else None
            if paise is not None and (not views_noted or views_noted[-1][1] != _shown(paise)):
                views_noted.append((1000 * time.time(), _shown(paise)))
threading.Thread(target=_note, daemon=True).start()
"""
SAY_VIEWS = "import json; _quiet.set(); print(json.dumps(views_noted))"
NOTE_PIXELS = r"""() => {
  window.pixelsNoted = [];
  const cockpit = document.querySelector('.rustro-cockpit');
  let before = null;
  new MutationObserver(() => {
    const found = cockpit.querySelector('.rustro-head')?.innerText.match(/\d[\d,]*\.\d\d/);
    if (!found || found[0] === before) return;
    before = found[0];
    requestAnimationFrame(() => window.pixelsNoted.push([Date.now(), found[0]]));
  }).observe(cockpit, {subtree: true, childList: true, characterData: true});
}"""


def tick_to_pixel_ms(desk: Desk, seconds: float) -> list[float]:
    """How long each price waited until it, or one that came after it, could be seen; sorted.

    The kernel's time is that of the view's swap, noted by a thread that looks every millisecond;
    the page's that of the frame which shows the price.
    """
    desk.cell(NOTE_VIEWS)
    desk.page.evaluate(NOTE_PIXELS)
    desk.page.wait_for_timeout(1000 * seconds)
    pixels = desk.page.evaluate("window.pixelsNoted")
    return waits_ms(json.loads(desk.cell(SAY_VIEWS)), pixels)


Noted = Sequence[tuple[float, str]]
"""Times in ms, in order, each with the price as it is shown."""


def waits_ms(views: Noted, pixels: Noted) -> list[float]:
    """From each view to the first frame that shows it or a later one; pure."""
    found, next_view = [], 0
    for at_ms, shown in pixels:
        came = [n for n, (time, price) in enumerate(views) if price == shown and time <= at_ms]
        if not came:
            continue  # from before the noting began
        found += [at_ms - views[n][0] for n in range(next_view, came[-1] + 1)]
        next_view = max(next_view, came[-1] + 1)
    return sorted(found)


class Cost(NamedTuple):
    """What was used until now."""

    at_s: float
    renderer_s: float
    kernel_s: float
    heap_mb: float
    nodes: int


class Meter:
    """Processor time of page and kernel, and the page's heap after a collection."""

    def __init__(self, desk: Desk, browser: Browser) -> None:
        self._desk = desk
        self._page = desk.page.context.new_cdp_session(desk.page)
        self._page.send("Performance.enable")
        self._browser = browser.new_browser_cdp_session()
        self._kernel = psutil.Process(int(desk.cell("import os; print(os.getpid())")))

    def read(self) -> Cost:
        """As it is now."""
        self._page.send("HeapProfiler.collectGarbage")
        said = self._page.send("Performance.getMetrics")["metrics"]
        metrics = {each["name"]: each["value"] for each in said}
        kernel = self._kernel.cpu_times()
        return Cost(
            metrics["Timestamp"],
            self._renderer_s(),
            kernel.user + kernel.system,
            metrics["JSHeapUsedSize"] / 1e6,
            int(metrics["Nodes"]),
        )

    def _renderer_s(self) -> float:
        """The busiest renderer is the page's."""
        said: Any = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        return max(float(each["cpuTime"]) for each in said if each["type"] == "renderer")
