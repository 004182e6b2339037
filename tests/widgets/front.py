"""A front end without a browser: widget models as a page would have them, and its clicks."""

import queue
from time import monotonic
from typing import Any

TARGET, CONTROL = "jupyter.widget", "jupyter.widget.control"


class Front:
    """Follows a kernel's widgets over the messages it sends, and answers over the shell.

    Args:
        client: A blocking client of jupyter_client whose channels run.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.models: dict[str, dict[str, Any]] = {}
        self._idle: set[str] = set()

    def finish(self, code: str) -> None:
        """Run a cell to its end; whatever was sent before it has been taken in."""
        request = self.run(code)
        self.until(lambda: request in self._idle)

    def run(self, code: str) -> str:
        """Begin a cell; the id of its request."""
        request: str = self._client.execute(code, store_history=False)
        return request

    def until(self, condition: Any, timeout_s: float = 60.0) -> None:
        """Take messages in until the condition holds."""
        end = monotonic() + timeout_s
        while not condition():
            assert monotonic() < end, "the condition never held"
            self.take()

    def take(self) -> None:
        """One message, if there is one soon."""
        try:
            message = self._client.get_iopub_msg(timeout=0.1)
        except queue.Empty:
            return
        kind, content = message["header"]["msg_type"], message["content"]
        if content.get("execution_state") == "idle":
            self._idle.add(message["parent_header"].get("msg_id", ""))
        if kind == "error":
            raise AssertionError(content["ename"], content["evalue"])
        if kind == "comm_open" and content["target_name"] == TARGET:
            self.models[content["comm_id"]] = _state(content["data"], message["buffers"])
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            update = _state(content["data"], message["buffers"])
            self.models.setdefault(content["comm_id"], {}).update(update)

    def is_answered(self, request: str) -> bool:
        """Whether a cell has come to its end; asked often, from when it was begun."""
        try:
            reply = self._client.get_shell_msg(timeout=0.02)
        except queue.Empty:
            return False
        return bool(reply["parent_header"].get("msg_id") == request)

    def found(self, **state: object) -> str:
        """The one model whose state has these values; empty if there is none."""
        wanted = state.items()
        ids = [id for id, model in self.models.items() if wanted <= _plain(model).items()]
        assert len(ids) <= 1, f"{len(ids)} models have {state}"
        return ids[0] if ids else ""

    def click(self, id: str, subshell: str | None = None) -> None:
        """What a page sends when a button is clicked."""
        self.say(id, {"method": "custom", "content": {"event": "click"}}, subshell)

    def say(self, id: str, data: dict[str, Any], subshell: str | None = None) -> None:
        """A message to a model, by the main shell or a subshell."""
        message = self._client.session.msg("comm_msg", {"comm_id": id, "data": data})
        if subshell:
            message["header"]["subshell_id"] = subshell
        self._client.shell_channel.send(message)

    def subshell(self) -> str:
        """A thread of the kernel's own beside the one that runs cells."""
        message = self._client.session.msg("create_subshell_request", {})
        self._client.control_channel.send(message)
        reply = self._client.get_control_msg(timeout=30)
        id: str = reply["content"]["subshell_id"]
        return id

    def states_anew(self) -> dict[str, dict[str, Any]]:
        """All models as a page asks for them that was just loaded."""
        opening = {"comm_id": "control", "target_name": CONTROL, "data": {}, "metadata": {}}
        opened = self._client.session.msg("comm_open", opening)
        opened["metadata"] = {"version": "1.0.0"}
        self._client.shell_channel.send(opened)
        self.say("control", {"method": "request_states"})
        found: dict[str, dict[str, Any]] = {}
        end = monotonic() + 60
        while not found:
            assert monotonic() < end, "no states came"
            message = self._client.get_iopub_msg(timeout=30)
            data = message["content"].get("data", {})
            if (
                message["header"]["msg_type"] == "comm_msg"
                and data.get("method") == "update_states"
            ):
                found = _all(data, message["buffers"])
        return found


def _state(data: dict[str, Any], buffers: list[Any]) -> dict[str, Any]:
    """A model's state with its buffers where they belong."""
    found: dict[str, Any] = _filled(data["state"], data.get("buffer_paths", []), buffers)
    return found


def _all(data: dict[str, Any], buffers: list[Any]) -> dict[str, dict[str, Any]]:
    states = _filled(data["states"], data.get("buffer_paths", []), buffers)
    return {id: said["state"] for id, said in states.items()}


def _filled(state: Any, paths: list[list[Any]], buffers: list[Any]) -> Any:
    for path, buffer in zip(paths, buffers, strict=True):
        place = state
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = bytes(buffer)
    return state


def _plain(model: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in model.items() if isinstance(value, str | int | float)}
