"""A notebook in a browser, as a person uses it."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

from tests.browser.lab import Lab
from tests.conftest import ROOT

SHOTS = Path(os.environ.get("RUSTRO_SHOTS", ROOT / "tests" / "output" / "browser"))
WAIT_MS = float(os.environ.get("RUSTRO_BROWSER_WAIT_MS", "60000"))
HOSTS = ("http://127.0.0.1:", "ws://127.0.0.1:", "http://localhost:", "ws://localhost:")
LOCAL = (*HOSTS, "data:", "blob:", "about:")
DARK, LIGHT = "JupyterLab Dark", "JupyterLab Light"
DIALOG = ".jp-Dialog"


class Desk:
    """One page of a browser on one notebook. Remembers what it asked for and what went wrong."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page, self._lab = page, lab
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("request", self._see_request)
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("console", self._see_message)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())

    def open(self, notebook: str) -> None:
        """Load JupyterLab with a notebook whose kernel is ready."""
        self.page.goto(self._lab.page(notebook))
        self.ready()

    def ready(self) -> None:
        """Wait for the notebook and its kernel, and put the file browser away."""
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function(KERNEL_IS_READY)
        self.page.evaluate("window.jupyterapp.shell.collapseLeft()")

    def reload(self) -> None:
        """The browser's reload button."""
        self.page.reload()
        self.ready()

    def run_all(self) -> None:
        """Run > Run All Cells, and wait for the last cell."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        self.page.wait_for_function(ALL_HAVE_RUN)
        said = self.page.locator(".jp-RenderedText[data-mime-type*=stderr]").all_inner_texts()
        assert said == [], said

    def save(self) -> None:
        """Write the notebook, outputs included, as Ctrl-S does."""
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")

    def theme(self, name: str) -> None:
        """Light or dark."""
        command = "apputils:change-theme"
        self.page.evaluate(
            f"theme => window.jupyterapp.commands.execute('{command}', {{theme}})", name
        )
        is_light = "true" if name == LIGHT else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light={is_light}]", state="attached")

    def cell(self, code: str) -> str:
        """Run code in the notebook's kernel, beside its cells; what it printed."""
        said: Any = self.page.evaluate(RUN_BESIDE, code)
        assert said["status"] == "ok", said
        return str(said["text"])

    def shot(self, name: str, *, where: Locator | None = None) -> Path:
        """A picture of the page, or of one element."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        (where or self.page).screenshot(path=path)
        return path

    def end_kernels(self) -> None:
        """Shut every kernel of the server down."""
        self.page.evaluate("window.jupyterapp.serviceManager.sessions.shutdownAll()")

    def _see_request(self, request: Request) -> None:
        self.asked.append(request.url)

    def _see_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location})")


def away(asked: list[str]) -> list[str]:
    """What was asked of anybody but this machine."""
    return [url for url in asked if not url.startswith(LOCAL)]


KERNEL_IS_READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  return kernel?.status === 'idle' || kernel?.status === 'busy';
}"""

ALL_HAVE_RUN = """() => {
  const cells = [...window.jupyterapp.shell.currentWidget.content.widgets];
  const code = cells.filter(cell => cell.model.type === 'code');
  return code.every(cell => cell.model.executionCount && cell.model.executionState !== 'running');
}"""

RUN_BESIDE = """async code => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({code, store_history: false, silent: false});
  let text = '';
  future.onIOPub = message => {
    if (message.header.msg_type === 'stream') text += message.content.text;
  };
  const reply = await future.done;
  return {status: reply.content.status, text, error: reply.content.evalue};
}"""
