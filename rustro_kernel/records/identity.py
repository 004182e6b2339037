"""Which code this is, as a hash over its sources: what ran, and what checks it now."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rustro_kernel.own_strategies.chosen import STORED, of
from rustro_kernel.strategies import STRATEGIES

PACKAGES = ("rustro_kernel", "rustro_widgets")
KINDS = (".py", ".toml", ".csv")


@cache
def code_hash() -> str:
    """SHA-256 over every packaged source and table, by name; as they were when first asked."""
    whole = hashlib.sha256()
    for name, path in sorted(_sources()):
        inside = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{name} {inside}\n".encode())
    return whole.hexdigest()


def strategy_hash(folder: Path, name: str) -> str:
    """SHA-256 of what a run's strategy decides by: the text in its folder, or the built-in one.

    Empty if there is neither.
    """
    if (folder / STORED).is_file():
        return hashlib.sha256((folder / STORED).read_bytes()).hexdigest()
    return of(STRATEGIES[name]).source_hash if name in STRATEGIES else ""


def _sources() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        spec = find_spec(package)  # finds, does not import
        for place in (spec.submodule_search_locations or []) if spec else []:
            for path in Path(place).rglob("*"):
                if path.suffix in KINDS:
                    yield f"{package}/{path.relative_to(place).as_posix()}", path
