"""Where configuration comes from: trees of keys, each with its origin, the last one wins."""

import os
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeGuard

from pydantic_core import from_json

from rustro_kernel.configuration.lines import key_lines
from rustro_kernel.domain.errors import BadConfig

PREFIX = "RUSTRO_"
SUPERVISED = f"{PREFIX}SUPERVISED"
"""Set by whoever starts a session again at once when it fails: nothing may keep that waiting."""
NOT_KEYS = (
    *("CLIENT_ID", "PIN", "API_KEY", "TOTP_SEED", "ALERT_URLS"),
    *("CONFIRM_LIVE", "BACKUP_LATER", "SUPERVISED"),
    *("TEST_DATA", "SHOTS", "BROWSER_WAIT_MS"),
)
"""Variables with our prefix that are no configuration keys: secrets, a person's word, a test's."""

Tree = dict[str, object]


class Layer(NamedTuple):
    """Some keys and where they come from."""

    where: str
    tree: Tree
    lines: Mapping[str, int] = MappingProxyType({})  # of a file, by dotted key


def is_tree(value: object) -> TypeGuard[Tree]:
    """Whether a value holds further keys."""
    return isinstance(value, dict)


def parsed(text: str) -> object:
    """A value given as text: a JSON list or null, else the text itself."""
    if text == "null" or text.startswith("["):
        try:
            return from_json(text)
        except ValueError:
            return text
    return text


def nested(key: str, value: object) -> Tree:
    """The tree of one dotted key."""
    for part in reversed(key.split(".")):
        value = {part: value}
    assert is_tree(value)
    return value


def file_layer(path: Path) -> Layer:
    """The keys of a TOML file.

    Raises:
        BadConfig: If it cannot be read or is no TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return Layer(str(path), tomllib.loads(text), key_lines(text))
    except OSError as exc:
        raise BadConfig(
            "config", f"the file cannot be read: {exc.strerror}", where=str(path)
        ) from exc
    except ValueError as exc:
        raise BadConfig("config", f"the file is no valid TOML: {exc}", where=str(path)) from exc


def profile_layer(name: str) -> Layer:
    """The keys of a packaged profile."""
    folder = resources.files("rustro_kernel").joinpath("profiles")
    names = sorted(
        f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith("toml")
    )
    if name not in names:
        raise BadConfig("profile", f"got {name!r}, allowed is one of {', '.join(names)}")
    text = folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return Layer(f"profile {name}", tomllib.loads(text))


def environment_layers(environment: Mapping[str, str] = os.environ) -> list[Layer]:
    """One layer a variable: RUSTRO_STRATEGY__MIN_DTE=0 is strategy.min_dte."""
    names = sorted(n for n in environment if n.startswith(PREFIX))
    return [
        Layer(f"environment variable {name}", nested(key, parsed(environment[name])))
        for name in names
        if (key := name.removeprefix(PREFIX).lower().replace("__", ".")).upper() not in NOT_KEYS
    ]


def override_layers(overrides: Mapping[str, object]) -> list[Layer]:
    """Dotted keys as given to `Config.load` or with -p."""
    tree: Tree = {}
    for key, value in overrides.items():
        tree = merged(tree, nested(key, parsed(value) if isinstance(value, str) else value))
    return [Layer("overrides", tree)]


def merged(below: Tree, above: Tree) -> Tree:
    """Both trees in one; where both have a key, the one above wins."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = merged(old, value) if is_tree(old) and is_tree(value) else value
    return result


def origin(layers: list[Layer], key: str) -> str:
    """Where the winning value of a dotted key came from, a file with its line; empty: a default."""
    layer = next((layer for layer in reversed(layers) if _has(layer.tree, key)), None)
    if layer is None:
        return ""
    line = layer.lines.get(key)
    return layer.where if line is None else f"{layer.where}, line {line}"


def _has(tree: object, key: str) -> bool:
    for part in key.split("."):
        if not is_tree(tree) or part not in tree:
            return False
        tree = tree[part]
    return True
