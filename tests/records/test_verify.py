import bisect
import json
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given as example, settings, strategies as st

from rustro_kernel.records import layout
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest, update
from rustro_kernel.records.projections import rebuild
from rustro_kernel.records.report import write_report
from rustro_kernel.records.verify import verify
from tests.records.make import crashed_run, finish, finished_run


@pytest.fixture
def run(tmp_path):
    return finished_run(tmp_path / "run")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    return finished_run(tmp_path_factory.mktemp("sealed"))


def found(folder):
    return [str(finding) for finding in verify(folder)]


def rechain(folder, change):
    """Rewrite the ledger with a good chain but other events."""
    chain = Chain()
    lines = [chain.line(e) for e in change(list(read_events(folder)))]
    (folder / layout.EVENTS).write_bytes(b"".join(line + b"\n" for line in lines))


def test_a_finished_run_is_good(sealed):
    assert found(sealed) == []


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(data=st.data())
def test_any_changed_byte_of_the_ledger_names_its_record(data, sealed):
    path = sealed / layout.EVENTS
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    ends = list(accumulate(map(len, whole.splitlines(keepends=True))))
    record = bisect.bisect_right(ends, place) + 1
    try:
        path.write_bytes(changed)
        assert found(sealed)[0].startswith(f"events.jsonl, record {record}: ")
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", [layout.INPUTS, layout.TICKS])
@pytest.mark.parametrize("place", [0, 10, 40, -1])
def test_a_changed_byte_of_the_inputs_is_found(run, name, place):
    path = run / name
    changed = bytearray(path.read_bytes())
    changed[place] ^= 1
    path.write_bytes(changed)
    assert f"{name}: its content does not match the manifest" in found(run)


def test_a_ledger_rewritten_with_a_good_chain_is_still_found(run):
    rechain(run, lambda events: events[:-1])
    rebuild(run)
    write_report(run)
    problems = found(run)
    assert "events.jsonl: its content does not match the manifest" in problems
    assert any(p.startswith("MANIFEST.json: last_hash is ") for p in problems)


def test_a_hole_in_the_numbers_is_found_though_the_chain_is_good(run):
    rechain(run, lambda events: events[:3] + events[4:])
    assert found(run)[0] == "events.jsonl, record 4: its seq is 5, after 3"


def test_an_event_without_its_input_is_found(tmp_path):
    folder = crashed_run(tmp_path)
    (folder / layout.TICKS).unlink()
    assert found(folder)[0] == "events.jsonl, record 1: its input 1 is not among 1..0"


def test_a_trade_that_the_ledger_does_not_have_is_found(run):
    write_whole(run / layout.TRADES, b'{"position_id":"P1"}\n')
    update(run, [layout.TRADES])
    assert found(run) == ["trades.jsonl, record 1: is not what the ledger gives"]


def test_a_prettier_figure_in_the_report_is_found(run):
    figures = json.loads((run / layout.REPORT).read_bytes())
    figures["trades"]["net_rs"] = 1000.0
    write_whole(run / layout.REPORT, json.dumps(figures).encode())
    update(run, [layout.REPORT])
    assert found(run) == ["report.json: trades.net_rs is 1000.0, the ledger gives 0.0"]


def test_the_health_part_of_the_report_is_not_recomputed(run):
    figures = json.loads((run / layout.REPORT).read_bytes())
    figures["health"]["uptime_s"] = 12.5
    write_whole(run / layout.REPORT, json.dumps(figures).encode())
    update(run, [layout.REPORT])
    assert found(run) == []


def test_a_missing_file_is_found(run):
    (run / layout.ORDERS).unlink()
    assert found(run) == [
        "orders.jsonl: missing, but listed in the manifest",
        "orders.jsonl: missing",
    ]


def test_a_run_that_was_not_finished_says_so(tmp_path):
    assert "MANIFEST.json, record 1" not in found(crashed_run(tmp_path))[0]
    assert "MANIFEST.json: missing: the run was not finished" in found(tmp_path)


def test_a_folder_without_anything_is_not_good(tmp_path):
    assert found(tmp_path)[0] == "events.jsonl: missing or empty"


def test_another_end_in_the_manifest_is_found(run):
    path = run / layout.MANIFEST
    path.write_text(path.read_text().replace('"exit_code": 0', '"exit_code": 4'))
    assert found(run) == ["MANIFEST.json: exit_code is 4, the ledger has 0"]


def test_what_is_written_later_is_added_to_the_manifest(run):
    assert "session.ipynb" not in read_manifest(run).files
    (run / "session.ipynb").write_text("{}")
    assert found(run) == []
    update(run, ["session.ipynb"])
    assert found(run) == []
    (run / "session.ipynb").write_text("{ }")
    assert found(run) == ["session.ipynb: its content does not match the manifest"]


def test_the_manifest_says_how_the_run_ended(run):
    manifest = read_manifest(run)
    assert (manifest.session_id, manifest.exit_code) == ("test-sim-1", 0)
    assert manifest.events == len(list(read_events(run)))
    assert {"rustro", "python", "platform"} <= set(manifest.versions)
    assert set(manifest.files) >= {layout.EVENTS, layout.INPUTS, layout.TICKS, layout.REPORT}


def test_finishing_twice_gives_the_same_files(run):
    before = {p.name: p.read_bytes() for p in run.rglob("*") if p.is_file()}
    finish(run)
    assert {p.name: p.read_bytes() for p in run.rglob("*") if p.is_file()} == before
