"""Which market a configuration asks for."""

from rustro_kernel.config import Config
from rustro_kernel.simulator.configured import vix_file


def test_the_daily_vix_beside_the_bars_is_taken_unless_another_is_named(tmp_path):
    bars, beside, other = (tmp_path / n for n in ("bars.parquet", "vix_daily.parquet", "my.csv"))
    named = Config.load(None, **{"sim.data": bars, "sim.vix_data": other})
    unnamed = Config.load(None, **{"sim.data": bars})
    assert vix_file(unnamed) is None
    beside.touch()
    assert vix_file(unnamed) == beside
    assert vix_file(named) == other
    assert vix_file(Config.load(None)) is None
