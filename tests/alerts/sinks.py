"""Where test alerts arrive: a mail server, a web hook, and one that says nothing."""

import email.policy
import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Event, Thread


class Sink(socketserver.ThreadingTCPServer):
    """A server on a free port; `got` is what arrived, in order."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.got = []
        self.status = 200
        self.arrived, self.over = Event(), Event()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that went away is no matter."""


class Hook(BaseHTTPRequestHandler):
    """Takes JSON posts."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()
        self.server.arrived.set()

    def log_message(self, *args):
        pass


class Mail(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as one message takes."""

    def handle(self):
        self._say("220 sink")
        while line := self.rfile.readline().decode().strip():
            if line.upper().startswith("DATA"):
                self._say("354 go on")
                self.server.got.append(self._message())
                self.server.arrived.set()
            self._say("221 bye" if line.upper().startswith("QUIT") else "250 ok")

    def _message(self):
        lines = list(iter(self.rfile.readline, b".\r\n"))
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Mute(socketserver.BaseRequestHandler):
    """Takes the connection and never answers."""

    def handle(self):
        self.server.got.append("a connection")
        self.server.arrived.set()
        self.server.over.wait()


@contextmanager
def serving(handler) -> Iterator[Sink]:
    with Sink(handler) as sink:
        thread = Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.over.set()
            sink.shutdown()
            thread.join()
