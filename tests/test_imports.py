"""Starting to trade must not wait for libraries that only research and pictures need."""

import json
import subprocess
import sys

import pytest

LIVE_PATH = [
    "rustro_kernel.session.session",
    "rustro_kernel.session.attached",
    "rustro_kernel.control.client",
    "rustro_kernel.engine.engine",
    "rustro_kernel.brokers.angelone.connect",
    "rustro_kernel.brokers.paper",
    "rustro_kernel.records.recorder",
    "rustro_kernel.config",
]
HEAVY = {
    "IPython", "bqplot", "duckdb", "ipydatagrid", "ipywidgets", "matplotlib", "numba", "pandas",
    "papermill", "plotly", "rustro_widgets", "scipy", "ta", "talib",
}  # fmt: skip


def loaded_by(statement):
    """Top-level modules a fresh interpreter has after a statement."""
    code = (
        f"{statement}\nimport json, sys\nprint(json.dumps([m.split('.')[0] for m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", LIVE_PATH)
def test_the_live_path_loads_no_research_or_plotting_library(module):
    assert loaded_by(f"import {module}") & HEAVY == set()


def test_help_is_quick_because_commands_import_when_they_run():
    loaded = loaded_by("import rustro_kernel.cli")
    assert loaded & (HEAVY | {"numpy", "pyarrow", "nbformat"}) == set()


def test_importing_the_package_does_nothing_yet():
    assert loaded_by("import rustro_kernel") & (HEAVY | {"pydantic", "numpy", "asyncio"}) == set()
