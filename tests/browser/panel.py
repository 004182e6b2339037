"""The cockpit on a page: where its parts are, in one place."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect

from rustro_kernel.engine.events.system import CommandReceived
from rustro_kernel.records.ledger import decode_event, ledger_lines
from rustro_widgets.panels.clicks import DOUBLE_CLICK_S
from tests.browser.desk import WAIT_MS, Desk
from tests.session.waiting import until_blocking


class CockpitPanel:
    """What one sees of a cockpit, and its buttons."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.whole = desk.page.locator(".rustro-cockpit").first

    def says(self, text: str, timeout_ms: float = WAIT_MS) -> None:
        """Wait until these words can be read."""
        expect(self.whole).to_contain_text(text, timeout=timeout_ms)

    def says_no_more(self, text: str, timeout_ms: float = WAIT_MS) -> None:
        """Wait until they cannot."""
        expect(self.whole).not_to_contain_text(text, timeout=timeout_ms)

    def holds_a_position(self) -> None:
        """Wait for one."""
        self.says_no_more("No open position")

    def is_flat(self) -> None:
        """Wait until there is none."""
        self.says("No open position")

    def button(self, name: str) -> Locator:
        """A button by what it does."""
        return self.whole.locator(f"button.rustro-{name}")

    def click(self, name: str) -> None:
        """One click of a person, who is slower than a double click."""
        self.desk.page.wait_for_timeout(1000 * DOUBLE_CLICK_S)
        self.button(name).click()

    def tab(self, title: str) -> None:
        """Open one of the tabs."""
        self.whole.get_by_role("tab", name=title).click()

    def to_the_top(self) -> None:
        """Scroll so that it begins where the notebook does."""
        self.whole.evaluate("cockpit => cockpit.scrollIntoView({block: 'start'})")

    def shot(self, name: str) -> Path:
        """A picture of all of it, on a page that is high enough."""
        page = self.desk.page
        size = page.viewport_size or {"width": 1280, "height": 800}
        page.set_viewport_size({"width": size["width"], "height": 1600})
        self.whole.scroll_into_view_if_needed()
        made = self.desk.shot(name, where=self.whole)
        page.set_viewport_size(size)
        return made

    def time(self) -> str:
        """What its clock shows."""
        found = re.search(r"\d\d:\d\d:\d\d", self.whole.inner_text())
        return found[0] if found else ""

    def moves(self) -> None:
        """Wait until the clock goes on: it is alive."""
        before = self.time()
        self.until(lambda: self.time() not in ("", before))

    def until(self, condition: Callable[[], object]) -> None:
        """Let the page live until the condition holds."""

        def holds() -> object:
            self.desk.page.wait_for_timeout(20)
            return condition()

        until_blocking(holds)


def commands(run: Path) -> list[tuple[str, bool]]:
    """The commands a run's ledger has, each with whether it was accepted."""
    events = map(decode_event, ledger_lines(run))
    found = [event.data for event in events if isinstance(event.data, CommandReceived)]
    return [(command.name, command.accepted) for command in found]
