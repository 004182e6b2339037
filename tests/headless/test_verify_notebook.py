"""`rustro verify` holds every line, table and picture of a notebook against the records."""

import json
import shutil
from pathlib import Path

import pytest

from rustro_kernel.headless.executed import code_cells, read_cells
from rustro_kernel.headless.parts import Part, parts
from rustro_kernel.headless.verify import check_notebook, verify
from rustro_kernel.headless.verify_config import check_config, check_parameters
from rustro_kernel.headless.verify_lines import by_clock, check_lines
from rustro_kernel.records import layout
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest, update
from rustro_kernel.records.report import run_figures
from tests.headless.starting import empty_place, outputs, pictures, rustro

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(300)]
NAME = "session.ipynb"
FILES = {
    "MANIFEST.json", "config.toml", "events.jsonl", "health.jsonl", "inputs", "orders.jsonl",
    "positions.jsonl", "report.html", "report.json", "session.ipynb", "ticks", "trades.jsonl",
}  # fmt: skip


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A day with trades, as a user runs it: where, and what it came to."""
    place = empty_place(tmp_path_factory.mktemp("sealed"))
    return place, rustro(place, "run", "--profile", "demo", "--out", "X")


@pytest.fixture(scope="module")
def run(day):
    return day[0]["cwd"] / "X"


@pytest.fixture
def copy(run, tmp_path):
    return Path(shutil.copytree(run, tmp_path / "X"))


@pytest.fixture
def told(run):
    return parts(read_events(run))


def change(folder, cell_id, old, new, *, seal=True):
    """Replace a text inside one cell, in what it says and what it shows."""
    book = json.loads((folder / NAME).read_text())
    [place] = [i for i, cell in enumerate(book["cells"]) if cell["id"] == cell_id]
    text = json.dumps(book["cells"][place])
    assert old in text
    book["cells"][place] = json.loads(text.replace(old, new, 1))
    (folder / NAME).write_text(json.dumps(book))
    if seal:
        update(folder, [NAME])


def found(folder) -> list[str]:
    return [str(finding) for finding in verify(folder)]


def lines_found(folder, told: list[Part]) -> list[str]:
    _, findings = check_lines(folder, NAME, code_cells(read_cells(folder / NAME)), told)
    return [str(finding) for finding in findings]


def test_a_day_runs_to_a_finished_notebook_and_can_be_checked(day, run, copy):
    place, (code, out, err) = day
    assert (code, err) == (0, "")
    assert "Market OPEN" in out
    assert out.endswith(f"run folder: {run}\n")
    assert {path.name for path in run.iterdir()} >= FILES
    assert "error" not in [output["output_type"] for output in outputs(run / NAME)]
    assert pictures(run / NAME) == 5
    code, out, _ = rustro(place, "replay", "X")
    assert (code, out.startswith("identical: ")) == (0, True)
    assert "NIFTY" in rustro(place, "why", "X", "--at", "11:00")[1]

    events = bytearray((copy / layout.EVENTS).read_bytes())
    events[events.index(b'"type":"MarketOpened"') + 9] ^= 1
    (copy / layout.EVENTS).write_bytes(events)
    code, out, _ = rustro(place, "verify", copy)
    assert code == 1
    assert out.startswith("events.jsonl, record ")
    code, out, _ = rustro(place, "replay", copy)
    assert (code, out.startswith("identical")) == (1, False)


def test_what_rustro_run_leaves_is_borne_out_and_names_its_code(day, run):
    place, _ = day
    code, said, _ = rustro(place, "verify", "X")
    assert (code, said) == (0, "verified: X is whole and unchanged\n")
    manifest = read_manifest(run)
    assert len(manifest.code_hash) == len(manifest.strategy_hash) == 64


def test_prettier_figures_tables_and_pictures_are_found_one_by_one(copy):
    cells = {cell["id"]: cell for cell in read_cells(copy / NAME)}
    other = cells["equity"]["outputs"][0]["data"]["image/png"]
    change(
        copy, "day", json.dumps(cells["day"]["outputs"][0]["data"]["image/png"]), json.dumps(other)
    )
    change(copy, "trades", "TRAILING_STOP", "TARGET_REACHED")
    change(copy, "why", "gate                  reached", "gate                  REACHED")
    change(copy, "run", "Position closed: ", "Position sold: ")
    first, *others = found(copy)
    assert "Position sold: " in first
    assert ", the ledger gives '" in first
    assert others == [
        "session.ipynb: cell 'trades': its table is not what the records give",
        "session.ipynb: cell 'day': its picture is not what the records give",
        "session.ipynb: cell 'why': its text is not what the records give",
    ]


def test_other_code_in_a_cell_is_found_and_nothing_else_is_believed(copy):
    change(copy, "why", "print(why(folder))", "print('fine')")
    assert found(copy) == ["session.ipynb: code cell 'why' is not the shipped one"]


def test_other_parameters_than_the_settings_are_found(run, copy, told):
    def parameters(text):
        book = json.loads((run / NAME).read_text())
        [cell] = [c for c in book["cells"] if "injected-parameters" in str(c["metadata"])]
        cell["source"] = text
        return [str(f) for f in check_parameters(copy, NAME, book["cells"], told)]

    assert parameters("config = None\noverrides = {'sim.seed': 7, 'run.out': '/elsewhere'}") == []
    assert parameters("overrides = {'sim.seed': '8'}") == [
        "session.ipynb: asked for sim.seed = 8, config.toml has 7"
    ]
    assert parameters("overrides = {'sim.sead': 8}")[0].startswith(
        "session.ipynb: its parameters cannot have run: sim.sead: "
    )
    assert parameters("import os") == ["session.ipynb: the parameters do more than that: import os"]


def test_other_settings_than_the_ledger_names_are_found(copy):
    config = copy / "config.toml"
    stated = run_figures(list(read_events(copy))).config_hash
    assert list(check_config(copy, stated)) == []
    config.write_text(
        config.read_text().replace("daily_adx_threshold = 25", "daily_adx_threshold = 20")
    )
    [finding] = check_config(copy, stated)
    assert str(finding).startswith("config.toml: hashes to ")
    assert str(finding).endswith(f", the ledger has {stated[:12]}")
    config.unlink()
    assert "cannot be read" in str(next(check_config(copy, stated)))


def test_other_code_than_what_ran_is_one_sentence(copy):
    path = copy / layout.MANIFEST
    said = json.loads(path.read_text())
    write_whole(path, json.dumps(said | {"code_hash": "f" * 64}).encode())
    [finding] = [each for each in found(copy) if "code" in each]
    assert finding.startswith("MANIFEST.json: rustro was other code when this ran: ffffffffffff,")


def test_a_line_left_out_and_one_put_in_are_found(copy, told):
    change(copy, "run", "15:30:00 Market closed\\n", "", seal=False)
    [finding] = lines_found(copy, told)
    assert "the ledger gives '15:30:00 Market closed'" in finding
    change(copy, "run", "(exit code 0)\\n", "(exit code 0)\\n15:31:00 Fine\\n", seal=False)
    assert len(lines_found(copy, told)) == 1


def test_a_notebook_of_another_day_is_not_taken_for_this_one(copy, told):
    change(copy, "run", "09:00:00 Session ", "09:00:00 session ", seal=False)
    [finding] = lines_found(copy, told)
    assert finding.endswith("as no start of this session did")


def test_a_start_that_was_killed_may_end_early_but_says_nothing_else(copy, told):
    killed = [Part(told[0].lines, told[0].events, told[0].last_ns, is_last=False)]
    for line in ("15:30:00 Market closed\\n", "15:30:03 Done: end of day (exit code 0)\\n"):
        change(copy, "run", line, "", seal=False)
    assert lines_found(copy, killed) == []
    change(copy, "run", "10:00:00 Entry window opened", "10:00:00 Entry window opend", seal=False)
    assert len(lines_found(copy, killed)) == 1


def test_a_run_without_a_notebook_is_whole_and_an_unreadable_one_is_found(copy, told):
    (copy / NAME).write_text("{}")
    update(copy, [NAME])
    [finding] = found(copy)
    assert finding.startswith("session.ipynb: no notebook")


def test_lines_of_a_clock_and_lines_of_events_may_have_changed_places():
    assert by_clock(["09:01:05 b", "09:01:00 a", "more of a"]) == [
        "09:01:00 a",
        "more of a",
        "09:01:05 b",
    ]


def test_every_finding_of_a_notebook_says_whose_it_is(copy, told):
    change(copy, "run", "10:00:00 Entry window opened", "x", seal=False)
    change(copy, "report", "pd.options", "pd.option", seal=False)
    assert {f.file for f in check_notebook(copy, NAME, told)} == {NAME}
