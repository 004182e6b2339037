"""Who may import whom: the table of DESIGN's floors, and the checker that holds it.

Every direct import must be in the table, so no chain of imports can break it either.
"""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
K = "rustro_kernel"
FLOORS: dict[str, set[str]] = {  # part: what it may import from us, besides itself
    K: set(),
    f"{K}.domain": set(),
    f"{K}.ports": {"domain"},
    f"{K}.pages": set(),
    f"{K}.bar_files": {"domain"},
    f"{K}.indicators": {"domain"},
    f"{K}.market_rules": {"domain"},
    f"{K}.strategies": {"domain", "indicators"},
    f"{K}.engine": {"domain", "indicators", "market_rules", "strategies"},
    f"{K}.configuration": {"domain"},
    f"{K}.config": {"domain", "configuration"},
    f"{K}.brokers": {"domain", "ports"},
    f"{K}.pricing": {"domain"},
    f"{K}.counterfactual": {"domain", "engine", "strategies", "brokers"},
    f"{K}.own_strategies": {"domain", "strategies"},
    f"{K}.simulator": {
        "domain",
        "ports",
        "market_rules",
        "config",
        "engine",
        "bar_files",
        "pricing",
    },
    f"{K}.records": {"domain", "pages", "engine", "strategies", "own_strategies", "pricing"},
    f"{K}.control": {"domain", "engine", "records"},
    f"{K}.alerts": {"domain", "config", "configuration", "engine"},
    f"{K}.housekeeping": {"domain", "records"},
    f"{K}.session": {
        "domain",
        "own_strategies",
        "alerts",
        "housekeeping",
        "control",
        "ports",
        "market_rules",
        "config",
        "configuration",
        "engine",
        "strategies",
        "brokers",
        "counterfactual",
        "pricing",
        "simulator",
        "records",
    },
    f"{K}.data": {
        "domain",
        "market_rules",
        "config",
        "engine",
        "brokers",
        "records",
        "bar_files",
    },
    f"{K}.research": {
        "domain",
        "configuration",
        "own_strategies",
        "pages",
        "market_rules",
        "config",
        "indicators",
        "engine",
        "strategies",
        "brokers",
        "counterfactual",
        "pricing",
        "simulator",
        "records",
        "bar_files",
    },
    f"{K}.headless": {"domain", "config", "configuration", "engine", "records"},
    f"{K}.supervision": {
        "control",
        "domain",
        "market_rules",
        "config",
        "configuration",
        "engine",
        "brokers",
        "records",
        "session",
    },
    f"{K}.commands": {
        "domain",
        "own_strategies",
        "alerts",
        "housekeeping",
        "market_rules",
        "config",
        "configuration",
        "engine",
        "simulator",
        "research",
        "control",
        "session",
        "headless",
        "records",
        "bar_files",
        "data",
        "supervision",
    },
    f"{K}.cli_options": set(),
    f"{K}.cli_session": {"commands", "cli_options"},
    f"{K}.cli_data": {"domain", "commands", "cli_options"},
    f"{K}.cli_research": {"domain", "commands", "cli_options"},
    f"{K}.cli": {"domain", "commands", "cli_options", "cli_session", "cli_data", "cli_research"},
    f"{K}.__main__": {"cli"},
    f"{K}.guides": {"cli", "config", "configuration", "domain", "engine"},
    "rustro_widgets": {
        "",
        "domain",
        "indicators",
        "engine",
        "strategies",
        "session",
        "records",
        "config",
        "research",
    },
}
WORLD = {
    "aiohttp", "asyncio", "logging", "pandas", "random", "secrets", "socket", "structlog",
    "subprocess", "tempfile", "threading", "time", "uuid", "websockets",
}  # fmt: skip
FILES = {"io", "os", "pathlib", "shutil"}
FLOATS = {"numba", "numpy", "pyarrow", "ta"}
"""Floating point of numpy differs between processors; the engine decides without it."""
BANNED = {
    f"{K}.domain": WORLD | FILES | FLOATS,
    f"{K}.ports": WORLD | FILES | FLOATS,
    f"{K}.market_rules": WORLD | FLOATS,  # reads the package's tables and the user's file
    f"{K}.indicators": WORLD | FILES,
    f"{K}.strategies": WORLD | FILES | FLOATS,
    f"{K}.engine": WORLD | FILES | FLOATS,
    f"{K}.bar_files": WORLD,
    f"{K}.pages": WORLD | FILES | FLOATS,
    f"{K}.pricing": WORLD | FILES,
    f"{K}.brokers": {"pandas"},
    f"{K}.records": {"pandas"},
    f"{K}.control": {"pandas"},
    f"{K}.session": {"pandas"},
}


def part(module: str) -> str | None:
    """The row of the table a module belongs to; None for somebody else's code."""
    return max((p for p in FLOORS if f"{module}.".startswith(f"{p}.")), key=len, default=None)


def imported(source: str) -> Iterator[str]:
    """Every module a source imports, wherever the import stands; "." for a relative one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots, module = "." * node.level, node.module or ""
            yield from (f"{dots}{module}.{alias.name}" for alias in node.names)


def wrong_imports(module: str, source: str) -> list[str]:
    """What a module imports against the table."""
    mine = part(module)
    if mine is None or (mine == K and module != K):
        return [f"{module} has no row in the table"]
    return [
        f"{module} imports {name}" for name in imported(source) if not _fine(mine, module, name)
    ]


def _fine(mine: str, module: str, name: str) -> bool:
    theirs = part(name)
    if name.startswith("."):
        return False
    if theirs is None:
        return name.split(".")[0] not in BANNED.get(mine, set())
    if theirs == mine:
        return mine != f"{K}.brokers" or _same_broker(module, name)
    return theirs.removeprefix(K).removeprefix(".") in FLOORS[mine]


def _same_broker(module: str, name: str) -> bool:
    """Brokers are packages or modules of their own: angelone never sees paper."""
    sides = {("angelone" in each.split(".")[2:3]) for each in (module, name)}
    return len(sides) == 1


def circle(sources: Mapping[str, str]) -> list[str]:
    """Modules that import one another in a ring, imports inside functions and for types too."""
    graph = {module: _of_these(sources, module) for module in sources}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        ring: list[str] = exc.args[1]
        return ring
    return []


def _of_these(sources: Mapping[str, str], module: str) -> set[str]:
    names = set(imported(sources[module]))
    names |= {name.rpartition(".")[0] for name in names if name not in sources}
    return (names & sources.keys()) - {module}


def modules() -> list[tuple[str, Path]]:
    """Every module of both packages with its file."""
    found = []
    for base, package in ((ROOT, K), (ROOT / "widgets", "rustro_widgets")):
        for path in sorted((base / package).rglob("*.py")):
            name = ".".join(path.relative_to(base).with_suffix("").parts)
            found.append((name.removesuffix(".__init__"), path))
    return found
