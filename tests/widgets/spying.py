"""Comms that count what would go to the browser, and clicks as a browser sends them."""

import json
from typing import Any

import comm

CLICK = {"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []}


class SpyComm(comm.base_comm.BaseComm):
    """Remembers what would go to the browser."""

    messages: list[dict[str, Any]] = []  # noqa: RUF012 - shared on purpose, emptied by the fixture

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        if msg_type == "comm_msg" and data is not None:
            self.messages.append({**data, "buffers": buffers or []})


def press(button: Any) -> None:
    """A click on a button."""
    button.comm.handle_msg({**CLICK, "metadata": {}})


def size(messages: list[dict[str, Any]]) -> int:
    """Bytes of these messages, headers apart."""
    texts = (json.dumps(m["state"], default=lambda raw: "") for m in messages)
    buffers = (memoryview(b).nbytes for m in messages for b in m["buffers"])
    return sum(map(len, texts)) + sum(buffers)
