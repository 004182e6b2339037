"""NSE's end-of-day file: each row is kept or dropped for a reason that is kept too."""

import json

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from rustro_kernel.cli import main
from rustro_kernel.data.importing.bhavcopy import read_bhavcopy
from tests.data.make import RULES

PLAIN = {
    "TradDt": "2025-01-01", "Src": "NSE", "FinInstrmTp": "IDO", "FinInstrmId": "1",
    "TckrSymb": "NIFTY", "FinInstrmNm": "NIFTY25JAN24000CE", "XpryDt": "2025-01-30",
    "OptnTp": "CE", "StrkPric": "24000.00", "OpnPric": "10.00", "HghPric": "12.00",
    "LwPric": "9.00", "ClsPric": "11.00", "LastPric": "11.00", "PrvsClsgPric": "10.00",
    "UndrlygPric": "23742.90", "SttlmPric": "11.00", "OpnIntrst": "750", "ChngInOpnIntrst": "75",
    "TtlTradgVol": "150", "TtlNbOfTxsExctd": "2", "NewBrdLotQty": "75",
}  # fmt: skip
UNTRADED = {"TtlTradgVol": "0", "OpnPric": "0", "HghPric": "0", "LwPric": "0", "LastPric": "0"}


@pytest.fixture
def bhavcopy(tmp_path):
    """A file of contracts that differ from the plain one in these cells."""

    def written(*changes):
        path = tmp_path / "bhavcopy.csv"
        rows = [{**PLAIN, "FinInstrmId": str(n), **each} for n, each in enumerate(changes)]
        lines = [",".join(PLAIN), *(",".join(row.values()) for row in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({}, None),
        (UNTRADED, None),
        ({"FinInstrmTp": "IDF", "StrkPric": "", "OptnTp": ""}, None),
        ({"ClsPric": "12.05"}, "ohlc"),
        ({"ClsPric": "8.95"}, "ohlc"),
        ({"OpnPric": "12.05"}, "ohlc"),
        ({"ClsPric": ""}, "no_price"),
        ({"HghPric": ""}, "no_price"),
        ({**UNTRADED, "ClsPric": ""}, "no_price"),
        ({"LwPric": "0"}, "bad_price"),
        ({"TtlTradgVol": ""}, "bad_volume"),
        ({"StrkPric": ""}, "no_contract"),
        ({"FinInstrmTp": "SWAP"}, "no_contract"),
        ({"FinInstrmId": "0"}, "conflict"),
    ],
)
def test_every_row_has_one_verdict(bhavcopy, cells, rule):
    found = read_bhavcopy(bhavcopy({}, cells), RULES)
    assert found.dropped == ({rule: 1} if rule else {})
    assert found.rows == found.table.num_rows + sum(found.dropped.values())
    assert found.quarantine["rule"].to_pylist() == ([rule] if rule else [])


def test_a_price_that_is_missing_is_not_zero(bhavcopy):
    found = read_bhavcopy(bhavcopy({"UndrlygPric": "", "PrvsClsgPric": ""}), RULES)
    [row] = found.table.to_pylist()
    assert (row["underlying_close_paise"], row["previous_close_paise"]) == (None, None)
    assert (row["close_paise"], row["volume_units"]) == (1100, 150)


def test_dropped_rows_are_kept_with_their_reason_and_the_report(
    bhavcopy, tmp_path, capsys, no_rustro_environment
):
    path = bhavcopy({}, {"ClsPric": ""}, {"ClsPric": "13.00"})
    with pytest.raises(SystemExit) as ended:
        main(["data", "import", str(path), "-p", f"state.dir={tmp_path / 'state'}"])
    assert ended.value.code == 0
    assert "1 contracts kept, dropped: 1 no_price, 1 ohlc" in capsys.readouterr().out
    [report] = (tmp_path / "state" / "imports").glob("*.json")
    said = json.loads(report.read_text())
    assert (said["date"], said["rows"], said["kept"]) == ("2025-01-01", 3, 1)
    assert said["dropped"] == {"no_price": 1, "ohlc": 1}
    dropped = pa_csv.read_csv(report.with_suffix(".dropped.csv")).to_pylist()
    assert [(row["where"], row["rule"]) for row in dropped] == [
        ("line 3", "no_price"),
        ("line 4", "ohlc"),
    ]
    stored = tmp_path / "state" / "chains" / "NFO" / "2025-01-01.parquet"
    assert pq.read_table(stored).num_rows == 1
