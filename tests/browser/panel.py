"""The cockpit on a page: where its parts are, in one place."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect

from rustro_kernel.engine.events.system import CommandReceived
from rustro_kernel.records.ledger import decode_event, ledger_lines
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

    def button(self, text: str) -> Locator:
        """A button by what it says."""
        words = re.compile(rf"^\s*{text}\s*$")  # beside an icon, which has no text
        return self.whole.locator("button.jupyter-button").filter(has_text=words)

    def arm(self) -> None:
        """Take the safety catch off."""
        self.whole.get_by_text("arm kill").click()

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
