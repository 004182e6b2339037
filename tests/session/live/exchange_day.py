"""The simulated exchange on a port, and a configuration that trades against it."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from rustro_kernel.config import Config
from rustro_kernel.domain.market_time import at
from rustro_kernel.simulator.exchange import MarketClock, Server
from rustro_kernel.simulator.exchange.master_file import MASTER_PATH
from tests.simulator.exchange.make import ACCOUNT, DATE, exchange

SECRETS = {
    "RUSTRO_CLIENT_ID": ACCOUNT.client,
    "RUSTRO_PIN": ACCOUNT.pin,
    "RUSTRO_API_KEY": ACCOUNT.api_key,
    "RUSTRO_TOTP_SEED": ACCOUNT.totp_seed,
}


def market(script: str = "", *, clock: str = "10:00:00", speed: float = 1, **habits) -> Server:
    """A server that is not running yet, on a market that is at this time."""
    return Server(exchange(script, **habits), MarketClock(at(DATE, clock), speed))


def against(server: Server, tmp_path, **keys: Any) -> Config:
    """A configuration whose broker is this server."""
    places = {
        **addresses(server.url),
        "broker.master_min_rows": 1,
        "state.dir": tmp_path / "state",
        "run.out": tmp_path / "run",
        "mode": "paper",
    }
    return Config.load(**{**places, **{k.replace("__", "."): v for k, v in keys.items()}})


def addresses(url: str) -> dict[str, str]:
    """The four keys of an exchange at this address."""
    socket = url.replace("http", "ws")
    return {
        "broker.rest_url": url,
        "broker.stream_url": f"{socket}/smart-stream",
        "broker.order_stream_url": f"{socket}/smart-order-update",
        "broker.master_url": url + MASTER_PATH,
    }


def log_in_with(environment: pytest.MonkeyPatch, **changed: str) -> None:
    """Put the account's credentials into the environment, some of them changed."""
    for name, value in {**SECRETS, **changed}.items():
        environment.setenv(name, value)


@contextmanager
def telling_time(date: dt.date) -> Iterator[str]:
    """The address of something that tells nine in the morning of a date, as an exchange does."""
    told = json.dumps({"now_ns": at(date, "09:00"), "speed": 1.0}).encode()

    class Clock(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Clock) as server:
        serving = Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()
