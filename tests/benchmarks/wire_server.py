"""A websocket server in a process of its own that sends a file of frames as fast as it is read.

`python -m tests.benchmarks.wire_server FILE [CORE]`: prints its port, serves until its input ends.
Each connection gets the whole file once it has said something.
"""

import asyncio
import os
import sys
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve

CHUNK = 1 << 16


async def main(data: bytes) -> None:
    async def send(connection: ServerConnection) -> None:
        await connection.recv()
        for at in range(0, len(data), CHUNK):
            connection.transport.write(data[at : at + CHUNK])
            await connection.drain()
        await connection.wait_closed()

    async with serve(send, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        os._exit(0)  # without a word to anybody


if __name__ == "__main__":
    if len(sys.argv) > 2:
        os.sched_setaffinity(0, {int(sys.argv[2])})
    asyncio.run(main(Path(sys.argv[1]).read_bytes()))
