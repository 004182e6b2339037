"""Promoted parameter sets: files that `rustro promote` wrote, checked when they are loaded.

Such a file is TOML like any other configuration, with a table `promotion` beside the sections: its
version, its evidence, and the hash of everything in the file. What it holds was judged as a whole,
so nothing else may set one of its keys to another value: that would be another set.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.configuration.layers import Layer, Tree, file_layer, is_tree, nested
from rustro_kernel.domain.errors import BadConfig

TABLE, HASH = "promotion", "hash"
KEY, FILE = "strategy.promoted", "strategy.file"
FORMAT = 1


class Promoted(NamedTuple):
    """What a promoted file says. `unset` are keys that have no value, and must have none."""

    path: Path
    hash: str
    source_hash: str
    tree: Tree
    unset: tuple[str, ...]

    @property
    def layer(self) -> Layer:
        """Its keys, with the mark that sessions record."""
        strategy = self.tree.get("strategy")
        marks = {
            "promoted": str(self.path),
            "promotion": self.hash,
            "promotion_source": self.source_hash,
        }
        marked: Tree = {**(strategy if is_tree(strategy) else {}), **marks}
        return Layer(str(self.path), {**self.tree, "strategy": marked})

    @property
    def keys(self) -> list[str]:
        """Every key it decides, by dotted name."""
        found = [
            f"{section}.{name}"
            for section, values in self.tree.items()
            if is_tree(values)
            for name in values
        ]
        return [*found, *self.unset]


def read_promoted(path: Path) -> Promoted:
    """A promoted file, if nothing in it was changed since.

    Raises:
        BadConfig: If it is none, or was changed.
    """
    layer = file_layer(path)
    table = layer.tree.get(TABLE)
    if not is_tree(table):
        raise BadConfig(KEY, f"{path} is no promoted set; rustro promote writes them")
    if table.get("format") != FORMAT:
        raise BadConfig(
            KEY, f"{path} has format {table.get('format')}, this version knows {FORMAT}"
        )
    if content_hash(layer.tree) != table.get(HASH):
        raise BadConfig(KEY, f"{path} was changed after it was promoted; promote the set anew")
    unset = table.get("unset")
    names = tuple(map(str, unset)) if isinstance(unset, list) else ()
    tree = {name: part for name, part in layer.tree.items() if name != TABLE}
    return Promoted(path, str(table[HASH]), str(table["strategy_hash"]), _placed(tree, path), names)


def content_hash(tree: Mapping[str, object]) -> str:
    """SHA-256 of everything a promoted file says, but for the hash itself."""
    table = tree.get(TABLE)
    rest = {k: v for k, v in table.items() if k != HASH} if is_tree(table) else {}
    text = json.dumps({**tree, TABLE: rest}, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def found_in(layers: list[Layer]) -> tuple[Promoted | None, list[Layer]]:
    """The promoted set that layers name or are, and the layers without it.

    Raises:
        BadConfig: If there are two, or one cannot be used.
    """
    asked: list[Path] = []
    named: list[Path] = []
    others: list[Layer] = []
    for layer in layers:
        if is_tree(layer.tree.get(TABLE)):
            asked.append(Path(layer.where))
            continue
        strategy = layer.tree.get("strategy")
        if is_tree(strategy) and strategy.get("promoted") and not strategy.get("promotion"):
            named = [Path(str(strategy["promoted"]))]  # the last one wins, as for any key
            rest: Tree = {k: v for k, v in strategy.items() if k != "promoted"}
            others.append(Layer(layer.where, {**layer.tree, "strategy": rest}))
            continue
        others.append(layer)
    asked += named
    if len({path.absolute() for path in asked}) > 1:
        raise BadConfig(KEY, f"there are two promoted sets: {asked[0]} and {asked[1]}")
    return (read_promoted(asked[0]) if asked else None), others


def _placed(tree: Tree, path: Path) -> Tree:
    """A strategy's file lies beside the promoted one."""
    strategy = tree.get("strategy")
    if not is_tree(strategy) or "file" not in strategy:
        return tree
    own = nested("file", str(path.parent / str(strategy["file"])))
    return {**tree, "strategy": {**strategy, **own}}
