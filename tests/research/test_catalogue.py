import pytest

from rustro_kernel.domain.errors import BadData
from rustro_kernel.records.report import as_json, report
from rustro_kernel.research.catalogue import COLUMNS, runs
from tests.records.day import DAY
from tests.records.make import crashed_run, finished_run, story


def whole(folder):
    """A finished run with the figures of the scripted day."""
    finished_run(folder)
    (folder / "report.json").write_bytes(as_json(report(story(*DAY))))
    return folder


def test_a_run_is_a_row_with_its_figures(tmp_path):
    whole(tmp_path / "runs" / "a")
    [row] = runs(tmp_path / "runs").to_dict("records")
    assert (row["mode"], row["strategy"], row["direction"]) == ("sim", "adx", "NIFTY CE")
    assert (row["trades"], row["wins"], row["net_rs"], row["charges_rs"]) == (1, 1, 40.0, 60.0)
    assert (row["exit_code"], row["folder"]) == (0, str(tmp_path / "runs" / "a"))
    assert str(row["date"].date()) == "2021-11-30"
    assert str(row["started_ist"].tz) == "Asia/Kolkata"


def test_runs_below_other_folders_are_found_and_nothing_inside_a_run(tmp_path):
    whole(tmp_path / "a")
    whole(tmp_path / "old" / "b")
    (tmp_path / "a" / "quarantine").mkdir()
    (tmp_path / "empty").mkdir()
    assert len(runs(tmp_path)) == 2
    assert len(runs(tmp_path / "a")) == 1


def test_a_run_that_was_not_finished_or_is_damaged_has_its_row_and_its_problem(tmp_path):
    crashed_run(tmp_path / "crashed")
    whole(tmp_path / "torn")
    (tmp_path / "torn" / "report.json").write_text('{"run": 3}')
    found = runs(tmp_path).set_index("folder")["problem"]
    assert "the run was not finished" in found[str(tmp_path / "crashed")]
    assert found[str(tmp_path / "torn")].startswith("report.json")


def test_every_column_is_documented_and_there_without_a_run(tmp_path):
    assert list(runs(tmp_path).columns) == list(COLUMNS)


def test_no_folder_is_refused(tmp_path):
    with pytest.raises(BadData, match="no such folder"):
        runs(tmp_path / "none")
