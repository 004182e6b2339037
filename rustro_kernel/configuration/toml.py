"""TOML as we write it: sections of plain values, nothing nested deeper."""

import datetime as dt
import json
from collections.abc import Mapping


def dumped(tree: Mapping[str, object]) -> str:
    """A tree of keys as TOML; a key without a value becomes a comment."""
    loose = {k: v for k, v in tree.items() if not isinstance(v, dict)}
    sections = {k: v for k, v in tree.items() if isinstance(v, dict)}
    blocks = [_lines(loose)] + [f"[{name}]\n{_lines(keys)}" for name, keys in sections.items()]
    return "\n".join(block for block in blocks if block)


def line(key: str, value: object) -> str:
    """One key, with its newline."""
    return f"# {key} is not set\n" if value is None else f"{key} = {_value(value)}\n"


def _lines(keys: Mapping[str, object]) -> str:
    return "".join(line(key, value) for key, value in keys.items())


def _value(value: object) -> str:
    """One value; JSON's texts, numbers, truths and lists are TOML's too."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        pairs = ", ".join(f"{key} = {_value(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
