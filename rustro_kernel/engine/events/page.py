"""The page of events, made from the registry."""

import msgspec

from rustro_kernel.engine.events import GROUPS
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.who import WHO

HEAD = """# Events

Every fact the engine states, in the order of a day. All carry `seq`, `input`, `ts` (ns), `cause`
(an earlier event's seq, or null) and, where one applies, the idempotency `key`; `data` holds the
payload below. Prices and money are in paise, times in ns since the epoch.
"""


def page() -> str:
    """Markdown: every event with its payload, who emits it and what follows."""
    groups = (_group(title, declared) for title, declared in GROUPS.items())
    return "\n".join((HEAD, *groups))


def _group(title: str, declared: dict[str, type[Payload]]) -> str:
    return "\n".join((f"## {title}\n", *(_event(name, cls) for name, cls in declared.items())))


def _event(name: str, cls: type[Payload]) -> str:
    emitter, follows = WHO[name]
    lines = [f"### {name}\n", f"{cls.__doc__}\n", f"- emitted by: {emitter}"]
    lines += [f"- what follows: {follows}"] if follows else []
    lines += [f"- payload: {_payload(cls)}"]
    return "\n".join(lines) + "\n"


def _payload(cls: type[Payload]) -> str:
    fields = (f"`{f.encode_name}` {_type(f.type)}" for f in msgspec.structs.fields(cls))
    return ", ".join(fields) or "none"


def _type(kind: object) -> str:
    """A type as a reader of JSON understands it."""
    if isinstance(kind, type) and not hasattr(kind, "__args__"):
        return kind.__name__
    return (
        str(kind)
        .replace("rustro_kernel.domain.verdicts.", "")
        .replace("rustro_kernel.engine.events.orders.", "")
        .replace("rustro_kernel.engine.events.kill.", "")
    )
