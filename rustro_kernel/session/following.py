"""Reads a session through its socket, picture by picture, also across its restarts."""

from collections.abc import Iterator

from rustro_kernel.control.client import Client
from rustro_kernel.control.messages import Page
from rustro_kernel.engine.view import View


class Following:
    """What has changed since the last look; used by one thread.

    A process that was started again numbers its events on from what the disk had: the last ones
    of the process before may come again with other contents.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._connection = 0
        self._input, self._seq = -1, 0
        self._started_ns = 0

    def view(self) -> View | None:
        """The picture; None if it is still the same."""
        view = self._client.view(self._input)
        if self._client.connections != self._connection:  # an equal number may be another day's
            self._connection = self._client.connections
            view = view or self._client.view()
        if view is not None:
            self._input = view.input
        return view

    def pages(self) -> Iterator[tuple[Page, bool]]:
        """What happened, in order; and whether the page is the first of another process."""
        is_whole = False
        while not is_whole:
            page, is_other = self._page()
            yield page, is_other
            is_whole = page.is_whole

    def _page(self) -> tuple[Page, bool]:
        page = self._client.events(self._seq)
        is_other = page.started_ns != self._started_ns
        if is_other and self._started_ns:
            page = self._client.events()
        self._started_ns = page.started_ns
        if page.events:
            self._seq = page.events[-1].seq
        elif is_other:
            self._seq = 0
        return page, is_other
