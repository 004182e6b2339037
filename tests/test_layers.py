import pytest

from tests.layers import FLOORS, K, circle, modules, wrong_imports


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_imports_follow_the_floors(module, path):
    assert wrong_imports(module, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (f"{K}.domain.money", "import asyncio"),
        (f"{K}.domain.money", "from rustro_kernel.engine import turn"),
        (f"{K}.domain.money", "def f():\n    import logging"),
        (f"{K}.engine.turn", "from pathlib import Path"),
        (f"{K}.engine.turn", "import numpy as np"),
        (f"{K}.engine.turn", "import time"),
        (f"{K}.engine.turn", "from rustro_kernel.session.inbox import Inbox"),
        (f"{K}.engine.turn", "if TYPE_CHECKING:\n    from rustro_kernel.records import ledger"),
        (f"{K}.engine.turn", "from rustro_kernel import records"),
        (f"{K}.indicators.adx", "import pandas as pd"),
        (f"{K}.strategies.adx", "from rustro_kernel.engine import state"),
        (f"{K}.brokers.paper", "from rustro_kernel.brokers.angelone import codec"),
        (f"{K}.brokers.angelone.rest", "from rustro_kernel.brokers.paper.book import Book"),
        (f"{K}.records.ledger", "from . import chain"),
        (f"{K}.session.crank", "from rustro_kernel.cli import main"),
        (f"{K}.session.crank", "import rustro_widgets"),
        (f"{K}.somewhere", "import json"),
    ],
)
def test_a_planted_violation_is_caught(module, source):
    assert len(wrong_imports(module, source)) == 1


def test_what_is_allowed_passes():
    source = "import json\nfrom rustro_kernel.domain.money import paise\nfrom numba import njit"
    assert wrong_imports(f"{K}.records.ledger", source) == []


def test_every_row_of_the_table_exists():
    names = {name for name, _ in modules()}
    assert [row for row in FLOORS if row not in names] == []


def test_no_modules_import_one_another_in_a_circle():
    assert circle({name: path.read_text(encoding="utf-8") for name, path in modules()}) == []


def test_a_planted_circle_is_caught_wherever_its_imports_stand():
    late = "def f():\n    from p.c import go"
    typed = "if TYPE_CHECKING:\n    from p import a"
    assert set(circle({"p.a": "import p.b", "p.b": late, "p.c": typed})) == {"p.a", "p.b", "p.c"}
    assert circle({"p.a": "import p.b", "p.b": "import json"}) == []
