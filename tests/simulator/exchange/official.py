"""The broker's own client, smartapi-python 1.5.5, turned to our port and nothing else.

Patched are `_rootUrl`, `ROOT_URI` and `WEBSOCKET_URI`, its three addresses. It writes a log folder
where it stands, and on import asks the internet for our address and throws the answer away: it is
imported and run in a temporary folder, with that one question refused.
"""

import functools
import gc
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import logzero
import pytest


@functools.cache
def package() -> SimpleNamespace:
    """Its classes."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("requests.get", _offline)
        os.chdir(folder)
        try:
            from SmartApi import SmartConnect, smartExceptions
            from SmartApi.smartWebSocketOrderUpdate import SmartWebSocketOrderUpdate
            from SmartApi.smartWebSocketV2 import SmartWebSocketV2
        finally:
            os.chdir(here)
    return SimpleNamespace(
        Rest=SmartConnect,
        Market=SmartWebSocketV2,
        Orders=SmartWebSocketOrderUpdate,
        DataException=smartExceptions.DataException,
    )


def pointed_at(url: str, patch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The same, talking to a simulator."""
    found, socket = package(), url.replace("http", "ws")
    patch.setattr(found.Rest, "_rootUrl", url)
    patch.setattr(found.Market, "ROOT_URI", f"{socket}/smart-stream")
    patch.setattr(found.Market, "input_request_dict", {})  # shared by all instances, a known bug
    patch.setattr(found.Orders, "WEBSOCKET_URI", f"{socket}/smart-order-update")
    return found


@contextmanager
def kept_in(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Its log folder is made here and nothing else; what it leaves open is closed."""
    patch.chdir(folder)
    yield
    logzero.logfile(None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # websocket-client leaves its sockets open when the other side closes
    assert {path.name for path in folder.iterdir()} <= {"logs"}


class Watching:
    """A market socket on a thread of its own; subscribes when it opens, as users must.

    The server hangs up: when the client itself closes, it notices 10 s later.
    """

    def __init__(self, running, socket, requests) -> None:
        self.running, self.socket, self.requests = running, socket, requests
        self.ticks: list[Any] = []
        self.errors: list[Any] = []
        socket.on_open = self._subscribe
        socket.on_data = lambda _, tick: self.ticks.append(tick)
        socket.on_error = lambda *words: self.errors.append(words)
        socket.on_close = lambda _: None
        self.thread = Thread(target=socket.connect, name="official market socket")

    def _subscribe(self, _) -> None:
        for mode, tokens in self.requests:
            self.socket.subscribe("abcde12345", mode, tokens)

    def __enter__(self) -> "Watching":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.running.hang_up()
        self.thread.join(60)


class Listening:
    """An order socket on a thread of its own."""

    def __init__(self, running, made) -> None:
        self.running = running
        self.messages: list[Any] = []
        made.current_retry_attempt = made.MAX_CONNECTION_RETRY_ATTEMPTS  # it would wait 10 s twice
        made.on_message = self._keep
        self.thread = Thread(target=made.connect, name="official order socket")

    def _keep(self, _, message) -> None:
        if message not in (b"", "pong"):
            self.messages.append(json.loads(message))

    def codes(self) -> list[str]:
        return [message["order-status"] for message in self.messages]

    def __enter__(self) -> "Listening":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.running.hang_up()
        self.thread.join(60)


def _offline(*_args, **_kwargs):
    raise OSError("tests ask nobody")
