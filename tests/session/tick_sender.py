"""A market in a process of its own: numbered ticks over a local socket, stamped when they leave.

Run as `tick_sender.py rate drop_every_s instruments`. It says its port, waits for one listener, and
sends lines `number sent_ns instrument price_paise`, where instrument 0 is the index. Every so many
seconds one more instrument falls below its stop, and stays there. `sent_ns` is the system's
monotonic time, which all processes share. Ends when nobody listens any more.
"""

import socket
import sys
import time

RESTS, FALLEN, INDEX = 15_000, 11_900, 1_700_000


def main(rate: float, drop_every_s: float, instruments: int) -> None:
    """Send until the listener is gone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)  # noqa: T201 - how the port is told
        line, _ = server.accept()
        with line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            send(line, rate, drop_every_s, instruments)


def send(line: socket.socket, rate: float, drop_every_s: float, instruments: int) -> None:
    """Each tick at its time; those that are late leave at once, together."""
    began, sent = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - began) * rate)
        fallen = int((time.monotonic() - began) / drop_every_s)
        rows = []
        for number in range(sent + 1, due + 1):
            which = number % (instruments + 1)
            price = INDEX if not which else FALLEN if which <= fallen else RESTS
            rows.append(f"{number} {time.monotonic_ns()} {which} {price}\n")
        try:
            line.sendall("".join(rows).encode())
        except OSError:
            return
        sent = due
        time.sleep(min(0.002, 1 / rate))  # noqa: TID251 - there is nothing else in this process


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
